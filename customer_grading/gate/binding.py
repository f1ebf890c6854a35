"""Whose orders the payment policy binds."""

from typing import NamedTuple

import frappe
from frappe.query_builder import DocType
from pypika.queries import QueryBuilder

from customer_grading.gate.mode import mode_of
from customer_grading.prepared import Prepared, given
from customer_grading.records.policy import current_policy
from customer_grading.rules.options import CreditTier, Mode
from customer_grading.rules.order import binding_tier
from customer_grading.rules.policy import Policy


class Bond(NamedTuple):
	"""A customer whose orders with a company are held to a tier."""

	customer: str
	company: str
	mode: Mode
	tier: CreditTier | None
	"""The customer's own; None where the provisional one of the policy binds."""
	policy: Policy


def _tier() -> QueryBuilder:
	table = DocType("Customer")
	query = frappe.qb.from_(table).select(table.credit_tier, table.is_internal_customer)
	return query.where(table.name == given("customer"))


TIER = Prepared(_tier)


def bond_of(customer: str | None, company: str | None) -> Bond | None:
	"""What binds a customer's orders with a company; None where nothing does.

	Nothing binds where the mode is Off, where the customer has no tier and the policy leaves such customers
	alone, and where goods only move between a company's own parts. As whoever edits customers may call any of
	them internal, only those without a tier of their own are left alone for that.
	"""
	if not customer or not company:
		return None
	mode = mode_of(company)
	if mode is Mode.OFF:
		return None
	found = TIER.run(customer=customer)
	own, internal = found[0] if found else (None, 1)
	if internal and not own:
		return None
	policy = current_policy()
	tier = CreditTier(own) if own else None
	if binding_tier(tier, policy) is None:
		return None
	return Bond(customer, company, mode, tier, policy)
