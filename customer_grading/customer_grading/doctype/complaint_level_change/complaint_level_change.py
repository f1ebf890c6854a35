from frappe.model.document import Document

from customer_grading.records.reasons import sentences


class ComplaintLevelChange(Document):
	"""One change of the level of a complaint. Append-only."""

	@property
	def explanation(self) -> str:
		"""By which signs, in the reader's language."""
		return " ".join(sentences(self.reasons))
