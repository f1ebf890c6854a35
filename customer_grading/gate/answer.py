"""A judgement as the browser gets it: the same for the headline of a draft and for a refusal (R6)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import frappe

from customer_grading.gate.components import components
from customer_grading.gate.judgement import Judgement
from customer_grading.gate.speech import TOLD, for_reader, sentence, speech_of
from customer_grading.permissions import sees_credit
from customer_grading.records.credit_release import RELEASABLE, AskedRelease, last_asked
from customer_grading.rules.options import CreditTier, Outcome, ReleaseStatus, StrEnum
from customer_grading.rules.order import Position
from customer_grading.rules.reasons import Reason

ZERO = Decimal(0)


class Action(StrEnum):
	"""What a person at the desk can do about an order that does not simply pass: a button each."""

	READINESS = "readiness"
	PAYMENT = "payment"
	TERMS = "terms"
	RELEASE = "release"


TO_PAY = {
	"order_arrears_first": "overdue",
	"order_cash_on_delivery": "needed",
	"order_cash_owed": "owed",
	"order_no_credit": "needed",
	"order_no_room": "excess",
	"order_over_limit": "excess",
	"order_overdue": "overdue",
	"order_pay_before_delivery": "needed",
	"order_pay_before_order": "needed",
}
"""The reasons that money settles, and which of their numbers says how much."""

SETTLED_BY = {
	**dict.fromkeys(TO_PAY, (Action.PAYMENT,)),
	# Whoever pays on delivery may as well pay before.
	"order_cash_on_delivery": (Action.READINESS, Action.PAYMENT),
	"order_terms_grant_credit": (Action.TERMS,),
	"order_terms_too_long": (Action.TERMS,),
}
MEASURES = {"order_supply_stopped", "order_above_shipment_limit"}
"""No release lifts these."""
SAYS_NOTHING = {"order_untiered", "order_nothing_to_pay"}
"""Where nothing else is to be said, nothing is shown."""


def for_client(judgement: Judgement | None) -> dict[str, Any]:
	"""What was decided, why, and what can be done; empty where nothing binds.

	The position of the customer is in it only for those who may see credit figures. Others learn the outcome
	and its reasons, because whoever is refused must know why, and of what is allowed no figures. Money is in
	the currency of the company.
	"""
	if judgement is None or _says_nothing(judgement):
		return {}
	asked = _asked(judgement)
	told = {**_document(judgement), **_outcome(judgement, asked), **_request(asked)}
	if sees_credit(frappe.session.user):
		told |= _position(judgement)
	return told


def all_for_client(judgements: Sequence[Judgement]) -> dict[str, Any]:
	"""What was decided on everything that leaves with a document: the first answer, and the `further` ones.

	A release is asked for the document as a whole, so the first one tells what all of it is worth.
	"""
	first, *others = map(for_client, judgements)
	if not others:
		return first
	whole = float(sum((each.terms.amount for each in judgements), ZERO))
	return {**first, "further": others, "whole_amount": whole}


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


def _asked(judgement: Judgement) -> AskedRelease | None:
	"""The release that was asked for last, where one is needed: of the document, or of the order whose goods
	it moves.
	"""
	if judgement.outcome is Outcome.ALLOW:
		return None
	doctype, name = judgement.reference
	if doctype in RELEASABLE:
		return last_asked(doctype, name)
	return last_asked("Sales Order", judgement.order)


def _request(asked: AskedRelease | None) -> dict[str, Any]:
	"""That a release waits or was rejected: by whom it was asked for, when, up to what, and why not."""
	if asked is None or asked.status not in (ReleaseStatus.REQUESTED, ReleaseStatus.REJECTED):
		return {}
	is_own = asked.requested_by == frappe.session.user
	# What a controller remarks may tell of credit.
	knows_why = is_own or sees_credit(frappe.session.user)
	told = {
		"name": asked.name,
		"status": asked.status,
		"amount": float(asked.amount),
		"requested_by": frappe.utils.get_fullname(asked.requested_by),
		"requested_on": str(asked.requested_on),
		"is_own": is_own,
		"remark": (asked.decision_remark or "") if knows_why else "",
	}
	return {"request": told}


def _outcome(judgement: Judgement, asked: AskedRelease | None) -> dict[str, Any]:
	decision, speech = judgement.decision, speech_of(judgement.company)
	first = next(iter(decision.requirements), None)
	return {
		"mode": str(judgement.mode),
		"outcome": str(decision.outcome),
		"reasons": [
			{"code": reason.code.removesuffix(TOLD), **sentence(reason, speech)}
			for reason in for_reader(decision.reasons, decision.outcome)
		],
		"actions": [str(action) for action in Action if action in set(_actions(judgement, asked))],
		"to_pay": float(to_pay(decision.reasons, judgement.position)),
		"awaits": str(first.awaits) if first else "",
		"awaited_amount": float(first.amount) if first else 0.0,
	}


def _actions(judgement: Judgement, asked: AskedRelease | None) -> Iterator[Action]:
	decision = judgement.decision
	if decision.outcome is Outcome.ALLOW:
		return
	codes = {reason.code for reason in decision.reasons}
	yield from (action for code in codes for action in SETTLED_BY.get(code, ()))
	waits = asked is not None and asked.status == ReleaseStatus.REQUESTED
	if not codes & MEASURES and not waits:
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
