"""R1 to R6 and R13 together: what a nightly regrade changes on a customer, and what waits for a person."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from customer_grading.rules.category import CategoryFacts, categorise
from customer_grading.rules.credit_limit import CreditLimit, LimitFacts, credit_limit, limit_amount
from customer_grading.rules.follow_up import FollowUpFacts, follow_up_state
from customer_grading.rules.options import (
	CreditTier,
	CustomerCategory,
	CustomerGrade,
	DealStatus,
	FollowUpCadence,
	Graded,
	Importance,
	Need,
	Urgency,
	ValueClass,
)
from customer_grading.rules.policy import Policy
from customer_grading.rules.reasons import Reason
from customer_grading.rules.score import ScoreFacts, score, value_class, weigh
from customer_grading.rules.tier import PaymentFacts, TierState, assess, classify, settle

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Approval:
	"""What applies at once; the rest waits for a person. Tiers and classes that fall never wait."""

	first_tier: bool = False
	upgrades: bool = False
	limits: bool = False
	min_limit_change: Decimal = Decimal(10)
	"""Percent: smaller changes of a limit are left alone."""


@dataclass(frozen=True, slots=True)
class Standing:
	"""How a customer stands graded; None where it was never graded. Named as the Customer's fields are."""

	customer_grade: CustomerGrade | None = None
	follow_up_cadence: FollowUpCadence | None = None
	next_follow_up: date | None = None
	need: Need | None = None
	expected_close: date | None = None
	deal_status: DealStatus | None = None
	importance: Importance | None = None
	urgency: Urgency | None = None
	value_class: ValueClass | None = None
	value_score: Decimal = Decimal(0)
	value_provisional: bool = False
	credit_tier: CreditTier | None = None
	credit_tier_provisional: bool = False
	credit_tier_since: date | None = None
	credit_tier_candidate: CreditTier | None = None
	"""The better tier that the last regrades have all reached."""
	credit_tier_held: int = 0
	"""In how many regrades in a row."""
	credit_tier_counted_on: date | None = None
	"""The day of the last that counted, or rose: a second regrade of one day does not count."""
	customer_category: CustomerCategory | None = None
	regrade_due: date | None = None
	"""The day on which the customer is to be graded again, if nothing happens to it before."""


@dataclass(frozen=True, slots=True)
class RegradeFacts:
	"""Everything that is known of one customer."""

	score: ScoreFacts
	payments: PaymentFacts
	limits: Mapping[str, LimitFacts]
	"""By company, in its currency."""
	category: CategoryFacts
	follow_up: FollowUpFacts
	next_change: date | None = None
	"""The first day of the month on which time alone changes the figures, as invoices fall due."""


@dataclass(frozen=True, slots=True)
class Move:
	"""One graded value that changes, or would: from what to what, and why. `company` for limits only."""

	what: Graded
	old: str
	new: str
	reasons: tuple[Reason, ...]
	company: str = ""
	provisional: bool = False
	"""Of a tier: whether there are too few facts to judge by."""


