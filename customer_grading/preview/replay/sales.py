"""What a customer bought, as known on each morning, compared with what the average customer buys."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from customer_grading.preview.book import Account, Invoice
from customer_grading.preview.replay.timeline import later, morning_after
from customer_grading.rules.credit_limit import ZERO, LimitFacts, typical_order
from customer_grading.rules.dates import months_between
from customer_grading.rules.policy import Policy
from customer_grading.rules.score import ScoreFacts

months_known = cache(months_between)


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
class Window:
	"""The amounts of the orders of the last months in ascending order, moved forward by `advance`."""

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
		while self._inside and later(self._inside[0].date, self.months) < morning:
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
		self._window = Window(orders, policy.limit.window_months)
		self._policy = policy

	def between(self, start: date, end: date) -> Decimal:
		"""What was billed from `start` to the day before `end`."""
		return self._sums[bisect_left(self._days, end)] - self._sums[bisect_left(self._days, start)]

	def yearly(self, morning: date) -> Decimal:
		"""Sales of the score's window, known on a morning."""
		return self.between(later(morning, -self._policy.score.window_months), morning)

	def orders_in(self, morning: date, months: int) -> int:
		"""How many orders were placed in the months before a morning."""
		days = self._order_days
		return bisect_left(days, morning) - bisect_left(days, later(morning, -months))

	def _months(self, morning: date, window: int) -> int:
		known = months_known(self._order_days[0], morning) if self._order_days else 0
		return max(self._policy.limit.min_months, min(window, known))

	def limit_facts(self, morning: date, on_time_rate: Decimal | None) -> LimitFacts:
		"""The facts of the credit limit (R5), known on a morning. Mornings must not go backwards."""
		limit = self._policy.limit
		self._window.advance(morning)
		total = self.between(later(morning, -limit.window_months), morning)
		typical = typical_order(self._window.ascending, self._window.total, limit.typical_order)
		return LimitFacts(total / self._months(morning, limit.window_months), on_time_rate, typical)

	def score_facts(self, morning: date, on_time_rate: Decimal | None, average: Decimal | None) -> ScoreFacts:
		"""The measured facts of the value score (R4), known on a morning.

		`average`: what the average customer buys in the window.
		"""
		if not self._order_days or self._order_days[0] >= morning:
			return ScoreFacts()
		window = self._policy.score.window_months
		sales = self.yearly(morning)
		return ScoreFacts(
			sales_contribution=100 * sales / average if average else None,
			payment_fulfilment=on_time_rate,
			growth=self._growth(morning, sales),
			order_frequency=Decimal(12 * self.orders_in(morning, window)) / self._months(morning, window),
			relationship_length=Decimal(months_known(self._order_days[0], morning)),
		)

	def _growth(self, morning: date, sales: Decimal) -> Decimal | None:
		window = self._policy.score.window_months
		start = later(morning, -2 * window)
		if self._order_days[0] > start:
			return None
		before = self.between(start, later(morning, -window))
		return 100 * (sales - before) / before if before else None


@cache
def month_of(day: date) -> int:
	"""Months since the year 0."""
	return day.year * 12 + day.month


class Averages:
	"""What the average customer of a book buys in a window, as known at the beginning of each month."""

	def __init__(self, accounts: Iterable[Account], as_of: date, months: int) -> None:
		self._months = months
		self._start = later(morning_after(as_of), -months)
		self._sales: dict[int, Decimal] = {}
		self._entering: dict[int, int] = {}
		recent = [sales for account in accounts if (sales := self._take(account)) > 0]
		self.current = sum(recent, ZERO) / len(recent) if recent else None
		"""The average on the day of the report."""
		self._by_month = self._roll()

	def _take(self, account: Account) -> Decimal:
		"""Add one customer's sales to each month; returns those of the window that ends with the report."""
		mine: dict[int, Decimal] = {}
		recent, start = ZERO, self._start
		for invoice in account.invoices:
			if amount := invoice.amount:
				day = invoice.date
				month = month_of(day)
				mine[month] = mine[month] + amount if month in mine else amount
				if day >= start:
					recent += amount
		inside_until = -1
		for month in sorted(mine):
			self._sales[month] = self._sales.get(month, ZERO) + mine[month]
			self._count(month + 1, inside_until, month + self._months)
			inside_until = month + self._months
		return recent

	def _count(self, enters: int, inside_until: int, until: int) -> None:
		"""Count a buyer in every month from `enters` to `until`; up to `inside_until` it has been."""
		enters = max(enters, inside_until + 1)
		self._entering[enters] = self._entering.get(enters, 0) + 1
		self._entering[until + 1] = self._entering.get(until + 1, 0) - 1

	def _roll(self) -> dict[int, Decimal]:
		averages: dict[int, Decimal] = {}
		buyers, total = 0, ZERO
		for month in range(min(self._entering, default=0), max(self._entering, default=0)):
			buyers += self._entering.get(month, 0)
			total += self._sales.get(month - 1, ZERO) - self._sales.get(month - 1 - self._months, ZERO)
			if buyers:
				averages[month] = total / buyers
		return averages

	def at(self, morning: date) -> Decimal | None:
		"""The average known when the month of a morning began; None where there had been no sales."""
		return self._by_month.get(month_of(morning))
