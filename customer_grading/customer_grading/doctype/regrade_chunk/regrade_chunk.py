from customer_grading.records.table_row import TableRow


class RegradeChunk(TableRow):
	"""A part of a regrade run: customers from one name to another, in the order of the database."""
