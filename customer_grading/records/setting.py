"""Settings that are no part of the policy."""

import frappe
from frappe.utils import cint

SETTINGS = "Grading Settings"


def number(field: str) -> int:
	"""A whole number or a box of Grading Settings; the shipped default where it was never saved."""
	return cint(text(field))


def text(field: str) -> str:
	"""A text of Grading Settings; the shipped default where it was never saved."""
	kept = frappe.db.get_value("Singles", {"doctype": SETTINGS, "field": field}, "value", order_by=None)
	return frappe.get_meta(SETTINGS).get_field(field).default or "" if kept is None else kept
