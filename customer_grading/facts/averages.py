"""What the average customer is worth, read from whole tables by one query each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Avg, Sum
from pypika.queries import QueryBuilder
from pypika.terms import Term

from customer_grading.facts.sales import Windows, real_orders, real_sales, stands_for_order
from customer_grading.facts.values import money
from customer_grading.rules.policy import Policy

Rates = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Averages:
	"""What the average customer is worth, in the currency of the default company."""

	sales: Decimal | None
	"""Net sales of the score's window, over the customers that have any; None where nobody has."""
	deal_value: Decimal
	"""Worth of the orders of the credit limit's window, with taxes, over the customers that have any."""


def averages(day: date, policy: Policy, rates: Rates) -> Averages:
	"""The averages over all customers, as known when `day` is over. `rates`: see `currency.rates`."""
	windows = Windows.until(day, policy)
	sales = _mean(_sales(windows, rates))
	return Averages(sales or None, _mean(_deals(windows, rates)))


def _mean(by_customer: QueryBuilder) -> Decimal:
	return money(frappe.qb.from_(by_customer).select(Avg(by_customer.amount)).run()[0][0])


def _converted(amount: Term, company: Term, rates: Rates) -> Term:
	"""An amount of a company in the currency of the default company."""
	factor = Case()
	for name, rate in rates.items():
		factor = factor.when(company == name, rate)
	return amount * factor


def _sales(windows: Windows, rates: Rates) -> QueryBuilder:
	invoice = DocType("Sales Invoice")
	total = Sum(_converted(invoice.base_net_total, invoice.company, rates))
	return (
		frappe.qb.from_(invoice)
		.select(total.as_("amount"))
		.where(real_sales(invoice, windows) & (invoice.posting_date >= windows.score))
		.groupby(invoice.customer)
		.having(total > 0)
	)


def _deals(windows: Windows, rates: Rates) -> QueryBuilder:
	deal = _ordered(windows) + _billed_without_orders(windows)
	total = Sum(_converted(deal.amount, deal.company, rates))
	return frappe.qb.from_(deal).select(total.as_("amount")).groupby(deal.customer).having(total > 0)


def _ordered(windows: Windows) -> QueryBuilder:
	order = DocType("Sales Order")
	return (
		frappe.qb.from_(order)
		.select(order.customer, order.company, Sum(order.base_grand_total).as_("amount"))
		.where(real_orders(order, windows) & (order.transaction_date >= windows.limit))
		.groupby(order.customer, order.company)
	)


def _billed_without_orders(windows: Windows) -> QueryBuilder:
	"""Invoices of those customers that never ordered from the company."""
	billed, orderer = _billed(windows), _orderers(windows)
	return (
		frappe.qb.from_(billed)
		.left_join(orderer)
		.on((orderer.customer == billed.customer) & (orderer.company == billed.company))
		.select(billed.customer, billed.company, billed.amount)
		.where(orderer.customer.isnull())
	)


def _billed(windows: Windows) -> QueryBuilder:
	invoice = DocType("Sales Invoice")
	recent = stands_for_order(invoice) & (invoice.posting_date >= windows.limit)
	return (
		frappe.qb.from_(invoice)
		.select(invoice.customer, invoice.company, Sum(invoice.base_grand_total).as_("amount"))
		.where(real_sales(invoice, windows) & recent)
		.groupby(invoice.customer, invoice.company)
	)


def _orderers(windows: Windows) -> QueryBuilder:
	order = DocType("Sales Order")
	return (
		frappe.qb.from_(order)
		.select(order.customer, order.company)
		.where(real_orders(order, windows))
		.groupby(order.customer, order.company)
	)
