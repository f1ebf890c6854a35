"""R2: the follow-up cadence, and the day on which a customer must be handled again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from customer_grading.rules.dates import add_days
from customer_grading.rules.options import CustomerGrade, FollowUpCadence
from customer_grading.rules.policy import CadencePolicy
from customer_grading.rules.reasons import DATE, NUMBER, WORD, Reason, explain

BY_CADENCE = explain(
	"cadence_by_grade",
	"The cadence of grade {0} is {1}: at least once in {2} days, the last time on {3}.",
	"File a follow-up; the next date is then set anew.",
	grade=WORD,
	cadence=WORD,
	days=NUMBER,
	last_follow_up=DATE,
)
NEVER_HANDLED = explain(
	"cadence_first",
	"The customer has not been followed up yet.",
	"File the first follow-up.",
)
LAPSED_NOW = explain(
	"cadence_lapsed",
	"The expected close date has passed, so a follow-up is due at once.",
	"File a follow-up with a new date or a new need.",
)
MOVED = explain(
	"cadence_moved",
	"{0} is not a working day; the next one is {1}.",
	"Correct the Holiday List if this is a working day.",
	holiday=DATE,
	next_working_day=DATE,
)


@dataclass(frozen=True, slots=True)
class FollowUpAnswer:
	"""How often a customer is followed up, and when next."""

	cadence: FollowUpCadence
	next_date: date
	reasons: tuple[Reason, ...]


def next_follow_up(  # noqa: PLR0913  (six plain facts read better than one bag of them)
	grade: CustomerGrade,
	lapsed: bool,
	last: date | None,
	today: date,
	holidays: Collection[date],
	policy: CadencePolicy,
) -> FollowUpAnswer:
	"""Last follow-up + cadence, moved to the next day that is not a holiday (R2).

	`lapsed` makes it due at once, but never twice on the day of the last follow-up. A day that has passed
	stays: an overdue follow-up is never pushed.
	"""
	cadence = policy.by_grade[grade]
	if last is None:
		return _on_working_day(cadence, today, holidays, (NEVER_HANDLED.because(),))
	days = policy.days[cadence]
	due = add_days(last, days)
	reasons: tuple[Reason, ...] = (BY_CADENCE.because(grade, cadence, days, last),)
	if lapsed:
		at_once = max(today, add_days(last, 1))
		due, reasons = min(due, at_once), (*reasons, LAPSED_NOW.because())
	return _on_working_day(cadence, due, holidays, reasons)


def first_follow_up(
	grade: CustomerGrade, today: date, holidays: Collection[date], policy: CadencePolicy, place: int
) -> FollowUpAnswer:
	"""The first follow-up of a customer who was there before the app: within one period of the cadence (R2).

	`place`, any number from zero, spreads the customers of a company over the days of the period.
	"""
	cadence = policy.by_grade[grade]
	due = add_days(today, 1 + place % policy.days[cadence])
	return _on_working_day(cadence, due, holidays, (NEVER_HANDLED.because(),))


def _on_working_day(
	cadence: FollowUpCadence, due: date, holidays: Collection[date], reasons: tuple[Reason, ...]
) -> FollowUpAnswer:
	working = due
	while working in holidays and working < date.max:
		working = add_days(working, 1)
	if working != due:
		reasons = (*reasons, MOVED.because(due, working))
	return FollowUpAnswer(cadence, working, reasons)
