"""Puts the money of each customer to invoices, in the order in which things happened.

Nothing here looks ahead: what is decided on a day depends on what was there on that day, so that leaving out
later rows changes nothing that came before them.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from heapq import heappop, heappush
from operator import attrgetter, itemgetter
from typing import TypeVar

from customer_grading.preview.book import Account, Invoice, Receipt
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.invoice_rows import Credit
from customer_grading.preview.reading.payment_rows import Part, Payment
from customer_grading.preview.reading.sheets import Refused
from customer_grading.rules.reasons import Reason

_NOTHING = Decimal(0)
_RANK_INVOICE, _RANK_CREDIT, _RANK_PAYMENT, _RANK_CLAIM, _RANK_EXCESS = range(5)
"""What comes first of the things that happen on one day."""

LeaveOut = Callable[[Payment | Credit, Refused], None]
"""Writes down a reference of a payment or a credit note that leads nowhere."""
Event = tuple[date, int, Callable[[], object]]
_Dated = TypeVar("_Dated", Receipt, Credit, Payment)


def _less(receipt: Receipt, amount: Decimal) -> Receipt:
	"""Another amount of the same money."""
	return Receipt(receipt.date, amount, receipt.is_money)


class Standing:
	"""An invoice while money is put to it."""

	__slots__ = ("claims", "invoice", "receipts", "received", "unknown")

	def __init__(self, invoice: Invoice) -> None:
		self.invoice = invoice
		self.claims = invoice.receipts
		self.unknown = invoice.paid_on_unknown_day
		self.receipts: list[Receipt] = []
		self.received = _NOTHING

	def take(self, money: Receipt) -> Receipt:
		"""Put money to the invoice. What is left of it."""
		part = min(money.amount, self.invoice.amount - self.received)
		if part <= 0:
			return money
		self.receipts.append(_less(money, part))
		self.received += part
		return _less(money, money.amount - part)

	def claim(self) -> None:
		"""Take what the invoice's own paid date says was received and no payment explains."""
		for money in self.claims:
			self.take(_less(money, money.amount - self.received))

	def finish(self) -> None:
		"""Write down what was received."""
		self.receipts.sort(key=attrgetter("date"))
		self.invoice.receipts = tuple(self.receipts)
		self.invoice.paid_on_unknown_day = max(self.unknown - self.received, _NOTHING)


@dataclass(slots=True)
class Tally:
	"""What is told of all customers together."""

	too_much: list[str] = field(default_factory=list)
	"""Payments and credit notes that give an invoice more than was open on it."""

	def notes(self) -> list[Reason]:
		"""A note if there were any."""
		if not self.too_much:
			return []
		return [messages.TOO_MUCH_ALLOCATED.because(len(self.too_much), self.too_much[0])]


