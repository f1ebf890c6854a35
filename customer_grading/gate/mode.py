"""Whether the payment policy binds the orders of a company (R6)."""

import frappe

from customer_grading.rules.options import Mode

SETTINGS = "Grading Settings"


def mode_of(company: str | None) -> Mode:
	"""The mode of a company: its own row of the settings, else that of the site. Read from the cache."""
	settings = frappe.get_cached_doc(SETTINGS)
	own = next((row.mode for row in settings.get("company_modes") or () if row.company == company), None)
	return Mode(own or settings.get("mode") or Mode.ENFORCE)


def records_allowed() -> bool:
	"""Whether orders that are simply allowed are recorded as well. Read from the cache."""
	return bool(frappe.get_cached_doc(SETTINGS).get("record_allowed"))
