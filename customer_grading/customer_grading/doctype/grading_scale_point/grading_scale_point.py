from customer_grading.records.table_row import TableRow


class GradingScalePoint(TableRow):
	"""A point of a scale: what is measured, and the points of 100 that it is worth (R4)."""
