from customer_grading.records.reasons import sentences
from customer_grading.records.table_row import TableRow


class ComplaintLevelChange(TableRow):
	"""One change of the level of a complaint. Append-only."""

	@property
	def explanation(self) -> str:
		"""By which signs, in the reader's language."""
		return " ".join(sentences(self.reasons))
