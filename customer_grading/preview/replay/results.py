"""What a replay finds: one decision an order, one standing a customer, and the sums over all of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from customer_grading.rules.category import CategoryAnswer
from customer_grading.rules.credit_limit import LimitAnswer
from customer_grading.rules.grade import GradeAnswer
from customer_grading.rules.options import CreditTier, CustomerGrade, Outcome, StrEnum, ValueClass
from customer_grading.rules.order import Decision
from customer_grading.rules.reasons import Reason
from customer_grading.rules.score import ScoreAnswer
from customer_grading.rules.tier import TierState

ZERO = Decimal(0)


class Fate(StrEnum):
	"""What really became of an order, as far as the files tell."""

	ON_TIME = "Paid on time"
	LATE = "Paid late"
	OVERDUE = "Overdue"
	OPEN = "Not due yet"
	UNKNOWN_DAY = "Paid on an unknown day"
	NOT_BILLED = "Not billed"

	@property
	def is_late(self) -> bool:
		"""Whether money came, or will come, after its due date."""
		return self in (Fate.LATE, Fate.OVERDUE)

	@property
	def is_judged(self) -> bool:
		"""Whether it is known if the money came on time."""
		return self.is_late or self is Fate.ON_TIME


class Ending(NamedTuple):
	"""How an order ended. Amounts in company currency."""

	fate: Fate
	late_amount: Decimal = ZERO
	"""What had not been received by its due date."""
	days_late: int = 0
	settled_on: date | None = None


class OrderDecision(NamedTuple):
	"""What the policy would have decided on one past order, and what really happened."""

	customer: str
	number: str
	date: date
	amount: Decimal
	terms_days: int | None
	"""The terms that were granted, in days; None where the files do not tell."""
	tier: CreditTier
	provisional: bool
	decision: Decision
	ending: Ending


AGES = (0, 30, 60, 90, 180)
"""Ageing in days past due: not due, then up to 30, 60, 90, 180 days and older."""


@dataclass(frozen=True, slots=True)
class CustomerStanding:
	"""Where one customer stands on the day of the report: a row of the grade summary form (R10)."""

	customer: str
	group: str | None
	salesperson: str | None
	invoices: int
	total_sales: Decimal
	"""Of all invoices."""
	yearly_sales: Decimal
	"""Of the whole months of the score's window; of a younger customer, of all since the first order."""
	average_monthly_sales: Decimal
	on_time_rate: Decimal | None
	"""Percent by amount over the window."""
	typical_order: Decimal | None
	tier: TierState
	tier_reasons: tuple[Reason, ...]
	score: ScoreAnswer
	limit: LimitAnswer
	grade: GradeAnswer
	next_follow_up: date
	category: CategoryAnswer
	exposure: Decimal
	overdue: Decimal
	oldest_overdue_days: int
	ageing: tuple[Decimal, ...]
	"""Open amounts: not due yet, then by the ages of AGES."""
	last_order: date | None


@dataclass(slots=True)
class Tally:
	"""A number of orders, how many of them were paid late, and their amounts in company currency."""

	orders: int = 0
	amount: Decimal = ZERO
	late_orders: int = 0
	late_amount: Decimal = ZERO
	judged_amount: Decimal = ZERO
	"""The amount of the orders of which is known whether they were paid on time."""
	on_time_orders: int = 0
	on_time_amount: Decimal = ZERO

	def add(self, fate: Fate, count: "Count") -> None:
		"""Count orders of which is known what became of them."""
		self.orders += count.orders
		self.amount += count.amount
		self.judged_amount += count.amount if fate.is_judged else ZERO
		if fate.is_late:
			self.late_orders += count.orders
			self.late_amount += count.late_amount
		elif fate is Fate.ON_TIME:
			self.on_time_orders += count.orders
			self.on_time_amount += count.amount

	@property
	def on_time_rate(self) -> float | None:
		"""Share of the money that came on time, 0 to 1; None where nothing fell due."""
		if not self.judged_amount:
			return None
		# An order can be billed, and then be late, for more than was ordered.
		return max(0.0, float(1 - self.late_amount / self.judged_amount))

	@property
	def late_rate(self) -> float | None:
		"""Share of the orders that were paid late, 0 to 1; None where there were none."""
		return self.late_orders / self.orders if self.orders else None


