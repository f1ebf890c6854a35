from customer_grading.records.table_row import TableRow


class ComplaintTalk(TableRow):
	"""A talk with whoever complains. Kept as it was logged."""
