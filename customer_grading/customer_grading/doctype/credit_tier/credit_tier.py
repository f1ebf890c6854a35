from customer_grading.records.masters import Master


class CreditTier(Master):
	"""The payment policy of a credit tier, and what it takes to be there (R6, R7)."""
