"""The money that goods wait for: it comes, goes back, pays in part, and is never promised twice."""

import frappe
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as deliver_order
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return
from frappe.utils.background_jobs import get_jobs

from customer_grading.gate.verdict import OrderRefusedError
from customer_grading.jobs.holds import refresh
from customer_grading.rules.options import Await, Door
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import WORTH, GoodsOfAnOrder, strike
from customer_grading.tests.test_door_changes import update_items


class TestMoneyComesAndGoes(GoodsOfAnOrder):
	def setUp(self) -> None:
		super().setUp()
		self.assign("C")
		self.ordered = self.order()

	def assert_held(self, amount: float = WORTH) -> None:
		self.assert_shows(self.ordered, "Hold", Await.ADVANCE, amount)
		self.assert_waits_for(self.ordered, f"{amount:,.2f}")

	def assert_free(self) -> None:
		self.assert_shows(self.ordered, "Allow")
		self.assert_leaves(self.ordered)

	def test_an_advance_by_payment_entry_lifts_the_hold(self) -> None:
		self.assert_held()
		make.payment(self.ordered, self.today)
		self.assert_free()

	def test_money_on_account_lifts_the_hold(self) -> None:
		self.assert_held()
		self.pay(WORTH)
		self.assert_free()

	def test_a_credit_by_journal_entry_lifts_the_hold(self) -> None:
		self.assert_held()
		make.journal(self.buyer, -WORTH, self.today)
		self.assert_free()

	def test_a_part_of_the_money_leaves_a_part_of_the_hold(self) -> None:
		self.pay(400)
		self.assert_held(600)

	def test_reconciling_an_old_invoice_with_other_money_frees_what_was_paid(self) -> None:
		make.invoice(self.buyer, 300, self.today)
		self.pay(WORTH)
		self.assert_held(300)
		make.journal(self.buyer, -300, self.today)
		make.reconcile(self.buyer)
		self.assert_free()

	def test_money_that_is_reconciled_with_an_invoice_covers_the_order_no_more(self) -> None:
		self.pay(WORTH)
		make.invoice(self.buyer, 250, self.today)
		make.reconcile(self.buyer)
		self.assert_held(250)

	def test_a_cancelled_payment_brings_the_hold_back(self) -> None:
		payment = make.payment(self.ordered, self.today)
		self.assert_shows(self.ordered, "Allow")
		payment.reload()
		payment.cancel()
		self.assert_held()

	def test_a_refund_brings_the_hold_back(self) -> None:
		self.pay(WORTH)
		self.assert_shows(self.ordered, "Allow")
		make.refund(self.buyer, 350, self.today)
		self.assert_held(350)

	def test_a_cancelled_journal_entry_brings_the_hold_back(self) -> None:
		credit = make.journal(self.buyer, -WORTH, self.today)
		self.assert_shows(self.ordered, "Allow")
		credit.cancel()
		self.assert_held()

	def test_a_credit_note_is_no_money(self) -> None:
		make.standalone_credit_note(self.buyer, WORTH, self.today)
		self.assert_held()


class TestTheJob(GoodsOfAnOrder):
	"""For real: committed, queued and run."""

	def test_money_that_is_committed_queues_the_job_that_lifts_the_hold(self) -> None:
		self.assign("C")
		ordered = self.order()
		self.addCleanup(strike, self.buyer)
		frappe.db.commit()
		self.assert_order_shows(ordered, "Hold", Await.ADVANCE, WORTH)
		make.payment(ordered, self.today)
		frappe.db.commit()
		queued = get_jobs(frappe.local.site, "short", "customers")[frappe.local.site]
		self.assertIn([self.buyer], queued)
		refresh([self.buyer])
		self.assert_order_shows(ordered, "Allow", None, 0)


