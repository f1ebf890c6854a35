"""Money on account pays what has been due longest."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.on_account import OverdueLine, Received, Settled, less, settle

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
ONE_DAY = timedelta(days=1)
NOTHING = Decimal(0)


def owed(due: date, amount: int, is_judged: bool = True) -> OverdueLine:
	return OverdueLine(due, Decimal(amount), is_judged)


def came(day: date, amount: int) -> Received:
	return Received(day, Decimal(amount))


def test_without_money_all_lines_stay_overdue() -> None:
	assert settle([owed(JUNE, 70), owed(MAY, 30)], []) == Settled(NOTHING, Decimal(100), MAY)


def test_the_oldest_line_is_paid_first() -> None:
	found = settle([owed(JUNE, 70), owed(MAY, 30)], [came(MAY, 50)])
	assert found == Settled(Decimal(50), Decimal(50), JUNE)


def test_what_came_on_the_due_date_is_on_time_and_a_day_later_it_is_not() -> None:
	assert settle([owed(MAY, 10)], [came(MAY, 10)]) == Settled(Decimal(10), NOTHING, None)
	assert settle([owed(MAY, 10)], [came(MAY + ONE_DAY, 10)]) == Settled(NOTHING, NOTHING, None)


def test_money_that_came_first_is_used_first() -> None:
	found = settle([owed(MAY, 10), owed(JULY, 10)], [came(JULY, 10), came(MAY, 10)])
	assert found.on_time == 20


def test_a_line_that_is_not_judged_is_paid_but_says_nothing_of_the_customer() -> None:
	found = settle([owed(MAY, 10, is_judged=False), owed(JUNE, 10)], [came(MAY, 15)])
	assert found == Settled(Decimal(5), Decimal(5), JUNE)


def test_what_is_paid_back_takes_the_newest_money() -> None:
	money = [came(MAY, 60), came(JUNE, 60)]
	assert less(Decimal(70), money) == [came(MAY, 50)]
	assert less(Decimal(120), money) == []
	assert sorted(less(NOTHING, money)) == money


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
amounts = st.integers(1, 1000).map(Decimal)
lines = st.lists(st.builds(OverdueLine, days, amounts, st.booleans()), max_size=6)
moneys = st.lists(st.builds(Received, days, amounts), max_size=6)


@given(lines, moneys)
def test_every_unit_of_money_pays_one_unit_of_debt(
	lines: list[OverdueLine], received: list[Received]
) -> None:
	debt = sum((line.unpaid for line in lines), NOTHING)
	found = settle(lines, received)
	assert found.arrears == max(debt - sum((money.amount for money in received), NOTHING), NOTHING)
	assert (found.oldest_due is None) == (found.arrears == 0)
	assert 0 <= found.on_time <= sum((line.unpaid for line in lines if line.is_judged), NOTHING)


@given(lines, moneys)
def test_the_order_in_which_they_are_told_does_not_matter(
	lines: list[OverdueLine], received: list[Received]
) -> None:
	assert settle(lines[::-1], received[::-1]) == settle(lines, received)


@given(lines, moneys, moneys)
def test_more_money_never_makes_it_worse(
	lines: list[OverdueLine], received: list[Received], more: list[Received]
) -> None:
	before, after = settle(lines, received), settle(lines, received + more)
	assert after.arrears <= before.arrears
	if before.oldest_due and after.oldest_due:
		assert after.oldest_due >= before.oldest_due


@given(moneys, amounts)
def test_what_is_paid_back_is_gone_and_no_more(received: list[Received], back: Decimal) -> None:
	total = sum((money.amount for money in received), NOTHING)
	left = sum((money.amount for money in less(back, received)), NOTHING)
	assert left == max(total - back, NOTHING)
