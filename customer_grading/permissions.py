"""Who may see which rows: what tells of credit is for those who may see a Customer's credit figures (R6)."""

from collections.abc import Callable
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from pypika.terms import LiteralValue

from customer_grading.setup.custom_fields import CREDIT_LEVEL

CREDIT_ROLES = {"Credit Controller", "Accounts Manager", "Sales Manager"}
"""They decide about credit, though ERPNext gives them no permission level of Customer."""
CREDIT = ("Credit Tier", "Credit Limit")
"""The values of `what` that tell of credit."""


class Sight(NamedTuple):
	"""What somebody sees of a DocType: the rows that have one of these values in a field, or all others."""

	field: str
	values: tuple[str, ...]
	shown: bool

	def shows(self, doc: Document) -> bool:
		"""Whether a row is seen."""
		return (doc.get(self.field) in self.values) is self.shown


SIGHTS: dict[str, Callable[[str], Sight]] = {
	# All of it tells of credit.
	"Credit Decision": lambda _user: Sight("name", ("",), shown=True),
	# Whoever asked sees what has become of it.
	"Credit Release": lambda user: Sight("requested_by", (user,), shown=True),
}
"""What those see of a DocType who may not see credit figures; of others than these, what tells of none."""


def sight_of(doctype: str, user: str) -> Sight | None:
	"""What a user sees of a DocType; None for all of it. The one predicate behind both hooks."""
	if sees_credit(user):
		return None
	return SIGHTS[doctype](user) if doctype in SIGHTS else Sight("what", CREDIT, shown=False)


def sees_credit(user: str) -> bool:
	"""Whether somebody may see credit figures: by role, or by permission level 1 of Customer."""
	if CREDIT_ROLES & set(frappe.get_roles(user)):
		return True
	return CREDIT_LEVEL in frappe.get_meta("Customer").get_permlevel_access("read", user=user)


def condition(user: str | None = None, doctype: str = "Grade Change") -> str:
	"""The condition that leaves hidden rows out of a list, for the hook `permission_query_conditions`."""
	reader = user or frappe.session.user
	sight = sight_of(doctype, reader)
	if sight is None:
		return ""
	if _lists_figures(doctype, reader):
		return "1 = 0"
	column = frappe.qb.DocType(doctype)[sight.field]
	# The database's own quotes: those of the query builder know no backslash.
	values = [LiteralValue(frappe.db.escape(value, percent=False)) for value in sight.values]
	criterion = column.isin(values) if sight.shown else column.notin(values)
	return criterion.get_sql(quote_char="`", with_namespace=True)


def _lists_figures(doctype: str, user: str) -> bool:
	"""Whether Frappe would list columns with credit figures: for columns it goes by the roles alone."""
	return CREDIT_LEVEL in frappe.get_meta(doctype).get_permlevel_access("read", user=user)


def allowed(doc: Document, user: str | None = None) -> bool:
	"""Whether a row may be seen or used, for the hook `has_permission`. It can only deny."""
	sight = sight_of(doc.doctype, user or frappe.session.user)
	return sight is None or sight.shows(doc)