class TestPartialDelivery(GoodsOfAnOrder):
	def setUp(self) -> None:
		super().setUp()
		self.assign("C")
		self.ordered = self.order()

	def test_what_is_covered_leaves_and_the_rest_waits(self) -> None:
		self.pay(400)
		self.assert_waits_for(self.ordered, "100.00", 5)
		self.assert_leaves(self.ordered, 4)
		self.assert_shows(self.ordered, "Hold", Await.ADVANCE, 600)
		self.assert_waits_for(self.ordered, "100.00", 1)
		self.pay(600)
		self.assert_leaves(self.ordered, 1)
		self.assert_leaves(self.ordered)

	def test_billing_what_has_left_changes_nothing(self) -> None:
		make.payment(self.ordered, self.today, 700)
		note = self.assert_leaves(self.ordered, 4)
		make.invoice_of_delivery(note, self.today)
		self.assert_shows(self.ordered, "Hold", Await.ADVANCE, 300)
		self.assert_leaves(self.ordered, 3)
		self.assert_waits_for(self.ordered, "100.00", 1)

	def test_goods_that_come_back_give_their_cover_back(self) -> None:
		self.pay(400)
		note = self.assert_leaves(self.ordered, 4)
		make.submit(make_sales_return(note.name))
		self.assert_leaves(self.ordered, 4)
		self.assert_waits_for(self.ordered, "100.00", 1)

	def test_goods_that_left_unpaid_before_the_downgrade_are_paid_first(self) -> None:
		self.assign(None)
		self.assert_leaves(self.ordered, 4)
		self.assign("C")
		self.assert_shows(self.ordered, "Hold", Await.ADVANCE, 1000)
		self.pay(600)
		self.assert_waits_for(self.ordered, "400.00")
		self.pay(400)
		self.assert_leaves(self.ordered)

	def test_thirds_of_an_order_with_taxes_add_up_to_the_whole(self) -> None:
		order = self.draft("Sales Order", 3, taxes=make.taxes(self.company, 19))
		order.items[0].rate = 33.33
		self.ordered = make.submit(order)
		for earlier in frappe.get_all("Sales Order", {"customer": self.buyer, "name": ("!=", order.name)}):
			frappe.get_doc("Sales Order", earlier.name).cancel()
		self.pay(self.ordered.rounded_total or self.ordered.grand_total)
		for _piece in range(3):
			self.assert_leaves(self.ordered, 1)

	def test_who_pays_the_rounded_total_has_paid(self) -> None:
		self.round_totals()
		for rate, paid in ((100.04, 1000), (99.96, 1000)):
			with self.subTest(rate=rate):
				self.buyer = make.customer()
				self.assign("D")
				self.pay(paid)
				order = self.draft()
				order.items[0].rate = rate
				make.submit(order)
				self.assertEqual(order.rounded_total, paid)
				self.assert_leaves(order)

	def test_a_rate_of_zero_on_the_note_does_not_take_the_goods_past_the_door(self) -> None:
		note = deliver_order(self.ordered.name)
		note.items[0].rate = note.items[0].price_list_rate = 0
		self.assert_refused_by(lambda: make.submit(note), "order_pay_before_delivery")


