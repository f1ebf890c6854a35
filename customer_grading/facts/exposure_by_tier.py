"""What customers owe and have on order, summed up by credit tier."""

from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import IfNull, Sum

from customer_grading.facts.values import money


def exposure_by_tier(company: str) -> dict[str, Decimal]:
	"""The exposure by tier in company currency; that of customers without one stands under ''."""
	item, customer = DocType("Open Item"), DocType("Customer")
	tier = IfNull(customer.credit_tier, "")
	query = frappe.qb.from_(item).join(customer).on(customer.name == item.customer)
	query = query.select(tier, Sum(item.amount)).where(item.company == company).groupby(tier)
	return {name: money(amount) for name, amount in query.run()}
