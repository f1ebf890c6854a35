"""Tier B: what was delivered before is paid before the next order, or the next goods, pass."""

import frappe
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

from customer_grading.gate.verdict import OrderRefusedError
from customer_grading.rules.options import Await
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import PIECES, WORTH, GoodsOfAnOrder


class TestCashOwed(GoodsOfAnOrder):
	def setUp(self) -> None:
		super().setUp()
		self.assign("B")
		self.ordered = self.order()
		self.confirm_ready(self.ordered)

	def assert_order_refused_for(self, amount: str) -> None:
		"""The next order waits for what is owed; the attempt leaves nothing."""
		frappe.db.savepoint("before_attempt")
		with self.assertRaises(OrderRefusedError) as caught:
			self.order()
		told = self.in_currency(f"{amount} of what was delivered before is not paid yet, but tier B")
		self.assertIn(told, str(caught.exception))
		frappe.db.rollback(save_point="before_attempt")
		self.forget_refusals()

	def assert_next_order_is_held(self) -> None:
		"""The next order is accepted, and its goods wait for readiness alone."""
		self.assert_order_shows(self.order(), "Hold", Await.READINESS, WORTH)

	def test_goods_that_left_unpaid_stop_the_next_order_until_they_are_paid(self) -> None:
		self.assert_leaves(self.ordered)
		self.assert_order_refused_for("1,000.00")
		make.payment(self.ordered, self.today)
		self.assert_next_order_is_held()

	def test_a_bill_that_is_not_due_yet_stops_it_as_well(self) -> None:
		note = self.assert_leaves(self.ordered)
		bill = make.invoice_of_delivery(note, self.today)
		bill.db_set("due_date", "2099-12-31")
		self.assert_order_refused_for("1,000.00")
		make.payment(bill, self.today, 400)
		self.assert_order_refused_for("600.00")
		self.pay(600)
		self.assert_next_order_is_held()

	def test_the_next_goods_of_the_same_order_wait_for_those_that_left(self) -> None:
		self.assert_leaves(self.ordered, 4)
		self.assert_waits_for(self.ordered, "400.00 of what was delivered before", 6)
		make.payment(self.ordered, self.today, 400)
		self.assert_leaves(self.ordered)

	def test_parts_that_are_billed_and_paid_one_by_one_leave_one_by_one(self) -> None:
		for part in (0.4, 0.6):
			bill = make.invoice_of_order(self.ordered, self.today, part=part if part < 0.5 else 1)
			self.assert_leaves(self.ordered, part * PIECES)
			make.payment(bill, self.today)
		self.assert_next_order_is_held()

	def test_a_bill_of_goods_that_have_not_left_is_no_such_debt(self) -> None:
		make.invoice_of_order(self.ordered, self.today)
		make.submit(self.draft("Sales Invoice"))
		self.assert_next_order_is_held()
		self.assert_leaves(self.ordered)
		self.assert_order_refused_for("1,000.00")

	def test_goods_without_an_order_and_services_are(self) -> None:
		self.set_settings(mode="Off")
		make.delivery(self.buyer, 200, self.today)
		make.invoice(self.buyer, 30, self.today)
		self.set_settings(mode="Enforce")
		self.assert_order_refused_for("230.00")

	def test_what_came_back_is_owed_no_more(self) -> None:
		note = self.assert_leaves(self.ordered)
		make.submit(make_sales_return(note.name))
		self.assert_next_order_is_held()

	def test_what_a_credit_note_took_off_is_not_owed(self) -> None:
		bill = make.invoice_of_delivery(self.assert_leaves(self.ordered), self.today)
		make.credit_note(bill, self.today, part=0.3)
		self.assert_order_refused_for("700.00")
		make.payment(bill, self.today, 700)
		self.assert_next_order_is_held()

	def test_what_is_disputed_is_not_owed_also_beside_what_is(self) -> None:
		disputed = make.invoice_of_delivery(self.assert_leaves(self.ordered, 4), self.today)
		self.assert_order_refused_for("400.00")
		disputed.db_set("is_disputed", 1)
		self.set_settings(mode="Off")
		self.assert_leaves(self.ordered, 3)
		self.set_settings(mode="Enforce")
		self.assert_order_refused_for("300.00")

	def test_an_order_that_is_paid_in_advance_passes_all_the_same(self) -> None:
		self.assert_leaves(self.ordered)
		self.pay(2 * WORTH)
		self.assert_order_shows(self.order(), "Allow", None, 0)

	def test_a_trifle_stops_nothing(self) -> None:
		self.assert_leaves(self.ordered)
		make.payment(self.ordered, self.today, WORTH - 1)
		self.assert_next_order_is_held()
