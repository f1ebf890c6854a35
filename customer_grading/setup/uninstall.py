"""What happens when the app leaves a site: nothing of it stays.

Frappe itself deletes the DocTypes of the module and what names the module. It leaves columns, the rows of
other tables that tell of the app's records, jobs, the role and the log of patches; those are deleted here,
after Frappe is done, because Frappe calls both hooks on a dry run as well.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import frappe
from frappe.utils.background_jobs import get_queues

from customer_grading.records.todo import PREFIX
from customer_grading.setup.complaint_workflow import ours
from customer_grading.setup.custom_fields import FIELDS
from customer_grading.setup.install import CONTROLLER, FOUND_ROLE
from customer_grading.setup.shipped import APP, MODULE, doctypes, series

KEPT = {"Communication", "Event", "Email Queue", "Email Account", "IMAP Folder", "User Type"}
"""Records of the company: they lose their link to the app's documents, and stay."""
INTERNAL_TABLES = ("__global_search", "__UserSettings", "__Auth")


class Reference(NamedTuple):
	"""A field of a DocType that can hold the name of something that goes."""

	doctype: str
	field: str


def after_uninstall() -> None:
	"""Delete what Frappe leaves behind."""
	if APP in frappe.get_installed_apps():
		return
	brought = ours()
	_forget("DocType", doctypes())
	_delete_brought(brought)
	_delete_role()
	_forget("Scheduled Job Type", _scheduled())
	frappe.db.delete("Scheduled Job Type", {"method": ("like", f"{APP}.%")})
	_delete_remarks()
	_delete_todos()
	frappe.db.commit()
	_cancel_jobs()
	_drop_fields()


def _scheduled() -> list[str]:
	return frappe.get_all("Scheduled Job Type", filters={"method": ("like", f"{APP}.%")}, pluck="name")


def _delete_brought(brought: dict[str, list[str]]) -> None:
	"""Roles, states and actions that came with the workflow of complaints."""
	for doctype, names in brought.items():
		_forget(doctype, names)
		for name in names:
			frappe.delete_doc(doctype, name, force=True, ignore_on_trash=True, delete_permanently=True)


def _delete_role() -> None:
	"""The role goes too, with who had it, unless it was there before the app."""
	found = frappe.db.get_global(FOUND_ROLE)
	frappe.db.delete("DefaultValue", {"defkey": ("like", f"{APP}%")})
	if not found:
		_forget("Role", [CONTROLLER])
		frappe.delete_doc("Role", CONTROLLER, force=True, ignore_on_trash=True, delete_permanently=True)


def _forget(kind: str, names: Sequence[str]) -> None:
	"""Delete or clear every reference to what has these names and is of this kind."""
	if names:
		for reference in _references(kind):
			_forget_reference(reference, kind, names)


def _references(kind: str) -> Iterator[Reference]:
	filters = {"fieldtype": "Link", "options": kind}
	for source, parent in (("DocField", "parent"), ("Custom Field", "dt")):
		for row in frappe.get_all(source, filters=filters, fields=[parent, "fieldname"], limit=0):
			yield Reference(row[parent], row.fieldname)


def _forget_reference(reference: Reference, kind: str, names: Sequence[str]) -> None:
	meta = frappe.get_meta(reference.doctype)
	if meta.issingle:
		frappe.db.delete("Singles", {"doctype": meta.name, "field": reference.field, "value": ("in", names)})
	elif frappe.db.table_exists(meta.name) and frappe.db.has_column(meta.name, reference.field):
		_forget_rows(reference, kind, names)


def _forget_rows(reference: Reference, kind: str, names: Sequence[str]) -> None:
	filters = {reference.field: ("in", names)}
	if not _goes(reference.doctype, kind):
		frappe.db.set_value(reference.doctype, filters, reference.field, None, update_modified=False)
	elif reference.doctype == "File" or frappe.get_meta(reference.doctype).get_table_fields():
		_delete_documents(reference.doctype, filters)
	else:
		frappe.db.delete(reference.doctype, filters)


def _goes(doctype: str, kind: str) -> bool:
	"""Whether a row of that DocType means nothing without what it refers to."""
	meta = frappe.get_meta(doctype)
	if kind == "Role":
		return bool(meta.istable) or doctype == "Custom DocPerm"
	return doctype not in KEPT and frappe.local.module_app.get(frappe.scrub(meta.module)) == "frappe"


def _delete_documents(doctype: str, filters: dict[str, tuple[str, Sequence[str]]]) -> None:
	for name in frappe.get_all(doctype, filters=filters, pluck="name"):
		frappe.delete_doc(doctype, name, force=True, ignore_on_trash=True, delete_permanently=True)


def _delete_remarks() -> None:
	"""What other tables say of the app in text, without a link."""
	names = doctypes()
	frappe.db.delete("Patch Log", {"patch": ("like", f"{APP}.%")})
	frappe.db.delete("Custom DocPerm", {"parent": ("in", names)})
	frappe.db.delete("Singles", {"doctype": ("in", names)})
	frappe.db.delete("Deleted Document", {"deleted_doctype": ("in", names)})
	frappe.db.delete("Deleted Document", {"deleted_doctype": "Module Def", "deleted_name": MODULE})
	frappe.db.delete("Deleted Document", {"data": ("like", f'%"module": "{MODULE}"%')})
	for table in INTERNAL_TABLES:
		frappe.db.delete(table, {"doctype": ("in", names)})
	for head in series():
		frappe.db.delete("Series", {"name": ("like", f"{head}%")})


def _delete_todos() -> None:
	"""Those that the app wrote. They are about customers, so that no reference leads to them."""
	filters = {"name": ("like", f"{PREFIX}%"), "reference_type": "Customer"}
	for name in frappe.get_all("ToDo", filters=filters, pluck="name"):
		todo = frappe.get_doc("ToDo", name)
		frappe.db.delete("ToDo", {"name": name})
		todo.update_in_reference()


def _cancel_jobs() -> None:
	"""Take what waits for a worker out of the queues of this site."""
	for queue in get_queues():
		for job in queue.get_jobs():
			if job.kwargs.get("site") == frappe.local.site and _is_ours(job.kwargs.get("method")):
				job.delete()


def _is_ours(method: str | Callable[..., object] | None) -> bool:
	name = method if isinstance(method, str) else getattr(method, "__module__", "")
	return name.startswith(f"{APP}.")


def _drop_fields() -> None:
	"""Frappe leaves what a company set about deleted fields, and their columns with their indexes."""
	for doctype, fields in FIELDS.items():
		gone = {field["fieldname"] for field in fields} - _used(doctype)
		frappe.db.delete("Property Setter", {"doc_type": doctype, "field_name": ("in", gone)})
		columns = gone & set(frappe.db.get_table_columns(doctype))
		frappe.db.commit()
		if columns:
			_drop(doctype, sorted(columns))


def _used(doctype: str) -> set[str]:
	"""What others have meanwhile given a name of ours."""
	return {field.fieldname for field in frappe.get_meta(doctype, cached=False).fields}


def _drop(doctype: str, columns: Sequence[str]) -> None:
	# Names cannot be parameters of a statement; these are constants of custom_fields.py.
	drops = ", ".join(f"DROP COLUMN `{name}`" for name in columns)
	frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` {drops}")
	frappe.cache.hdel("table_columns", f"tab{doctype}")
