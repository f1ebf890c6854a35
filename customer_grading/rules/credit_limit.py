"""R5: how much credit a customer may have."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from customer_grading.rules.options import CreditTier, TypicalOrder, ValueClass
from customer_grading.rules.policy import LimitPolicy
from customer_grading.rules.reasons import MONEY, NUMBER, PERCENT, WORD, Reason, explain

CENT = Decimal("0.01")
ZERO = Decimal(0)
HUNDRED = Decimal(100)

BY_FORMULA = explain(
	"limit_formula",
	"Average monthly sales of {0}, of which {1} % is paid on time, times {2} for value class {3}.",
	"More sales, more on time, or a better value class raise the limit.",
	average_monthly_sales=MONEY,
	on_time_rate=PERCENT,
	coefficient=NUMBER,
	value_class=WORD,
)
ONE_ORDER = explain(
	"limit_typical_order",
	"In tier {0} the limit is at most one typical order of {1}.",
	"Larger orders, paid on time, raise the typical order.",
	tier=WORD,
	typical_order=MONEY,
)
NO_RATE = explain(
	"limit_no_rate",
	"Nothing fell due in the months that count, so it is not known how much is paid on time: no credit.",
	"The limit follows once payments have fallen due.",
)


@dataclass(frozen=True, slots=True)
class LimitFacts:
	"""What a limit is made from, per company, in company currency."""

	average_monthly_sales: Decimal
	on_time_rate: Decimal | None
	"""Percent by amount; None where nothing fell due."""
	typical_order: Decimal | None
	"""The size of one typical order; None where there has been none."""


@dataclass(frozen=True, slots=True)
class CreditLimit:
	"""A limit in company currency. 0 is no credit; `unlimited` is its own explicit choice."""

	amount: Decimal
	unlimited: bool = False


NO_CREDIT = CreditLimit(ZERO)
UNLIMITED = CreditLimit(ZERO, unlimited=True)
"""No limit, by explicit choice of a person. No rule gives it."""


@dataclass(frozen=True, slots=True)
class LimitAnswer:
	"""A credit limit with the coefficient that it was made with."""

	limit: CreditLimit
	coefficient: Decimal
	reasons: tuple[Reason, ...]


def limit_amount(
	facts: LimitFacts, value_class: ValueClass, tier: CreditTier, policy: LimitPolicy
) -> CreditLimit:
	"""The limit of `credit_limit`, without reasons."""
	if facts.on_time_rate is None:
		return NO_CREDIT
	amount = _sales(facts) * _rate(facts.on_time_rate) / HUNDRED * policy.coefficients[value_class]
	if tier is CreditTier.A:
		amount = min(amount, _cap(facts))
	return CreditLimit(amount.quantize(CENT, ROUND_DOWN))


def credit_limit(
	facts: LimitFacts, value_class: ValueClass, tier: CreditTier, policy: LimitPolicy
) -> LimitAnswer:
	"""Average monthly sales x on-time rate x coefficient of the class (R5).

	In tier A at most one typical order. Never negative; rounded down to cents.
	"""
	limit, coefficient = limit_amount(facts, value_class, tier, policy), policy.coefficients[value_class]
	if facts.on_time_rate is None:
		return LimitAnswer(limit, coefficient, (NO_RATE.because(),))
	formula = BY_FORMULA.because(_sales(facts), _rate(facts.on_time_rate), coefficient, value_class)
	if tier is not CreditTier.A:
		return LimitAnswer(limit, coefficient, (formula,))
	return LimitAnswer(limit, coefficient, (formula, ONE_ORDER.because(tier, _cap(facts))))


def _sales(facts: LimitFacts) -> Decimal:
	return max(facts.average_monthly_sales, ZERO)


def _rate(on_time_rate: Decimal) -> Decimal:
	return min(max(on_time_rate, ZERO), HUNDRED)


def _cap(facts: LimitFacts) -> Decimal:
	return max(facts.typical_order or ZERO, ZERO)


def typical_order(ascending: Sequence[Decimal], total: Decimal, how: TypicalOrder) -> Decimal | None:
	"""One typical order of a window (R5): of its amounts in ascending order, whose sum is `total`.

	None where there was no order. The sum is handed in so that nobody adds up thousands of orders for each
	decision.
	"""
	count = len(ascending)
	if count == 0:
		return None
	if how is TypicalOrder.MAXIMUM:
		return ascending[-1]
	if how is TypicalOrder.MEAN:
		return total / count
	middle = count // 2
	return ascending[middle] if count % 2 else (ascending[middle - 1] + ascending[middle]) / 2
