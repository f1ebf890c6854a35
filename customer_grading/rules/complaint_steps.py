"""R11: the steps of a complaint, which of them follow each other, and what each of them needs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from customer_grading.rules.options import ComplaintAction, ComplaintStep, Opinion, TalkOutcome
from customer_grading.rules.reasons import DATE, NUMBER, WORD, Reason, explain

Step = ComplaintStep
Action = ComplaintAction


class Transition(NamedTuple):
	"""One way from a step to another."""

	start: ComplaintStep
	action: ComplaintAction
	end: ComplaintStep


TRANSITIONS: tuple[Transition, ...] = (
	Transition(Step.RAISED, Action.CONFIRM, Step.CONFIRMED),
	Transition(Step.RAISED, Action.DISMISS, Step.DISMISSED),
	Transition(Step.CONFIRMED, Action.JUDGE, Step.JUDGED),
	Transition(Step.JUDGED, Action.PLAN, Step.PLANNED),
	Transition(Step.PLANNED, Action.SIGN, Step.SIGNED),
	Transition(Step.PLANNED, Action.SEND_BACK, Step.JUDGED),
	Transition(Step.SIGNED, Action.APPROVE, Step.APPROVED),
	Transition(Step.SIGNED, Action.SEND_BACK, Step.JUDGED),
	Transition(Step.APPROVED, Action.AGREE, Step.NEGOTIATED),
	Transition(Step.APPROVED, Action.PLAN_ANEW, Step.JUDGED),
	Transition(Step.APPROVED, Action.SEND_BACK, Step.JUDGED),
	Transition(Step.APPROVED, Action.LITIGATE, Step.LITIGATION),
	Transition(Step.NEGOTIATED, Action.EXECUTE, Step.EXECUTED),
	Transition(Step.LITIGATION, Action.SETTLE, Step.NEGOTIATED),
	Transition(Step.LITIGATION, Action.EXECUTE, Step.EXECUTED),
	Transition(Step.EXECUTED, Action.CLOSE, Step.CLOSED),
)
"""Every way that there is; whatever is not here is refused, whoever asks."""

NUMBER_OF: Mapping[ComplaintStep, int] = dict(zip(Step, (1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 9), strict=True))
"""The number of each step in the handbook: ① to ⑨."""

SIGNING = frozenset({Action.SIGN, Action.APPROVE, Action.SEND_BACK})
"""What only somebody does who gives an opinion."""
SIGNABLE = (Step.PLANNED, Step.SIGNED, Step.APPROVED)
"""Where a plan can be signed: after its approval, too, where the level has risen since."""
FIXED = (Step.SIGNED, Step.APPROVED, Step.NEGOTIATED, Step.LITIGATION, Step.EXECUTED, Step.CLOSED)
"""Where a plan bears signatures, so that it is changed no more."""

NO_WAY = explain(
	"step_no_way",
	"No step of the process leads from {0} to {1}.",
	"Take the steps one after the other, by the actions that the form offers.",
	start=WORD,
	end=WORD,
)
NO_EVIDENCE = explain(
	"step_no_evidence",
	"The complaint was raised without evidence.",
	"Add a file, or a statement of what was seen, to the evidence.",
)
NOT_DISMISSED = explain(
	"step_not_dismissed",
	"Nobody has said why there is no problem.",
	"Fill in why it is no problem, then dismiss the complaint.",
)
NOT_JUDGED = explain(
	"step_not_judged",
	"The preliminary judgement is missing, or its reason.",
	"Say whether it is a quality problem, and why.",
)
NO_PLAN = explain(
	"step_no_plan", "There is no handling plan.", "Add at least one action with its department and due date."
)
PLAN_INCOMPLETE = explain(
	"step_plan_incomplete",
	"{0} actions of the plan lack a department or a due date.",
	"Name a department and a due date for every action.",
	rows=NUMBER,
)
ALL_SIGNED = explain(
	"step_all_signed",
	"All whom the level {0} needs have signed the plan.",
	"Plan anew, once a talk with the customer has ended without agreement.",
	level=WORD,
)
NO_TALK = explain(
	"step_no_talk",
	"Nobody has talked with the customer yet.",
	"Talk with the customer first, and log the talk; then sign.",
)
NO_OPINION = explain(
	"step_no_opinion",
	"This step needs an opinion and a signature.",
	"Sign with your opinion by the actions of the form.",
)
OTHER_OPINION = explain(
	"step_other_opinion",
	"The opinion given is: {0}. It does not lead to {1}.",
	"Agree to approve the plan, or send it back.",
	opinion=WORD,
	end=WORD,
)
OWN_COMPLAINT = explain(
	"step_own_complaint",
	"Nobody signs a complaint that they have raised themselves.",
	"Ask somebody else of the same role to sign.",
)
SIGNATURES_MISSING = explain(
	"step_signatures_missing",
	"{0} signatures that the level {1} needs are missing.",
	"Let those in line sign the plan.",
	missing=NUMBER,
	level=WORD,
)
NOT_NEGOTIATED = explain(
	"step_not_negotiated",
	"No talk with the customer is logged since the plan was approved on {0}.",
	"Negotiate the plan with the customer, and log the talk with its outcome.",
	approved=DATE,
)
OTHER_OUTCOME = explain(
	"step_other_outcome",
	"The outcome of the last talk is: {0}. This step needs: {1}.",
	"Log the talk in which that was said, or take another step.",
	outcome=WORD,
	needed=WORD,
)
NO_COURT = explain(
	"step_no_court",
	"The court is not named, or the day on which the suit was filed.",
	"Fill in the court and the day.",
)
NO_COURT_OUTCOME = explain(
	"step_no_court_outcome",
	"The lawsuit has no outcome yet.",
	"Fill in the outcome and the day of the decision, or settle with the customer.",
)
NOT_DONE = explain(
	"step_not_done", "{0} actions of the plan are not done yet.", "Fill in when each was done.", rows=NUMBER
)
NO_SOLUTION = explain(
	"step_no_solution",
	"The solution is not described.",
	"Say what was done in the end, and what keeps it from happening again.",
)
NO_BLAME = explain(
	"step_no_blame",
	"Nobody has said who was to blame.",
	"Fill in who was to blame, then close the complaint.",
)


@dataclass(frozen=True, slots=True)
class StepFacts:
	"""What a step may need to know of a complaint."""

	level: str = ""
	"""By which the plan is signed."""
	evidence: int = 0
	has_dismissal_reason: bool = False
	has_judgement: bool = False
	"""With its reason."""
	plan: int = 0
	"""How many actions the plan has."""
	plan_incomplete: int = 0
	plan_open: int = 0
	"""How many are not done."""
	talks: int = 0
	last_talk: date | None = None
	last_outcome: TalkOutcome | None = None
	approved_on: date | None = None
	opinion: Opinion | None = None
	"""What somebody thinks who signs at this moment."""
	is_own: bool = False
	"""Whether whoever signs has raised the complaint."""
	signatures_missing: int = 0
	"""Once the opinion of this moment counts."""
	in_court: bool = False
	"""Whether the complaint is at the step of litigation."""
	has_court: bool = False
	has_court_outcome: bool = False
	has_solution: bool = False
	has_blame: bool = False


Needs = Callable[[StepFacts], Iterator[Reason]]


def action_of(
	start: ComplaintStep, end: ComplaintStep, opinion: Opinion | None = None
) -> ComplaintAction | None:
	"""The action that leads from one step to another; None where none does.

	Where two do, whoever gives an opinion signs, or sends back.
	"""
	found = [action for first, action, last in TRANSITIONS if (first, last) == (start, end)]
	meant = [action for action in found if (action in SIGNING) is (opinion is not None)]
	return next(iter((*meant, *found)), None)


def missing(start: ComplaintStep, end: ComplaintStep, facts: StepFacts) -> tuple[Reason, ...]:
	"""What is missing for a complaint to go from one step to another (R11); nothing where it may."""
	action = action_of(start, end, facts.opinion)
	if action is None:
		return (NO_WAY.because(start, end),)
	return tuple(NEEDS[action](facts))


def _to_confirm(facts: StepFacts) -> Iterator[Reason]:
	if not facts.evidence:
		yield NO_EVIDENCE.because()


def _to_dismiss(facts: StepFacts) -> Iterator[Reason]:
	if not facts.has_dismissal_reason:
		yield NOT_DISMISSED.because()


def _to_judge(facts: StepFacts) -> Iterator[Reason]:
	if not facts.has_judgement:
		yield NOT_JUDGED.because()


def _to_plan(facts: StepFacts) -> Iterator[Reason]:
	if not facts.plan:
		yield NO_PLAN.because()
	if facts.plan_incomplete:
		yield PLAN_INCOMPLETE.because(facts.plan_incomplete)


def may_sign(facts: StepFacts) -> tuple[Reason, ...]:
	"""What keeps a plan from being signed at this moment; nothing where it may be."""
	return tuple(_to_sign(facts))


def _to_sign(facts: StepFacts) -> Iterator[Reason]:
	yield from _with_opinion(facts, Opinion.AGREE, Step.SIGNED)
	if not facts.talks:
		yield NO_TALK.because()


def _with_opinion(facts: StepFacts, needed: Opinion, end: ComplaintStep) -> Iterator[Reason]:
	if facts.opinion is None:
		yield NO_OPINION.because()
	elif facts.opinion is not needed:
		yield OTHER_OPINION.because(facts.opinion, end)
	if facts.is_own:
		yield OWN_COMPLAINT.because()


def _to_approve(facts: StepFacts) -> Iterator[Reason]:
	"""Where all have signed already, approving needs no opinion besides."""
	if facts.signatures_missing:
		yield SIGNATURES_MISSING.because(facts.signatures_missing, facts.level)
	if facts.opinion is not None:
		yield from _with_opinion(facts, Opinion.AGREE, Step.APPROVED)


def _to_send_back(facts: StepFacts) -> Iterator[Reason]:
	"""An approved plan goes back only while somebody is still to sign, because the level has risen since."""
	yield from _with_opinion(facts, Opinion.SEND_BACK, Step.JUDGED)
	if facts.approved_on and not facts.signatures_missing:
		yield ALL_SIGNED.because(facts.level)


def _last_talk(facts: StepFacts, needed: TalkOutcome) -> Iterator[Reason]:
	"""The last talk is one since the approval, and ended as it must for the step."""
	if facts.approved_on and (facts.last_talk is None or facts.last_talk < facts.approved_on):
		yield NOT_NEGOTIATED.because(facts.approved_on)
	elif facts.last_outcome is not needed:
		yield OTHER_OUTCOME.because(facts.last_outcome or TalkOutcome.OPEN, needed)


def _approved_by_all(facts: StepFacts) -> Iterator[Reason]:
	"""A level that has risen since needs more signatures than were given."""
	if facts.signatures_missing:
		yield SIGNATURES_MISSING.because(facts.signatures_missing, facts.level)


def _to_agree(facts: StepFacts) -> Iterator[Reason]:
	yield from _approved_by_all(facts)
	yield from _last_talk(facts, TalkOutcome.AGREED)


def _to_plan_anew(facts: StepFacts) -> Iterator[Reason]:
	yield from _last_talk(facts, TalkOutcome.NOT_AGREED)


def _to_litigate(facts: StepFacts) -> Iterator[Reason]:
	yield from _approved_by_all(facts)
	yield from _last_talk(facts, TalkOutcome.NOT_AGREED)
	if not facts.has_court:
		yield NO_COURT.because()


def _to_settle(facts: StepFacts) -> Iterator[Reason]:
	yield from _last_talk(facts, TalkOutcome.AGREED)


def _to_execute(facts: StepFacts) -> Iterator[Reason]:
	"""What a court has decided takes the place of the plan."""
	if facts.in_court:
		if not facts.has_court_outcome:
			yield NO_COURT_OUTCOME.because()
	elif facts.plan_open:
		yield NOT_DONE.because(facts.plan_open)


def _to_close(facts: StepFacts) -> Iterator[Reason]:
	if not facts.has_solution:
		yield NO_SOLUTION.because()
	if not facts.has_blame:
		yield NO_BLAME.because()


NEEDS: Mapping[ComplaintAction, Needs] = {
	Action.CONFIRM: _to_confirm,
	Action.DISMISS: _to_dismiss,
	Action.JUDGE: _to_judge,
	Action.PLAN: _to_plan,
	Action.SIGN: _to_sign,
	Action.APPROVE: _to_approve,
	Action.SEND_BACK: _to_send_back,
	Action.AGREE: _to_agree,
	Action.PLAN_ANEW: _to_plan_anew,
	Action.LITIGATE: _to_litigate,
	Action.SETTLE: _to_settle,
	Action.EXECUTE: _to_execute,
	Action.CLOSE: _to_close,
}
"""What each action needs."""
