"""What customers bought: sales and orders by company, in company currency.

Submitted documents dated up to the day count, cancelled ones never. Opening invoices are no sales: they bring
the unpaid rest of old debts into the books, not what was sold. Sales to internal customers are transfers
between a company's own parts, so they are none either.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Function
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion, Term

from customer_grading.facts.invoices import Booked, booked, real_sales
from customer_grading.facts.selection import Key, Selection
from customer_grading.facts.values import ZERO, ordinal_days, ordinals, use_memory
from customer_grading.rules.credit_limit import typical_order
from customer_grading.rules.dates import add_days
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.options import TypicalOrder
from customer_grading.rules.policy import Policy
from customer_grading.rules.windows import Window


@dataclass(frozen=True, slots=True)
class Windows:
	"""The windows that reach up to a day, the day itself included."""

	day: date
	score: Window
	limit: Window

	@classmethod
	def until(cls, day: date, policy: Policy) -> "Windows":
		"""The windows of a policy."""
		score, limit = policy.score.window_months, policy.limit.window_months
		return cls(day, Window.until(day, score), Window.until(day, limit))

	@property
	def morning(self) -> date:
		"""The first one on which everything dated `day` is known."""
		return add_days(self.day, 1)

	@property
	def month(self) -> date:
		"""The first of the month that is not over: where the whole months of both windows end."""
		return self.score.month


@dataclass(frozen=True, slots=True)
class Orders:
	"""The orders of one customer, as one company or several know them."""

	days: tuple[int, ...] = ()
	"""The day of each order in ascending order, as `date.toordinal` counts them."""
	amounts: tuple[Decimal, ...] = ()
	"""The amounts of those in the window of the credit limit, in ascending order, with taxes."""

	@property
	def first(self) -> date | None:
		"""The day of the first order."""
		return date.fromordinal(self.days[0]) if self.days else None

	@property
	def last(self) -> date | None:
		"""The day of the last order."""
		return date.fromordinal(self.days[-1]) if self.days else None

	@property
	def value(self) -> Decimal:
		"""What the orders of the credit limit's window are worth together."""
		return sum(self.amounts, ZERO)

	def between(self, start: date, end: date) -> int:
		"""How many orders there were from `start` to the day before `end`."""
		return bisect_left(self.days, end.toordinal()) - bisect_left(self.days, start.toordinal())

	def typical(self, how: TypicalOrder) -> Decimal | None:
		"""One typical order of the window (R5); None where there was none."""
		return typical_order(self.amounts, self.value, how)

	def rhythm(self) -> OrderRhythm:
		"""How orders have come; those of one day are one occasion."""
		return OrderRhythm.of(map(date.fromordinal, self.days))


@dataclass(frozen=True, slots=True)
class SalesFacts:
	"""What one customer bought from one company, in company currency."""

	billed: Decimal = ZERO
	"""Net of taxes and of returns, in the window of the score."""
	billed_before: Decimal = ZERO
	"""In the window before that."""
	billed_for_limit: Decimal = ZERO
	"""In the window of the credit limit."""
	billed_this_month: Decimal = ZERO
	"""In the month that is not over, which belongs to both windows but to none of their whole months."""
	orders: Orders = Orders()
	next_change: date | None = field(default=None, compare=False)
	"""The first day of the month on which the sales of a young customer are spread over more months."""


class SalesTally:
	"""What customers bought, told invoice by invoice."""

	def __init__(self, selection: Selection, day: date, policy: Policy) -> None:
		self._selection, self._policy = selection, policy
		self._windows = Windows.until(day, policy)
		self._billed: dict[Key, Billed] = defaultdict(Billed)

	def add(self, invoice: Booked) -> None:
		"""Count an invoice."""
		if invoice.is_sale:
			self._billed[invoice.customer, invoice.company].add(invoice, self._windows)

	def facts(self) -> dict[str, dict[str, SalesFacts]]:
		"""By customer and company, when all invoices are counted."""
		placed = _placed(self._selection, self._windows)
		found: dict[str, dict[str, SalesFacts]] = defaultdict(dict)
		for customer, company in {**self._billed, **placed}:
			key = (customer, company)
			bought = placed.get(key, Orders())
			next_change = _next_change(bought, self._windows, self._policy)
			found[customer][company] = self._billed[key].facts(bought, next_change)
		return dict(found)


