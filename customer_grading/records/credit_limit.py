"""Credit limits: ours, and the row that ERPNext's own credit check reads."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.utils import now

from customer_grading.records import bulk
from customer_grading.rules.credit_limit import CreditLimit

LEAST = Decimal("0.01")
"""What stands for no credit in ERPNext, where 0 means unlimited."""
MOST = Decimal(999_999_999_999)
"""What stands for unlimited in ERPNext: without a row the customer would fall to the limit of its group."""


class Table(NamedTuple):
	"""A child table of Customer that holds one limit a company."""

	doctype: str
	parentfield: str


OURS = Table("Customer Grading Limit", "grading_limits")
ERPNEXT = Table("Customer Credit Limit", "credit_limits")

PLACE = ("idx", "parent", "parenttype", "parentfield")
"""Where a row stands in a Customer."""

Limits = Mapping[tuple[str, str], CreditLimit]
"""By customer and company, in the currency of the company."""


def limits_of(customers: Collection[str], lock: bool = False) -> dict[str, dict[str, CreditLimit]]:
	"""The limits that stand, by customer and company; with `lock` those of now, which then stay."""
	found: dict[str, dict[str, CreditLimit]] = {}
	for row in _rows(OURS, customers, ("credit_limit", "unlimited"), lock):
		limit = CreditLimit(Decimal(str(row.credit_limit)), bool(row.unlimited))
		found.setdefault(row.parent, {})[row.company] = limit
	return found


def write(limits: Limits, day: date) -> None:
	"""Set limits on Customers, and in ERPNext's `credit_limits`, there never as 0.

	The Customer is not saved: ERPNext refuses a limit below what is owed, which is when it is needed most.
	"""
	if not limits:
		return
	_write(OURS, {key: _ours(limit, day) for key, limit in limits.items()})
	_write(ERPNEXT, {key: {"credit_limit": erpnext_limit(limit)} for key, limit in limits.items()})
	_touch({customer for customer, _company in limits})


def _touch(customers: Collection[str]) -> None:
	"""Let forms that are open learn it; saved, they would bring the old rows back."""
	table = frappe.qb.DocType("Customer")
	query = frappe.qb.update(table).set(table.modified, now()).set(table.modified_by, frappe.session.user)
	query.where(table.name.isin(list(customers))).run()
	frappe.clear_document_cache("Customer", None)


def _ours(limit: CreditLimit, day: date) -> dict[str, Any]:
	return {"credit_limit": limit.amount, "unlimited": int(limit.unlimited), "set_on": day}


def erpnext_limit(limit: CreditLimit) -> Decimal:
	"""A limit as ERPNext has to read it to mean the same."""
	return MOST if limit.unlimited else max(limit.amount, LEAST)


def _rows(
	table: Table, customers: Collection[str], columns: Sequence[str], lock: bool = False
) -> list[frappe._dict]:
	if not customers:
		return []
	return frappe.db.get_values(
		table.doctype,
		{"parenttype": "Customer", "parentfield": table.parentfield, "parent": ("in", list(customers))},
		["name", "parent", "company", "idx", *columns],
		as_dict=True,
		for_update=lock,
	)


def _write(table: Table, values: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
	customers = sorted({customer for customer, _company in values})
	rows = {(row.parent, row.company): row for row in _rows(table, customers, (), lock=True)}
	for key, row in rows.items():
		if key in values:
			frappe.db.set_value(table.doctype, row.name, dict(values[key]))
	_insert(table, {key: each for key, each in values.items() if key not in rows}, list(rows.values()))


def _insert(
	table: Table, values: Mapping[tuple[str, str], Mapping[str, Any]], rows: Sequence[frappe._dict]
) -> None:
	if not values:
		return
	places: dict[str, int] = {}
	for row in rows:
		places[row.parent] = max(row.idx, places.get(row.parent, 0))
	added = []
	for (customer, company), each in values.items():
		places[customer] = places.get(customer, 0) + 1
		row = (places[customer], customer, "Customer", table.parentfield, company, *each.values())
		added.append((frappe.generate_hash(length=16), row))
	bulk.insert(table.doctype, (*PLACE, "company", *next(iter(values.values()))), added)
