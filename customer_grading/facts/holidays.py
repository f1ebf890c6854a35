"""The days on which nobody is expected to follow a customer up."""

from datetime import date

import frappe

from customer_grading.rules.dates import add_months

MONTHS_BEFORE = 12
"""The longest time for which a follow-up that is due today can have been waiting since the one before."""


def holidays(day: date) -> frozenset[date]:
	"""The Holiday List of the default company, from a year before `day` on; empty where there is none."""
	company = frappe.db.get_single_value("Global Defaults", "default_company")
	kept = frappe.db.get_value("Company", company, "default_holiday_list") if company else None
	if not kept:
		return frozenset()
	since = add_months(day, -MONTHS_BEFORE)
	filters = {"parent": kept, "holiday_date": (">=", since)}
	return frozenset(frappe.get_all("Holiday", filters=filters, pluck="holiday_date", limit=0))
