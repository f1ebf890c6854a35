"""The policy replayed over one customer's past: a decision for each order, and the standing at the end."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from customer_grading.preview.book import Account
from customer_grading.preview.replay.ending import ending
from customer_grading.preview.replay.results import AGES, CustomerStanding, OrderDecision
from customer_grading.preview.replay.sales import Averages, Placement, Sales, placements
from customer_grading.preview.replay.timeline import Timeline, morning_after
from customer_grading.rules.cadence import next_follow_up
from customer_grading.rules.category import CategoryFacts, categorise
from customer_grading.rules.credit_limit import NO_CREDIT, ZERO, CreditLimit, credit_limit, limit_amount
from customer_grading.rules.grade import GradeAnswer, OrderRhythm, Pipeline, estimate, grade
from customer_grading.rules.options import CreditTier, StrEnum
from customer_grading.rules.order import OrderTerms, Position, decide, policy_terms
from customer_grading.rules.policy import Policy
from customer_grading.rules.score import ScoreAnswer, score, value_class, weigh
from customer_grading.rules.tier import assess, explain_state


class Terms(StrEnum):
	"""On which terms a past order is decided."""

	POLICY = "policy"
	"""What was granted, shortened to what the policy grants the tier: would the order go out on those?"""
	GRANTED = "granted"
	"""What was granted."""


@dataclass(frozen=True, slots=True)
class Setting:
	"""What every customer of a replay shares."""

	policy: Policy
	averages: Averages
	as_of: date
	terms: Terms = Terms.POLICY


class Replay:
	"""One customer's past. First `decisions`, then `standing`: time only goes forward."""

	def __init__(self, account: Account, setting: Setting) -> None:
		self.account = account
		self.setting = setting
		self.policy = setting.policy
		self.orders = placements(account)
		self.timeline = Timeline.of(account, setting.policy.tier, morning_after(setting.as_of))
		self.sales = Sales(account, self.orders, setting.policy)

	def decisions(self) -> Iterator[OrderDecision]:
		"""What the policy would have decided on each order, by date and number."""
		today, taken_today = date.min, ZERO
		for placed in self.orders:
			if placed.date != today:
				today, taken_today = placed.date, ZERO
			yield self._decide(placed, taken_today)
			taken_today += placed.amount

	def _decide(self, placed: Placement, taken_today: Decimal) -> OrderDecision:
		timeline, day = self.timeline, placed.date
		state = timeline.advance(day)
		position = Position(
			state.tier,
			self._limit_in(state.tier, day),
			timeline.exposure(taken_today),
			timeline.overdue_lines(day),
			timeline.cover(taken_today),
		)
		terms = OrderTerms(placed.amount, self._credit_days(placed, state.tier))
		return OrderDecision(
			self.account.customer,
			placed.number,
			day,
			placed.amount,
			placed.terms_days,
			state.tier,
			state.provisional,
			decide(terms, position, self.policy),
			ending(placed.invoices, self.setting.as_of, self.policy.tier.tolerance),
		)

	def _credit_days(self, placed: Placement, tier: CreditTier) -> int:
		allowed = policy_terms(tier, self.policy) or 0
		if placed.terms_days is None:
			return allowed
		return placed.terms_days if self.setting.terms is Terms.GRANTED else min(placed.terms_days, allowed)

	def _limit_in(self, tier: CreditTier, morning: date) -> CreditLimit:
		if tier is not CreditTier.A:
			return (
				NO_CREDIT  # only tier A is decided by a limit, so that the others are spared its computation
			)
		policy = self.policy
		rate = self.timeline.on_time_rate()
		scored = weigh(self.sales.score_facts(morning, rate, self.setting.averages.at(morning)), policy.score)
		facts = self.sales.limit_facts(morning, rate)
		return limit_amount(facts, value_class(scored.value, policy.score), tier, policy.limit)

	def standing(self) -> CustomerStanding:
		"""Where the customer stands when the day of the report is over."""
		as_of, policy = self.setting.as_of, self.policy
		morning = morning_after(as_of)
		state = self.timeline.advance(morning)
		facts = replace(
			self.timeline.payment_facts(), oldest_arrears_days=self.timeline.oldest_overdue_days(as_of)
		)
		scored = self._score(morning, facts.on_time_rate)
		graded = self._grade()
		last_order = self.orders[-1].date if self.orders else None
		follow_up = next_follow_up(graded.grade, graded.lapsed, last_order, as_of, (), policy.cadence)
		limit_facts = self.sales.limit_facts(morning, facts.on_time_rate)
		return CustomerStanding(
			customer=self.account.customer,
			group=self.account.profile.group,
			salesperson=self.account.profile.salesperson,
			invoices=len(self.account.invoices),
			total_sales=sum((invoice.amount for invoice in self.account.invoices), ZERO),
			yearly_sales=self.sales.yearly(morning),
			average_monthly_sales=round(limit_facts.average_monthly_sales, 2),
			on_time_rate=facts.on_time_rate,
			typical_order=limit_facts.typical_order,
			tier=state,
			tier_reasons=explain_state(state, assess(facts, policy.tier), policy.tier),
			score=scored,
			limit=credit_limit(limit_facts, scored.value_class, state.tier, policy.limit),
			grade=graded,
			next_follow_up=follow_up.next_date,
			category=categorise(self._category_facts(morning, state.tier), as_of, policy.category),
			exposure=sum((part.amount for part in self.timeline.exposure()), ZERO),
			overdue=self.timeline.arrears,
			oldest_overdue_days=facts.oldest_arrears_days,
			ageing=self._ageing(),
			last_order=last_order,
		)

	def _score(self, morning: date, on_time_rate: Decimal | None) -> ScoreAnswer:
		profile = self.account.profile
		facts = replace(
			self.sales.score_facts(morning, on_time_rate, self.setting.averages.at(morning)),
			market_share=profile.market_share,
			growth_potential=profile.growth_potential,
		)
		return score(facts, self.policy.score)

	def _grade(self) -> GradeAnswer:
		profile, policy, as_of = self.account.profile, self.policy.grade, self.setting.as_of
		if profile.need is not None:
			return grade(Pipeline(profile.need, profile.expected_close), as_of, policy)
		rhythm = OrderRhythm.of(placed.date for placed in self.orders)
		return grade(estimate(rhythm, as_of, policy), as_of, policy)

	def _category_facts(self, morning: date, tier: CreditTier) -> CategoryFacts:
		profile, average = self.account.profile, self.setting.averages.at(morning)
		return CategoryFacts(
			supply_agreement=bool(profile.supply_agreement),
			platform=bool(profile.platform),
			yearly_sales=self.sales.yearly(morning),
			sales_ratio=round(100 * self.sales.bought(morning) / average, 2) if average else None,
			growth_potential=profile.growth_potential,
			orders=len(self.orders),
			yearly_orders=self.sales.yearly_orders(morning),
			first_order=self.orders[0].date if self.orders else None,
			tier=tier,
		)

	def _ageing(self) -> tuple[Decimal, ...]:
		buckets = [ZERO] * (len(AGES) + 1)
		for claim in self.timeline.open_claims:
			for line in claim.lines:
				days = (self.setting.as_of - line.due).days
				# A line that is due on the day of the report has passed when the day is over.
				buckets[0 if days < 0 else bisect_left(AGES, max(1, days))] += line.unpaid
		return tuple(buckets)
