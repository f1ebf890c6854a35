"""A submitted Sales Order is changed so that it asks for more: Update Items, re-opened, resumed."""

import json
from typing import Any

import frappe
from erpnext.selling.doctype.sales_order.sales_order import close_or_unclose_sales_orders, update_status
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as bill_order
from frappe.model.document import Document

from customer_grading.gate.order import judge
from customer_grading.gate.update_items import ForeignRowError
from customer_grading.gate.verdict import OrderRefusedError
from customer_grading.rules.options import Door
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import GOODS, PIECES, RATE, WORTH, DoorCase, OrderDoor

UPDATE_ITEMS = "erpnext.controllers.accounts_controller.update_child_qty_rate"


def update_items(order: Document, pieces: float, rate: float = RATE) -> None:
	"""Change the line of an order by the button Update Items."""
	post_items(order, row_of(order, pieces, rate))


def row_of(order: Document, pieces: float, rate: float = RATE, **values: Any) -> dict[str, Any]:
	"""The line of an order as the dialog of Update Items sends it."""
	line = order.items[0]
	row = {"docname": line.name, "name": line.name, "item_code": GOODS, "qty": pieces, "rate": rate, "idx": 1}
	return {
		**row,
		"delivery_date": str(line.get("delivery_date") or ""),
		"uom": line.uom,
		"conversion_factor": 1,
		**values,
	}


def post_items(order: Document, *rows: dict[str, Any], table: str = "items") -> None:
	"""Call what the button Update Items calls."""
	command = frappe.override_whitelisted_method(UPDATE_ITEMS)
	frappe.call(command, order.doctype, json.dumps(rows), order.name, table)


class TestUpdateItems(OrderDoor, DoorCase):
	"""An order of half is raised to the whole."""

	door = Door.UPDATE

	def prepare(self) -> None:
		self.ordered = self.order(PIECES / 2)

	def go(self) -> Document:
		update_items(self.ordered, PIECES)
		return self.ordered

	def test_a_change_that_asks_for_less_passes_in_every_tier(self) -> None:
		for tier in "ABCD":
			with self.subTest(tier=tier):
				self.buyer = make.customer()
				self.start(tier, limit=0, credit_days=10)
				update_items(self.ordered, PIECES / 5)
				self.assertEqual(self.decisions(), [])

	def test_a_higher_rate_asks_for_more_as_a_higher_quantity_does(self) -> None:
		self.start("D")
		self.assert_refused_by(
			lambda: update_items(self.ordered, PIECES / 2, 2 * RATE), "order_pay_before_order"
		)

	def test_readiness_that_was_confirmed_for_less_is_asked_for_again(self) -> None:
		self.start("B")
		self.confirm_ready(self.ordered)
		self.assert_order_shows(self.ordered, "Allow", None, 0)
		update_items(self.ordered, PIECES)
		shown = frappe.db.get_value(
			"Sales Order", self.ordered.name, ["payment_ready", "payment_ready_how", "payment_ready_by"]
		)
		self.assertEqual(shown, (0, None, None))
		self.assert_order_shows(self.ordered, "Hold", "Payment readiness", 1000)

	def test_money_paid_for_the_smaller_order_and_on_account_covers_the_larger_one(self) -> None:
		self.start("D", paid=500)
		self.assertEqual(frappe.db.get_value("Sales Order", self.ordered.name, "docstatus"), 1)
		self.pay(500)
		self.assert_shows("Allow", None, 0)


