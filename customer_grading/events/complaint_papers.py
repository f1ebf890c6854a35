"""Sales Order, Delivery Note, Sales Invoice: a complaint about one, which is kept, does not keep it too."""

from frappe.model.document import Document

COMPLAINT = "Customer Complaint"


def on_cancel(paper: Document, _method: str | None = None) -> None:
	"""Let it be cancelled: the complaint still names it."""
	paper.ignore_linked_doctypes = (*(paper.get("ignore_linked_doctypes") or ()), COMPLAINT)
