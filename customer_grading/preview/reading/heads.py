"""What every document begins with: its number, its customer, its date, its amount; and whether it counts at
all.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import itemgetter

from customer_grading.preview.reading import messages
from customer_grading.preview.reading.directory import Directory
from customer_grading.preview.reading.money import Money
from customer_grading.preview.reading.sheets import Refused, Sheet
from customer_grading.preview.reading.values import State, parse_docstatus, parse_state

_TOTALS = frozenset(("total", "totals", "grand total", "sum", "合计", "总计", "共计", "小计"))
_OUT_OF_USE = {State.DRAFT: messages.DRAFT, State.CANCELLED: messages.CANCELLED}

Head = tuple[str, str, date, Decimal]
"""Number, key of the customer's account, date and amount in company currency."""


class Heads:
	"""Reads the heads of the documents of one file. `number` is the column of their numbers."""

	def __init__(self, sheet: Sheet, directory: Directory, number: str) -> None:
		self._sheet = sheet
		self._directory = directory
		self._accounts = directory.accounts
		self.money = Money(sheet)
		layout = sheet.layout
		self._places = itemgetter(*map(layout.place, (number, "customer", "customer_name", "date")))
		self._dates = sheet.style.dates
		self._tomorrow = sheet.tomorrow
		self._states: list[tuple[str, Callable[[str], State]]] = [
			(name, parse)
			for name, parse in (("docstatus", parse_docstatus), ("status", parse_state))
			if name in layout
		]

	def read(self, line: int, cells: list[str]) -> Head:
		"""The head of the document in a row. Refused if it is incomplete or not in force."""
		number, customer, name, day = self._places(cells)
		made = self._dates[day]
		known = customer in self._accounts
		key = customer if known else self._directory.key(customer.strip(), name.strip())
		if made is None or not key:
			raise self._incomplete(cells)
		if made > self._tomorrow:
			raise self._sheet.in_the_future("date", day)
		for column, parse in self._states:
			self._must_be_in_force(column, cells[self._sheet.layout.place(column)], parse)
		return number.strip() or f"line {line}", key, made, self.money.total(cells)

	def name(self, cells: list[str]) -> str:
		"""The customer's name."""
		return self._sheet.text(cells, "customer_name")

	def is_silent(self, cells: list[str]) -> bool:
		"""Whether a row has neither number, customer nor date, as rows that continue a document do."""
		return not any(cell.strip() for cell in self._places(cells))

	def _must_be_in_force(self, column: str, text: str, parse: Callable[[str], State]) -> None:
		explanation = _OUT_OF_USE.get(parse(text))
		if explanation:
			raise Refused(column, text, explanation.because())

	def _incomplete(self, cells: list[str]) -> Refused:
		words = [cell.strip() for cell in self._places(cells)]
		if not words[-1] and not _TOTALS.isdisjoint(word.casefold() for word in words):
			return Refused("", next(filter(None, words)), messages.TOTAL_ROW.because())
		if not (words[1] or words[2]):
			return self._sheet.missing("customer" if "customer" in self._sheet.layout else "customer_name")
		try:
			self._sheet.date(cells, "date")
		except Refused as refused:
			return refused
		return self._sheet.missing("date")
