from frappe.model.document import Document


class HandlingAdvice(Document):
	"""How to deal with one kind of complainant at a level."""
