"""Documents that a release can be asked for: what is cancelled or gone needs none any more."""

from frappe.model.document import Document

from customer_grading.records import credit_release


def on_cancel(document: Document, _method: str | None = None) -> None:
	"""Take back what waits for a decision."""
	credit_release.lapse(document.doctype, document.name)


def after_delete(document: Document, _method: str | None = None) -> None:
	"""Take back what waits for a decision."""
	credit_release.lapse(document.doctype, document.name)
