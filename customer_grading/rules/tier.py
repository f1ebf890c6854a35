"""R6: the credit tier, and its hysteresis: it falls at once and rises only after it has held."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Protocol

from customer_grading.rules.dates import add_days
from customer_grading.rules.options import CreditTier
from customer_grading.rules.policy import TierPolicy
from customer_grading.rules.reasons import DATE, MONEY, NUMBER, PERCENT, WORD, Reason, explain

CENT = Decimal("0.01")

ARREARS = explain(
	"tier_arrears",
	"{0} is past due, the oldest for {1} days.",
	"Receive the {0} that is past due.",
	arrears=MONEY,
	oldest_days=NUMBER,
)
FEW_INVOICES = explain(
	"tier_new",
	"A new customer: {0} invoices paid, and {1} are needed to judge.",
	"The tier is judged once {1} invoices are paid.",
	paid_invoices=NUMBER,
	needed=NUMBER,
)
NOTHING_DUE = explain(
	"tier_no_data",
	"Nothing fell due in the last {0} months, so there is nothing to judge by.",
	"The tier is judged once payments fall due again.",
	window_months=NUMBER,
)
ON_TIME = explain(
	"tier_on_time",
	"{0} % was paid on time, at least the {1} % of tier {2}.",
	"Below {1} % the tier falls.",
	on_time_rate=PERCENT,
	needed=PERCENT,
	tier=WORD,
)
BELOW = explain(
	"tier_below",
	"{0} % was paid on time, less than the {1} % of tier {2}.",
	"Pay at least {1} % on time.",
	on_time_rate=PERCENT,
	needed=PERCENT,
	tier=WORD,
)
HAS_PREPAID = explain(
	"tier_prepaid",
	"The customer has paid ahead before.",
	"Nothing: a prepayment stays on record.",
)
NEVER_PREPAID = explain(
	"tier_never_prepaid",
	"The customer has never paid before the goods, nor {0} days ahead of a due date.",
	"One payment {0} days early, or before the goods, is enough.",
	early_days=NUMBER,
)
RISE_WAITS = explain(
	"tier_rise_waits",
	"Tier {0} has held for {1} of {2} regrades.",
	"The tier rises when it has held for {2} regrades in a row.",
	tier=WORD,
	held=NUMBER,
	needed=NUMBER,
)
NO_RISE_UNKNOWN = explain(
	"tier_no_rise",
	"The tier does not rise to {0}, because that would be for want of data.",
	"The tier is judged once {1} invoices are paid and payments have fallen due.",
	tier=WORD,
	needed=NUMBER,
)
SINCE = explain(
	"tier_since", "Tier {0} holds since {1}.", "A regrade with other facts changes it.", tier=WORD, since=DATE
)


@dataclass(frozen=True, slots=True)
class PaymentFacts:
	"""How a customer pays, as known on one day; amounts in company currency."""

	paid_invoices: int
	"""Invoices that are fully paid."""
	due_amount: Decimal
	"""What fell due in the window, without disputed invoices."""
	on_time_amount: Decimal
	"""The part of it that had been received by its due date."""
	has_prepaid: bool
	"""Whether money ever came before the goods, or well ahead of its due date."""
	arrears: Decimal
	"""What is past due and unpaid now, without disputed invoices."""
	oldest_arrears_days: int = 0
	next_change: date | None = field(default=None, compare=False)
	"""The first day on which a line falls due, where that is known."""

	@property
	def on_time_rate(self) -> Decimal | None:
		"""Percent by amount; None where nothing fell due."""
		return on_time_rate(self.on_time_amount, self.due_amount)


def on_time_rate(on_time_amount: Decimal, due_amount: Decimal) -> Decimal | None:
	"""Percent by amount, rounded down so that 94.999 is not told as 95; None where nothing fell due."""
	if due_amount <= 0:
		return None
	return (100 * on_time_amount / due_amount).quantize(CENT, ROUND_DOWN)


class Payments(Protocol):
	"""What `classify` looks at: PaymentFacts, or whatever keeps the same figures up to date."""

	@property
	def paid_invoices(self) -> int:
		"""Invoices that are fully paid."""

	@property
	def due_amount(self) -> Decimal:
		"""What fell due in the window."""

	@property
	def on_time_amount(self) -> Decimal:
		"""The part of it that came in time."""

	@property
	def has_prepaid(self) -> bool:
		"""Whether money ever came early."""

	@property
	def arrears(self) -> Decimal:
		"""What is past due and unpaid."""


@dataclass(frozen=True, slots=True)
class TierAnswer:
	"""The tier that the facts alone give. `provisional`: there are too few of them."""

	tier: CreditTier
	provisional: bool
	reasons: tuple[Reason, ...]


def classify(facts: Payments, policy: TierPolicy) -> tuple[CreditTier, bool]:
	"""The tier that the facts give, and whether it is provisional, without reasons (R6).

	Arrears come first: a new customer in arrears is in tier D like everybody else.
	"""
	if facts.arrears > policy.tolerance:
		return CreditTier.D, False
	if facts.paid_invoices < policy.min_paid_invoices or facts.due_amount <= 0:
		return policy.provisional, True
	earned = _by_rate(facts, policy)
	if earned is CreditTier.A and not facts.has_prepaid:
		return CreditTier.B, False
	return earned, False


def _by_rate(facts: Payments, policy: TierPolicy) -> CreditTier:
	percent, due = 100 * facts.on_time_amount, facts.due_amount
	for tier, needed in policy.on_time.items():
		if percent >= needed * due:
			return tier
	return CreditTier.D


def assess(facts: PaymentFacts, policy: TierPolicy) -> TierAnswer:
	"""The tier that the facts give, with its reasons (R6)."""
	tier, provisional = classify(facts, policy)
	if facts.arrears > policy.tolerance:
		reasons: tuple[Reason, ...] = (ARREARS.because(facts.arrears, facts.oldest_arrears_days),)
	elif provisional:
		reasons = (_why_provisional(facts, policy),)
	else:
		reasons = _why_earned(facts, policy)
	return TierAnswer(tier, provisional, reasons)


def _why_provisional(facts: PaymentFacts, policy: TierPolicy) -> Reason:
	if facts.paid_invoices < policy.min_paid_invoices:
		return FEW_INVOICES.because(facts.paid_invoices, policy.min_paid_invoices)
	return NOTHING_DUE.because(policy.window_months)


def _why_earned(facts: PaymentFacts, policy: TierPolicy) -> tuple[Reason, ...]:
	earned = _by_rate(facts, policy)
	rate = facts.on_time_rate or Decimal(0)
	if earned is CreditTier.A:
		habit = HAS_PREPAID.because() if facts.has_prepaid else NEVER_PREPAID.because(policy.early_days)
		return ON_TIME.because(rate, policy.on_time[earned], earned), habit
	tiers = list(CreditTier)
	better = tiers[tiers.index(earned) - 1]
	below = BELOW.because(rate, policy.on_time[better], better)
	if earned is CreditTier.D:
		return (below,)
	return ON_TIME.because(rate, policy.on_time[earned], earned), below


@dataclass(frozen=True, slots=True)
class TierState:
	"""A customer's tier as it stands, and how long a better one has been waiting."""

	tier: CreditTier
	provisional: bool
	since: date
	candidate: CreditTier | None = None
	"""The better tier that the last regrades have all reached."""
	held: int = 0
	"""In how many regrades in a row."""


