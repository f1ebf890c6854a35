"""What a customer's own people see: for whom they log in, their complaints, and their papers."""

from collections.abc import Collection
from typing import NamedTuple

import frappe
from frappe.query_builder import DocType

from customer_grading.facts.contact import is_contact_of

COMPLAINT = "Customer Complaint"
SHOWN = ("name", "subject", "raised_on", "step", "customer", "customer_name", "item_name")
TOLD = (*SHOWN, "description", "wanted", "occurred_on", "delivery_note", "sales_invoice", "closed_on")
"""What the customer has said, and how far it is. Nothing of what we think of it."""
MOST_SHOWN = 100
MOST_PAPERS = 50


class Paper(NamedTuple):
	"""A document that a complaint can be about."""

	doctype: str
	name: str
	day: str


def customers_of(user: str) -> list[str]:
	"""The customers for whom a user logs in: those who name the user among their Portal Users.

	Contacts say nothing of it: whoever logs in may make themselves a contact of anybody.
	"""
	if user in ("Guest", "Administrator"):
		return []
	row = DocType("Portal User")
	query = frappe.qb.from_(row).select(row.parent).distinct().orderby(row.parent)
	return query.where((row.parenttype == "Customer") & (row.user == user)).run(pluck=True)


def contact_of(user: str, customer: str) -> str | None:
	"""The contact of a customer that a user is, if any."""
	own = frappe.get_all("Contact", {"user": user}, pluck="name", order_by="creation")
	return next((name for name in own if is_contact_of(name, customer)), None)


def complaints_of(customers: Collection[str]) -> list[frappe._dict]:
	"""The last complaints of some customers, as those customers may see them."""
	filters = {"customer": ("in", list(customers) or [""]), "docstatus": ("<", 2)}
	order = "raised_on desc, creation desc"
	return frappe.get_all(COMPLAINT, filters, [*SHOWN], order_by=order, limit=MOST_SHOWN)


def complaint_of(name: str, customers: Collection[str]) -> frappe._dict | None:
	"""One complaint, if it is of one of these customers."""
	filters = {"name": name, "customer": ("in", list(customers) or [""]), "docstatus": ("<", 2)}
	found = frappe.get_all(COMPLAINT, filters, [*TOLD], limit=1)
	return found[0] if found else None


def own_files(complaint: str, user: str) -> list[frappe._dict]:
	"""The files of a complaint that a user has sent themselves; what others have added is not shown."""
	filters = {"attached_to_doctype": COMPLAINT, "attached_to_name": complaint, "owner": user}
	return frappe.get_all("File", filters, ["file_name", "file_url"], order_by="creation")


def papers_of(customers: Collection[str]) -> list[Paper]:
	"""The last deliveries and invoices of some customers, the newest first."""
	filters = {"customer": ("in", list(customers) or [""]), "docstatus": 1, "is_return": 0}
	found = [
		Paper(doctype, name, day)
		for doctype in ("Delivery Note", "Sales Invoice")
		for name, day in frappe.get_all(
			doctype,
			filters,
			["name", "posting_date"],
			order_by="posting_date desc",
			limit=MOST_PAPERS,
			as_list=True,
		)
	]
	return sorted(found, key=lambda paper: (str(paper.day), paper.name), reverse=True)[:MOST_PAPERS]
