"""R12: what the answer to a satisfaction survey counts as, and what its one-time link is still good for."""

from datetime import datetime

from customer_grading.rules.options import SatisfactionLevel, SurveyLink

ANSWERS = (
	SatisfactionLevel.A,
	SatisfactionLevel.B,
	SatisfactionLevel.C,
	SatisfactionLevel.D,
	SatisfactionLevel.E,
)
"""What a customer can say: who somebody is (F) and a crisis (G) are not for them to tell."""

FEWEST_LETTERS = 2
"""Of an example, counted without signs and blanks: two Chinese characters can name one."""


def level_of(answer: SatisfactionLevel, example: str) -> SatisfactionLevel:
	"""The level that an answer counts as: A only with a concrete example, else B; the others as they are.

	Raises ValueError for what no customer can answer.
	"""
	if answer not in ANSWERS:
		message = f"{answer} is no answer of a customer"
		raise ValueError(message)
	if answer is SatisfactionLevel.A and sum(map(str.isalnum, example)) < FEWEST_LETTERS:
		return SatisfactionLevel.B
	return answer


def proposes_complaint(answer: SatisfactionLevel) -> bool:
	"""Whether a customer who answers so is asked if they want to complain."""
	return answer in (SatisfactionLevel.D, SatisfactionLevel.E)


def link_leads_to(
	answer: SatisfactionLevel | None, has_complained: bool, expires: datetime, at: datetime
) -> SurveyLink:
	"""What somebody who comes by the link may do: answer once, and once complain of what was bad."""
	is_dissatisfied = answer is not None and proposes_complaint(answer)
	if answer is not None and (has_complained or not is_dissatisfied):
		return SurveyLink.USED
	if at >= expires:
		return SurveyLink.USED if is_dissatisfied else SurveyLink.EXPIRED
	return SurveyLink.COMPLAINT if is_dissatisfied else SurveyLink.ANSWER
