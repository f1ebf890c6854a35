"""The full list of customers as the page carries it: compact JSON rows that its script turns into a table.

Sentences are carried once, as templates; a row only holds numbers, so that 20,000 customers open quickly.
"""

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from customer_grading.preview.replay.results import CustomerStanding
from customer_grading.preview.report.look import signs_of
from customer_grading.preview.report.text import Pen
from customer_grading.rules.category import VisitPlan
from customer_grading.rules.policy import Policy
from customer_grading.rules.reasons import Explanation, Kind, Reason, Value

T = TypeVar("T", bound=Hashable)
Cell = str | int | float | None | list[Any]
FIRST_LINE, NEXT_LINE = Markup("\n"), Markup(",\n")
NUMERIC = frozenset({Kind.MONEY, Kind.PERCENT, Kind.NUMBER})

TEXTS = {
	"open": "Show details of {0}",
	"none_found": "No customer matches.",
	"found": "{0} of {1} customers",
	"page": "Rows {0} to {1}",
	"new": "new",
	"unlimited": "Unlimited",
	"visit": "Visit every {0} days",
	"call": "Visit every {0} days; call every {1} days",
	"principle": "{0}: {1}",
	"why_tier": "Credit tier {0}",
	"why_limit": "Credit limit {0}",
	"why_score": "Value class {0}",
	"why_provisional": "Value class {0}, provisional",
	"why_grade": "Customer grade {0}",
	"why_category": "Customer category {0}",
	"group": "Customer group",
	"salesperson": "Salesperson",
	"limit": "Credit limit",
	"typical": "Typical order",
	"monthly": "Average monthly sales",
	"coefficient": "Coefficient",
	"total": "Sales of all invoices",
	"invoices": "Invoices",
	"last_order": "Last order",
	"next": "Next follow-up",
	"category": "Customer category",
	"days": "{0} days",
	"oldest": "Oldest overdue",
	"percent": "{0} %",
}
"""What the page's script says, in English."""


class Register(Generic[T]):
	"""Numbers things in the order in which they first come."""

	def __init__(self) -> None:
		self._places: dict[T, int] = {}

	def place(self, thing: T) -> int:
		"""The number of a thing, a new one for a new thing."""
		return self._places.setdefault(thing, len(self._places))

	def things(self) -> list[T]:
		"""All things in the order of their numbers."""
		return list(self._places)


def number(value: Decimal) -> int | float:
	"""A number with at most two decimals, as short as JSON can write it."""
	whole = int(value)
	return whole if whole == value else float(round(value, 2))


def maybe(value: Decimal | None) -> int | float | None:
	"""The same, where nothing may be known."""
	return None if value is None else number(value)


def embed(thing: Any) -> Markup:
	"""JSON for a <script> element: it holds no `<`, so nothing in it can end or open an element."""
	text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
	return Markup(text.replace("<", "\\u003c"))  # noqa: S704  (the only character that HTML reads in a script is gone)


