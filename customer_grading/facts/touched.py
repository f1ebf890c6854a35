"""Whom something has happened to: customers whose documents were changed since a moment."""

from datetime import date, datetime

import frappe
from frappe.query_builder import DocType
from pypika.queries import QueryBuilder

BY_CUSTOMER = ("Sales Invoice", "Sales Order", "Customer Complaint", "Customer Follow Up")
"""DocTypes that name their customer in the field `customer`."""


def touched(since: datetime, day: date) -> set[str]:
	"""Customers with a document that says something to a regrade and was made or changed since then.

	Also those whose debts by Journal Entry have fallen due in the meantime, up to `day`: that is not told of
	anywhere else.

	Submitting, cancelling and reconciling change documents, too. What is changed on the Customer itself says
	so there (`regrade_due`).
	"""
	queries = [_by_customer(doctype, since) for doctype in BY_CUSTOMER]
	queries += [_ledger(since), _journal_debts(since.date(), day), _quotations(since), _opportunities(since)]
	return {name for query in queries for (name,) in query.run() if name}


def _by_customer(doctype: str, since: datetime) -> QueryBuilder:
	table = DocType(doctype)
	return frappe.qb.from_(table).select(table.customer).distinct().where(table.modified >= since)


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
