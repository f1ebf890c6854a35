from collections import Counter, defaultdict
from datetime import date
from typing import Any

import frappe
from frappe.utils import formatdate, getdate, nowdate

from customer_grading.facts.decisions import DAYS, WEEKS, Week, weeks
from customer_grading.gate.short import short
from customer_grading.order_desk import company_for_user, customers_for_user
from customer_grading.permissions import sees_credit
from customer_grading.records.reasons import load
from customer_grading.rules.dates import add_days
from customer_grading.rules.options import Mode, Outcome


@frappe.whitelist()
def refused_and_held_per_week(filters: str | dict[str, Any] | None = None) -> dict[str, Any]:
	"""Refused and held orders and deliveries of the last eight weeks, by their first reason; for a chart.

	Of those customers only to whom User Permissions keep the user. Raises PermissionError for who may not see
	credit figures, or not those of the company.
	"""
	if not sees_credit(frappe.session.user):
		raise frappe.PermissionError
	company = company_for_user((frappe.parse_json(filters) or {}).get("company"))
	day = getdate(nowdate())
	found = weeks(company, day) if customers_for_user() is None else _weeks_seen(company, day)
	codes = sorted({code for week in found for code in week.counts})
	if not codes:
		return {}
	return {
		"labels": [formatdate(week.monday, "d MMM") for week in found],
		"datasets": _datasets(found, codes),
	}


def _weeks_seen(company: str | None, day: date) -> tuple[Week, ...]:
	"""As `weeks`, of the decisions that the user may read."""
	monday = add_days(day, -day.weekday())
	mondays = [add_days(monday, -DAYS * back) for back in reversed(range(WEEKS))]
	found: dict[date, Counter[str]] = defaultdict(Counter)
	for row in _decisions_seen(company, mondays[0]):
		decided = row.decided_on.date()
		first = next(iter(load(row.reasons)), None)
		found[add_days(decided, -decided.weekday())][first.code if first else ""] += 1
	return tuple(Week(each, found[each]) for each in mondays)


def _decisions_seen(company: str | None, since: date) -> list[frappe._dict]:
	kept = {"outcome": ("!=", Outcome.ALLOW), "mode": Mode.ENFORCE, "decided_on": (">=", since)}
	chosen = {**kept, "company": company} if company else kept
	return frappe.get_list("Credit Decision", chosen, ["decided_on", "reasons"], limit_page_length=0)


def _datasets(found: tuple[Week, ...], codes: list[str]) -> list[dict[str, Any]]:
	return [{"name": short(code), "values": [week.counts.get(code, 0) for week in found]} for code in codes]
