"""What of one order is billed, and what of a bill is open or taken back."""

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Function, IfNull, Sum
from pypika.terms import Term

from customer_grading.facts.open_items import locked
from customer_grading.facts.values import ZERO, greatest, least, money


class Bill(NamedTuple):
	"""What a Sales Invoice bills of an order; a credit note bills less than nothing."""

	currency: str
	net: Decimal
	"""In the currency of the bill."""
	base_net: Decimal
	"""In company currency."""
	open_part: Decimal
	"""From 0, settled, to 1, nothing paid."""
	is_disputed: bool


def bills_of(order: str, *, lock: bool = False) -> list[Bill]:
	"""The submitted invoices and credit notes of an order; with `lock` as committed now."""
	invoice, line = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	query = (
		frappe.qb.from_(line)
		.join(invoice)
		.on(invoice.name == line.parent)
		.select(
			invoice.currency,
			Sum(line.net_amount),
			Sum(line.base_net_amount),
			_open_part(invoice),
			invoice.is_disputed,
		)
		.where((line.sales_order == order) & (invoice.docstatus == 1))
		.groupby(invoice.name)
	)
	rows = locked(query, lock).run()
	return [Bill(currency, *map(money, amounts), bool(disputed)) for currency, *amounts, disputed in rows]


def open_part_of(invoice: str, *, lock: bool = False) -> Decimal:
	"""What part of an invoice is not paid, from 0 to 1; with `lock` as committed now."""
	table = DocType("Sales Invoice")
	query = frappe.qb.from_(table).select(_open_part(table)).where(table.name == invoice)
	rows = locked(query, lock).run()
	return money(rows[0][0]) if rows else ZERO


def taken_back(invoice: str, *, lock: bool = False) -> Decimal:
	"""What credit notes have taken off an invoice, in company currency; with `lock` as committed now."""
	note = DocType("Sales Invoice")
	is_of = (note.return_against == invoice) & (note.docstatus == 1)
	rows = locked(frappe.qb.from_(note).select(Sum(-note.base_grand_total)).where(is_of), lock).run()
	return money(rows[0][0])


class LeftPart(NamedTuple):
	"""What of a Sales Invoice has left, as a part of all that it bills; of an order, what it bills."""

	invoice: str
	order: str | None
	part: Decimal


def left_parts(invoices: Collection[str], *, lock: bool = False) -> list[LeftPart]:
	"""What of the goods of invoices has left, of no order and for each order; none of disputed ones.

	What is no goods, such as a service, has left as it is billed. With `lock` as committed now.
	"""
	invoice, line, item = map(DocType, ("Sales Invoice", "Sales Invoice Item", "Item"))
	has_left = (invoice.update_stock == 1) | (invoice.is_return == 1) | (IfNull(line.dn_detail, "") != "")
	later = least(line.delivered_qty / Function("NULLIF", line.qty, 0), 1)
	has_left |= IfNull(item.is_stock_item, 0) == 0
	net = Sum(line.base_net_amount * Case().when(has_left, 1).else_(Coalesce(later, 0)))
	order = IfNull(line.sales_order, "")
	query = (
		frappe.qb.from_(line)
		.join(invoice)
		.on(invoice.name == line.parent)
		.left_join(item)
		.on(item.name == line.item_code)
		.select(invoice.name, order, net / Function("NULLIF", invoice.base_net_total, 0))
		.where(invoice.name.isin(tuple(invoices)) & (invoice.is_disputed == 0))
		.groupby(invoice.name, order)
	)
	rows = locked(query, lock).run() if invoices else ()
	return [LeftPart(name, of_order or None, money(part)) for name, of_order, part in rows]


def _open_part(invoice: DocType) -> Term:
	"""What is unpaid of a bill; who pays the rounded total has paid. An open credit note is no debt.

	The outstanding amount is in the currency of the account, which is the company's or the bill's own.
	"""
	own, base = (
		_paid_part(invoice, f"{prefix}rounded_total", f"{prefix}grand_total") for prefix in ("", "base_")
	)
	paid = Case().when(invoice.party_account_currency == invoice.currency, own).else_(base)
	return Case().when(invoice.is_return == 1, 0).else_(greatest(1 - Coalesce(paid, 1), 0))


def _paid_part(invoice: DocType, rounded: str, total: str) -> Term:
	asked = Coalesce(Function("NULLIF", invoice[rounded], 0), invoice[total])
	return (asked - invoice.outstanding_amount) / Function("NULLIF", least(asked, invoice[total]), 0)
