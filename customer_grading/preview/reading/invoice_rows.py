"""The rows of a file of invoices."""

from array import array
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from customer_grading.preview.book import Account, Invoice, Receipt
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.directory import Directory
from customer_grading.preview.reading.heads import Heads
from customer_grading.preview.reading.schedules import Schedules
from customer_grading.preview.reading.sheets import Refused, Sheet
from customer_grading.preview.reading.values import State, parse_state, parse_yes
from customer_grading.rules.reasons import Reason

_NOTHING = Decimal(0)
_LONGEST_TERMS = 3650


class Credit(NamedTuple):
	"""A credit note; its amount is positive. `against` is the invoice that it is for, "" if it names none."""

	number: str
	date: date
	amount: Decimal
	against: str
	line: int


class InvoiceRows:
	"""Takes the rows of a file of invoices into the accounts of their customers."""

	def __init__(self, sheet: Sheet, directory: Directory) -> None:
		layout = sheet.layout
		self._sheet = sheet
		self._directory = directory
		self._heads = Heads(sheet, directory, "invoice")
		self._schedules = Schedules(sheet, self._heads.money)
		self._seen: dict[str, Invoice | Credit] = {}
		self._lines = array("L")
		self._again: list[tuple[int, str]] = []
		self._last: Invoice | Credit | None = None
		self._without_due = 0
		self.credits: dict[str, list[Credit]] = {}
		"""Credit notes by the key of their customer's account."""
		self.disputed: list[Invoice] = []
		"""Invoices that are marked as disputed without a date."""
		self.last_day = date.min
		"""The last day on which money came or a credit note was made."""
		self.overpaid: list[str] = []
		"""Invoices that more was paid for than their amount."""
		self._has_children = layout.has_child_columns
		self._has_figures = not {"outstanding", "paid", "status"}.isdisjoint(layout.places)
		self._has_returns = not {"is_return", "status"}.isdisjoint(layout.places)
		self._has_disputes = not {"disputed", "disputed_on"}.isdisjoint(layout.places)
		self._has_dispute_days = "disputed_on" in layout
		self._dispute_place = layout.place("disputed")
		self._has_orders = "order" in layout
		self._has_due = "due" in layout
		self._has_paid_days = "paid_on" in layout

	def accept(self, line: int, cells: list[str]) -> None:
		"""Take one row. Refused if it cannot be used."""
		if self._has_children and self._heads.is_silent(cells):
			self._continue(line, cells)
			return
		self._last = None
		number, key, made, amount = self._heads.read(line, cells)
		if number in self._seen:
			self._repeat(line, cells, number, (key, made, amount))
		elif amount < 0 or (self._has_returns and self._is_return(cells)):
			self._take_credit(
				Credit(number, made, abs(amount), self._sheet.text(cells, "return_against"), line), key, cells
			)
		else:
			self._take_invoice(line, cells, key, Invoice(number, made, made, amount))

	def _take_invoice(self, line: int, cells: list[str], key: str, invoice: Invoice) -> None:
		# Everything that may refuse the row comes before anything that stays.
		scheduled = self._schedules.read(line, cells) if self._schedules.given else None
		self._set_due(line, cells, invoice, scheduled.due if scheduled else None)
		paid_on = self._sheet.date(cells, "paid_on") if self._has_paid_days else None
		if paid_on and paid_on > self._sheet.tomorrow:
			raise self._sheet.in_the_future("paid_on", self._sheet.text(cells, "paid_on"))
		excess = self._settle(line, cells, invoice, paid_on)
		if self._has_orders:
			invoice.order = self._sheet.text(cells, "order") or None
		if self._has_disputes:
			self._dispute(line, cells, invoice)
		account = self._directory.accounts.get(key) or self._directory.open(key, self._heads.name(cells))
		account.invoices.append(invoice)
		if paid_on and paid_on > self.last_day:
			self.last_day = paid_on
		if excess and paid_on:
			account.on_account.append(Receipt(paid_on, excess))
			self.overpaid.append(invoice.number)
		if scheduled:
			self._schedules.keep(invoice.number, scheduled)
		self._remember(line, invoice.number, invoice)

	def _take_credit(self, credit: Credit, key: str, cells: list[str]) -> None:
		self._directory.open(key, self._heads.name(cells))
		self.credits.setdefault(key, []).append(credit)
		self.last_day = max(self.last_day, credit.date)
		self._remember(credit.line, credit.number, credit)

	def _remember(self, line: int, number: str, document: Invoice | Credit) -> None:
		self._seen[number] = self._last = document
		self._lines.append(line)

	def _set_due(self, line: int, cells: list[str], invoice: Invoice, scheduled: date | None) -> None:
		due = self._sheet.date(cells, "due") if self._has_due else None
		due = due or scheduled
		if due is None:
			due = self._due_by_terms(line, cells, invoice.date)
		if due < invoice.date:
			raise Refused("due", due.isoformat(), messages.DUE_BEFORE_DATE.because(due, invoice.date))
		invoice.due = due

	def _due_by_terms(self, line: int, cells: list[str], made: date) -> date:
		days = read_terms(self._sheet, line, cells)
		if days is None:
			self._without_due += 1
			return made
		return made + timedelta(days)

	def _settle(self, line: int, cells: list[str], invoice: Invoice, paid_on: date | None) -> Decimal:
		"""Write down what is settled. What was paid beyond the amount."""
		amount = invoice.amount
		settled = amount if paid_on else _NOTHING
		if self._has_figures:
			settled = self._settled_by_figures(line, cells, amount, settled)
		within = min(settled, amount)
		if paid_on is None:
			invoice.paid_on_unknown_day = within
		elif within:
			invoice.receipts = (Receipt(paid_on, within),)
		return settled - within if settled > amount else _NOTHING

	def _settled_by_figures(
		self, line: int, cells: list[str], amount: Decimal, otherwise: Decimal
	) -> Decimal:
		outstanding = self._figure(line, cells, "outstanding")
		if outstanding is not None:
			return min(max(amount - outstanding, _NOTHING), amount)
		if parse_state(self._sheet.text(cells, "status")) is State.PAID:
			return amount
		paid = self._figure(line, cells, "paid")
		return otherwise if paid is None else max(paid, _NOTHING)

	def _figure(self, line: int, cells: list[str], name: str) -> Decimal | None:
		try:
			return self._heads.money.figure(cells, name)
		except Refused as refused:
			self._sheet.leave_out(line, refused)
			return None

	def _is_return(self, cells: list[str]) -> bool:
		status = self._sheet.text(cells, "status")
		return bool(parse_yes(self._sheet.text(cells, "is_return"))) or parse_state(status) is State.RETURN

	def _dispute(self, line: int, cells: list[str], invoice: Invoice) -> None:
		if self._has_dispute_days:
			try:
				invoice.disputed_on = self._sheet.date(cells, "disputed_on")
			except Refused as refused:
				self._sheet.leave_out(line, refused)
		text = cells[self._dispute_place]
		answer = parse_yes(text)
		if answer is None:
			self._sheet.leave_out(line, unreadable_answer(self._sheet, "disputed", text))
		elif answer and invoice.disputed_on is None:
			self.disputed.append(invoice)

	def _continue(self, line: int, cells: list[str]) -> None:
		if self._last is None:
			raise Refused("", "", messages.CONTINUES_NOTHING.because())
		self._merge(line, cells, self._last)

	def _repeat(self, line: int, cells: list[str], number: str, told: tuple[str, date, Decimal]) -> None:
		first = self._seen[number]
		key, made, amount = told
		if (
			not self._has_children
			or (made, abs(amount)) != (first.date, first.amount)
			or not self._owns(key, first)
		):
			self._again.append((line, number))
			return
		self._last = first
		self._merge(line, cells, first)

	def _owns(self, key: str, document: Invoice | Credit) -> bool:
		account = self._directory.accounts.get(key) or Account(key)
		# From the end, as the rows of one document nearly always follow each other.
		documents = reversed(self.credits.get(key, []) if isinstance(document, Credit) else account.invoices)
		return any(own is document for own in documents)

	def _merge(self, line: int, cells: list[str], document: Invoice | Credit) -> None:
		self._sheet.rows_merged += 1
		if isinstance(document, Credit):
			return
		self._schedules.keep(document.number, self._schedules.read(line, cells))
		if document.order is None:
			document.order = self._sheet.text(cells, "order") or None

	def finish(self) -> list[Reason]:
		"""Put the payment schedules to their invoices and refuse repeated rows. What was assumed."""
		first_lines = dict(zip(self._seen, self._lines, strict=True)) if self._again else {}
		for line, number in self._again:
			reason = messages.DUPLICATE.because(number, first_lines[number])
			self._sheet.refuse(line, Refused("invoice", number, reason))
		notes = [*self._finish_schedules(), *self._heads.money.notes(), *self._notes()]
		# Nobody needs the numbers any more, and a million of them take up room.
		self._seen.clear()
		return notes

	def _finish_schedules(self) -> list[Reason]:
		scaled = 0
		if self._schedules.given:
			for document, line in zip(self._seen.values(), self._lines, strict=True):
				if isinstance(document, Invoice):
					scaled += self._finish_schedule(document, line)
		return [messages.SCHEDULES_SCALED.because(self._sheet.table.name, scaled)] if scaled else []

	def _finish_schedule(self, invoice: Invoice, line: int) -> bool:
		invoice.due = max(invoice.due, self._schedules.last_due(invoice.number) or invoice.due)
		schedule, scaled = self._schedules.of(invoice.number, invoice.amount)
		if schedule and schedule[0].due < invoice.date:
			reason = messages.SCHEDULE_BEFORE_DATE.because(invoice.number)
			self._sheet.leave_out(line, Refused("schedule_due", schedule[0].due.isoformat(), reason))
			return False
		invoice.schedule = schedule
		return scaled

	def _notes(self) -> list[Reason]:
		name, layout = self._sheet.table.name, self._sheet.layout
		notes = [] if "invoice" in layout else [messages.NO_NUMBERS.because(name)]
		if self._without_due and self._without_due == len(self._seen):
			return [*notes, messages.NO_DUE_DATES.because(name)]
		if self._without_due:
			notes.append(messages.DUE_DATES_FILLED.because(name, self._without_due, layout.label("due")))
		return notes


def read_terms(sheet: Sheet, line: int, cells: list[str]) -> int | None:
	"""The days of credit in a row; None where there are none that can be read."""
	text = sheet.text(cells, "terms_days")
	days = sheet.style.amounts[text]
	if days is not None and days == int(days) and 0 <= days <= _LONGEST_TERMS:
		return int(days)
	if text:
		reason = messages.OUT_OF_RANGE.because(sheet.layout.label("terms_days"), text, 0, _LONGEST_TERMS)
		sheet.leave_out(line, Refused("terms_days", text, reason))
	return None


def unreadable_answer(sheet: Sheet, name: str, text: str) -> Refused:
	"""The refusal for a cell that says neither yes nor no."""
	return Refused(name, text, messages.UNREADABLE_CHOICE.because(sheet.layout.label(name), text, "Yes, No"))
