"""Goods that are about to leave, by whatever document (R6)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from customer_grading.facts.credit_account import count_change
from customer_grading.facts.position import Account, account, limit
from customer_grading.facts.values import ZERO
from customer_grading.gate.binding import Bond, bond_of
from customer_grading.gate.goods import Goods, Source, goods_of
from customer_grading.gate.judgement import Judgement
from customer_grading.gate.sold import Sold, cash_owed, sold
from customer_grading.gate.turn import taken
from customer_grading.gate.verdict import keep, let_pass, passes, refuse, stand_back
from customer_grading.records.credit_release import Row, valid_for
from customer_grading.rules.options import Door
from customer_grading.rules.order import Component, ExposureKind, Position, Release, decide

DOORS = {
	"Delivery Note": Door.DELIVERY,
	"Sales Invoice": Door.INVOICE,
	"POS Invoice": Door.POS,
	"Pick List": Door.PICK,
	"Purchase Order": Door.DROP_SHIP,
}


def enforce(document: Document) -> None:
	"""Keep goods back, or let them leave. Raises DeliveryHeldError or TryAgainError.

	What an order waits for, its goods wait for: at the door a hold keeps them as a refusal does.
	"""
	goods = goods_of(document)
	# In one order of customers, lest two that lock several of them wait for each other.
	sources = sorted(goods, key=lambda source: (source.customer, source.company))
	judgements: list[Judgement] = []
	with taken(sources[0].customer if sources else None):
		judgements += [found for source in sources if (found := judge(document, source, goods))]
		blocked = [each for each in judgements if not passes(each)]
		if blocked:
			refuse(*blocked)
		let_pass(document, *judgements)
		# What leaves of an order that is billed changes no open item: who waits must read it anew as well.
		count_change({(each.customer, each.company) for each in judgements})
	stand_back(document, *judgements)
	# Not before: who was refused is asked again.
	document.flags.credit_judged = True


def assure(document: Document) -> None:
	"""Enforce the policy on a document that is being submitted and was not asked before."""
	if document.docstatus == 1 and document.get("_action") == "submit" and not document.flags.credit_judged:
		enforce(document)


def kept(document: Document) -> None:
	"""Write down what was decided on goods that have left."""
	keep(document)
	document.flags.credit_judged = False


def delivered_by_supplier(purchase: Document) -> None:
	"""Ask before a supplier's delivery to the customer is noted."""
	if purchase.docstatus != 1 or purchase.status != "Delivered":
		return
	# What was loaded before may be older than the last change of this very request.
	if frappe.db.get_value("Purchase Order", purchase.name, "status") != "Delivered":
		enforce(purchase)
		kept(purchase)


def judge(document: Document, source: Source, goods: Goods) -> Judgement | None:
	"""What the payment policy says of the goods that leave from one source; None where nothing binds them."""
	bond = bond_of(source.customer, source.company)
	if bond is None:
		return None
	day = getdate(nowdate())
	found = account(source.customer, source.company, day, lock=True)
	asked = sold(document, source, goods[source], found, day)
	own = _own_release(document, goods, goods[source], day)
	asked = replace(asked, release=own) if own else asked
	position = position_of(bond, found, asked, day)
	return Judgement(
		DOORS[document.doctype],
		bond.customer,
		bond.company,
		(document.doctype, document.name),
		source.order,
		bond.mode,
		bond.policy,
		asked.terms,
		position,
		decide(asked.terms, position, bond.policy),
		asked.release.name if asked.release else None,
	)


def _own_release(document: Document, goods: Goods, amount: Decimal, day: date) -> Row | None:
	"""The release of the document itself, with what its ceiling leaves for these of its goods."""
	release = valid_for(document.doctype, document.name, day, document.get("customer"))
	if release is None:
		return None
	others = sum(goods.values()) - amount
	return release._replace(ceiling=max(release.ceiling - others, ZERO))


def position_of(bond: Bond, found: Account, asked: Sold, day: date) -> Position:
	"""Where the customer stands without the goods at hand."""
	return Position(
		tier=bond.tier,
		limit=limit(bond.customer, bond.company, day, bond.policy),
		exposure=less(found.exposure, asked.counted),
		overdue=found.overdue,
		cover=asked.cover,
		release=Release(asked.release.ceiling) if asked.release else None,
		cash_owed=cash_owed(bond, found),
	)


def less(exposure: tuple[Component, ...], counted: Decimal) -> tuple[Component, ...]:
	"""The exposure without what it counts already of the goods at hand."""
	if not counted:
		return exposure
	return (*exposure, Component(ExposureKind.AT_HAND, -counted))
