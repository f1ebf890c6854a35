"""A customer's credit at one glance: the position, what is held, and a year of trade."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import formatdate, getdate, nowdate

from customer_grading.facts.credit_panel import Month, OpenOrder, held_orders, months
from customer_grading.facts.position import account, limit
from customer_grading.facts.values import ZERO
from customer_grading.gate.components import components
from customer_grading.gate.mode import mode_of
from customer_grading.records.policy import current_policy

MOST = 5
"""Held orders that are listed by name."""


def panel(customer: str, company: str) -> dict[str, Any]:
	"""What the Customer form shows of credit, in company currency. The caller has checked permission."""
	day, policy = getdate(nowdate()), current_policy()
	found = account(customer, company, day)
	granted = limit(customer, company, day, policy)
	exposure = sum((part.amount for part in found.exposure), ZERO)
	return {
		"company": company,
		"currency": frappe.get_cached_value("Company", company, "default_currency"),
		"mode": str(mode_of(company)),
		"tier": frappe.db.get_value("Customer", customer, "credit_tier") or "",
		"exposure": float(exposure),
		"components": components(found.exposure),
		"limit": float(granted.amount),
		"unlimited": granted.unlimited,
		"room": None if granted.unlimited else float(granted.amount - exposure),
		"on_account": float(found.cover_of(None)),
		"overdue": float(sum((line.amount for line in found.overdue), ZERO)),
		"oldest_days": max((line.days for line in found.overdue), default=0),
		"held": _held(held_orders(customer, company)),
		"months": [_month(each) for each in months(customer, company, day)],
	}


def overdue_of(customers: Iterable[str], company: str, day: date) -> Decimal:
	"""What some customers owe a company past its due date, in company currency."""
	found = (account(customer, company, day) for customer in customers)
	return sum((line.amount for each in found for line in each.overdue), ZERO)


def exposure_of(customers: Iterable[str], company: str, day: date) -> dict[str, Decimal]:
	"""The exposure of some customers by tier, in company currency; of those without one under ''."""
	found: dict[str, Decimal] = defaultdict(lambda: ZERO)
	for customer in customers:
		tier = frappe.db.get_value("Customer", customer, "credit_tier") or ""
		found[tier] += sum((part.amount for part in account(customer, company, day).exposure), ZERO)
	return dict(found)


def _held(orders: tuple[OpenOrder, ...]) -> dict[str, Any]:
	value = sum((each.undelivered for each in orders), Decimal(0))
	shown = [
		{"name": each.name, "awaits": each.awaits, "awaited_amount": float(each.awaited_amount)}
		for each in orders[:MOST]
	]
	return {"count": len(orders), "value": float(value), "orders": shown}


def _month(month: Month) -> dict[str, Any]:
	name = _month_name(month.first_day)
	return {"label": name, "billed": float(month.billed), "received": float(month.received)}


def _month_name(day: date) -> str:
	return formatdate(day, "MMM yy")
