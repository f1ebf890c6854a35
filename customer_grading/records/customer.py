"""What rules derive on a Customer: who may change it, and the one way in which it is written."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, now
from pypika.terms import Parameter

from customer_grading.setup.custom_fields import DERIVED

NUMERIC = {"Float", "Int", "Check"}
LIMITS = "grading_limits"
LIMIT_COLUMNS = ("company", "credit_limit", "unlimited")


class DerivedFieldError(frappe.ValidationError):
	"""Somebody tried to type what rules derive."""


def refuse_direct_changes(customer: Document) -> None:
	"""Raise DerivedFieldError where a saved Customer differs in what only the product's own documents change.

	`read_only` binds the browser only; this binds REST, Data Import and scripts as well.
	"""
	before = customer.get_doc_before_save()
	for name in DERIVED:
		if _shown(customer, name) != _shown(before, name):
			_refuse(customer, name)


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
	customers that were changed since those times are left alone, and returned.
	"""
	missed = {
		customer
		for customer, values in changes.items()
		if not _written(customer, values, as_of[customer] if as_of else None)
	}
	if changes:
		frappe.clear_document_cache("Customer", next(iter(changes)) if len(changes) == 1 else None)
	return missed


def _written(customer: str, values: Mapping[str, Any], as_of: datetime | None) -> bool:
	columns = sorted(values)
	given = [*(values[name] for name in columns), now(), frappe.session.user, customer]
	if as_of is not None:
		given.append(as_of)
	frappe.db.sql(_update(tuple(columns), as_of is not None), given)
	return as_of is None or frappe.db._cursor.rowcount > 0  # noqa: SLF001  (Frappe tells it in no other way)


@cache
def _update(columns: tuple[str, ...], is_guarded: bool) -> str:
	"""An UPDATE with places for the values; kept, because building it takes longer than running it."""
	table = frappe.qb.DocType("Customer")
	query = frappe.qb.update(table)
	for name in (*columns, "modified", "modified_by"):
		query = query.set(table[name], Parameter("%s"))
	query = query.where(table.name == Parameter("%s"))
	if is_guarded:
		query = query.where(table.modified == Parameter("%s"))
	return query.get_sql()
