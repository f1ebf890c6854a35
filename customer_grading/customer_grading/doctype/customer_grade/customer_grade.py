from customer_grading.records.masters import Master


class CustomerGrade(Master):
	"""What a customer grade means, and its follow-up cadence (R1, R2)."""
