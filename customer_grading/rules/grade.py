"""R1: the customer grade, how soon a deal is expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from customer_grading.rules.dates import add_days, add_months
from customer_grading.rules.options import CustomerGrade, Need
from customer_grading.rules.policy import GradePolicy
from customer_grading.rules.reasons import DATE, NUMBER, Reason, explain

SOON_ENOUGH = explain(
	"grade_close_expected",
	"The need is clear and a deal is expected on {0}, not later than {2}.",
	"Correct the expected close date if the customer has moved it.",
	expected_close=DATE,
	months=NUMBER,
	latest=DATE,
)
FAR_OFF = explain(
	"grade_close_far",
	"The need is clear, but a deal is expected only on {0}, in more than {1} months.",
	"Bring the deal forward to {2} or earlier.",
	expected_close=DATE,
	months=NUMBER,
	latest=DATE,
)
LAPSED = explain(
	"grade_lapsed",
	"A deal was expected on {0}, which has passed without one.",
	"Ask the customer now and file a follow-up with a new date or a new need.",
	expected_close=DATE,
)
DEAL_MADE = explain(
	"grade_deal_made",
	"A deal was expected on {0}, and the customer ordered on {1}.",
	"File a follow-up with what the customer needs next.",
	expected_close=DATE,
	ordered=DATE,
)
NO_DATE = explain(
	"grade_no_date",
	"The need is clear, but nobody has said when a deal is expected.",
	"File a follow-up with the expected close date.",
)
POTENTIAL_NEED = explain(
	"grade_potential",
	"The customer may need our goods one day, but not yet.",
	"File a follow-up once the need is clear.",
)
NO_NEED = explain(
	"grade_no_need",
	"The customer has no need for our goods.",
	"File a follow-up if a need appears.",
)
NOTHING_KNOWN = explain(
	"grade_unknown",
	"Nothing is known yet of what the customer needs.",
	"File the first follow-up.",
)
REGULAR_ORDERS = explain(
	"grade_rhythm",
	"Estimated from {0} orders that came every {1} days, the last on {2}.",
	"File a follow-up with what the customer says.",
	orders=NUMBER,
	interval=NUMBER,
	last_order=DATE,
)
MISSED_ORDERS = explain(
	"grade_rhythm_missed",
	"Estimated from {0} orders that came every {1} days: none has come since {2}.",
	"Ask the customer why and file a follow-up.",
	orders=NUMBER,
	interval=NUMBER,
	last_order=DATE,
)
ONE_ORDER = explain(
	"grade_one_order",
	"Estimated from a single order, on {0}.",
	"File a follow-up with what the customer needs next.",
	last_order=DATE,
)
SILENT = explain(
	"grade_silent",
	"Estimated from the orders: the last one is of {0}, more than {1} months ago.",
	"File a follow-up if the customer still needs our goods.",
	last_order=DATE,
	months=NUMBER,
)


@dataclass(frozen=True, slots=True)
class Pipeline:
	"""What is known of the next deal. `need` is None where nobody has asked yet."""

	need: Need | None
	expected_close: date | None = None
	reasons: tuple[Reason, ...] = ()
	"""Where need and date are estimated: from what."""
	ordered: date | None = None
	"""The day of an order that was placed after somebody had asked."""


@dataclass(frozen=True, slots=True)
class OrderRhythm:
	"""How orders have come: how many, the usual days between two of them, the day of the last."""

	orders: int
	interval_days: int
	last_order: date | None

	@classmethod
	def of(cls, days: Iterable[date]) -> "OrderRhythm":
		"""The rhythm of orders placed on these days; those of one day are one occasion."""
		occasions = sorted(set(days))
		gaps = [(later - earlier).days for earlier, later in pairwise(occasions)]
		last = occasions[-1] if occasions else None
		return cls(len(occasions), round(median(gaps)) if gaps else 0, last)


@dataclass(frozen=True, slots=True)
class GradeAnswer:
	"""A customer grade. `lapsed`: the expected day has passed, so that a follow-up is due at once."""

	grade: CustomerGrade
	lapsed: bool
	reasons: tuple[Reason, ...]


def grade(pipeline: Pipeline, today: date, policy: GradePolicy) -> GradeAnswer:
	"""The grade by need and expected close date, with inclusive bounds in calendar months (R1)."""
	if pipeline.need is Need.CLEAR:
		return _grade_clear(pipeline, today, policy)
	if pipeline.need is Need.NONE:
		return _answer(CustomerGrade.E, pipeline, NO_NEED.because())
	known = NOTHING_KNOWN if pipeline.need is None else POTENTIAL_NEED
	return _answer(CustomerGrade.D, pipeline, known.because())


def _grade_clear(pipeline: Pipeline, today: date, policy: GradePolicy) -> GradeAnswer:
	close = pipeline.expected_close
	if close is None:
		return _answer(CustomerGrade.D, pipeline, NO_DATE.because())
	if close < today and pipeline.ordered:
		return _answer(CustomerGrade.A, pipeline, DEAL_MADE.because(close, pipeline.ordered))
	if close < today:
		return _answer(CustomerGrade.A, pipeline, LAPSED.because(close), lapsed=True)
	for value, months in _bounds(policy):
		latest = add_months(today, months)
		if close <= latest:
			return _answer(value, pipeline, SOON_ENOUGH.because(close, months, latest))
	return _answer(CustomerGrade.D, pipeline, FAR_OFF.because(close, policy.c_months, latest))


def _bounds(policy: GradePolicy) -> tuple[tuple[CustomerGrade, int], ...]:
	return (
		(CustomerGrade.A, policy.a_months),
		(CustomerGrade.B, policy.b_months),
		(CustomerGrade.C, policy.c_months),
	)


def _answer(value: CustomerGrade, pipeline: Pipeline, why: Reason, lapsed: bool = False) -> GradeAnswer:
	return GradeAnswer(value, lapsed, (why, *pipeline.reasons))


def estimate(rhythm: OrderRhythm, today: date, policy: GradePolicy) -> Pipeline:
	"""Need and expected close from orders alone, where no follow-up tells.

	The next order is due one usual interval after the last; a customer who has missed several, or has long
	been silent, has no clear need any more.
	"""
	last = rhythm.last_order
	if last is None:
		return Pipeline(None)
	if add_months(last, policy.dead_after_months) < today:
		return Pipeline(Need.NONE, None, (SILENT.because(last, policy.dead_after_months),))
	if rhythm.orders == 1:
		return Pipeline(Need.POTENTIAL, None, (ONE_ORDER.because(last),))
	if add_days(last, rhythm.interval_days * policy.missed_orders) < today:
		missed = MISSED_ORDERS.because(rhythm.orders, rhythm.interval_days, last)
		return Pipeline(Need.POTENTIAL, None, (missed,))
	regular = REGULAR_ORDERS.because(rhythm.orders, rhythm.interval_days, last)
	return Pipeline(Need.CLEAR, add_days(last, rhythm.interval_days), (regular,))
