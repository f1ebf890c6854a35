from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from customer_grading.facts.exposure_by_tier import exposure_by_tier
from customer_grading.gate.panel import exposure_of
from customer_grading.order_desk import company_for_user, customers_for_user
from customer_grading.permissions import sees_credit
from customer_grading.rules.options import CreditTier


@frappe.whitelist()
def exposure_by_credit_tier(filters: str | dict[str, Any] | None = None) -> dict[str, Any]:
	"""What customers of each tier owe and have on order in a company; for a chart.

	Of those only to whom User Permissions keep the user. Raises PermissionError for who may not see credit
	figures, or not those of the company.
	"""
	if not sees_credit(frappe.session.user):
		raise frappe.PermissionError
	company = company_for_user((frappe.parse_json(filters) or {}).get("company"))
	found = _exposure(company) if company else {}
	tiers = [tier for tier in (*CreditTier, "") if found.get(tier)]
	if not tiers:
		return {}
	names = [_("Tier {0}").format(tier) if tier else _("No Tier") for tier in tiers]
	return {
		"labels": names,
		"datasets": [{"name": _("Exposure"), "values": [float(found[tier]) for tier in tiers]}],
	}


def _exposure(company: str) -> dict[str, Decimal]:
	only = customers_for_user()
	return exposure_by_tier(company) if only is None else exposure_of(only, company, getdate(nowdate()))
