import frappe
from frappe import _
from frappe.model.document import Document

from customer_grading.records.reasons import sentences


class EvidenceError(frappe.ValidationError):
	"""Somebody tried to change or delete evidence."""


class GradeChange(Document):
	"""One line of a customer's history: from, to, why, by which policy, from which document. Append-only."""

	@property
	def explanation(self) -> str:
		"""Why it changed, in the reader's language."""
		return " ".join(sentences(self.reasons))

	def validate(self) -> None:
		"""Only `records.grade_change` writes history, and only once."""
		frappe.throw(
			_("The history of customer {0} cannot be typed or changed. It is written by the app.").format(
				self.customer
			),
			EvidenceError,
			title=_("History Is Kept"),
		)

	def on_trash(self) -> None:
		"""History is kept, whoever asks."""
		if frappe.flags.in_uninstall:
			return
		frappe.throw(
			_("The history of customer {0} cannot be deleted.").format(self.customer),
			EvidenceError,
			title=_("History Is Kept"),
		)
