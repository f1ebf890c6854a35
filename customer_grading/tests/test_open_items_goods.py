"""The copy follows goods, too: billed as they leave, sold at the till, sent by a supplier to the customer."""

from decimal import Decimal

import frappe
from erpnext.accounts.doctype.pos_invoice_merge_log.pos_invoice_merge_log import consolidate_pos_invoices
from erpnext.buying.doctype.purchase_order.purchase_order import update_status as update_purchase
from erpnext.selling.doctype.customer.customer import get_customer_outstanding
from erpnext.selling.doctype.sales_order.sales_order import make_purchase_order, make_sales_invoice
from frappe.model.document import Document

from customer_grading.facts.open_item_copy import differing, stored_of_customers
from customer_grading.facts.open_items import of_customers
from customer_grading.facts.position import Account, account
from customer_grading.facts.selection import Selection
from customer_grading.gate.open_items import settle
from customer_grading.rules.order import Component, ExposureKind
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import GOODS, RATE, WORTH, DoorCase
from customer_grading.tests.test_door_goods import till


class TestGoods(DoorCase):
	"""Of a customer without a tier, whom no door holds up."""

	def step(self, at_till: float = 0) -> Account:
		"""The copy is as the documents are, and the exposure as ERPNext has it; where the customer stands.

		ERPNext does not count what is unpaid at a till that is not closed: `at_till`.
		"""
		found = account(self.buyer, self.company, self.today)
		settle()
		self.assertEqual(account(self.buyer, self.company, self.today), found)
		selection = Selection.of(self.buyer)
		self.assertEqual(differing(of_customers(selection), stored_of_customers(selection)), set())
		theirs = get_customer_outstanding(self.buyer, self.company)
		ours = float(sum(part.amount for part in found.exposure))
		self.assertAlmostEqual(ours, theirs + at_till, places=2)
		return found

	def test_an_invoice_that_delivers_an_order_in_part(self) -> None:
		ordered = self.order()
		self.step()
		billed = make_sales_invoice(ordered.name)
		billed.update_stock = 1
		billed.items[0].update({"qty": 4, "warehouse": self.warehouse})
		make.submit(billed)
		found = self.step()
		self.assertEqual((found.needs_of(ordered.name), found.delivered_of(ordered.name)), (600, 0))
		billed.reload().cancel()
		self.assertEqual(self.step().needs_of(ordered.name), WORTH)

	def test_what_a_supplier_sends_to_the_customer_has_left(self) -> None:
		supplier = make.insert("Supplier", supplier_name=f"Maker {frappe.generate_hash(length=8)}").name
		order = self.draft()
		order.items[0].update({"delivered_by_supplier": 1, "supplier": supplier})
		ordered = make.submit(order)
		purchase = make_purchase_order(ordered.name, [{"item_code": GOODS}])
		purchase.supplier = supplier
		purchase.items[0].rate = RATE / 2
		make.submit(purchase)
		self.step()
		update_purchase("Delivered", purchase.name)
		self.assertEqual(self.step().delivered_of(ordered.name), WORTH)

	def test_sales_at_the_till_are_owed_before_the_till_is_closed_and_after(self) -> None:
		bill = self.bill_at_the_till(tendered=400)
		unpaid = (Component(ExposureKind.UNBILLED_DELIVERIES, Decimal(600)),)
		self.assertEqual((self.step(600).exposure, self.step(600).owed), (unpaid, 600))
		sold = {"pos_invoice": bill.name, "customer": self.buyer, "is_return": 0}
		consolidate_pos_invoices([make.as_filters(sold)])
		self.assertEqual(self.step().exposure, (Component(ExposureKind.LEDGER, Decimal(600)),))
		[merged] = frappe.get_all("POS Invoice Merge Log", {"customer": self.buyer}, pluck="name")
		frappe.get_doc("POS Invoice Merge Log", merged).cancel()
		self.assertEqual(self.step(600).exposure, unpaid)

	def bill_at_the_till(self, tendered: float) -> Document:
		"""A submitted POS Invoice that is paid in part."""
		desk = till(self.company, self.warehouse)
		opening = {"company": self.company, "pos_profile": desk, "user": frappe.session.user}
		opening |= {"period_start_date": frappe.utils.now(), "posting_date": self.today}
		opening["balance_details"] = [{"mode_of_payment": "Cash", "opening_amount": 0}]
		make.submit(frappe.get_doc({"doctype": "POS Opening Entry", **opening}))
		bill = self.draft("POS Invoice", update_stock=1, is_pos=1, pos_profile=desk)
		cash = frappe.get_cached_value("Company", self.company, "default_cash_account")
		bill.append("payments", {"mode_of_payment": "Cash", "amount": tendered, "account": cash})
		return make.submit(bill)
