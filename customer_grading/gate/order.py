"""A Sales Order at the desk: submitted, changed by Update Items, re-opened or resumed (R6)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from customer_grading.facts.position import Account, account, limit
from customer_grading.facts.values import ZERO
from customer_grading.gate.binding import Bond, bond_of
from customer_grading.gate.goods import open_rest_of
from customer_grading.gate.judgement import Judgement
from customer_grading.gate.sold import cash_owed
from customer_grading.gate.terms import terms_of
from customer_grading.gate.turn import taken
from customer_grading.gate.verdict import be_silent, keep, let_pass, refuse, stand_back
from customer_grading.records import order_hold
from customer_grading.records.credit_release import standing_for
from customer_grading.rules.options import Door, Mode, Outcome
from customer_grading.rules.order import (
	Component,
	ExposureKind,
	OrderTerms,
	Position,
	Release,
	accepted,
	decide,
)

RESTING = ("Closed", "On Hold")
"""Orders of these states deliver nothing; a closed one asks for no credit either."""
PROGRESS = ("per_billed", "per_delivered", "billed_amt", "delivered_qty")
"""What of an order, and of each of its lines, is billed and delivered."""


def judge(order: Document, door: Door = Door.ORDER, *, lock: bool = False) -> Judgement | None:
	"""What the payment policy says of an order as it stands now; None where nothing binds it.

	The order itself is left out of the position. With `lock` the position is that of now and stays so until
	the transaction ends: others who ask for the same customer and company wait.
	"""
	bond = bond_of(order.customer, order.company)
	if bond is None:
		return None
	day = getdate(nowdate())
	found, terms = account(order.customer, order.company, day, lock=lock), terms_of(order)
	if door is not Door.REOPEN:
		return judged(order, terms, found, bond, day, door)
	rest = min(open_rest_of(order, lock=not found.is_fresh), terms.amount)
	return judged(order, replace(terms, amount=rest), found, bond, day, door, left=terms.amount - rest)


def judged(  # noqa: PLR0913  (what a decision is made from)
	order: Document,
	terms: OrderTerms,
	found: Account,
	bond: Bond,
	day: date,
	door: Door,
	*,
	left: Decimal = ZERO,
) -> Judgement:
	"""The judgement of an order by an account that is known already.

	`left`: what of it has left and is not billed, besides what it asks for now. It is owed before that.
	"""
	release = standing_for(order.name, day, order.customer) if order.name else None
	position = Position(
		tier=bond.tier,
		limit=limit(bond.customer, bond.company, day, bond.policy),
		exposure=_with(left, found.without(order.name)),
		overdue=found.overdue,
		cover=_asking(found, order.name, terms.amount + left).cover_of(order.name) - left,
		release=Release(release.ceiling) if release else None,
		cash_owed=cash_owed(bond, found),
	)
	decision = decide(terms, position, bond.policy)
	return Judgement(
		door,
		bond.customer,
		bond.company,
		("Sales Order", order.name or ""),
		order.name,
		bond.mode,
		bond.policy,
		terms,
		position,
		decision,
		release.name if release else None,
	)


def _with(left: Decimal, exposure: tuple[Component, ...]) -> tuple[Component, ...]:
	return (*exposure, Component(ExposureKind.UNBILLED_DELIVERIES, left)) if left else exposure


def _asking(found: Account, order: str | None, amount: Decimal) -> Account:
	"""The account once an order asks for that much: the money is promised to what it asks for now."""
	orders = [replace(each, needs=amount) if each.name == order else each for each in found.orders]
	return replace(found, orders=tuple(orders))


def enforce(order: Document, door: Door = Door.ORDER, *, is_saved: bool = False) -> None:
	"""Refuse an order or let it pass, held or not. Raises OrderRefusedError or TryAgainError.

	A visitor of the webshop is never refused: the order is accepted, and its goods wait. With `is_saved` the
	order is in the database already, and will not be saved once more.
	"""
	with taken(order.customer):
		judgement = judge(order, door, lock=True)
		if judgement:
			_act(order, judgement, is_saved=is_saved)
	# Not before: who was refused is asked again.
	order.flags.credit_judged = True


def _act(order: Document, judgement: Judgement, *, is_saved: bool) -> None:
	if _is_placed_by_visitor():
		waiting = accepted(judgement.decision, judgement.terms, judgement.position)
		judgement = replace(judgement, decision=waiting)
	if judgement.outcome is Outcome.REFUSE:
		refuse(judgement)
	let_pass(order, judgement, is_saved=is_saved)
	stand_back(order, judgement)


def submitted(order: Document, *, is_saved: bool = False) -> None:
	"""Enforce the policy on an order that is being submitted, of which nothing is billed or delivered yet."""
	_begin(order, is_saved=is_saved)
	enforce(order, is_saved=is_saved)


def assure(order: Document) -> None:
	"""Enforce the policy on an order that is being submitted and was not asked before.

	`flags.ignore_validate`, which bulk transactions set, skips what comes before the submit.
	"""
	if order.docstatus == 1 and order.get("_action") == "submit" and not order.flags.credit_judged:
		submitted(order, is_saved=True)


def _begin(order: Document, *, is_saved: bool) -> None:
	"""Put to 0 what a form or a REST call says that is billed and delivered of a new order.

	ERPNext computes it only as the order is billed or delivered, and would believe it until then. Where
	nothing binds, an import may bring what was done elsewhere.
	"""
	begun = [doc for doc in (order, *order.items) if any(doc.get(field) for field in PROGRESS)]
	if not begun or bond_of(order.customer, order.company) is None:
		return
	for doc in begun:
		nothing = {field: 0 for field in PROGRESS if doc.meta.has_field(field)}
		doc.update(nothing)
		if is_saved:
			frappe.db.set_value(doc.doctype, doc.name, nothing, update_modified=False)
	order.set_status(update=is_saved)


def kept(order: Document) -> None:
	"""Write down what was decided on an order that has passed."""
	keep(order)
	order.flags.credit_judged = False


def changed(order: Document) -> None:
	"""Ask again when a submitted order was changed so that it asks for more (Update Items)."""
	before = order.get_doc_before_save()
	if before is None:
		return
	now, was = terms_of(order), terms_of(before)
	if now.amount > was.amount or now.credit_days > max(_days_before(before, was.credit_days), 0):
		if now.amount > was.amount:
			# Readiness was confirmed for the smaller amount.
			order.update(order_hold.NOT_READY)
		enforce(order, Door.UPDATE)
		return
	bond = bond_of(order.customer, order.company)
	if bond and bond.mode is Mode.ENFORCE:
		# ERPNext would refuse to make the order of a customer who is above the limit any smaller.
		be_silent(order)


def _days_before(before: Document, credit_days: int) -> int:
	"""The credit that the terms gave: Update Items saves the lines that it changes before their order."""
	remembered: dict[str, int] = frappe.flags.get("credit_days_before") or {}
	return remembered.get(before.name, credit_days)


def woken(order: Document) -> None:
	"""Ask again when a closed order is re-opened, or one on hold is resumed, for what has not left yet.

	What has left can only be billed once its order is open. Of an order that is really cancelled the document
	is, too: ERPNext makes any other state that it is told what the order is by its progress.
	"""
	if order.docstatus != 1 or order.status in RESTING:
		return
	# What was loaded before may be older than the last change of this very request.
	if frappe.db.get_value("Sales Order", order.name, "status") in RESTING:
		enforce(order, Door.REOPEN, is_saved=True)
		kept(order)


def _is_placed_by_visitor() -> bool:
	return frappe.get_cached_value("User", frappe.session.user, "user_type") == "Website User"
