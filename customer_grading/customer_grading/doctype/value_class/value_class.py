from customer_grading.records.masters import Master


class ValueClass(Master):
	"""The lowest score and the limit coefficient of a value class (R4, R5)."""
