from typing import Any

import frappe
from frappe import _

from customer_grading.facts.exposure_by_tier import exposure_by_tier
from customer_grading.order_desk import company_for_user
from customer_grading.permissions import sees_credit
from customer_grading.rules.options import CreditTier


@frappe.whitelist()
def exposure_by_credit_tier(filters: str | dict[str, Any] | None = None) -> dict[str, Any]:
	"""What customers of each tier owe and have on order in a company; for a chart.

	Raises PermissionError for who may not see credit figures, or not those of the company.
	"""
	if not sees_credit(frappe.session.user):
		raise frappe.PermissionError
	company = company_for_user((frappe.parse_json(filters) or {}).get("company"))
	found = exposure_by_tier(company) if company else {}
	tiers = [tier for tier in (*CreditTier, "") if found.get(tier)]
	if not tiers:
		return {}
	names = [_("Tier {0}").format(tier) if tier else _("No Tier") for tier in tiers]
	return {
		"labels": names,
		"datasets": [{"name": _("Exposure"), "values": [float(found[tier]) for tier in tiers]}],
	}
