"""The order desk while the demo is made.

The demo's past is that of a company which came to grading late: it gave credit as it liked. The order desk
would refuse much of it, so it only notes what it would have decided, as in a trial.
"""

import frappe

from customer_grading.gate.mode import SETTINGS
from customer_grading.rules.options import Mode

MODES = "Grading Company Mode"
UNSET = ""
"""The company followed the mode of the site."""


def only_note(company: str) -> str:
	"""Have the order desk only note what it would decide; the mode that the company had of its own.

	Written as it is, because saving the settings would leave a Version that nobody asked for.
	"""
	row, was = frappe.db.get_value(MODES, {"parent": SETTINGS, "company": company}, ["name", "mode"]) or (
		None,
		UNSET,
	)
	if row:
		frappe.db.set_value(MODES, row, "mode", Mode.SHADOW, update_modified=False)
	else:
		place = {"parent": SETTINGS, "parenttype": SETTINGS, "parentfield": "company_modes"}
		frappe.get_doc({"doctype": MODES, **place, "company": company, "mode": Mode.SHADOW}).db_insert()
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	return was


def put_back(company: str, was: str) -> None:
	"""Give the company back the mode that `only_note` has told."""
	place = {"parent": SETTINGS, "company": company}
	if was:
		frappe.db.set_value(MODES, place, "mode", was, update_modified=False)
	else:
		frappe.db.delete(MODES, place)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
