"""R5: the credit limit and the typical order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.credit_limit import (
	UNLIMITED,
	CreditLimit,
	LimitFacts,
	credit_limit,
	typical_order,
)
from customer_grading.rules.options import CreditTier, TypicalOrder, ValueClass
from customer_grading.rules.policy import LimitPolicy

from .facts import (
	assert_speaks,
	cents,
	codes,
	limit_facts,
	remedies,
	sections,
	sentences,
	tiers,
	value_classes,
)

POLICY = LimitPolicy()


def facts(
	sales: int | str = 1000, rate: int | str | None = 90, typical: int | str | None = 5000
) -> LimitFacts:
	return LimitFacts(
		Decimal(sales),
		None if rate is None else Decimal(rate),
		None if typical is None else Decimal(typical),
	)


@pytest.mark.parametrize(
	("value_class", "coefficient", "expected"),
	[("A", "1.2", "1080"), ("B", "1", "900"), ("C", "0.8", "720"), ("D", "0.5", "450"), ("E", "0", "0")],
)
def test_the_limit_is_sales_times_on_time_rate_times_the_coefficient_of_the_class(
	value_class: str, coefficient: str, expected: str
) -> None:
	answer = credit_limit(facts(), ValueClass(value_class), CreditTier.B, POLICY)
	assert answer.limit == CreditLimit(Decimal(expected))
	assert answer.coefficient == Decimal(coefficient)
	assert codes(answer.reasons) == ["limit_formula"]


def test_the_limit_says_what_it_is_made_from() -> None:
	(reason,) = credit_limit(facts("1234.5", "87.5"), ValueClass.A, CreditTier.B, POLICY).reasons
	assert reason.sentence() == (
		"Average monthly sales of 1,234.50, of which 87.5 % is paid on time, times 1.2 for value class A."
	)
	assert reason.remedy() == "More sales, more on time, or a better value class raise the limit."
	assert reason.numbers == {
		"average_monthly_sales": Decimal("1234.5"),
		"on_time_rate": Decimal("87.5"),
		"coefficient": Decimal("1.2"),
		"value_class": "A",
	}


@pytest.mark.parametrize(
	("typical", "expected"), [("899.99", "899.99"), ("900", "900"), ("900.01", "900"), (None, "0")]
)
def test_in_tier_a_the_limit_is_at_most_one_typical_order(typical: str | None, expected: str) -> None:
	answer = credit_limit(facts(typical=typical), ValueClass.B, CreditTier.A, POLICY)
	assert answer.limit.amount == Decimal(expected)
	assert codes(answer.reasons) == ["limit_formula", "limit_typical_order"]


def test_the_cap_of_tier_a_is_told() -> None:
	reason = credit_limit(facts(typical=250), ValueClass.B, CreditTier.A, POLICY).reasons[1]
	assert reason.sentence() == "In tier A the limit is at most one typical order of 250.00."
	assert reason.remedy() == "Larger orders, paid on time, raise the typical order."


@pytest.mark.parametrize("tier", ["B", "C", "D"])
def test_other_tiers_are_not_capped_by_an_order(tier: str) -> None:
	answer = credit_limit(facts(typical=1), ValueClass.B, CreditTier(tier), POLICY)
	assert answer.limit.amount == 900


@pytest.mark.parametrize("tier", list(CreditTier))
def test_where_nothing_fell_due_there_is_no_credit(tier: CreditTier) -> None:
	answer = credit_limit(facts(rate=None), ValueClass.A, tier, POLICY)
	assert answer.limit == CreditLimit(Decimal(0))
	assert sentences(answer.reasons) == [
		"Nothing fell due in the months that count, so it is not known how much is paid on time: no credit."
	]
	assert remedies(answer.reasons) == ["The limit follows once payments have fallen due."]


@pytest.mark.parametrize(
	("sales", "rate", "typical", "expected"),
	[
		("-500", "90", "100", "0"),
		("500", "-1", "100", "0"),
		("500", "90", "-100", "0"),
		("100", "250", "1000", "100"),
		("0.03", "33.33", "100", "0"),
		("0.03", "66.67", "100", "0.02"),
		("99.99", "99.99", "1000", "99.98"),
	],
)
def test_a_limit_is_never_negative_and_is_rounded_down_to_cents(
	sales: str, rate: str, typical: str, expected: str
) -> None:
	answer = credit_limit(facts(sales, rate, typical), ValueClass.B, CreditTier.A, POLICY)
	assert answer.limit.amount == Decimal(expected)


def test_unlimited_is_a_choice_of_its_own_and_not_zero() -> None:
	assert UNLIMITED.unlimited
	assert CreditLimit(Decimal(0)) != UNLIMITED


@given(limit_facts, value_classes, tiers, sections(LimitPolicy))
def test_no_rule_gives_less_than_zero_or_more_than_its_caps_or_unlimited_credit(
	facts: LimitFacts, value_class: ValueClass, tier: CreditTier, policy: LimitPolicy
) -> None:
	answer = credit_limit(facts, value_class, tier, policy)
	amount = answer.limit.amount
	assert not answer.limit.unlimited
	assert 0 <= amount <= max(facts.average_monthly_sales, Decimal(0)) * policy.coefficients[value_class]
	assert amount == round(amount, 2)
	if tier is CreditTier.A:
		assert amount <= max(facts.typical_order or Decimal(0), Decimal(0))
	if facts.on_time_rate is None:
		assert amount == 0
	assert_speaks(answer.reasons)


@given(limit_facts, cents(0, 1000), value_classes, tiers)
def test_more_sales_never_lower_the_limit(
	facts: LimitFacts, more: Decimal, value_class: ValueClass, tier: CreditTier
) -> None:
	larger = LimitFacts(facts.average_monthly_sales + more, facts.on_time_rate, facts.typical_order)
	before = credit_limit(facts, value_class, tier, POLICY).limit.amount
	assert credit_limit(larger, value_class, tier, POLICY).limit.amount >= before


@given(limit_facts, value_classes, value_classes)
def test_a_better_class_never_lowers_the_limit(facts: LimitFacts, one: ValueClass, other: ValueClass) -> None:
	better, worse = sorted((one, other))
	amounts = [credit_limit(facts, value, CreditTier.B, POLICY).limit.amount for value in (better, worse)]
	assert amounts[0] >= amounts[1]


# The typical order


@pytest.mark.parametrize(
	("orders", "how", "expected"),
	[
		([10, 20, 90], "median", "20"),
		([10, 20, 30, 90], "median", "25"),
		([10, 20, 90], "mean", "40"),
		([10, 20, 90], "maximum", "90"),
		([7], "median", "7"),
		([7], "mean", "7"),
		([7], "maximum", "7"),
		([0, "0.01"], "median", "0.005"),
	],
)
def test_a_typical_order_is_the_median_the_mean_or_the_largest(
	orders: list[int | str], how: str, expected: str
) -> None:
	amounts = [Decimal(amount) for amount in orders]
	assert typical_order(amounts, sum(amounts, Decimal(0)), TypicalOrder(how)) == Decimal(expected)


@pytest.mark.parametrize("how", list(TypicalOrder))
def test_without_orders_there_is_no_typical_one(how: TypicalOrder) -> None:
	assert typical_order([], Decimal(0), how) is None


@given(st.lists(cents(), min_size=1, max_size=20).map(sorted), st.sampled_from(TypicalOrder))
def test_a_typical_order_lies_between_the_smallest_and_the_largest(
	amounts: list[Decimal], how: TypicalOrder
) -> None:
	found = typical_order(amounts, sum(amounts, Decimal(0)), how)
	assert found is not None
	assert amounts[0] <= found <= amounts[-1]
