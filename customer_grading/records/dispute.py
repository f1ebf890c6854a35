"""The mark `is_disputed` of an invoice while a confirmed complaint on it is open (R6), given back afterwards.

A mark that a person has set is nobody else's: it stays. What nobody has confirmed marks nothing: whoever may
raise a complaint could lift arrears by it.
"""

import frappe
from frappe.query_builder import DocType

COMPLAINT = "Customer Complaint"
INVOICE = "Sales Invoice"


def take(complaint: str, invoice: str) -> bool:
	"""Mark an invoice as disputed for a complaint; false where it is marked already, by whomever."""
	if frappe.db.get_value(INVOICE, invoice, "is_disputed", for_update=True) != 0:
		return False
	_mark(invoice, 1)
	frappe.db.set_value(COMPLAINT, complaint, "disputes_invoice", 1, update_modified=False)
	return True


def give_back(complaint: str, invoice: str) -> None:
	"""Take back the mark that a complaint has set, or hand it to the next open complaint on the invoice."""
	frappe.db.get_value(INVOICE, invoice, "name", for_update=True)
	frappe.db.set_value(COMPLAINT, complaint, "disputes_invoice", 0, update_modified=False)
	heir = _heir(complaint, invoice)
	if heir:
		frappe.db.set_value(COMPLAINT, heir, "disputes_invoice", 1, update_modified=False)
	else:
		_mark(invoice, 0)


def leave_to_person(invoice: str) -> None:
	"""Somebody has set or taken the mark by hand: no complaint takes it back any more."""
	table = DocType(COMPLAINT)
	query = frappe.qb.update(table).set(table.disputes_invoice, 0)
	query.where((table.sales_invoice == invoice) & (table.disputes_invoice == 1)).run()


def _heir(complaint: str, invoice: str) -> str | None:
	"""Another open complaint on the invoice whose problem was confirmed."""
	table = DocType(COMPLAINT)
	counts = (table.docstatus == 1) & (table.is_open == 1)
	is_other = (table.sales_invoice == invoice) & (table.name != complaint)
	query = frappe.qb.from_(table).select(table.name).where(is_other & counts)
	found = query.orderby(table.creation).limit(1).run(pluck=True)
	return found[0] if found else None


def _mark(invoice: str, value: int) -> None:
	"""The time of change tells the regrade; the invoice is not saved, which would check it anew."""
	if frappe.db.exists(INVOICE, invoice):
		frappe.db.set_value(INVOICE, invoice, "is_disputed", value)
