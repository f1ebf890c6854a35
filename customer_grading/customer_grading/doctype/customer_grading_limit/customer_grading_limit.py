from frappe.model.document import Document


class CustomerGradingLimit(Document):
	"""How much credit a customer has in one company (R5): in company currency, 0 is no credit."""
