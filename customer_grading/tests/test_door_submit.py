"""A Sales Order is submitted: at the desk, with validation ignored, amended, and through REST's verbs."""

import frappe
from frappe.client import submit as client_submit
from frappe.model.document import Document

from customer_grading.rules.options import Await
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import DoorCase, OrderDoor


class TestSubmit(OrderDoor, DoorCase):
	def go(self) -> Document:
		return make.submit(self.draft())


class TestSubmitIgnoringValidation(OrderDoor, DoorCase):
	"""As bulk transactions do, which skips `validate` and `before_submit`."""

	def go(self) -> Document:
		order = self.draft().insert()
		order.flags.ignore_validate = True
		order.submit()
		return order


class TestAmend(OrderDoor, DoorCase):
	"""The order was accepted and cancelled before the customer was given the tier."""

	def prepare(self) -> None:
		self.cancelled = self.order()
		self.cancelled.cancel()

	def go(self) -> Document:
		order = frappe.copy_doc(self.cancelled)
		order.update({"amended_from": self.cancelled.name, "docstatus": 0})
		return make.submit(order)

	def test_readiness_that_was_confirmed_on_the_cancelled_order_is_asked_for_again(self) -> None:
		self.cancelled = self.draft().insert()
		self.assign("B")
		self.confirm_ready(self.cancelled)
		self.cancelled.reload()
		self.cancelled.submit()
		self.assert_order_shows(self.cancelled, "Allow", None, 0)
		self.cancelled.cancel()
		self.assert_order_shows(self.go(), "Hold", Await.READINESS, 1000)


class TestClientSubmit(OrderDoor, DoorCase):
	"""What REST calls: the document comes from outside, with whatever the caller puts into it."""

	def go(self) -> Document:
		order = self.draft().insert().as_dict()
		order.update({"flags": {"credit_judged": 1, "ignore_validate": 1}, "credit_outcome": "Allow"})
		client_submit(frappe.as_json(order))
		return frappe.get_doc("Sales Order", order["name"])
