"""R4: the value score of a customer, and its value class."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from customer_grading.rules.options import Criterion, ValueClass
from customer_grading.rules.policy import SCALES, Points, ScorePolicy
from customer_grading.rules.reasons import NUMBER, PERCENT, WORD, Reason, explain

CENT = Decimal("0.01")
FULL_WEIGHT = Decimal(100)
ZERO = Decimal(0)
FIELDS = tuple((criterion, criterion.field) for criterion in Criterion)
"""Each criterion with the name of its fact."""

SCORED = explain(
	"score_criterion",
	"{0}: {1} points of 100, which count {2} %.",
	"Each point more adds {3} % of a point to the score.",
	criterion=WORD,
	points=NUMBER,
	weight=PERCENT,
	share=PERCENT,
)
NO_DATA = explain(
	"score_no_data",
	"Nothing is known by which the customer could be scored.",
	"Record sales and payments, or type market share and growth potential.",
)
LEFT_OUT = explain(
	"score_provisional",
	"Provisional: there are no data for criteria that count {0} %, so the others count for more.",
	"Record what is missing.",
	missing_weight=PERCENT,
)
CAPPED = explain(
	"score_capped",
	"There are data for only {0} % of the weight, so the score is capped at {1}.",
	"Record what is missing.",
	known_weight=PERCENT,
	cap=NUMBER,
)


@dataclass(frozen=True, slots=True)
class ScoreFacts:
	"""What a customer is scored by; None where nothing is known."""

	sales_contribution: Decimal | None = None
	"""Sales of the window in percent of the average customer's."""
	payment_fulfilment: Decimal | None = None
	"""Amount paid on time, in percent of what fell due in the window."""
	growth: Decimal | None = None
	"""Sales of the window's whole months compared with those of the window before, in percent."""
	order_frequency: Decimal | None = None
	"""Orders in a year."""
	relationship_length: Decimal | None = None
	"""Months since the first order, by the calendar."""
	complaints: Decimal | None = None
	"""Complaints of the window that we were to blame for, weighted by their level."""
	market_share: Decimal | None = None
	"""Typed by a person: points of 100."""
	growth_potential: Decimal | None = None
	"""Typed by a person: points of 100."""


@dataclass(frozen=True, slots=True)
class ScoreAnswer:
	"""A score of 0 to 100 with its class. `provisional`: some criteria had no data."""

	score: Decimal
	value_class: ValueClass
	provisional: bool
	reasons: tuple[Reason, ...]


class Weighed(NamedTuple):
	"""A score before it is explained: a value of 0 to 100, points of each known criterion, their weight."""

	value: Decimal
	known: tuple[tuple[Criterion, Decimal], ...]
	weight: Decimal
	capped: bool = False
	"""Whether the value would be higher if the data were not that thin."""


def weigh(facts: ScoreFacts, policy: ScorePolicy) -> Weighed:
	"""The weighted score of the criteria that have data (R4), without reasons. No data at all scores 0."""
	known = tuple(_known(facts, policy))
	weights = policy.weights
	weight = value = ZERO
	for criterion, points in known:
		weight += weights[criterion]
		value += weights[criterion] * points
	if weight == 0:
		return Weighed(ZERO, (), ZERO)
	value /= weight
	capped = weight < policy.thin_data_weight and value > policy.thin_data_cap
	value = policy.thin_data_cap if capped else value
	return Weighed(value.quantize(CENT, ROUND_DOWN), known, weight, capped)


def score(facts: ScoreFacts, policy: ScorePolicy) -> ScoreAnswer:
	"""The score of `weigh` with its class and reasons (R4)."""
	value, known, weight, capped = weigh(facts, policy)
	if weight == 0:
		return ScoreAnswer(ZERO, ValueClass.E, True, (NO_DATA.because(),))
	reasons = [_scored(criterion, points, policy.weights[criterion], weight) for criterion, points in known]
	if weight < FULL_WEIGHT:
		reasons.append(LEFT_OUT.because(FULL_WEIGHT - weight))
	if capped:
		reasons.append(CAPPED.because(weight, policy.thin_data_cap))
	return ScoreAnswer(value, value_class(value, policy), weight < FULL_WEIGHT, tuple(reasons))


def _scored(criterion: Criterion, points: Decimal, weight: Decimal, known_weight: Decimal) -> Reason:
	"""The share is what the weight comes to when the weights without data are spread over the rest."""
	return SCORED.because(criterion, points, weight, FULL_WEIGHT * weight / known_weight)


def value_class(value: Decimal, policy: ScorePolicy) -> ValueClass:
	"""The class whose band a score of 0 to 100 falls into; the lower edge belongs to the band."""
	return next(band for band, lowest in policy.bands.items() if value >= lowest)


def _known(facts: ScoreFacts, policy: ScorePolicy) -> Iterator[tuple[Criterion, Decimal]]:
	for criterion, name in FIELDS:
		given = getattr(facts, name)
		if given is not None:
			yield criterion, _points(name, given, policy)


def _points(name: str, given: Decimal, policy: ScorePolicy) -> Decimal:
	if name in SCALES:
		return on_scale(getattr(policy, name), given)
	return min(max(given, ZERO), FULL_WEIGHT)


def on_scale(points: Points, at: Decimal) -> Decimal:
	"""The value of a scale: straight between its points, flat before the first and after the last."""
	left, low = points[0]
	if at <= left:
		return low
	for right, high in points:
		if at <= right:
			return (low + (high - low) * (at - left) / (right - left)).quantize(CENT, ROUND_DOWN)
		left, low = right, high
	return low
