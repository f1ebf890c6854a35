"""Removing the demo.

What is evidence, and may not be deleted otherwise, goes here with the customers that it is about: none of it
is about anybody real. Rows are deleted as they are: documents would refuse, or leave traces of their own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import frappe
from erpnext.setup.doctype.company.company import update_company_current_month_sales
from frappe import _
from frappe.model.rename_doc import get_link_fields
from frappe.query_builder import DocType
from frappe.utils.global_search import sync_global_search

from customer_grading.setup.demo import desk
from customer_grading.setup.demo.record import Record, numbers, recorded

Gone = dict[str, set[str]]
"""The documents that go, by DocType."""

MENTIONS = (
	("Activity Log", "reference_doctype", "reference_name"),
	("Comment", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Deleted Document", "deleted_doctype", "deleted_name"),
	("DocShare", "share_doctype", "share_name"),
	("Document Follow", "ref_doctype", "ref_docname"),
	("Email Queue", "reference_doctype", "reference_name"),
	("GL Entry", "voucher_type", "voucher_no"),
	("Notification Log", "document_type", "document_name"),
	("Payment Ledger Entry", "voucher_type", "voucher_no"),
	("Stock Ledger Entry", "voucher_type", "voucher_no"),
	("Tag Link", "document_type", "document_name"),
	("ToDo", "reference_type", "reference_name"),
	("Version", "ref_doctype", "docname"),
	("View Log", "reference_doctype", "reference_name"),
)
"""What others may have filed about a document, and what goes with it: DocType, fields of type and name."""

OF_USERS = (
	("__Auth", "name"),
	("__UserSettings", "user"),
	("Activity Log", "user"),
	("DefaultValue", "parent"),
	("Route History", "user"),
	("Sessions", "user"),
	("User Permission", "user"),
)
"""What belongs to a user without being owned by it: table and column."""

PARTIES = (("Opportunity", "party_name"), ("Payment Entry", "party"), ("Quotation", "party_name"))
"""Documents of a customer that do not name it in a link to Customer."""

SPARED = ("Fiscal Year", "Holiday List")
"""What stays if anything else uses it by now."""


class InUseError(frappe.ValidationError):
	"""Documents that are not the demo's depend on it."""


class Use(NamedTuple):
	"""A document that names one that is to go."""

	doctype: str
	name: str
	used: str


def remove() -> int:
	"""Remove the demo, and what was tried out on its customers since; how many documents.

	Does nothing where there is none. Raises InUseError, and removes nothing, where others depend on it.
	"""
	kept = recorded()
	if kept is None:
		return 0
	# What waits to be indexed would come to the index after it is gone.
	sync_global_search()
	gone = _all(kept)
	_put_back_holidays(kept, gone)
	if kept.mode is not None:
		# It was broken off before it could do so itself.
		desk.put_back(kept.company, kept.mode)
	for doctype, names in gone.items():
		if doctype not in SPARED:
			_delete(doctype, names)
	_delete_spared(gone)
	_must_not_be_used(gone)
	for table, column in OF_USERS:
		frappe.db.delete(table, {column: ("in", kept.users)})
	_put_back_numbers(kept)
	update_company_current_month_sales(kept.company)
	kept.forget()
	frappe.db.commit()
	frappe.clear_cache()
	return sum(map(len, gone.values()))


def _all(kept: Record) -> Gone:
	gone: Gone = defaultdict(set)
	for doctype in _doctypes():
		if names := _names(doctype, "owner", kept.users):
			gone[doctype].update(names)
	for doctype, column in (("User", "name"), ("Notification Settings", "name"), ("Contact", "user")):
		gone[doctype].update(_names(doctype, column, kept.users))
	for doctype, field in _of_customers():
		gone[doctype].update(_names(doctype, field, gone["Customer"]))
	_add_mentions(gone)
	return {doctype: names for doctype, names in gone.items() if names}


