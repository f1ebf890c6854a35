"""The history of grading: append-only, one row for each value that changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple

import frappe
from frappe.query_builder import DocType
from pypika.queries import QueryBuilder

from customer_grading.records import bulk
from customer_grading.records.reasons import dump
from customer_grading.rules.options import Graded
from customer_grading.rules.reasons import Reason


class Source(NamedTuple):
	"""The document that caused a change, and the fingerprint of the policy it went by."""

	doctype: str
	name: str
	fingerprint: str = ""
	moment: str = ""
	"""When, for what can change a customer more than once: an Opportunity, or time alone."""


@dataclass(frozen=True, slots=True)
class Change:
	"""One value of one customer that changed. `company` for limits only."""

	customer: str
	what: Graded
	old: str
	new: str
	reasons: tuple[Reason, ...] = ()
	company: str = ""
	remark: str = ""
	held_until: date | None = None
	"""By hand: rules do not overwrite the value before this day."""
	by_hand: bool = False


COLUMNS = (
	"customer",
	"what",
	"company",
	"day",
	"from_value",
	"to_value",
	"by_hand",
	"held_until",
	"remark",
	"reasons",
	"source_type",
	"source",
	"policy_fingerprint",
)


def record(changes: Iterable[Change], source: Source, day: date) -> None:
	"""Append the changes to the history, all with one source, effective on `day`.

	A change that the same source has recorded already is a duplicate name, and refused by the database: no
	interrupted run can tell a thing twice.
	"""
	rows = ((_name(change, source), _row(change, source, day)) for change in changes)
	bulk.insert("Grade Change", COLUMNS, rows)


def _row(change: Change, source: Source, day: date) -> Sequence[object]:
	told = (change.customer, change.what, change.company or None, day, change.old, change.new)
	by = (int(change.by_hand), change.held_until, change.remark, dump(change.reasons))
	return (*told, *by, source.doctype or None, source.name or None, source.fingerprint)


def _name(change: Change, source: Source) -> str:
	parts = (source.doctype, source.name, source.moment, change.customer, change.what, change.company)
	return sha256("\0".join(parts).encode()).hexdigest()[:20]


def held(customers: Sequence[str], day: date) -> dict[tuple[str, Graded], date]:
	"""What persons have assigned to these customers and rules may not overwrite on `day`, and until when.

	The last assignment says how long: it may end what an earlier one has held. One of another value than the
	customer's came with a customer that was merged into it, and holds nothing.
	"""
	last = {(customer, Graded(what)): told for customer, what, *told in by_hand(customers).run()}
	holding = {key: told for key, told in last.items() if told[0] and told[0] > day}
	stands = _stands(holding)
	return {
		(customer, what): until
		for (customer, what), (until, value) in holding.items()
		if stands[customer][what.field] == value
	}


def _stands(keys: Collection[tuple[str, Graded]]) -> dict[str, frappe._dict]:
	"""What these customers stand with, of what was assigned."""
	if not keys:
		return {}
	names, fields = {customer for customer, _what in keys}, {what.field for _customer, what in keys}
	rows = frappe.get_all("Customer", {"name": ("in", list(names))}, ["name", *fields])
	return {row.name: row for row in rows}


def by_hand(customers: Sequence[str]) -> QueryBuilder:
	"""What was assigned to these customers, the last one last.

	By their index, whatever the database thinks of it: a table that has grown by a whole run within minutes
	is as large as ever in its statistics, and would be read from end to end.
	"""
	change = DocType("Grade Change")
	query = frappe.qb.from_(change).force_index("customer")
	query = query.select(change.customer, change.what, change.held_until, change.to_value)
	return query.where(change.customer.isin(customers or ("",)) & (change.by_hand == 1)).orderby(
		change.creation
	)
