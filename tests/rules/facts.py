"""Facts that tests are made of: factories with sound defaults, and strategies over the whole domain."""

import dataclasses
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from customer_grading.rules.category import CategoryFacts
from customer_grading.rules.complaint import ComplaintFacts
from customer_grading.rules.credit_limit import CreditLimit, LimitFacts
from customer_grading.rules.grade import OrderRhythm, Pipeline
from customer_grading.rules.options import (
	Complainant,
	CreditTier,
	CustomerCategory,
	Impression,
	MeasureKind,
	Need,
	QualityProblem,
	StrEnum,
	ValueClass,
)
from customer_grading.rules.order import (
	Component,
	ExposureKind,
	Measure,
	OrderTerms,
	Overdue,
	Position,
	Release,
)
from customer_grading.rules.policy import (
	SCALES,
	CategoryPolicy,
	CutsPolicy,
	GradePolicy,
	LimitPolicy,
	OrderPolicy,
	Points,
	Policy,
	RelationshipPolicy,
	SatisfactionPolicy,
	ScorePolicy,
	TierPolicy,
)
from customer_grading.rules.reasons import ENGLISH, Language, Reason
from customer_grading.rules.score import ScoreFacts
from customer_grading.rules.settings import Section
from customer_grading.rules.tier import PaymentFacts

TODAY = date(2024, 1, 31)
FOREIGN = Language(lambda text: f"«{text}»")


def codes(reasons: Iterable[Reason]) -> list[str]:
	"""The codes of reasons, in their order."""
	return [reason.code for reason in reasons]


def sentences(reasons: Iterable[Reason]) -> list[str]:
	"""The English sentences of reasons, in their order."""
	return [reason.sentence() for reason in reasons]


def remedies(reasons: Iterable[Reason]) -> list[str]:
	"""The English remedies of reasons, in their order."""
	return [reason.remedy() for reason in reasons]


def assert_speaks(reasons: tuple[Reason, ...]) -> None:
	"""There is a reason; each has its numbers, and a whole sentence and remedy in every language."""
	assert reasons
	for reason in reasons:
		assert len(reason.numbers) == len(reason.explanation.fields)
		assert reason.sentence().endswith(".")
		assert reason.remedy().endswith(".")
		for language in (ENGLISH, FOREIGN):
			for text in (reason.sentence(language), reason.remedy(language)):
				assert text.strip("«». ")
				assert "{" not in text
				assert "}" not in text
		assert reason.sentence(FOREIGN).startswith("«")
		assert reason.remedy(FOREIGN).startswith("«")


# Facts with sound defaults


def payments(
	on_time: Decimal | int | str = 100,
	due: Decimal | int = 100,
	paid: int = 3,
	arrears: Decimal | int | str = 0,
	has_prepaid: bool = True,
	oldest_days: int = 0,
) -> PaymentFacts:
	"""A customer who pays everything on time and has prepaid, unless told otherwise."""
	return PaymentFacts(paid, Decimal(due), Decimal(on_time), has_prepaid, Decimal(arrears), oldest_days)


def order(amount: Decimal | int | str = 100, credit_days: int = 0, payment_ready: bool = False) -> OrderTerms:
	"""An order of 100.00, due on delivery."""
	return OrderTerms(Decimal(amount), credit_days, payment_ready)


def position(tier: CreditTier | None = CreditTier.A, limit: int = 1000, **others: Any) -> Position:
	"""A customer in tier A with room for 1,000.00 who owes nothing."""
	return Position(tier, CreditLimit(Decimal(limit)), **others)


def owes(amount: Decimal | int | str) -> tuple[Component, ...]:
	"""An exposure of one ledger balance."""
	return (Component(ExposureKind.LEDGER, Decimal(amount)),)


def overdue(amount: Decimal | int | str, days: int) -> Overdue:
	"""One overdue line."""
	return Overdue("SINV-1", Decimal(amount), days)


# Strategies over the domain of the facts


def cents(lowest: int = 0, highest: int = 10**15) -> st.SearchStrategy[Decimal]:
	"""Amounts in whole cents between two whole amounts."""
	return st.integers(lowest * 100, highest * 100).map(lambda number: Decimal(number).scaleb(-2))


