"""Customer: what rules derive is not typed."""

from frappe.model.document import Document

from customer_grading.records.customer import forget_derived, refuse_direct_changes


def validate(customer: Document, _method: str | None = None) -> None:
	"""Refuse typed values of derived fields."""
	refuse_direct_changes(customer)


def after_delete(customer: Document, _method: str | None = None) -> None:
	"""Leave derived values out of what Frappe keeps of a deleted customer, so that it can be restored."""
	forget_derived(customer)
