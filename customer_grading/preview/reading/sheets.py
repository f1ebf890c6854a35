"""One file on its way into the book: its cells by column, and what could not be used of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from customer_grading.preview.book import Reject
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.columns import COLUMNS, Layout
from customer_grading.preview.reading.headers import Table
from customer_grading.preview.reading.survey import Style
from customer_grading.preview.reading.values import cited
from customer_grading.rules.reasons import Reason

Progress = Callable[[int], object]
_EVERY = 10_000
"""Progress is told after so many rows."""


class Refused(Exception):  # noqa: N818 - not an error, but what a row comes to
	"""A row cannot be used, because of one of its columns ("" if it is not one alone)."""

	def __init__(self, column: str, value: str, reason: Reason) -> None:
		super().__init__(reason.sentence())
		self.column = column
		self.value = value
		self.reason = reason


class Sheet:
	"""A table, how it is to be read, and what has been read and refused so far."""

	def __init__(self, table: Table, style: Style) -> None:
		self.table = table
		self.style = style
		self.layout: Layout = table.layout
		"""Where the columns stand."""
		self.rejects: list[Reject] = []
		self.rows_read = 0
		self.rows_merged = 0
		self._places = {column.name: self.layout.place(column.name) for column in COLUMNS[self.layout.kind]}
		# A day more than today, because it may be tomorrow already where the books are kept.
		self.tomorrow = datetime.now(timezone.utc).date() + timedelta(days=1)
		self._dates = style.dates
		self._amounts = style.amounts

	def text(self, cells: list[str], name: str) -> str:
		"""Return a cell without the blanks around it; empty where the file does not have the column."""
		return cells[self._places[name]].strip()

	def date(self, cells: list[str], name: str) -> date | None:
		"""Return the date in a cell, None if there is none. Refused if it cannot be read."""
		text = cells[self._places[name]]
		day = self._dates[text]
		if day is None and text and (reason := self._dates.why(text, self.layout.label(name))):
			raise Refused(name, text, reason)
		return day

	def amount(self, cells: list[str], name: str) -> Decimal | None:
		"""Return the amount in a cell, None if there is none. Refused if it cannot be read."""
		text = cells[self._places[name]]
		amount = self._amounts[text]
		if amount is None and text and (reason := self._amounts.why(text, self.layout.label(name))):
			raise Refused(name, text, reason)
		return amount

	def in_the_future(self, name: str, text: str) -> Refused:
		"""The refusal for a day on which nothing can have happened yet."""
		return Refused(name, text, messages.IN_THE_FUTURE.because(self.layout.label(name), cited(text)))

	def missing(self, name: str) -> Refused:
		"""The refusal for a required cell that is empty."""
		return Refused(name, "", messages.MISSING.because(self.layout.label(name)))

	def refuse(self, line: int, refused: Refused) -> None:
		"""Write down a row that is dropped."""
		self._reject(line, refused, row_dropped=True)

	def leave_out(self, line: int, refused: Refused) -> None:
		"""Write down a value that is left out, while its row stays."""
		self._reject(line, refused, row_dropped=False)

	def _reject(self, line: int, refused: Refused, *, row_dropped: bool) -> None:
		column = self.layout.label(refused.column) if refused.column else ""
		value = cited(refused.value)
		self.rejects.append(Reject(self.table.name, line, column, value, refused.reason, row_dropped))

	def read(self, accept: Callable[[int, list[str]], None], told: Progress) -> None:
		"""Hand every row to `accept`, as wide as the header and one empty cell more, and write down the
		refused.

		`told` is called with the number of rows read, every now and then.
		"""
		width = len(self.layout.header)
		for count, (line, cells) in enumerate(self.table.rows(), 1):
			self.rows_read = count
			try:
				if len(cells) != width:
					_fit(cells, width)
				# The place of all columns that the file does not have.
				cells.append("")
				accept(line, cells)
			except Refused as refused:
				self.refuse(line, refused)
			if count % _EVERY == 0:
				told(count)
		told(self.rows_read)


def _fit(cells: list[str], width: int) -> None:
	if any(cell.strip() for cell in cells[width:]):
		# Most likely a separator within a cell, after which every cell stands in the wrong column.
		raise Refused("", cells[width], messages.TOO_MANY_CELLS.because(len(cells), width))
	del cells[width:]
	cells.extend([""] * (width - len(cells)))
