"""What a customer owes or has ordered: the exposure by component, as ERPNext sums it up.

The sum of the components is that of ERPNext's `get_customer_outstanding`, except for delivery notes in
another currency than the company's: ERPNext divides their lines in document currency by their total in
company currency; here the lines are converted first. And what was delivered by an order at unit prices, or
one that gave it away, counts here until it is billed; in ERPNext neither the order nor the note tells of it.
"""

from collections import defaultdict
from collections.abc import Callable

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import IfNull, Sum
from pypika.queries import QueryBuilder, Selectable, Table
from pypika.terms import Criterion, Term

from customer_grading.facts.selection import Selection
from customer_grading.facts.values import FULLY, greatest, money
from customer_grading.rules.order import Component, ExposureKind

Exposure = dict[str, dict[str, tuple[Component, ...]]]
"""The components by customer and company, in company currency."""

Among = Callable[[Table], Criterion]
"""Which rows of a table are asked for."""


def exposure(selection: Selection) -> Exposure:
	"""The exposure of each customer in each company now, in company currency; parts that are 0 are left out.

	A ledger balance below zero is money on account. On Hold orders count, closed ones do not.
	"""
	found: dict[str, dict[str, list[Component]]] = defaultdict(lambda: defaultdict(list))
	for kind, query in _parts(selection):
		for customer, company, amount in query.run():
			if amount:
				found[customer][company].append(Component(kind, money(amount)))
	return {
		customer: {company: tuple(parts) for company, parts in companies.items()}
		for customer, companies in found.items()
	}


def _parts(selection: Selection) -> tuple[tuple[ExposureKind, QueryBuilder], ...]:
	return (
		(ExposureKind.LEDGER, _ledger(selection)),
		(ExposureKind.UNBILLED_ORDERS, _unbilled_orders(selection)),
		(ExposureKind.UNBILLED_DELIVERIES, _unbilled_deliveries(selection)),
	)


def _ledger(selection: Selection) -> QueryBuilder:
	"""The General Ledger and not the Payment Ledger, which leaves out accounts that are not receivable."""
	entry = DocType("GL Entry")
	return (
		frappe.qb.from_(entry)
		.select(entry.party, entry.company, Sum(entry.debit - entry.credit))
		.where((entry.party_type == "Customer") & (entry.is_cancelled == 0))
		.where(selection.among(entry.party))
		.groupby(entry.party, entry.company)
	)


def _unbilled_orders(selection: Selection) -> QueryBuilder:
	order = DocType("Sales Order")
	return (
		frappe.qb.from_(order)
		.select(order.customer, order.company, Sum(unbilled_part(order)))
		.where(is_unbilled(order))
		.where(selection.among(order.customer))
		.groupby(order.customer, order.company)
	)


def is_unbilled(order: Table) -> Criterion:
	"""Whether anything of a Sales Order is still to be billed."""
	return (order.docstatus == 1) & (order.status != "Closed") & (order.per_billed < FULLY)


def unbilled_part(order: Table) -> Term:
	"""What of a Sales Order is not billed, in company currency with taxes."""
	return order.base_grand_total * (FULLY - order.per_billed) / FULLY


def _unbilled_deliveries(selection: Selection) -> QueryBuilder:
	line = unbilled_lines(lambda note: selection.among(note.customer))
	return (
		frappe.qb.from_(line)
		.select(line.customer, line.company, Sum(worth(line)))
		.groupby(line.customer, line.company)
	)


def worth(line: Selectable) -> Term:
	"""What of a line of `unbilled_lines` is not billed, with its part of the note's taxes and discounts."""
	unbilled = greatest(line.amount - line.billed, 0)
	return unbilled * line.conversion_rate / line.base_net_total * line.base_grand_total


def unbilled_lines(among: Among, *, lock: bool = False) -> QueryBuilder:
	"""The lines of Delivery Notes whose goods left without order or invoice, with what of them is billed.

	And of those of which their order tells no amount: it is at unit prices, or gave them away.
	"""
	note, item, invoice, billed = (
		DocType(name)
		for name in ("Delivery Note", "Delivery Note Item", "Sales Invoice", "Sales Invoice Item")
	)
	ordered = DocType("Sales Order Item")
	is_untold = ordered.amount == 0
	by_note = IfNull(Sum(_in_currency_of(note, billed, invoice)), 0)
	query = (
		frappe.qb.from_(note)
		.join(item)
		.on(item.parent == note.name)
		.left_join(ordered)
		.on(ordered.name == item.so_detail)
		.left_join(billed)
		.on((billed.dn_detail == item.name) & (billed.docstatus == 1))
		.left_join(invoice)
		.on(invoice.name == billed.parent)
		.select(
			note.name,
			note.customer,
			note.company,
			item.amount,
			note.conversion_rate,
			note.base_net_total,
			note.base_grand_total,
			# ERPNext also notes with the line what was billed by its order.
			Case().when(is_untold, greatest(by_note, item.billed_amt)).else_(by_note).as_("billed"),
		)
		.where((note.docstatus == 1) & note.status.notin(("Closed", "Stopped")) & (note.base_net_total != 0))
		.where((_is_empty(item.against_sales_order) | is_untold) & _is_empty(item.against_sales_invoice))
		.where(among(note))
		.groupby(item.name)
	)
	return query.for_update() if lock else query


def _in_currency_of(note: Table, billed: Table, invoice: Table) -> Term:
	"""What an invoice line bills, in the currency of the delivery note."""
	same = invoice.currency == note.currency
	return Case().when(same, billed.amount).else_(billed.base_amount / note.conversion_rate)


def _is_empty(column: Term) -> Criterion:
	return IfNull(column, "") == ""
