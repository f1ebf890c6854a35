"""Open Item: the copy of what is open, from which the order desk reads."""

from collections.abc import Collection, Iterable, Sequence

import frappe
from frappe.utils import now
from pypika.terms import Values

from customer_grading.records.bulk import HEAD

ROWS = 1000
"""How many are written by one statement."""

Row = tuple[str, Sequence[object]]
"""A name and the values of the columns."""


def write(columns: Sequence[str], rows: Iterable[Row], *, replace: bool = True) -> None:
	"""Insert rows; those that are there already are replaced, or left alone."""
	at, user = now(), frappe.session.user
	filled = [(name, at, at, user, user, 0, *values) for name, values in rows]
	for start in range(0, len(filled), ROWS):
		part = filled[start : start + ROWS]
		if replace:
			_replace(columns, part)
		else:
			frappe.db.bulk_insert("Open Item", [*HEAD, *columns], part, ignore_duplicates=True)


def _replace(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
	table = frappe.qb.DocType("Open Item")
	query = frappe.qb.into(table).columns(*HEAD, *columns).insert(*rows)
	for column in ("modified", "modified_by", *columns):
		query = query.on_duplicate_key_update(table[column], Values(table[column]))
	query.run()


def remove(names: Collection[str]) -> None:
	"""Delete rows by name."""
	if names:
		frappe.db.delete("Open Item", {"name": ("in", list(names))})


def forget_customer(customer: str) -> None:
	"""Delete what is kept of a customer that is gone."""
	frappe.db.delete("Open Item", {"customer": customer})
	forget_accounts(customer)


def forget_accounts(customer: str) -> None:
	"""Delete the accounts of a customer; they are made anew where they are needed, by the present name."""
	frappe.db.delete("Credit Account", {"customer": customer})