def shares(highest: int = 100) -> st.SearchStrategy[Decimal]:
	"""Percentages and points with two decimals."""
	return cents(0, highest)


small_money = cents(0, 300)
money = st.one_of(small_money, cents())
days_of_history = st.dates()
counts = st.integers(0, 10_000)

pipelines = st.builds(Pipeline, st.one_of(st.none(), st.sampled_from(Need)), st.one_of(st.none(), st.dates()))
rhythms = st.one_of(
	st.just(OrderRhythm(0, 0, None)),
	st.builds(OrderRhythm, st.integers(1, 500), st.integers(1, 4000), st.dates()),
)


@st.composite
def payment_facts(draw: st.DrawFn) -> PaymentFacts:
	"""Any payment history: what was on time is a part of what fell due."""
	on_time, late = draw(money), draw(money)
	return PaymentFacts(
		draw(st.integers(0, 6)),
		on_time + late,
		on_time,
		draw(st.booleans()),
		draw(st.one_of(st.just(Decimal(0)), small_money, money)),
		draw(counts),
	)


score_facts = st.builds(
	ScoreFacts,
	sales_contribution=st.none() | cents(-100),
	payment_fulfilment=st.none() | shares(),
	growth=st.none() | cents(-100, 100_000),
	order_frequency=st.none() | cents(0, 5_000),
	relationship_length=st.none() | counts.map(Decimal),
	complaints=st.none() | cents(0, 100),
	market_share=st.none() | cents(-10, 200),
	growth_potential=st.none() | cents(-10, 200),
)
limit_facts = st.builds(
	LimitFacts, cents(-1000), st.none() | shares() | cents(-50, 200), st.none() | cents(-1000)
)
tiers = st.sampled_from(CreditTier)
value_classes = st.sampled_from(ValueClass)
order_terms = st.builds(OrderTerms, small_money, st.integers(-5, 40), st.booleans())
components = st.builds(Component, st.sampled_from(ExposureKind), cents(-300, 300))
overdue_lines = st.builds(Overdue, st.just("SINV-1"), small_money, st.integers(1, 40))
measures = st.builds(Measure, st.sampled_from(MeasureKind), small_money)
limits = st.builds(CreditLimit, small_money, st.booleans())
positions = st.builds(
	Position,
	st.none() | tiers,
	limits,
	exposure=st.lists(components, max_size=3).map(tuple),
	overdue=st.lists(overdue_lines, max_size=3).map(tuple),
	cover=st.just(Decimal(0)) | small_money,
	measures=st.just(()) | st.lists(measures, max_size=2).map(tuple),
	release=st.none() | st.builds(Release, small_money),
	cash_owed=st.just(Decimal(0)) | small_money,
)
_FLAGS = [field.name for field in dataclasses.fields(ComplaintFacts) if isinstance(field.default, bool)]
_rarely = st.sampled_from((False, False, False, True))
complaints = st.builds(
	ComplaintFacts,
	**dict.fromkeys(_FLAGS, _rarely),
	impression=st.none() | st.sampled_from(Impression),
	complainant=st.sampled_from(Complainant),
	quality=st.sampled_from(QualityProblem),
	times_in_month=st.integers(0, 4),
	parts_days=st.integers(0, 10),
	repairs_in_month=st.integers(0, 5),
	loss=st.just(Decimal(0)) | cents(0, 100_000),
	days_open=st.integers(0, 30),
)
quiet_complaints = st.builds(
	ComplaintFacts,
	impression=st.none() | st.sampled_from(Impression),
	has_example=st.booleans(),
	named_reason=st.booleans(),
	lack_of_skill=st.booleans(),
	days_open=st.integers(0, 30),
	solved=st.booleans(),
)
category_facts = st.builds(
	CategoryFacts,
	supply_agreement=st.booleans(),
	platform=st.booleans(),
	yearly_sales=cents(),
	sales_ratio=st.none() | cents(-100, 1000),
	growth_potential=st.none() | shares(),
	breaches=st.integers(0, 4),
	orders=st.integers(0, 20),
	yearly_orders=st.integers(0, 20),
	first_order=st.none() | st.dates(),
	tier=st.none() | tiers,
)
categories = st.sampled_from(CustomerCategory)


# Policies: any that a company could write


