"""What left at the till of one order, and was paid there, before a Sales Invoice sums it up.

ERPNext notes neither with the order: the rows of its POS Invoices are all that tells. The invoice that sums
them up does not name the order: from then on it is a sale of its own, and what is unpaid of it a debt.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from pypika.queries import QueryBuilder

from customer_grading.facts.open_items import (
	TILL,
	is_not_summed_up,
	locked,
	settled_at_till,
	total_of_sale,
)
from customer_grading.facts.values import ZERO, money


def left_at_till(rows: Collection[str], *, lock: bool = False) -> Mapping[str, Decimal]:
	"""How much left of these rows of a Sales Order, in units of stock, less what came back.

	With `lock` as committed now.
	"""
	query, _sale, line = _of_rows(rows)
	query = query.select(line.so_detail, Sum(line.stock_qty)).groupby(line.so_detail)
	return {row: money(quantity) for row, quantity in locked(query, lock).run()}


def paid_at_till(rows: Collection[str], *, lock: bool = False) -> Decimal:
	"""What was paid for it, less what was paid back, in company currency; with `lock` as committed now.

	Of an invoice that sells other things too, the share of these rows; at most what it comes to.
	"""
	query, sale, line = _of_rows(rows)
	query = query.select(
		settled_at_till(sale),
		total_of_sale(sale),
		Sum(line.base_net_amount),
		sale.base_net_total,
	).groupby(sale.name)
	return sum((_share(*map(money, row)) for row in locked(query, lock).run()), ZERO)


def _of_rows(rows: Collection[str]) -> tuple[QueryBuilder, DocType, DocType]:
	sale, line = DocType(TILL), DocType(f"{TILL} Item")
	query = frappe.qb.from_(line).join(sale).on(sale.name == line.parent)
	query = query.where(line.so_detail.isin(tuple(rows)) & (sale.docstatus == 1))
	return query.where(is_not_summed_up(line)), sale, line


def _share(paid: Decimal, total: Decimal, net: Decimal, whole: Decimal) -> Decimal:
	"""A return is below zero, and pays back."""
	return min(paid, total, key=abs) * (net / whole if whole else 1)
