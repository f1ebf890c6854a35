"""R1 to R3 together: where a customer stands for those who work it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.cadence import first_follow_up
from customer_grading.rules.follow_up import FollowUpFacts, FollowUpState, follow_up_state
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.options import CustomerGrade, Need
from customer_grading.rules.policy import CadencePolicy, Policy

from .facts import TODAY, assert_speaks, codes, policies, sections

POLICY = Policy.default()
UNKNOWN = FollowUpFacts(
	need=None,
	expected_close=None,
	last=None,
	due=None,
	rhythm=OrderRhythm(0, 0, None),
	has_bought=False,
	is_negotiating=False,
	deal_value=Decimal(0),
	average_deal_value=Decimal(0),
)
"""A customer of whom nothing is known."""


def day(after: int) -> date:
	return TODAY + timedelta(days=after)


def state(holidays: Collection[date] = (), place: int = 0, held: str = "", **known: Any) -> FollowUpState:
	facts = replace(UNKNOWN, **known)
	return follow_up_state(facts, TODAY, holidays, POLICY, place, CustomerGrade(held) if held else None)


def told(need: str, close: int | None = None, last: int = 0, **known: Any) -> dict[str, Any]:
	"""What a follow-up has told: the need, the days until a deal, and how long ago."""
	expected = None if close is None else day(close)
	return {"need": Need(need), "expected_close": expected, "last": day(-last), **known}


@pytest.mark.parametrize(
	("ordered", "code"),
	[(-10, "grade_lapsed"), (-9, "grade_deal_made"), (0, "grade_deal_made")],
	ids=["on the day of the follow-up", "the day after", "today"],
)
def test_an_order_after_the_follow_up_is_the_deal_that_was_expected(ordered: int, code: str) -> None:
	rhythm = OrderRhythm(1, 0, day(ordered))
	known = state(**told("Clear", close=-5, last=10, rhythm=rhythm))
	assert code in codes(known.reasons)


@pytest.mark.parametrize(
	("need", "close", "grade", "cadence", "after"),
	[
		("Clear", 10, "A", "Daily", 1),
		("Clear", 60, "B", "Weekly", 7),
		("Clear", 150, "C", "Half-monthly", 15),
		("Clear", 300, "D", "Monthly", 30),
		("Clear", None, "D", "Monthly", 30),
		("Potential", None, "D", "Monthly", 30),
		("None", None, "E", "Yearly", 365),
	],
)
def test_a_follow_up_sets_grade_cadence_and_next_day(
	need: str, close: int | None, grade: str, cadence: str, after: int
) -> None:
	answer = state(**told(need, close))
	assert (answer.grade, answer.cadence, answer.next_date) == (grade, cadence, day(after))
	assert answer.need == need


def test_before_the_first_follow_up_the_grade_is_estimated_from_the_orders_and_says_so() -> None:
	answer = state(rhythm=OrderRhythm(5, 30, day(-10)), has_bought=True)
	assert (answer.grade, answer.need, answer.expected_close) == ("A", "Clear", day(20))
	assert codes(answer.reasons) == ["grade_close_expected", "grade_rhythm"]
	assert answer.deal_status == "Closed"


def test_what_a_follow_up_told_goes_before_the_orders() -> None:
	answer = state(rhythm=OrderRhythm(5, 30, day(-10)), **told("None"))
	assert (answer.grade, answer.need) == ("E", "None")
	assert codes(answer.reasons) == ["grade_no_need"]


def test_without_orders_or_follow_ups_nothing_is_known() -> None:
	answer = state()
	assert (answer.grade, answer.need, answer.expected_close) == ("D", None, None)
	assert codes(answer.reasons) == ["grade_unknown"]
	assert (answer.deal_status, answer.importance) == ("Potential", "Ordinary")


def test_a_close_that_has_passed_makes_a_follow_up_due_at_once_but_not_on_the_day_of_the_last() -> None:
	assert state(held="E", **told("Clear", -1, last=5)).next_date == TODAY
	assert state(held="E", **told("Clear", -1, last=0)).next_date == day(1)
	assert state(held="E", **told("Clear", 1, last=0)).next_date == day(365)


@pytest.mark.parametrize(("due", "expected"), [(None, 30), (-5, -5), (10, 10), (40, 30)])
def test_a_day_that_stands_is_never_pushed_but_may_come_nearer(due: int | None, expected: int) -> None:
	standing = None if due is None else day(due)
	assert state(**told("Potential", due=standing)).next_date == day(expected)


def test_the_next_day_is_a_working_day() -> None:
	assert state(holidays={day(30), day(31)}, **told("Potential")).next_date == day(32)


def test_a_grade_that_is_held_sets_the_cadence_and_the_reasons_still_tell_what_rules_find() -> None:
	answer = state(held="B", **told("None"))
	assert (answer.grade, answer.cadence, answer.next_date) == ("B", "Weekly", day(7))
	assert codes(answer.reasons) == ["grade_no_need"]


def test_cuts_are_made_from_the_same_facts() -> None:
	worth = {"deal_value": Decimal(200), "average_deal_value": Decimal(100), "is_negotiating": True}
	answer = state(**told("Clear", 10), **worth)
	assert (answer.deal_status, answer.importance, answer.urgency) == ("Negotiating", "Key", "Urgent")
	assert state(**told("None")).urgency == "Slow"


# The first follow-up


@pytest.mark.parametrize(
	("grade", "place", "after"),
	[("A", 0, 1), ("A", 7, 1), ("B", 0, 1), ("B", 6, 7), ("B", 7, 1), ("D", 29, 30), ("E", 364, 365)],
)
def test_first_follow_ups_are_spread_over_one_period_from_tomorrow(
	grade: str, place: int, after: int
) -> None:
	answer = first_follow_up(CustomerGrade(grade), TODAY, (), POLICY.cadence, place)
	assert answer.next_date == day(after)
	assert codes(answer.reasons) == ["cadence_first"]


def test_a_first_follow_up_on_a_day_off_moves_and_says_so() -> None:
	answer = first_follow_up(CustomerGrade.A, TODAY, {day(1)}, POLICY.cadence, 0)
	assert answer.next_date == day(2)
	assert codes(answer.reasons) == ["cadence_first", "cadence_moved"]


def test_the_place_of_a_customer_counts_only_before_its_first_follow_up() -> None:
	assert [state(place=place).next_date for place in (0, 4)] == [day(1), day(5)]
	assert state(place=4, **told("Potential")).next_date == day(30)


@given(st.sampled_from(CustomerGrade), st.dates(), sections(CadencePolicy), st.integers(0, 2**32))
def test_the_first_follow_up_comes_within_one_period(
	grade: CustomerGrade, today: date, policy: CadencePolicy, place: int
) -> None:
	answer = first_follow_up(grade, today, (), policy, place)
	waits = (answer.next_date - today).days
	assert answer.cadence is policy.by_grade[grade]
	assert min(1, (date.max - today).days) <= waits <= policy.days[answer.cadence]
	assert_speaks(answer.reasons)


# Any customer, any policy

dates = st.dates(date(2000, 1, 1), date(2100, 1, 1))
amounts = st.integers(0, 10**9).map(Decimal)
rhythms = st.one_of(
	st.just(OrderRhythm(0, 0, None)),
	st.builds(OrderRhythm, orders=st.integers(1, 99), interval_days=st.integers(0, 999), last_order=dates),
)
follow_up_facts = st.builds(
	FollowUpFacts,
	need=st.none() | st.sampled_from(Need),
	expected_close=st.none() | dates,
	last=st.none() | dates,
	due=st.none() | dates,
	rhythm=rhythms,
	has_bought=st.booleans(),
	is_negotiating=st.booleans(),
	deal_value=amounts,
	average_deal_value=amounts,
)
held_grades = st.none() | st.sampled_from(CustomerGrade)


@given(follow_up_facts, dates, st.sets(dates), policies, st.integers(0, 10**6), held_grades)
def test_every_customer_stands_somewhere_and_no_due_day_is_ever_pushed(
	facts: FollowUpFacts,
	today: date,
	holidays: set[date],
	policy: Policy,
	place: int,
	held: CustomerGrade | None,
) -> None:
	answer = follow_up_state(facts, today, holidays, policy, place, held)
	assert answer.cadence is policy.cadence.by_grade[answer.grade]
	assert held in (None, answer.grade)
	assert answer.next_date not in holidays or answer.next_date in (facts.due, date.max)
	if facts.due is not None:
		assert answer.next_date <= facts.due
	assert_speaks(answer.reasons)


@given(follow_up_facts, dates, policies)
def test_the_same_day_asked_again_changes_nothing(facts: FollowUpFacts, today: date, policy: Policy) -> None:
	first = follow_up_state(facts, today, (), policy)
	again = follow_up_state(replace(facts, due=first.next_date), today, (), policy)
	assert again == first
