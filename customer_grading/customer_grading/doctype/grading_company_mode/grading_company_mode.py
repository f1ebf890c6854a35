from customer_grading.records.table_row import TableRow


class GradingCompanyMode(TableRow):
	"""How the payment policy binds the orders of one company."""
