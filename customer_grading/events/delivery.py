"""The documents with which goods leave: the payment policy is asked before they are submitted."""

from frappe.model.document import Document

from customer_grading.gate import delivery as door


def before_submit(document: Document, _method: str | None = None) -> None:
	"""Keep goods back before anything is written."""
	door.enforce(document)


def on_update(document: Document, _method: str | None = None) -> None:
	"""Keep goods back where the submit was told to ignore validation."""
	door.assure(document)


def on_submit(document: Document, _method: str | None = None) -> None:
	"""Write down what was decided."""
	door.kept(document)
