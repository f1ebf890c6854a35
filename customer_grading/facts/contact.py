"""When customers last ordered, or anybody was last in touch with them; and who their contacts are."""

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


def vouched_for(contact: Table, customer: str | Field) -> Criterion:
	"""Whether a contact was filed by somebody of ours, or by a portal user of the customer.

	Whoever logs in on the portal may file themselves as a contact of any customer.
	"""
	user, portal = DocType("User"), DocType("Portal User")
	outsiders = frappe.qb.from_(user).select(user.name).where(user.user_type == "Website User")
	is_theirs = (portal.parenttype == "Customer") & (portal.parent == customer)
	theirs = frappe.qb.from_(portal).select(portal.user).where(is_theirs)
	return contact.owner.notin(outsiders) | contact.owner.isin(theirs)


def is_contact_of(name: str, customer: str) -> bool:
	"""Whether a contact belongs to a customer, and not only by its own word."""
	link, contact = DocType("Dynamic Link"), DocType("Contact")
	is_linked = (link.parenttype == "Contact") & (link.parent == name) & (link.link_doctype == "Customer")
	query = frappe.qb.from_(link).join(contact).on(contact.name == link.parent).select(contact.name)
	query = query.where(is_linked & (link.link_name == customer) & vouched_for(contact, customer))
	return bool(query.run())


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
