"""What a customer bought, as known on each morning, compared with what the average customer buys."""

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from customer_grading.preview.book import Account, Invoice
from customer_grading.preview.replay.timeline import leaving, morning_after
from customer_grading.rules.credit_limit import ZERO, LimitFacts, typical_order
from customer_grading.rules.dates import calendar_months, first_of_month, months_between
from customer_grading.rules.policy import Policy
from customer_grading.rules.score import ScoreFacts
from customer_grading.rules.windows import Window

MONTHS_OF_YEAR = 12

months_known = cache(months_between)
month_of = cache(first_of_month)
window_of = cache(Window.until)
"""The same for all customers: a book has many of them and few days."""


class Placement(NamedTuple):
	"""One order: a sales order of the files, or an invoice that stands for an order placed on its date."""

	date: date
	number: str
	amount: Decimal
	terms_days: int | None
	invoices: tuple[Invoice, ...]


def placements(account: Account) -> list[Placement]:
	"""All orders of a customer by date and number."""
	orders = {order.number: order for order in account.orders}
	billed: dict[str, list[Invoice]] = {number: [] for number in orders}
	found = []
	for invoice in account.invoices:
		if invoice.order is not None and invoice.order in billed:
			billed[invoice.order].append(invoice)
		else:
			terms = (invoice.last_due - invoice.date).days
			found.append(Placement(invoice.date, invoice.number, invoice.amount, terms, (invoice,)))
	for number, order in orders.items():
		invoices = tuple(billed[number])
		granted = order.terms_days if order.terms_days is not None else _terms_of(invoices)
		found.append(Placement(order.date, number, order.amount, granted, invoices))
	return sorted(found, key=lambda placed: placed[:2])


def _terms_of(invoices: tuple[Invoice, ...]) -> int | None:
	return max(((invoice.last_due - invoice.date).days for invoice in invoices), default=None)


@dataclass(slots=True)
class RecentOrders:
	"""The amounts of the orders of a window in ascending order, moved forward by `advance`."""

	orders: list[Placement]
	months: int
	ascending: list[Decimal] = field(default_factory=list)
	total: Decimal = ZERO
	_inside: deque[Placement] = field(default_factory=deque)
	_next: int = 0

	def advance(self, morning: date) -> None:
		"""Take in the orders before `morning` and let go of those that are too old by now."""
		while self._next < len(self.orders) and self.orders[self._next].date < morning:
			placed = self.orders[self._next]
			self._inside.append(placed)
			insort(self.ascending, placed.amount)
			self.total += placed.amount
			self._next += 1
		start = window_of(morning, self.months).start
		while self._inside and self._inside[0].date < start:
			amount = self._inside.popleft().amount
			del self.ascending[bisect_left(self.ascending, amount)]
			self.total -= amount


