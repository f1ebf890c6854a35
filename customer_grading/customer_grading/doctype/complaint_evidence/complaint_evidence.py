from customer_grading.records.table_row import TableRow


class ComplaintEvidence(TableRow):
	"""What a complaint is raised with."""