class TestTwoOrders(GoodsOfAnOrder):
	def setUp(self) -> None:
		super().setUp()
		self.assign("C")
		self.first, self.second = self.order(), self.order()

	def test_the_same_money_is_not_promised_twice(self) -> None:
		self.pay(WORTH)
		self.assert_shows(self.first, "Allow")
		self.assert_shows(self.second, "Hold", Await.ADVANCE, WORTH)
		self.assert_waits_for(self.second, "1,000.00")
		self.assert_leaves(self.first)
		self.assert_waits_for(self.second, "1,000.00")

	def test_what_was_paid_for_the_second_stays_with_it(self) -> None:
		make.payment(self.second, self.today)
		self.assert_waits_for(self.first, "1,000.00")
		self.assert_leaves(self.second)
		self.assert_waits_for(self.first, "1,000.00")

	def test_more_than_an_order_needs_goes_to_the_next_one(self) -> None:
		self.pay(1500)
		self.assert_leaves(self.first)
		self.assert_waits_for(self.second, "500.00")
		self.assert_leaves(self.second, 5)

	def test_a_cancelled_order_gives_its_money_to_the_next_one(self) -> None:
		self.pay(WORTH)
		self.first.cancel()
		self.assert_leaves(self.second)

	def test_a_note_of_both_orders_needs_the_money_of_both(self) -> None:
		self.pay(WORTH)
		note = deliver_order(self.second.name, deliver_order(self.first.name))
		self.assertEqual(len(note.items), 2)
		frappe.db.savepoint("before_attempt")
		with self.assertRaises(self.refusal):
			make.submit(note)
		frappe.db.rollback(save_point="before_attempt")
		self.forget_refusals()
		self.pay(WORTH)
		make.submit(deliver_order(self.second.name, deliver_order(self.first.name)))

	def test_a_new_order_of_tier_d_does_not_get_the_money_of_an_open_one(self) -> None:
		self.pay(2 * WORTH)
		self.assign("D")
		third = self.draft().insert()
		self.door, self.refusal, self.title = Door.ORDER, OrderRefusedError, "Order Refused"
		self.assert_refused_by(third.submit, "order_pay_before_order")

	def test_an_order_that_is_raised_keeps_the_money_that_was_paid_for_it(self) -> None:
		self.assign("D")
		make.payment(self.first, self.today)
		self.pay(WORTH + 500)
		update_items(self.first, 15)
		shown = frappe.db.get_value("Sales Order", self.first.name, ["base_grand_total", "credit_outcome"])
		self.assertEqual(shown, (1500, "Allow"))


class TestBilledGoods(GoodsOfAnOrder):
	"""Goods that are billed before they leave."""

	def setUp(self) -> None:
		super().setUp()
		self.assign("C")
		self.ordered = self.order()

	def test_an_order_that_is_billed_and_not_paid_still_shows_what_it_waits_for(self) -> None:
		bill = make.invoice_of_order(self.ordered, self.today)
		self.assert_shows(self.ordered, "Hold", Await.ADVANCE, WORTH)
		make.payment(bill, self.today)
		self.assert_shows(self.ordered, "Allow")
		self.assert_leaves(self.ordered)

	def test_half_billed_and_paid_lets_half_of_the_goods_leave(self) -> None:
		bill = make.invoice_of_order(self.ordered, self.today, part=0.5)
		make.payment(bill, self.today)
		self.assert_waits_for(self.ordered, "100.00", 6)
		self.assert_leaves(self.ordered, 5)
		self.assert_waits_for(self.ordered, "100.00", 1)

	def test_a_bill_that_is_paid_in_part_covers_its_part_to_the_cent(self) -> None:
		order = self.draft("Sales Order", 3)
		order.items[0].rate = 233.33
		make.submit(order)
		bill = make.invoice_of_order(order, self.today)
		make.payment(bill, self.today, 466.66)
		self.assert_leaves(order, 2)
		self.assert_waits_for(order, "233.", 1)

	def test_a_credit_note_that_stays_open_takes_the_cover_back(self) -> None:
		bill = make.invoice_of_order(self.ordered, self.today)
		make.payment(bill, self.today)
		make.credit_note(bill, self.today, for_self=True)
		self.assert_waits_for(self.ordered, "1,000.00")

	def test_money_on_account_that_settles_the_bill_counts_before_it_is_reconciled(self) -> None:
		make.invoice_of_order(self.ordered, self.today)
		self.assert_waits_for(self.ordered, "1,000.00")
		self.pay(WORTH)
		self.assert_leaves(self.ordered)

	def test_an_advance_that_the_bill_used_up_counts_once(self) -> None:
		make.payment(self.ordered, self.today)
		make.invoice_of_order(self.ordered, self.today, advances=True)
		self.assert_leaves(self.ordered)
		other = self.order()
		self.assert_waits_for(other, "1,000.00")
