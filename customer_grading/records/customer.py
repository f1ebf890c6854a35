"""What rules derive on a Customer: who may change it, and the one way in which it is written."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, now, nowdate
from pypika.terms import Parameter

from customer_grading.setup.custom_fields import DERIVED, TYPED

NUMERIC = {"Float", "Int", "Check"}
LIMITS = "grading_limits"
BOOKKEEPING = "regrade_due"
"""Nobody reads it but the nightly job, so it moves without the document being changed."""
LIMIT_COLUMNS = ("company", "credit_limit", "unlimited")


class DerivedFieldError(frappe.ValidationError):
	"""Somebody tried to type what rules derive."""


def refuse_direct_changes(customer: Document) -> None:
	"""Raise DerivedFieldError where a saved Customer differs in what only the product's own documents change.

	`read_only` binds the browser only; this binds REST, Data Import and scripts as well.
	"""
	before = customer.get_doc_before_save()
	for name in DERIVED:
		if name != BOOKKEEPING and _shown(customer, name) != _shown(before, name):
			_refuse(customer, name)


def keep_bookkeeping(customer: Document) -> None:
	"""Ask for a regrade where a person has told the rules something new; else leave it as it was."""
	before = customer.get_doc_before_save()
	if before is None:
		customer.regrade_due = None
	elif any(flt(customer.get(name)) != flt(before.get(name)) for name in (*TYPED, "disabled")):
		customer.regrade_due = nowdate()
	else:
		customer.regrade_due = before.regrade_due


def forget_derived(customer: Document) -> None:
	"""Empty the derived fields of a document that is about to be kept as deleted. Its history stays."""
	for name in DERIVED:
		customer.set(name, [] if name == LIMITS else None)


def _shown(customer: Document | None, name: str) -> Any:
	"""A value as it can be compared: nothing, zero and an absent row are the same."""
	value = customer.get(name) if customer else None
	if name == LIMITS:
		return sorted(_limit(row) for row in value or [])
	if frappe.get_meta("Customer").get_field(name).fieldtype in NUMERIC:
		return flt(value)
	return cstr(value)


def _limit(row: Document) -> tuple[str, float, float]:
	return cstr(row.company), flt(row.credit_limit), flt(row.unlimited)


def _refuse(customer: Document, name: str) -> None:
	label = _(frappe.get_meta("Customer").get_label(name))
	message = _(
		"{0} of customer {1} cannot be typed, because it follows from rules. "
		"File a Customer Follow Up or a Grade Assignment, or approve a Grade Proposal instead."
	)
	frappe.throw(
		message.format(frappe.bold(label), frappe.bold(customer.name or customer.customer_name)),
		DerivedFieldError,
		title=_("Derived by Rules"),
	)


def write(changes: Mapping[str, Mapping[str, Any]], as_of: Mapping[str, datetime] | None = None) -> set[str]:
	"""Write derived fields: values by field name, by customer. Limits are written by `records.credit_limit`.

	The Customer documents are not saved, because their own checks would stop a downgrade of exactly those
	customers who are in debt. Forms that are open meanwhile learn it from the time of change. With `as_of`,
	customers that were changed since those times are left alone, and returned; without it somebody else than
	the regrade writes, and the customers are regraded next.
	"""
	if as_of is None:
		changes = {customer: {BOOKKEEPING: nowdate(), **values} for customer, values in changes.items()}
	visible = {customer: values for customer, values in changes.items() if set(values) != {BOOKKEEPING}}
	missed = {
		customer
		for customer, values in visible.items()
		if not _written(customer, values, as_of[customer] if as_of else None)
	}
	if visible:
		frappe.clear_document_cache("Customer", next(iter(visible)) if len(visible) == 1 else None)
	_note({name: values[BOOKKEEPING] for name, values in changes.items() if name not in visible}, as_of)
	return missed


def _note(due: Mapping[str, date | str], as_of: Mapping[str, datetime] | None) -> None:
	"""Write when customers are regraded next, all of a day at once, but for those changed meanwhile."""
	table = frappe.qb.DocType("Customer")
	latest = max((as_of[name] for name in due), default=None) if as_of else None
	for day in set(due.values()):
		names = [name for name, its_day in due.items() if its_day == day]
		query = frappe.qb.update(table).set(table[BOOKKEEPING], day).where(table.name.isin(names))
		if latest is not None:
			query = query.where(table.modified <= latest)
		query.run()


def _written(customer: str, values: Mapping[str, Any], as_of: datetime | None) -> bool:
	told = {**dict(sorted(values.items())), "modified": now(), "modified_by": frappe.session.user}
	given = [*told.values(), customer]
	if as_of is not None:
		given.append(as_of)
	frappe.db.sql(_update(tuple(told), as_of is not None), given)
	return as_of is None or frappe.db._cursor.rowcount > 0  # noqa: SLF001  (Frappe tells it in no other way)


@cache
def _update(columns: tuple[str, ...], is_guarded: bool) -> str:
	"""An UPDATE with places for the values; kept, because building it takes longer than running it."""
	table = frappe.qb.DocType("Customer")
	query = frappe.qb.update(table)
	for name in columns:
		query = query.set(table[name], Parameter("%s"))
	query = query.where(table.name == Parameter("%s"))
	if is_guarded:
		query = query.where(table.modified == Parameter("%s"))
	return query.get_sql()
