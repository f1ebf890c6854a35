"""A judgement as the browser gets it: the same for the headline of a draft and for a refusal (R6)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import frappe

from customer_grading.gate.components import components
from customer_grading.gate.judgement import Judgement
from customer_grading.permissions import sees_credit
from customer_grading.records.reasons import language
from customer_grading.rules.options import CreditTier, Outcome, StrEnum
from customer_grading.rules.order import Position
from customer_grading.rules.reasons import Reason

ZERO = Decimal(0)


class Action(StrEnum):
	"""What a person at the desk can do about an order that does not simply pass: a button each."""

	PAYMENT = "payment"
	TERMS = "terms"
	READINESS = "readiness"
	RELEASE = "release"


TO_PAY = {
	"order_arrears_first": "overdue",
	"order_no_credit": "needed",
	"order_no_room": "excess",
	"order_over_limit": "excess",
	"order_overdue": "overdue",
	"order_pay_before_delivery": "needed",
	"order_pay_before_order": "needed",
}
"""The reasons that money settles, and which of their numbers says how much."""

SETTLED_BY = {
	**dict.fromkeys(TO_PAY, Action.PAYMENT),
	"order_cash_on_delivery": Action.READINESS,
	"order_terms_grant_credit": Action.TERMS,
	"order_terms_too_long": Action.TERMS,
}
MEASURES = {"order_supply_stopped", "order_above_shipment_limit"}
"""No release lifts these."""
SAYS_NOTHING = {"order_untiered", "order_nothing_to_pay"}
"""Where nothing else is to be said, nothing is shown."""


def for_client(judgement: Judgement | None) -> dict[str, Any]:
	"""What was decided, why, and what can be done; empty where nothing binds.

	The position of the customer is in it only for those who may see credit figures. Others learn the outcome
	and its reasons, because whoever is refused must know why. Money is in the currency of the company.
	"""
	if judgement is None or _says_nothing(judgement):
		return {}
	told = {**_document(judgement), **_outcome(judgement)}
	if sees_credit(frappe.session.user):
		told |= _position(judgement)
	return told


def _says_nothing(judgement: Judgement) -> bool:
	return all(reason.code in SAYS_NOTHING for reason in judgement.decision.reasons)


def _document(judgement: Judgement) -> dict[str, Any]:
	doctype, name = judgement.reference
	return {
		"doctype": doctype,
		"name": name,
		"order": judgement.order,
		"customer": judgement.customer,
		"company": judgement.company,
		"currency": frappe.get_cached_value("Company", judgement.company, "default_currency"),
		"amount": float(judgement.terms.amount),
		"credit_days": judgement.terms.credit_days,
		"payment_ready": judgement.terms.payment_ready,
	}


def _outcome(judgement: Judgement) -> dict[str, Any]:
	decision, speech = judgement.decision, language()
	first = next(iter(decision.requirements), None)
	return {
		"mode": str(judgement.mode),
		"outcome": str(decision.outcome),
		"reasons": [
			{"code": reason.code, "sentence": reason.sentence(speech), "remedy": reason.remedy(speech)}
			for reason in decision.reasons
		],
		"actions": [str(action) for action in Action if action in set(_actions(judgement))],
		"to_pay": float(to_pay(decision.reasons, judgement.position)),
		"awaits": str(first.awaits) if first else "",
		"awaited_amount": float(first.amount) if first else 0.0,
	}


def _actions(judgement: Judgement) -> Iterator[Action]:
	decision = judgement.decision
	if decision.outcome is Outcome.ALLOW:
		return
	codes = {reason.code for reason in decision.reasons}
	yield from (SETTLED_BY[code] for code in codes if code in SETTLED_BY)
	if not codes & MEASURES:
		yield Action.RELEASE


def to_pay(reasons: tuple[Reason, ...], position: Position) -> Decimal:
	"""How much money would settle everything that money can settle, in company currency.

	What is received of arrears lowers the exposure, too, so the larger of both is enough; but not in tier D,
	where it covers nothing of the order.
	"""
	amounts = [Decimal(reason.numbers[TO_PAY[reason.code]]) for reason in reasons if reason.code in TO_PAY]
	return sum(amounts, ZERO) if position.tier is CreditTier.D else max(amounts, default=ZERO)


def _position(judgement: Judgement) -> dict[str, Any]:
	"""Where the customer stands without the order; `room` is what is left of the limit with it."""
	position = judgement.position
	exposure, limit = position.exposure_total, position.limit
	return {
		"tier": str(position.tier or judgement.policy.tier.provisional),
		"exposure": float(exposure),
		"components": components(position.exposure),
		"limit": float(limit.amount),
		"unlimited": limit.unlimited,
		"room": None if limit.unlimited else float(limit.amount - exposure - judgement.terms.amount),
		"cover": float(position.cover),
		"overdue": float(sum((line.amount for line in position.overdue), ZERO)),
		"oldest_days": max((line.days for line in position.overdue), default=0),
	}
