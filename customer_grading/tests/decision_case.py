"""What the tests of decisions and releases share: a decision as the gate would hand it over."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from customer_grading.records.credit_decision import Decided
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.options import CreditTier, Door, Mode
from customer_grading.rules.order import (
	Component,
	ExposureKind,
	OrderTerms,
	Overdue,
	Position,
	decide,
)
from customer_grading.rules.policy import Policy
from customer_grading.tests import factories as make

POSITION = Position(
	tier=CreditTier.A,
	limit=CreditLimit(Decimal(1000)),
	exposure=(
		Component(ExposureKind.LEDGER, Decimal(300)),
		Component(ExposureKind.UNBILLED_ORDERS, Decimal("400.50")),
	),
	overdue=(Overdue("SI-1", Decimal(80), 40), Overdue("SI-2", Decimal(20), 20)),
	cover=Decimal(50),
)
"""Tier A, 700.50 of 1,000.00 used, 100.00 overdue."""


def decided(document: Document, amount: int = 500, **changes: Any) -> Decided:
	"""The decision on a document; by default an order of 500.00 that is refused."""
	terms, position, policy = OrderTerms(Decimal(amount), 10), POSITION, Policy.default()
	position = replace(position, **changes.pop("position", {}))
	values = {
		"door": Door.ORDER,
		"reference": (document.doctype, document.name),
		"customer": document.customer,
		"company": document.company,
		"mode": Mode.ENFORCE,
		"terms": terms,
		"position": position,
		"decision": decide(terms, position, policy),
		"policy": policy,
	}
	return Decided(**{**values, **changes})


def decisions(name: str, *fields: str) -> list[Any]:
	"""What was decided on a document of this name, the first first."""
	shown = list(fields) or ["outcome"]
	rows = frappe.get_all(
		"Credit Decision", {"reference_name": name}, shown, order_by="decided_on", as_list=True
	)
	return [row[0] if len(shown) == 1 else tuple(row) for row in rows]


def draft(buyer: str, amount: float = 500) -> Document:
	"""A saved order that is not submitted."""
	order = make.draft_order(buyer, amount, frappe.utils.getdate())
	return order.insert()


@contextmanager
def in_place_of(real: str) -> Iterator[None]:
	"""The session of a user whose place somebody else has taken, as Frappe marks it."""
	before = frappe.session.data
	frappe.session.data = frappe.parse_json({"impersonated_by": real})
	yield
	frappe.session.data = before
