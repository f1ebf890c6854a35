"""The connections of ERPNext's documents with ours, beside those that are there already."""

from functools import partial
from typing import Any

from frappe import _

GRADING = ("Customer Follow Up", "Customer Complaint", "Grade Change", "Grade Proposal", "Grade Assignment")
CREDIT = ("Credit Decision", "Credit Release")
REFERENCE = "reference_name"

Data = dict[str, Any]
"""Connections, as Frappe reads them of a DocType and hands them to the hook `override_doctype_dashboards`."""


def of_customer(data: Data) -> Data:
	"""ERPNext's own connections of a Customer, and those of grading and credit."""
	return _with(data, _group(_("Grading"), GRADING), _group(_("Payment Policy"), CREDIT))


def of_document(doctype: str, data: Data) -> Data:
	"""The connections of a document at a door, with what was decided on it and asked for it."""
	told = _with(data, _group(_("Payment Policy"), CREDIT))
	named = {**data.get("non_standard_fieldnames", {}), **dict.fromkeys(CREDIT, REFERENCE)}
	kinds = {**data.get("dynamic_links", {}), REFERENCE: [doctype, "reference_doctype"]}
	return {**told, "non_standard_fieldnames": named, "dynamic_links": kinds}


def _group(label: str, doctypes: tuple[str, ...]) -> Data:
	return {"label": label, "items": [*doctypes]}


def _with(data: Data, *groups: Data) -> Data:
	return {**data, "transactions": [*data.get("transactions", ()), *groups]}


of_sales_order = partial(of_document, "Sales Order")
of_delivery_note = partial(of_document, "Delivery Note")
of_sales_invoice = partial(of_document, "Sales Invoice")
of_pos_invoice = partial(of_document, "POS Invoice")
of_pick_list = partial(of_document, "Pick List")
