"""What must be true of a site before the app writes anything to it."""

from collections.abc import Iterator
from typing import NoReturn

import erpnext
import frappe
from frappe import _

from customer_grading.setup.custom_fields import FIELDS
from customer_grading.setup.shipped import MODULE, shipped

SUPPORTED = (15, 16)
"""Major versions of Frappe and ERPNext."""


class VersionError(frappe.IncompatibleApp):
	"""The app does not know this version of Frappe or ERPNext."""


class ClashError(frappe.IncompatibleApp):
	"""Something that is on the site already has a name that the app needs."""


def check_versions() -> None:
	"""Raise VersionError unless Frappe and ERPNext are of a version that the app was written for."""
	for title, version in (("Frappe", frappe.__version__), ("ERPNext", erpnext.__version__)):
		if int(version.partition(".")[0]) not in SUPPORTED:
			_refuse_version(title, version)


def _refuse_version(title: str, version: str) -> NoReturn:
	message = _(
		"Customer Grading works with {0} version 15 or 16, and this site has version {1}. "
		"Change to one of those versions with bench switch-to-branch, then install again."
	)
	frappe.throw(message.format(title, version), VersionError, title=_("Version Not Supported"))


def check_names() -> None:
	"""Raise ClashError, naming each thing, if another's field or record has a name that the app needs."""
	clashes = [*_fields(), *_columns(), *_records()]
	if clashes:
		remedy = _("Nothing was changed. Rename or delete what is in the way, then install again.")
		frappe.throw("<br>\n".join([*clashes, remedy]), ClashError, title=_("Name Already Taken"))


def _fields() -> Iterator[str]:
	for doctype, names in field_names().items():
		for name in _standard(doctype, names) | _foreign(doctype, names):
			yield _("{0} already has a field {1}, which Customer Grading would add.").format(_(doctype), name)


def field_names() -> dict[str, list[str]]:
	"""The names of the app's fields by DocType."""
	return {doctype: [field["fieldname"] for field in fields] for doctype, fields in FIELDS.items()}


def _standard(doctype: str, names: list[str]) -> set[str]:
	filters = {"parent": doctype, "fieldname": ("in", names)}
	return set(frappe.get_all("DocField", filters=filters, pluck="fieldname"))


def _custom(doctype: str, names: list[str], module: str | tuple[str, str]) -> set[str]:
	filters = {"dt": doctype, "fieldname": ("in", names), "module": module}
	return set(frappe.get_all("Custom Field", filters=filters, pluck="fieldname"))


def _foreign(doctype: str, names: list[str]) -> set[str]:
	return _custom(doctype, names, ("!=", MODULE))


def _columns() -> Iterator[str]:
	"""Columns left behind by a field that is gone: their old values would turn up in ours."""
	message = _(
		"The table of {0} still has a column {1} of a field that was deleted. "
		"bench trim-tables removes such columns."
	)
	for doctype, names in field_names().items():
		known = _standard(doctype, names) | _custom(doctype, names, ("is", "set")) | _foreign(doctype, names)
		for name in set(names) & set(frappe.db.get_table_columns(doctype)) - known:
			yield message.format(_(doctype), name)


def _records() -> Iterator[str]:
	for doctype, name in shipped():
		known = frappe.db.exists("DocType", doctype)
		module = known and frappe.db.get_value(doctype, name, "module")
		if module and module != MODULE:
			yield _("{0} {1} already exists in module {2}.").format(_(doctype), name, module)
