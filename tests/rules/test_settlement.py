"""Invoices are settled line by line, in order of due date, by the money that came for them."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.on_account import OverdueLine, Received
from customer_grading.rules.settlement import (
	HALF_A_CENT,
	Invoice,
	Line,
	Money,
	Paying,
	Placed,
	Settlement,
	Terms,
	placed,
)
from customer_grading.rules.tier import PaymentFacts

NOTHING = Decimal(0)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
ONE_DAY = timedelta(days=1)
TERMS = Terms(day=date(2026, 11, 20), start=date(2025, 11, 1), early_days=10)


def invoice(*lines: tuple[date, int], paid: Sequence[tuple[date, int]] = (), **more: object) -> Invoice:
	"""An invoice in company currency that was posted on the first of May, of these lines and payments."""
	claim = Decimal(sum(amount for _due, amount in lines))
	known = {"posted": MAY, "is_disputed": False, "is_opening": False, "given_back": NOTHING}
	known |= {"claims": [claim], "base_claim": claim, **more}
	known["lines"] = [Line(due, Decimal(amount)) for due, amount in lines]
	known["money"] = [Money(day, Decimal(amount)) for day, amount in paid]
	return Invoice(**known)


def facts(*invoices: Invoice, received: Sequence[Received] = ()) -> PaymentFacts:
	paying = Paying(TERMS)
	for each in invoices:
		paying.add(each)
	return paying.facts(received)


def figures(*invoices: Invoice) -> tuple[Decimal, Decimal, Decimal]:
	"""What fell due, what of that came in time, and what is in arrears."""
	found = facts(*invoices)
	return found.due_amount, found.on_time_amount, found.arrears


def test_without_invoices_nothing_is_known() -> None:
	assert facts() == PaymentFacts(0, NOTHING, NOTHING, False, NOTHING)


def test_money_settles_the_first_line_before_the_next() -> None:
	sold = invoice((JUNE, 450), (JULY, 450), paid=[(JUNE - ONE_DAY, 300), (JUNE + ONE_DAY, 350)])
	assert figures(sold) == (900, 300 + 200, 250)
	assert facts(sold).oldest_arrears_days == (TERMS.day - JULY).days


def test_what_came_on_the_due_date_is_on_time_and_a_day_later_it_is_not() -> None:
	assert figures(invoice((JUNE, 10), paid=[(JUNE, 10)])) == (10, 10, 0)
	assert figures(invoice((JUNE, 10), paid=[(JUNE + ONE_DAY, 10)])) == (10, 0, 0)


def test_a_line_is_judged_from_the_day_after_it_fell_due_on() -> None:
	assert figures(invoice((TERMS.day - ONE_DAY, 10))) == (10, 0, 10)
	waiting = facts(invoice((TERMS.day, 10)))
	assert (waiting.due_amount, waiting.arrears, waiting.next_change) == (0, 0, TERMS.day + ONE_DAY)


def test_a_line_from_before_the_window_is_in_arrears_but_says_nothing_else() -> None:
	before = TERMS.start - ONE_DAY
	assert figures(invoice((before, 10))) == (0, 0, 10)
	assert figures(invoice((TERMS.start, 10), paid=[(before, 10)])) == (10, 10, 0)


def test_credit_takes_from_the_last_lines_and_nobody_has_paid() -> None:
	sold = invoice((JUNE, 50), (JULY, 50), paid=[(JUNE, 50)], credit=Decimal(30))
	assert figures(sold) == (70, 50, 20)
	assert facts(sold).paid_invoices == 0
	assert facts(invoice((JUNE, 100), credit=Decimal(100))).paid_invoices == 0


def test_an_invoice_is_paid_when_less_than_half_a_cent_is_left() -> None:
	short, shorter = Decimal("9.996"), Decimal("9.995")
	for came, is_paid in ((short, 1), (shorter, 0)):
		sold = invoice((JUNE, 10))
		sold.money = [Money(MAY, came)]
		assert facts(sold).paid_invoices == is_paid


def test_what_was_taken_back_never_came_in_time() -> None:
	bounced = invoice((JUNE, 100), paid=[(MAY, 100), (JULY, -100)])
	assert figures(bounced) == (100, 0, 100)
	assert not facts(bounced).has_prepaid


def test_money_that_came_before_the_invoice_is_prepaid() -> None:
	due = MAY + ONE_DAY
	assert facts(invoice((due, 10), paid=[(MAY - ONE_DAY, 1)])).has_prepaid
	assert not facts(invoice((due, 10), paid=[(MAY, 10)])).has_prepaid


def test_money_well_ahead_of_its_due_date_is_prepaid_if_it_goes_beyond_earlier_lines() -> None:
	ahead = JULY - timedelta(days=TERMS.early_days)
	lines = ((MAY, 50), (JULY, 50))
	assert facts(invoice(*lines, paid=[(ahead, 51)])).has_prepaid
	assert not facts(invoice(*lines, paid=[(ahead, 50)])).has_prepaid
	assert not facts(invoice(*lines, paid=[(ahead + ONE_DAY, 51)])).has_prepaid


def test_change_at_the_till_is_neither_owed_nor_paid() -> None:
	claims = [Decimal(80), Decimal(20)]
	sold = invoice((MAY, 80), paid=[(MAY, 100)], given_back=Decimal(20), claims=claims)
	sold.base_claim = Decimal(100)
	assert figures(sold) == (80, 80, 0)
	assert (facts(sold).paid_invoices, facts(sold).has_prepaid) == (1, False)


def test_change_that_is_not_booked_changes_nothing() -> None:
	sold = invoice((MAY, 80), paid=[(MAY, 80)], given_back=Decimal(20))
	assert figures(sold) == (80, 80, 0)


def test_what_claims_nothing_has_no_change_either() -> None:
	assert invoice((MAY, 0), given_back=Decimal(20), claims=[]).change == 0


def test_the_first_line_takes_what_the_schedule_does_not_tell() -> None:
	lines = [Line(JUNE, Decimal(30)), Line(JULY, Decimal(50))]
	assert list(placed(lines, Decimal(100))) == [Placed(JUNE, 0, 50), Placed(JULY, 50, 100)]


def test_worth_is_told_at_the_invoices_own_rate() -> None:
	sold = invoice((JUNE, 100), paid=[(JUNE, 40)], base_claim=Decimal(110))
	assert figures(sold) == (110, 44, 66)


def test_a_disputed_invoice_is_neither_due_nor_in_arrears() -> None:
	assert figures(invoice((JUNE, 10), is_disputed=True)) == (0, 0, 0)


def test_an_opening_invoice_is_in_arrears_only() -> None:
	opening = invoice((JUNE, 10), paid=[(MAY - ONE_DAY, 4)], is_opening=True)
	assert figures(opening) == (0, 0, 6)
	assert (facts(opening).paid_invoices, facts(opening).has_prepaid) == (0, False)


def test_money_on_account_pays_what_is_overdue() -> None:
	found = facts(invoice((JUNE, 10)), invoice((JULY, 10)), received=[Received(MAY, Decimal(12))])
	assert (found.due_amount, found.on_time_amount, found.arrears) == (20, 12, 8)
	assert found.oldest_arrears_days == (TERMS.day - JULY).days


def test_what_is_overdue_is_told_line_by_line() -> None:
	paying = Paying(TERMS)
	paying.add(invoice((JUNE, 10), (JULY, 20), paid=[(JUNE, 10)]))
	assert paying.overdue == [OverdueLine(JULY, Decimal(20), is_judged=True)]


days = st.dates(date(2025, 10, 1), date(2026, 12, 31))
amounts = st.integers(1, 1000)
lines = st.lists(st.tuples(days, amounts), min_size=1, max_size=4).map(sorted)
paid = st.lists(st.tuples(days, st.integers(-300, 1000).filter(bool)), max_size=4)
credit = st.integers(0, 1500).map(Decimal)


@st.composite
def drawn_invoices(draw: st.DrawFn, **more: object) -> Invoice:
	return invoice(*draw(lines), paid=draw(paid), credit=draw(credit), **more)


invoices = drawn_invoices()


@given(invoices)
def test_the_lines_of_an_invoice_add_up_to_what_is_due_of_it(sold: Invoice) -> None:
	settlement = Settlement(sold)
	due = sum((settlement.amount(line) for line in settlement.lines()), NOTHING)
	assert due == max(sold.claimed - sold.credit, NOTHING)


@given(invoices)
def test_of_no_line_more_came_than_is_due(sold: Invoice) -> None:
	settlement = Settlement(sold)
	for line in settlement.lines():
		came = settlement.amount(line) - settlement.unpaid(line)
		assert 0 <= settlement.on_time(line) <= came <= settlement.amount(line)


@given(invoices)
def test_an_invoice_is_paid_exactly_when_no_line_is_unpaid(sold: Invoice) -> None:
	settlement = Settlement(sold)
	is_covered = all(settlement.unpaid(line) <= HALF_A_CENT for line in settlement.lines())
	assert settlement.is_paid() == (is_covered and sold.claimed > sold.credit)


@given(st.lists(invoices, max_size=3))
def test_the_order_of_invoices_and_payments_does_not_matter(sold: list[Invoice]) -> None:
	found = facts(*sold)
	for each in sold:
		each.money.reverse()
	assert facts(*sold[::-1]) == found


@given(invoices, days, amounts)
def test_more_money_never_makes_it_worse(sold: Invoice, day: date, amount: int) -> None:
	before = facts(sold)
	sold.money.append(Money(day, Decimal(amount)))
	after = facts(sold)
	assert after.arrears <= before.arrears
	assert after.on_time_amount >= before.on_time_amount
	assert after.paid_invoices >= before.paid_invoices


@given(invoices, st.decimals("0.01", 100, places=4))
def test_in_company_currency_the_lines_add_up_to_what_was_booked(sold: Invoice, rate: Decimal) -> None:
	sold.credit, sold.base_claim = NOTHING, sold.claimed * rate
	settlement = Settlement(sold)
	worth = sum((sold.worth(settlement.amount(line)) for line in settlement.lines()), NOTHING)
	assert abs(worth - sold.base_claim) < HALF_A_CENT


@given(invoices, st.one_of(drawn_invoices(is_disputed=True), drawn_invoices(is_opening=True)))
def test_disputed_and_opening_invoices_never_say_how_a_customer_pays(sold: Invoice, other: Invoice) -> None:
	alone, together = facts(sold), facts(sold, other)
	assert together.due_amount == alone.due_amount
	assert together.on_time_amount == alone.on_time_amount
