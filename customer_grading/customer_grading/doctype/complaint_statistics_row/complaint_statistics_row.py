from frappe.model.document import Document

from customer_grading.records.complaint_statistics import name_of


class ComplaintStatisticsRow(Document):
	"""The complaints of a month by one value of what they are counted by."""

	@property
	def told(self) -> str:
		"""What the row is about, for its reader: not escaped."""
		return name_of(self.cut, self.value, self.title)
