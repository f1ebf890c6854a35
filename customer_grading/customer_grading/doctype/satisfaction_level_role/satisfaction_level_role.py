from customer_grading.records.table_row import TableRow


class SatisfactionLevelRole(TableRow):
	"""A role in line: told of complaints of a level, or signing their plans."""
