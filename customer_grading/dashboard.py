"""The connections of a Customer."""

from typing import Any

from frappe import _

GRADING = ("Customer Follow Up", "Customer Complaint", "Grade Change", "Grade Proposal", "Grade Assignment")


def of_customer(data: dict[str, Any]) -> dict[str, Any]:
	"""ERPNext's own connections, and those of grading; for the hook `override_doctype_dashboards`."""
	return {**data, "transactions": [*data["transactions"], {"label": _("Grading"), "items": [*GRADING]}]}
