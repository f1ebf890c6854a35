from frappe.model.document import Document


class GradingScalePoint(Document):
	"""A point of a scale: what is measured, and the points of 100 that it is worth (R4)."""
