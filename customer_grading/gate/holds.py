"""What the open orders of a customer wait for, kept up to date as money comes and goes (R6)."""

from dataclasses import replace
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from customer_grading.facts.position import Account, account
from customer_grading.facts.values import FULLY
from customer_grading.gate.binding import Bond, bond_of
from customer_grading.gate.delivery import position_of
from customer_grading.gate.judgement import Judgement
from customer_grading.gate.released import bounded
from customer_grading.gate.sold import rest_of, sold_by_order
from customer_grading.records import order_hold
from customer_grading.rules.options import Door, Mode
from customer_grading.rules.order import accepted, decide


def refresh(customer: str, company: str) -> int:
	"""Write to each open order of a customer what its goods wait for now; how many have changed.

	The doors do not read it: they ask again. It is what people see in the list and on the form.
	"""
	bond = bond_of(customer, company)
	if bond is None or bond.mode is not Mode.ENFORCE:
		return _forget(customer, company)
	day = getdate(nowdate())
	found = account(customer, company, day)
	return sum(
		_renew(frappe.get_doc("Sales Order", name), bond, found, day) for name in _open(customer, company)
	)


def _open(customer: str, company: str) -> list[str]:
	"""Orders of which goods are still to leave, whether they are billed or not."""
	filters = {"customer": customer, "company": company, "docstatus": 1, "per_delivered": ("<", FULLY)}
	return frappe.get_all("Sales Order", {**filters, "status": ("!=", "Closed")}, pluck="name")


def _renew(order: Document, bond: Bond, found: Account, day: date) -> bool:
	"""Write what would be said of the rest of an order if it left now; whether that is something new."""
	return order_hold.store(order, _judged(order, bond, found, day).decision)


def judge(order: Document) -> Judgement | None:
	"""What is said of the goods of a submitted order that have not left yet; None where nothing binds."""
	bond = bond_of(order.customer, order.company)
	if bond is None:
		return None
	day = getdate(nowdate())
	return _judged(order, bond, account(order.customer, order.company, day), day)


def _judged(order: Document, bond: Bond, found: Account, day: date) -> Judgement:
	"""An order that was accepted is not refused any more: its goods wait instead."""
	asked = sold_by_order(order, rest_of(order), found, day)
	position = position_of(bond, found, asked, day)
	judgement = Judgement(
		Door.ORDER,
		bond.customer,
		bond.company,
		("Sales Order", order.name),
		order.name,
		bond.mode,
		bond.policy,
		asked.terms,
		position,
		decide(asked.terms, position, bond.policy),
		asked.release.name if asked.release else None,
	)
	asked_again = bounded(judgement)
	decision = accepted(asked_again.decision, asked_again.terms, asked_again.position)
	return replace(asked_again, decision=decision)


def _forget(customer: str, company: str) -> int:
	"""Where nothing binds, nothing is waited for."""
	filters = {"customer": customer, "company": company, "docstatus": 1, "credit_outcome": ("is", "set")}
	names = frappe.get_all("Sales Order", filters, pluck="name")
	for name in names:
		order_hold.clear(name)
	return len(names)
