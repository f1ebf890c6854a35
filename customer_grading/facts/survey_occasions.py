"""After what customers are asked how satisfied they were, and whom of them: read for all at once (R12)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import IfNull
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion

from customer_grading.facts.contact import vouched_for
from customer_grading.rules.options import ComplaintStep

SURVEY = "Satisfaction Survey"
CATCH_UP_DAYS = 7
"""So far back a job looks that did not run; what is older nobody is asked about any more."""


class Kind(NamedTuple):
	"""Documents after which customers are asked."""

	doctype: str
	day: str
	"""The field with the day on which it happened."""
	equal: Mapping[str, object]
	"""What must be so, by field."""


KINDS = (
	Kind("Customer Complaint", "closed_on", {"docstatus": 1, "step": str(ComplaintStep.CLOSED)}),
	Kind("Maintenance Visit", "mntc_date", {"docstatus": 1}),
	Kind("Delivery Note", "posting_date", {"docstatus": 1, "is_return": 0}),
)
"""The weightiest first: of several a customer is asked about one."""


@dataclass(frozen=True, slots=True)
class Occasion:
	"""A document, and the contact to be asked about it."""

	customer: str
	company: str
	doctype: str
	name: str
	contact: str = ""
	email: str = ""
	"""Empty where nobody can be asked."""
	language: str = ""


def due(doctypes: Collection[str], today: date, days_after: int, pause_days: int) -> list[Occasion]:
	"""Whom to ask today, by customer; a customer who was asked within `pause_days` is left alone."""
	last = today - timedelta(days=days_after)
	first, since = last - timedelta(days=CATCH_UP_DAYS), today - timedelta(days=pause_days)
	found: dict[str, Occasion] = {}
	for kind in KINDS:
		# ERPNext may come without its Maintenance module one day.
		if kind.doctype in doctypes and frappe.db.table_exists(kind.doctype):
			for occasion in _happened(kind, first, last, since):
				found.setdefault(occasion.customer, occasion)
	return list(_with_contacts(found.values()))


def _happened(kind: Kind, first: date, last: date, since: date) -> Iterator[Occasion]:
	"""The last document of each customer comes first."""
	table, customer = DocType(kind.doctype), DocType("Customer")
	query = (
		frappe.qb.from_(table)
		.join(customer)
		.on((customer.name == table.customer) & (customer.disabled == 0))
		.select(table.customer, table.company, table.name, table.contact_person)
		.where(table[kind.day].between(first, last) & (customer.is_internal_customer == 0))
		.where(customer.name.notin(asked(since)) & table.name.notin(_asked_about(kind.doctype)))
	)
	for field, value in kind.equal.items():
		query = query.where(table[field] == value)
	for name, company, document, contact in query.orderby(table[kind.day], table.name).run()[::-1]:
		yield Occasion(name, company, kind.doctype, document, contact or "")


def asked(since: date) -> QueryBuilder:
	"""The customers who were asked about something since a day."""
	survey = DocType(SURVEY)
	return frappe.qb.from_(survey).select(survey.customer).where(survey.sent_on >= since)


def _asked_about(doctype: str) -> QueryBuilder:
	survey = DocType(SURVEY)
	is_about = (survey.reference_doctype == doctype) & (IfNull(survey.reference_name, "") != "")
	return frappe.qb.from_(survey).select(survey.reference_name).where(is_about)


class Reachable(NamedTuple):
	"""A contact who can be written to."""

	customer: str
	contact: str
	email: str
	is_primary: int
	language: str


def _with_contacts(occasions: Iterable[Occasion]) -> Iterator[Occasion]:
	chosen = list(occasions)
	known: dict[str, list[Reachable]] = {}
	for each in _reachable([occasion.customer for occasion in chosen]):
		known.setdefault(each.customer, []).append(each)
	for occasion in chosen:
		contact = _best(known.get(occasion.customer, ()), occasion.contact)
		if contact:
			told = {"contact": contact.contact, "email": contact.email, "language": contact.language or ""}
			yield replace(occasion, **told)
		else:
			yield replace(occasion, contact="", email="")


def _best(contacts: Iterable[Reachable], named: str) -> Reachable | None:
	"""Whom the document names, else the primary contact, else the first by name."""
	order = sorted(contacts, key=lambda each: (each.contact != named, -each.is_primary, each.contact))
	return order[0] if order else None


def _reachable(customers: Collection[str]) -> list[Reachable]:
	"""The contacts of these customers who have an address and have not asked to be left alone.

	Those who have made themselves a contact are none of theirs: a link lets its reader answer in the
	customer's name.
	"""
	link, contact = DocType("Dynamic Link"), DocType("Contact")
	customer, user = DocType("Customer"), DocType("User")
	rows = (
		frappe.qb.from_(link)
		.join(contact)
		.on(contact.name == link.parent)
		.join(customer)
		.on(customer.name == link.link_name)
		.left_join(user)
		.on(user.name == contact.user)
		.select(link.link_name, contact.name, contact.email_id, contact.is_primary_contact)
		.select(IfNull(user.language, customer.language))
		.where((link.parenttype == "Contact") & (link.link_doctype == "Customer"))
		.where(link.link_name.isin(list(customers) or [""]) & _can_be_asked(contact))
		.where(vouched_for(contact, link.link_name))
		.run()
	)
	return [Reachable(*row) for row in rows]


def _can_be_asked(contact: Table) -> Criterion:
	return (IfNull(contact.email_id, "") != "") & (contact.unsubscribed == 0)
