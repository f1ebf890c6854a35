"""R6: how invoices were settled, line by line of their Payment Schedules, and how their customer pays.

Money settles the lines of its invoice in order of due date. What credit notes and write-offs take off, they
take from the last lines: less is due then, and nobody has paid. What was taken back after the due date, as by
a cheque that bounced, never came in time. Whether a line is covered is judged in the currency of the
receivable account, so that a gain or loss on exchange is never lateness; its worth is told in company
currency at the invoice's own rate.

Lines of disputed invoices are neither judged nor in arrears. Opening invoices are in arrears only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from customer_grading.rules.dates import add_days
from customer_grading.rules.on_account import ZERO, OverdueLine, Received, settle
from customer_grading.rules.tier import PaymentFacts

HALF_A_CENT = Decimal("0.005")
"""Less than that is left over by rounding."""
PLACES = 9
"""Decimals of amounts, as ERPNext keeps them."""


@dataclass(frozen=True, slots=True)
class Terms:
	"""As of when, and by what, payments are judged."""

	day: date
	start: date
	"""Lines that fell due from this day on, and before `day`, say how the customer pays."""
	early_days: int
	"""So many days before its due date money is early."""


class Line(NamedTuple):
	"""A line of a Payment Schedule."""

	due: date
	amount: Decimal


class Placed(NamedTuple):
	"""A line with its place in the invoice: from where to where it reaches."""

	due: date
	start: Decimal
	end: Decimal


class Money(NamedTuple):
	"""What came for an invoice; below zero what was taken back."""

	day: date
	amount: Decimal


@dataclass(slots=True)
class Invoice:
	"""An invoice and what the Payment Ledger holds against it, in the currency of the receivable account."""

	posted: date
	is_disputed: bool
	is_opening: bool
	"""Whether it is the rest of an old debt: what was paid of that before, and when, is in other books."""
	given_back: Decimal
	"""The change at the till."""
	lines: list[Line] = field(default_factory=list)
	"""In order of due date."""
	credit: Decimal = ZERO
	"""What credit notes and write-offs took off."""
	claims: list[Decimal] = field(default_factory=list)
	base_claim: Decimal = ZERO
	"""All claims in company currency."""
	money: list[Money] = field(default_factory=list)

	@property
	def claimed(self) -> Decimal:
		"""What the ledger says that the customer owed at first."""
		return sum(self.claims, ZERO)

	@property
	def change(self) -> Decimal:
		"""Change that is neither owed nor paid: ERPNext books it as a second claim, or not at all."""
		return self.given_back if self.given_back and self.claimed > max(self.claims, default=ZERO) else ZERO

	def worth(self, amount: Decimal) -> Decimal:
		"""An amount in company currency, at the invoice's own rate."""
		claimed = self.claimed
		return amount if claimed == self.base_claim else round(amount * self.base_claim / claimed, PLACES)


def placed(lines: Sequence[Line], claim: Decimal) -> Iterator[Placed]:
	"""The lines of a claim, in order of due date, with their places, which add up to it.

	The first line also takes what the schedule does not tell: ERPNext leaves advances out of it.
	"""
	start, end = ZERO, claim - sum([line.amount for line in lines], ZERO)
	for due, amount in lines:
		end += amount
		yield Placed(due, start, end)
		start = end


def amount_of(line: Placed, due: Decimal) -> Decimal:
	"""What is due of a line, where so much is due of its invoice after credit notes."""
	return max(min(line.end, due) - line.start, ZERO)


def unpaid_of(line: Placed, due: Decimal, paid: Decimal) -> Decimal:
	"""What of that has not come, where so much was paid for the invoice."""
	amount = amount_of(line, due)
	return amount - min(max(paid - line.start, ZERO), amount)


