"""What leaves with a document: goods of orders, goods that were billed first, goods without an order."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.query_builder import DocType
from frappe.query_builder.functions import IfNull

from customer_grading.facts.at_till import left_at_till
from customer_grading.facts.values import ZERO, money
from customer_grading.gate.terms import worth_of

CENT = Decimal("0.01")
ORDER, INVOICE = "Sales Order", "Sales Invoice"
PLACE = {ORDER: "order", INVOICE: "invoice"}
"""Where a `Source` names them."""


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
		is_ordered = line.get("against_sales_order") or line.get("so_detail")
		if is_ordered and not _is_billed_by_unit(line):
			yield _sold_by(note, line, ORDER, line.get("against_sales_order"), line.get("so_detail"))
		else:
			yield _sold_by(note, line, INVOICE, line.get("against_sales_invoice"), line.get("si_detail"))


def _is_billed_by_unit(line: Document) -> bool:
	"""Whether goods were billed before they leave, and their order only tells what a unit of them costs."""
	if not line.get("si_detail") or not line.get("so_detail"):
		return False
	row = {"name": line.so_detail, "docstatus": 1}
	quantity = frappe.db.get_value("Sales Order Item", row, "stock_qty")
	return quantity is not None and not quantity


def _of_invoice(invoice: Document) -> Iterator[Line]:
	"""An invoice delivers where it updates stock."""
	if invoice.get("update_stock"):
		yield from _billed(invoice, _not_from_till(invoice))


def _not_from_till(invoice: Document) -> Iterator[Document]:
	"""A consolidated invoice sums up POS Invoices, which were asked at the till."""
	summed_up = _summed_up(invoice)
	for line in invoice.items:
		if not _is_from_till(invoice.customer, line, summed_up[line.get("pos_invoice_item")]):
			yield line


def _billed(invoice: Document, lines: Iterable[Document]) -> Iterator[Line]:
	"""Goods that leave with their bill: of orders at the prices of these, and what the bill asks for beyond.

	Otherwise a discount on the order, which its bill leaves out, would take them past the door. What is asked
	for beyond was ordered by nobody: it is covered as goods without an order are.
	"""
	beyond: dict[str, Decimal] = defaultdict(lambda: ZERO)
	for line in lines:
		source, worth = _sold_by(invoice, line, ORDER, line.get("sales_order"), line.get("so_detail"))
		yield source, worth
		if source.order and money(line.stock_qty) > 0:
			beyond[source.order] += _asked_beyond(invoice, line, frappe.get_cached_doc(ORDER, source.order))
	most = _lost_in_rounding(invoice)
	for asked in beyond.values():
		if asked > most:
			yield Source(invoice.customer, invoice.company), asked


def _asked_beyond(invoice: Document, line: Document, order: Document) -> Decimal:
	"""What a bill asks for a line beyond its order, at the order's rate of exchange; below 0 where less.

	A total that the order rounds down is not what its parts come to.
	"""
	asked = share(invoice, money(line.base_net_amount)) * _as_exchanged(invoice, order)
	sold_for = _net_price(order, line.so_detail, line.item_code) * money(line.stock_qty)
	return asked - _part(order, sold_for, money(order.base_grand_total))


def _as_exchanged(invoice: Document, order: Document) -> Decimal:
	"""By what an amount of a bill is multiplied to have it at the rate of exchange of its order."""
	if invoice.currency != order.currency or not invoice.conversion_rate:
		return Decimal(1)
	return money(order.conversion_rate) / money(invoice.conversion_rate)


def _lost_in_rounding(invoice: Document) -> Decimal:
	"""What rounding each line and each tax may add to a bill that asks for no more than its order."""
	unit = Decimal(1).scaleb(-(invoice.precision("net_total") or 0))
	rows = 1 + len(invoice.items) + len(invoice.get("taxes") or ())
	return unit * rows * max(money(invoice.conversion_rate), Decimal(1))


def _summed_up(invoice: Document) -> dict[str | None, Decimal]:
	"""How much of each line of POS Invoices an invoice says that it sums up."""
	quantities: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
	for line in invoice.items:
		quantities[line.get("pos_invoice_item")] += max(money(line.qty), ZERO)
	return quantities


def _is_from_till(customer: str, line: Document, summed_up: Decimal) -> bool:
	"""Whether a line sums up one of a submitted POS Invoice, as a log that is being submitted says."""
	if not line.get("pos_invoice") or not line.get("pos_invoice_item"):
		return False
	sold = {"name": line.pos_invoice_item, "parent": line.pos_invoice, "item_code": line.item_code}
	quantity = frappe.db.get_value("POS Invoice Item", {**sold, "docstatus": 1}, "qty")
	if quantity is None or summed_up > money(quantity):
		return False
	return not _is_summed_up_elsewhere(line) and _is_being_summed_up(customer, line.pos_invoice)


def _is_summed_up_elsewhere(line: Document) -> bool:
	"""Whether another invoice sums up the same line: what the POS Invoice says of it may be written later."""
	same = {"pos_invoice": line.pos_invoice, "pos_invoice_item": line.pos_invoice_item}
	other = {"docstatus": 1, "parent": ("!=", line.parent or "")}
	return bool(frappe.db.exists("Sales Invoice Item", {**same, **other}))


def _is_being_summed_up(customer: str, pos_invoice: str) -> bool:
	"""Whether a log sums a POS Invoice up under this customer, and has not done so yet.

	The POS Invoice may be of another customer, of the same group.
	"""
	log, row, sold = map(DocType, ("POS Invoice Merge Log", "POS Invoice Reference", "POS Invoice"))
	query = frappe.qb.from_(row).join(log).on(log.name == row.parent)
	query = query.join(sold).on(sold.name == row.pos_invoice).select(log.name)
	query = query.where((row.pos_invoice == pos_invoice) & (log.customer == customer))
	return bool(query.where((log.docstatus == 1) & (IfNull(sold.consolidated_invoice, "") == "")).run())


def _of_pos_invoice(invoice: Document) -> Iterator[Line]:
	yield from _billed(invoice, invoice.items)


def _of_pick_list(picked: Document) -> Iterator[Line]:
	yield from _ordered(picked.locations)


def _of_purchase_order(purchase: Document) -> Iterator[Line]:
	"""What a supplier delivers straight to customers."""
	yield from _ordered(line for line in purchase.items if line.get("delivered_by_supplier"))


def _ordered(lines: Iterable[Document]) -> Iterator[Line]:
	"""Goods that leave by a document that has no customer of its own.

	Product bundles leave by their components, and have left as far as the one of which most has left.
	"""
	bundles: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
	for line in lines:
		component = _component_of(line)
		name = _parent_of(ORDER, line.sales_order_item) or line.sales_order
		if component:
			parts = bundles[component.parent, component.parent_detail_docname]
			parts[component.name] += money(line.stock_qty) / money(component.qty)
		elif name:
			order = frappe.get_cached_doc(ORDER, name)
			worth = _price(order, line.sales_order_item, line.item_code) * money(line.stock_qty)
			is_by_unit = _is_by_unit(order, line.sales_order_item)
			yield Source(order.customer, order.company, None if is_by_unit else name), worth
	for (name, row), parts in bundles.items():
		order = frappe.get_cached_doc(ORDER, name)
		whole = sum((money(line.base_net_amount) for line in order.items if line.name == row), ZERO)
		yield Source(order.customer, order.company, name), share(order, whole) * max(parts.values())


def _component_of(line: Document) -> frappe._dict | None:
	"""The component of a bundle of a submitted order that a line names, and the row of its order, if any."""
	named = line.get("product_bundle_item") or line.get("sales_order_packed_item")
	if not named:
		return None
	packed = {"name": named, "parenttype": ORDER, "docstatus": 1, "qty": (">", 0)}
	if line.sales_order_item:
		packed["parent_detail_docname"] = line.sales_order_item
	return frappe.db.get_value(
		"Packed Item", packed, ["name", "parent", "parent_detail_docname", "qty"], as_dict=True
	)


def _sold_by(document: Document, line: Document, doctype: str, name: str | None, row: str | None) -> Line:
	"""Goods are worth what they were sold for, whatever the document says that they cost.

	Otherwise a rate of zero on a Delivery Note would take them past the door. They are of the order or
	invoice to which the row belongs, whichever is named, because ERPNext notes with the row that they have
	left. Goods without such a row, or with one of another customer, are covered by what was paid for no sale.
	So are goods of a row that comes to nothing: free ones that are charged after all, and those of an order
	at unit prices, which tells no quantity.
	"""
	source = Source(document.customer, document.company)
	worth = share(document, money(line.base_net_amount))
	parent = _parent_of(doctype, row)
	if not parent and not name:
		return source, worth
	sale = frappe.get_cached_doc(doctype, parent or name)
	sold_for = _price(sale, row, line.item_code) * money(line.stock_qty)
	is_own = parent and (sale.customer, sale.company) == (document.customer, document.company)
	if is_own and sold_for and not _is_by_unit(sale, row):
		return source._replace(**{PLACE[doctype]: parent}), sold_for
	return source, max(worth, sold_for)


def _parent_of(doctype: str, row: str | None) -> str | None:
	"""The submitted order or invoice to which a row belongs."""
	return frappe.db.get_value(f"{doctype} Item", {"name": row, "docstatus": 1}, "parent") if row else None


def _is_by_unit(sale: Document, row: str | None) -> bool:
	"""Whether a row of an order or invoice has a price and no quantity."""
	return any(line.name == row and not line.stock_qty for line in sale.items)


def _price(sale: Document, row: str | None, item: str) -> Decimal:
	"""What a unit of stock costs in a row of an order or invoice; without it, in the dearest of the item."""
	return share(sale, _net_price(sale, row, item))


def _net_price(sale: Document, row: str | None, item: str) -> Decimal:
	named = [line for line in sale.items if line.name == row]
	rows = named or [line for line in sale.items if line.item_code == item]
	return max(map(_net_of_unit, rows), default=ZERO)


def _net_of_unit(line: Document) -> Decimal:
	"""Without a quantity there is no amount, and no rate after discounts, but the rate that was agreed."""
	if line.stock_qty:
		return money(line.base_net_amount) / money(line.stock_qty)
	return (money(line.base_net_rate) or money(line.base_rate)) / (money(line.conversion_factor) or 1)


def share(document: Document, net: Decimal) -> Decimal:
	"""A net amount with its part of the document's taxes and discounts."""
	return _part(document, net, worth_of(document))


