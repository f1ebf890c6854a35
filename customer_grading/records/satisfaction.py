"""The satisfaction level that a Customer shows: its worst open complaint, else its latest answer (R12)."""

from collections.abc import Collection, Iterator, Sequence

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import IfNull, Max
from frappe.utils import now
from pypika.queries import QueryBuilder
from pypika.terms import Field

FIELD = "satisfaction_level"
SURVEY = "Satisfaction Survey"
"""Where customers answer, if that is installed: `customer`, `satisfaction_level`, `answered_on`."""
BATCH = 1000


def refresh(customers: Collection[str]) -> set[str]:
	"""Bring the level of these customers up to date; those of whom it has changed."""
	names = sorted(set(customers) - {"", None})
	changed: set[str] = set()
	for start in range(0, len(names), BATCH):
		changed |= _refresh(names[start : start + BATCH])
	return changed


def catch_up() -> set[str]:
	"""Bring those up to date who show another level than their worst open complaint; who they were."""
	complaint, customer = DocType("Customer Complaint"), DocType("Customer")
	worst = Max(complaint.level)
	query = (
		frappe.qb.from_(complaint)
		.join(customer)
		.on(customer.name == complaint.customer)
		.select(complaint.customer)
		.where((complaint.is_open == 1) & (complaint.docstatus < 2))  # noqa: PLR2004  (cancelled)
		.groupby(complaint.customer, customer[FIELD])
		.having(worst != IfNull(customer[FIELD], ""))
	)
	return refresh(query.run(pluck=True))


def _refresh(names: Sequence[str]) -> set[str]:
	table = DocType("Customer")
	shown = dict(frappe.qb.from_(table).select(table.name, table[FIELD]).where(table.name.isin(names)).run())
	levels = dict.fromkeys(names, "") | answers(names) | worst_open(names)
	changed = {name for name in shown if (shown[name] or "") != levels[name]}
	for level in {levels[name] for name in changed}:
		_write(level, [name for name in changed if levels[name] == level])
	return changed


def _write(level: str, names: Sequence[str]) -> None:
	"""The customers are not saved: their own checks would get in the way. Open forms learn it by the time."""
	table = DocType("Customer")
	query = frappe.qb.update(table).set(table[FIELD], level or None)
	query = query.set(table.modified, now()).set(table.modified_by, frappe.session.user)
	query.where(table.name.isin(list(names))).run()
	frappe.clear_document_cache("Customer", names[0] if len(names) == 1 else None)


def worst_open(names: Sequence[str]) -> dict[str, str]:
	"""The worst level of the open complaints of some customers; those without any are left out."""
	table = DocType("Customer Complaint")
	query = frappe.qb.from_(table).select(table.customer, Max(table.level)).groupby(table.customer)
	is_open = (table.is_open == 1) & (table.docstatus < 2)  # noqa: PLR2004  (cancelled)
	found = query.where(is_open & table.customer.isin(list(names))).run()
	return {customer: level for customer, level in found if level}


def answers(names: Sequence[str]) -> dict[str, str]:
	"""What customers answered last: in a survey, or when a complaint was closed."""
	rows = [row for query in _answered(names) for row in query.run()]
	# Of several answers of one day the later row stays: surveys come after complaints.
	rows.sort(key=lambda row: str(row[2])[:10])
	return {customer: level for customer, level, _day in rows if level}


def _answered(names: Sequence[str]) -> Iterator[QueryBuilder]:
	complaint = DocType("Customer Complaint")
	level = complaint.satisfaction_after
	yield _latest(complaint.customer, level, complaint.closed_on, names)
	if frappe.db.table_exists(SURVEY):
		survey = DocType(SURVEY)
		yield _latest(survey.customer, survey[FIELD], survey.answered_on, names)


def _latest(customer: Field, level: Field, moment: Field, names: Sequence[str]) -> QueryBuilder:
	"""All answers in the order in which they came; the last of a customer stays in a dictionary."""
	query = frappe.qb.from_(customer.table).select(customer, level, moment).orderby(moment)
	return query.where(customer.isin(list(names)) & moment.isnotnull() & (level != ""))
