"""Files that a complaint names as evidence: each is the complaint's own, and nobody else's is kept (R11)."""

from typing import NoReturn

import frappe
from frappe import _
from frappe.core.doctype.file.file import File
from frappe.core.doctype.file.utils import find_file_by_url
from frappe.model.document import Document

from customer_grading.records.complaint import COMPLAINT, ComplaintError


class EvidenceFileMissingError(ComplaintError):
	"""A file is named as evidence that is not there, or that the user may not read."""


def take(complaint: Document, before: Document | None) -> None:
	"""Make what is newly named as evidence the complaint's own. Raises EvidenceFileMissingError."""
	taken = {row.name: row.file for row in before.evidence} if before else {}
	for row in complaint.evidence:
		if row.file and row.file != taken.get(row.name):
			row.file = own(row.file, complaint.name) or _refuse_missing(row.file)


def own(address: str, complaint: str) -> str | None:
	"""The address of a complaint's own file of what is at an address; None where the user may not read it.

	What is attached to the complaint stays; anything else that the user may read is copied.
	"""
	file = _attached(address, complaint) or _sent_ahead(address, complaint) or _copy(address, complaint)
	return _set_apart(file) if file else None


def _attached(address: str, complaint: str) -> File | None:
	found = {"file_url": address, "attached_to_doctype": COMPLAINT, "attached_to_name": complaint}
	name = frappe.db.exists("File", found)
	return frappe.get_doc("File", name) if name else None


def _sent_ahead(address: str, complaint: str) -> File | None:
	"""What the user has uploaded before the complaint was saved: it bears the name that the form had then."""
	sent = {"file_url": address, "attached_to_doctype": COMPLAINT, "owner": frappe.session.user}
	for name, place in frappe.get_all("File", sent, ["name", "attached_to_name"], as_list=True):
		if not frappe.db.exists(COMPLAINT, place):
			file: File = frappe.get_doc("File", name)
			file.db_set("attached_to_name", complaint)
			return file
	return None


def _copy(address: str, complaint: str) -> File | None:
	source: File | None = find_file_by_url(address)
	if not source or not (source.is_remote_file or source.exists_on_disk()):
		return None
	content = {"file_url": address} if source.is_remote_file else {"content": source.get_content()}
	place = {"attached_to_doctype": COMPLAINT, "attached_to_name": complaint, "is_private": 1}
	# With a name that no other file is likely to need, should it be hidden or published.
	name = f"{complaint}-{source.file_name}"
	copy = frappe.get_doc({"doctype": "File", "file_name": name, **place, **content})
	# Whoever saves the complaint may attach to it, and reads the file: that was found out above.
	return copy.insert(ignore_permissions=True)


def _set_apart(file: File) -> str:
	"""Give a file content on the disk that no other file shares, and a hash that is its own; its address.

	Frappe publishes and hides all files of one hash together, and keeps one file for equal contents.
	"""
	if not file.is_remote_file:
		if _is_shared(file) and file.exists_on_disk():
			file.flags.new_file = True
			file.save_file(file.get_content(), ignore_existing_file_check=True)
		place = {"file_name": file.file_name, "file_url": file.file_url}
		file.db_set({**place, "content_hash": f"evidence-{file.name}"}, update_modified=False)
	return file.file_url


def _is_shared(file: File) -> bool:
	return bool(frappe.db.exists("File", {"file_url": file.file_url, "name": ("!=", file.name)}))


def _refuse_missing(address: str) -> NoReturn:
	message = _("There is no file {0} that you may read. Upload the file, or choose one of the library.")
	told = message.format(frappe.bold(frappe.utils.escape_html(address)))
	frappe.throw(told, EvidenceFileMissingError, title=_("File Not Found"))
