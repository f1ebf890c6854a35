"""Sales Invoice: a mark of dispute that a person sets or takes is theirs from then on (R6)."""

from frappe.model.document import Document

from customer_grading.records.dispute import leave_to_person


def on_update_after_submit(invoice: Document, _method: str | None = None) -> None:
	"""Let complaints leave the mark to the person who has changed it."""
	if invoice.has_value_changed("is_disputed"):
		leave_to_person(invoice.name)
