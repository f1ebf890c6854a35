"""R2: how often a customer is followed up, and on which day next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.cadence import next_follow_up
from customer_grading.rules.options import CustomerGrade, FollowUpCadence
from customer_grading.rules.policy import CadencePolicy

from .facts import assert_speaks, codes, remedies, sections, sentences

POLICY = CadencePolicy()
LAST = date(2024, 2, 27)
WEEKEND = {date(2024, 3, 2), date(2024, 3, 3)}


@pytest.mark.parametrize(
	("grade", "cadence", "expected"),
	[
		("A", "Daily", "2024-02-28"),
		("B", "Weekly", "2024-03-05"),
		("C", "Half-monthly", "2024-03-13"),
		("D", "Monthly", "2024-03-28"),
		("E", "Yearly", "2025-02-26"),
	],
)
def test_each_grade_has_its_cadence(grade: str, cadence: str, expected: str) -> None:
	answer = next_follow_up(CustomerGrade(grade), False, LAST, LAST, (), POLICY)
	assert answer.cadence == cadence
	assert answer.next_date == date.fromisoformat(expected)
	assert codes(answer.reasons) == ["cadence_by_grade"]


def test_the_answer_says_the_cadence_and_the_last_follow_up() -> None:
	(reason,) = next_follow_up(CustomerGrade.B, False, LAST, LAST, (), POLICY).reasons
	assert reason.sentence() == (
		"The cadence of grade B is Weekly: at least once in 7 days, the last time on 2024-02-27."
	)
	assert reason.remedy() == "File a follow-up; the next date is then set anew."
	assert reason.numbers == {"grade": "B", "cadence": "Weekly", "days": 7, "last_follow_up": LAST}


def test_a_customer_never_followed_up_is_due_today() -> None:
	answer = next_follow_up(CustomerGrade.E, False, None, LAST, (), POLICY)
	assert answer.next_date == LAST
	assert sentences(answer.reasons) == ["The customer has not been followed up yet."]
	assert remedies(answer.reasons) == ["File the first follow-up."]


def test_a_day_off_moves_to_the_next_working_day_and_says_so() -> None:
	friday = date(2024, 3, 1)
	answer = next_follow_up(CustomerGrade.A, False, friday, friday, WEEKEND, POLICY)
	assert answer.next_date == date(2024, 3, 4)
	assert codes(answer.reasons) == ["cadence_by_grade", "cadence_moved"]
	assert answer.reasons[1].sentence() == "2024-03-02 is not a working day; the next one is 2024-03-04."
	assert answer.reasons[1].remedy() == "Correct the Holiday List if this is a working day."


def test_a_first_follow_up_is_not_due_on_a_day_off() -> None:
	answer = next_follow_up(CustomerGrade.A, False, None, date(2024, 3, 2), WEEKEND, POLICY)
	assert answer.next_date == date(2024, 3, 4)
	assert codes(answer.reasons) == ["cadence_first", "cadence_moved"]


@pytest.mark.parametrize(
	("today", "expected"),
	[
		("2024-03-10", "2024-03-10"),
		("2024-02-28", "2024-02-28"),
		("2024-02-27", "2024-02-28"),
		("2024-02-20", "2024-02-28"),
		("2024-03-28", "2024-03-28"),
		("2024-05-01", "2024-03-28"),
	],
)
def test_a_lapsed_close_date_makes_it_due_at_once_but_never_twice_on_one_day_nor_later_than_the_cadence(
	today: str, expected: str
) -> None:
	answer = next_follow_up(CustomerGrade.D, True, LAST, date.fromisoformat(today), (), POLICY)
	assert answer.next_date == date.fromisoformat(expected)
	assert codes(answer.reasons) == ["cadence_by_grade", "cadence_lapsed"]
	assert (
		answer.reasons[1].sentence() == "The expected close date has passed, so a follow-up is due at once."
	)
	assert answer.reasons[1].remedy() == "File a follow-up with a new date or a new need."


def test_an_overdue_follow_up_stays_on_its_day() -> None:
	answer = next_follow_up(CustomerGrade.A, False, LAST, date(2030, 1, 1), (), POLICY)
	assert answer.next_date == date(2024, 2, 28)


def test_the_last_day_of_the_calendar_is_kept_even_where_it_is_a_day_off() -> None:
	answer = next_follow_up(CustomerGrade.E, False, date.max, date.max, {date.max}, POLICY)
	assert answer.next_date == date.max


histories = st.tuples(
	st.sampled_from(CustomerGrade),
	st.booleans(),
	st.none() | st.dates(),
	st.dates(),
	st.sets(st.integers(0, 9)),
)


@given(histories, sections(CadencePolicy))
def test_every_customer_has_a_next_day_that_is_a_working_day_and_not_before_it_is_due(
	history: tuple[CustomerGrade, bool, date | None, date, set[int]], policy: CadencePolicy
) -> None:
	grade, lapsed, last, today, off = history
	due = next_follow_up(grade, lapsed, last, today, (), policy)
	holidays = {date.fromordinal(min(due.next_date.toordinal() + days, date.max.toordinal())) for days in off}
	answer = next_follow_up(grade, lapsed, last, today, holidays, policy)
	assert answer.cadence is policy.by_grade[grade]
	assert answer.next_date not in holidays or answer.next_date == date.max
	skipped = (answer.next_date - due.next_date).days
	assert all(due.next_date + timedelta(days=days) in holidays for days in range(skipped))
	assert_speaks(answer.reasons)


@given(st.sampled_from(CustomerGrade), st.dates(), st.dates(), sections(CadencePolicy))
def test_lapsed_never_makes_a_follow_up_later(
	grade: CustomerGrade, last: date, today: date, policy: CadencePolicy
) -> None:
	calm = next_follow_up(grade, False, last, today, (), policy)
	lapsed = next_follow_up(grade, True, last, today, (), policy)
	assert last <= lapsed.next_date <= calm.next_date
	assert lapsed.cadence in FollowUpCadence
