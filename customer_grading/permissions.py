"""Who may see which rows: what tells of credit is for those who may see a Customer's credit figures (R6)."""

import frappe
from frappe.model.document import Document

from customer_grading.setup.custom_fields import CREDIT_LEVEL

CREDIT_ROLES = {"Credit Controller", "Accounts Manager", "Sales Manager"}
"""They decide about credit, though ERPNext gives them no permission level of Customer."""
CREDIT = ("Credit Tier", "Credit Limit")
"""The values of `what` that tell of credit."""


def hidden_from(user: str) -> tuple[str, ...]:
	"""The kinds of rows that a user may not see: the one predicate behind both hooks."""
	return () if sees_credit(user) else CREDIT


def sees_credit(user: str) -> bool:
	"""Whether somebody may see credit figures: by role, or by permission level 1 of Customer."""
	if CREDIT_ROLES & set(frappe.get_roles(user)):
		return True
	return CREDIT_LEVEL in frappe.get_meta("Customer").get_permlevel_access("read", user=user)


def condition(user: str | None = None, doctype: str = "Grade Change") -> str:
	"""The condition that leaves hidden rows out of a list, for the hook `permission_query_conditions`."""
	hidden = hidden_from(user or frappe.session.user)
	if not hidden:
		return ""
	return frappe.qb.DocType(doctype).what.notin(hidden).get_sql(quote_char="`", with_namespace=True)


def allowed(doc: Document, user: str | None = None) -> bool:
	"""Whether a row may be seen or used, for the hook `has_permission`. It can only deny."""
	return doc.get("what") not in hidden_from(user or frappe.session.user)
