"""The report's parts on money: open amounts by age, what can be expected back, and who makes the sales."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from customer_grading.preview.replay.results import AGES, CustomerStanding
from customer_grading.preview.report.bars import Bar
from customer_grading.preview.report.charts import Pareto, Point, share, stack
from customer_grading.preview.report.text import Pen
from customer_grading.rules.policy import Policy

ZERO = Decimal(0)
TOP, MOST = 20, 80
"""Percent of the customers, and of the sales, that the words on concentration speak of."""


@dataclass(frozen=True, slots=True)
class MoneyView:
	"""Open amounts and sales in words and bars."""

	standings: Sequence[CustomerStanding]
	policy: Policy
	pen: Pen

	def has_open_amounts(self) -> bool:
		"""Whether any customer owes anything."""
		return any(sum(standing.ageing) for standing in self.standings)

	def ageing(self) -> Iterator[Bar]:
		"""Open amounts by age, each with the part that can be expected to be recovered."""
		sums, expected = self._open_amounts()
		longest = max(sums, default=ZERO)
		yield self._age(self.pen.say("Not due yet"), (("calm", sums[0]),), longest, sums[0])
		for label, amount, recovered in zip(self._age_labels(), sums[1:], expected[1:], strict=True):
			parts = (("expected", recovered), ("doubtful", amount - recovered))
			yield self._age(
				label, parts, longest, amount, self.pen.say("expected back: {0}", self.pen.money(recovered))
			)

	def _age(
		self,
		label: str,
		parts: Sequence[tuple[str, Decimal]],
		longest: Decimal,
		amount: Decimal,
		note: str = "",
	) -> Bar:
		return Bar(label, stack(parts, longest), self.pen.money(amount), note if amount else "")

	def _age_labels(self) -> Iterator[str]:
		pen = self.pen
		for after, until in pairwise(AGES):
			yield pen.say("{0} to {1} days late", pen.number(after + 1), pen.number(until))
		yield pen.say("more than {0} days late", pen.number(AGES[-1]))

	def _open_amounts(self) -> tuple[list[Decimal], list[Decimal]]:
		sums, expected = [ZERO] * (len(AGES) + 1), [ZERO] * (len(AGES) + 1)
		for standing in self.standings:
			percents = self._recovery_percents(standing)
			for place, (amount, percent) in enumerate(zip(standing.ageing, percents, strict=True)):
				sums[place] += amount
				expected[place] += amount * percent / 100
		return sums, expected

	def _recovery_percents(self, standing: CustomerStanding) -> Iterator[Decimal]:
		"""Not due, then by age. Where the oldest debt is old, all of its age group counts as old."""
		policy, oldest = self.policy.collections, standing.oldest_overdue_days
		yield Decimal(100)
		for until in (*AGES[1:], oldest):
			is_old = oldest > policy.old_after_days and until > policy.old_after_days
			yield policy.old_recovery_percent if is_old else policy.recovery_percent

	def recovery(self) -> str:
		"""What can still be expected of everything overdue."""
		sums, expected = self._open_amounts()
		pen, policy = self.pen, self.policy.collections
		if not sum(sums[1:]):
			return pen.say("Nothing is overdue.")
		return pen.stress(
			"{0} is overdue, of which {1} can be expected back: "
			"{2} % of what is up to {3} days late, {4} % of what is older.",
			pen.money(sum(sums[1:], ZERO)),
			pen.money(sum(expected[1:], ZERO)),
			pen.number(policy.recovery_percent),
			pen.number(policy.old_after_days),
			pen.number(policy.old_recovery_percent),
		)

	def pareto(self) -> Pareto:
		"""How the sales are spread over the customers."""
		return Pareto.of(standing.total_sales for standing in self.standings)

	def is_worth_a_curve(self, pareto: Pareto) -> bool:
		"""Whether there are sales, and customers enough to speak of percent of them."""
		return pareto.total > 0 and len(pareto.sums) * TOP >= 100  # noqa: PLR2004  (at least one customer)

	def pareto_mark(self, pareto: Pareto) -> Point:
		"""The point of the curve that the words speak of."""
		top = pareto.customers_in(TOP)
		return share(top, len(pareto.sums)), pareto.share_of_largest(top)

	def pareto_texts(self, pareto: Pareto) -> Iterator[str]:
		"""What the curve says, in words."""
		pen, count = self.pen, len(pareto.sums)
		top = pareto.customers_in(TOP)
		yield pen.stress(
			"{0} of the customers ({1} of {2}) make {3} of the sales.",
			pen.whole(share(top, count)),
			pen.number(top),
			pen.number(count),
			pen.percent(pareto.share_of_largest(top)),
		)
		yield pen.stress("The largest customer alone makes {0}.", pen.percent(pareto.share_of_largest(1)))
		needed = pen.number(pareto.customers_for(MOST))
		yield pen.stress("For {0} of the sales it takes {1} customers.", pen.whole(MOST), needed)