def _ascending(lowest: int, highest: int, size: int) -> st.SearchStrategy[list[int]]:
	return st.lists(st.integers(lowest, highest), min_size=size, max_size=size, unique=True).map(sorted)


def _descending_to_zero(options: type[StrEnum]) -> st.SearchStrategy[dict[StrEnum, Decimal]]:
	above = _ascending(1, 10_000, len(options) - 1)
	return above.map(
		lambda numbers: dict(
			zip(options, [*(Decimal(n).scaleb(-2) for n in numbers[::-1]), Decimal(0)], strict=True)
		)
	)


@st.composite
def _weights(draw: st.DrawFn) -> dict[str, Decimal]:
	options = list(ScorePolicy().weights)
	edges = [0, *sorted(draw(st.lists(st.integers(0, 10_000), min_size=7, max_size=7))), 10_000]
	parts = (Decimal(right - left).scaleb(-2) for left, right in pairwise(edges))
	return dict(zip(options, parts, strict=True))


@st.composite
def scales(draw: st.DrawFn) -> Points:
	"""A scale of one to five points."""
	places = draw(st.lists(cents(-1000, 1000), min_size=1, max_size=5, unique=True).map(sorted))
	return tuple((place, draw(shares())) for place in places)


def _value(kind: Any, bounds: Any) -> st.SearchStrategy[Any]:
	if get_origin(kind) is not None:
		options, part = get_args(kind)
		return st.fixed_dictionaries({option: _value(part, bounds) for option in options})
	if kind is bool:
		return st.booleans()
	if issubclass(kind, StrEnum):
		return st.sampled_from(kind)
	lowest, highest = bounds["lowest"], bounds["highest"]
	if kind is int:
		return st.integers(int(lowest), int(highest))
	return st.integers(int(lowest * 100), int(highest * 100)).map(lambda number: Decimal(number).scaleb(-2))


@st.composite
def sections(draw: st.DrawFn, kind: type[Section]) -> Section:
	"""Any valid section of a kind: within its bounds, and in order where settings depend on each other."""
	given = draw(_DEPENDENT.get(kind, st.just({})))
	hints = get_type_hints(kind)
	for field in dataclasses.fields(kind):  # type: ignore[arg-type]
		if field.name not in given:
			given = {**given, field.name: draw(_value(hints[field.name], field.metadata))}
	return kind(**given)


def _named(*names: str) -> Any:
	return lambda values: dict(zip(names, values, strict=True))


def _some_cuts(months: list[int]) -> dict[str, int]:
	return {"soon_months": months[0], "not_urgent_months": months[1], "urgent_days": min(7, months[0])}


_losses = _ascending(1, 10**12, 2).map(lambda pair: [Decimal(number) for number in pair])
_DEPENDENT: dict[type[Section], st.SearchStrategy[dict[str, Any]]] = {
	GradePolicy: _ascending(1, 1_000_000, 3).map(_named("a_months", "b_months", "c_months")),
	CutsPolicy: _ascending(1, 1_000_000, 2).map(_some_cuts),
	ScorePolicy: st.fixed_dictionaries(
		{
			"weights": _weights(),
			"bands": _descending_to_zero(ValueClass),
			**{name: scales() for name in SCALES},
		}
	),
	LimitPolicy: _ascending(1, 120, 2).map(_named("min_months", "window_months")),
	TierPolicy: st.fixed_dictionaries({"on_time": _descending_to_zero(CreditTier)}),
	SatisfactionPolicy: st.tuples(_ascending(0, 1_000_000, 2), _losses).map(
		lambda pair: _named(
			"dissatisfied_after_days", "very_dissatisfied_after_days", "major_loss", "large_damage"
		)([*pair[0], *pair[1]])
	),
	CategoryPolicy: st.just({}),
	RelationshipPolicy: _ascending(1, 1_000_000, 2).map(_named("inactive_after_days", "lost_after_days")),
}

PARTS: dict[str, type[Section]] = {
	field.name: get_type_hints(Policy)[field.name] for field in dataclasses.fields(Policy)
}
order_policies = st.builds(Policy, tier=sections(TierPolicy), order=sections(OrderPolicy))
policies = st.builds(Policy, **{name: sections(kind) for name, kind in PARTS.items()})
