from customer_grading.records.table_row import TableRow


class RegradeFailure(TableRow):
	"""A customer that a run could not regrade, and what was wrong."""
