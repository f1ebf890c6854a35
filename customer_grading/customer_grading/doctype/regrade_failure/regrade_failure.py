from frappe.model.document import Document


class RegradeFailure(Document):
	"""A customer that a run could not regrade, and what was wrong."""
