"""What a credit panel shows besides the position: a year of trade, and the orders that are open or wait."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType, Order
from frappe.query_builder.functions import Function, IfNull, Sum
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion, Term

from customer_grading.facts.values import FULLY, NOT_MONEY, ZERO, money, sum_if
from customer_grading.rules.dates import add_months
from customer_grading.rules.options import Outcome

MONTHS = 12
NOT_OPEN = ("Closed", "Completed")


@dataclass(frozen=True, slots=True)
class Month:
	"""What was billed to a customer and received from it in a calendar month, in company currency."""

	first_day: date
	billed: Decimal = ZERO
	"""Less credit notes."""
	received: Decimal = ZERO
	"""Less what was paid back. At the till, by Payment Entry, or by Journal Entry."""


@dataclass(frozen=True, slots=True)
class OpenOrder:
	"""A submitted order that is not done. Amounts are in company currency."""

	name: str
	customer: str
	company: str
	placed: date
	amount: Decimal
	undelivered: Decimal
	awaits: str
	awaited_amount: Decimal


def months(customer: str, company: str, day: date) -> tuple[Month, ...]:
	"""The last twelve calendar months, that of `day` included, the oldest first; none is left out."""
	first = add_months(day.replace(day=1), 1 - MONTHS)
	rows = _by_month(customer, company, first, day).run()
	found = {(year, month): (billed, received) for year, month, billed, received in rows}
	days = [add_months(first, step) for step in range(MONTHS)]
	return tuple(Month(each, *map(money, found.get((each.year, each.month), (0, 0)))) for each in days)


def _by_month(customer: str, company: str, first: date, day: date) -> QueryBuilder:
	entry, journal = DocType("Payment Ledger Entry"), DocType("Journal Entry")
	year, month = Function("YEAR", entry.posting_date), Function("MONTH", entry.posting_date)
	billed = _is_billed(entry, journal)
	kept = (entry.party_type == "Customer") & (entry.party == customer) & (entry.company == company)
	return (
		frappe.qb.from_(entry)
		.left_join(journal)
		.on(journal.name == Case().when(entry.voucher_type == "Journal Entry", entry.voucher_no))
		.select(year, month, sum_if(billed, entry.amount), -sum_if(~billed, entry.amount))
		.where(kept & (entry.delinked == 0) & (entry.account_type == "Receivable"))
		.where(entry.posting_date.between(first, day))
		.groupby(year, month)
	)


def _is_billed(entry: Table, journal: Table) -> Criterion:
	"""Invoices, credit notes, debts and write-offs by journal; not what an invoice was paid at the till."""
	invoice = entry.voucher_type.isin(("Sales Invoice", "POS Invoice"))
	at_the_till = (entry.amount < 0) & ~_is_return(entry)
	by_journal = (entry.voucher_type == "Journal Entry") & (
		(entry.amount > 0) | IfNull(journal.voucher_type, "").isin(NOT_MONEY)
	)
	return (invoice & ~at_the_till) | by_journal


def _is_return(entry: Table) -> Criterion:
	"""Whether an entry is of a credit note: those are told by a column of their invoice."""
	invoice = DocType("Sales Invoice")
	returns = (
		frappe.qb.from_(invoice)
		.select(invoice.name)
		.where((invoice.customer == entry.party) & (invoice.is_return == 1) & (invoice.docstatus == 1))
	)
	return entry.voucher_no.isin(returns)


def open_orders(customers: Collection[str], company: str | None = None) -> tuple[OpenOrder, ...]:
	"""The orders that are neither delivered and billed nor closed, the newest first."""
	return _orders(customers, company)


def held_orders(customer: str, company: str) -> tuple[OpenOrder, ...]:
	"""The open orders of a customer whose goods wait for something, the newest first."""
	return tuple(each for each in _orders((customer,), company) if each.awaits and each.undelivered)


def _orders(customers: Collection[str], company: str | None) -> tuple[OpenOrder, ...]:
	if not customers:
		return ()
	order = DocType("Sales Order")
	is_open = (order.docstatus == 1) & order.status.notin(NOT_OPEN)
	query = (
		frappe.qb.from_(order)
		.select(
			order.name,
			order.customer,
			order.company,
			order.transaction_date,
			order.base_grand_total,
			_undelivered(order),
			_awaits(order),
			IfNull(order.credit_awaited_amount, 0),
		)
		.where(order.customer.isin(list(customers)) & is_open)
		.orderby(order.transaction_date, order=Order.desc)
		.orderby(order.name, order=Order.desc)
	)
	if company:
		query = query.where(order.company == company)
	return tuple(_order(*row) for row in query.run())


def _undelivered(order: Table) -> Term:
	return order.base_grand_total * (FULLY - order.per_delivered) / FULLY


def _awaits(order: Table) -> Term:
	return Case().when(order.credit_outcome == str(Outcome.HOLD), IfNull(order.credit_awaits, "")).else_("")


def _order(  # noqa: PLR0913  (the columns of a row)
	name: str,
	customer: str,
	company: str,
	placed: date,
	amount: float,
	undelivered: float,
	awaits: str,
	awaited: float,
) -> OpenOrder:
	return OpenOrder(
		name, customer, company, placed, money(amount), money(undelivered), awaits, money(awaited)
	)


def overdue(company: str, day: date) -> Decimal:
	"""What all customers together owe past its due date on a day, in company currency; disputes left out.

	By the due date of the invoice: one indexed sum, for the eye. What binds an order is reckoned exactly.
	"""
	invoice = DocType("Sales Invoice")
	own = (invoice.docstatus == 1) & (invoice.company == company) & (invoice.is_disputed == 0)
	is_foreign = invoice.party_account_currency == invoice.currency
	rate = Case().when(is_foreign, invoice.conversion_rate).else_(1)
	query = frappe.qb.from_(invoice).select(Sum(invoice.outstanding_amount * rate))
	return money(query.where(own & (invoice.outstanding_amount > 0) & (invoice.due_date < day)).run()[0][0])
