"""The night's comparison of the copy with ERPNext's documents, and the copy of a site that gets the app."""

import frappe

from customer_grading.facts.open_item_copy import stored_of_customers
from customer_grading.facts.selection import Selection
from customer_grading.jobs import open_items
from customer_grading.setup.install import copy_open_items
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import day
from customer_grading.tests.race_case import RaceCase, remove_all_of


class TestNight(RaceCase):
	"""It commits: on a customer of its own."""

	with_workers = False

	def customer(self) -> str:
		"""A customer with an invoice and an order, committed."""
		buyer = make.customer()
		self.addCleanup(remove_all_of, buyer)
		make.invoice(buyer, 100, day(5, 1))
		make.order(buyer, 30, day(5, 1))
		frappe.db.commit()
		return buyer

	def told(self) -> list[str]:
		"""What the night has told in the Error Log."""
		title = {"method": "Customer Grading: open items put right"}
		return frappe.get_all("Error Log", title, pluck="error", order_by="creation desc")

	def test_it_puts_right_what_was_changed_past_the_documents_and_tells_how_much(self) -> None:
		buyer, before = self.customer(), len(self.told())
		frappe.db.set_value("Sales Order", {"customer": buyer}, "status", "Closed")
		frappe.db.delete("Open Item", {"customer": buyer, "kind": "Ledger balance"})
		frappe.db.commit()
		self.assertEqual(open_items.run(), 2)
		[item] = stored_of_customers(Selection.of(buyer)).values()
		self.assertEqual((item.reference_doctype, item.amount), ("Sales Invoice", 100))
		told = self.told()
		self.assertEqual(len(told), before + 1)
		self.assertIn("The open items of 2 documents differed", told[0])

	def test_it_says_nothing_where_nothing_is_wrong(self) -> None:
		self.customer()
		before = len(self.told())
		self.assertEqual(open_items.run(), 0)
		self.assertEqual(len(self.told()), before)

	def test_a_site_that_has_documents_gets_its_copy_with_the_app_and_only_then(self) -> None:
		buyer = self.customer()
		frappe.db.delete("Open Item")
		copy_open_items()
		self.assertEqual(len(stored_of_customers(Selection.of(buyer))), 2)
		frappe.db.delete("Open Item", {"customer": buyer, "kind": "Ledger balance"})
		copy_open_items()
		self.assertEqual(len(stored_of_customers(Selection.of(buyer))), 1)
