"""R12: what an answer counts as, and when a complaint is proposed."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from customer_grading.rules.options import SatisfactionLevel, SurveyLink
from customer_grading.rules.survey import ANSWERS, level_of, link_leads_to, proposes_complaint

Level = SatisfactionLevel


@pytest.mark.parametrize(
	("answer", "example", "level"),
	[
		(Level.A, "You came on a Sunday.", Level.A),
		(Level.A, "准时", Level.A),
		(Level.A, "", Level.B),
		(Level.A, " .!? ", Level.B),
		(Level.A, "x", Level.B),
		(Level.B, "You came on a Sunday.", Level.B),
		(Level.C, "", Level.C),
		(Level.D, "", Level.D),
		(Level.E, "Broken", Level.E),
	],
)
def test_only_an_example_makes_a_very_satisfied_customer(answer: Level, example: str, level: Level) -> None:
	assert level_of(answer, example) is level


@pytest.mark.parametrize("level", [Level.F, Level.G])
def test_nobody_answers_that_they_are_a_major_customer_or_a_crisis(level: Level) -> None:
	with pytest.raises(ValueError, match="is no answer of a customer"):
		level_of(level, "We are the press.")


@given(some.sampled_from(ANSWERS), some.text())
def test_no_text_makes_an_answer_better_or_worse_by_more_than_the_example(answer: Level, text: str) -> None:
	assert level_of(answer, text) in ((Level.A, Level.B) if answer is Level.A else (answer,))


def test_dissatisfied_customers_are_asked_whether_they_complain() -> None:
	assert [level for level in ANSWERS if proposes_complaint(level)] == [Level.D, Level.E]


NOON = datetime(2026, 11, 1, 12)  # noqa: DTZ001  (Frappe keeps times without a zone)
BEFORE, AFTER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)


@pytest.mark.parametrize(
	("answer", "has_complained", "at", "end"),
	[
		(None, False, BEFORE, SurveyLink.ANSWER),
		(None, False, NOON, SurveyLink.EXPIRED),
		(None, False, AFTER, SurveyLink.EXPIRED),
		(Level.A, False, BEFORE, SurveyLink.USED),
		(Level.C, False, AFTER, SurveyLink.USED),
		(Level.D, False, BEFORE, SurveyLink.COMPLAINT),
		(Level.E, False, BEFORE, SurveyLink.COMPLAINT),
		(Level.E, True, BEFORE, SurveyLink.USED),
		(Level.E, False, AFTER, SurveyLink.USED),
		(Level.D, True, AFTER, SurveyLink.USED),
	],
)
def test_a_link_is_good_for_one_answer_and_one_complaint(
	answer: Level | None, has_complained: bool, at: datetime, end: SurveyLink
) -> None:
	assert link_leads_to(answer, has_complained, NOON, at) is end
