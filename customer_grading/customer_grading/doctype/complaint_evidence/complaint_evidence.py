from frappe.model.document import Document


class ComplaintEvidence(Document):
	"""What a complaint is raised with."""
