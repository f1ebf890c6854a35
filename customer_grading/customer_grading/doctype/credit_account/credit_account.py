from frappe.model.document import Document


class CreditAccount(Document):
	"""One customer in one company: held in turn by those who decide. See `facts.credit_account`."""