class Settlement:
	"""What of an invoice is due after credit notes, and what of that came, line by line.

	In the currency of the receivable account.
	"""

	def __init__(self, invoice: Invoice) -> None:
		self._invoice = invoice
		self._change = invoice.change
		self._claim = invoice.claimed - self._change
		self._due = self._claim - invoice.credit
		self._paid = sum([each.amount for each in invoice.money], -self._change)

	def lines(self) -> Iterator[Placed]:
		"""The lines in order of due date."""
		return placed(self._invoice.lines, self._claim)

	def is_paid(self) -> bool:
		"""Whether all that was due has come; an invoice that was credited in full was never paid."""
		return self._due > HALF_A_CENT and self._paid > self._due - HALF_A_CENT

	def is_prepaid(self) -> bool:
		"""Whether money had come before the invoice was made."""
		return self._came(add_days(self._invoice.posted, -1)) > HALF_A_CENT

	def is_early(self, line: Placed, early_days: int) -> bool:
		"""Whether money for a line had come so many days before it fell due."""
		early = add_days(line.due, -early_days)
		change = self._change if self._invoice.posted <= early else ZERO
		return self._came(early) - change > line.start + HALF_A_CENT

	def amount(self, line: Placed) -> Decimal:
		"""What is due of a line after credit notes."""
		return amount_of(line, self._due)

	def on_time(self, line: Placed) -> Decimal:
		"""What of that had come by its due date."""
		came = self._came(line.due) - self._change
		return min(max(came - line.start, ZERO), self.amount(line))

	def unpaid(self, line: Placed) -> Decimal:
		"""What of that has not come."""
		return unpaid_of(line, self._due, self._paid)

	def _came(self, until: date) -> Decimal:
		"""What had come up to a day, less all that was taken back, whenever that was."""
		return sum([came for day, came in self._invoice.money if day <= until or came < 0], ZERO)


@dataclass(slots=True)
class Paying:
	"""How a customer pays, by its invoices in one company; amounts in company currency."""

	terms: Terms
	paid_invoices: int = 0
	due_amount: Decimal = ZERO
	on_time_amount: Decimal = ZERO
	has_prepaid: bool = False
	next_due: date | None = None
	"""When the next line falls due, on the day that is asked for or later."""
	overdue: list[OverdueLine] = field(default_factory=list)
	"""What is past due and unpaid; disputed invoices are left out."""

	def add(self, invoice: Invoice) -> None:
		"""Count one more invoice, which claims something."""
		settlement = Settlement(invoice)
		if not invoice.is_opening:
			self.paid_invoices += settlement.is_paid()
			self.has_prepaid = self.has_prepaid or settlement.is_prepaid()
		for line in settlement.lines():
			if not (self.has_prepaid or invoice.is_opening):
				self.has_prepaid = settlement.is_early(line, self.terms.early_days)
			if line.due >= self.terms.day:
				self.next_due = min(line.due, self.next_due or line.due)
			elif not invoice.is_disputed:
				self._judge(invoice, settlement, line)

	def _judge(self, invoice: Invoice, settlement: Settlement, line: Placed) -> None:
		"""Count a line that is past due."""
		is_judged = line.due >= self.terms.start and not invoice.is_opening
		if is_judged:
			self.due_amount += invoice.worth(settlement.amount(line))
			self.on_time_amount += invoice.worth(settlement.on_time(line))
		unpaid = settlement.unpaid(line)
		if unpaid > HALF_A_CENT:
			self.overdue.append(OverdueLine(line.due, invoice.worth(unpaid), is_judged))

	def facts(self, received: Iterable[Received] = ()) -> PaymentFacts:
		"""What a tier is judged by, when money on account has paid what is overdue."""
		settled = settle(self.overdue, received)
		return PaymentFacts(
			self.paid_invoices,
			self.due_amount,
			self.on_time_amount + settled.on_time,
			self.has_prepaid,
			settled.arrears,
			(self.terms.day - settled.oldest_due).days if settled.oldest_due else 0,
			add_days(self.next_due, 1) if self.next_due else None,
		)
