"""What a company knew of one customer on each morning of the past.

A timeline walks forward through a customer's invoices and money. Everything dated before a morning is known
on it; nothing that came later is. Each morning is a regrade, as in the nightly job; mornings between two
events see the same facts and are taken together.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from functools import cache
from operator import itemgetter
from typing import Any

from customer_grading.preview.book import Account, Invoice, Receipt
from customer_grading.rules.credit_limit import ZERO
from customer_grading.rules.options import CreditTier
from customer_grading.rules.order import Component, ExposureKind, Overdue
from customer_grading.rules.policy import TierPolicy
from customer_grading.rules.tier import PaymentFacts, TierState, classify, on_time_rate, settle
from customer_grading.rules.windows import leaves_window

ONE_DAY = timedelta(days=1)

leaving = cache(leaves_window)
"""`leaves_window`, remembered: a book has many invoices and few days."""


@cache
def morning_after(day: date) -> date:
	"""The first morning on which something dated `day` is known."""
	return day + ONE_DAY


class Happening(IntEnum):
	"""What can happen, in the order in which things of one day are taken."""

	ORDERED = 0
	BILLED = 1
	RECEIVED = 2
	ON_ACCOUNT = 3
	DISPUTED = 4
	FELL_DUE = 5
	LEFT_WINDOW = 6


ORDERED, BILLED, RECEIVED, ON_ACCOUNT, DISPUTED, FELL_DUE, LEFT_WINDOW = Happening


@dataclass(slots=True, eq=False)
class Line:
	"""One due line of an invoice as it is known so far."""

	due: date
	amount: Decimal
	unpaid: Decimal
	is_judged: bool = True
	"""Whether it can be told if it was paid on time: not where a part was paid on a day that nobody knows."""
	is_disputed: bool = False
	in_window: bool = False
	is_overdue: bool = False
	on_time: Decimal = ZERO
	"""What had been received by the due date."""


@dataclass(slots=True)
class Commitment:
	"""What is still to be billed of one sales order."""

	unbilled: Decimal
	is_known: bool = False
	"""Whether the order has been placed; files may tell of an invoice that is older than its order."""


@dataclass(slots=True, eq=False)
class Claim:
	"""One invoice as it is known so far."""

	invoice: Invoice
	lines: list[Line]
	unpaid: Decimal
	commitment: Commitment | None = None
	"""The sales order that the invoice bills, where the files tell of one."""
	prepaid: Decimal = ZERO
	is_billed: bool = False


Event = tuple[date, Happening, Any]
"""The morning on which something becomes known, what it is, and what it happens to: see TAKE. A plain tuple,
because a book of a million invoices has five million of them."""


def _claim(invoice: Invoice, commitments: dict[str, Commitment]) -> Claim:
	known = not invoice.paid_on_unknown_day
	if invoice.schedule:
		lines = [Line(due, amount, amount, known) for due, amount in invoice.schedule]
	else:
		lines = [Line(invoice.due, invoice.amount, invoice.amount, known)]
	return Claim(invoice, lines, invoice.amount, commitments.get(invoice.order or ""))


def _add_events(events: list[Event], claim: Claim, window_months: int) -> None:
	invoice, add = claim.invoice, events.append
	add((morning_after(invoice.date), BILLED, claim))
	for receipt in invoice.receipts:
		add((morning_after(receipt.date), RECEIVED, (claim, receipt)))
	if invoice.paid_on_unknown_day:
		# It was paid, so it is not owed for ever; the due date is as good a guess as any, and never late.
		assumed = Receipt(claim.lines[0].due, invoice.paid_on_unknown_day, is_money=False)
		add((morning_after(assumed.date), RECEIVED, (claim, assumed)))
	if invoice.disputed_on:
		add((morning_after(invoice.disputed_on), DISPUTED, claim))
	for line in claim.lines:
		add((morning_after(line.due), FELL_DUE, (claim, line)))
		add((leaving(line.due, window_months), LEFT_WINDOW, line))


@dataclass(slots=True)
class Timeline:
	"""The state of one customer, moved forward by `advance`."""

	policy: TierPolicy
	events: list[Event]
	state: TierState | None = None
	billed: Decimal = ZERO
	"""Open amount of the invoices known."""
	unbilled: Decimal = ZERO
	"""What is still to be billed of the orders known."""
	pool: Decimal = ZERO
	"""Money on account: received, and for no invoice known."""
	paid_invoices: int = 0
	due_amount: Decimal = ZERO
	on_time_amount: Decimal = ZERO
	has_prepaid: bool = False
	arrears: Decimal = ZERO
	overdue: dict[Line, Claim] = field(default_factory=dict)
	open_claims: dict[Claim, None] = field(default_factory=dict)
	_next: int = 0
	_graded: date | None = None
	"""The first morning that is not regraded yet."""
	_found: tuple[CreditTier, bool] | None = None
	"""What the facts give; None after something has happened that may change it."""

	@classmethod
	def of(cls, account: Account, policy: TierPolicy, until: date) -> "Timeline":
		"""The timeline of an account, before its first day; what becomes known after `until` is left out."""
		commitments = {order.number: Commitment(order.amount) for order in account.orders}
		events: list[Event] = [
			(morning_after(order.date), ORDERED, commitments[order.number]) for order in account.orders
		]
		events += [(morning_after(money.date), ON_ACCOUNT, money) for money in account.on_account]
		for invoice in account.invoices:
			_add_events(events, _claim(invoice, commitments), policy.window_months)
		known = [event for event in events if event[0] <= until]
		known.sort(key=itemgetter(0, 1))
		return cls(policy, known)

	def advance(self, morning: date) -> TierState:
		"""Make known everything dated before `morning`, regrade every morning up to it, and tell the tier."""
		events, position, count = self.events, self._next, len(self.events)
		while position < count and events[position][0] <= morning:
			known_on = events[position][0]
			self._regrade_until(known_on)
			while position < count and events[position][0] == known_on:
				_, what, happened = events[position]
				TAKE[what](self, happened)
				position += 1
		self._next = position
		return self._regrade_until(morning_after(morning))

	def _regrade_until(self, morning: date) -> TierState:
		"""Regrade each morning before this one that is not regraded yet."""
		state = self.state
		if state is None or state.held or self._found != (state.tier, state.provisional):
			first = self._graded or morning - ONE_DAY
			if self._found is None:
				self._found = classify(self, self.policy)
			if state is None or first < morning:
				state = settle(state, *self._found, first, self.policy, (morning - first).days)
				self.state = state
		self._graded = morning
		return state

	def payment_facts(self) -> PaymentFacts:
		"""How the customer pays, as known now. The age of arrears is left to `oldest_overdue_days`."""
		return PaymentFacts(
			self.paid_invoices,
			self.due_amount,
			self.on_time_amount,
			self.has_prepaid,
			self.arrears,
		)

	def on_time_rate(self) -> Decimal | None:
		"""Percent by amount of what fell due in the window; None where nothing did."""
		return on_time_rate(self.on_time_amount, self.due_amount)

	def oldest_overdue_days(self, morning: date) -> int:
		"""Days past due of the oldest overdue line; 0 where there is none."""
		return max(1, (morning - next(iter(self.overdue)).due).days) if self.overdue else 0

	def overdue_lines(self, morning: date) -> tuple[Overdue, ...]:
		"""What is overdue, as one line: the tier falls as soon as anything is, so no rule needs the parts."""
		if not self.overdue:
			return ()
		oldest = self.overdue[next(iter(self.overdue))].invoice.number
		return (Overdue(oldest, self.arrears, self.oldest_overdue_days(morning)),)

	def exposure(self, taken_today: Decimal = ZERO) -> tuple[Component, ...]:
		"""The exposure by component: the ledger balance, and unbilled orders with those `taken_today`."""
		ledger = Component(ExposureKind.LEDGER, self.billed - self.pool)
		unbilled = self.unbilled + taken_today
		return (ledger, Component(ExposureKind.UNBILLED_ORDERS, unbilled)) if unbilled else (ledger,)

	def cover(self, taken_today: Decimal) -> Decimal:
		"""Money on account that is not promised to earlier orders."""
		return max(ZERO, self.pool - self.unbilled - taken_today) if self.pool else ZERO

	def order(self, commitment: Commitment) -> None:
		"""An order becomes known that will be billed later."""
		commitment.is_known = True
		self.unbilled += commitment.unbilled

	def _bill_commitment(self, commitment: Commitment, amount: Decimal) -> None:
		part = min(amount, commitment.unbilled)
		commitment.unbilled -= part
		if commitment.is_known:
			self.unbilled -= part

	def bill(self, claim: Claim) -> None:
		"""An invoice becomes known; what was prepaid for it comes from the money on account."""
		claim.is_billed = True
		if claim.prepaid:
			self.pool -= claim.prepaid
			self._notice_advance(claim.invoice)
		self.billed += claim.unpaid
		if claim.commitment:
			self._bill_commitment(claim.commitment, claim.invoice.amount)
		if claim.unpaid:
			self.open_claims[claim] = None
		else:
			self._close(claim)

	def receive_on_account(self, receipt: Receipt) -> None:
		"""Money that is for no invoice becomes known."""
		self.pool += receipt.amount

	def receive(self, received: tuple[Claim, Receipt]) -> None:
		"""Money, or a credit note, for an invoice becomes known; maybe before the invoice does."""
		claim, receipt = received
		claim.unpaid -= receipt.amount
		if claim.is_billed:
			self.billed -= receipt.amount
		else:
			claim.prepaid += receipt.amount
			self.pool += receipt.amount
		self._settle_lines(claim, receipt)
		if claim.is_billed and not claim.unpaid:
			self._close(claim)

	def _settle_lines(self, claim: Claim, receipt: Receipt) -> None:
		left = receipt.amount
		for line in claim.lines:
			part = min(left, line.unpaid)
			if part:
				line.unpaid -= part
				left -= part
				if line.is_overdue:
					self._settle_overdue(line, part)
				if claim.is_billed and receipt.is_money and not self.has_prepaid:
					self._notice_early_payment(line.due, receipt.date)

	def _settle_overdue(self, line: Line, part: Decimal) -> None:
		self._found = None
		self.arrears -= part
		if not line.unpaid:
			line.is_overdue = False
			del self.overdue[line]

	def _notice_early_payment(self, due: date, received_on: date) -> None:
		if (due - received_on).days >= self.policy.early_days:
			self._found = None
			self.has_prepaid = True

	def _notice_advance(self, invoice: Invoice) -> None:
		"""That money came before the goods is known once they are billed: until then it is on account."""
		if any(receipt.is_money and receipt.date < invoice.date for receipt in invoice.receipts):
			self._found = None
			self.has_prepaid = True

	def _close(self, claim: Claim) -> None:
		self.open_claims.pop(claim, None)
		if claim.invoice.amount and not claim.invoice.paid_on_unknown_day:
			self.paid_invoices += 1
			if self.paid_invoices <= self.policy.min_paid_invoices:
				self._found = None

	def dispute(self, claim: Claim) -> None:
		"""A dispute takes an open invoice out of lateness, from the day it is raised."""
		for line in claim.lines:
			if line.unpaid:
				line.is_disputed = True
				self.leave_window(line)
				if line.is_overdue:
					self._found = None
					line.is_overdue = False
					self.arrears -= line.unpaid
					del self.overdue[line]

	def fall_due(self, due: tuple[Claim, Line]) -> None:
		"""A line is past due: what has not been received by now is late."""
		claim, line = due
		if line.is_disputed:
			return
		self._found = None
		if line.is_judged:
			line.in_window = True
			line.on_time = line.amount - line.unpaid
			self.due_amount += line.amount
			self.on_time_amount += line.on_time
		if line.unpaid:
			line.is_overdue = True
			self.arrears += line.unpaid
			self.overdue[line] = claim

	def leave_window(self, line: Line) -> None:
		"""A line is too old to say how the customer pays today; if it is still unpaid it stays in arrears."""
		if line.in_window:
			self._found = None
			line.in_window = False
			self.due_amount -= line.amount
			self.on_time_amount -= line.on_time


TAKE: tuple[Callable[[Timeline, Any], None], ...] = (
	Timeline.order,
	Timeline.bill,
	Timeline.receive,
	Timeline.receive_on_account,
	Timeline.dispute,
	Timeline.fall_due,
	Timeline.leave_window,
)
"""What each happening does to a timeline, in the order of Happening."""
