"""Update Items: the policy is asked as the order is saved, but ERPNext asks its own limit before."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from customer_grading.gate.binding import bond_of
from customer_grading.gate.terms import credit_days
from customer_grading.rules.options import Mode

ORIGINAL = "erpnext.controllers.accounts_controller.update_child_qty_rate"
LIMITS = "Customer Credit Limit"
ORDER = "Sales Order"


class ForeignRowError(frappe.ValidationError):
	"""A row of another order is to be changed."""


@frappe.whitelist(methods=["POST"])
def update_child_qty_rate(
	parent_doctype: str, trans_items: str, parent_doctype_name: str, child_docname: str = "items"
) -> Any:
	"""Do what ERPNext does at the button Update Items, without its own credit check where the policy binds.

	That check would refuse to make an order of a customer who is above the limit any smaller. What may be
	changed of which order is checked by ERPNext, except that it does not look whose rows they are. Raises
	ForeignRowError where one is not of the order, and OrderRefusedError where the policy refuses the change.
	"""
	frappe.has_permission(parent_doctype, "write", throw=True)
	if parent_doctype == ORDER:
		_refuse_foreign(trans_items, parent_doctype_name)
		# ERPNext would add rows that belong to no table of the form, and count in nothing.
		child_docname = "items"
	original = frappe.get_attr(ORIGINAL)
	with (
		_standing_back(parent_doctype, parent_doctype_name),
		_days_remembered(parent_doctype, parent_doctype_name),
	):
		return original(parent_doctype, trans_items, parent_doctype_name, child_docname)


def _refuse_foreign(trans_items: str, order: str) -> None:
	"""Whatever names no row of the order is refused: for ERPNext a set of filters would do as well."""
	own = frappe.get_all("Sales Order Item", {"parent": order, "parenttype": ORDER}, pluck="name")
	named = [row["docname"] for row in json.loads(trans_items) if row.get("docname")]
	foreign = next((each for each in named if each not in own), None)
	if foreign is None:
		return
	message = _("The row {0} is not one of the order {1}. Reload the order and change its own rows.")
	told = message.format(escape_html(str(foreign)), escape_html(order))
	frappe.throw(told, ForeignRowError, title=_("Row of Another Order"))


@contextmanager
def _days_remembered(doctype: str, name: str) -> Iterator[None]:
	"""Keep what credit the terms of an order gave: ERPNext saves its lines, with their days, before it."""
	if doctype == ORDER:
		frappe.flags.credit_days_before = {name: credit_days(frappe.get_doc(doctype, name))}
	try:
		yield
	finally:
		frappe.flags.credit_days_before = None


@contextmanager
def _standing_back(doctype: str, name: str) -> Iterator[None]:
	"""Have ERPNext leave the orders of the customer unchecked while its own function runs.

	Its switch for that is in a row of the Customer. It is put back before anybody else can see it.
	"""
	is_order = doctype == ORDER
	account = frappe.db.get_value(doctype, name, ["customer", "company"]) if is_order else None
	bond = bond_of(*account) if account else None
	if bond is None or bond.mode is not Mode.ENFORCE:
		yield
		return
	place = {"parent": bond.customer, "parenttype": "Customer", "company": bond.company}
	row, was = frappe.db.get_value(LIMITS, place, ["name", "bypass_credit_limit_check"]) or (None, 0)
	switch = row or _add_row(place)
	_set(switch, 1)
	try:
		yield
	finally:
		_set(switch, was)
		if row is None:
			frappe.db.delete(LIMITS, {"name": switch})


def _add_row(place: dict[str, str]) -> str:
	"""A row that grants nothing: a limit of 0 leaves it to the customer's group."""
	row = frappe.get_doc({"doctype": LIMITS, **place, "parentfield": "credit_limits", "credit_limit": 0})
	row.db_insert()
	name: str = row.name
	return name


def _set(row: str, value: int) -> None:
	frappe.db.set_value(LIMITS, row, "bypass_credit_limit_check", value, update_modified=False)
