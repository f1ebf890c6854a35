import frappe

from customer_grading.records import regrade_run
from customer_grading.tests.regrade_case import RunTestCase, fields_of, today


class TestAChunkGivenUp(RunTestCase):
	def test_a_chunk_that_cannot_be_written_ends_and_names_its_customers(self) -> None:
		names = self.customers(2)
		run = self.run_over(names, size=2)
		regrade_run.give_up(regrade_run.waiting_chunks(run)[0], "ValueError: disk full")
		regrade_run.take_stock(run)
		frappe.db.commit()
		done = frappe.get_doc("Regrade Run", run)
		self.assertEqual((done.status, done.failed), ("Completed with Failures", 2))
		told = {row.customer: row.error for row in done.failures}
		self.assertEqual(told, dict.fromkeys(names, "ValueError: disk full"))
		self.assertEqual(fields_of(names[0], "customer_grade") or "", "")

	def test_who_was_given_up_is_due_the_next_night_whenever_time_would_have_come(self) -> None:
		names = self.customers(2)
		for name in names:
			frappe.db.set_value("Customer", name, "regrade_due", "2099-01-01", update_modified=False)
		run = self.run_over(names, size=2)
		regrade_run.give_up(regrade_run.waiting_chunks(run)[0], "ValueError: disk full")
		frappe.db.commit()
		self.assertEqual([fields_of(name, "regrade_due") for name in names], [today(), today()])
