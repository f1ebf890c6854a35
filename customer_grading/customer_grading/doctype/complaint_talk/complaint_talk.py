from frappe.model.document import Document


class ComplaintTalk(Document):
	"""A talk with whoever complains. Kept as it was logged."""
