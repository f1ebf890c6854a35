"""What the tests of the order desk over HTTP find on the site: a clerk with a key, customers with drafts.

`bench execute` calls `make` before and `strike` after.
"""

from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import add_days, getdate, nowdate

from customer_grading.records import credit_limit, customer
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.tests import doors_case, factories

WORTH = 1000
LIMIT = 400
TIERS = ("A", "B", "C", "D", None)


def make(mark: str, ways: list[str]) -> dict[str, Any]:
	"""A clerk, and for each tier a customer with a draft for each way, refused where the tier refuses any."""
	factories.keep_shared()
	clerk = factories.user("Sales User", "Accounts User")
	secret = frappe.generate_hash(length=15)
	user = frappe.get_doc("User", clerk)
	user.update({"api_key": frappe.generate_hash(length=15), "api_secret": secret})
	user.save()
	sides = {tier or "none": _side(f"Door {mark} {tier}", tier, ways) for tier in TIERS}
	return {"clerk": clerk, "token": f"{user.api_key}:{secret}", "sides": sides}


def _side(name: str, tier: str | None, ways: list[str]) -> dict[str, Any]:
	buyer, company = factories.customer(name), factories.first_company()
	if tier:
		customer.write({buyer: {"credit_tier": tier}})
	if tier == "A":
		credit_limit.write({(buyer, company): CreditLimit(Decimal(LIMIT))}, getdate(nowdate()))
	return {"customer": buyer, "orders": {way: _draft(buyer, tier) for way in ways}}


def _draft(buyer: str, tier: str | None) -> str:
	order = factories.draft_order(buyer, WORTH, getdate(nowdate()))
	if tier == "B":
		due = add_days(nowdate(), 10)
		order.append("payment_schedule", {"due_date": due, "invoice_portion": 100})
	return order.insert().name


def decided(order: str) -> list[dict[str, Any]]:
	"""The decisions on an order that are kept; not those on another customer's that had its name."""
	fields = ["door", "outcome", "mode", "user", "asked"]
	its_own = {"reference_name": order, "customer": frappe.db.get_value("Sales Order", order, "customer")}
	return frappe.get_all("Credit Decision", its_own, fields)


def strike(scene: dict[str, Any]) -> None:
	"""Take everything out again."""
	for side in scene["sides"].values():
		doors_case.strike(side["customer"])
	frappe.delete_doc("User", scene["clerk"], force=True, ignore_permissions=True)
