"""R12: the satisfaction level of a complaint or survey, and the days that move it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from customer_grading.rules.options import Complainant, Impression, QualityProblem, SatisfactionLevel
from customer_grading.rules.policy import SatisfactionPolicy
from customer_grading.rules.reasons import MONEY, NUMBER, WORD, Explanation, Reason, explain

Level = SatisfactionLevel
Sign = tuple[SatisfactionLevel, Reason]

HANDLE = "Handle the complaint and let a person judge it anew."

EXCEEDED = explain(
	"level_exceeded",
	"We exceeded the customer's expectations, with a concrete example.",
	"A complaint lowers the level.",
)
MET = explain(
	"level_met", "We met the customer's expectations.", "A concrete example of more would make it level A."
)
FLAT = explain("level_flat", "The service felt flat, or details were neglected.", "Look after the details.")
NO_SIGN = explain(
	"level_no_sign", "Nothing is known that the customer is pleased or displeased with.", "Ask the customer."
)
NAMED_REASON = explain("level_named_reason", "The customer names a reason for being dissatisfied.", HANDLE)
CHARGES = explain("level_charges", "The charges were not transparent to the customer.", HANDLE)
GENERAL_PROBLEM = explain(
	"level_general_problem", "There is a general quality problem that does not stop use.", HANDLE
)
PARTS_LATE = explain(
	"level_parts_late",
	"Parts took {0} days, more than {1}.",
	HANDLE,
	parts_days=NUMBER,
	allowed=NUMBER,
)
LACK_OF_SKILL = explain(
	"level_lack_of_skill",
	"Handling has taken {0} days, more than {1}, for lack of skill.",
	HANDLE,
	days_open=NUMBER,
	allowed=NUMBER,
)
UNSOLVED = explain(
	"level_unsolved", "Unsolved for {0} days, more than {1}.", HANDLE, days_open=NUMBER, allowed=NUMBER
)
HOSTILE = explain("level_hostile", "The customer is hostile and cannot be calmed.", HANDLE)
PUBLICITY = explain("level_publicity", "The customer threatens to go to the press or the web.", HANDLE)
GRAVE_PROBLEM = explain(
	"level_grave_problem", "There is a major quality problem, or one of a critical part.", HANDLE
)
STOPS_USE = explain("level_stops_use", "The quality problem stops the customer's use of the goods.", HANDLE)
REPEATED = explain(
	"level_repeated", "The same problem was complained of {0} times in a month.", HANDLE, times=NUMBER
)
MANY_REPAIRS = explain(
	"level_many_repairs", "{0} repairs in a month, more than {1}.", HANDLE, repairs=NUMBER, allowed=NUMBER
)
MAJOR_CUSTOMER = explain("level_major_customer", "The complainant is: {0}.", HANDLE, complainant=WORD)
BATCH = explain("level_batch", "A group customer complains of a whole batch.", HANDLE)
MAJOR_LOSS = explain(
	"level_major_loss", "The loss of {0} is major: {1} or more.", HANDLE, loss=MONEY, major_from=MONEY
)
INJURY = explain("level_injury", "Somebody was injured.", HANDLE)
SAFETY = explain("level_safety", "Safety is concerned.", HANDLE)
LARGE_DAMAGE = explain(
	"level_large_damage", "The damages of {0} are large: {1} or more.", HANDLE, loss=MONEY, large_from=MONEY
)
REPAIR_REFUSED = explain(
	"level_repair_refused",
	"After {0} repairs in a month the customer refuses another.",
	HANDLE,
	repairs=NUMBER,
)
OUTSIDERS = explain(
	"level_outsiders",
	"Normal handling has failed, and media, a lawyer, the police or an authority is involved.",
	HANDLE,
)
KEPT = explain(
	"level_kept",
	"The level was {0} before, and it never falls by itself.",
	"A person may lower it with a reason.",
	level=WORD,
)
OVERRULED = explain(
	"level_overruled",
	"A person has set the level to {0}, though the signs say {1}.",
	"Another sign, or a person with a reason, changes it.",
	level=WORD,
	proposed=WORD,
)

INVOLVED_OUTSIDERS = frozenset(
	{
		Complainant.MEDIA,
		Complainant.CONSUMER_ASSOCIATION,
		Complainant.REGULATOR,
		Complainant.POLICE,
		Complainant.GOVERNMENT,
		Complainant.LAWYER,
	}
)
MAJOR_BY_THEMSELVES = frozenset(Complainant) - {Complainant.ORDINARY, Complainant.GROUP_CUSTOMER}


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
	"""What is known of a complaint, or of a survey that holds none. Days and amounts are zero or more."""

	impression: Impression | None = None
	has_example: bool = False
	complainant: Complainant = Complainant.ORDINARY
	outsiders_involved: bool = False
	"""Media, lawyer, police or an authority take part, whoever complains."""
	named_reason: bool = False
	charges_unclear: bool = False
	quality: QualityProblem = QualityProblem.NONE
	stops_use: bool = False
	times_in_month: int = 1
	parts_days: int = 0
	lack_of_skill: bool = False
	hostile: bool = False
	threatens_publicity: bool = False
	repairs_in_month: int = 0
	refuses_repair: bool = False
	loss: Decimal = Decimal(0)
	"""Company currency."""
	injury: bool = False
	whole_batch: bool = False
	safety: bool = False
	handling_failed: bool = False
	days_open: int = 0
	solved: bool = False


@dataclass(frozen=True, slots=True)
class LevelAnswer:
	"""The level that stands, what the signs propose, why, and when time alone would make it graver."""

	level: SatisfactionLevel
	proposed: SatisfactionLevel
	reasons: tuple[Reason, ...]
	rises_to: SatisfactionLevel | None = None
	rises_after_days: int | None = None
	"""Counted from the day of the complaint; the level rises on the day after."""


def assess(
	facts: ComplaintFacts,
	policy: SatisfactionPolicy,
	current: SatisfactionLevel | None = None,
	overruled: SatisfactionLevel | None = None,
) -> LevelAnswer:
	"""The gravest level that any sign gives (R12), and never less than `current`.

	`overruled`: what the signs said when a person set `current`; only what is worse than that raises it.
	"""
	signs = sorted(_signs(facts, policy), key=lambda sign: sign[0].value, reverse=True)
	proposed = signs[0][0]
	level, said = _standing(proposed, current, overruled)
	bar = overruled if overruled is not None and overruled.is_worse_than(level) else level
	rises_to, after = _next_rise(bar, facts, policy)
	return LevelAnswer(level, proposed, (*said, *(reason for _, reason in signs)), rises_to, after)


def level_to_sign(level: str, overruled: str | None) -> str:
	"""The level whose line signs a plan (R11): lowering a level by hand spares nobody's signature."""
	return max(level, overruled or "")


