"""What the average customer is worth, read from whole tables by one query each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import mul

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Avg, Sum
from pypika.queries import QueryBuilder
from pypika.terms import Term

from customer_grading.facts.invoices import real_sales
from customer_grading.facts.sales import Windows, direct_sales, real_orders
from customer_grading.facts.values import money, use_memory
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
	use_memory()
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
		.where(real_sales(invoice, windows.day) & (invoice.posting_date >= windows.score.start))
		.groupby(invoice.customer)
		.having(total > 0)
	)


def _deals(windows: Windows, rates: Rates) -> QueryBuilder:
	"""Company by company: grouping by one column is several times as fast as grouping by two."""
	companies = [_of_company(windows, company, rate) for company, rate in rates.items()]
	deal = reduce(mul, companies)
	total = Sum(deal.amount)
	return frappe.qb.from_(deal).select(total.as_("amount")).groupby(deal.customer).having(total > 0)


def _of_company(windows: Windows, company: str, rate: Decimal) -> QueryBuilder:
	"""The worth of each customer's orders in a company, with the invoices that stand for one."""
	part = _ordered(windows, company) * _sold_directly(windows, company)
	amount = Sum(part.amount) * rate
	return frappe.qb.from_(part).select(part.customer, amount.as_("amount")).groupby(part.customer)


def _ordered(windows: Windows, company: str) -> QueryBuilder:
	order = DocType("Sales Order")
	recent = order.transaction_date >= windows.limit.start
	return (
		frappe.qb.from_(order)
		.select(order.customer, Sum(order.base_grand_total).as_("amount"))
		.where((order.company == company) & real_orders(order, windows) & recent)
		.groupby(order.customer)
	)


def _sold_directly(windows: Windows, company: str) -> QueryBuilder:
	invoice = DocType("Sales Invoice")
	recent = invoice.posting_date >= windows.limit.start
	return (
		direct_sales(invoice)
		.select(invoice.customer, Sum(invoice.base_grand_total).as_("amount"))
		.where((invoice.company == company) & real_sales(invoice, windows.day) & recent)
		.groupby(invoice.customer)
	)
