from frappe.model.document import Document


class GradingCompanyMode(Document):
	"""How the payment policy binds the orders of one company."""
