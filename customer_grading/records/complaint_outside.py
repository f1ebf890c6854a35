"""Complaints that customers raise themselves, on the portal or with a survey: step ① (R11)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import frappe
from frappe import _

from customer_grading.records import uploads
from customer_grading.records.complaint import COMPLAINT
from customer_grading.records.uploads import Upload
from customer_grading.rules.options import ComplaintSource, EvidenceKind, FileKind


@dataclass(frozen=True, slots=True)
class Told:
	"""What somebody from outside says. Who they are, and that the documents are theirs, was checked."""

	customer: str
	subject: str
	description: str
	wanted: str = ""
	occurred_on: date | None = None
	contact_person: str | None = None
	company: str | None = None
	delivery_note: str | None = None
	sales_invoice: str | None = None
	warranty_claim: str | None = None
	names_reason: int = 0


def raise_complaint(told: Told, source: ComplaintSource, files: Sequence[Upload] = ()) -> str:
	"""File a complaint at the first step, with its evidence; its name.

	Raises a ComplaintError where a document belongs to somebody else, or a date cannot be.
	"""
	document = frappe.new_doc(COMPLAINT)
	document.update({name: value for name, value in asdict(told).items() if value})
	document.source = str(source)
	document.flags.raised_outside = True
	# Guests and portal users have no permission on complaints: this is the one way in.
	document.insert(ignore_permissions=True)
	if files:
		_add_evidence(document.name, files)
	return document.name


def _add_evidence(name: str, files: Sequence[Upload]) -> None:
	document = frappe.get_doc(COMPLAINT, name)
	addresses = uploads.attach(files, COMPLAINT, name)
	for upload, address in zip(files, addresses, strict=True):
		kind = EvidenceKind.DOCUMENT if upload.kind is FileKind.PDF else EvidenceKind.PHOTO
		document.append(
			"evidence", {"kind": str(kind), "file": address, "remark": _("Sent by the customer.")}
		)
	document.flags.raised_outside = True
	document.save(ignore_permissions=True)
