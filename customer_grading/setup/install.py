"""What happens when the app comes to a site."""

from typing import Any

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from customer_grading.gate.open_items import fill
from customer_grading.setup.checks import check_names, check_versions
from customer_grading.setup.complaint_board import make_board
from customer_grading.setup.complaint_workflow import make_workflow, note_found
from customer_grading.setup.custom_fields import CUSTOMER_FIELDS, FIELDS, Field, placed_after
from customer_grading.setup.levels import LINE
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
	"print_hide",
}
"""What a company may change of a field without the app minding: a patch leaves it as it is."""

PLAIN = {"permlevel": 0, "read_only": 0, "no_copy": 0, "allow_on_submit": 0, "search_index": 0}
"""What a field is as long as it says nothing else."""

INTERNAL = {"print_hide": 1}
"""Documents are printed for customers, and how they are graded is not for them. A company may choose to."""


def before_install() -> None:
	"""Refuse before anything is written, or note what is there already."""
	check_versions()
	check_names()
	if frappe.db.exists("Module Def", MODULE):
		return
	if frappe.db.exists("Role", CONTROLLER):
		frappe.db.set_global(FOUND_ROLE, "1")
	note_found()


def after_install() -> None:
	"""Fields, roles, masters, the workflow of complaints, and the copy of what is open."""
	make_custom_fields()
	make_roles()
	make_masters()
	make_workflow()
	make_board()
	copy_open_items()


def after_migrate() -> None:
	"""Roles, masters and the workflow that a new version adds. What a company has edited stays."""
	make_roles()
	make_masters()
	make_workflow()
	make_board()
	copy_open_items()


def copy_open_items() -> None:
	"""Fill the table of open items where it is new; from then on it follows the documents."""
	if not frappe.get_all("Open Item", limit=1):
		fill()


def make_roles() -> None:
	"""The roles of those who decide on credit, and of those who sign."""
	for name in (CONTROLLER, *LINE):
		if not frappe.db.exists("Role", name):
			role = frappe.get_doc({"doctype": "Role", "role_name": name, "desk_access": 1})
			# Whoever installs an app decides for the whole site.
			role.insert(ignore_permissions=True)


def make_custom_fields() -> None:
	"""Add the fields that are missing, and bring what rules rely on up to date in those that are there.

	With the module set they leave with the app. Each is added once as a column: no customer is read or saved.
	"""
	create_custom_fields(_fields(), ignore_validate=True)


def hide_from_print() -> None:
	"""Keep the fields that are there out of what is printed."""
	for doctype in FIELDS:
		printed = {"dt": doctype, "module": MODULE, "print_hide": 0}
		frappe.db.set_value("Custom Field", printed, dict(INTERNAL))
		frappe.clear_cache(doctype=doctype)


def _fields() -> dict[str, list[Field]]:
	placed = {**FIELDS, "Customer": placed_after(_last_of_first_tab(), CUSTOMER_FIELDS)}
	placed["Sales Order"] = placed_after("payment_schedule", FIELDS["Sales Order"])
	return {doctype: [_owned(doctype, field) for field in fields] for doctype, fields in placed.items()}


def _owned(doctype: str, field: Field) -> Field:
	known = frappe.db.exists("Custom Field", {"dt": doctype, "fieldname": field["fieldname"]})
	shipped = {**INTERNAL, **field}
	kept = {name: value for name, value in shipped.items() if not known or name not in LOOKS}
	return {**PLAIN, **kept, "module": MODULE}


def _last_of_first_tab() -> str:
	names = [field.fieldname for field in frappe.get_meta("Customer").fields if not _ours(field)]
	tab = "contact_and_address_tab"
	return names[names.index(tab) - 1] if tab in names[1:] else names[-1]


def _ours(field: Any) -> bool:
	return field.fieldname in {each["fieldname"] for each in FIELDS["Customer"]}
