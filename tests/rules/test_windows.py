"""Windows begin on the first of a month; rates are taken over their whole months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.dates import months_between
from customer_grading.rules.windows import Window, leaves_window

ONE_DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
lengths = st.integers(1, 40)


@pytest.mark.parametrize(
	("day", "months", "before", "start", "month"),
	[
		("2026-11-20", 12, "2024-11-01", "2025-11-01", "2026-11-01"),
		("2026-11-01", 12, "2024-11-01", "2025-11-01", "2026-11-01"),
		("2026-11-30", 12, "2024-11-01", "2025-11-01", "2026-11-01"),
		("2024-02-29", 3, "2023-08-01", "2023-11-01", "2024-02-01"),
	],
)
def test_a_window_begins_on_the_first_of_a_month(
	day: str, months: int, before: str, start: str, month: str
) -> None:
	window = Window.until(date.fromisoformat(day), months)
	found = (window.before, window.start, window.month)
	assert found == tuple(map(date.fromisoformat, (before, start, month)))


@given(days, lengths)
def test_a_window_moves_on_the_first_of_a_month_and_on_no_other_day(day: date, months: int) -> None:
	moves = Window.until(day, months) != Window.until(day + ONE_DAY, months)
	assert moves == ((day + ONE_DAY).day == 1)


@given(days, lengths)
def test_its_whole_months_are_as_many_as_were_asked_for_and_so_are_those_before(
	day: date, months: int
) -> None:
	window = Window.until(day, months)
	assert months_between(window.start, window.month) == months
	assert months_between(window.before, window.start) == months
	assert months_between(window.start, day) in (months, months + 1)


@given(days, lengths)
def test_a_day_lies_in_its_window_until_it_leaves(day: date, months: int) -> None:
	leaving = leaves_window(day, months)
	assert Window.until(leaving, months).start > day
	assert Window.until(leaving - ONE_DAY, months).start <= day


def test_no_day_leaves_a_window_that_has_no_end() -> None:
	assert leaves_window(date(9999, 12, 30), 12) == date.max


def test_rates_of_who_has_bought_for_long_are_those_of_the_whole_months() -> None:
	window = Window.until(date(2026, 11, 20), 12)
	first, morning = date(2025, 11, 1), date(2026, 11, 21)
	assert window.is_filled(first)
	assert window.rated_until(first, morning) == date(2026, 11, 1)
	assert window.spread(first, 13, 3) == 12
	assert window.next_spread(first, date(2026, 11, 20), 3) is None


@pytest.mark.parametrize(
	("first", "known", "spread", "longer"),
	[
		("2025-11-02", 13, 12, None),
		("2025-11-21", 12, 12, None),
		("2026-02-28", 9, 9, "2026-11-28"),
		("2026-10-31", 1, 3, "2027-01-31"),
	],
)
def test_rates_of_a_younger_customer_are_those_of_the_months_since_the_first_order(
	first: str, known: int, spread: int, longer: str | None
) -> None:
	day, begun = date(2026, 11, 20), date.fromisoformat(first)
	window, morning = Window.until(day, 12), day + ONE_DAY
	assert months_between(begun, morning) == known
	assert window.rated_until(begun, morning) == morning
	assert window.spread(begun, known, 3) == spread
	assert window.next_spread(begun, day, 3) == (date.fromisoformat(longer) if longer else None)


def test_without_an_order_there_is_no_more_than_the_shortest_history() -> None:
	window = Window.until(date(2026, 11, 20), 12)
	assert not window.is_filled(None)
	assert window.spread(None, 0, 3) == 3


@given(days, st.integers(0, 900), lengths, st.integers(1, 12))
def test_within_a_month_time_alone_spreads_a_rate_on_no_day_but_the_one_told(
	day: date, age: int, months: int, least: int
) -> None:
	first = day - timedelta(age)

	def spread(on: date) -> int:
		return Window.until(on, months).spread(first, months_between(first, on + ONE_DAY), least)

	told = Window.until(day, months).next_spread(first, day, least)
	on = day + ONE_DAY
	while on.day != 1 and on != told:
		assert spread(on) == spread(day), on
		on += ONE_DAY
	if on == told and on.day != 1:
		assert spread(on) > spread(day)
