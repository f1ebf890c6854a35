"""How goods that leave were sold: the terms, what is paid of them, what the exposure counts already."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document

from customer_grading.facts.billed import Bill, bills_of, open_part_of, taken_back
from customer_grading.facts.position import Account
from customer_grading.facts.values import ZERO, money
from customer_grading.gate.goods import Source, left_of, left_of_invoice, nearest_cent, share
from customer_grading.gate.terms import credit_days, terms_of, worth_of
from customer_grading.records.credit_release import Row, standing_for
from customer_grading.rules.order import OrderTerms

PAID_AT_ONCE = {"Sales Invoice", "POS Invoice"}
"""They may carry their own payment."""


@dataclass(frozen=True, slots=True)
class Sold:
	"""How the goods that leave were sold. Money is in company currency."""

	terms: OrderTerms
	cover: Decimal
	"""Money that has come in for them and for nothing else; below 0 by what has left unpaid before them."""
	counted: Decimal
	"""What of them the exposure counts already."""
	release: Row | None


def sold(document: Document, source: Source, amount: Decimal, found: Account, day: date) -> Sold:
	"""How goods that leave with a document were sold; its own release is left to the caller."""
	if source.invoice:
		return _billed_first(frappe.get_doc("Sales Invoice", source.invoice), amount, found)
	paid = _paid_with(document, amount)
	order = frappe.get_doc("Sales Order", source.order) if source.order else None
	if order and (order.customer, order.company) == (source.customer, source.company):
		ordered = sold_by_order(order, amount, found, day)
		return replace(ordered, cover=ordered.cover + paid)
	return Sold(OrderTerms(amount, credit_days(document)), found.cover_of(None) + paid, ZERO, None)


def sold_by_order(order: Document, amount: Decimal, found: Account, day: date) -> Sold:
	"""Goods of an order: its terms and readiness, and what is paid of it less what of it has left.

	What is not billed is covered by money on account that is promised to the order, what is billed by what
	its bills were paid.
	"""
	is_open = any(each.name == order.name for each in found.orders)
	promised = found.cover_of(order.name) if is_open else ZERO
	billed, unpaid = _billed(order, bills_of(order.name))
	cover = nearest_cent(promised + billed - min(unpaid, _unsettled(found))) - left_of(order)
	counted = min(amount, found.needs_of(order.name) + unpaid)
	release = _remaining(standing_for(order.name, day, order.customer), order)
	return Sold(replace(terms_of(order), amount=amount), cover, counted, release)


def rest_of(order: Document) -> Decimal:
	"""What of an order has not left yet."""
	return worth_of(order) - left_of(order)


def _billed(order: Document, bills: Iterable[Bill]) -> tuple[Decimal, Decimal]:
	"""What is billed of an order, less credit notes, and what of that is unpaid: at the order's prices."""
	billed = unpaid = ZERO
	for bill in bills:
		is_same = bill.currency == order.currency
		net = bill.net * money(order.conversion_rate) if is_same else bill.base_net
		worth = share(order, net)
		billed += worth
		unpaid += worth * bill.open_part
	return billed, unpaid


def _unsettled(found: Account) -> Decimal:
	"""What of all bills and debts the money on account that was paid for no order does not settle."""
	bound = sum((order.own for order in found.orders), ZERO)
	return max(found.owed - max(found.on_account - bound, ZERO), ZERO)


def _remaining(release: Row | None, order: Document) -> Row | None:
	"""A release with what its ceiling leaves after the goods that have left under it."""
	if release is None:
		return None
	return release._replace(ceiling=max(release.ceiling - left_of(order), ZERO))


def _billed_first(invoice: Document, amount: Decimal, found: Account) -> Sold:
	"""Goods without an order that were billed before they leave: what is paid of the bill covers them.

	The debt is in the ledger, so the exposure counts it already.
	"""
	billed = worth_of(invoice)
	unpaid = billed * open_part_of(invoice.name)
	paid = billed - taken_back(invoice.name) - min(unpaid, _unsettled(found))
	terms = OrderTerms(amount, credit_days(invoice))
	return Sold(terms, nearest_cent(paid) - left_of_invoice(invoice), min(amount, unpaid), None)


def _paid_with(document: Document, amount: Decimal) -> Decimal:
	"""What is paid at the till with the document itself for a part of it."""
	if document.doctype not in PAID_AT_ONCE or not document.get("is_pos"):
		return ZERO
	total = worth_of(document)
	paid = money(document.base_paid_amount) - money(document.get("base_change_amount"))
	return paid * amount / total if amount < total else paid