def _standing(
	proposed: SatisfactionLevel, current: SatisfactionLevel | None, overruled: SatisfactionLevel | None
) -> tuple[SatisfactionLevel, tuple[Reason, ...]]:
	"""The level between what stands and what is proposed, and why the proposal does not decide."""
	if current is None or current is proposed:
		return proposed, ()
	if current.is_worse_than(proposed):
		return current, (KEPT.because(current),)
	if overruled is not None and not proposed.is_worse_than(overruled):
		return current, (OVERRULED.because(current, proposed),)
	return proposed, ()


def _signs(facts: ComplaintFacts, policy: SatisfactionPolicy) -> list[Sign]:
	graver = [
		*_crisis(facts, policy),
		*_major(facts, policy),
		*_very_dissatisfied(facts, policy),
		*_dissatisfied(facts, policy),
		*_by_time(facts, policy),
	]
	return graver or [_impression(facts)]


def _impression(facts: ComplaintFacts) -> Sign:
	if facts.impression is Impression.EXCEEDED and facts.has_example:
		return Level.A, EXCEEDED.because()
	if facts.impression in (Impression.EXCEEDED, Impression.MET):
		return Level.B, MET.because()
	return Level.C, (NO_SIGN if facts.impression is None else FLAT).because()


def _flags(level: SatisfactionLevel, *pairs: tuple[bool, Explanation]) -> Iterator[Sign]:
	return ((level, explanation.because()) for holds, explanation in pairs if holds)


