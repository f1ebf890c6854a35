"""Reads a company's exported files into a book of its receivables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Protocol, TypeVar

from customer_grading.preview.book import Book, InputError, Invoice, Reject
from customer_grading.preview.memory import collector_off
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.assembling import Ledger, Tally
from customer_grading.preview.reading.columns import FileKind, Layout, find_header, read_mapping, recognise
from customer_grading.preview.reading.customer_rows import CustomerRows
from customer_grading.preview.reading.directory import Directory
from customer_grading.preview.reading.headers import Table
from customer_grading.preview.reading.invoice_rows import Credit, InvoiceRows
from customer_grading.preview.reading.order_rows import OrderRows
from customer_grading.preview.reading.payment_rows import Payment, PaymentRows
from customer_grading.preview.reading.sheets import Progress, Refused, Sheet
from customer_grading.preview.reading.sources import find_files, unread
from customer_grading.preview.reading.survey import Style, survey
from customer_grading.preview.reading.tables import open_table
from customer_grading.rules.reasons import Reason

_R = TypeVar("_R", bound="_Rows")


class _Rows(Protocol):
	"""What takes the rows of a file."""

	def accept(self, line: int, cells: list[str]) -> None:
		"""Take one row."""

	def finish(self) -> list[Reason]:
		"""What was assumed."""


def read_book(source: Path, mapping: Mapping[str, str] = {}, progress: Progress | None = None) -> Book:
	"""The book of a company's receivables.

	`source` is a CSV or XLSX file of invoices, or a folder with a file of invoices and, optionally, of
	orders, payments and customers. `mapping` names columns that are not recognised: column → header in the
	file. `progress` is called with the number of rows read so far. InputError if nothing can be used.
	"""
	try:
		with collector_off():
			files = find_files(Path(source))
			reading = _Reading(progress or _tell_nobody)
			if left := unread(Path(source), files.values()):
				reading.notes.append(messages.UNREAD_FILES.because(", ".join(left)))
			return reading.read(files, read_mapping(mapping))
	except OSError as problem:
		name = Path(problem.filename or source).name
		raise InputError(messages.CANNOT_OPEN.because(name, problem.strerror or str(problem))) from None


def _tell_nobody(_rows: int) -> None:
	pass


@dataclass(slots=True)
class _Reading:
	"""One reading of all files."""

	progress: Progress
	directory: Directory = field(default_factory=Directory)
	sheets: dict[FileKind, Sheet] = field(default_factory=dict)
	notes: list[Reason] = field(default_factory=list)
	tally: Tally = field(default_factory=Tally)
	can_judge: bool = True
	"""Whether any file tells anything of payments."""

	def read(self, files: Mapping[FileKind, Path], mapping: Mapping[str, str]) -> Book:
		"""The book of these files."""
		self._open(files, mapping)
		# Customers first, as they tell which names belong to which IDs.
		customers = self._take(FileKind.CUSTOMERS, CustomerRows)
		invoices = self._take(FileKind.INVOICES, InvoiceRows)
		orders = self._take(FileKind.ORDERS, OrderRows)
		payments = self._take(FileKind.PAYMENTS, PaymentRows)
		if invoices is None or not self._has_invoices():
			raise self._nothing_usable()
		self._settle(invoices, payments)
		self._leave_unjudged()
		days = [account.invoices[-1].date for account in self.directory.accounts.values() if account.invoices]
		last_day = max(*days, *(rows.last_day for rows in (invoices, orders, payments) if rows))
		self._finish_disputes(invoices.disputed, last_day)
		return self._book(invoices, payments, customers, last_day)

	def _open(self, files: Mapping[FileKind, Path], mapping: Mapping[str, str]) -> None:
		tables = {
			kind: open_table(path, partial(recognise, kind, mapping=mapping)) for kind, path in files.items()
		}
		_must_be_used(mapping, [table.layout for table in tables.values()])
		first: Style | None = None
		for kind, table in tables.items():
			style = survey(table, first.leaning if first else None, first.currency if first else None)
			self.sheets[kind] = Sheet(table, style)
			first = first or style

	def _take(self, kind: FileKind, make: Callable[[Sheet, Directory], _R]) -> _R | None:
		sheet = self.sheets.get(kind)
		if sheet is None:
			return None
		rows = make(sheet, self.directory)
		before = self._rows_read()
		sheet.read(rows.accept, lambda read: self.progress(before + read))
		self.notes += [*_notes_of(sheet.table), *sheet.style.notes, *rows.finish()]
		return rows

	def _rows_read(self) -> int:
		return sum(sheet.rows_read for sheet in self.sheets.values())

	def _has_invoices(self) -> bool:
		return any(account.invoices for account in self.directory.accounts.values())

	def _nothing_usable(self) -> InputError:
		sheet = self.sheets[FileKind.INVOICES]
		name, rejects = sheet.table.name, self._rejects()
		first = next((reject for reject in sheet.rejects if reject.row_dropped), None)
		if not sheet.rows_read:
			return InputError(messages.ONLY_HEADER.because(name))
		if first is None:
			return InputError(messages.ONLY_CREDIT_NOTES.because(name), rejects)
		reason = messages.NOTHING_USABLE.because(name, sheet.rows_read, first.line, first.column or "-")
		return InputError(reason, rejects)

	def _settle(self, invoices: InvoiceRows, payments: PaymentRows | None) -> None:
		"""Put payments and credit notes to invoices, where there are any."""
		paid = payments.payments if payments else {}
		orders_are_named = "order" in self.sheets[FileKind.INVOICES].layout
		self.tally.too_much += invoices.overpaid
		for key, account in self.directory.accounts.items():
			account.invoices.sort(key=attrgetter("date"))
			account.orders.sort(key=attrgetter("date"))
			if key in paid or key in invoices.credits or account.on_account:
				ledger = Ledger(
					account, orders_are_named=orders_are_named, leave_out=self._leave_out, tally=self.tally
				)
				ledger.settle(invoices.credits.get(key, ()), paid.get(key, ()))

	def _leave_unjudged(self) -> None:
		"""Where no file tells anything of payments, nobody owes and nobody is judged."""
		told = {"paid_on", "outstanding", "paid", "status"}
		if FileKind.PAYMENTS in self.sheets or told.intersection(
			self.sheets[FileKind.INVOICES].layout.places
		):
			return
		for account in self.directory.accounts.values():
			for invoice in account.invoices:
				invoice.paid_on_unknown_day = _open_amount(invoice)
		self.can_judge = False

	def _leave_out(self, source: Payment | Credit, refused: Refused) -> None:
		kind = FileKind.PAYMENTS if isinstance(source, Payment) else FileKind.INVOICES
		self.sheets[kind].leave_out(source.line, refused)

	def _finish_disputes(self, disputed: list[Invoice], last_day: date) -> None:
		"""A mark without a date says how things stand at the end, and must not be known before."""
		still_open = [invoice for invoice in disputed if _open_amount(invoice)]
		for invoice in still_open:
			invoice.disputed_on = last_day
		if disputed:
			name = self.sheets[FileKind.INVOICES].table.name
			self.notes.append(messages.DISPUTED_WITHOUT_DAY.because(len(disputed), name, len(still_open)))

	def _rejects(self) -> list[Reject]:
		return [
			reject
			for sheet in self.sheets.values()
			for reject in sorted(sheet.rejects, key=attrgetter("line"))
		]

	def _book(
		self,
		invoices: InvoiceRows,
		payments: PaymentRows | None,
		customers: CustomerRows | None,
		last_day: date,
	) -> Book:
		return Book(
			accounts=self.directory.accounts,
			rejects=self._rejects(),
			notes=[*self.notes, *self.directory.notes(), *self.tally.notes(), *self._payment_notes()],
			rows_read=self._rows_read(),
			rows_merged=sum(sheet.rows_merged for sheet in self.sheets.values()),
			credit_notes=sum(map(len, invoices.credits.values())),
			currency=self.sheets[FileKind.INVOICES].style.currency,
			last_day=last_day,
			payments=payments.accepted if payments else 0,
			customers=customers.accepted if customers else 0,
		)

	def _payment_notes(self) -> list[Reason]:
		invoices = [invoice for account in self.directory.accounts.values() for invoice in account.invoices]
		if not self.can_judge:
			return [messages.NO_PAYMENTS_AT_ALL.because()]
		unknown = sum(bool(invoice.paid_on_unknown_day) for invoice in invoices)
		return [messages.PAYMENT_DAYS_UNKNOWN.because(unknown)] if unknown else []


def _must_be_used(mapping: Mapping[str, str], layouts: Sequence[Layout]) -> None:
	for column, header in mapping.items():
		places = [(layout.places.get(column), find_header(layout.header, header)) for layout in layouts]
		if not any(place is not None and place == wanted for place, wanted in places):
			headers = ", ".join(
				dict.fromkeys(label for layout in layouts for label in layout.header if label)
			)
			raise InputError(messages.MAPPED_HEADER_MISSING.because(column, header, headers))


def _notes_of(table: Table) -> list[Reason]:
	layout = table.layout
	columns = ", ".join(f"{name} = {layout.label(name)}" for name in layout.places)
	return [
		messages.COLUMNS_READ.because(table.name, columns, ", ".join(layout.unused) or "-"),
		*(messages.HEADER_REPEATED.because(table.name, label) for label in layout.repeated),
		*table.notes,
	]


def _open_amount(invoice: Invoice) -> Decimal:
	return invoice.amount - sum(receipt.amount for receipt in invoice.receipts) - invoice.paid_on_unknown_day
