import frappe
from frappe.model.document import Document


class OpenItem(Document):
	"""What is open of one document of a customer: a copy for the order desk. See `gate.open_items`."""


def on_doctype_update() -> None:
	"""The index by which the order desk reads an account."""
	frappe.db.add_index("Open Item", ["customer", "company"])
