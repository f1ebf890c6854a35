"""Several people submit at once, each by a process and a connection of their own."""

import json
from collections import Counter

import frappe
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as deliver_order

from customer_grading.rules.options import CreditTier
from customer_grading.tests import factories as make
from customer_grading.tests.race_case import PROCESSES, RaceCase

ORDERS = 200


class TestRaces(RaceCase):
	"""Two at once."""

	def test_of_two_orders_that_alone_fit_and_together_do_not_exactly_one_passes(self) -> None:
		for _ in range(3):
			buyer = self.buyer(limit=1000)
			one, two = self.drafts(buyer, [700, 700])
			outcomes = self.race([[one], [two]])
			self.assertCountEqual(outcomes, [["passed"], ["OrderRefusedError"]])
			self.assertEqual(self.exposure(buyer), 700)

	def test_two_orders_that_fit_together_both_pass(self) -> None:
		buyer = self.buyer(limit=1000)
		one, two = self.drafts(buyer, [400, 500])
		self.assertEqual(self.race([[one], [two]]), [["passed"], ["passed"]])
		self.assertEqual(self.exposure(buyer), 900)

	def test_money_on_account_pays_for_one_of_two_orders_in_tier_d(self) -> None:
		buyer = self.buyer(CreditTier.D, limit=0)
		make.money_on_account(buyer, 1000, self.today)
		one, two = self.drafts(buyer, [700, 700])
		outcomes = self.race([[one], [two]])
		self.assertCountEqual(outcomes, [["passed"], ["OrderRefusedError"]])

	def test_an_order_sees_the_invoice_that_was_submitted_while_it_waited(self) -> None:
		buyer = self.buyer(limit=1000)
		billed = make.draft_invoice(buyer, 700, self.today).insert()
		[ordered] = self.drafts(buyer, [700])
		frappe.db.commit()
		waiting = self.workers[0]
		waiting.say(json.dumps(["Sales Order", [ordered]]))
		self.assertEqual(waiting.hear(), "ready")
		billed.submit()
		frappe.db.commit()
		waiting.say("go")
		self.assertEqual(json.loads(waiting.hear()), ["OrderRefusedError"])
		frappe.db.rollback()
		self.assertEqual(self.exposure(buyer), 700)

	def test_customers_without_any_open_document_do_not_meet_in_the_gaps_between_rows(self) -> None:
		buyers = [self.buyer(limit=1000) for _ in range(PROCESSES)]
		shares = [self.drafts(buyer, [100]) for buyer in buyers]
		self.assertEqual(self.race(shares), [["passed"]] * PROCESSES)
		self.assertEqual([self.exposure(buyer) for buyer in buyers], [100] * PROCESSES)

	def test_two_payments_of_one_invoice_at_once_are_both_in_the_copy(self) -> None:
		buyer = self.buyer(tier=None)
		billed = make.invoice(buyer, 900, self.today)
		payments = [make.draft_payment(billed, self.today, amount).insert() for amount in (200, 300)]
		frappe.db.commit()
		outcomes = self.race([[payment.name] for payment in payments], "Payment Entry")
		self.assertEqual(outcomes, [["passed"], ["passed"]])
		self.assertEqual(self.exposure(buyer), 400)


class TestRacesOfGoods(RaceCase):
	"""Goods of one order of tier C leave by two notes at once, and half of them are paid."""

	def setUp(self) -> None:
		super().setUp()
		name = self.buyer(CreditTier.C, limit=0)
		self.ordered = make.order(name, 2000, self.today, qty=2)

	def notes(self) -> list[list[str]]:
		"""Two notes, each of one half."""
		notes = [deliver_order(self.ordered.name) for _ in range(2)]
		for note in notes:
			note.items[0].qty = 1
			note.insert()
		frappe.db.commit()
		return [[note.name] for note in notes]

	def assert_one_leaves(self) -> None:
		outcomes = self.race(self.notes(), "Delivery Note")
		self.assertCountEqual(outcomes, [["passed"], ["DeliveryHeldError"]])

	def test_money_that_was_paid_for_the_order_covers_one_of_them(self) -> None:
		make.payment(self.ordered, self.today, 1000)
		self.assert_one_leaves()

	def test_a_bill_that_is_paid_by_half_covers_one_of_them(self) -> None:
		bill = make.invoice_of_order(self.ordered, self.today)
		make.payment(bill, self.today, 1000)
		self.assert_one_leaves()


class TestHammer(RaceCase):
	"""Eight processes, two hundred orders."""

	def test_the_limit_is_never_exceeded_and_nothing_that_fits_is_refused(self) -> None:
		buyer = self.buyer(limit=10_000)
		names = self.drafts(buyer, [100] * ORDERS)
		outcomes = self.race([names[number::PROCESSES] for number in range(PROCESSES)])
		told = Counter(outcome for share in outcomes for outcome in share)
		self.assertEqual(told, {"passed": 100, "OrderRefusedError": 100})
		self.assertEqual(self.exposure(buyer), 10_000)
		self.assertEqual(frappe.db.count("Sales Order", {"customer": buyer, "docstatus": 1}), 100)
