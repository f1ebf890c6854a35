from customer_grading.records.table_row import TableRow


class HandlingAdvice(TableRow):
	"""How to deal with one kind of complainant at a level."""
