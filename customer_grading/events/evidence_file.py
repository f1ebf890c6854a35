"""File: what a complaint names as evidence is neither deleted nor published, moved or changed (R11)."""

import frappe
from frappe.core.doctype.file.file import File

from customer_grading.records.complaint_kept import refuse_evidence_file, shown_by

DELETE_CONTENT = "delete_file_data_content"
HERE = f"{__name__}.delete_content"


def before_validate(file: File, _method: str | None = None) -> None:
	"""Raise EvidenceFileError where the file is evidence and is about to change. Nothing is moved yet."""
	before = file.get_doc_before_save()
	if before:
		refuse_evidence_file(before, file)


def on_trash(file: File, _method: str | None = None) -> None:
	"""Raise EvidenceFileError where the file is evidence."""
	refuse_evidence_file(file)


def delete_content(file: File, *, only_thumbnail: bool = False) -> None:
	"""Delete a file from the disk, for Frappe's hook, unless it is evidence: `on_trash` comes too late."""
	if not only_thumbnail:
		refuse_evidence_file(file)
		# Another file can be given the address of evidence: it goes, and the content stays.
		only_thumbnail = bool(shown_by(file.file_url)) and not frappe.flags.in_uninstall
	others = [method for method in frappe.get_hooks(DELETE_CONTENT) if method != HERE]
	delete = frappe.get_attr(others[0]) if others else File.delete_file_from_filesystem
	delete(file, only_thumbnail=only_thumbnail)
