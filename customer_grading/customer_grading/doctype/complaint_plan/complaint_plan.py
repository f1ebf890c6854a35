from customer_grading.records.table_row import TableRow


class ComplaintPlan(TableRow):
	"""What is to be done about a complaint, by whom, until when."""