class Sales:
	"""Sales of one customer: sums over any window, the typical order, and the facts that rules ask for."""

	def __init__(self, account: Account, orders: list[Placement], policy: Policy) -> None:
		invoices = sorted(account.invoices, key=lambda invoice: invoice.date)
		self._days = [invoice.date for invoice in invoices]
		self._sums = [ZERO, *accumulate(invoice.amount for invoice in invoices)]
		self._order_days = [placed.date for placed in orders]
		self._first = orders[0].date if orders else None
		self._recent = RecentOrders(orders, policy.limit.window_months)
		self._policy = policy

	def between(self, start: date, end: date) -> Decimal:
		"""What was billed from `start` to the day before `end`."""
		return self._sums[bisect_left(self._days, end)] - self._sums[bisect_left(self._days, start)]

	def bought(self, morning: date) -> Decimal:
		"""Sales of the score's window, known on a morning."""
		return self.between(self._window(morning).start, morning)

	def yearly(self, morning: date) -> Decimal:
		"""Sales of the time over which the score's rates are taken, known on a morning."""
		return self._rated(self._window(morning), morning)

	def yearly_orders(self, morning: date) -> int:
		"""How many orders were placed in that time."""
		window, days = self._window(morning), self._order_days
		end = window.rated_until(self._first, morning)
		return bisect_left(days, end) - bisect_left(days, window.start)

	def _window(self, morning: date) -> Window:
		return window_of(morning, self._policy.score.window_months)

	def _rated(self, window: Window, morning: date) -> Decimal:
		return self.between(window.start, window.rated_until(self._first, morning))

	def _spread(self, window: Window, morning: date) -> int:
		known = months_known(self._first, morning) if self._first else 0
		return window.spread(self._first, known, self._policy.limit.min_months)

	def limit_facts(self, morning: date, on_time_rate: Decimal | None) -> LimitFacts:
		"""The facts of the credit limit (R5), known on a morning. Mornings must not go backwards."""
		limit = self._policy.limit
		self._recent.advance(morning)
		window = window_of(morning, limit.window_months)
		average = self._rated(window, morning) / self._spread(window, morning)
		typical = typical_order(self._recent.ascending, self._recent.total, limit.typical_order)
		return LimitFacts(average, on_time_rate, typical)

	def score_facts(self, morning: date, on_time_rate: Decimal | None, average: Decimal | None) -> ScoreFacts:
		"""The measured facts of the value score (R4), known on a morning.

		`average`: what the average customer buys in the window.
		"""
		if self._first is None or self._first >= morning:
			return ScoreFacts()
		orders = Decimal(MONTHS_OF_YEAR * self.yearly_orders(morning))
		return ScoreFacts(
			sales_contribution=100 * self.bought(morning) / average if average else None,
			payment_fulfilment=on_time_rate,
			growth=self._growth(morning, self._first),
			order_frequency=orders / self._spread(self._window(morning), morning),
			relationship_length=Decimal(calendar_months(self._first, morning)),
		)

	def _growth(self, morning: date, first: date) -> Decimal | None:
		window = self._window(morning)
		if first > window.before:
			return None
		before = self.between(window.before, window.start)
		return 100 * (self.yearly(morning) - before) / before if before else None


class Averages:
	"""What the average customer of a book buys in a window, as known on each morning."""

	def __init__(self, accounts: Iterable[Account], months: int) -> None:
		self._months = months
		sales: dict[date, Decimal] = {}
		buyers: dict[date, int] = {}
		for account in accounts:
			self._take(account, sales, buyers)
		self._days = sorted(sales)
		self._sums = [ZERO, *accumulate(sales[day] for day in self._days)]
		self._changes = sorted(buyers)
		self._buyers = [0, *accumulate(buyers[day] for day in self._changes)]

	def _take(self, account: Account, sales: dict[date, Decimal], buyers: dict[date, int]) -> None:
		"""Add what one customer bought by day, and on which mornings that changes the number of buyers."""
		first_of: dict[date, date] = {}
		for invoice in account.invoices:
			if amount := invoice.amount:
				day = invoice.date
				sales[day] = sales[day] + amount if day in sales else amount
				month = month_of(day)
				if month not in first_of or day < first_of[month]:
					first_of[month] = day
		leaves = date.min
		for month in sorted(first_of):
			if month >= leaves:
				self._count(buyers, leaves, -1)
				self._count(buyers, morning_after(first_of[month]), 1)
			leaves = leaving(month, self._months)
		self._count(buyers, leaves, -1)

	def _count(self, buyers: dict[date, int], morning: date, change: int) -> None:
		if morning > date.min:
			buyers[morning] = buyers.get(morning, 0) + change

	def at(self, morning: date) -> Decimal | None:
		"""The average known on a morning; None where there were no sales in the window."""
		buyers = self._buyers[bisect_right(self._changes, morning)]
		return self._between(window_of(morning, self._months).start, morning) / buyers if buyers else None

	def _between(self, start: date, end: date) -> Decimal:
		return self._sums[bisect_left(self._days, end)] - self._sums[bisect_left(self._days, start)]
