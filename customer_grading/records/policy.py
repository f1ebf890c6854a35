"""The policy of this site: read from Desk, checked as a whole whenever a part of it is saved, and stored."""

from collections.abc import Sequence
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document

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


class PolicyRefusedError(frappe.ValidationError):
	"""What was to be saved, or what is stored, makes a policy that cannot be used."""


def current_policy() -> Policy:
	"""The policy that Desk holds, decimals as they were typed. What was never set has its default.

	Raises PolicyRefusedError, naming the setting, where somebody wrote past the checks.
	"""
	return _checked(_stored())


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