def _part(document: Document, net: Decimal, whole: Decimal) -> Decimal:
	"""What falls to a net amount of what the whole document comes to."""
	total = money(document.base_net_total)
	return net * whole / total if total else net


def left_of(order: Document, *, lock: bool = False) -> Decimal:
	"""What of an order has left already, by whatever door, less what has come back.

	With `lock`, what left at the till as committed now.
	"""
	left = _left_parts(order, lock)
	net = sum((money(line.base_net_amount) * left[line.name] for line in order.items), ZERO)
	return whole_cents(share(order, net))


def open_rest_of(order: Document, *, lock: bool = False) -> Decimal:
	"""What of an order has neither left nor been billed, in company currency.

	With `lock`, what left at the till as committed now.
	"""
	left, total, rest = _left_parts(order, lock), ZERO, ZERO
	for line in order.items:
		amount, billed = abs(money(line.amount)), abs(money(line.billed_amt))
		total += amount
		rest += max(amount - max(billed, amount * left[line.name]), ZERO)
	return nearest_cent(worth_of(order) * rest / total) if total else ZERO


def _left_parts(order: Document, lock: bool) -> Mapping[str, Decimal]:
	"""What part of each row of an order has left, by its quantity; above 1 where more left than ordered."""
	at_till = left_at_till([line.name for line in order.items], lock=lock)
	return {line.name: _left_part(line, at_till.get(line.name, ZERO)) for line in order.items}


