"""The report's parts on customers: their tier and what it is granted, their grades and value classes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from customer_grading.preview.replay.results import CustomerStanding, Findings
from customer_grading.preview.report.bars import Bar
from customer_grading.preview.report.charts import Amount, share, stack
from customer_grading.preview.report.text import Pen
from customer_grading.rules.options import CreditTier, CustomerGrade
from customer_grading.rules.policy import Policy

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TierRow:
	"""One credit tier with its policy and the money in it."""

	tier: CreditTier
	policy: str
	who: str
	customers: str
	new: str
	sales: str
	exposure: str
	overdue: str


@dataclass(slots=True)
class TierSum:
	"""What the customers of one tier amount to."""

	customers: int = 0
	new: int = 0
	sales: Decimal = ZERO
	exposure: Decimal = ZERO
	overdue: Decimal = ZERO

	def add(self, standing: CustomerStanding) -> None:
		"""Count one customer."""
		self.customers += 1
		self.new += standing.tier.provisional
		self.sales += standing.total_sales
		self.exposure += standing.exposure
		self.overdue += standing.overdue


def sum_by_tier(standings: Sequence[CustomerStanding]) -> dict[CreditTier, TierSum]:
	"""Customers and money of each tier."""
	sums = {tier: TierSum() for tier in CreditTier}
	for standing in standings:
		sums[standing.tier.tier].add(standing)
	return sums


@dataclass(frozen=True, slots=True)
class TierView:
	"""Tiers, grades and classes in words and bars."""

	findings: Findings
	policy: Policy
	pen: Pen

	@property
	def standings(self) -> Sequence[CustomerStanding]:
		"""All customers."""
		return self.findings.standings

	def sales_label(self) -> str:
		"""What the sales of the list's window are called."""
		return self.pen.say("Sales in {0} months", self.pen.number(self.policy.score.window_months))

	def granted(self) -> Mapping[CreditTier, str]:
		"""What each tier is granted, in a few words."""
		pen, grace = self.pen, self.pen.number(self.policy.order.grace_days)
		return {
			CreditTier.A: pen.say("Credit within the limit, for up to {0} days", grace),
			CreditTier.B: pen.say("Cash on delivery"),
			CreditTier.C: pen.say("Payment before delivery"),
			CreditTier.D: pen.say("Payment before the order"),
		}

	def who(self) -> Mapping[CreditTier, str]:
		"""Who is in each tier."""
		pen, rates = (
			self.pen,
			{tier: self.pen.number(rate) for tier, rate in self.policy.tier.on_time.items()},
		)
		enough = "{0} % or more on time, no arrears"
		return {
			CreditTier.A: pen.say(
				"{0} % or more on time, no arrears, has paid ahead before", rates[CreditTier.A]
			),
			CreditTier.B: pen.say(enough, rates[CreditTier.B]),
			CreditTier.C: pen.say(enough, rates[CreditTier.C]),
			CreditTier.D: pen.say("In arrears, or less than {0} % on time", rates[CreditTier.C]),
		}

	def newcomers(self) -> str:
		"""How customers are treated that are too new to be judged."""
		return self.pen.say(
			"New customers, with fewer than {0} paid invoices, are held to tier {1} "
			"until they can be judged.",
			self.pen.number(self.policy.tier.min_paid_invoices),
			self.policy.tier.provisional,
		)

	def tiers(self) -> Iterator[TierRow]:
		"""One row for each tier."""
		pen, granted, who = self.pen, self.granted(), self.who()
		for tier, found in sum_by_tier(self.standings).items():
			yield TierRow(
				tier,
				granted[tier],
				who[tier],
				pen.number(found.customers),
				pen.say("of them new: {0}", pen.number(found.new)) if found.new else "",
				pen.money(found.sales),
				pen.money(found.exposure),
				pen.money(found.overdue),
			)

	def tier_bars(self) -> Iterator[Bar]:
		"""How customers and money are spread over the tiers."""
		pen, sums = self.pen, sum_by_tier(self.standings)
		customers = [(str(tier), found.customers) for tier, found in sums.items()]
		yield self._spread(pen.say("Customers"), customers, pen.number(sum(count for _, count in customers)))
		for label, amounts in (
			(pen.say("Sales"), {tier: found.sales for tier, found in sums.items()}),
			(pen.say("Exposure"), {tier: found.exposure for tier, found in sums.items()}),
			(pen.say("Overdue"), {tier: found.overdue for tier, found in sums.items()}),
		):
			parts = [(str(tier), max(amount, ZERO)) for tier, amount in amounts.items()]
			yield self._spread(label, parts, pen.money(sum(amounts.values(), ZERO)))

	def _spread(self, label: str, parts: Sequence[tuple[str, Amount]], value: str) -> Bar:
		whole = sum(amount for _, amount in parts)
		shares = "; ".join(f"{name} {self.pen.percent(share(amount, whole))}" for name, amount in parts)
		return Bar(label, stack(parts, whole, named=True), value, shares if whole else "")

	def grades(self) -> Iterator[Bar]:
		"""How many customers have each grade."""
		counts, meanings = self.findings.grades, self._grade_meanings()
		highest = max(counts.values(), default=0)
		for grade, cadence in self.policy.cadence.by_grade.items():
			rhythm = self.pen.say("follow-up: {0}", self.pen.word(cadence))
			yield self._count(grade, meanings[grade], counts[grade], highest, rhythm)

	def _grade_meanings(self) -> Mapping[CustomerGrade, str]:
		pen, policy = self.pen, self.policy.grade
		return {
			CustomerGrade.A: self._within(policy.a_months),
			CustomerGrade.B: self._within(policy.b_months),
			CustomerGrade.C: self._within(policy.c_months),
			CustomerGrade.D: pen.say("need not clear yet, or a deal later than that"),
			CustomerGrade.E: pen.say("no need any more"),
		}

	def _within(self, months: int) -> str:
		if months == 1:
			return self.pen.say("deal expected within one month")
		return self.pen.say("deal expected within {0} months", self.pen.number(months))

	def classes(self) -> Iterator[Bar]:
		"""How many customers are in each value class."""
		counts, pen = self.findings.classes, self.pen
		highest = max(counts.values(), default=0)
		above = ZERO
		for value_class, lowest in self.policy.score.bands.items():
			label = pen.say("{0} points or more", pen.number(lowest))
			if not lowest:
				label = pen.say("less than {0} points", pen.number(above))
			coefficient = pen.say(
				"limit coefficient: {0}", pen.number(self.policy.limit.coefficients[value_class])
			)
			yield self._count(value_class, label, counts[value_class], highest, coefficient)
			above = lowest

	def _count(self, name: str, label: str, count: int, highest: int, note: str) -> Bar:
		share_of_all = self.pen.percent(share(count, len(self.standings)))
		value = self.pen.say("{0} ({1})", self.pen.number(count), share_of_all)
		return Bar(label, stack([("calm", count)], highest), value, note, name)
