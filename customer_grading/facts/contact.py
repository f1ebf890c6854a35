"""When customers last ordered, or anybody was last in touch with them."""

from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Date, Max
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion, Field

from customer_grading.facts.pipeline import PipelineFacts, pipeline
from customer_grading.facts.selection import Selection


def last_touches(selection: Selection, day: date) -> dict[str, date]:
	"""The last order or contact of each customer as known on `day`, else the day on which it was filed."""
	told = pipeline(selection, day)
	orders = [dict(query.run()) for query in _orders(selection, day)]
	found = {}
	for customer, filed in _filed(selection).run():
		contact = told.get(customer, PipelineFacts()).last_contact
		days = [contact, *(each.get(customer) for each in orders)]
		found[customer] = max((each for each in days if each), default=filed)
	return found


def _filed(selection: Selection) -> QueryBuilder:
	table = DocType("Customer")
	query = frappe.qb.from_(table).select(table.name, Date(table.creation)).where(table.disabled == 0)
	return query.where(selection.among(table.name))


def _orders(selection: Selection, day: date) -> tuple[QueryBuilder, QueryBuilder]:
	"""Orders, and invoices, which stand for orders in companies that write none."""
	order, invoice = DocType("Sales Order"), DocType("Sales Invoice")
	sold = (invoice.is_return == 0) & (invoice.is_opening != "Yes")
	return (
		_last(order, order.transaction_date, selection, day),
		_last(invoice, invoice.posting_date, selection, day, sold),
	)


def _last(
	table: Table, dated: Field, selection: Selection, day: date, more: Criterion | None = None
) -> QueryBuilder:
	query = frappe.qb.from_(table).select(table.customer, Max(dated)).groupby(table.customer)
	query = query.where((table.docstatus == 1) & (dated <= day)).where(selection.among(table.customer))
	return query.where(more) if more else query
