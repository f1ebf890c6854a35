"""What of a complaint nobody changes any more: derived fields, evidence, talks, signatures, signed plans."""

from collections.abc import Iterable
from typing import NamedTuple, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt

from customer_grading.records.complaint import COMPLAINT, ComplaintError
from customer_grading.rules.complaint_steps import FIXED
from customer_grading.rules.options import ComplaintStep

DERIVED = (
	"level",
	"proposed_level",
	"overruled_level",
	"step_since",
	"step_due",
	"due_on",
	"is_open",
	"approved_on",
	"executed_on",
	"closed_on",
	"solved_in_time",
	"repeat_of",
	"raised_by",
	"source",
	"plan_round",
	"signatures_missing",
	"overdue_told",
	"disputes_invoice",
	"level_reasons",
)
"""What follows from the rest; `step` is moved by the actions of the process."""
HISTORY = ("opinions", "level_changes")
"""Rows that only our own functions add."""
HANDLING = (
	"dismissal_reason",
	"judgement",
	"judgement_reason",
	"blame",
	"department",
	"court",
	"case_no",
	"filed_on",
	"heard_on",
	"court_outcome",
	"decided_on",
	"court_remark",
	"solution",
	"cost",
	"satisfaction_after",
)
"""What those who handle a complaint fill in, and nobody who raises it from outside."""
JUDGED = ("judgement", "judgement_reason")
TYPED_LATER = ("satisfaction_after",)
"""What is still filled in once a complaint is closed."""
NUMERIC = {"Float", "Int", "Check", "Currency"}


class ComplaintDerivedError(ComplaintError):
	"""Somebody tried to type what follows from the process."""


class ComplaintKeptError(ComplaintError):
	"""Somebody tried to change or remove what is evidence."""


class EvidenceFileError(ComplaintKeptError):
	"""Somebody tried to delete, publish, move or change a file that is evidence."""


class PlanSignedError(ComplaintError):
	"""A plan, or the judgement under it, is changed after it was signed."""


class ComplaintClosedError(ComplaintError):
	"""A complaint is changed that nobody works on any more."""


class Rows(NamedTuple):
	"""A table of the complaint whose rows stay as they were, in the fields that matter."""

	table: str
	fields: tuple[str, ...]


EVIDENCE = Rows("evidence", ("kind", "file", "remark"))
TALKS = Rows("talks", ("talk_date", "with_whom", "said", "offer", "outcome", "talked_by"))
PLAN = Rows("plan", ("action", "department", "person", "due_date"))


def forget_derived(complaint: Document) -> None:
	"""Empty what a new complaint cannot have yet, whoever has filled it in."""
	for field in (*DERIVED, *HISTORY):
		if field != "source":
			complaint.set(field, [] if field in HISTORY else None)


def forget_handling(complaint: Document) -> None:
	"""Empty what somebody from outside does not fill in."""
	for field in HANDLING:
		complaint.set(field, None)
	for table in ("plan", "talks"):
		complaint.set(table, [])


def refuse_changes(complaint: Document, before: Document) -> None:
	"""Raise the error that tells what may not be changed, where something of it was."""
	_refuse_typed(complaint, before)
	if not before.is_open:
		_refuse_closed(complaint, before)
	if before.docstatus == 1:
		_must_stay(complaint, before, EVIDENCE)
	_must_stay(complaint, before, TALKS)
	if ComplaintStep(before.step) in FIXED:
		_refuse_signed(complaint, before)


def _refuse_typed(complaint: Document, before: Document) -> None:
	typed = [field for field in DERIVED if _differs(complaint, before, field)]
	typed += [table for table in HISTORY if not _same_rows(complaint, before, table)]
	if not typed:
		return
	label = _(complaint.meta.get_label(typed[0]), context=complaint.doctype)
	message = _(
		"{0} of the complaint cannot be typed, because it follows from the process. "
		"Use the actions of the form, or Set Level."
	)
	frappe.throw(
		message.format(frappe.bold(label)), ComplaintDerivedError, title=_("Follows from the Process")
	)


def _same_rows(complaint: Document, before: Document, table: str) -> bool:
	child = frappe.get_meta(complaint.meta.get_field(table).options)
	fields = tuple(field.fieldname for field in child.fields if not field.is_virtual)
	is_kept = _is_kept(complaint, before, Rows(table, fields))
	return is_kept and _names(complaint, table) == _names(before, table)


def _names(document: Document, table: str) -> list[str]:
	return [row.name for row in document.get(table)]


def _differs(document: Document, before: Document, field: str) -> bool:
	return _shown(document, field) != _shown(before, field)


