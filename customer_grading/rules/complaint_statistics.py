"""R11, step 9: complaints of a time counted, as a whole and by what they are about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from customer_grading.rules.options import ComplaintCut

ZERO = Decimal(0)
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Case:
	"""A complaint as it is counted."""

	raised: date
	ended: date | None = None
	"""The day on which it was closed or dismissed."""
	dismissed: bool = False
	in_time: bool = False
	repeat: bool = False
	cost: Decimal = ZERO
	"""Company currency."""
	level: str = ""
	judgement: str = ""
	quality_problem: str = ""
	item: str = ""
	department: str = ""
	complainant: str = ""
	customer: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
	"""What is told of some complaints in a time. Those raised and those closed in it may be others."""

	raised: int = 0
	repeats: int = 0
	"""Of those raised: the customer has complained of the same item before."""
	dismissed: int = 0
	"""Ended in the time because there was no problem. They are not counted as closed."""
	closed: int = 0
	open: int = 0
	"""Raised by the end of the time and not ended by then."""
	days: int = 0
	"""From raising to closing, of all that were closed, together."""
	in_time: int = 0
	cost: Decimal = ZERO
	"""Of those closed, in company currency."""

	@property
	def average_days(self) -> Decimal | None:
		"""Days from raising to closing, on average; None where none was closed."""
		return _tenth(Decimal(self.days) / self.closed) if self.closed else None

	@property
	def in_time_share(self) -> Decimal | None:
		"""Of those closed, how many were solved in time, in percent; None where none was closed."""
		return _tenth(HUNDRED * self.in_time / self.closed) if self.closed else None

	@property
	def is_empty(self) -> bool:
		"""Whether there is nothing to tell."""
		return not (self.raised or self.dismissed or self.closed or self.open)


def _tenth(number: Decimal) -> Decimal:
	return number.quantize(TENTH, ROUND_HALF_UP)


def total(cases: Iterable[Case], start: date, end: date) -> Figures:
	"""The figures of all these complaints from `start` to `end`, both included."""
	figures = Figures()
	for case in cases:
		figures = _with(figures, case, start, end)
	return figures


def _with(figures: Figures, case: Case, start: date, end: date) -> Figures:
	is_raised = start <= case.raised <= end
	is_ended = case.ended is not None and start <= case.ended <= end
	is_closed = is_ended and not case.dismissed
	is_open = case.raised <= end and (case.ended is None or case.ended > end)
	days = (case.ended - case.raised).days if case.ended and is_closed else 0
	return replace(
		figures,
		raised=figures.raised + is_raised,
		repeats=figures.repeats + (is_raised and case.repeat),
		dismissed=figures.dismissed + (is_ended and case.dismissed),
		closed=figures.closed + is_closed,
		open=figures.open + is_open,
		days=figures.days + days,
		in_time=figures.in_time + (is_closed and case.in_time),
		cost=figures.cost + (case.cost if is_closed else ZERO),
	)


VALUE_OF: dict[ComplaintCut, Callable[[Case], str]] = {
	ComplaintCut.LEVEL: lambda case: case.level,
	ComplaintCut.KIND: lambda case: case.judgement,
	ComplaintCut.PROBLEM: lambda case: case.quality_problem,
	ComplaintCut.ITEM: lambda case: case.item,
	ComplaintCut.DEPARTMENT: lambda case: case.department,
	ComplaintCut.COMPLAINANT: lambda case: case.complainant,
	ComplaintCut.CUSTOMER: lambda case: case.customer,
	ComplaintCut.MONTH: lambda case: f"{case.raised:%Y-%m}",
}
"""What a complaint belongs to when it is counted by something; empty where that is not known."""
IN_ORDER = (ComplaintCut.LEVEL, ComplaintCut.MONTH)
"""Told from the first to the last; the others begin with what was complained of most."""


def by(cut: ComplaintCut, cases: Iterable[Case], start: date, end: date) -> list[tuple[str, Figures]]:
	"""The figures by what complaints are counted by, without what there is nothing to tell of."""
	groups: dict[str, list[Case]] = {}
	for case in cases:
		groups.setdefault(VALUE_OF[cut](case), []).append(case)
	found = [(value, total(group, start, end)) for value, group in groups.items()]
	told = [(value, figures) for value, figures in found if not figures.is_empty]
	if cut in IN_ORDER:
		return sorted(told, key=lambda pair: pair[0])
	return sorted(told, key=lambda pair: (-pair[1].raised, -pair[1].open, pair[0]))
