from customer_grading.records.table_row import TableRow


class CustomerGradingLimit(TableRow):
	"""How much credit a customer has in one company (R5): in company currency, 0 is no credit."""