@dataclass(slots=True)
class Billed:
	"""What one company billed one customer, as it is counted; see `SalesFacts`."""

	score: Decimal = ZERO
	before: Decimal = ZERO
	limit: Decimal = ZERO
	month: Decimal = ZERO

	def add(self, invoice: Booked, windows: Windows) -> None:
		"""Count an invoice in the windows that it falls into."""
		posted, net = invoice.posted, invoice.net
		if posted >= windows.score.start:
			self.score += net
		elif posted >= windows.score.before:
			self.before += net
		if posted >= windows.limit.start:
			self.limit += net
		if posted >= windows.month:
			self.month += net

	def facts(self, bought: Orders, next_change: date | None) -> SalesFacts:
		"""What it comes to when all is counted, with the orders."""
		return SalesFacts(self.score, self.before, self.limit, self.month, bought, next_change)


def sales(selection: Selection, day: date, policy: Policy) -> dict[str, dict[str, SalesFacts]]:
	"""Sales and orders by customer and company, as known when `day` is over.

	By themselves; `facts.customer` tells them in one reading with payments.
	"""
	counted = SalesTally(selection, day, policy)
	for invoice in booked(selection, day):
		counted.add(invoice)
	return counted.facts()


def orders(customer: str, day: date, policy: Policy) -> dict[str, Orders]:
	"""The orders of one customer by company, as known when `day` is over, without reading what was billed."""
	placed = _placed(Selection.of(customer), Windows.until(day, policy))
	return {company: each for (_customer, company), each in placed.items()}


def _placed(selection: Selection, windows: Windows) -> dict[Key, Orders]:
	"""The submitted Sales Orders, closed ones too.

	An invoice that bills none of them stands for an order of its own, unless it is a return or a debit note.
	"""
	use_memory()
	days: dict[Key, list[int]] = defaultdict(list)
	amounts: dict[Key, list[Decimal]] = defaultdict(list)
	for query in (_orders(selection, windows), _direct_sales(selection, windows)):
		for customer, company, when, recent in query.run():
			days[customer, company] += ordinals(when)
			amounts[customer, company] += map(Decimal, recent.split(",")) if recent else ()
	return {key: Orders(tuple(sorted(days[key])), tuple(sorted(amounts[key]))) for key in days}


def _next_change(orders: Orders, windows: Windows, policy: Policy) -> date | None:
	first = orders.first
	return windows.limit.next_spread(first, windows.day, policy.limit.min_months) if first else None


def _amounts(condition: Criterion, amount: Term) -> Term:
	"""The amounts of a group as one text, without those that fail a condition."""
	return Function("GROUP_CONCAT", Case().when(condition, amount))


def real_orders(order: Table, windows: Windows) -> Criterion:
	"""Which Sales Orders count."""
	known = order.transaction_date <= windows.day
	return (order.docstatus == 1) & known & (order.is_internal_customer == 0)


def direct_sales(invoice: Table) -> QueryBuilder:
	"""The invoices that bill no Sales Order, and so stand for one; without returns and debit notes."""
	line = DocType("Sales Invoice Item")
	is_of_order = (line.parent == invoice.name) & (line.sales_order != "")
	query = frappe.qb.from_(invoice).left_join(line).on(is_of_order)
	return query.where(line.name.isnull() & (invoice.is_return == 0) & (invoice.is_debit_note == 0))


def _orders(selection: Selection, windows: Windows) -> QueryBuilder:
	order = DocType("Sales Order")
	recent = order.transaction_date >= windows.limit.start
	return (
		frappe.qb.from_(order)
		.select(
			order.customer,
			order.company,
			ordinal_days(order.transaction_date),
			_amounts(recent, order.base_grand_total),
		)
		.where(real_orders(order, windows))
		.where(selection.among(order.customer))
		.groupby(order.customer, order.company)
	)


def _direct_sales(selection: Selection, windows: Windows) -> QueryBuilder:
	invoice = DocType("Sales Invoice")
	recent = invoice.posting_date >= windows.limit.start
	return (
		direct_sales(invoice)
		.select(
			invoice.customer,
			invoice.company,
			ordinal_days(invoice.posting_date),
			_amounts(recent, invoice.base_grand_total),
		)
		.where(real_sales(invoice, windows.day))
		.where(selection.among(invoice.customer))
		.groupby(invoice.customer, invoice.company)
	)


def merged(orders: Sequence[Orders], rates: Sequence[Decimal]) -> Orders:
	"""The orders of several companies together, each with the rate into one currency."""
	if len(orders) == 1 and rates[0] == 1:
		return orders[0]
	days = sorted(day for each in orders for day in each.days)
	amounts = sorted(
		amount * rate for each, rate in zip(orders, rates, strict=True) for amount in each.amounts
	)
	return Orders(tuple(days), tuple(amounts))