def settle(  # noqa: PLR0913  (six plain facts read better than one bag of them)
	state: TierState | None,
	found: CreditTier,
	provisional: bool,
	day: date,
	policy: TierPolicy,
	regrades: int = 1,
) -> TierState:
	"""The tier after `regrades` daily regrades, the first on `day`, that all found the same.

	Falls at once, and takes the first tier at once. Rises when a better tier has held long enough, and then
	to the worst that was found in the meantime. Never rises for want of data.
	"""
	if state is None or state.tier.is_better_than(found):
		return TierState(found, provisional, day)
	if found is state.tier:
		return _confirmed(state, provisional)
	if provisional:
		return _waiting(state, None, 0)
	return _rise(state, found, day, policy, regrades)


def _confirmed(state: TierState, provisional: bool) -> TierState:
	if state.provisional == provisional and not state.held:
		return state
	return TierState(state.tier, provisional, state.since)


def _waiting(state: TierState, candidate: CreditTier | None, held: int) -> TierState:
	return TierState(state.tier, state.provisional, state.since, candidate, held)


def _rise(state: TierState, found: CreditTier, day: date, policy: TierPolicy, regrades: int) -> TierState:
	candidate = found
	if state.candidate is not None and found.is_better_than(state.candidate):
		candidate = state.candidate
	missing = max(1, policy.rise_after_regrades - state.held)
	if regrades < missing:
		return _waiting(state, candidate, state.held + regrades)
	risen = TierState(candidate, False, add_days(day, missing - 1))
	left = regrades - missing
	if left and candidate is not found:
		return _rise(risen, found, add_days(day, missing), policy, left)
	return risen


def explain_state(state: TierState, answer: TierAnswer, policy: TierPolicy) -> tuple[Reason, ...]:
	"""Why a customer stands in this tier, where the facts of today would give another or the same."""
	since = SINCE.because(state.tier, state.since)
	if answer.tier is state.tier or state.tier.is_better_than(answer.tier):
		return (*answer.reasons, since)
	if answer.provisional:
		return (NO_RISE_UNKNOWN.because(answer.tier, policy.min_paid_invoices), *answer.reasons, since)
	waits = RISE_WAITS.because(state.candidate or answer.tier, state.held, policy.rise_after_regrades)
	return (waits, *answer.reasons, since)
