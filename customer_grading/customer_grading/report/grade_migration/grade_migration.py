"""R16: how customers moved between grades, classes, tiers or categories in a period, from where to where."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from customer_grading.permissions import CREDIT, sees_credit
from customer_grading.rules.options import (
	CreditTier,
	CustomerCategory,
	CustomerGrade,
	Graded,
	RelationshipStatus,
	StrEnum,
	ValueClass,
)

VALUES: dict[Graded, type[StrEnum]] = {
	Graded.CREDIT_TIER: CreditTier,
	Graded.CUSTOMER_GRADE: CustomerGrade,
	Graded.VALUE_CLASS: ValueClass,
	Graded.CUSTOMER_CATEGORY: CustomerCategory,
	Graded.RELATIONSHIP_STATUS: RelationshipStatus,
}
NOT_GRADED = ""

Moves = Counter[tuple[str, str]]
"""How many customers, by value on the first and on the last day."""


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, no message and a chart: rows by the value before, columns by the value after."""
	chosen = filters or {}
	what = Graded(chosen["what"])
	start, end = getdate(chosen["from_date"]), getdate(chosen["to_date"])
	if start > end:
		frappe.throw(_("From Date must not be after To Date."))
	values = [*VALUES[what], NOT_GRADED]
	found = moves(what, start, end)
	return _columns(what, values), _rows(found, values), None, _chart(found, values)


def moves(what: Graded, start: date, end: date) -> Moves:
	"""Where the customers that the user may see stood before `start` and after `end`, counted.

	Walks back from how they stand now through the history.
	"""
	if what in CREDIT and not sees_credit(frappe.session.user):
		frappe.throw(_("You may not see credit figures of customers."), frappe.PermissionError)
	history: dict[str, list[frappe._dict]] = {}
	for change in _changes(what, start):
		history.setdefault(change.customer, []).append(change)
	return Counter(_from_to(value, history.get(name, ()), end) for name, value in _current(what))


def _current(what: Graded) -> list[tuple[str, str]]:
	"""How the customers that the user may read stand. Who may see credit is asked before."""
	readable = set(frappe.get_list("Customer", pluck="name", limit_page_length=0))
	table = frappe.qb.DocType("Customer")
	rows = frappe.qb.from_(table).select(table.name, table[what.field]).run()
	return [(name, value or "") for name, value in rows if name in readable]


def _changes(what: Graded, start: date) -> list[frappe._dict]:
	return frappe.get_all(
		"Grade Change",
		filters={"what": what, "day": (">=", start)},
		fields=["customer", "day", "from_value"],
		order_by="day desc, creation desc",
	)


def _from_to(value: str, latest_first: Iterable[frappe._dict], end: date) -> tuple[str, str]:
	before = after = value
	for change in latest_first:
		before = change.from_value or ""
		if change.day > end:
			after = before
	return before, after


def _columns(what: Graded, values: Iterable[str]) -> list[dict[str, Any]]:
	first = {
		"fieldname": "before",
		"label": _("{0} Before").format(_(what)),
		"fieldtype": "Data",
		"width": 160,
	}
	return [first, *(_count_column(value) for value in values), _count_column("total", _("Total"))]


def _count_column(value: str, label: str = "") -> dict[str, Any]:
	return {"fieldname": _key(value), "label": label or _name(value), "fieldtype": "Int", "width": 110}


def _key(value: str) -> str:
	return f"to_{frappe.scrub(value)}"


def _name(value: str) -> str:
	return _(value) if value else _("Not graded")


def _rows(found: Moves, values: list[str]) -> list[dict[str, Any]]:
	rows = []
	for before in values:
		counts = {_key(after): found[before, after] for after in values}
		row = {"before": _name(before), **counts, _key("total"): sum(counts.values())}
		if row[_key("total")]:
			rows.append(row)
	return rows


def _chart(found: Moves, values: list[str]) -> dict[str, Any]:
	before = [sum(found[value, other] for other in values) for value in values]
	after = [sum(found[other, value] for other in values) for value in values]
	datasets = [{"name": _("Before"), "values": before}, {"name": _("After"), "values": after}]
	return {"data": {"labels": [_name(value) for value in values], "datasets": datasets}, "type": "bar"}