def _doctypes(**filters: int) -> list[str]:
	filters = {"istable": 0, "issingle": 0, "is_virtual": 0, **filters}
	kinds = frappe.get_all("DocType", filters=filters, pluck="name")
	return [kind for kind in kinds if frappe.db.table_exists(kind)]


def _names(doctype: str, column: str, values: Collection[str]) -> list[str]:
	if not values:
		return []
	table = DocType(doctype)
	return frappe.qb.from_(table).select(table.name).where(table[column].isin(list(values))).run(pluck=True)


def _of_customers() -> Iterator[tuple[str, str]]:
	"""Where transactions, and the records of this app, name a customer."""
	kinds = {*_doctypes(is_submittable=1), *_doctypes(module="Customer Grading")}
	for field in get_link_fields("Customer"):
		if field["parent"] in kinds:
			yield field["parent"], field["fieldname"]
	yield from PARTIES


def _add_mentions(gone: Gone) -> None:
	for doctype, names in [(doctype, names) for doctype, names in gone.items() if names]:
		for table, kind, name in MENTIONS:
			log = DocType(table)
			query = frappe.qb.from_(log).select(log.name)
			found = query.where((log[kind] == doctype) & log[name].isin(list(names))).run(pluck=True)
			gone[table].update(found)


def _delete(doctype: str, names: Collection[str]) -> None:
	for field in frappe.get_meta(doctype).get_table_fields():
		rows = {"parenttype": doctype, "parent": ("in", list(names))}
		frappe.db.delete(field.options, rows)
	frappe.db.delete(doctype, {"name": ("in", list(names))})
	frappe.db.delete("__global_search", {"doctype": doctype, "name": ("in", list(names))})


def _put_back_holidays(kept: Record, gone: Gone) -> None:
	mine = gone.get("Holiday List", ())
	if kept.gave_holidays and frappe.db.get_value("Company", kept.company, "default_holiday_list") in mine:
		frappe.db.set_value("Company", kept.company, "default_holiday_list", None, update_modified=False)


def _delete_spared(gone: Gone) -> None:
	for doctype in SPARED:
		used = {use.used for use in _uses(doctype, gone.get(doctype, ()))}
		gone[doctype] = {name for name in gone.get(doctype, ()) if name not in used}
		_delete(doctype, gone[doctype])


def _uses(doctype: str, names: Iterable[str]) -> Iterator[Use]:
	"""What still names one of these."""
	names = list(names)
	for field in get_link_fields(doctype) if names else ():
		if field["issingle"] or not frappe.db.table_exists(field["parent"]):
			continue
		table = DocType(field["parent"])
		column = table[field["fieldname"]]
		is_row = frappe.get_meta(field["parent"]).istable
		head = (table.parenttype, table.parent) if is_row else (table.name, table.name)
		for kind, name, used in frappe.qb.from_(table).select(*head, column).where(column.isin(names)).run():
			yield Use(kind if is_row else field["parent"], name, used)


def _must_not_be_used(gone: Gone) -> None:
	uses = [use for doctype, names in gone.items() for use in _uses(doctype, names)]
	if not uses:
		return
	frappe.db.rollback()
	told = [_("{0} {1} uses {2}.").format(_(use.doctype), use.name, use.used) for use in uses[:10]]
	frappe.throw(
		_(
			"The demo cannot be removed: documents that are not its own need it. Delete them first. {0}"
		).format(" ".join(told)),
		InUseError,
	)


def _put_back_numbers(kept: Record) -> None:
	"""Where nobody has drawn a number since, numbering goes on as if the demo had never been."""
	now = numbers()
	for name, reached in kept.reached.items():
		if now.get(name) != reached:
			continue
		frappe.db.delete("Series", {"name": name})
		if kept.series.get(name) is not None:
			series = DocType("Series")
			frappe.qb.into(series).columns("name", "current").insert(name, kept.series[name]).run()
