from frappe.model.document import Document


class ComplaintPlan(Document):
	"""What is to be done about a complaint, by whom, until when."""
