"""The one row of a customer in a company that who decides, and who changes what is open, holds in turn.

A transaction of MariaDB keeps seeing what was committed when it first read something. So a lock alone does
not help: whoever waited for it goes on with old figures. Reading the figures themselves with a lock does, but
locks the gaps between rows as well, in which customers without open documents meet and block each other.

Therefore each account counts its changes. The count as this transaction sees it, compared with the count in
the locked row, tells whether plain reading is up to date. Only where it is not, rows are read with a lock.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import partial

import frappe
from frappe.query_builder import DocType
from frappe.utils import now
from pypika.queries import QueryBuilder

from customer_grading.facts.open_items import locked, name_of
from customer_grading.facts.values import money
from customer_grading.prepared import Prepared, given

UNKNOWN = -1
"""No account has changed so often: whoever expects it reads with a lock."""


def lock(customer: str, company: str) -> bool:
	"""Hold the account until this transaction ends; whether plain reading shows what is committed now.

	Who holds it already is waited for. Deadlocks and timeouts are let through.
	"""
	name = name_of(customer, company)
	expected = _expected()
	if name not in expected:
		expected[name] = _count(name) or 0
	count = _count(name, lock=True) if expected[name] else None
	if count is None:
		_make(name, customer, company)
		count = _count(name, lock=True)
	if count != expected[name]:
		expected[name] = UNKNOWN
	return count == expected[name]


def count_change(accounts: Iterable[tuple[str, str]]) -> None:
	"""Tell those who read before this transaction ends that what they have read is old. Asks for `lock`."""
	expected = _expected()
	for name in [name_of(*account) for account in accounts]:
		COUNTED.run(name=name)
		if expected[name] != UNKNOWN:
			expected[name] += 1


def _expected() -> dict[str, int]:
	"""The count of each account that this transaction has locked, if nobody else has changed it.

	Forgotten when the transaction ends. Should that be missed, the count tells as much in the next one.
	"""
	known = getattr(frappe.local, "credit_account_changes", None)
	if not known:
		known = frappe.local.credit_account_changes = {}
		frappe.db.after_commit.add(known.clear)
		frappe.db.after_rollback.add(known.clear)
	return known


def _count(name: str, *, lock: bool = False) -> int | None:
	rows = COUNT[lock].run(name=name)
	return rows[0][0] if rows else None


def _select_count(lock: bool) -> QueryBuilder:
	table = DocType("Credit Account")
	return locked(frappe.qb.from_(table).select(table.changes).where(table.name == given("name")), lock)


def _update_count() -> QueryBuilder:
	table = DocType("Credit Account")
	return frappe.qb.update(table).set(table.changes, table.changes + 1).where(table.name == given("name"))


COUNT = {lock: Prepared(partial(_select_count, lock)) for lock in (False, True)}
COUNTED = Prepared(_update_count)


def _make(name: str, customer: str, company: str) -> None:
	"""Whoever comes second waits for a lock to write at once: over locks to read, two would deadlock."""
	table = DocType("Credit Account")
	at, user = now(), frappe.session.user
	query = frappe.qb.into(table).columns(
		"name", "creation", "modified", "owner", "modified_by", "docstatus", "customer", "company", "changes"
	)
	query = query.insert(name, at, at, user, user, 0, customer, company, 0)
	query.on_duplicate_key_update(table.name, table.name).run()


def typical_order(customer: str, company: str, day: date) -> Decimal | None:
	"""The typical order that was kept on a day; None where none was."""
	table = DocType("Credit Account")
	query = frappe.qb.from_(table).select(table.typical_order).where(table.typical_on == day)
	rows = query.where(table.name == name_of(customer, company)).run()
	return money(rows[0][0]) if rows else None


def keep_typical_order(customer: str, company: str, day: date, amount: Decimal) -> None:
	"""Keep a typical order for the day on which it was computed."""
	name = name_of(customer, company)
	_make(name, customer, company)
	table = DocType("Credit Account")
	query = frappe.qb.update(table).set(table.typical_order, amount).set(table.typical_on, day)
	query.where(table.name == name).run()