def _shown(document: Document, field: str) -> float | str:
	"""A value as it can be compared: nothing and zero are the same, and so are a time and its text."""
	kind = document.meta.get_field(field)
	if kind and kind.fieldtype in NUMERIC:
		return flt(document.get(field))
	return cstr(document.get(field))


def _is_kept(complaint: Document, before: Document, rows: Rows) -> bool:
	"""Whether each row of before is still there as it was."""
	now = {row.name: row for row in complaint.get(rows.table)}
	return all(
		old.name in now and not any(_differs(now[old.name], old, field) for field in rows.fields)
		for old in before.get(rows.table)
	)


def _must_stay(complaint: Document, before: Document, rows: Rows) -> None:
	if _is_kept(complaint, before, rows):
		return
	label = _(complaint.meta.get_label(rows.table), context=complaint.doctype)
	message = _("{0}: what is filed is kept as it is. Undo the change, and add another row instead.")
	frappe.throw(message.format(frappe.bold(label)), ComplaintKeptError, title=_("Evidence Is Kept"))


def _refuse_signed(complaint: Document, before: Document) -> None:
	is_same = _is_kept(complaint, before, PLAN) and len(complaint.plan) == len(before.plan)
	if is_same and not any(_differs(complaint, before, field) for field in JUDGED):
		return
	frappe.throw(
		_("The plan is signed, so that judgement and plan stay as they are. Send it back to change them."),
		PlanSignedError,
		title=_("Plan Is Signed"),
	)


def _refuse_closed(complaint: Document, before: Document) -> None:
	fields = [field for field in complaint.meta.fields if not field.is_virtual]
	plain = [field.fieldname for field in fields if field.fieldtype not in _LOOKS]
	changed = [field for field in plain if field not in TYPED_LATER and _differs(complaint, before, field)]
	tables = [field.fieldname for field in fields if field.fieldtype == "Table"]
	if changed or _has_other_rows(complaint, before, tables):
		_tell_closed(complaint)


_LOOKS = {"Table", "Section Break", "Column Break", "HTML"}


def _has_other_rows(complaint: Document, before: Document, tables: Iterable[str]) -> bool:
	return not all(_same_rows(complaint, before, table) for table in tables)


def _tell_closed(complaint: Document) -> NoReturn:
	frappe.throw(
		_("The complaint {0} is closed and kept. Raise another one where there is something new.").format(
			complaint.name
		),
		ComplaintClosedError,
		title=_("Complaint Is Closed"),
	)


FILE_STAYS = ("file_url", "is_private", "attached_to_doctype", "attached_to_name", "content_hash")
"""Of a file that is evidence: where it is, who may read it, and what it says."""
CONTENT_STAYS = ("is_private", "content_hash")
"""What of another file at the same address would take the content along."""


def refuse_evidence_file(file: Document, changed: Document | None = None) -> None:
	"""Raise EvidenceFileError where the file is a complaint's own and its evidence; nobody is excepted.

	`changed`: the file as it is about to be; None where it is about to go. With the app itself it may go.
	"""
	stays = changed and not any(_differs(changed, file, each) for each in FILE_STAYS)
	if stays or frappe.flags.in_uninstall:
		return
	moves = changed and any(_differs(changed, file, each) for each in CONTENT_STAYS)
	complaint = shown_by(file.file_url) if moves else _owner(file)
	if complaint:
		_refuse_file(file, complaint)


def shown_by(address: str | None) -> str | None:
	"""A complaint that has its evidence at an address."""
	named = {"file": address or "", "parenttype": COMPLAINT}
	return frappe.db.get_value("Complaint Evidence", named, "parent")


def _owner(file: Document) -> str | None:
	"""The complaint whose own file it is, and evidence."""
	if file.attached_to_doctype != COMPLAINT:
		return None
	named = {"file": file.file_url or "", "parenttype": COMPLAINT, "parent": file.attached_to_name}
	return frappe.db.get_value("Complaint Evidence", named, "parent")


def _refuse_file(file: Document, complaint: str) -> NoReturn:
	message = _(
		"The file {0} is evidence of the complaint {1}, and stays as and where it is. "
		"Add another file instead; while the complaint is a draft, take this one out of the evidence first."
	)
	named = frappe.bold(frappe.utils.escape_html(file.file_name or file.name))
	frappe.throw(message.format(named, complaint), EvidenceFileError, title=_("Evidence Is Kept"))


def forbid(name: str) -> NoReturn:
	"""Nobody deletes or cancels a complaint."""
	frappe.throw(
		_("The complaint {0} is kept. Dismiss it where there is no problem, or close it.").format(name),
		ComplaintKeptError,
		title=_("Complaint Is Kept"),
	)
