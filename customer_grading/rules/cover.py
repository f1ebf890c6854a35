"""R6: which open order the money on account is promised to, so that none of it is promised twice.

What was paid for an order stays with it, up to what the order still needs; the rest of the money is a pool.
The pool covers first what is owed already: open invoices, other debts, goods that left without an order. Then
it goes to the open orders, the oldest first, and of one day those with the lower name first.

Where money was paid back, less is there than was paid for orders: the newest orders lose theirs first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from customer_grading.rules.order import Overdue

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OpenOrder:
	"""An order that is not billed yet or only in part; amounts in company currency."""

	name: str
	placed: date
	needs: Decimal
	"""What of the order is not billed."""
	paid: Decimal = ZERO
	"""Money on account that was paid for this very order."""
	delivered: Decimal = ZERO
	"""What of the unbilled part has left already."""

	@property
	def own(self) -> Decimal:
		"""What was paid for this order and is needed by it."""
		return min(max(self.paid, ZERO), max(self.needs, ZERO))


def pool(on_account: Decimal, owed: Decimal, orders: Iterable[OpenOrder]) -> Decimal:
	"""What of the money on account is nobody's yet: neither paid for an open order nor owed.

	`owed`: open invoices and debts, and goods that left without an order. Below 0, so much of the money that
	was paid for orders is gone again.
	"""
	unbound = on_account - sum((order.own for order in orders), ZERO)
	return min(unbound, max(unbound - max(owed, ZERO), ZERO))


def allot(free: Decimal, orders: Iterable[OpenOrder]) -> dict[str, Decimal]:
	"""What of the money on account is promised to each open order, by name, in company currency.

	`free`: see `pool`. Each order gets at most what it needs, all together at most the money that is there.
	"""
	oldest_first = sorted(orders, key=_age)
	kept = dict(_kept(-min(free, ZERO), oldest_first))
	promised, rest = {}, max(free, ZERO)
	for order in oldest_first:
		share = min(rest, max(order.needs, ZERO) - kept[order.name])
		promised[order.name] = kept[order.name] + share
		rest -= share
	return promised


def left(free: Decimal, orders: Iterable[OpenOrder]) -> Decimal:
	"""What is left of the pool for a new order, after all that are open. Never below 0."""
	wanting = sum((max(order.needs, ZERO) - order.own for order in orders), ZERO)
	return max(free - wanting, ZERO)


def unbound(on_account: Decimal, orders: Iterable[OpenOrder]) -> Decimal:
	"""The money on account that was paid for no open order. Never below 0."""
	return max(on_account - sum((order.own for order in orders), ZERO), ZERO)


def unsettled(overdue: Iterable[Overdue], paid: Decimal) -> Iterator[Overdue]:
	"""What money on account leaves of what is overdue, the longest overdue being paid first."""
	for debt in sorted(overdue, key=lambda debt: (-debt.days, debt.document)):
		used = min(paid, debt.amount)
		paid -= used
		if used < debt.amount:
			yield replace(debt, amount=debt.amount - used)


def _age(order: OpenOrder) -> tuple[date, str]:
	return order.placed, order.name


def _kept(lost: Decimal, oldest_first: list[OpenOrder]) -> Iterator[tuple[str, Decimal]]:
	"""What each order keeps of the money paid for it, when so much of it all is gone."""
	for order in reversed(oldest_first):
		gone = min(lost, order.own)
		lost -= gone
		yield order.name, order.own - gone