NEW = "new"
"""Where orders of customers too new to judge are counted."""


class Kind(NamedTuple):
	"""What orders are counted by: outcome, tier (or NEW), code of the first reason, what became of them."""

	outcome: Outcome
	tier: str
	reason: str
	fate: Fate


@dataclass(slots=True)
class Count:
	"""How many orders of one kind there are; amounts in company currency."""

	orders: int = 0
	amount: Decimal = ZERO
	late_amount: Decimal = ZERO


@dataclass(slots=True)
class Backtest:
	"""What the policy would have decided on all past orders, everything summed up from counts by kind."""

	counts: dict[Kind, Count] = field(default_factory=dict)
	first_day: date | None = None
	last_day: date | None = None

	def add(self, order: OrderDecision) -> None:
		"""Count one decision."""
		decision, ending = order.decision, order.ending
		tier = NEW if order.provisional else order.tier
		kind = Kind(decision.outcome, tier, decision.reasons[0].explanation.code, ending.fate)
		self._count(kind, 1, order.amount, ending.late_amount)
		self._widen(order.date, order.date)

	def merge(self, other: "Backtest") -> None:
		"""Count all that another backtest has counted."""
		for kind, count in other.counts.items():
			self._count(kind, count.orders, count.amount, count.late_amount)
		if other.first_day and other.last_day:
			self._widen(other.first_day, other.last_day)

	def _count(self, kind: Kind, orders: int, amount: Decimal, late_amount: Decimal) -> None:
		count = self.counts.get(kind)
		if count is None:
			count = self.counts[kind] = Count()
		count.orders += orders
		count.amount += amount
		count.late_amount += late_amount

	def _widen(self, first: date, last: date) -> None:
		if self.first_day is None or first < self.first_day:
			self.first_day = first
		if self.last_day is None or last > self.last_day:
			self.last_day = last

	def tally(self, belongs: Callable[[Kind], bool] = lambda _: True) -> Tally:
		"""The sum of all orders whose kind belongs to it; of all orders by default."""
		total = Tally()
		for kind, count in self.counts.items():
			if belongs(kind):
				total.add(kind.fate, count)
		return total

	@property
	def by_outcome(self) -> dict[Outcome, Tally]:
		"""The orders by what the policy would have decided."""
		return {outcome: self.tally(partial(_is_of, outcome=outcome)) for outcome in Outcome}

	@property
	def by_tier(self) -> dict[str, Tally]:
		"""The orders by the tier that the customer was in, new customers apart."""
		return {tier: self.tally(partial(_is_of, tier=tier)) for tier in (*CreditTier, NEW)}

	@property
	def by_reason(self) -> dict[str, Tally]:
		"""Held and refused orders by the code of their first reason."""
		codes = sorted({kind.reason for kind in self.counts if is_restricted(kind)})
		return {code: self.tally(partial(_is_of, reason=code)) for code in codes}

	@property
	def all_orders(self) -> Tally:
		"""All orders, whatever the outcome."""
		return self.tally()

	@property
	def unknown(self) -> Tally:
		"""The orders of which no file tells when they were paid."""
		return self.tally(partial(_is_of, fate=Fate.UNKNOWN_DAY))

	@property
	def restricted(self) -> Tally:
		"""The orders that would have been held or refused."""
		return self.tally(is_restricted)


def is_restricted(kind: Kind) -> bool:
	"""Whether orders of this kind would have been held or refused."""
	return kind.outcome is not Outcome.ALLOW


def _is_of(kind: Kind, **wanted: str) -> bool:
	return all(getattr(kind, name) == value for name, value in wanted.items())


@dataclass(slots=True)
class Findings:
	"""The result of a replay besides the decisions themselves, which are written as they come."""

	as_of: date
	standings: list[CustomerStanding]
	backtest: Backtest
	policy_fingerprint: str

	@property
	def tiers(self) -> Counter[CreditTier]:
		"""How many customers stand in each tier."""
		return Counter(standing.tier.tier for standing in self.standings)

	@property
	def grades(self) -> Counter[CustomerGrade]:
		"""How many customers have each grade."""
		return Counter(standing.grade.grade for standing in self.standings)

	@property
	def classes(self) -> Counter[ValueClass]:
		"""How many customers are in each value class."""
		return Counter(standing.score.value_class for standing in self.standings)