class Ledger:
	"""The money of one customer."""

	def __init__(
		self, account: Account, *, orders_are_named: bool, leave_out: LeaveOut, tally: Tally
	) -> None:
		self._account = account
		self._standing = [Standing(invoice) for invoice in account.invoices]
		self._by_number = {standing.invoice.number: standing for standing in self._standing}
		self._orders = {order.number for order in account.orders}
		self._orders.update(invoice.order for invoice in account.invoices if invoice.order)
		self._orders_are_named = orders_are_named
		self._leave_out = leave_out
		self._tally = tally
		self._due: list[tuple[date, int, Decimal, Standing]] = []
		"""Lines of invoices made so far, oldest due first, with the sum of the invoice's lines up to each."""
		self._made = 0
		self._of_order: dict[str, list[Standing]] = defaultdict(list)
		self._reserved: dict[str, deque[Receipt]] = defaultdict(deque)
		"""Money for orders that no invoice of theirs has taken yet."""
		self._early: dict[str, deque[Receipt]] = defaultdict(deque)
		"""Money for invoices that are not made yet."""
		self._free: deque[Receipt] = deque()
		self._bound: list[Receipt] = []
		"""Money that stays on account: for invoices that no file has, or given back."""
		self._lacking = _NOTHING
		"""Money given back that had not been received before."""

	def settle(self, credit_notes: Iterable[Credit], payments: Iterable[Payment]) -> None:
		"""Let everything happen in its order, and write the result to the account."""
		events = [*self._invoice_events(), *_events(_RANK_CREDIT, self._credit, credit_notes)]
		events += _events(_RANK_EXCESS, self._spread, self._account.on_account)
		events += _events(_RANK_PAYMENT, self._pay, payments)
		events.sort(key=itemgetter(0, 1))
		for _, _, happen in events:
			happen()
		for standing in self._standing:
			standing.finish()
		left = [*self._bound, *self._free, *(money for queue in self._reserved.values() for money in queue)]
		self._account.on_account = sorted(left, key=attrgetter("date"))

	def _invoice_events(self) -> Iterable[Event]:
		for standing in self._standing:
			yield standing.invoice.date, _RANK_INVOICE, partial(self._make, standing)
			for claim in standing.claims:
				yield claim.date, _RANK_CLAIM, standing.claim

	def _make(self, standing: Standing) -> None:
		"""An invoice is made: it takes money that is there for it, for its order, and for anything."""
		upto = _NOTHING
		for due, amount in standing.invoice.lines:
			upto += amount
			heappush(self._due, (due, self._made, upto, standing))
			self._made += 1
		if standing.invoice.number in self._early:
			self._draw_early(standing)
		if standing.invoice.order:
			self._of_order[standing.invoice.order].append(standing)
			_draw(self._reserved[standing.invoice.order], standing)
		_draw(self._free, standing)

	def _draw_early(self, standing: Standing) -> None:
		early = self._early.pop(standing.invoice.number)
		_draw(early, standing)
		if early:
			self._tally.too_much.append(standing.invoice.number)
			self._free.extend(early)

	def _credit(self, credit: Credit) -> None:
		rest = Receipt(credit.date, credit.amount, is_money=False)
		if credit.against:
			rest = self._give(credit.against, rest, credit)
		self._spread(rest)

	def _pay(self, payment: Payment) -> None:
		if payment.amount < 0:
			self._give_back(Receipt(payment.date, -payment.amount))
			return
		rest = payment.amount
		for part in payment.parts:
			given = rest if part.amount is None else min(rest, part.amount)
			if given:
				rest -= given
				rest += self._give_part(part, payment, given)
		self._spread(Receipt(payment.date, rest))

	def _give_part(self, part: Part, payment: Payment, amount: Decimal) -> Decimal:
		money = Receipt(payment.date, amount)
		is_order = part.is_order
		if is_order is None:
			is_order = part.reference not in self._by_number and part.reference in self._orders
		left = (
			self._advance(part.reference, money) if is_order else self._give(part.reference, money, payment)
		)
		return left.amount

	def _give(self, number: str, money: Receipt, source: Payment | Credit) -> Receipt:
		"""Put money to the invoice that it is for. What is left of it for anything else."""
		standing = self._by_number.get(number)
		if standing is None:
			reason = messages.UNKNOWN_INVOICE.because(number, self._account.customer)
			column = "reference" if isinstance(source, Payment) else "return_against"
			self._leave_out(source, Refused(column, number, reason))
			# It is for something that no file has, and must not pay for anything that they do have.
			self._bind(money)
			return _less(money, _NOTHING)
		if standing.invoice.date > money.date:
			self._early[number].append(money)
			return _less(money, _NOTHING)
		rest = standing.take(money)
		if rest.amount:
			self._tally.too_much.append(source.number)
		return rest

	def _advance(self, order: str, money: Receipt) -> Receipt:
		"""Put money to the invoices of an order and keep the rest for those to come."""
		for standing in self._of_order[order]:
			money = standing.take(money)
		if not self._orders_are_named:
			return money
		if money.amount:
			self._reserved[order].append(money)
		return _less(money, _NOTHING)

	def _spread(self, money: Receipt) -> None:
		"""Put free money to the lines that were due first, and keep the rest for invoices to come."""
		left = money.amount
		while left and self._due:
			_, _, upto, standing = self._due[0]
			part = min(max(upto - standing.received, _NOTHING), left)
			left -= part - standing.take(_less(money, part)).amount
			if standing.received >= upto:
				heappop(self._due)
		refilled = min(left, self._lacking)
		self._lacking -= refilled
		self._bind(_less(money, refilled))
		if left > refilled:
			self._free.append(_less(money, left - refilled))

	def _give_back(self, money: Receipt) -> None:
		"""Money is given back: it is taken from what is free, the oldest first."""
		self._bind(_less(money, -money.amount))
		left = money.amount
		while left and self._free:
			part = min(left, self._free[0].amount)
			left -= part
			self._bind(_less(self._free[0], part))
			_shorten(self._free, part)
		self._lacking += left

	def _bind(self, money: Receipt) -> None:
		if money.amount:
			self._bound.append(money)


def _events(rank: int, happen: Callable[[_Dated], object], things: Iterable[_Dated]) -> Iterable[Event]:
	return [(thing.date, rank, partial(happen, thing)) for thing in things]


def _draw(queue: deque[Receipt], standing: Standing) -> None:
	"""Let an invoice take money that was there before it, the oldest first."""
	while queue:
		there = queue[0].amount
		part = there - standing.take(queue[0]).amount
		if not part:
			return
		_shorten(queue, part)


def _shorten(queue: deque[Receipt], part: Decimal) -> None:
	"""Take a part of the first sum of a queue away."""
	first = queue.popleft()
	if first.amount > part:
		queue.appendleft(_less(first, first.amount - part))
