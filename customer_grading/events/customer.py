"""Customer: what rules derive is not typed."""

from frappe.model.document import Document

from customer_grading.records.customer import (
	forget_derived,
	keep_bookkeeping,
	refuse_direct_changes,
	write,
)


def validate(customer: Document, _method: str | None = None) -> None:
	"""Refuse typed values of derived fields, and ask for a regrade where rules are told something new."""
	refuse_direct_changes(customer)
	keep_bookkeeping(customer)


def after_rename(_customer: Document, _method: str, _old: str, new: str, merge: bool = False) -> None:
	"""Ask for a regrade of who has taken over another customer's documents: none of them was changed."""
	if merge:
		write({new: {}})


def after_delete(customer: Document, _method: str | None = None) -> None:
	"""Leave derived values out of what Frappe keeps of a deleted customer, so that it can be restored."""
	forget_derived(customer)
