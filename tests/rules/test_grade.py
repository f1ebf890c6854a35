"""R1: the customer grade, by need and expected close date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from customer_grading.rules.dates import add_months
from customer_grading.rules.grade import OrderRhythm, Pipeline, estimate, grade
from customer_grading.rules.options import CustomerGrade, Need
from customer_grading.rules.policy import GradePolicy

from .facts import TODAY, assert_speaks, codes, pipelines, remedies, rhythms, sections, sentences

POLICY = GradePolicy()
ORDERED = list(CustomerGrade)


def clear(close: date | str | None) -> Pipeline:
	return Pipeline(Need.CLEAR, date.fromisoformat(close) if isinstance(close, str) else close)


@pytest.mark.parametrize(
	("today", "close", "expected"),
	[
		("2024-01-31", "2024-01-31", "A"),
		("2024-01-31", "2024-02-29", "A"),
		("2024-01-31", "2024-03-01", "B"),
		("2024-01-31", "2024-04-30", "B"),
		("2024-01-31", "2024-05-01", "C"),
		("2024-01-31", "2024-07-31", "C"),
		("2024-01-31", "2024-08-01", "D"),
		("2023-01-31", "2023-02-28", "A"),
		("2023-01-31", "2023-03-01", "B"),
		("2024-02-29", "2024-03-29", "A"),
		("2024-02-29", "2024-03-30", "B"),
		("2023-11-30", "2024-02-29", "B"),
		("2023-11-30", "2024-03-01", "C"),
		("2023-08-31", "2024-02-29", "C"),
		("2023-08-31", "2024-03-01", "D"),
	],
)
def test_a_clear_need_is_graded_by_calendar_months_and_the_last_day_counts(
	today: str, close: str, expected: str
) -> None:
	answer = grade(clear(close), date.fromisoformat(today), POLICY)
	assert answer.grade == expected
	assert not answer.lapsed


def test_a_deal_within_the_month_says_until_when_the_grade_reaches() -> None:
	(reason,) = grade(clear("2024-02-10"), TODAY, POLICY).reasons
	assert reason.code == "grade_close_expected"
	assert (
		reason.sentence()
		== "The need is clear and a deal is expected on 2024-02-10, not later than 2024-02-29."
	)
	assert reason.remedy() == "Correct the expected close date if the customer has moved it."
	assert reason.numbers == {"expected_close": date(2024, 2, 10), "months": 1, "latest": date(2024, 2, 29)}


def test_a_deal_after_half_a_year_says_how_far_it_must_come_forward() -> None:
	(reason,) = grade(clear("2024-12-01"), TODAY, POLICY).reasons
	assert reason.code == "grade_close_far"
	assert reason.sentence() == (
		"The need is clear, but a deal is expected only on 2024-12-01, in more than 6 months."
	)
	assert reason.remedy() == "Bring the deal forward to 2024-07-31 or earlier."
	assert grade(clear("2024-07-31"), TODAY, POLICY).grade == "C"


def test_a_close_date_that_has_passed_keeps_a_and_is_reported_as_lapsed() -> None:
	answer = grade(clear("2024-01-30"), TODAY, POLICY)
	assert (answer.grade, answer.lapsed) == ("A", True)
	assert codes(answer.reasons) == ["grade_lapsed"]
	assert sentences(answer.reasons) == ["A deal was expected on 2024-01-30, which has passed without one."]
	assert remedies(answer.reasons) == [
		"Ask the customer now and file a follow-up with a new date or a new need."
	]


def test_a_close_date_that_has_passed_with_a_deal_is_not_lapsed() -> None:
	answer = grade(replace(clear("2024-01-30"), ordered=date(2024, 1, 25)), TODAY, POLICY)
	assert (answer.grade, answer.lapsed) == ("A", False)
	assert sentences(answer.reasons) == [
		"A deal was expected on 2024-01-30, and the customer ordered on 2024-01-25."
	]
	assert remedies(answer.reasons) == ["File a follow-up with what the customer needs next."]


def test_a_deal_before_the_expected_day_changes_nothing_until_then() -> None:
	answer = grade(replace(clear("2024-02-10"), ordered=date(2024, 1, 25)), TODAY, POLICY)
	assert codes(answer.reasons) == ["grade_close_expected"]


@pytest.mark.parametrize(
	("pipeline", "expected", "code", "sentence"),
	[
		(
			clear(None),
			"D",
			"grade_no_date",
			"The need is clear, but nobody has said when a deal is expected.",
		),
		(
			Pipeline(Need.POTENTIAL),
			"D",
			"grade_potential",
			"The customer may need our goods one day, but not yet.",
		),
		(
			Pipeline(Need.POTENTIAL, TODAY),
			"D",
			"grade_potential",
			"The customer may need our goods one day, but not yet.",
		),
		(Pipeline(Need.NONE), "E", "grade_no_need", "The customer has no need for our goods."),
		(Pipeline(Need.NONE, TODAY), "E", "grade_no_need", "The customer has no need for our goods."),
		(Pipeline(None), "D", "grade_unknown", "Nothing is known yet of what the customer needs."),
		(Pipeline(None, TODAY), "D", "grade_unknown", "Nothing is known yet of what the customer needs."),
	],
)
def test_without_a_clear_need_and_date_the_grade_says_what_is_missing(
	pipeline: Pipeline, expected: str, code: str, sentence: str
) -> None:
	answer = grade(pipeline, TODAY, POLICY)
	assert (answer.grade, answer.lapsed) == (expected, False)
	assert codes(answer.reasons) == [code]
	assert sentences(answer.reasons) == [sentence]
	assert "ollow-up" in remedies(answer.reasons)[0]


def test_the_months_of_each_grade_are_those_of_the_policy() -> None:
	policy = GradePolicy(a_months=2, b_months=4, c_months=8)
	closes = [add_months(TODAY, months) for months in (2, 4, 8)]
	assert [grade(clear(close), TODAY, policy).grade for close in closes] == ["A", "B", "C"]
	assert grade(clear("2024-10-01"), TODAY, policy).grade == "D"


@given(st.dates(), sections(GradePolicy))
def test_each_grade_ends_on_the_very_day_that_its_months_reach(today: date, policy: GradePolicy) -> None:
	for months, within, beyond in (
		(policy.a_months, "A", "B"),
		(policy.b_months, "B", "C"),
		(policy.c_months, "C", "D"),
	):
		last = add_months(today, months)
		assume(last < date.max)
		assert grade(clear(last), today, policy).grade == within
		assert grade(clear(last + timedelta(days=1)), today, policy).grade == beyond


@given(st.dates(), st.dates(), st.dates())
def test_a_later_deal_never_makes_a_better_grade(today: date, one: date, other: date) -> None:
	sooner, later = (grade(clear(close), today, POLICY).grade for close in sorted((one, other)))
	assert ORDERED.index(sooner) <= ORDERED.index(later)


@given(pipelines, st.dates(), sections(GradePolicy))
def test_every_pipeline_gets_a_grade_with_its_reasons(
	pipeline: Pipeline, today: date, policy: GradePolicy
) -> None:
	answer = grade(pipeline, today, policy)
	assert answer.grade in CustomerGrade
	assert_speaks(answer.reasons)
	assert not answer.lapsed or answer.grade == "A"


# Estimated from the orders alone


@pytest.mark.parametrize(
	("rhythm", "need", "close", "code"),
	[
		(OrderRhythm(0, 0, None), None, None, None),
		(OrderRhythm(5, 30, date(2024, 1, 20)), Need.CLEAR, date(2024, 2, 19), "grade_rhythm"),
		(OrderRhythm(5, 30, date(2023, 11, 2)), Need.CLEAR, date(2023, 12, 2), "grade_rhythm"),
		(OrderRhythm(5, 30, date(2023, 11, 1)), Need.POTENTIAL, None, "grade_rhythm_missed"),
		(OrderRhythm(1, 0, date(2024, 1, 20)), Need.POTENTIAL, None, "grade_one_order"),
		(OrderRhythm(1, 0, date(2023, 1, 31)), Need.POTENTIAL, None, "grade_one_order"),
		(OrderRhythm(1, 0, date(2023, 1, 30)), Need.NONE, None, "grade_silent"),
		(OrderRhythm(9, 200, date(2023, 1, 31)), Need.CLEAR, date(2023, 8, 19), "grade_rhythm"),
		(OrderRhythm(9, 200, date(2023, 1, 30)), Need.NONE, None, "grade_silent"),
	],
)
def test_orders_alone_tell_need_and_date(
	rhythm: OrderRhythm, need: Need | None, close: date | None, code: str | None
) -> None:
	found = estimate(rhythm, TODAY, POLICY)
	assert (found.need, found.expected_close) == (need, close)
	assert codes(found.reasons) == ([code] if code else [])


@pytest.mark.parametrize(
	("rhythm", "sentence", "remedy"),
	[
		(
			OrderRhythm(5, 30, date(2024, 1, 20)),
			"Estimated from 5 orders that came every 30 days, the last on 2024-01-20.",
			"File a follow-up with what the customer says.",
		),
		(
			OrderRhythm(5, 30, date(2023, 9, 1)),
			"Estimated from 5 orders that came every 30 days: none has come since 2023-09-01.",
			"Ask the customer why and file a follow-up.",
		),
		(
			OrderRhythm(1, 0, date(2024, 1, 20)),
			"Estimated from a single order, on 2024-01-20.",
			"File a follow-up with what the customer needs next.",
		),
		(
			OrderRhythm(7, 9, date(2022, 1, 1)),
			"Estimated from the orders: the last one is of 2022-01-01, more than 12 months ago.",
			"File a follow-up if the customer still needs our goods.",
		),
	],
)
def test_an_estimate_says_what_it_is_made_from(rhythm: OrderRhythm, sentence: str, remedy: str) -> None:
	(reason,) = estimate(rhythm, TODAY, POLICY).reasons
	assert (reason.sentence(), reason.remedy()) == (sentence, remedy)


def test_a_grade_from_an_estimate_tells_both_the_rule_and_the_estimate() -> None:
	pipeline = estimate(OrderRhythm(5, 30, date(2024, 1, 20)), TODAY, POLICY)
	assert codes(grade(pipeline, TODAY, POLICY).reasons) == ["grade_close_expected", "grade_rhythm"]


@given(rhythms, st.dates(), sections(GradePolicy))
def test_every_rhythm_of_orders_can_be_graded(rhythm: OrderRhythm, today: date, policy: GradePolicy) -> None:
	found = estimate(rhythm, today, policy)
	assert bool(found.reasons) == bool(rhythm.last_order)
	answer = grade(found, today, policy)
	assert_speaks(answer.reasons)
	assert (answer.grade == "E") == (found.need is Need.NONE)


# The rhythm of orders


@pytest.mark.parametrize(
	("days", "rhythm"),
	[
		((), OrderRhythm(0, 0, None)),
		((5,), OrderRhythm(1, 0, TODAY + timedelta(5))),
		((0, 40, 10), OrderRhythm(3, 20, TODAY + timedelta(40))),
		((0, 0, 10, 30), OrderRhythm(3, 15, TODAY + timedelta(30))),
	],
	ids=["no order", "one order", "in any order of telling", "two on one day are one occasion"],
)
def test_the_rhythm_of_orders_is_the_usual_gap_between_their_days(
	days: tuple[int, ...], rhythm: OrderRhythm
) -> None:
	assert OrderRhythm.of(TODAY + timedelta(day) for day in days) == rhythm
