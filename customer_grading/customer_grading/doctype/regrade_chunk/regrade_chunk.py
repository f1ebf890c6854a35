from frappe.model.document import Document


class RegradeChunk(Document):
	"""A part of a regrade run: customers from one name to another, in the order of the database."""
