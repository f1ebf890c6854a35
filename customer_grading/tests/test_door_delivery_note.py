"""Goods leave by a Delivery Note: of an order, without one, of what was billed first, made in bulk."""

import frappe
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_delivery_note as deliver_invoice
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as deliver_order
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as bill_order
from erpnext.utilities import bulk_transaction
from frappe.model.document import Document

from customer_grading.rules.options import Door
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import DeliveryDoor, DoorCase, OrderedGoodsDoor


class TestDeliveryNoteOfAnOrder(OrderedGoodsDoor, DoorCase):
	door = Door.DELIVERY

	def go(self) -> Document:
		return make.submit(deliver_order(self.ordered.name))


class TestDeliveryNoteIgnoringValidation(OrderedGoodsDoor, DoorCase):
	door = Door.DELIVERY

	def go(self) -> Document:
		note = deliver_order(self.ordered.name).insert()
		note.flags.ignore_validate = True
		note.submit()
		return note


class TestDeliveryNoteOfABulkTransaction(OrderedGoodsDoor, DoorCase):
	"""Made by the job of ERPNext's list of orders, then submitted."""

	door = Door.DELIVERY

	def go(self) -> Document:
		bulk_transaction.job([{"name": self.ordered.name}], "Sales Order", "Delivery Note")
		made = {"against_sales_order": self.ordered.name}
		note = frappe.get_doc("Delivery Note", frappe.db.get_value("Delivery Note Item", made, "parent"))
		note.submit()
		return note


class TestDeliveryNoteWithoutAnOrder(DeliveryDoor, DoorCase):
	door = Door.DELIVERY

	def go(self) -> Document:
		return make.submit(self.draft("Delivery Note"))


class TestDeliveryNoteOfAnInvoice(DeliveryDoor, DoorCase):
	"""The goods were billed, without an order, before the customer was given the tier."""

	door = Door.DELIVERY

	def prepare(self) -> None:
		self.billed = make.submit(self.draft("Sales Invoice"))

	def go(self) -> Document:
		return make.submit(deliver_invoice(self.billed.name))

	def test_tier_c_leaves_when_the_invoice_is_paid(self) -> None:
		self.start("C")
		make.payment(self.billed, self.today)
		self.assert_passes()

	def test_goods_that_the_invoice_itself_delivered_do_not_leave_again(self) -> None:
		self.billed = make.submit(self.draft("Sales Invoice", update_stock=1))
		make.payment(self.billed, self.today)
		self.assign("C")
		note = self.draft("Delivery Note")
		note.items[0].update(
			{"against_sales_invoice": self.billed.name, "si_detail": self.billed.items[0].name}
		)
		self.assert_refused_by(lambda: make.submit(note), "order_pay_before_delivery")


class TestDeliveryNoteOfABilledOrder(OrderedGoodsDoor, DoorCase):
	"""The order was billed before its goods leave; the note is made from the order, as the desk does it."""

	door = Door.DELIVERY

	def prepare(self) -> None:
		super().prepare()
		bill = bill_order(self.ordered.name)
		if self.credit_days:
			bill.due_date = None
		self.billed = make.submit(bill)

	def go(self) -> Document:
		return make.submit(deliver_order(self.ordered.name))

	def test_tier_c_leaves_when_the_invoice_is_paid(self) -> None:
		self.start("C")
		make.payment(self.billed, self.today)
		self.assert_passes()

	def test_tier_d_leaves_when_the_invoice_is_paid(self) -> None:
		self.start("D")
		make.payment(self.billed, self.today)
		self.assert_passes()

	def test_a_credit_note_is_no_payment(self) -> None:
		self.start("C")
		make.credit_note(self.billed, self.today)
		self.assert_refused("order_pay_before_delivery")


class TestDeliveryNoteOfAnInvoiceOfAnOrder(OrderedGoodsDoor, DoorCase):
	"""The same, with the note made from the invoice."""

	door = Door.DELIVERY

	def prepare(self) -> None:
		super().prepare()
		bill = bill_order(self.ordered.name)
		if self.credit_days:
			bill.due_date = None
		self.billed = make.submit(bill)

	def go(self) -> Document:
		return make.submit(deliver_invoice(self.billed.name))

	def test_tier_c_leaves_when_the_invoice_is_paid(self) -> None:
		self.start("C")
		make.payment(self.billed, self.today)
		self.assert_passes()
