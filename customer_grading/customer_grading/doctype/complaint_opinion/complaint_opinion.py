from frappe.model.document import Document


class ComplaintOpinion(Document):
	"""The opinion of somebody who signs a plan. Written by signing, and kept."""
