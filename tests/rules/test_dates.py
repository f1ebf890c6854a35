"""Calendar arithmetic: month ends, leap days, and the ends of the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.dates import (
	add_days,
	add_months,
	calendar_months,
	first_of_month,
	months_between,
	next_month,
)


@pytest.mark.parametrize(
	("day", "months", "expected"),
	[
		("2023-01-31", 1, "2023-02-28"),
		("2024-01-31", 1, "2024-02-29"),
		("1900-01-31", 1, "1900-02-28"),
		("2000-01-31", 1, "2000-02-29"),
		("2024-02-29", 12, "2025-02-28"),
		("2024-02-29", 48, "2028-02-29"),
		("2024-02-29", -12, "2023-02-28"),
		("2024-03-31", -1, "2024-02-29"),
		("2024-10-31", 1, "2024-11-30"),
		("2024-12-31", 1, "2025-01-31"),
		("2024-01-15", -1, "2023-12-15"),
		("2024-05-15", 0, "2024-05-15"),
		("9999-12-01", 1, "9999-12-31"),
		("0001-01-31", -1, "0001-01-01"),
		("2024-01-31", 1_000_000, "9999-12-31"),
		("2024-01-31", -1_000_000, "0001-01-01"),
	],
)
def test_months_are_added_by_the_calendar(day: str, months: int, expected: str) -> None:
	assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(st.dates(), st.integers(-200_000, 200_000))
def test_adding_months_lands_in_the_month_asked_for_or_at_an_end_of_the_calendar(
	day: date, months: int
) -> None:
	result = add_months(day, months)
	if result not in (date.min, date.max):
		assert (result.year - day.year) * 12 + result.month - day.month == months
		assert result.day == day.day or (result.day < day.day and (result + timedelta(days=1)).day == 1)


@given(st.dates(), st.dates(), st.integers(-2000, 2000))
def test_adding_months_keeps_days_in_their_order(one: date, other: date, months: int) -> None:
	earlier, later = sorted((one, other))
	assert add_months(earlier, months) <= add_months(later, months)


@given(st.dates(), st.integers(0, 2000), st.integers(0, 2000))
def test_more_months_never_lead_to_an_earlier_day(day: date, one: int, other: int) -> None:
	fewer, more = sorted((one, other))
	assert add_months(day, fewer) <= add_months(day, more)


@given(st.dates(), st.integers(0, 10**12))
def test_days_are_added_up_to_the_last_day_of_the_calendar(day: date, days: int) -> None:
	result = add_days(day, days)
	assert (result - day).days == min(days, (date.max - day).days)


@pytest.mark.parametrize(
	("start", "end", "expected"),
	[
		("2024-01-31", "2024-01-31", 0),
		("2024-01-31", "2024-01-01", 0),
		("2024-03-20", "2024-02-25", 0),
		("2024-01-15", "2024-01-16", 1),
		("2024-01-15", "2024-02-15", 1),
		("2024-01-15", "2024-02-16", 2),
		("2024-01-31", "2024-02-29", 1),
		("2024-01-31", "2024-03-01", 2),
		("2023-12-31", "2024-12-31", 12),
		("2024-02-29", "2025-02-28", 12),
		("2024-02-29", "2025-03-01", 13),
	],
)
def test_months_between_two_days_are_those_begun(start: str, end: str, expected: int) -> None:
	assert months_between(date.fromisoformat(start), date.fromisoformat(end)) == expected


@given(st.dates(), st.dates())
def test_the_months_between_reach_the_end_and_one_less_does_not(start: date, end: date) -> None:
	months = months_between(start, end)
	assert months >= 0
	assert add_months(start, months) >= end
	if months:
		assert add_months(start, months - 1) < end


@given(st.dates())
def test_the_next_month_begins_on_the_day_after_the_last_of_this_one(day: date) -> None:
	first, after = first_of_month(day), next_month(day)
	assert first <= day < after or after == date.max
	assert (first.year, first.month, first.day) == (day.year, day.month, 1)
	assert after.day == 1 or after == date.max
	assert after == date.max or (after - timedelta(days=1)).month == day.month


@pytest.mark.parametrize(
	("start", "end", "expected"),
	[
		("2024-01-31", "2024-01-31", 0),
		("2024-01-01", "2024-01-31", 0),
		("2024-01-31", "2024-02-01", 1),
		("2023-12-31", "2024-12-01", 12),
		("2024-03-01", "2024-02-29", -1),
	],
)
def test_calendar_months_count_how_often_a_month_has_begun(start: str, end: str, expected: int) -> None:
	assert calendar_months(date.fromisoformat(start), date.fromisoformat(end)) == expected
