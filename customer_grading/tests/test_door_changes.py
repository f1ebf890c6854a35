"""A submitted Sales Order is changed so that it asks for more: Update Items, re-opened, resumed."""

import json

import frappe
from erpnext.selling.doctype.sales_order.sales_order import close_or_unclose_sales_orders, update_status
from frappe.model.document import Document

from customer_grading.rules.options import Door
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import GOODS, PIECES, RATE, DoorCase, OrderDoor

UPDATE_ITEMS = "erpnext.controllers.accounts_controller.update_child_qty_rate"


def update_items(order: Document, pieces: float, rate: float = RATE) -> None:
	"""Change the line of an order by the button Update Items."""
	line = order.items[0]
	row = {"docname": line.name, "name": line.name, "item_code": GOODS, "qty": pieces, "rate": rate, "idx": 1}
	row |= {"delivery_date": str(line.delivery_date), "uom": line.uom, "conversion_factor": 1}
	command = frappe.override_whitelisted_method(UPDATE_ITEMS)
	frappe.call(command, "Sales Order", json.dumps([row]), order.name)


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