class TestRowsOfAnotherOrder(DoorCase):
	"""Update Items on one order names a row of another one, which ERPNext would change unasked."""

	def setUp(self) -> None:
		super().setUp()
		self.mine, self.other = self.order(), self.order()
		self.assign("D")

	def quantity(self, order: Document) -> float:
		"""The quantity of the line of an order, in the database."""
		return frappe.db.get_value("Sales Order Item", order.items[0].name, "qty")

	def test_it_is_refused_and_told(self) -> None:
		with self.assertRaises(ForeignRowError) as caught:
			post_items(self.mine, row_of(self.mine, PIECES), row_of(self.other, 1000 * PIECES))
		row, order = self.other.items[0].name, self.mine.name
		told = f"The row {row} is not one of the order {order}. Reload the order and change its own rows."
		self.assertEqual(str(caught.exception), told)
		self.assertEqual(frappe.parse_json(frappe.message_log[-1])["title"], "Row of Another Order")
		self.assertEqual(self.quantity(self.other), PIECES)

	def test_so_is_one_that_is_named_by_its_order_or_by_no_text(self) -> None:
		for name in ({"parent": self.other.name}, [self.other.items[0].name], self.other.items[0].name + " "):
			with self.subTest(name=name), self.assertRaises(ForeignRowError):
				post_items(
					self.mine, row_of(self.mine, PIECES), row_of(self.other, 1000 * PIECES, docname=name)
				)
		self.assertEqual(self.quantity(self.other), PIECES)

	def test_rows_of_its_own_and_new_ones_pass(self) -> None:
		new = row_of(self.mine, 1, docname=None, name=None)
		self.assign("A", limit=5 * WORTH)
		post_items(self.mine, row_of(self.mine, PIECES / 2), new)
		self.mine.reload()
		self.assertEqual([line.qty for line in self.mine.items], [PIECES / 2, 1])

	def test_a_new_row_belongs_to_the_items_of_the_order_whatever_the_request_says(self) -> None:
		new = row_of(self.mine, 1, docname=None, name=None)
		self.assign("A", limit=5 * WORTH)
		post_items(self.mine, row_of(self.mine, PIECES), new, table="packed_items")
		self.mine.reload()
		self.assertEqual([line.qty for line in self.mine.items], [PIECES, 1])

	def test_other_documents_are_changed_as_before(self) -> None:
		supplier = make.insert("Supplier", supplier_name=f"Maker {frappe.generate_hash(length=8)}").name
		line = {"item_code": GOODS, "qty": PIECES, "rate": RATE, "warehouse": self.warehouse}
		values = {"supplier": supplier, "company": self.company, "schedule_date": self.today}
		bought = make.submit(frappe.get_doc({"doctype": "Purchase Order", **values, "items": [line]}))
		post_items(bought, row_of(bought, 2 * PIECES, schedule_date=str(self.today)))
		self.assertEqual(frappe.db.get_value("Purchase Order", bought.name, "total_qty"), 2 * PIECES)


class TestReOpen(OrderDoor, DoorCase):
	"""The order was closed before the customer was given the tier."""

	door = Door.REOPEN

	def prepare(self) -> None:
		self.ordered = self.order()
		update_status("Closed", self.ordered.name)

	def go(self) -> Document:
		update_status("Draft", self.ordered.name)
		return self.ordered

	def test_the_document_that_closed_the_order_cannot_re_open_it_unasked(self) -> None:
		self.ordered = self.order()
		self.assign("D")
		self.ordered.reload()
		self.ordered.update_status("Closed")
		self.assert_refused_by(lambda: self.ordered.update_status("Draft"), "order_pay_before_order")

	def test_a_state_that_is_no_state_of_it_re_opens_it_no_less(self) -> None:
		self.start("D")
		self.assert_refused_by(
			lambda: update_status("Cancelled", self.ordered.name), "order_pay_before_order"
		)

	def test_once_it_is_paid_such_a_state_leaves_it_open(self) -> None:
		self.start("D", paid=WORTH)
		update_status("Cancelled", self.ordered.name)
		status = frappe.db.get_value("Sales Order", self.ordered.name, "status")
		self.assertEqual(status, "To Deliver and Bill")


