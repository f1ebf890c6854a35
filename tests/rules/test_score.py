"""R4: the value score and its class."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.options import Criterion, ValueClass
from customer_grading.rules.policy import Points, ScorePolicy
from customer_grading.rules.score import ScoreFacts, on_scale, score, value_class, weigh

from .facts import assert_speaks, cents, codes, remedies, scales, score_facts, sections, sentences, shares

POLICY = ScorePolicy()
ALL_GOOD = ScoreFacts(
	sales_contribution=Decimal(200),
	payment_fulfilment=Decimal(100),
	growth=Decimal(20),
	order_frequency=Decimal(24),
	relationship_length=Decimal(36),
	complaints=Decimal(0),
	market_share=Decimal(100),
	growth_potential=Decimal(100),
)


def only(**known: int | str) -> ScoreFacts:
	return ScoreFacts(**{name: Decimal(value) for name, value in known.items()})


def test_a_customer_who_is_best_in_everything_scores_100() -> None:
	answer = score(ALL_GOOD, POLICY)
	assert (answer.score, answer.value_class, answer.provisional) == (Decimal(100), ValueClass.A, False)
	assert codes(answer.reasons) == ["score_criterion"] * 8


def test_the_score_is_the_weighted_sum_of_its_criteria() -> None:
	facts = replace(ALL_GOOD, sales_contribution=Decimal(50), payment_fulfilment=Decimal(90))
	answer = score(facts, POLICY)
	assert answer.score == (25 * 60 + 30 * 90 + 45 * 100) / Decimal(100)
	assert answer.value_class == "B"


def test_each_criterion_says_its_points_and_what_they_count() -> None:
	reasons = score(replace(ALL_GOOD, payment_fulfilment=Decimal("87.5")), POLICY).reasons
	assert reasons[1].sentence() == "Payment fulfilment: 87.5 points of 100, which count 30 %."
	assert reasons[1].remedy() == "Each point more adds 30 % of a point to the score."
	assert [reason.numbers["criterion"] for reason in reasons] == list(Criterion)


def test_without_any_data_the_score_is_zero_and_the_class_e() -> None:
	answer = score(ScoreFacts(), POLICY)
	assert (answer.score, answer.value_class, answer.provisional) == (Decimal(0), ValueClass.E, True)
	assert sentences(answer.reasons) == ["Nothing is known by which the customer could be scored."]
	assert remedies(answer.reasons) == [
		"Record sales and payments, or type market share and growth potential."
	]


def test_data_that_count_nothing_are_no_data() -> None:
	weights = {**dict.fromkeys(Criterion, Decimal(0)), Criterion.GROWTH: Decimal(100)}
	answer = score(only(payment_fulfilment=100), ScorePolicy(weights=weights))
	assert (answer.score, answer.value_class) == (Decimal(0), ValueClass.E)
	assert codes(answer.reasons) == ["score_no_data"]


def test_the_weight_of_missing_criteria_goes_to_the_others_and_the_answer_is_provisional() -> None:
	answer = score(only(payment_fulfilment=100, sales_contribution=50), POLICY)
	assert answer.score == Decimal("81.81")
	assert answer.provisional
	assert codes(answer.reasons) == ["score_criterion", "score_criterion", "score_provisional"]
	assert sentences(answer.reasons)[1:] == [
		"Payment fulfilment: 100 points of 100, which count 30 %.",
		"Provisional: there are no data for criteria that count 45 %, so the others count for more.",
	]
	assert remedies(answer.reasons) == [
		"Each point more adds 45.45 % of a point to the score.",
		"Each point more adds 54.55 % of a point to the score.",
		"Record what is missing.",
	]


def test_thin_data_are_capped_and_the_answer_says_so() -> None:
	answer = score(only(payment_fulfilment=100, growth=20), POLICY)
	assert (answer.score, answer.value_class) == (Decimal(69), ValueClass.D)
	assert codes(answer.reasons)[-2:] == ["score_provisional", "score_capped"]
	assert sentences(answer.reasons)[-1] == (
		"There are data for only 40 % of the weight, so the score is capped at 69."
	)
	assert remedies(answer.reasons)[-1] == "Record what is missing."


def test_thin_data_below_the_cap_are_left_as_they_are() -> None:
	answer = score(only(payment_fulfilment=69), POLICY)
	assert answer.score == 69
	assert "score_capped" not in codes(answer.reasons)


def test_data_of_exactly_the_weight_asked_for_are_not_thin() -> None:
	answer = score(only(payment_fulfilment=100, growth=20, order_frequency=24), POLICY)
	assert (answer.score, answer.value_class) == (Decimal(100), ValueClass.A)


def test_a_cap_of_many_decimals_is_told_like_any_other() -> None:
	answer = score(only(payment_fulfilment=100), ScorePolicy(thin_data_cap=Decimal("78.999")))
	assert answer.score == Decimal("78.99")
	assert codes(answer.reasons)[-1] == "score_capped"


@pytest.mark.parametrize(
	("value", "expected"),
	[
		("100", "A"),
		("90", "A"),
		("89.99", "B"),
		("80", "B"),
		("79.99", "C"),
		("70", "C"),
		("69.99", "D"),
		("60", "D"),
		("59.99", "E"),
		("0", "E"),
	],
)
def test_the_lower_edge_belongs_to_the_band(value: str, expected: str) -> None:
	assert value_class(Decimal(value), POLICY) == expected


@pytest.mark.parametrize(
	("points", "expected"), [(90, "A"), ("89.99", "B"), (80, "B"), (70, "C"), (60, "D"), ("59.99", "E")]
)
def test_a_score_on_the_edge_of_a_band_is_in_it(points: int | str, expected: str) -> None:
	weights = {**dict.fromkeys(Criterion, Decimal(0)), Criterion.MARKET_SHARE: Decimal(100)}
	answer = score(only(market_share=points), ScorePolicy(weights=weights))
	assert (answer.score, answer.value_class) == (Decimal(points), expected)


@pytest.mark.parametrize(
	("criterion", "at", "points"),
	[
		("sales_contribution", "0", "0"),
		("sales_contribution", "25", "30"),
		("sales_contribution", "50", "60"),
		("sales_contribution", "100", "80"),
		("sales_contribution", "150", "90"),
		("sales_contribution", "5000", "100"),
		("sales_contribution", "-10", "0"),
		("payment_fulfilment", "95.5", "95.5"),
		("growth", "-80", "0"),
		("growth", "-25", "35"),
		("growth", "0", "70"),
		("growth", "7", "80.5"),
		("order_frequency", "1", "11.66"),
		("order_frequency", "12", "90"),
		("relationship_length", "0", "40"),
		("relationship_length", "36", "100"),
		("complaints", "0", "100"),
		("complaints", "1", "80"),
		("complaints", "2", "60"),
		("complaints", "9", "0"),
		("market_share", "-5", "0"),
		("market_share", "55.5", "55.5"),
		("growth_potential", "130", "100"),
	],
)
def test_measured_criteria_are_read_off_their_scale_and_typed_ones_are_points(
	criterion: str, at: str, points: str
) -> None:
	reason = score(only(**{criterion: at}), POLICY).reasons[0]
	assert reason.numbers["points"] == Decimal(points)


def test_a_scale_of_one_point_is_flat() -> None:
	points = ((Decimal(5), Decimal(42)),)
	assert [on_scale(points, Decimal(at)) for at in (-9, 5, 99)] == [42, 42, 42]


@given(scales(), cents(-2000, 2000))
def test_a_scale_never_leaves_the_span_of_its_points(points: Points, at: Decimal) -> None:
	heights = [to for _, to in points]
	assert min(heights) <= on_scale(points, at) <= max(heights)


@given(scales())
def test_a_scale_goes_through_its_points(points: Points) -> None:
	assert [on_scale(points, at) for at, _ in points] == [to for _, to in points]


@given(score_facts, sections(ScorePolicy))
def test_every_customer_has_a_score_of_0_to_100_with_its_class_and_reasons(
	facts: ScoreFacts, policy: ScorePolicy
) -> None:
	answer = score(facts, policy)
	assert 0 <= answer.score <= 100
	assert answer.value_class is value_class(answer.score, policy)
	assert weigh(facts, policy).value == answer.score
	assert_speaks(answer.reasons)


@given(score_facts, sections(ScorePolicy))
def test_no_data_never_score_well(facts: ScoreFacts, policy: ScorePolicy) -> None:
	weight = sum(
		policy.weights[criterion] for criterion in Criterion if getattr(facts, criterion.field) is not None
	)
	answer = score(facts, policy)
	assert answer.provisional == (weight < 100)
	if weight == 0:
		assert (answer.score, answer.value_class) == (Decimal(0), ValueClass.E)
	elif weight < policy.thin_data_weight:
		assert answer.score <= policy.thin_data_cap


def with_better(facts: ScoreFacts, name: str, by: Decimal) -> ScoreFacts:
	changed: Any = {name: getattr(facts, name) + (-by if name == "complaints" else by)}
	return replace(facts, **changed)


@given(score_facts, st.sampled_from(Criterion), shares())
def test_better_facts_never_lower_the_score(facts: ScoreFacts, criterion: Criterion, by: Decimal) -> None:
	if getattr(facts, criterion.field) is None:
		return
	better = with_better(facts, criterion.field, by)
	assert score(better, POLICY).score >= score(facts, POLICY).score


@given(shares(), shares(), sections(ScorePolicy))
def test_a_higher_score_is_never_a_worse_class(one: Decimal, other: Decimal, policy: ScorePolicy) -> None:
	lower, higher = (value_class(value, policy) for value in sorted((one, other)))
	assert list(ValueClass).index(higher) <= list(ValueClass).index(lower)


@given(sections(ScorePolicy))
def test_the_edges_of_all_bands_are_exact(policy: ScorePolicy) -> None:
	for band, lowest in policy.bands.items():
		assert value_class(lowest, policy) is band
		if lowest:
			assert value_class(lowest - Decimal("0.01"), policy) > band
