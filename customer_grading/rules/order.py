"""What the payment policy says of one order (R6): one function for every door, live check and backtest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.options import Await, CreditTier, MeasureKind, Outcome, StrEnum
from customer_grading.rules.policy import Policy
from customer_grading.rules.reasons import MONEY, NUMBER, WORD, Explanation, Reason, explain

ZERO = Decimal(0)

COVERED = explain(
	"order_covered",
	"The order of {0} is fully covered by {1} received in advance.",
	"Taking the advance back would uncover the order.",
	amount=MONEY,
	cover=MONEY,
)
NOTHING_TO_PAY = explain(
	"order_nothing_to_pay",
	"Nothing is to be paid for the order.",
	"An order with an amount is decided by the customer's tier.",
)
RELEASE_TOO_SMALL = explain(
	"order_release_too_small",
	"There is a release, but only up to {1}, and the order is {0}.",
	"Reduce the order to {1}, or ask for a release up to {0}.",
	amount=MONEY,
	ceiling=MONEY,
)
UNTIERED = explain(
	"order_untiered",
	"The customer has no credit tier yet, so the payment policy does not bind.",
	"Assign a tier to bind the customer's orders.",
)
WITHIN_LIMIT = explain(
	"order_within_limit",
	"With this order the exposure is {0}, within the credit limit of {1}; {2} of it remains.",
	"An order of more than {2} besides this one would exceed the limit.",
	exposure_after=MONEY,
	limit=MONEY,
	room=MONEY,
)
UNLIMITED = explain(
	"order_unlimited",
	"With this order the exposure is {0}; the customer's credit is unlimited by choice.",
	"Give the customer a limit to bind its orders.",
	exposure_after=MONEY,
)
OVER_LIMIT = explain(
	"order_over_limit",
	"With this order the exposure would be {0}, which is {2} above the credit limit of {1}.",
	"Receive {2} on account, reduce the order to {3}, or ask for a release.",
	exposure_after=MONEY,
	limit=MONEY,
	excess=MONEY,
	room=MONEY,
)
NO_ROOM = explain(
	"order_no_room",
	"The exposure is {0} already, so nothing of the credit limit of {1} is left for this order of {2}.",
	"Receive {3} on account, or ask for a release.",
	exposure=MONEY,
	limit=MONEY,
	amount=MONEY,
	excess=MONEY,
)
NO_CREDIT = explain(
	"order_no_credit",
	"The customer has no credit: the limit is 0.00.",
	"Receive {0} before the order, or ask for a release.",
	needed=MONEY,
)
TERMS_TOO_LONG = explain(
	"order_terms_too_long",
	"The terms give {0} days of credit, more than the {1} days allowed in tier A.",
	"Shorten the terms to {1} days or fewer.",
	credit_days=NUMBER,
	grace_days=NUMBER,
)
TERMS_GRANT_CREDIT = explain(
	"order_terms_grant_credit",
	"The terms give {0} days of credit, but tier {1} pays cash on delivery.",
	"Shorten the terms to due on delivery.",
	credit_days=NUMBER,
	tier=WORD,
)
OVERDUE = explain(
	"order_overdue",
	"{0} is overdue, the oldest for {1} days; that stops new credit.",
	"Receive the {0} that is overdue, or ask for a release.",
	overdue=MONEY,
	oldest_days=NUMBER,
)
CASH_OWED = explain(
	"order_cash_owed",
	"{0} of what was delivered before is not paid yet, but tier {1} pays cash on delivery.",
	"Receive the {0}, or ask for a release.",
	owed=MONEY,
	tier=WORD,
)
CASH_ON_DELIVERY = explain(
	"order_cash_on_delivery",
	"Tier {0} pays cash on delivery: the goods wait until it is known that the customer has {1} ready.",
	"Ask the customer and confirm the payment readiness.",
	tier=WORD,
	needed=MONEY,
)
PAYMENT_READY = explain(
	"order_payment_ready",
	"Tier {0} pays cash on delivery, and it is confirmed that the customer has {1} ready.",
	"Take the confirmation back if the customer cannot pay after all.",
	tier=WORD,
	needed=MONEY,
)
PAY_BEFORE_DELIVERY = explain(
	"order_pay_before_delivery",
	"Tier {0} pays before delivery: the goods wait for {1}.",
	"Receive {1} on account.",
	tier=WORD,
	needed=MONEY,
)
PAY_BEFORE_ORDER = explain(
	"order_pay_before_order",
	"Tier {0} pays before the order: {1} of it is not covered by money on account.",
	"Receive {1} on account, then submit again.",
	tier=WORD,
	needed=MONEY,
)
ARREARS_FIRST = explain(
	"order_arrears_first",
	"The order is paid in advance, but {0} of arrears is open: the goods wait until it is settled.",
	"Receive the {0} that is overdue.",
	overdue=MONEY,
)
SUPPLY_STOPPED = explain(
	"order_supply_stopped",
	"Supply to this customer is stopped.",
	"Ask the credit controller to end the supply stop.",
)
ABOVE_SHIPMENT_LIMIT = explain(
	"order_above_shipment_limit",
	"The order of {0} is above the shipment limit of {1}.",
	"Reduce the order to {1}, or ask the credit controller to raise the shipment limit.",
	amount=MONEY,
	shipment_limit=MONEY,
)
RELEASED = explain(
	"order_released",
	"The order of {0} is released up to {1} by a credit controller.",
	"An order above {1} needs a new release.",
	amount=MONEY,
	ceiling=MONEY,
)


class ExposureKind(StrEnum):
	"""What an exposure is made of. Money on account is a ledger balance below zero."""

	LEDGER = "Ledger balance"
	UNBILLED_ORDERS = "Unbilled orders"
	UNBILLED_DELIVERIES = "Unbilled deliveries"
	AT_HAND = "Goods at hand"
	"""What the other parts count already of the goods that are being decided on; below zero."""


@dataclass(frozen=True, slots=True)
class Component:
	"""One named part of the exposure, in company currency, without the order at hand."""

	kind: ExposureKind
	amount: Decimal


@dataclass(frozen=True, slots=True)
class Overdue:
	"""What is unpaid of one document, and for how many days past its due date."""

	document: str
	amount: Decimal
	days: int


@dataclass(frozen=True, slots=True)
class Measure:
	"""An active measure (R7). `amount` is the most that may be shipped, in company currency."""

	kind: MeasureKind
	amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Release:
	"""A valid release for this order, up to a ceiling in company currency."""

	ceiling: Decimal


@dataclass(frozen=True, slots=True)
class OrderTerms:
	"""The order at hand. `credit_days`: from delivery to the last due date; 0 or less grants no credit."""

	amount: Decimal
	credit_days: int
	payment_ready: bool = False
	"""Whether somebody has confirmed that the customer has the money ready."""


@dataclass(frozen=True, slots=True)
class Position:
	"""Where the customer stands before the order, per company, in company currency."""

	tier: CreditTier | None
	limit: CreditLimit
	exposure: tuple[Component, ...] = ()
	overdue: tuple[Overdue, ...] = ()
	cover: Decimal = ZERO
	"""Money on account that is not promised to another order."""
	measures: tuple[Measure, ...] = ()
	release: Release | None = None
	cash_owed: Decimal = ZERO
	"""What was delivered before and is not paid, whatever its terms, less money on account."""

	@property
	def exposure_total(self) -> Decimal:
		"""The sum of the components."""
		return sum([component.amount for component in self.exposure], ZERO)


@dataclass(frozen=True, slots=True)
class Requirement:
	"""What the goods of a held order wait for, with its amount in company currency."""

	awaits: Await
	amount: Decimal


@dataclass(frozen=True, slots=True)
class Decision:
	"""The outcome with every reason for it, and what a held order waits for."""

	outcome: Outcome
	reasons: tuple[Reason, ...]
	requirements: tuple[Requirement, ...] = ()


def decide(order: OrderTerms, position: Position, policy: Policy) -> Decision:
	"""Allow, hold or refuse an order by the customer's tier and position (R6).

	Measures bind first. An order that is fully prepaid is never refused otherwise. A release lifts what the
	tier asks for, never a measure.
	"""
	stopped = tuple(_measures(order, position))
	if stopped:
		return Decision(Outcome.REFUSE, stopped)
	decision = _by_tier(order, position, binding_tier(position.tier, policy), policy)
	if decision.outcome is Outcome.ALLOW or position.release is None:
		return decision
	return _released(decision, order, position.release)


def _measures(order: OrderTerms, position: Position) -> Iterator[Reason]:
	for measure in position.measures:
		if measure.kind is MeasureKind.STOP:
			yield SUPPLY_STOPPED.because()
		elif order.amount > measure.amount:
			yield ABOVE_SHIPMENT_LIMIT.because(order.amount, measure.amount)


def _by_tier(order: OrderTerms, position: Position, tier: CreditTier | None, policy: Policy) -> Decision:
	if order.amount <= 0:
		return Decision(Outcome.ALLOW, (NOTHING_TO_PAY.because(),))
	if order.amount <= position.cover:
		return _covered(order, position, tier, policy)
	if tier is None:
		return Decision(Outcome.ALLOW, (UNTIERED.because(),))
	return TIER_RULES[tier](order, position, policy)


def _released(decision: Decision, order: OrderTerms, release: Release) -> Decision:
	if order.amount > release.ceiling:
		too_small = RELEASE_TOO_SMALL.because(order.amount, release.ceiling)
		return replace(decision, reasons=(*decision.reasons, too_small))
	released = RELEASED.because(order.amount, release.ceiling)
	return Decision(Outcome.ALLOW, (released, *decision.reasons))


def _covered(order: OrderTerms, position: Position, tier: CreditTier | None, policy: Policy) -> Decision:
	covered = COVERED.because(order.amount, position.cover)
	overdue, _ = _overdue(position)
	if tier is not CreditTier.D or overdue <= policy.tier.tolerance:
		return Decision(Outcome.ALLOW, (covered,))
	requirement = Requirement(Await.ARREARS, overdue)
	return Decision(Outcome.HOLD, (ARREARS_FIRST.because(overdue), covered), (requirement,))


def _credit(order: OrderTerms, position: Position, policy: Policy) -> Decision:
	"""Tier A: credit within limit, terms and overdue."""
	grace = policy.order.grace_days
	against = [*_overdue_reasons(position, policy, older_than=grace), *_limit_reasons(order, position)]
	if order.credit_days > grace:
		against.append(TERMS_TOO_LONG.because(order.credit_days, grace))
	if against:
		return Decision(Outcome.REFUSE, tuple(against))
	return Decision(Outcome.ALLOW, (_within_limit(order, position),))


def _within_limit(order: OrderTerms, position: Position) -> Reason:
	after = position.exposure_total + order.amount
	if position.limit.unlimited:
		return UNLIMITED.because(after)
	return WITHIN_LIMIT.because(after, position.limit.amount, position.limit.amount - after)


def _limit_reasons(order: OrderTerms, position: Position) -> Iterator[Reason]:
	exposure, limit = position.exposure_total, position.limit.amount
	excess = exposure + order.amount - limit
	if position.limit.unlimited or excess <= 0:
		return
	if limit <= 0:
		yield NO_CREDIT.because(order.amount - position.cover)
	elif exposure >= limit:
		yield NO_ROOM.because(exposure, limit, order.amount, excess)
	else:
		yield OVER_LIMIT.because(exposure + order.amount, limit, excess, limit - exposure)


def _overdue(position: Position, older_than: int = 0) -> tuple[Decimal, int]:
	lines = [line for line in position.overdue if line.days > older_than]
	return sum((line.amount for line in lines), ZERO), max((line.days for line in lines), default=0)


def _overdue_reasons(position: Position, policy: Policy, older_than: int = 0) -> Iterator[Reason]:
	if position.overdue:
		amount, days = _overdue(position, older_than)
		if amount > policy.tier.tolerance:
			yield OVERDUE.because(amount, days)


def _cash_owed_reasons(position: Position, policy: Policy) -> Iterator[Reason]:
	"""What of earlier goods is not paid, where that is more than what is told as overdue."""
	overdue, _ = _overdue(position)
	if position.cash_owed > max(policy.tier.tolerance, overdue):
		yield CASH_OWED.because(position.cash_owed, CreditTier.B)


def _cash_on_delivery(order: OrderTerms, position: Position, policy: Policy) -> Decision:
	"""Tier B: terms grant no credit, earlier goods are paid, and it is known that the money is ready."""
	against = [*_overdue_reasons(position, policy), *_cash_owed_reasons(position, policy)]
	if order.credit_days > 0:
		against.append(TERMS_GRANT_CREDIT.because(order.credit_days, CreditTier.B))
	if against:
		return Decision(Outcome.REFUSE, tuple(against))
	needed = order.amount - position.cover
	if order.payment_ready:
		return Decision(Outcome.ALLOW, (PAYMENT_READY.because(CreditTier.B, needed),))
	return _hold(CASH_ON_DELIVERY, CreditTier.B, Requirement(Await.READINESS, needed))


def _pay_before_delivery(order: OrderTerms, position: Position, policy: Policy) -> Decision:  # noqa: ARG001  (one shape for all tiers)
	"""Tier C: accepted, and the goods wait for the money."""
	needed = order.amount - position.cover
	return _hold(PAY_BEFORE_DELIVERY, CreditTier.C, Requirement(Await.ADVANCE, needed))


def _hold(why: Explanation, tier: CreditTier, requirement: Requirement) -> Decision:
	return Decision(Outcome.HOLD, (why.because(tier, requirement.amount),), (requirement,))


def _pay_before_order(order: OrderTerms, position: Position, policy: Policy) -> Decision:
	"""Tier D: no order without its money, and none before the arrears are settled."""
	needed = PAY_BEFORE_ORDER.because(CreditTier.D, order.amount - position.cover)
	return Decision(Outcome.REFUSE, (needed, *_overdue_reasons(position, policy)))


TIER_RULES: dict[CreditTier, Callable[[OrderTerms, Position, Policy], Decision]] = {
	CreditTier.A: _credit,
	CreditTier.B: _cash_on_delivery,
	CreditTier.C: _pay_before_delivery,
	CreditTier.D: _pay_before_order,
}
"""What each tier asks of an order that is not fully prepaid."""


def accepted(decision: Decision, order: OrderTerms, position: Position) -> Decision:
	"""What a refusal means for an order that is accepted all the same: its goods wait for a credit decision.

	So with the webshop, whose visitors place orders before anybody can pay, and with orders that were
	accepted when the customer stood better.
	"""
	if decision.outcome is not Outcome.REFUSE:
		return decision
	needed = max(order.amount - position.cover, ZERO)
	return replace(decision, outcome=Outcome.HOLD, requirements=(Requirement(Await.CREDIT, needed),))


def binding_tier(tier: CreditTier | None, policy: Policy) -> CreditTier | None:
	"""The tier that a customer's orders are held to; None where the payment policy does not bind (R6)."""
	return tier or (policy.tier.provisional if policy.order.restrict_untiered else None)


def policy_terms(tier: CreditTier | None, policy: Policy) -> int | None:
	"""The longest terms that the policy grants a tier, in days; None where the policy does not bind."""
	bound = binding_tier(tier, policy)
	if bound is None:
		return None
	return policy.order.grace_days if bound is CreditTier.A else 0