class TestReOpenToBill(DoorCase):
	"""Goods of an order have left, and it was closed before they were billed."""

	door = Door.REOPEN

	def close(self, pieces: float = PIECES, status: str = "Closed") -> Document:
		"""An order of which some pieces have left, closed or put on hold."""
		order = self.order()
		make.delivery_of_order(order, self.today, part=pieces / PIECES)
		update_status(status, order.name)
		return frappe.get_doc("Sales Order", order.name)

	def assert_short_of(self, order: Document, amount: str) -> None:
		"""Its customer must pay so much before it is open again; the attempt leaves nothing."""
		frappe.db.savepoint("before_attempt")
		with self.assertRaises(OrderRefusedError) as caught:
			update_status("Draft", order.name)
		frappe.db.rollback(save_point="before_attempt")
		self.forget_refusals()
		told = f"{amount} of it is not covered by money on account."
		self.assertIn(self.in_currency(told), str(caught.exception))

	def test_what_has_left_can_be_billed_in_every_tier(self) -> None:
		for status in ("Closed", "On Hold"):
			for tier in "ABCD":
				with self.subTest(status=status, tier=tier):
					self.buyer = make.customer()
					order = self.close(status=status)
					self.assign(tier, limit=0)
					update_status("Draft", order.name)
					self.assertEqual(frappe.db.get_value("Sales Order", order.name, "status"), "To Bill")
					self.assertEqual(make.submit(bill_order(order.name)).grand_total, WORTH)
					self.assertEqual(self.decisions(), [])

	def test_what_has_not_left_is_asked_for_after_what_has_left_unpaid(self) -> None:
		order = self.close(pieces=4)
		self.assign("D")
		self.assertEqual(judge(order, Door.REOPEN).terms.amount, 600)
		self.assert_short_of(order, "1,000.00")
		self.pay(900)
		self.assert_short_of(order, "100.00")
		self.pay(100)
		update_status("Draft", order.name)

	def test_so_it_is_of_one_on_hold_that_was_paid_in_part(self) -> None:
		order = self.close(pieces=4, status="On Hold")
		make.payment(order, self.today, 600)
		self.assign("D")
		self.assert_short_of(order, "400.00")
		self.pay(400)
		update_status("Draft", order.name)

	def test_what_was_billed_of_it_is_not_asked_for_again(self) -> None:
		order = self.order()
		make.invoice_of_order(order, self.today, part=0.7)
		make.delivery_of_order(order, self.today, part=0.4)
		update_status("Closed", order.name)
		self.assign("D")
		self.assertEqual(judge(frappe.get_doc("Sales Order", order.name), Door.REOPEN).terms.amount, 300)

	def test_what_has_left_counts_against_the_limit_with_the_rest(self) -> None:
		order = self.close(pieces=4)
		self.assign("A", limit=WORTH - 1)
		with self.assertRaises(OrderRefusedError) as caught:
			update_status("Draft", order.name)
		self.forget_refusals()
		told = "With this order the exposure would be 1,000.00, which is 1.00 above"
		self.assertIn(self.in_currency(told), str(caught.exception))

	def test_within_the_limit_it_is_opened(self) -> None:
		order = self.close(pieces=4)
		self.assign("A", limit=WORTH)
		update_status("Draft", order.name)
		self.assertEqual(frappe.db.get_value("Sales Order", order.name, "status"), "To Deliver and Bill")


class TestReOpenMany(OrderDoor, DoorCase):
	"""By the list of orders."""

	door = Door.REOPEN

	def prepare(self) -> None:
		self.ordered = self.order()
		close_or_unclose_sales_orders(json.dumps([self.ordered.name]), "Closed")

	def go(self) -> Document:
		close_or_unclose_sales_orders(json.dumps([self.ordered.name]), "Submitted")
		return self.ordered


class TestResume(OrderDoor, DoorCase):
	"""The order was put on hold before the customer was given the tier."""

	door = Door.REOPEN

	def prepare(self) -> None:
		self.ordered = self.order()
		update_status("On Hold", self.ordered.name)

	def go(self) -> Document:
		update_status("Draft", self.ordered.name)
		return self.ordered

	def test_it_can_be_cancelled_unasked(self) -> None:
		self.start("D")
		self.ordered.reload()
		self.ordered.cancel()
		shown = frappe.db.get_value("Sales Order", self.ordered.name, ["docstatus", "status"])
		self.assertEqual((shown, self.decisions()), ((2, "Cancelled"), []))
