from customer_grading.records.masters import Master


class SatisfactionLevel(Master):
	"""Who is at a satisfaction level, and by which signs (R12)."""
