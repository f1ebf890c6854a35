"""The rows of a file of orders."""

from datetime import date

from customer_grading.preview.book import Order
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.directory import Directory
from customer_grading.preview.reading.heads import Heads
from customer_grading.preview.reading.invoice_rows import read_terms
from customer_grading.preview.reading.schedules import Schedules
from customer_grading.preview.reading.sheets import Refused, Sheet
from customer_grading.rules.reasons import Reason


class OrderRows:
	"""Takes the rows of a file of orders into the accounts of their customers."""

	def __init__(self, sheet: Sheet, directory: Directory) -> None:
		self._sheet = sheet
		self._directory = directory
		self._heads = Heads(sheet, directory, "order")
		self._schedules = Schedules(sheet, self._heads.money)
		self._seen: dict[str, tuple[Order, str, int]] = {}
		"""Number → order, key of its account, line."""
		self._last: Order | None = None
		self._has_children = sheet.layout.has_child_columns
		self.last_day = date.min
		"""The last day on which something happened."""

	def accept(self, line: int, cells: list[str]) -> None:
		"""Take one row. Refused if it cannot be used."""
		if self._has_children and self._heads.is_silent(cells):
			self._continue(line, cells)
			return
		self._last = None
		number, key, made, amount = self._heads.read(line, cells)
		if amount < 0:
			raise Refused("amount", str(amount), messages.NEGATIVE_ORDER.because())
		order = Order(number, made, amount)
		if number in self._seen:
			self._repeat(line, cells, order, key)
			return
		order.terms_days = self._terms(line, cells, made)
		self._directory.open(key, self._heads.name(cells)).orders.append(order)
		self._seen[number] = (order, key, line)
		self.last_day = max(self.last_day, made)
		self._last = order

	def _terms(self, line: int, cells: list[str], made: date) -> int | None:
		due = self._sheet.date(cells, "due")
		scheduled = self._schedules.read(line, cells)
		last = due or (scheduled.due if scheduled else None)
		if last is None:
			return read_terms(self._sheet, line, cells)
		if last < made:
			raise Refused("due", last.isoformat(), messages.DUE_BEFORE_DATE.because(last, made))
		return (last - made).days

	def _continue(self, line: int, cells: list[str]) -> None:
		if self._last is None:
			raise Refused("", "", messages.CONTINUES_NOTHING.because())
		self._merge(line, cells, self._last)

	def _repeat(self, line: int, cells: list[str], order: Order, key: str) -> None:
		first, owner, first_line = self._seen[order.number]
		same = (order.date, order.amount, key) == (first.date, first.amount, owner)
		if not (self._has_children and same):
			raise Refused("order", order.number, messages.DUPLICATE.because(order.number, first_line))
		self._last = first
		self._merge(line, cells, first)

	def _merge(self, line: int, cells: list[str], order: Order) -> None:
		self._sheet.rows_merged += 1
		scheduled = self._schedules.read(line, cells)
		if scheduled:
			order.terms_days = max(order.terms_days or 0, (scheduled.due - order.date).days)

	def finish(self) -> list[Reason]:
		"""What was assumed."""
		self._seen.clear()
		notes = self._heads.money.notes()
		if "order" not in self._sheet.layout:
			notes.append(messages.NO_NUMBERS.because(self._sheet.table.name))
		return notes
