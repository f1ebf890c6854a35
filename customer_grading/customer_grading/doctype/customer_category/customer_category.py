from customer_grading.records.masters import Master


class CustomerCategory(Master):
	"""The visit plan of a customer category (R13)."""
