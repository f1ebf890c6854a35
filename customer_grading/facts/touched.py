"""Whom something has happened to: customers whose documents were changed since a moment."""

from datetime import date, datetime

import frappe
from frappe.query_builder import DocType
from pypika.queries import QueryBuilder

BY_CUSTOMER = ("Sales Invoice", "Sales Order", "Customer Complaint", "Customer Follow Up")
"""DocTypes that name their customer in the field `customer`."""

DATED = (
	("Payment Ledger Entry", "party", "posting_date"),
	("Sales Invoice", "customer", "posting_date"),
	("Sales Order", "customer", "transaction_date"),
	("Quotation", "party_name", "transaction_date"),
	("Opportunity", "party_name", "transaction_date"),
)
"""From which date on a document counts: it may have been made long before."""


def touched(since: datetime, last: date, day: date) -> set[str]:
	"""Customers with a document that says something to a regrade and was made or changed since then.

	Also those of whom a document is dated after the day of the `last` regrade, up to `day`, whose Quotation
	has expired in the meantime, or whose debts by Journal Entry have fallen due: nothing else tells of that.

	Submitting, cancelling and reconciling change documents, too. What is changed on the Customer itself says
	so there (`regrade_due`).
	"""
	queries = [_by_customer(doctype, since) for doctype in BY_CUSTOMER]
	queries += [_ledger(since), _journal_debts(last, day), _quotations(since), _opportunities(since)]
	queries += [_dated(*each, last, day) for each in DATED]
	queries.append(_expired(last, day))
	return {name for query in queries for (name,) in query.run() if name}


def _by_customer(doctype: str, since: datetime) -> QueryBuilder:
	table = DocType(doctype)
	return frappe.qb.from_(table).select(table.customer).distinct().where(table.modified >= since)


def _dated(doctype: str, party: str, dated: str, last: date, day: date) -> QueryBuilder:
	table = DocType(doctype)
	query = frappe.qb.from_(table).select(table[party]).distinct()
	return query.where((table[dated] > last) & (table[dated] <= day))


def _expired(last: date, day: date) -> QueryBuilder:
	quotation = DocType("Quotation")
	has_expired = (quotation.valid_till >= last) & (quotation.valid_till < day)
	query = frappe.qb.from_(quotation).select(quotation.party_name).distinct()
	return query.where((quotation.docstatus == 1) & has_expired)


def _ledger(since: datetime) -> QueryBuilder:
	entry = DocType("Payment Ledger Entry")
	is_recent = (entry.party_type == "Customer") & (entry.modified >= since)
	return frappe.qb.from_(entry).select(entry.party).distinct().where(is_recent)


def _journal_debts(start: date, day: date) -> QueryBuilder:
	entry = DocType("Payment Ledger Entry")
	is_debt = (entry.voucher_type == "Journal Entry") & (entry.party_type == "Customer")
	query = frappe.qb.from_(entry).select(entry.party).distinct().where(is_debt)
	return query.where((entry.due_date >= start) & (entry.due_date < day))


def _quotations(since: datetime) -> QueryBuilder:
	quotation = DocType("Quotation")
	is_recent = (quotation.quotation_to == "Customer") & (quotation.modified >= since)
	return frappe.qb.from_(quotation).select(quotation.party_name).distinct().where(is_recent)


def _opportunities(since: datetime) -> QueryBuilder:
	opportunity = DocType("Opportunity")
	is_recent = (opportunity.opportunity_from == "Customer") & (opportunity.modified >= since)
	return frappe.qb.from_(opportunity).select(opportunity.party_name).distinct().where(is_recent)
