"""Which customers the report shows first, and the same marks by which the full list can be narrowed down."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from customer_grading.preview.replay.results import CustomerStanding
from customer_grading.preview.report.text import Pen
from customer_grading.rules.options import CreditTier
from customer_grading.rules.policy import Policy
from customer_grading.rules.tier import BELOW

SHOWN = 6
"""How many customers each list of the page shows."""
WEAK = frozenset({CreditTier.C, CreditTier.D})


@dataclass(frozen=True, slots=True)
class Sign:
	"""A reason to look at a customer: who shows it, by what they are ranked, and how it is put into words."""

	name: str
	title: str
	lead: str
	amount_is: str
	shown_by: Callable[[CustomerStanding, Policy], bool]
	rank: Callable[[CustomerStanding], Decimal]
	why: Callable[[CustomerStanding, Pen], str]


def is_overdue(standing: CustomerStanding, policy: Policy) -> bool:
	"""Whether more than a trivial amount is overdue."""
	return standing.overdue > policy.tier.tolerance


def is_weak(standing: CustomerStanding, policy: Policy) -> bool:
	"""Whether a customer of a weak tier owes money of which nothing is overdue yet."""
	owes = standing.exposure > policy.tier.tolerance
	return standing.tier.tier in WEAK and owes and not is_overdue(standing, policy)


def above_limit(standing: CustomerStanding) -> Decimal:
	"""By how much the exposure exceeds the limit; zero or less where it does not."""
	if standing.limit.limit.unlimited:
		return Decimal(0)
	return standing.exposure - standing.limit.limit.amount


def is_above_limit(standing: CustomerStanding, policy: Policy) -> bool:
	"""Whether a customer who may have credit has more of it than the limit."""
	return standing.tier.tier is CreditTier.A and above_limit(standing) > policy.tier.tolerance


def has_lapsed(standing: CustomerStanding, policy: Policy) -> bool:  # noqa: ARG001  (one shape for all signs)
	"""Whether a deal was expected on a day that has passed without one."""
	return standing.grade.lapsed


def is_new(standing: CustomerStanding, policy: Policy) -> bool:  # noqa: ARG001  (one shape for all signs)
	"""Whether a customer is too new to be judged."""
	return standing.tier.provisional


def _why_overdue(standing: CustomerStanding, pen: Pen) -> str:
	days = pen.number(standing.oldest_overdue_days)
	if standing.overdue < standing.exposure:
		return pen.say("The oldest is {0} days late; {1} is open in all.", days, pen.money(standing.exposure))
	return pen.say("The oldest is {0} days late.", days)


def _why_weak(standing: CustomerStanding, pen: Pen) -> str:
	"""What keeps the customer from a better tier, where that is a reason of its own."""
	reasons = standing.tier_reasons
	return pen.sentence(next((reason for reason in reasons if reason.code == BELOW.code), reasons[0]))


def _why_limit(standing: CustomerStanding, pen: Pen) -> str:
	exposure, limit = pen.money(standing.exposure), pen.money(standing.limit.limit.amount)
	return pen.say("The exposure of {0} stands against a credit limit of {1}.", exposure, limit)


def _why_lapsed(standing: CustomerStanding, pen: Pen) -> str:
	return pen.sentence(standing.grade.reasons[0])


SIGNS = (
	Sign(
		"overdue",
		"Most overdue money",
		"Ask for the full amount, and agree on a day.",
		"Overdue",
		is_overdue,
		lambda standing: standing.overdue,
		_why_overdue,
	),
	Sign(
		"weak",
		"Weak tier with open money",
		"Nothing is overdue yet, but these customers usually pay late.",
		"Exposure",
		is_weak,
		lambda standing: standing.exposure,
		_why_weak,
	),
	Sign(
		"limit",
		"Exposure above the limit",
		"Good payers who owe more than their credit limit: no new credit until it is paid down.",
		"Above the limit",
		is_above_limit,
		above_limit,
		_why_limit,
	),
	Sign(
		"lapsed",
		"Expected orders that did not come",
		"The expected day has passed: call, and ask why.",
		"Sales in the window",
		has_lapsed,
		lambda standing: standing.yearly_sales,
		_why_lapsed,
	),
)
NEW_SIGN = ("new", "New customers")
"""How the full list is narrowed down to those too new to judge; no list of the page shows them."""


@dataclass(frozen=True, slots=True)
class Entry:
	"""One customer to look at. `index` is its place in the full list."""

	index: int
	customer: str
	tier: CreditTier
	amount: str
	sentence: str


@dataclass(frozen=True, slots=True)
class Watchlist:
	"""The customers who show a sign, the gravest first."""

	sign: Sign
	entries: tuple[Entry, ...]
	count: int
	number: str
	"""The count in writing."""
	total: str


def watchlists(standings: Sequence[CustomerStanding], policy: Policy, pen: Pen) -> tuple[Watchlist, ...]:
	"""One list for each sign."""
	return tuple(_watchlist(sign, standings, policy, pen) for sign in SIGNS)


def _watchlist(sign: Sign, standings: Sequence[CustomerStanding], policy: Policy, pen: Pen) -> Watchlist:
	found = [pair for pair in enumerate(standings) if sign.shown_by(pair[1], policy)]
	found.sort(key=lambda pair: (-sign.rank(pair[1]), pair[1].customer))
	total = sum((sign.rank(standing) for _, standing in found), Decimal(0))
	entries = tuple(_entry(index, standing, sign, pen) for index, standing in found[:SHOWN])
	return Watchlist(sign, entries, len(found), pen.number(len(found)), pen.money(total))


def _entry(index: int, standing: CustomerStanding, sign: Sign, pen: Pen) -> Entry:
	amount = pen.money(sign.rank(standing))
	return Entry(index, standing.customer, standing.tier.tier, amount, sign.why(standing, pen))


def signs_of(standing: CustomerStanding, policy: Policy) -> Iterator[str]:
	"""The names of all signs that a customer shows."""
	yield from (sign.name for sign in SIGNS if sign.shown_by(standing, policy))
	if is_new(standing, policy):
		yield NEW_SIGN[0]
