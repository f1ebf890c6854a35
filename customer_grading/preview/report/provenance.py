"""The report's head and foot: what it is about, how the files were read, and what was left out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from customer_grading.preview.book import Book, Reject
from customer_grading.preview.replay.results import Findings
from customer_grading.preview.report.text import Pen
from customer_grading.rules.reasons import Reason

REJECTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RejectRow:
	"""One row, or value, that could not be used."""

	place: str
	column: str
	value: str
	why: str


@dataclass(frozen=True, slots=True)
class ReadingView:
	"""The facts around a replay, in words."""

	findings: Findings
	book: Book
	pen: Pen

	def as_of(self) -> str:
		"""The day that the report is made for."""
		return self.pen.day(self.findings.as_of)

	def facts(self) -> Iterator[tuple[str, str]]:
		"""What the report is about: label and value."""
		pen, book, first = self.pen, self.book, self.findings.backtest.first_day
		yield pen.say("As of"), self.as_of()
		if first:
			yield (
				pen.say("Orders"),
				pen.say("{0} to {1}", pen.day(first), pen.day(self.findings.backtest.last_day)),
			)
		yield pen.say("Customers"), pen.number(len(self.findings.standings))
		yield pen.say("Invoices"), pen.number(book.invoices)
		yield pen.say("Sales"), pen.money(self.total_sales())
		yield pen.say("Currency"), book.currency or pen.say("company currency")
		yield pen.say("Policy"), self.findings.policy_fingerprint

	def total_sales(self) -> Decimal:
		"""Sales of all invoices."""
		return sum((standing.total_sales for standing in self.findings.standings), Decimal(0))

	def notes(self, reasons: Iterable[Reason]) -> Iterator[tuple[str, str]]:
		"""Sentences, each with what to do if it is wrong."""
		return ((self.pen.sentence(reason), self.pen.remedy(reason)) for reason in reasons)

	def reading(self) -> str:
		"""How many rows were read, and what became of them."""
		book, pen = self.book, self.pen
		return pen.say(
			"Rows read: {0}. Rows that only continue the document of an earlier row: {1}. Credit notes: {2}.",
			pen.number(book.rows_read),
			pen.number(book.rows_merged),
			pen.number(book.credit_notes),
		)

	def rejected(self) -> str:
		"""How many rows or values were left out, and where they are listed."""
		book, pen = self.book, self.pen
		if not book.rejects:
			return pen.say("Every row and every value could be used.")
		return pen.stress(
			"Rows that could not be used: {0}; single values of other rows: {1}. "
			"All of them are in rejected.csv, with the reason.",
			pen.number(book.rows_dropped),
			pen.number(len(book.rejects) - book.rows_dropped),
		)

	def rejects(self) -> Iterator[RejectRow]:
		"""The first of them."""
		return (self._reject(reject) for reject in self.book.rejects[:REJECTS_SHOWN])

	def _reject(self, reject: Reject) -> RejectRow:
		place = self.pen.say("{0}, line {1}", reject.file, self.pen.number(reject.line))
		return RejectRow(place, reject.column, reject.value, self.pen.sentence(reject.why))
