"""What follows from a judgement: a refusal that is told and kept, or a document that passes and is kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from customer_grading.gate.answer import all_for_client
from customer_grading.gate.judgement import Judgement
from customer_grading.gate.mode import records_allowed
from customer_grading.gate.released import bounded
from customer_grading.gate.speech import for_reader, speech_of
from customer_grading.records import order_hold
from customer_grading.records.credit_decision import Decided, record, record_refused
from customer_grading.records.credit_release import use
from customer_grading.rules.options import Outcome
from customer_grading.rules.order import Decision


class OrderRefusedError(frappe.ValidationError):
	"""The payment policy refuses an order."""


class DeliveryHeldError(frappe.ValidationError):
	"""The payment policy keeps goods back."""


def refuse(*judgements: Judgement) -> None:
	"""Refuse a document at the door for everything that speaks against it; in Shadow mode only note it.

	Raises OrderRefusedError or DeliveryHeldError with all reasons and remedies.
	"""
	against = [each for each in judgements if each.binds]
	if not against:
		return
	for each in against:
		record_refused(decided(each, _made_on(*each.reference)))
	frappe.local.response["credit_refusal"] = all_for_client(against)
	if against[0].reference[0] == "Sales Order":
		frappe.throw(told(against), OrderRefusedError, title=_("Order Refused"))
	frappe.throw(told(against), DeliveryHeldError, title=_("Goods Are Kept Back"))


def _made_on(doctype: str, name: str) -> datetime | None:
	"""When a document was made; None where it is not saved yet. Asked only of what is refused."""
	made: datetime | None = frappe.db.get_value(doctype, name, "creation") if name else None
	return made


def let_pass(document: Document, *found: Judgement, is_saved: bool = False) -> None:
	"""Let a document pass: an order shows what it waits for, a release that was needed is used up.

	Refuses, as `refuse` does, what only a release lets pass that was given for something else.
	"""
	judgements = tuple(map(bounded, found))
	refuse(*(each for each in judgements if not _stands(each)))
	document.flags.credit_judgements = judgements
	for each in judgements:
		if each.binds and each.reference[0] == "Sales Order":
			_show(document, each.decision, is_saved=is_saved)
	# Goods of several orders may leave by one release of the document, which is used up once.
	needed = {(each.release, each.reference) for each in judgements if each.binds and each.by_release}
	for release, reference in sorted(needed):
		use(release, *reference)


def _stands(judgement: Judgement) -> bool:
	"""Whether a document may be submitted: an order that is held may, goods that are held may not."""
	is_accepted = judgement.outcome is Outcome.HOLD and judgement.reference[0] == "Sales Order"
	return is_accepted or passes(judgement)


def _show(order: Document, decision: Decision, *, is_saved: bool) -> None:
	order_hold.fill(order, decision)
	if is_saved:
		order_hold.store(order, decision)


def keep(document: Document) -> None:
	"""Write down what was decided on a document that has passed."""
	for each in document.flags.credit_judgements or ():
		if is_worth_keeping(each):
			record(decided(each, document.creation))
	document.flags.credit_judgements = None


def is_worth_keeping(judgement: Judgement) -> bool:
	"""Whether a decision is kept: what was simply allowed only where the settings say so."""
	if judgement.outcome is not Outcome.ALLOW or judgement.by_release or not judgement.binds:
		return True
	return records_allowed()


def stand_back(document: Document, *judgements: Judgement) -> None:
	"""Keep ERPNext's own credit check of this document from contradicting what was decided here.

	It knows neither tiers nor releases nor cash on delivery: it would refuse the cash order of a customer
	whose limit is small, and an order that a credit controller has just released.
	"""
	if any(each.binds for each in judgements):
		be_silent(document)


def be_silent(document: Document) -> None:
	"""Let ERPNext's own credit check of this document do nothing."""
	document.check_credit_limit = decided_here


def decided_here() -> None:
	"""Stand for ERPNext's `check_credit_limit` of a document that the payment policy has let pass."""


def decided(judgement: Judgement, created_on: datetime | str | None = None) -> Decided:
	"""A judgement as it is kept, with when its document was made."""
	return Decided(
		door=judgement.door,
		reference=judgement.reference,
		customer=judgement.customer,
		company=judgement.company,
		mode=judgement.mode,
		terms=judgement.terms,
		position=judgement.position,
		decision=judgement.decision,
		policy=judgement.policy,
		release=judgement.release if judgement.by_release else None,
		created_on=created_on,
	)


def told(judgements: Sequence[Judgement]) -> str:
	"""All reasons with their remedies, for the person at the screen; with their orders where they differ."""
	orders: dict[str, list[str]] = {}
	for each in judgements:
		for line in _lines(each):
			orders.setdefault(line, []).append(each.order or _("Goods without an order"))
	is_several = len({each.order for each in judgements}) > 1
	lines = [f"{', '.join(names)}: {line}" if is_several else line for line, names in orders.items()]
	return "<br><br>".join(map(escape_html, lines))


def _lines(judgement: Judgement) -> Iterator[str]:
	speech = speech_of(judgement.company)
	for reason in for_reader(judgement.decision.reasons, judgement.outcome):
		yield f"{reason.sentence(speech)} {reason.remedy(speech)}"


def passes(judgement: Judgement) -> bool:
	"""Whether goods may leave: a hold keeps them as a refusal does."""
	return judgement.outcome is Outcome.ALLOW