def _left_part(line: Document, at_till: Decimal) -> Decimal:
	if not line.qty:
		return ZERO
	units = max(at_till, ZERO) / (money(line.conversion_factor) or 1)
	return (_delivered(line) + units) / money(line.qty)


def left_of_invoice(invoice: Document, *, lock: bool = False) -> Decimal:
	"""What of a bill has left already: with the bill itself, by an earlier note, or by notes against it.

	With `lock`, by the rows of its orders as committed now.
	"""
	net = sum((money(line.base_net_rate) * _left(invoice, line, lock) for line in invoice.items), ZERO)
	return whole_cents(share(invoice, net))


def _left(invoice: Document, line: Document, lock: bool) -> Decimal:
	if invoice.update_stock or line.get("dn_detail"):
		return money(line.qty)
	own = _delivered(line)
	if not line.get("so_detail"):
		return own
	of_order = frappe.db.get_value("Sales Order Item", line.so_detail, "delivered_qty", for_update=lock)
	return max(own, min(money(of_order), money(line.qty)))


def _delivered(line: Document) -> Decimal:
	"""The quantity of a row that has left. Less than nothing cannot, whatever a new document said."""
	return max(money(line.delivered_qty), ZERO)


LINES: dict[str, Callable[[Document], Iterator[Line]]] = {
	"Delivery Note": _of_note,
	"Sales Invoice": _of_invoice,
	"POS Invoice": _of_pos_invoice,
	"Pick List": _of_pick_list,
	"Purchase Order": _of_purchase_order,
}
"""The documents with which goods leave."""
