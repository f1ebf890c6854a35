"""R11, step 9: complaints of a time counted."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from customer_grading.rules.complaint_statistics import Case, Figures, by, total
from customer_grading.rules.options import ComplaintCut

START, END = date(2026, 10, 1), date(2026, 10, 31)


def day(number: int) -> date:
	return date(2026, 10, number)


def test_no_complaint_is_told_as_nothing() -> None:
	nothing = total([], START, END)
	assert nothing == Figures()
	assert nothing.is_empty
	assert nothing.average_days is None
	assert nothing.in_time_share is None


@pytest.mark.parametrize(
	("case", "figures"),
	[
		(Case(day(1)), Figures(raised=1, open=1)),
		(Case(day(31)), Figures(raised=1, open=1)),
		(Case(date(2026, 9, 30)), Figures(open=1)),
		(Case(date(2026, 11, 1)), Figures()),
		(Case(day(1), day(1)), Figures(raised=1, closed=1)),
		(Case(day(1), day(31)), Figures(raised=1, closed=1, days=30)),
		(Case(date(2026, 9, 30), day(1)), Figures(closed=1, days=1)),
		(Case(day(31), date(2026, 11, 1)), Figures(raised=1, open=1)),
		(Case(date(2026, 8, 1), date(2026, 9, 30)), Figures()),
		(Case(day(2), day(4), dismissed=True), Figures(raised=1, dismissed=1)),
		(Case(day(2), date(2026, 11, 4), dismissed=True), Figures(raised=1, open=1)),
		(Case(day(2), repeat=True), Figures(raised=1, repeats=1, open=1)),
		(Case(date(2026, 9, 2), repeat=True), Figures(open=1)),
		(Case(day(2), day(9), in_time=True), Figures(raised=1, closed=1, days=7, in_time=1)),
		(Case(day(2), cost=Decimal(90)), Figures(raised=1, open=1)),
		(Case(day(2), day(3), cost=Decimal(90)), Figures(raised=1, closed=1, days=1, cost=Decimal(90))),
	],
)
def test_a_complaint_counts_where_it_was_raised_and_where_it_ended(case: Case, figures: Figures) -> None:
	assert total([case], START, END) == figures


def test_shares_and_averages_are_of_what_was_closed() -> None:
	cases = [
		Case(day(1), day(3), in_time=True, cost=Decimal("10.50")),
		Case(day(1), day(4), cost=Decimal("4.50")),
		Case(day(5), day(6), in_time=True),
		Case(day(7), in_time=True, cost=Decimal(1000)),
		Case(day(8), day(9), dismissed=True, in_time=True, cost=Decimal(1000)),
	]
	figures = total(cases, START, END)
	assert (figures.raised, figures.closed, figures.dismissed, figures.open) == (5, 3, 1, 1)
	assert figures.average_days == Decimal("2.0")
	assert figures.in_time_share == Decimal("66.7")
	assert figures.cost == Decimal("15.00")


def test_levels_stand_in_their_order_and_what_is_not_known_comes_first() -> None:
	cases = [
		Case(day(1), level="D"),
		Case(day(2), level=""),
		Case(day(3), level="A"),
		Case(day(4), level="D"),
	]
	found = by(ComplaintCut.LEVEL, cases, START, END)
	assert [(value, figures.raised) for value, figures in found] == [("", 1), ("A", 1), ("D", 2)]


def test_items_begin_with_the_one_that_is_complained_of_most() -> None:
	cases = [Case(day(1), item="Bolt"), Case(day(2), item="Nut"), Case(day(3), item="Nut")]
	cases.append(Case(date(2026, 9, 1), item="Old"))
	found = by(ComplaintCut.ITEM, cases, START, END)
	assert [value for value, _figures in found] == ["Nut", "Bolt", "Old"]


def test_what_ended_before_the_time_is_left_out() -> None:
	assert by(ComplaintCut.ITEM, [Case(date(2026, 8, 1), date(2026, 9, 1), item="Bolt")], START, END) == []


@pytest.mark.parametrize(
	("cut", "value"),
	[
		(ComplaintCut.LEVEL, "D"),
		(ComplaintCut.KIND, "Quality problem"),
		(ComplaintCut.PROBLEM, "General"),
		(ComplaintCut.ITEM, "Nut"),
		(ComplaintCut.DEPARTMENT, "Works"),
		(ComplaintCut.COMPLAINANT, "Media"),
		(ComplaintCut.CUSTOMER, "Buyer"),
		(ComplaintCut.MONTH, "2026-10"),
	],
)
def test_complaints_are_counted_by_each_of_these(cut: ComplaintCut, value: str) -> None:
	case = Case(
		day(1),
		level="D",
		judgement="Quality problem",
		quality_problem="General",
		item="Nut",
		department="Works",
		complainant="Media",
		customer="Buyer",
	)
	assert by(cut, [case], START, END) == [(value, Figures(raised=1, open=1))]


some_days = some.integers(-60, 60).map(lambda number: START + timedelta(days=number))


@some.composite
def some_cases(draw: some.DrawFn) -> Case:
	raised = draw(some_days)
	length = draw(some.none() | some.integers(0, 90))
	ended = None if length is None else raised + timedelta(days=length)
	flags = [draw(some.booleans()) for _ in range(3)]
	cost = Decimal(draw(some.integers(0, 10_000))) / 100
	return Case(raised, ended, *flags, cost, item=draw(some.sampled_from(["", "Nut", "Bolt"])))


@given(some.lists(some_cases()))
def test_the_parts_make_up_the_whole(cases: list[Case]) -> None:
	whole = total(cases, START, END)
	parts = [figures for _value, figures in by(ComplaintCut.ITEM, cases, START, END)]
	for name in ("raised", "repeats", "dismissed", "closed", "open", "days", "in_time"):
		assert sum(getattr(each, name) for each in parts) == getattr(whole, name)
	assert sum((each.cost for each in parts), Decimal(0)) == whole.cost
	assert whole.in_time <= whole.closed
	assert whole.in_time_share is None or 0 <= whole.in_time_share <= 100
