from customer_grading.records.table_row import TableRow


class ComplaintOpinion(TableRow):
	"""The opinion of somebody who signs a plan. Written by signing, and kept."""
