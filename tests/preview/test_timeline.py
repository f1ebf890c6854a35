"""What was known of a customer on each morning, and the tier that followed from it."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from books import (
	HORIZON,
	POLICY,
	START,
	account,
	accounts,
	bill,
	credit,
	good_payer,
	money,
	on,
	sale,
	timeline,
	with_more,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_grading.preview.book import Account, Invoice, Receipt
from customer_grading.preview.replay.timeline import Timeline
from customer_grading.rules.dates import add_months
from customer_grading.rules.options import CreditTier
from customer_grading.rules.order import Component, ExposureKind, Overdue
from customer_grading.rules.policy import TierPolicy
from customer_grading.rules.tier import PaymentFacts, TierState, classify, settle

A, B, C, D = CreditTier
TIER = POLICY.tier
NOTHING = PaymentFacts(0, Decimal(0), Decimal(0), False, Decimal(0))


class Known(NamedTuple):
	"""What a timeline tells on a morning."""

	state: TierState
	facts: PaymentFacts
	exposure: Decimal
	cover: Decimal


def known(walked: Timeline, morning: date) -> Known:
	state = walked.advance(morning)
	facts = replace(walked.payment_facts(), oldest_arrears_days=walked.oldest_overdue_days(morning))
	return Known(state, facts, total(walked), walked.cover(Decimal(0)))


def total(walked: Timeline) -> Decimal:
	return sum((part.amount for part in walked.exposure()), Decimal(0))


def at(day: int, customer: Account) -> Timeline:
	"""The timeline of a customer on the morning of a day."""
	walked = timeline(customer)
	walked.advance(on(day))
	return walked


def tier_at(day: int, customer: Account) -> tuple[CreditTier, bool]:
	state = timeline(customer).advance(on(day))
	return state.tier, state.provisional


# What is known


def test_nothing_is_known_before_the_first_day() -> None:
	walked = timeline(account(bill(day=5, paid=6)))
	assert walked.advance(on(5)) == TierState(B, True, on(5))
	assert walked.payment_facts() == NOTHING
	assert walked.exposure() == (Component(ExposureKind.LEDGER, Decimal(0)),)
	assert walked.overdue_lines(on(5)) == ()


def test_an_invoice_is_known_on_the_morning_after_its_date() -> None:
	customer = account(bill(day=5))
	assert total(at(5, customer)) == 0
	assert total(at(6, customer)) == 100


def test_money_is_known_on_the_morning_after_it_came() -> None:
	customer = account(bill(paid=20))
	assert total(at(20, customer)) == 100
	assert at(20, customer).paid_invoices == 0
	assert total(at(21, customer)) == 0
	assert at(21, customer).paid_invoices == 1


def test_what_becomes_known_after_the_report_is_left_out() -> None:
	walked = Timeline.of(account(bill(paid=20)), TIER, on(20))
	walked.advance(on(900))
	assert total(walked) == 100
	assert walked.arrears == 0


def test_a_day_that_has_no_morning_to_itself_is_regraded_all_the_same() -> None:
	customer = account(bill(due=10))
	assert timeline(customer).advance(on(400)) == TierState(D, False, on(11))


# Arrears


def test_money_on_the_due_date_is_in_time() -> None:
	facts = at(31, account(bill(due=30, paid=30))).payment_facts()
	assert (facts.due_amount, facts.on_time_amount, facts.arrears) == (100, 100, 0)


def test_a_line_is_in_arrears_from_the_morning_after_its_due_date() -> None:
	customer = account(bill(due=30))
	assert at(30, customer).arrears == 0
	walked = at(31, customer)
	assert walked.arrears == 100
	assert walked.overdue_lines(on(31)) == (Overdue("SI-1", Decimal(100), 1),)
	assert tier_at(30, customer) == (B, True)
	assert tier_at(31, customer) == (D, False)


def test_late_money_ends_the_arrears_but_stays_late() -> None:
	facts = at(42, account(bill(due=30, paid=41))).payment_facts()
	assert (facts.due_amount, facts.on_time_amount, facts.arrears) == (100, 0, 0)
	assert facts.paid_invoices == 1


def test_a_partial_payment_counts_by_its_amount() -> None:
	customer = account(bill(due=30, paid=[money(20, 60), money(35, 30)]))
	walked = at(31, customer)
	assert (walked.due_amount, walked.on_time_amount, walked.arrears) == (100, 60, 40)
	walked.advance(on(36))
	assert (walked.arrears, walked.paid_invoices, total(walked)) == (10, 0, 10)


def test_arrears_up_to_the_tolerance_are_trivial() -> None:
	assert tier_at(31, account(bill(due=30, amount=1))) == (B, True)
	assert tier_at(31, account(bill(due=30, amount="1.01"))) == (D, False)


def test_the_oldest_of_several_overdue_lines_tells_the_days() -> None:
	customer = account(bill("SI-1", 0, 30), bill("SI-2", 0, 10, paid=50), bill("SI-3", 5, 20, 70))
	walked = at(40, customer)
	assert walked.overdue_lines(on(40)) == (Overdue("SI-2", Decimal(270), 30),)
	walked.advance(on(51))
	assert walked.overdue_lines(on(51)) == (Overdue("SI-3", Decimal(170), 31),)


def test_what_fell_due_on_the_day_of_the_report_is_overdue_for_a_day() -> None:
	walked = at(31, account(bill(due=30)))
	assert walked.oldest_overdue_days(on(30)) == 1
	assert at(30, account(bill(due=30))).oldest_overdue_days(on(30)) == 0


# Payment schedules


def test_the_lines_of_a_schedule_are_settled_in_the_order_in_which_they_fall_due() -> None:
	customer = account(bill(schedule=[(10, 40), (40, 60)], paid=[money(8, 50)]))
	walked = at(11, customer)
	assert (walked.due_amount, walked.on_time_amount, walked.arrears) == (40, 40, 0)
	walked.advance(on(41))
	assert (walked.due_amount, walked.on_time_amount, walked.arrears) == (100, 50, 50)


def test_late_money_for_one_line_is_early_money_for_the_next() -> None:
	customer = account(bill(schedule=[(10, 40), (40, 60)], paid=[money(25, 100)]))
	assert at(25, customer).arrears == 40
	walked = at(26, customer)
	assert (walked.arrears, walked.has_prepaid) == (0, True)
	assert (at(41, customer).due_amount, at(41, customer).on_time_amount) == (100, 60)


# Prepayment


@pytest.mark.parametrize(("paid", "prepaid"), [(20, True), (21, False), (0, True), (45, False)])
def test_ten_days_ahead_of_the_due_date_is_prepaid(paid: int, prepaid: bool) -> None:
	assert at(50, account(bill(due=30, paid=paid))).has_prepaid is prepaid


@pytest.mark.parametrize(("paid", "prepaid"), [(9, True), (10, False)])
def test_money_before_the_goods_is_prepaid_however_short_the_terms_are(paid: int, prepaid: bool) -> None:
	assert at(50, account(bill(day=10, due=10, paid=paid))).has_prepaid is prepaid


def test_a_part_that_comes_early_is_prepaid() -> None:
	assert at(50, account(bill(due=30, paid=[money(3, 1), money(45, 99)]))).has_prepaid


def test_how_early_is_a_setting() -> None:
	customer = account(bill(due=30, paid=20))
	strict = Timeline.of(customer, replace(TIER, early_days=11), on(50))
	strict.advance(on(50))
	assert not strict.has_prepaid


def test_a_credit_note_is_not_a_prepayment() -> None:
	assert not at(50, account(bill(due=30, paid=[credit(2, 100)]))).has_prepaid
	assert not at(50, account(bill(day=10, due=40, paid=[credit(2, 100)]))).has_prepaid


def test_money_before_the_goods_is_money_on_account_until_they_are_billed() -> None:
	customer = account(bill(day=10, due=10, paid=4))
	before = at(10, customer)
	assert (total(before), before.cover(Decimal(0)), before.has_prepaid) == (-100, 100, False)
	after = at(11, customer)
	assert (total(after), after.cover(Decimal(0)), after.has_prepaid) == (0, 0, True)
	assert after.paid_invoices == 1


def test_a_prepayment_stays_on_record() -> None:
	customer = account(bill(paid=0), *(bill(f"SI-{n}", 30 * n, paid=30 * n + 29) for n in range(1, 30)))
	assert at(880, customer).has_prepaid
	assert tier_at(880, customer) == (A, False)


# Disputes


def test_a_dispute_takes_an_invoice_out_of_the_arrears_from_its_day() -> None:
	customer = account(bill(due=10, disputed=20))
	before = at(20, customer)
	assert (before.arrears, before.due_amount) == (100, 100)
	after = at(21, customer)
	assert (after.arrears, after.due_amount, total(after)) == (0, 0, 100)
	assert after.overdue_lines(on(21)) == ()


def test_a_dispute_before_the_due_date_keeps_an_invoice_from_being_late() -> None:
	walked = at(60, account(bill(due=30, disputed=30, paid=50)))
	assert (walked.arrears, walked.due_amount, walked.paid_invoices) == (0, 0, 1)


def test_a_dispute_does_not_take_back_what_was_paid_late_before_it() -> None:
	walked = at(60, account(bill(due=30, disputed=50, paid=40)))
	assert (walked.due_amount, walked.on_time_amount) == (100, 0)


def test_a_dispute_leaves_the_lines_alone_that_are_paid() -> None:
	customer = account(bill(schedule=[(10, 40), (40, 60)], paid=[money(10, 40)], disputed=20))
	walked = at(60, customer)
	assert (walked.due_amount, walked.on_time_amount, walked.arrears) == (40, 40, 0)


def test_an_old_overdue_line_can_still_be_disputed() -> None:
	customer = account(bill(due=10, disputed=500))
	assert at(500, customer).arrears == 100
	assert at(501, customer).arrears == 0
	assert at(501, customer).due_amount == 0


# The window


def test_a_line_counts_until_the_first_of_the_month_after_twelve_months() -> None:
	customer = account(bill(due=30, paid=50))
	assert on(30) == date(2023, 12, 20)
	first = (date(2025, 1, 1) - START).days
	assert at(first - 1, customer).due_amount == 100
	assert at(first, customer).due_amount == 0


def test_an_unpaid_line_stays_in_arrears_when_it_leaves_the_window() -> None:
	walked = at(900, account(bill(due=30)))
	assert (walked.due_amount, walked.arrears) == (0, 100)


def test_where_nothing_fell_due_in_the_window_the_tier_is_kept_and_does_not_rise() -> None:
	customer = account(*(bill(f"SI-{n}", 0, 10, paid=20) for n in range(3)))
	assert tier_at(300, customer) == (D, False)
	assert tier_at(900, customer) == (D, False)


# Money on account


def test_money_on_account_covers_and_lowers_the_exposure() -> None:
	customer = account(bill(amount=70), on_account=[money(2, 100)])
	assert total(at(2, customer)) == 70
	walked = at(3, customer)
	assert (total(walked), walked.cover(Decimal(0))) == (-30, 100)


def test_a_refund_takes_money_off_the_account() -> None:
	walked = at(9, account(bill(), on_account=[money(2, 100), money(5, -60)]))
	assert (walked.cover(Decimal(0)), total(walked)) == (40, 60)


def test_a_refund_of_what_was_never_received_covers_nothing() -> None:
	walked = at(9, account(bill(), on_account=[money(5, -60)]))
	assert (walked.cover(Decimal(0)), total(walked)) == (0, 160)


def test_money_on_account_is_no_payment_of_an_invoice() -> None:
	walked = at(50, account(bill(due=30), on_account=[money(2, 100)]))
	assert (walked.arrears, walked.paid_invoices, walked.has_prepaid) == (100, 0, False)


# Paid on a day that nobody knows


def test_what_was_paid_on_an_unknown_day_is_neither_late_nor_in_time() -> None:
	walked = at(50, account(bill(due=30, unknown=100)))
	assert walked.payment_facts() == NOTHING
	assert total(walked) == 0
	assert not walked.open_claims


def test_what_was_paid_on_an_unknown_day_is_owed_until_it_was_due() -> None:
	customer = account(bill(due=30, unknown=100))
	assert total(at(30, customer)) == 100
	assert total(at(31, customer)) == 0


def test_what_is_left_of_an_invoice_paid_on_an_unknown_day_is_in_arrears() -> None:
	customer = account(bill(due=30, unknown=60))
	walked = at(31, customer)
	assert (walked.arrears, walked.due_amount, total(walked)) == (40, 0, 40)
	assert tier_at(31, customer) == (D, False)


def test_an_unknown_day_pays_the_first_lines_of_a_schedule() -> None:
	customer = account(bill(schedule=[(10, 40), (40, 60)], unknown=70))
	assert at(40, customer).arrears == 0
	assert at(41, customer).arrears == 30


def test_a_dispute_ends_the_arrears_of_an_invoice_paid_on_an_unknown_day() -> None:
	walked = at(60, account(bill(due=30, unknown=60, disputed=50)))
	assert (walked.arrears, walked.due_amount) == (0, 0)


# Zero invoices


def test_an_invoice_of_nothing_says_nothing() -> None:
	walked = at(60, account(bill(amount=0)))
	assert walked.payment_facts() == NOTHING
	assert not walked.open_claims
	assert total(walked) == 0


# Orders


def test_an_order_counts_in_the_exposure_until_it_is_billed() -> None:
	customer = account(bill(day=10, order="SO-1"), orders=[sale(day=3)])
	assert at(3, customer).exposure() == (Component(ExposureKind.LEDGER, Decimal(0)),)
	assert at(4, customer).exposure()[1] == Component(ExposureKind.UNBILLED_ORDERS, Decimal(100))
	assert at(11, customer).exposure() == (Component(ExposureKind.LEDGER, Decimal(100)),)


def test_partial_billing_leaves_the_rest_of_the_order() -> None:
	customer = account(bill(day=10, amount=30, order="SO-1"), orders=[sale(day=3)])
	ledger, unbilled = at(11, customer).exposure()
	assert (ledger.amount, unbilled.amount) == (30, 70)


def test_billing_more_than_was_ordered_leaves_nothing_of_the_order() -> None:
	first, second = bill("SI-1", 5, amount=80, order="SO-1"), bill("SI-2", 6, amount=80, order="SO-1")
	walked = at(9, account(first, second, orders=[sale(day=3)]))
	assert (walked.billed, walked.unbilled) == (160, 0)


def test_an_invoice_that_is_older_than_its_order_leaves_nothing_of_it() -> None:
	customer = account(bill(day=3, order="SO-1"), orders=[sale(day=8)], on_account=[money(0, 50)])
	assert (at(5, customer).unbilled, at(5, customer).cover(Decimal(0))) == (0, 50)
	assert (at(9, customer).unbilled, total(at(9, customer))) == (0, 50)


def test_an_invoice_of_an_order_that_no_file_tells_of_is_an_invoice_all_the_same() -> None:
	assert total(at(9, account(bill(order="SO-9")))) == 100


def test_orders_taken_today_count_in_exposure_and_cover() -> None:
	walked = at(9, account(on_account=[money(2, 100)], orders=[sale(day=3, amount=30)]))
	assert walked.cover(Decimal(0)) == 70
	assert walked.cover(Decimal(50)) == 20
	assert walked.cover(Decimal(90)) == 0
	ledger, unbilled = walked.exposure(Decimal(50))
	assert (ledger.amount, unbilled.amount) == (-100, 80)


# Tiers


def test_a_new_customer_is_judged_with_the_third_paid_invoice() -> None:
	customer = account(*(bill(f"SI-{n}", 10 * n, 10 * n + 5, paid=10 * n + 1) for n in range(3)))
	assert tier_at(21, customer) == (B, True)
	assert tier_at(22, customer) == (B, False)


def test_a_customer_who_pays_early_rises_to_a_after_two_mornings() -> None:
	customer = account(*(bill(f"SI-{n}", 10 * n, 10 * n + 15, paid=10 * n) for n in range(3)))
	assert timeline(customer).advance(on(21)) == TierState(B, True, on(0), A, 1)
	assert timeline(customer).advance(on(22)) == TierState(A, False, on(22))


def test_the_tier_falls_at_once_and_rises_after_it_has_held() -> None:
	customer = with_more(good_payer(), bill("SI-L", 300, 310, 10, paid=320))
	assert tier_at(310, customer) == (A, False)
	assert timeline(customer).advance(on(311)) == TierState(D, False, on(311))
	assert timeline(customer).advance(on(320)) == TierState(D, False, on(311))
	assert timeline(customer).advance(on(321)) == TierState(D, False, on(311), A, 1)
	assert timeline(customer).advance(on(322)) == TierState(A, False, on(322))


def test_how_long_it_must_hold_is_a_setting() -> None:
	customer = with_more(good_payer(), bill("SI-L", 300, 310, 10, paid=320))
	patient = Timeline.of(customer, replace(TIER, rise_after_regrades=10), on(400))
	assert patient.advance(on(329)).tier is D
	assert patient.advance(on(330)) == TierState(A, False, on(330))


# A reference that is slow and plain: everything is counted anew on every morning


@dataclass
class LineThen:
	"""A due line as it stood on some evening."""

	due: date
	amount: Decimal
	paid: Decimal
	paid_by_due: Decimal


class Reference:
	"""What was known of a customer on the morning of a day, from its documents alone."""

	def __init__(self, customer: Account, morning: date, policy: TierPolicy) -> None:
		self.morning = morning
		self.evening = morning - timedelta(1)
		self.policy = policy
		self.invoices = [invoice for invoice in customer.invoices if invoice.date < morning]
		self.later = [invoice for invoice in customer.invoices if invoice.date >= morning]
		self.orders = [order for order in customer.orders if order.date < morning]
		self.on_account = [receipt for receipt in customer.on_account if receipt.date < morning]

	def facts(self) -> PaymentFacts:
		judged = [line for invoice, line in self.due_lines() if not invoice.paid_on_unknown_day]
		start = add_months(self.morning, -self.policy.window_months).replace(day=1)
		counted = [line for line in judged if line.due >= start]
		overdue = [line for _, line in self.due_lines() if line.paid < line.amount]
		return PaymentFacts(
			sum(self.is_paid(invoice) for invoice in self.invoices),
			sum((line.amount for line in counted), Decimal(0)),
			sum((line.paid_by_due for line in counted), Decimal(0)),
			any(self.shows_prepayment(invoice) for invoice in self.invoices),
			sum((line.amount - line.paid for line in overdue), Decimal(0)),
			max(((self.morning - line.due).days for line in overdue), default=0),
		)

	def exposure(self) -> Decimal:
		return self.billed() - self.pool() + self.unbilled()

	def cover(self) -> Decimal:
		return max(Decimal(0), self.pool() - self.unbilled())

	def billed(self) -> Decimal:
		return sum(
			(invoice.amount - received(invoice, self.evening) for invoice in self.invoices), Decimal(0)
		)

	def pool(self) -> Decimal:
		advances = [received(invoice, self.evening) for invoice in self.later]
		return sum((*advances, *(receipt.amount for receipt in self.on_account)), Decimal(0))

	def unbilled(self) -> Decimal:
		rests = []
		for order in self.orders:
			bills = [invoice.amount for invoice in self.invoices if invoice.order == order.number]
			rests.append(max(Decimal(0), order.amount - sum(bills)))
		return sum(rests, Decimal(0))

	def is_paid(self, invoice: Invoice) -> bool:
		paid = received(invoice, self.evening) == invoice.amount
		return paid and bool(invoice.amount) and not invoice.paid_on_unknown_day

	def due_lines(self) -> Iterator[tuple[Invoice, LineThen]]:
		"""The lines past due that are not in dispute."""
		for invoice in self.invoices:
			disputed = invoice.disputed_on
			for line in lines(invoice, self.evening):
				if line.due >= self.morning:
					continue
				if disputed is None or disputed >= self.morning or self.was_paid(invoice, line, disputed):
					yield invoice, line

	def was_paid(self, invoice: Invoice, line: LineThen, day: date) -> bool:
		then = next(each for each in lines(invoice, day) if each.due == line.due)
		return then.paid == then.amount

	def shows_prepayment(self, invoice: Invoice) -> bool:
		upto = Decimal(0)
		for receipt in receipts(invoice):
			if receipt.date < self.morning and receipt.is_money:
				early = timedelta(self.policy.early_days)
				touched = lines_touched(invoice, upto, upto + receipt.amount)
				if receipt.date < invoice.date or any(due - receipt.date >= early for due in touched):
					return True
			upto += receipt.amount
		return False


def receipts(invoice: Invoice) -> list[Receipt]:
	"""Receipts by date; what was paid on an unknown day is taken as paid when the first line was due."""
	unknown = Receipt(invoice.lines[0].due, invoice.paid_on_unknown_day, is_money=False)
	return sorted([*invoice.receipts, unknown], key=lambda receipt: receipt.date)


def received(invoice: Invoice, evening: date) -> Decimal:
	return sum((money.amount for money in receipts(invoice) if money.date <= evening), Decimal(0))


def lines(invoice: Invoice, evening: date) -> list[LineThen]:
	found, before = [], Decimal(0)
	for due, amount in invoice.lines:
		paid, by_due = (
			min(max(received(invoice, day) - before, Decimal(0)), amount)
			for day in (evening, min(due, evening))
		)
		found.append(LineThen(due, amount, paid, by_due))
		before += amount
	return found


def lines_touched(invoice: Invoice, low: Decimal, high: Decimal) -> list[date]:
	"""The due dates of the lines that the money between two sums goes to."""
	touched, before = [], Decimal(0)
	for due, amount in invoice.lines:
		if max(low, before) < min(high, before + amount):
			touched.append(due)
		before += amount
	return touched


FIRST = -20
"""Before anything of a random book."""
LAST = HORIZON + 200
mornings = st.lists(st.integers(FIRST, LAST), min_size=1, max_size=8).map(sorted)


@given(accounts(), mornings)
def test_a_timeline_knows_what_a_slow_count_of_the_documents_finds(
	customer: Account, stops: list[int]
) -> None:
	walked = timeline(customer)
	for day in stops:
		reference = Reference(customer, on(day), TIER)
		found = known(walked, on(day))
		assert found.facts == reference.facts()
		assert found.exposure == reference.exposure()
		assert found.cover == reference.cover()


POLICIES = (TIER, replace(TIER, rise_after_regrades=5, min_paid_invoices=1, window_months=3, early_days=3))


@settings(max_examples=20)
@given(accounts(), st.sampled_from(POLICIES))
def test_the_tier_is_that_of_one_regrade_a_night(customer: Account, policy: TierPolicy) -> None:
	walked = Timeline.of(customer, policy, on(LAST))
	news = _news(customer, policy)
	state: TierState | None = None
	facts = NOTHING
	for day in range(FIRST, LAST):
		if on(day) in news:
			facts = Reference(customer, on(day), policy).facts()
		state = settle(state, *classify(facts, policy), on(day), policy)
		assert walked.advance(on(day)) == state


def _news(customer: Account, policy: TierPolicy) -> set[date]:
	"""The mornings that may find other facts than the one before."""
	found: set[date] = set()
	for invoice in customer.invoices:
		dues = [line.due for line in invoice.lines]
		found |= {invoice.date, *dues, *(receipt.date for receipt in invoice.receipts)}
		gone = [add_months(due, policy.window_months) for due in dues]
		found |= {day.replace(day=monthrange(day.year, day.month)[1]) for day in gone}
		found |= {invoice.disputed_on} if invoice.disputed_on else set()
	return {day + timedelta(1) for day in found}


@given(accounts(), mornings, st.sampled_from(POLICIES))
def test_steps_of_any_length_lead_to_the_same_tier_and_facts(
	customer: Account, stops: list[int], policy: TierPolicy
) -> None:
	leaping, strolling = (Timeline.of(customer, policy, on(LAST)) for _ in range(2))
	yesterday = FIRST
	assert known(leaping, on(FIRST)) == known(strolling, on(FIRST))
	for stop in stops:
		for day in range(yesterday, stop):
			strolling.advance(on(day))
		yesterday = stop
		assert known(leaping, on(stop)) == known(strolling, on(stop))


@given(accounts(), mornings)
def test_asking_twice_changes_nothing(customer: Account, stops: list[int]) -> None:
	walked = timeline(customer)
	for day in stops:
		assert known(walked, on(day)) == known(walked, on(day))
