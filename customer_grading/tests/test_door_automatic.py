"""Orders that nobody submits by hand: Auto Repeat, bulk transactions, the checkout of a webshop."""

import frappe
from erpnext.selling.doctype.quotation.quotation import _make_sales_order
from erpnext.utilities import bulk_transaction
from frappe.automation.doctype.auto_repeat.auto_repeat import create_repeated_entries
from frappe.model.document import Document

from customer_grading.rules.options import Await
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import DoorCase, OrderDoor
from customer_grading.tests.test_door_invoice import assert_series_stops, repeated


class TestAutoRepeat(OrderDoor, DoorCase):
	"""The job makes and submits the next order; what is refused stays a draft, and the series stops."""

	def prepare(self) -> None:
		self.repeat = repeated(self.draft().insert())

	def go(self) -> Document:
		create_repeated_entries([self.repeat])
		made = {"auto_repeat": self.repeat.name, "name": ("!=", self.repeat.reference_document)}
		return frappe.get_doc("Sales Order", frappe.db.get_value("Sales Order", made))

	def assert_refused(self, code: str) -> frappe._dict:
		assert_series_stops(self)
		return self.assert_kept(code)

	def test_tier_b_is_repeated_without_terms_of_credit_and_waits_for_readiness(self) -> None:
		"""Frappe does not copy the payment schedule of the first order."""
		self.start("B", credit_days=10)
		self.assert_held(Await.READINESS, "order_cash_on_delivery")

	test_tier_b_on_terms_of_credit_is_refused = None


class TestBulkTransaction(OrderDoor, DoorCase):
	"""The job of ERPNext's list of quotations makes the order with its validation ignored."""

	def prepare(self) -> None:
		quoted = self.draft("Quotation", quotation_to="Customer", party_name=self.buyer)
		self.quotation = make.submit(quoted)

	def go(self) -> Document:
		bulk_transaction.job([{"name": self.quotation.name}], "Quotation", "Sales Order")
		made = {"prevdoc_docname": self.quotation.name}
		order = frappe.get_doc("Sales Order", frappe.db.get_value("Sales Order Item", made, "parent"))
		order.flags.ignore_validate = True
		order.submit()
		return order


class TestWebshop(OrderDoor, DoorCase):
	"""What `place_order` of frappe/webshop does, as the visitor: nobody is refused, the goods wait."""

	def setUp(self) -> None:
		super().setUp()
		self.visitor = make.user("Customer")
		frappe.db.set_value("User", self.visitor, "user_type", "Website User")
		frappe.clear_document_cache("User", self.visitor)

	def prepare(self) -> None:
		cart = self.draft(
			"Quotation", quotation_to="Customer", party_name=self.buyer, order_type="Shopping Cart"
		)
		self.cart = cart.insert()

	def go(self) -> Document:
		frappe.set_user(self.visitor)
		cart = frappe.get_doc("Quotation", self.cart.name)
		cart.flags.ignore_permissions = True
		cart.submit()
		order = frappe.get_doc(_make_sales_order(cart.name, ignore_permissions=True))
		if not self.credit_days:
			order.payment_schedule = []
		order.flags.ignore_permissions = True
		order.insert()
		order.submit()
		return order

	def test_tier_a_above_the_limit_is_accepted_and_held(self) -> None:
		self.start("A", limit=400)
		self.assert_held(Await.CREDIT, "order_over_limit")

	def test_tier_b_on_terms_of_credit_is_accepted_and_held(self) -> None:
		self.start("B", credit_days=10)
		self.assert_held(Await.CREDIT, "order_terms_grant_credit")

	def test_tier_d_unpaid_is_accepted_and_held(self) -> None:
		self.start("D")
		self.assert_held(Await.CREDIT, "order_pay_before_order")

	def outcome_of(self, _code: str) -> str:
		return "Hold"

	test_tier_a_above_the_limit_is_refused = None
	test_tier_b_on_terms_of_credit_is_refused = None
	test_tier_d_unpaid_is_refused = None
