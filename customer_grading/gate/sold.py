"""How goods that leave were sold: the terms, what is paid of them, what the exposure counts already."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document

from customer_grading.facts.at_till import paid_at_till
from customer_grading.facts.billed import Bill, bills_of, left_parts, open_part_of, taken_back
from customer_grading.facts.position import Account
from customer_grading.facts.values import ZERO, money
from customer_grading.gate.binding import Bond
from customer_grading.gate.goods import Source, left_of, left_of_invoice, nearest_cent, share
from customer_grading.gate.terms import credit_days, terms_of, worth_of
from customer_grading.records.credit_release import Row, standing_for
from customer_grading.records.policy import current_policy
from customer_grading.rules.options import CreditTier
from customer_grading.rules.order import ExposureKind, OrderTerms, binding_tier

INVOICES = {"Sales Invoice", "POS Invoice"}
"""They may carry their own payment, and have terms of their own."""


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
		return _billed_first(_as_of_now("Sales Invoice", source.invoice, found), amount, found)
	paid = _paid_with(document, amount)
	if source.order:
		ordered = sold_by_order(_as_of_now("Sales Order", source.order, found), amount, found, day)
		return replace(ordered, terms=_longer(ordered.terms, document), cover=ordered.cover + paid)
	return Sold(OrderTerms(amount, credit_days(document)), found.cover_of(None) + paid, ZERO, None)


def _as_of_now(doctype: str, name: str, found: Account) -> Document:
	"""A document as committed now: who has waited for the account does not see what others did meanwhile."""
	return frappe.get_doc(doctype, name, for_update=not found.is_fresh)


def _longer(terms: OrderTerms, document: Document) -> OrderTerms:
	"""The terms of an order, or of the invoice by which its goods leave, where that gives more credit."""
	if document.doctype not in INVOICES:
		return terms
	return replace(terms, credit_days=max(terms.credit_days, credit_days(document)))


def sold_by_order(order: Document, amount: Decimal, found: Account, day: date) -> Sold:
	"""Goods of an order: its terms and readiness, and what is paid of it less what of it has left.

	What is not billed is covered by money on account that is promised to the order, what is billed by what
	its bills were paid, and what left at the till by what was paid there.
	"""
	is_open = any(each.name == order.name for each in found.orders)
	promised = found.cover_of(order.name) if is_open else ZERO
	lock = not found.is_fresh
	billed, unpaid = _billed(order, bills_of(order.name, lock=lock))
	left = left_of(order, lock=lock)
	paid = promised + billed - min(unpaid, _unsettled(found)) + _paid_at_till(order, lock)
	cover = nearest_cent(paid) - left
	counted = min(amount, found.needs_of(order.name) + unpaid)
	release = _remaining(standing_for(order.name, day, order.customer), left)
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
	return max(found.owed - found.unbound, ZERO)


def cash_owed(bond: Bond, found: Account) -> Decimal:
	"""What a customer who pays cash on delivery has got before and not paid, whatever its terms (R6).

	That is goods that left unbilled, and of open bills what has left; less the money on account that was paid
	for no order. Bills of goods that have not left yet are no such debt. 0 of customers of other tiers.
	"""
	delivered = sum((order.delivered for order in found.orders), ZERO)
	at_most = max(found.owed, ZERO) + delivered
	if binding_tier(bond.tier, bond.policy) is not CreditTier.B or not at_most:
		return ZERO
	bills = dict(found.bills)
	parts = left_parts(bills, lock=not found.is_fresh)
	orders = {order.name for order in found.orders if order.delivered} | {part.order for part in parts}
	unpaid = found.part(ExposureKind.UNBILLED_DELIVERIES)
	unpaid += sum((bills[part.invoice] * part.part for part in parts if not part.order), ZERO)
	unpaid += sum((_unpaid_of(name, found) for name in orders if name), ZERO)
	return nearest_cent(max(min(unpaid, at_most) - found.unbound, ZERO))


def _unpaid_of(order: str, found: Account) -> Decimal:
	"""What of an order has left and is not paid, by its bills or in advance; what is disputed need not be."""
	ordered, lock = _as_of_now("Sales Order", order, found), not found.is_fresh
	bills = bills_of(order, lock=lock)
	billed, unpaid = _billed(ordered, (_settled(bill) if bill.is_disputed else bill for bill in bills))
	own = sum((each.own for each in found.orders if each.name == order), ZERO)
	at_most = unpaid + found.delivered_of(order)
	paid = billed - unpaid + own + _paid_at_till(ordered, lock)
	return max(min(left_of(ordered, lock=lock) - paid, at_most), ZERO)


def _settled(bill: Bill) -> Bill:
	return bill._replace(open_part=ZERO)


def _paid_at_till(order: Document, lock: bool) -> Decimal:
	return paid_at_till([line.name for line in order.items], lock=lock)


def _remaining(release: Row | None, left: Decimal) -> Row | None:
	"""A release with what its ceiling leaves after the goods of its order that have left."""
	if release is None:
		return None
	return release._replace(ceiling=max(release.ceiling - left, ZERO))


def _billed_first(invoice: Document, amount: Decimal, found: Account) -> Sold:
	"""Goods without an order that were billed before they leave: what is paid of the bill covers them.

	The debt is in the ledger, so the exposure counts it already.
	"""
	billed, lock = worth_of(invoice), not found.is_fresh
	unpaid = billed * open_part_of(invoice.name, lock=lock)
	paid = billed - taken_back(invoice.name, lock=lock) - min(unpaid, _unsettled(found))
	terms = OrderTerms(amount, credit_days(invoice))
	return Sold(terms, nearest_cent(paid) - left_of_invoice(invoice, lock=lock), min(amount, unpaid), None)


def _paid_with(document: Document, amount: Decimal) -> Decimal:
	"""What is paid at the till with the document itself for a part of it, or written off as a trifle.

	Loyalty points may pay without a till.
	"""
	if document.doctype not in INVOICES or not (document.is_pos or document.redeem_loyalty_points):
		return ZERO
	total = worth_of(document)
	paid = min(_tendered(document), total)
	paid += _written_off(document, total - paid)
	return paid * amount / total if amount < total else paid


def _tendered(document: Document) -> Decimal:
	"""What is paid with a document: its payments, whatever it says that they come to, and loyalty points."""
	payments = document.payments if document.is_pos else ()
	paid = sum((money(payment.amount) for payment in payments), ZERO) * money(document.conversion_rate)
	if document.doctype == "Sales Invoice":
		paid -= money(document.get("base_change_amount"))
	return paid + _points(document)


def _points(document: Document) -> Decimal:
	"""What the loyalty points pay that are redeemed with a document, in company currency.

	ERPNext has looked for the points as it validated the document, and believes any amount: here they are
	worth at most what their program gives for them, and nothing where nobody has looked.
	"""
	is_checked = not document.flags.ignore_validate and not document.get("is_consolidated")
	if not (document.redeem_loyalty_points and document.loyalty_program and is_checked):
		return ZERO
	factor = frappe.db.get_value("Loyalty Program", document.loyalty_program, "conversion_factor")
	worth = money(document.loyalty_points) * money(factor)
	return max(min(money(document.loyalty_amount), worth), ZERO)


def _written_off(document: Document, unpaid: Decimal) -> Decimal:
	"""What a till writes off of what is not paid: only a trifle. ERPNext writes off whatever it is told."""
	if not document.is_pos or unpaid <= 0:
		return ZERO
	is_all = document.get("write_off_outstanding_amount_automatically")
	told = unpaid if is_all else money(document.write_off_amount) * money(document.conversion_rate)
	written_off = max(min(told, unpaid), ZERO)
	return written_off if written_off and written_off <= current_policy().tier.tolerance else ZERO
