"""What happens when the app comes to a site."""

from typing import Any

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from customer_grading.setup.checks import check_names, check_versions
from customer_grading.setup.custom_fields import CUSTOMER_FIELDS, FIELDS, INVOICE_FIELDS, Field
from customer_grading.setup.masters import make_masters
from customer_grading.setup.shipped import MODULE

CONTROLLER = "Credit Controller"
FOUND_ROLE = "customer_grading_found_role"
"""A default of the site, there only if the role was there before the app: uninstalling leaves it then."""
LOOKS = {
	"label",
	"description",
	"insert_after",
	"in_list_view",
	"in_standard_filter",
	"hidden",
	"precision",
}
"""What a company may change of a field without the app minding: a patch leaves it as it is."""

PLAIN = {"permlevel": 0, "read_only": 0, "no_copy": 0, "allow_on_submit": 0, "search_index": 0}
"""What a field is as long as it says nothing else."""


def before_install() -> None:
	"""Refuse before anything is written, or note what is there already."""
	check_versions()
	check_names()
	if frappe.db.exists("Role", CONTROLLER) and not frappe.db.exists("Module Def", MODULE):
		frappe.db.set_global(FOUND_ROLE, "1")


def after_install() -> None:
	"""Fields, the role and the masters."""
	make_custom_fields()
	make_role()
	make_masters()


def after_migrate() -> None:
	"""Masters that a new version adds. What a company has edited stays."""
	make_masters()


def make_role() -> None:
	"""The role of those who decide on credit."""
	if not frappe.db.exists("Role", CONTROLLER):
		role = frappe.get_doc({"doctype": "Role", "role_name": CONTROLLER, "desk_access": 1})
		# Whoever installs an app decides for the whole site.
		role.insert(ignore_permissions=True)


def make_custom_fields() -> None:
	"""Add the fields that are missing, and bring what rules rely on up to date in those that are there.

	With the module set they leave with the app. Each is added once as a column: no customer is read or saved.
	"""
	create_custom_fields(_fields(), ignore_validate=True)


def _fields() -> dict[str, list[Field]]:
	placed = {"Customer": _placed(CUSTOMER_FIELDS), "Sales Invoice": INVOICE_FIELDS}
	return {doctype: [_owned(doctype, field) for field in fields] for doctype, fields in placed.items()}


def _owned(doctype: str, field: Field) -> Field:
	known = frappe.db.exists("Custom Field", {"dt": doctype, "fieldname": field["fieldname"]})
	kept = {name: value for name, value in field.items() if not known or name not in LOOKS}
	return {**PLAIN, **kept, "module": MODULE}


def _placed(fields: tuple[Field, ...]) -> list[Field]:
	"""Fields one after the other, as a tab after the first one of the form."""
	names = [_last_of_first_tab(), *(field["fieldname"] for field in fields)]
	return [{**field, "insert_after": name} for field, name in zip(fields, names, strict=False)]


def _last_of_first_tab() -> str:
	names = [field.fieldname for field in frappe.get_meta("Customer").fields if not _ours(field)]
	tab = "contact_and_address_tab"
	return names[names.index(tab) - 1] if tab in names[1:] else names[-1]


def _ours(field: Any) -> bool:
	return field.fieldname in {each["fieldname"] for each in FIELDS["Customer"]}
