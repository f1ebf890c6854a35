import frappe

from customer_grading.records import regrade_run
from customer_grading.tests.regrade_case import RunTestCase, fields_of


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
