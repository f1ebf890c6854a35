from typing import Any

import frappe
from frappe.utils import formatdate, getdate, nowdate

from customer_grading.facts.decisions import Week, weeks
from customer_grading.gate.short import short
from customer_grading.order_desk import company_for_user
from customer_grading.permissions import sees_credit


@frappe.whitelist()
def refused_and_held_per_week(filters: str | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Refused and held orders and deliveries of the last eight weeks, by their first reason; for a chart.

	Raises PermissionError for who may not see credit figures, or not those of the company.
	"""
	if not sees_credit(frappe.session.user):
		raise frappe.PermissionError
	company = company_for_user((frappe.parse_json(filters) or {}).get("company"))
	found = weeks(company, getdate(nowdate()))
	codes = sorted({code for week in found for code in week.counts})
	if not codes:
		return {}
	return {
		"labels": [formatdate(week.monday, "d MMM") for week in found],
		"datasets": _datasets(found, codes),
	}


def _datasets(found: tuple[Week, ...], codes: list[str]) -> list[dict[str, Any]]:
	return [{"name": short(code), "values": [week.counts.get(code, 0) for week in found]} for code in codes]