@dataclass(frozen=True, slots=True)
class Regraded:
	"""What a regrade comes to: the new standing and limits, what moved, and what waits for a person."""

	standing: Standing
	limits: Mapping[str, CreditLimit]
	"""Only those that change now, by company."""
	moved: tuple[Move, ...]
	waiting: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Regrade:
	"""One regrade: the day, the company's holidays, and by which policy."""

	day: date
	holidays: Collection[date]
	policy: Policy
	approval: Approval

	def __call__(
		self,
		standing: Standing,
		limits: Mapping[str, CreditLimit],
		facts: RegradeFacts,
		held: Collection[Graded] = (),
		place: int = 0,
	) -> Regraded:
		"""Regrade one customer.

		`limits` are those that stand, by company; `held` is what a person has assigned and rules do not
		overwrite yet; `place` spreads first follow-ups (see `follow_up_state`).
		"""
		moved: list[Move] = []
		waiting: list[Move] = []
		after = self._follow_up(standing, facts, held, place, moved)
		after = self._value(after, facts.score, held, moved, waiting)
		after = self._tier(after, facts.payments, held, moved, waiting)
		after = self._category(after, facts.category, held, moved)
		changed: dict[str, CreditLimit] = {}
		for company, limit, move in self._limits(after, limits, facts):
			if self.approval.limits:
				changed[company] = limit
			(moved if self.approval.limits else waiting).append(move)
		return Regraded(after, changed, tuple(moved), tuple(waiting))

	def _follow_up(
		self,
		standing: Standing,
		facts: RegradeFacts,
		held: Collection[Graded],
		place: int,
		moved: list[Move],
	) -> Standing:
		kept = standing.customer_grade if Graded.CUSTOMER_GRADE in held else None
		state = follow_up_state(facts.follow_up, self.day, self.holidays, self.policy, place, kept)
		if state.grade is not standing.customer_grade:
			moved.append(_move(Graded.CUSTOMER_GRADE, standing.customer_grade, state.grade, state.reasons))
		return replace(
			standing,
			customer_grade=state.grade,
			follow_up_cadence=state.cadence,
			next_follow_up=state.next_date,
			need=state.need,
			expected_close=state.expected_close,
			deal_status=state.deal_status,
			importance=state.importance,
			urgency=state.urgency,
		)

	def _value(
		self,
		standing: Standing,
		facts: ScoreFacts,
		held: Collection[Graded],
		moved: list[Move],
		waiting: list[Move],
	) -> Standing:
		weighed = weigh(facts, self.policy.score)
		provisional = weighed.weight < HUNDRED
		scored = replace(standing, value_score=weighed.value, value_provisional=provisional)
		old, new = standing.value_class, value_class(weighed.value, self.policy.score)
		if new is old or Graded.VALUE_CLASS in held:
			return scored
		move = _move(Graded.VALUE_CLASS, old, new, score(facts, self.policy.score).reasons)
		if old is not None and new < old and not self.approval.upgrades:
			waiting.append(move)
			return scored
		moved.append(move)
		return replace(scored, value_class=new)

	def _tier(
		self,
		standing: Standing,
		facts: PaymentFacts,
		held: Collection[Graded],
		moved: list[Move],
		waiting: list[Move],
	) -> Standing:
		if Graded.CREDIT_TIER in held:
			return standing
		state = self._settled(standing, facts)
		old = standing.credit_tier
		if state.tier is old:
			return self._counted(standing, state)
		why = assess(facts, self.policy.tier).reasons
		move = replace(_move(Graded.CREDIT_TIER, old, state.tier, why), provisional=state.provisional)
		if self._tier_waits(old, state.tier):
			waiting.append(move)
			return standing if old is None else self._reached(standing, state)
		moved.append(move)
		return self._counted(standing, state)

	def _settled(self, standing: Standing, facts: PaymentFacts) -> TierState:
		found, provisional = classify(facts, self.policy.tier)
		before = tier_state(standing)
		counted = standing.credit_tier_counted_on == self.day
		if before is not None and counted and not provisional and found.is_better_than(before.tier):
			return self._as_counted(before, found)
		return settle(before, found, provisional, self.day, self.policy.tier)

	def _as_counted(self, before: TierState, found: CreditTier) -> TierState:
		"""Where the day's regrade is repeated: what the first one came to, or the worse that is found now."""
		if before.candidate is None:
			return before
		candidate = max(before.candidate, found)
		if before.held < self.policy.tier.rise_after_regrades:
			return replace(before, candidate=candidate)
		return TierState(candidate, False, self.day)

	def _tier_waits(self, old: CreditTier | None, new: CreditTier) -> bool:
		if old is None:
			return not self.approval.first_tier
		return new.is_better_than(old) and not self.approval.upgrades

	def _counted(self, standing: Standing, state: TierState) -> Standing:
		"""The tier as settled. A day on which it rose or came nearer to it is not counted again."""
		old = standing.credit_tier
		counted = state.held or (old is not None and state.tier.is_better_than(old))
		return replace(
			standing,
			credit_tier=state.tier,
			credit_tier_provisional=state.provisional,
			credit_tier_since=state.since,
			credit_tier_candidate=state.candidate,
			credit_tier_held=state.held,
			credit_tier_counted_on=self.day if counted else standing.credit_tier_counted_on,
		)

	def _reached(self, standing: Standing, state: TierState) -> Standing:
		"""A better tier that has held long enough, and now waits for a person."""
		needed = self.policy.tier.rise_after_regrades
		if standing.credit_tier_candidate is state.tier and standing.credit_tier_held == needed:
			return standing
		return replace(
			standing,
			credit_tier_candidate=state.tier,
			credit_tier_held=needed,
			credit_tier_counted_on=self.day,
		)

	def _category(
		self, standing: Standing, facts: CategoryFacts, held: Collection[Graded], moved: list[Move]
	) -> Standing:
		if Graded.CUSTOMER_CATEGORY in held:
			return standing
		known = replace(facts, tier=standing.credit_tier)
		answer = categorise(known, self.day, self.policy.category)
		old, new = standing.customer_category, answer.category
		if new is old:
			return standing
		moved.append(_move(Graded.CUSTOMER_CATEGORY, old, new, answer.reasons))
		return replace(standing, customer_category=new)

	def _limits(
		self, standing: Standing, limits: Mapping[str, CreditLimit], facts: RegradeFacts
	) -> Iterator[tuple[str, CreditLimit, Move]]:
		tier = standing.credit_tier or classify(facts.payments, self.policy.tier)[0]
		worth = standing.value_class or ValueClass.E
		for company, known in facts.limits.items():
			old, new = limits.get(company), limit_amount(known, worth, tier, self.policy.limit)
			if self._is_new_limit(old, new, tier):
				why = credit_limit(known, worth, tier, self.policy.limit).reasons
				yield company, new, _limit_move(company, old, new, why)

	def _is_new_limit(self, old: CreditLimit | None, new: CreditLimit, tier: CreditTier) -> bool:
		"""Whether a limit differs by enough. Nobody is proposed to have no credit where none is given."""
		if old is None:
			return new.amount > 0 or tier is CreditTier.A
		return not old.unlimited and is_other_limit(old.amount, new.amount, self.approval.min_limit_change)


def is_other_limit(old: Decimal, new: Decimal, min_change: Decimal) -> bool:
	"""Whether two limits differ by at least `min_change` percent of the old one, or one of them is none."""
	difference = abs(new - old)
	if not new or not old:
		return difference > 0
	return difference * HUNDRED >= min_change * old and difference > 0


def tier_state(standing: Standing) -> TierState | None:
	"""A standing as the hysteresis of the tier takes it; None where there is no tier yet."""
	if standing.credit_tier is None or standing.credit_tier_since is None:
		return None
	return TierState(
		standing.credit_tier,
		standing.credit_tier_provisional,
		standing.credit_tier_since,
		standing.credit_tier_candidate,
		standing.credit_tier_held,
	)


def _move(what: Graded, old: str | None, new: str | None, why: tuple[Reason, ...]) -> Move:
	return Move(what, str(old or ""), str(new or ""), why)


def _limit_move(company: str, old: CreditLimit | None, new: CreditLimit, why: tuple[Reason, ...]) -> Move:
	told = "" if old is None else str(old.amount)
	return Move(Graded.CREDIT_LIMIT, told, str(new.amount), why, company)