def _dissatisfied(facts: ComplaintFacts, policy: SatisfactionPolicy) -> Iterator[Sign]:
	yield from _flags(
		Level.D,
		(facts.named_reason, NAMED_REASON),
		(facts.charges_unclear, CHARGES),
		(facts.quality is QualityProblem.GENERAL and not facts.stops_use, GENERAL_PROBLEM),
	)
	if facts.parts_days > policy.parts_days:
		yield Level.D, PARTS_LATE.because(facts.parts_days, policy.parts_days)
	if facts.lack_of_skill and facts.days_open > policy.dissatisfied_after_days:
		yield Level.D, LACK_OF_SKILL.because(facts.days_open, policy.dissatisfied_after_days)


def _by_time(facts: ComplaintFacts, policy: SatisfactionPolicy) -> Iterator[Sign]:
	reached = [(level, days) for level, days in _times(policy) if facts.days_open > days]
	if reached and not facts.solved:
		level, days = reached[-1]
		yield level, UNSOLVED.because(facts.days_open, days)


def _times(policy: SatisfactionPolicy) -> tuple[tuple[SatisfactionLevel, int], ...]:
	return (Level.D, policy.dissatisfied_after_days), (Level.E, policy.very_dissatisfied_after_days)


def _next_rise(
	level: SatisfactionLevel, facts: ComplaintFacts, policy: SatisfactionPolicy
) -> tuple[SatisfactionLevel | None, int | None]:
	if not facts.solved:
		for graver, days in _times(policy):
			if graver.is_worse_than(level) and facts.days_open <= days:
				return graver, days
	return None, None


def _very_dissatisfied(facts: ComplaintFacts, policy: SatisfactionPolicy) -> Iterator[Sign]:
	has_problem = facts.quality is not QualityProblem.NONE
	yield from _flags(
		Level.E,
		(facts.hostile, HOSTILE),
		(facts.threatens_publicity, PUBLICITY),
		(facts.quality in (QualityProblem.MAJOR, QualityProblem.CRITICAL), GRAVE_PROBLEM),
		(has_problem and facts.stops_use, STOPS_USE),
	)
	if has_problem and facts.times_in_month > 1:
		yield Level.E, REPEATED.because(facts.times_in_month)
	if facts.repairs_in_month > policy.repairs_in_month:
		yield Level.E, MANY_REPAIRS.because(facts.repairs_in_month, policy.repairs_in_month)


def _major(facts: ComplaintFacts, policy: SatisfactionPolicy) -> Iterator[Sign]:
	if facts.complainant in MAJOR_BY_THEMSELVES:
		yield Level.F, MAJOR_CUSTOMER.because(facts.complainant)
	if facts.complainant is Complainant.GROUP_CUSTOMER and facts.whole_batch:
		yield Level.F, BATCH.because()
	if facts.loss >= policy.major_loss:
		yield Level.F, MAJOR_LOSS.because(facts.loss, policy.major_loss)
	if facts.injury:
		yield Level.F, INJURY.because()


def _crisis(facts: ComplaintFacts, policy: SatisfactionPolicy) -> Iterator[Sign]:
	outsiders = facts.outsiders_involved or facts.complainant in INVOLVED_OUTSIDERS
	yield from _flags(Level.G, (facts.safety, SAFETY), (facts.handling_failed and outsiders, OUTSIDERS))
	if facts.loss >= policy.large_damage:
		yield Level.G, LARGE_DAMAGE.because(facts.loss, policy.large_damage)
	if facts.refuses_repair and facts.repairs_in_month > policy.repairs_in_month:
		yield Level.G, REPAIR_REFUSED.because(facts.repairs_in_month)
