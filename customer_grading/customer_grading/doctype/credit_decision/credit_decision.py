from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document

from customer_grading.customer_grading.doctype.grade_change.grade_change import EvidenceError
from customer_grading.gate.speech import speech_of
from customer_grading.records.reasons import composition, load


class CreditDecision(Document):
	"""One decision of the order desk, with all that it was made from. Append-only, written by the app."""

	@property
	def explanation(self) -> str:
		"""Why it was decided so, in the reader's language."""
		speech = speech_of(self.company)
		return "\n".join(reason.sentence(speech) for reason in load(self.reasons))

	@property
	def composition(self) -> str:
		"""What the exposure consisted of, in the reader's language."""
		return composition(self.components)

	def validate(self) -> None:
		"""Only `records.credit_decision` writes decisions, and only once."""
		self._refuse(_("A credit decision cannot be typed or changed. It is written by the app."))

	def on_update(self) -> None:
		"""Where somebody has skipped the validation, the transaction fails all the same."""
		self.validate()

	def before_rename(self, *_names: object) -> None:
		"""A decision keeps its name."""
		self._refuse(_("A credit decision cannot be renamed."))

	def on_trash(self) -> None:
		"""Decisions are kept, whoever asks."""
		if not frappe.flags.in_uninstall:
			self._refuse(_("A credit decision cannot be deleted."))

	def _refuse(self, message: str) -> NoReturn:
		frappe.throw(message, EvidenceError, title=_("Decisions Are Kept"))
