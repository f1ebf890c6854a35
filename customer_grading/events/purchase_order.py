"""Purchase Order: a supplier's delivery straight to the customer is a delivery."""

from frappe.model.document import Document

from customer_grading.gate import delivery as door


def before_change(purchase: Document, _method: str | None = None) -> None:
	"""Ask before the goods are noted as delivered."""
	door.delivered_by_supplier(purchase)
