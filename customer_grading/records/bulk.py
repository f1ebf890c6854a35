"""Many rows at once, filled in as Frappe fills in one."""

from collections.abc import Iterable, Sequence
from functools import cache

import frappe
from frappe.utils import now
from pypika.terms import Parameter

HEAD = ("name", "creation", "modified", "owner", "modified_by", "docstatus")
SIZES = (500, 50, 5, 1)
"""Rows of one statement. Few sizes, because a statement takes longer to build than to run."""


def insert(doctype: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[object]]]) -> None:
	"""Insert rows, each a name and the values of the columns. No controller is asked."""
	at, user = now(), frappe.session.user
	filled = [(name, at, at, user, user, 0, *values) for name, values in rows]
	head = (*HEAD, *columns)
	start = 0
	for size in SIZES:
		while len(filled) - start >= size:
			part = filled[start : start + size]
			frappe.db.sql(_statement(doctype, head, size), [value for row in part for value in row])
			start += size


@cache
def _statement(doctype: str, columns: tuple[str, ...], rows: int) -> str:
	"""An INSERT of so many rows, with places for the values."""
	places = tuple(Parameter("%s") for _column in columns)
	query = frappe.qb.into(frappe.qb.DocType(doctype)).columns(*columns)
	return query.insert(*(places for _row in range(rows))).get_sql()