class CustomerData:
	"""Writes the rows first and, once they are known, the tables that the rows point into."""

	def __init__(self, policy: Policy, pen: Pen) -> None:
		self._policy = policy
		self._pen = pen
		self._words: Register[str] = Register()
		self._plans: Register[VisitPlan] = Register()
		self._explanations: dict[str, tuple[int, Explanation]] = {}

	def write(self, standings: Sequence[CustomerStanding]) -> Iterator[Markup]:
		"""The JSON text, piece by piece."""
		yield Markup('{"columns":') + embed(list(COLUMNS)) + Markup(',"rows":[')
		for count, standing in enumerate(standings):
			yield (NEXT_LINE if count else FIRST_LINE) + embed(self._row(standing))
		yield Markup("\n],") + embed(self._tables())[1:]

	def _row(self, standing: CustomerStanding) -> list[Cell]:
		return [read(self, standing) for read in COLUMNS.values()]

	def word(self, text: str | None) -> int | None:
		"""The place of a word that many rows share, in the reader's language."""
		return self._words.place(self._pen.word(text)) if text else None

	def name(self, text: str | None) -> int | None:
		"""The place of a name that many rows share, as it is."""
		return self._words.place(text) if text else None

	def plan(self, plan: VisitPlan | None) -> int | None:
		"""The place of a visit plan."""
		return self._plans.place(plan) if plan else None

	def signs(self, standing: CustomerStanding) -> str:
		"""The signs that a customer shows, by which the list can be narrowed down."""
		return " ".join(signs_of(standing, self._policy))

	def reasons(self, *groups: Sequence[Reason]) -> list[list[list[Cell]]]:
		"""Groups of reasons, each reason as the place of its sentence and its values."""
		return [[self._reason(reason) for reason in group] for group in groups]

	def _reason(self, reason: Reason) -> list[Cell]:
		explanation = reason.explanation
		place, _ = self._explanations.setdefault(explanation.code, (len(self._explanations), explanation))
		fields = zip(explanation.fields, reason.values, strict=True)
		return [place, *(self._value(value, kind) for (_, kind), value in fields)]

	def _value(self, value: Value, kind: Kind) -> Cell:
		if isinstance(value, Decimal):
			return number(value)
		if kind in NUMERIC and isinstance(value, int):
			return value
		if kind is Kind.WORD:
			return self.word(str(value))
		return str(value)

	def _tables(self) -> dict[str, Any]:
		pen = self._pen
		return {
			"words": self._words.things(),
			"plans": [
				[p.visit_days, p.call_days, pen.word(p.principle), pen.word(p.focus)]
				for p in self._plans.things()
			],
			"sentences": [self._sentence(explanation) for _, explanation in self._explanations.values()],
			"texts": {name: pen.word(text) for name, text in TEXTS.items()},
		}

	def _sentence(self, explanation: Explanation) -> list[str]:
		kinds = " ".join(str(kind) for _, kind in explanation.fields)
		return [self._pen.word(explanation.sentence), self._pen.word(explanation.remedy), kinds]


def _day(day: date | None) -> str | None:
	return None if day is None else day.isoformat()


def _limit(standing: CustomerStanding) -> int | float | None:
	limit = standing.limit.limit
	return None if limit.unlimited else number(limit.amount)


def _reasons(data: CustomerData, standing: CustomerStanding) -> Cell:
	return data.reasons(
		standing.tier_reasons,
		standing.limit.reasons,
		standing.score.reasons,
		standing.grade.reasons,
		standing.category.reasons,
	)


COLUMNS: dict[str, Callable[[CustomerData, CustomerStanding], Cell]] = {
	"customer": lambda _, s: s.customer,
	"group": lambda d, s: d.name(s.group),
	"salesperson": lambda d, s: d.name(s.salesperson),
	"tier": lambda _, s: str(s.tier.tier),
	"value_class": lambda _, s: str(s.score.value_class),
	"score": lambda _, s: number(s.score.score),
	"score_provisional": lambda _, s: int(s.score.provisional),
	"grade": lambda _, s: str(s.grade.grade),
	"sales": lambda _, s: number(s.yearly_sales),
	"total": lambda _, s: number(s.total_sales),
	"monthly": lambda _, s: number(s.average_monthly_sales),
	"on_time": lambda _, s: maybe(s.on_time_rate),
	"typical": lambda _, s: maybe(s.typical_order),
	"limit": lambda _, s: _limit(s),
	"coefficient": lambda _, s: number(s.limit.coefficient),
	"exposure": lambda _, s: number(s.exposure),
	"overdue": lambda _, s: number(s.overdue),
	"oldest": lambda _, s: s.oldest_overdue_days,
	"invoices": lambda _, s: s.invoices,
	"last_order": lambda _, s: _day(s.last_order),
	"next": lambda _, s: _day(s.next_follow_up),
	"category": lambda d, s: d.word(s.category.category),
	"plan": lambda d, s: d.plan(s.category.plan),
	"signs": lambda d, s: d.signs(s),
	"reasons": _reasons,
}
"""What a row holds, in this order."""
