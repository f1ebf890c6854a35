"""R1 to R3 together: what a customer's pipeline means for its grade, its next follow-up and the cuts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customer_grading.rules.cadence import first_follow_up, next_follow_up
from customer_grading.rules.cuts import CutFacts, cut
from customer_grading.rules.grade import GradeAnswer, OrderRhythm, Pipeline, estimate, grade
from customer_grading.rules.options import (
	CustomerGrade,
	DealStatus,
	FollowUpCadence,
	Importance,
	Need,
	Urgency,
)
from customer_grading.rules.policy import Policy
from customer_grading.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
	"""What is known of a customer's need, and how it is being worked. Values in company currency."""

	need: Need | None
	"""As the last follow-up tells; None before the first."""
	expected_close: date | None
	last: date | None
	"""The day of the last follow-up."""
	due: date | None
	"""The next follow-up as it stands; None where none was ever set."""
	rhythm: OrderRhythm
	has_bought: bool
	is_negotiating: bool
	deal_value: Decimal
	average_deal_value: Decimal


@dataclass(frozen=True, slots=True)
class FollowUpState:
	"""Where a customer stands for those who work it, and why it has its grade."""

	grade: CustomerGrade
	cadence: FollowUpCadence
	next_date: date
	need: Need | None
	expected_close: date | None
	deal_status: DealStatus
	importance: Importance
	urgency: Urgency
	reasons: tuple[Reason, ...]


def follow_up_state(  # noqa: PLR0913  (six plain facts read better than one bag of them)
	facts: FollowUpFacts,
	today: date,
	holidays: Collection[date],
	policy: Policy,
	place: int = 0,
	held: CustomerGrade | None = None,
) -> FollowUpState:
	"""Grade, cadence, next date and cuts as of today.

	Before the first follow-up the grade is estimated from the rhythm of orders, and `place`, any number, says
	where in the first period the customer comes, so that a company's customers do not all fall due on one
	day. `held` is a grade that a person gave and rules do not overwrite. A date that is due is never pushed.
	"""
	pipeline = _pipeline(facts, today, policy)
	graded = grade(pipeline, today, policy.grade)
	if held is not None:
		graded = GradeAnswer(held, graded.lapsed, graded.reasons)
	cadence, due = _due(facts, graded, today, holidays, policy, place)
	cuts = cut(_cut_facts(facts, pipeline.need, due), today, policy.cuts)
	return FollowUpState(
		grade=graded.grade,
		cadence=cadence,
		next_date=due,
		need=pipeline.need,
		expected_close=pipeline.expected_close,
		deal_status=cuts.deal_status,
		importance=cuts.importance,
		urgency=cuts.urgency,
		reasons=graded.reasons,
	)


def _pipeline(facts: FollowUpFacts, today: date, policy: Policy) -> Pipeline:
	if facts.need is None:
		return estimate(facts.rhythm, today, policy.grade)
	ordered = facts.rhythm.last_order
	is_later = ordered is not None and facts.last is not None and ordered > facts.last
	return Pipeline(facts.need, facts.expected_close, ordered=ordered if is_later else None)


def _due(  # noqa: PLR0913  (six plain facts read better than one bag of them)
	facts: FollowUpFacts,
	graded: GradeAnswer,
	today: date,
	holidays: Collection[date],
	policy: Policy,
	place: int,
) -> tuple[FollowUpCadence, date]:
	if facts.last is None:
		found = first_follow_up(graded.grade, today, holidays, policy.cadence, place)
	else:
		found = next_follow_up(graded.grade, graded.lapsed, facts.last, today, holidays, policy.cadence)
	due = found.next_date if facts.due is None else min(found.next_date, facts.due)
	return found.cadence, due


def _cut_facts(facts: FollowUpFacts, need: Need | None, due: date) -> CutFacts:
	return CutFacts(
		has_bought=facts.has_bought,
		is_negotiating=facts.is_negotiating,
		deal_value=facts.deal_value,
		average_deal_value=facts.average_deal_value,
		handle_by=due,
		need=need,
	)
