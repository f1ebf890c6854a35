from frappe.model.document import Document


class SatisfactionLevelRole(Document):
	"""A role in line: told of complaints of a level, or signing their plans."""
