"""The policy of this site: read from Desk, checked as a whole whenever a part of it is saved, and stored."""

from collections.abc import Sequence
from functools import reduce
from operator import mul
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Function
from pypika.queries import QueryBuilder, Table

from customer_grading.prepared import Prepared
from customer_grading.records.policy_places import (
	COLUMNS,
	SCALES,
	SETTINGS,
	Difference,
	Place,
	Record,
	differences,
	fields_of,
	found_at,
	must_fit,
	policy_of,
	values_of,
)
from customer_grading.records.reasons import language
from customer_grading.rules.policy import Policy
from customer_grading.rules.settings import NOT_ORDERED, PolicyError

POINTS = "Grading Scale Point"
POINT_FIELDS = ("criterion", "at", "points")


MADE: dict[str, tuple[Sequence[Sequence[str]], Policy]] = {}
"""The policy of each site that this process serves, with the values that it was made from."""


class PolicyRefusedError(frappe.ValidationError):
	"""What was to be saved, or what is stored, makes a policy that cannot be used."""


def current_policy() -> Policy:
	"""The policy that Desk holds, decimals as they were typed. What was never set has its default.

	It is made once, and again where any value in the database is another. Raises PolicyRefusedError, naming
	the setting, where somebody wrote past the checks.
	"""
	contents = _contents()
	made_from, policy = MADE.get(frappe.local.site, (None, None))
	if policy is None or made_from != contents:
		policy = _checked(_stored())
		MADE[frappe.local.site] = (contents, policy)
	return policy


def _contents() -> Sequence[Sequence[str]]:
	"""All values that a policy is made from, a text a table, by one query."""
	return CONTENTS.run()


def _query_of_contents() -> QueryBuilder:
	single = frappe.qb.DocType("Singles")
	settings = frappe.qb.from_(single).select(_all_of(single, ("field", "value")).as_("values_of"))
	queries = [settings.where(single.doctype == SETTINGS), _texts(POINTS, POINT_FIELDS)]
	masters = dict.fromkeys(doctype for doctype, _column in COLUMNS.values())
	queries += [_texts(doctype, ("name", *fields_of(doctype))) for doctype in masters]
	together = reduce(mul, queries)
	return frappe.qb.from_(together).select(together.star)


def _texts(doctype: str, fields: Sequence[str]) -> QueryBuilder:
	table = frappe.qb.DocType(doctype)
	return frappe.qb.from_(table).select(_all_of(table, fields))


def _all_of(table: Table, fields: Sequence[str]) -> Function:
	return Function("JSON_ARRAYAGG", Function("JSON_ARRAY", *(table[field] for field in fields)))


CONTENTS = Prepared(_query_of_contents)


def policy_with(document: Document) -> Policy:
	"""The whole policy as it would be with this master or these settings saved.

	Whoever saves another part meanwhile waits until this one is saved: two changes that are good each by
	itself may contradict each other. Raises PolicyRefusedError.
	"""
	stored = _stored(lock=True)
	stored[Record(document.doctype, document.name)] = _values(document)
	return _checked(stored)


def store_policy(policy: Policy) -> list[Difference]:
	"""Write a policy to the settings and masters, and tell what has changed.

	The caller has checked permission. Raises PolicyRefusedError, before anything is written, where Desk could
	only hold a number rounded.
	"""
	try:
		must_fit(policy)
	except PolicyError as error:
		refuse(error)
	changed = differences(_checked(_stored(lock=True)), policy)
	values = values_of(policy)
	for record in dict.fromkeys(change.place.record for change in changed):
		_store(record, values[record])
	return changed


def _store(record: Record, values: dict[str, Any]) -> None:
	document = frappe.get_doc(*record)
	document.update(values)
	document.flags.policy_is_checked = True
	# Whoever may write Grading Settings, as the caller checked, may write what masters hold of them.
	document.save(ignore_permissions=True)


def _checked(stored: dict[Record, dict[str, Any]]) -> Policy:
	try:
		return policy_of(stored)
	except PolicyError as error:
		refuse(error)


def _stored(*, lock: bool = False) -> dict[Record, dict[str, Any]]:
	"""All records that hold settings. With `lock`, nobody else reads them so until this transaction ends."""
	settings = frappe.db.get_singles_dict(SETTINGS, for_update=lock)
	points = _rows(POINTS, POINT_FIELDS, lock)
	if points:
		settings[SCALES] = points
	stored = {Record(SETTINGS, SETTINGS): settings}
	for doctype in dict.fromkeys(doctype for doctype, _column in COLUMNS.values()):
		fields = fields_of(doctype)
		for name, *values in _rows(doctype, ("name", *fields), lock):
			stored[Record(doctype, name)] = dict(zip(fields, values, strict=True))
	return stored


def _rows(doctype: str, fields: Sequence[str], lock: bool) -> Sequence[Sequence[Any]]:
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(*(table[field] for field in fields))
	return (query.for_update() if lock else query).run()


def _values(document: Document) -> dict[str, Any]:
	values = {field: document.get(field) for field in fields_of(document.doctype)}
	if document.doctype == SETTINGS:
		values[SCALES] = [tuple(row.get(field) for field in POINT_FIELDS) for row in document.scales]
	return values


def refuse(error: PolicyError) -> NoReturn:
	"""Tell the person at the screen what the policy refuses, what to do about it, and where it stands."""
	speech, place = language(), found_at(error.field)
	parts = [error.reason.sentence(speech), error.reason.remedy(speech)]
	if place:
		at = where(place) if place.path == error.field else _(place.record.doctype)
		parts.append(_("It stands in {0}.").format(at))
	if error.reason.code == NOT_ORDERED.code and place and place.record.doctype != SETTINGS:
		parts.append(
			_("To change both at once, export the policy in Grading Settings, edit the file and import it.")
		)
	told = " ".join(frappe.utils.escape_html(part) for part in parts)
	frappe.throw(told, PolicyRefusedError, title=_("Policy Not Accepted"))


def where(place: Place) -> str:
	"""The field that holds a setting, in the reader's words: `Value Class A, Lowest Score`."""
	doctype, name = place.record
	label = _(frappe.get_meta(doctype).get_label(place.fieldname), context=doctype)
	names = dict.fromkeys((_(doctype), _(name, context=doctype)))
	return f"{' '.join(names)}, {label}"
