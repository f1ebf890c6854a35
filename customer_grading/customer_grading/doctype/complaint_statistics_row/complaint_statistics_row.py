from customer_grading.records.complaint_statistics import name_of
from customer_grading.records.table_row import TableRow


class ComplaintStatisticsRow(TableRow):
	"""The complaints of a month by one value of what they are counted by."""

	@property
	def told(self) -> str:
		"""What the row is about, for its reader: not escaped."""
		return name_of(self.cut, self.value, self.title)
