"""R11: which steps follow each other, and what each of them needs."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.complaint_steps import (
	FIXED,
	NEEDS,
	NUMBER_OF,
	SIGNABLE,
	SIGNING,
	TRANSITIONS,
	StepFacts,
	action_of,
	may_sign,
	missing,
)
from customer_grading.rules.options import ComplaintAction, ComplaintStep, Opinion, TalkOutcome

from .facts import assert_speaks, codes, remedies, sentences

Step = ComplaintStep
Action = ComplaintAction
DAY = date(2026, 3, 10)
BEFORE = date(2026, 3, 9)
AGREE, SEND_BACK = Opinion.AGREE, Opinion.SEND_BACK
AGREED, NOT_AGREED, OPEN = TalkOutcome.AGREED, TalkOutcome.NOT_AGREED, TalkOutcome.OPEN

COMPLETE: dict[Action, dict[str, Any]] = {
	Action.CONFIRM: {"evidence": 1},
	Action.DISMISS: {"has_dismissal_reason": True},
	Action.JUDGE: {"has_judgement": True},
	Action.PLAN: {"plan": 1},
	Action.SIGN: {"opinion": AGREE, "talks": 1},
	Action.APPROVE: {"opinion": AGREE},
	Action.SEND_BACK: {"opinion": SEND_BACK},
	Action.AGREE: {"approved_on": DAY, "last_talk": DAY, "last_outcome": AGREED},
	Action.PLAN_ANEW: {"approved_on": DAY, "last_talk": DAY, "last_outcome": NOT_AGREED},
	Action.LITIGATE: {"last_talk": DAY, "last_outcome": NOT_AGREED, "has_court": True},
	Action.SETTLE: {"last_talk": DAY, "last_outcome": AGREED},
	Action.EXECUTE: {"has_court_outcome": True},
	Action.CLOSE: {"has_solution": True, "has_blame": True},
}
"""The facts from which nothing is missing."""


def lacks(start: Step, end: Step, **facts: Any) -> list[str]:
	return codes(missing(start, end, StepFacts(**facts)))


# The ways


def test_every_step_is_reached_from_the_first_and_leads_to_an_end() -> None:
	reached = {Step.RAISED}
	for _ in Step:
		reached |= {end for start, _action, end in TRANSITIONS if start in reached}
	assert reached == set(Step)
	dead_ends = {step for step in Step if not any(start is step for start, _action, _end in TRANSITIONS)}
	assert dead_ends == {step for step in Step if not step.is_open} == {Step.DISMISSED, Step.CLOSED}


def test_the_steps_are_numbered_as_in_the_handbook() -> None:
	assert set(NUMBER_OF) == set(Step)
	assert [NUMBER_OF[step] for step in Step] == sorted(NUMBER_OF.values())
	assert set(NUMBER_OF.values()) == set(range(1, 10))
	assert (NUMBER_OF[Step.LITIGATION], NUMBER_OF[Step.EXECUTED]) == (7, 8)


def test_each_way_has_one_action_and_each_action_its_needs() -> None:
	ways = [(start, action) for start, action, _end in TRANSITIONS]
	assert len(set(ways)) == len(ways)
	assert set(NEEDS) == set(Action) == {action for _start, action, _end in TRANSITIONS} == set(COMPLETE)
	assert action_of(Step.PLANNED, Step.SIGNED) is Action.SIGN
	assert action_of(Step.CLOSED, Step.RAISED) is None
	assert action_of(Step.APPROVED, Step.JUDGED) is Action.PLAN_ANEW
	assert action_of(Step.APPROVED, Step.JUDGED, SEND_BACK) is Action.SEND_BACK


@pytest.mark.parametrize("start", Step)
def test_any_other_way_is_refused_whatever_is_known(start: Step) -> None:
	everything = StepFacts(evidence=1, plan=1, talks=1, opinion=AGREE, has_solution=True, has_blame=True)
	for end in Step:
		if action_of(start, end) is None:
			reasons = missing(start, end, everything)
			assert codes(reasons) == ["step_no_way"]
			assert sentences(reasons) == [f"No step of the process leads from {start} to {end}."]


@pytest.mark.parametrize(("start", "action", "end"), TRANSITIONS)
def test_nothing_is_missing_where_all_is_there(start: Step, action: Action, end: Step) -> None:
	assert lacks(start, end, **COMPLETE[action], in_court=start is Step.LITIGATION) == []


def test_only_those_who_sign_take_the_steps_of_signing() -> None:
	assert {end for _start, action, end in TRANSITIONS if action in SIGNING} == {
		Step.SIGNED,
		Step.APPROVED,
		Step.JUDGED,
	}
	assert not set(FIXED) & {Step.RAISED, Step.CONFIRMED, Step.JUDGED, Step.PLANNED}
	assert SIGNABLE == (Step.PLANNED, Step.SIGNED, Step.APPROVED)


def test_what_is_open_and_what_is_solved() -> None:
	assert [step for step in Step if step.is_solved] == [Step.DISMISSED, Step.EXECUTED, Step.CLOSED]


# What is missing


@pytest.mark.parametrize(
	("start", "end", "facts", "code", "sentence"),
	[
		(Step.RAISED, Step.CONFIRMED, {}, "no_evidence", "The complaint was raised without evidence."),
		(Step.RAISED, Step.DISMISSED, {}, "not_dismissed", "Nobody has said why there is no problem."),
		(
			Step.CONFIRMED,
			Step.JUDGED,
			{},
			"not_judged",
			"The preliminary judgement is missing, or its reason.",
		),
		(Step.JUDGED, Step.PLANNED, {}, "no_plan", "There is no handling plan."),
		(
			Step.JUDGED,
			Step.PLANNED,
			{"plan": 3, "plan_incomplete": 2},
			"plan_incomplete",
			"2 actions of the plan lack a department or a due date.",
		),
		(
			Step.PLANNED,
			Step.SIGNED,
			{"opinion": AGREE},
			"no_talk",
			"Nobody has talked with the customer yet.",
		),
		(
			Step.PLANNED,
			Step.SIGNED,
			{"talks": 1},
			"no_opinion",
			"This step needs an opinion and a signature.",
		),
		(
			Step.PLANNED,
			Step.SIGNED,
			{"talks": 1, "opinion": SEND_BACK},
			"other_opinion",
			"The opinion given is: Send back. It does not lead to Signed.",
		),
		(
			Step.PLANNED,
			Step.SIGNED,
			{"talks": 1, "opinion": AGREE, "is_own": True},
			"own_complaint",
			"Nobody signs a complaint that they have raised themselves.",
		),
		(
			Step.SIGNED,
			Step.APPROVED,
			{"signatures_missing": 2, "level": "F"},
			"signatures_missing",
			"2 signatures that the level F needs are missing.",
		),
		(
			Step.SIGNED,
			Step.APPROVED,
			{"opinion": AGREE, "is_own": True},
			"own_complaint",
			"Nobody signs a complaint that they have raised themselves.",
		),
		(
			Step.SIGNED,
			Step.JUDGED,
			{"opinion": AGREE},
			"other_opinion",
			"The opinion given is: Agree. It does not lead to Judged.",
		),
		(
			Step.APPROVED,
			Step.NEGOTIATED,
			{"approved_on": DAY, "last_talk": BEFORE, "last_outcome": AGREED},
			"not_negotiated",
			"No talk with the customer is logged since the plan was approved on 2026-03-10.",
		),
		(
			Step.APPROVED,
			Step.NEGOTIATED,
			{"approved_on": DAY},
			"not_negotiated",
			"No talk with the customer is logged since the plan was approved on 2026-03-10.",
		),
		(
			Step.APPROVED,
			Step.NEGOTIATED,
			{"approved_on": DAY, "last_talk": DAY, "last_outcome": OPEN},
			"other_outcome",
			"The outcome of the last talk is: Nothing settled. This step needs: Agreed.",
		),
		(
			Step.APPROVED,
			Step.NEGOTIATED,
			{**COMPLETE[Action.AGREE], "signatures_missing": 1, "level": "E"},
			"signatures_missing",
			"1 signatures that the level E needs are missing.",
		),
		(
			Step.APPROVED,
			Step.JUDGED,
			{"opinion": SEND_BACK, "approved_on": DAY, "level": "E"},
			"all_signed",
			"All whom the level E needs have signed the plan.",
		),
		(
			Step.APPROVED,
			Step.JUDGED,
			{"last_outcome": AGREED},
			"other_outcome",
			"The outcome of the last talk is: Agreed. This step needs: Not agreed.",
		),
		(
			Step.APPROVED,
			Step.LITIGATION,
			{"last_outcome": NOT_AGREED},
			"no_court",
			"The court is not named, or the day on which the suit was filed.",
		),
		(
			Step.APPROVED,
			Step.LITIGATION,
			{"last_outcome": NOT_AGREED, "has_court": True, "signatures_missing": 1, "level": "G"},
			"signatures_missing",
			"1 signatures that the level G needs are missing.",
		),
		(
			Step.LITIGATION,
			Step.NEGOTIATED,
			{},
			"other_outcome",
			"The outcome of the last talk is: Nothing settled. This step needs: Agreed.",
		),
		(
			Step.LITIGATION,
			Step.EXECUTED,
			{"in_court": True},
			"no_court_outcome",
			"The lawsuit has no outcome yet.",
		),
		(
			Step.NEGOTIATED,
			Step.EXECUTED,
			{"plan_open": 3},
			"not_done",
			"3 actions of the plan are not done yet.",
		),
		(Step.EXECUTED, Step.CLOSED, {"has_blame": True}, "no_solution", "The solution is not described."),
		(
			Step.EXECUTED,
			Step.CLOSED,
			{"has_solution": True},
			"no_blame",
			"Nobody has said who was to blame.",
		),
	],
)
def test_what_is_missing_is_told(
	start: Step, end: Step, facts: dict[str, Any], code: str, sentence: str
) -> None:
	reasons = missing(start, end, StepFacts(**facts))
	assert codes(reasons) == [f"step_{code}"]
	assert sentences(reasons) == [sentence]
	assert remedies(reasons)[0].endswith(".")


def test_all_that_is_missing_is_told_at_once() -> None:
	assert lacks(Step.EXECUTED, Step.CLOSED) == ["step_no_solution", "step_no_blame"]
	assert lacks(Step.PLANNED, Step.SIGNED, is_own=True) == [
		"step_no_opinion",
		"step_own_complaint",
		"step_no_talk",
	]


def test_where_all_have_signed_approving_needs_no_opinion() -> None:
	assert lacks(Step.SIGNED, Step.APPROVED) == []


def test_a_court_takes_the_place_of_the_plan() -> None:
	facts = {"plan_open": 2, "in_court": True, "has_court_outcome": True}
	assert lacks(Step.LITIGATION, Step.EXECUTED, **facts) == []


def test_an_approved_plan_goes_back_while_somebody_is_still_to_sign() -> None:
	facts = {"opinion": SEND_BACK, "approved_on": DAY, "signatures_missing": 1}
	assert lacks(Step.APPROVED, Step.JUDGED, **facts) == []


def test_who_may_sign_at_a_moment() -> None:
	assert may_sign(StepFacts(opinion=AGREE, talks=1)) == ()
	assert codes(may_sign(StepFacts(opinion=AGREE))) == ["step_no_talk"]


@given(
	st.sampled_from(Step),
	st.sampled_from(Step),
	st.builds(
		StepFacts,
		level=st.sampled_from("ABCDEFG"),
		last_outcome=st.none() | st.sampled_from(TalkOutcome),
		opinion=st.none() | st.sampled_from(Opinion),
	),
)
def test_whatever_is_missing_can_be_read_out(start: Step, end: Step, facts: StepFacts) -> None:
	reasons = missing(start, end, facts)
	assert reasons or action_of(start, end)
	if reasons:
		assert_speaks(reasons)
