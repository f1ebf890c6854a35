"""What leaves with a document: goods of orders, goods that were billed first, goods without an order."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

import frappe
from frappe.model.document import Document

from customer_grading.facts.values import ZERO, money
from customer_grading.gate.terms import worth_of

CENT = Decimal("0.01")


class Source(NamedTuple):
	"""Whose goods they are, and what they were sold by."""

	customer: str
	company: str
	order: str | None = None
	invoice: str | None = None
	"""The Sales Invoice, where goods without an order were billed before they leave."""


Goods = dict[Source, Decimal]
"""What leaves, with its share of taxes and discounts, in company currency."""

Line = tuple[Source, Decimal]


def goods_of(document: Document) -> Goods:
	"""What leaves with a document, by what it was sold by. What comes back is below zero, and is none."""
	return _sums(LINES[document.doctype](document))


def whole_cents(amount: Decimal) -> Decimal:
	"""An amount without what dividing has left behind, so that parts never come to more than the whole."""
	return amount.quantize(CENT, ROUND_FLOOR)


def nearest_cent(amount: Decimal) -> Decimal:
	"""An amount without what the database has lost in dividing."""
	return amount.quantize(CENT)


def _sums(lines: Iterable[Line]) -> Goods:
	goods: Goods = defaultdict(lambda: ZERO)
	for source, amount in lines:
		goods[source] += amount
	return {source: whole_cents(amount) for source, amount in goods.items() if amount >= CENT}


def _of_note(note: Document) -> Iterator[Line]:
	for line in note.items:
		if line.get("against_sales_order"):
			yield _of_order_line(note, line, line.against_sales_order)
		else:
			invoice = line.get("against_sales_invoice") or None
			source = Source(note.customer, note.company, invoice=invoice)
			yield source, share(note, money(line.base_net_amount))


def _of_invoice(invoice: Document) -> Iterator[Line]:
	"""An invoice delivers where it updates stock.

	A consolidated invoice sums up POS Invoices, which were asked at the till.
	"""
	if not invoice.get("update_stock"):
		return
	for line in invoice.items:
		if not _is_from_till(line):
			yield _of_order_line(invoice, line, line.get("sales_order"))


def _is_from_till(line: Document) -> bool:
	"""Whether a line sums up one of a POS Invoice that was submitted and not summed up before."""
	if not line.get("pos_invoice") or not line.get("pos_invoice_item"):
		return False
	sold = {"name": line.pos_invoice_item, "parent": line.pos_invoice, "item_code": line.item_code}
	quantity = frappe.db.get_value("POS Invoice Item", {**sold, "docstatus": 1}, "qty")
	if quantity is None or money(line.qty) > money(quantity):
		return False
	return not frappe.db.get_value("POS Invoice", line.pos_invoice, "consolidated_invoice")


def _of_pos_invoice(invoice: Document) -> Iterator[Line]:
	for line in invoice.items:
		yield _of_order_line(invoice, line, line.get("sales_order"))


def _of_pick_list(picked: Document) -> Iterator[Line]:
	for line in picked.locations:
		if line.sales_order and line.sales_order_item:
			yield _ordered(line.sales_order, line.sales_order_item, money(line.stock_qty))


def _of_purchase_order(purchase: Document) -> Iterator[Line]:
	"""What a supplier delivers straight to customers."""
	for line in purchase.items:
		if line.get("delivered_by_supplier") and line.sales_order and line.sales_order_item:
			yield _ordered(line.sales_order, line.sales_order_item, money(line.stock_qty))


def _of_order_line(document: Document, line: Document, order: str | None) -> Line:
	"""Goods of an order are worth what they were ordered for, whatever the document says that they cost.

	Otherwise a rate of zero on a Delivery Note would take them past the door.
	"""
	source = Source(document.customer, document.company, order or None)
	if order and line.get("so_detail"):
		ordered, worth = _ordered(order, line.so_detail, money(line.stock_qty))
		if ordered == source:
			return source, worth
	return source, share(document, money(line.base_net_amount))


def _ordered(name: str, row: str, stock_qty: Decimal) -> Line:
	"""What a quantity of an order's line is worth."""
	order = frappe.get_cached_doc("Sales Order", name)
	lines = [line for line in order.items if line.name == row and line.stock_qty]
	part = sum((money(line.base_net_amount) / money(line.stock_qty) for line in lines), ZERO) * stock_qty
	return Source(order.customer, order.company, name), share(order, part)


def share(document: Document, net: Decimal) -> Decimal:
	"""A net amount with its part of the document's taxes and discounts."""
	total = money(document.base_net_total)
	return net * worth_of(document) / total if total else net


def left_of(order: Document) -> Decimal:
	"""What of an order has left already, by whatever door, less what has come back."""
	net = ZERO
	for line in order.items:
		if line.qty:
			net += money(line.base_net_amount) * money(line.delivered_qty) / money(line.qty)
	return whole_cents(share(order, net))


def left_of_invoice(invoice: Document) -> Decimal:
	"""What of a bill has left already: with the bill itself, by an earlier note, or by notes against it."""
	net = sum((money(line.base_net_rate) * _left(invoice, line) for line in invoice.items), ZERO)
	return whole_cents(share(invoice, net))


def _left(invoice: Document, line: Document) -> Decimal:
	if invoice.update_stock or line.get("dn_detail"):
		return money(line.qty)
	own = money(line.delivered_qty)
	if not line.get("so_detail"):
		return own
	of_order = money(frappe.db.get_value("Sales Order Item", line.so_detail, "delivered_qty"))
	return max(own, min(of_order, money(line.qty)))


LINES: dict[str, Callable[[Document], Iterator[Line]]] = {
	"Delivery Note": _of_note,
	"Sales Invoice": _of_invoice,
	"POS Invoice": _of_pos_invoice,
	"Pick List": _of_pick_list,
	"Purchase Order": _of_purchase_order,
}
"""The documents with which goods leave."""
