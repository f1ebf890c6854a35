"""What of one order is billed, and what of a bill is open or taken back."""

from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Function, Sum
from pypika.terms import Term

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


def bills_of(order: str) -> list[Bill]:
	"""The submitted invoices and credit notes of an order."""
	invoice, line = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	rows = (
		frappe.qb.from_(line)
		.join(invoice)
		.on(invoice.name == line.parent)
		.select(invoice.currency, Sum(line.net_amount), Sum(line.base_net_amount), _open_part(invoice))
		.where((line.sales_order == order) & (invoice.docstatus == 1))
		.groupby(invoice.name)
		.run()
	)
	return [Bill(currency, *map(money, amounts)) for currency, *amounts in rows]


def open_part_of(invoice: str) -> Decimal:
	"""What part of an invoice is not paid, from 0 to 1."""
	table = DocType("Sales Invoice")
	rows = frappe.qb.from_(table).select(_open_part(table)).where(table.name == invoice).run()
	return money(rows[0][0]) if rows else ZERO


def taken_back(invoice: str) -> Decimal:
	"""What credit notes have taken off an invoice, in company currency."""
	note = DocType("Sales Invoice")
	is_of = (note.return_against == invoice) & (note.docstatus == 1)
	rows = frappe.qb.from_(note).select(Sum(-note.base_grand_total)).where(is_of).run()
	return money(rows[0][0])


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
