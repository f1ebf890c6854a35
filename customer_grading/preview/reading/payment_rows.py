"""The rows of a file of payments."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from customer_grading.preview.reading import messages
from customer_grading.preview.reading.directory import Directory
from customer_grading.preview.reading.heads import Heads
from customer_grading.preview.reading.sheets import Refused, Sheet
from customer_grading.preview.reading.values import (
	PaymentKind,
	is_customer_type,
	is_order_type,
	parse_payment_kind,
)
from customer_grading.rules.reasons import Reason


class Part(NamedTuple):
	"""What a payment gives to one document; all that is left of it where `amount` is None."""

	reference: str
	is_order: bool | None
	"""None where the file does not say what the reference is."""
	amount: Decimal | None


@dataclass(slots=True)
class Payment:
	"""Money received from a customer, or given back if its amount is negative."""

	number: str
	customer: str
	date: date
	amount: Decimal
	line: int
	parts: list[Part] = field(default_factory=list)


class PaymentRows:
	"""Collects the payments of a file by customer."""

	def __init__(self, sheet: Sheet, directory: Directory) -> None:
		self._sheet = sheet
		self._directory = directory
		self._heads = Heads(sheet, directory, "payment")
		self._seen: dict[str, Payment] = {}
		self._last: Payment | None = None
		self._has_children = sheet.layout.has_child_columns
		self.last_day = date.min
		"""The last day on which something happened."""
		self._lists_parts = self._has_children or "allocated" in sheet.layout
		"""Whether further rows of a payment only list what it is for."""
		self._told: dict[str, list[Part]] = {}
		self.payments: dict[str, list[Payment]] = {}
		"""By the key of their customer's account."""
		self.accepted = 0
		"""Rows that were used."""

	def accept(self, line: int, cells: list[str]) -> None:
		"""Take one row. Refused if it cannot be used."""
		if self._has_children and self._heads.is_silent(cells):
			self._continue(line, cells)
			return
		self._last = None
		number, key, made, amount = self._read_head(line, cells)
		payment = Payment(number, key, made, amount, line)
		payment.parts.extend(self._parts(line, cells))
		if number in self._seen:
			self._repeat(payment)
		else:
			self._keep(payment)

	def _read_head(self, line: int, cells: list[str]) -> tuple[str, str, date, Decimal]:
		kind = parse_payment_kind(self._sheet.text(cells, "payment_type"))
		party_type = self._sheet.text(cells, "party_type")
		if kind is PaymentKind.INTERNAL:
			raise Refused(
				"payment_type", self._sheet.text(cells, "payment_type"), messages.INTERNAL_TRANSFER.because()
			)
		if not is_customer_type(party_type):
			raise Refused("party_type", party_type, messages.NOT_A_CUSTOMER.because(party_type))
		number, key, made, amount = self._heads.read(line, cells)
		if key not in self._directory.accounts:
			column = "customer" if self._sheet.text(cells, "customer") else "customer_name"
			raise Refused(column, key, messages.UNKNOWN_CUSTOMER.because(key))
		return number, key, made, -abs(amount) if kind is PaymentKind.PAY else amount

	def _parts(self, line: int, cells: list[str]) -> list[Part]:
		reference, order = (self._sheet.text(cells, name) for name in ("reference", "order"))
		if not (reference or order):
			return []
		try:
			amount = self._allocated(cells, reference or order)
		except Refused as refused:
			self._sheet.leave_out(line, refused)
			return []
		kind = self._sheet.text(cells, "reference_type")
		return [
			Part(reference or order, is_order_type(kind) if kind else None if reference else True, amount)
		]

	def _allocated(self, cells: list[str], reference: str) -> Decimal | None:
		amount = self._heads.money.part(cells, "allocated")
		if amount is not None and amount < 0:
			reason = messages.NEGATIVE_ALLOCATION.because(reference, amount)
			raise Refused("allocated", str(amount), reason)
		return amount

	def _keep(self, payment: Payment) -> None:
		self._seen.setdefault(payment.number, payment)
		self._last = payment
		self.payments.setdefault(payment.customer, []).append(payment)
		self.last_day = max(self.last_day, payment.date)
		self.accepted += 1

	def _continue(self, line: int, cells: list[str]) -> None:
		if self._last is None:
			raise Refused("", "", messages.CONTINUES_NOTHING.because())
		self._last.parts.extend(self._parts(line, cells))
		self._sheet.rows_merged += 1

	def _repeat(self, payment: Payment) -> None:
		first = self._seen[payment.number]
		same = (payment.customer, payment.date, payment.amount) == (first.customer, first.date, first.amount)
		if self._lists_parts and same:
			first.parts.extend(payment.parts)
			self._last = first
			self._sheet.rows_merged += 1
		elif not self._lists_parts and self._is_other_part(first, payment):
			self._keep(payment)
		else:
			raise Refused("payment", payment.number, messages.DUPLICATE.because(payment.number, first.line))

	def _is_other_part(self, first: Payment, payment: Payment) -> bool:
		"""Without an amount for each reference, rows with one number are parts of a payment if each has its
		own.
		"""
		told = self._told.setdefault(first.number, [*first.parts])
		known = not payment.parts or payment.parts[0] in told
		told.extend(payment.parts)
		return not known

	def finish(self) -> list[Reason]:
		"""What was assumed."""
		self._seen.clear()
		notes = self._heads.money.notes()
		if "payment" not in self._sheet.layout:
			notes.append(messages.NO_NUMBERS.because(self._sheet.table.name))
		return notes
