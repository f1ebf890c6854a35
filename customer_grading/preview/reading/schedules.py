"""Payment schedules, which an export spreads over several rows of one document."""

from datetime import date
from decimal import Decimal
from itertools import groupby

from customer_grading.preview.book import DueLine
from customer_grading.preview.reading.money import Money
from customer_grading.preview.reading.sheets import Refused, Sheet

_CENT = Decimal("0.01")
_NOTHING = Decimal(0)


class Schedules:
	"""Collects the lines of payment schedules by the number of their document."""

	def __init__(self, sheet: Sheet, money: Money) -> None:
		self._sheet = sheet
		self._money = money
		self._lines: dict[str, list[DueLine]] = {}
		self._with_amounts = "schedule_amount" in sheet.layout
		self.given = "schedule_due" in sheet.layout

	def read(self, line: int, cells: list[str]) -> DueLine | None:
		"""The schedule line of a row; None where the row has none that can be read."""
		if not self.given:
			return None
		try:
			due = self._sheet.date(cells, "schedule_due")
			amount = self._money.part(cells, "schedule_amount") if self._with_amounts else None
		except Refused as refused:
			self._sheet.leave_out(line, refused)
			return None
		return None if due is None else DueLine(due, amount or _NOTHING)

	def keep(self, number: str, line: DueLine | None) -> None:
		"""Keep a line for the document with this number."""
		if line is not None:
			self._lines.setdefault(number, []).append(line)

	def last_due(self, number: str) -> date | None:
		"""The last due date of a document's schedule."""
		return max((line.due for line in self._lines.get(number, ())), default=None)

	def of(self, number: str, amount: Decimal) -> tuple[tuple[DueLine, ...], bool]:
		"""The schedule of a document if it has more than one line, and whether it had to be scaled to the
		amount.
		"""
		lines = self._lines.get(number, [])
		total = sum((line.amount for line in lines), _NOTHING)
		# A report that lists two child tables at once repeats the lines of each for every line of the other.
		if total != amount:
			lines = list(dict.fromkeys(lines))
			total = sum((line.amount for line in lines), _NOTHING)
		if not lines[1:] or min(line.amount for line in lines) <= 0:
			return (), False
		return _by_due_date(_scaled(lines, total, amount)), abs(total - amount) > amount / 100


def _scaled(lines: list[DueLine], total: Decimal, amount: Decimal) -> list[DueLine]:
	if total == amount:
		return lines
	scaled = [DueLine(due, (part * amount / total).quantize(_CENT)) for due, part in lines[:-1]]
	rest = amount - sum((line.amount for line in scaled), _NOTHING)
	return [*scaled, DueLine(lines[-1].due, rest)]


def _by_due_date(lines: list[DueLine]) -> tuple[DueLine, ...]:
	groups = groupby(sorted(lines), key=lambda line: line.due)
	return tuple(DueLine(due, sum((line.amount for line in group), _NOTHING)) for due, group in groups)
