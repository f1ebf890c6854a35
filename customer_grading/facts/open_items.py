"""What of each document of a customer is open: the ledger by document, orders and deliveries to be billed.

Read from ERPNext's own documents. Of the copy that the order desk reads, see `facts.open_item_copy`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Function, Min, Sum
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion, Term

from customer_grading.facts.changed import Document
from customer_grading.facts.exposure import Among, is_unbilled, unbilled_lines, unbilled_part, worth
from customer_grading.facts.invoices import claim_or_credit
from customer_grading.facts.selection import Selection
from customer_grading.facts.values import ZERO, greatest, least, money, sum_if
from customer_grading.prepared import Prepared, given
from customer_grading.rules.cover import OpenOrder
from customer_grading.rules.order import ExposureKind
from customer_grading.rules.settlement import HALF_A_CENT

LEDGER, ORDERS, DELIVERIES = (
	ExposureKind.LEDGER,
	ExposureKind.UNBILLED_ORDERS,
	ExposureKind.UNBILLED_DELIVERIES,
)
TILL = "POS Invoice"
SAME = Decimal("0.0005")
"""Amounts nearer than that differ by how a database rounds."""
NAME_LENGTH = 20
MANY = 500
"""Names in one query."""


class OpenItem(NamedTuple):
	"""What is open of one document of a customer in a company.

	In company currency, except `open_amount`, `claim` and `credit`, which are in that of the account.
	"""

	customer: str
	company: str
	kind: ExposureKind
	reference_doctype: str
	reference_name: str
	amount: Decimal = ZERO
	"""Signed: money on account and credit notes are below zero."""
	open_amount: Decimal = ZERO
	"""The same in account currency, of the ledger."""
	claim: Decimal = ZERO
	"""What the document itself asked for."""
	base_claim: Decimal = ZERO
	"""The same in company currency."""
	credit: Decimal = ZERO
	"""What was taken off it by credit notes and write-offs, which is not money."""
	due_date: date | None = None
	"""When a debt by Journal Entry is due. Invoices have lines."""
	order_date: date | None = None
	paid: Decimal = ZERO
	"""Money on account that was paid for this very order."""
	delivered: Decimal = ZERO
	"""What of the unbilled part of an order has left."""

	@property
	def name(self) -> str:
		"""The name of its row, which only depends on what is open where."""
		return name_of(self.customer, self.company, self.kind, self.reference_doctype, self.reference_name)

	@property
	def document(self) -> Document:
		"""The document that is open."""
		return Document(self.kind, self.reference_doctype, self.reference_name)

	@property
	def account(self) -> tuple[str, str]:
		"""Customer and company."""
		return self.customer, self.company

	def as_order(self) -> OpenOrder:
		"""An open order, as the rules take it."""
		placed = self.order_date or date.min
		return OpenOrder(self.reference_name, placed, self.amount, self.paid, self.delivered)

	def is_as(self, other: "OpenItem | None") -> bool:
		"""Whether two say the same of one document."""
		return other is not None and all(map(_same, self[KEYS:], other[KEYS:]))


KEYS = 5
"""The first fields say what is open where."""

Rows = Sequence[Sequence[Any]]


def name_of(*parts: str) -> str:
	"""A short name for a combination of names, upper and lower case being the same as in the database."""
	return sha256("\n".join(parts).casefold().encode()).hexdigest()[:NAME_LENGTH]


def _same(one: Any, other: Any) -> bool:
	return abs(one - other) < SAME if isinstance(one, Decimal) else one == other


def of_documents(documents: Collection[Document], *, lock: bool = False) -> list[OpenItem]:
	"""What is open of these documents, by ERPNext's own tables; with `lock` as committed now."""
	names: dict[str, list[str]] = defaultdict(list)
	for document in documents:
		names[_place(document)].append(document.name)
	found = [item for place in names for part in parts(names[place]) for item in _named(place, part, lock)]
	return [item for item in found if item.document in documents]


def _place(document: Document) -> str:
	"""Where a document is read: by its kind, but goods that left at the till are in a table of their own."""
	is_till = document.kind is DELIVERIES and document.doctype == TILL
	return TILL if is_till else document.kind


def parts(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
	"""Names in portions that fit into a query."""
	for start in range(0, len(names), MANY):
		yield tuple(names[start : start + MANY])


def _named(place: str, names: tuple[str, ...], lock: bool) -> Iterator[OpenItem]:
	rows = BY_NAME[place, lock].run(names=names)
	return _orders(rows, lock) if place == ORDERS else READ[place](rows)


def of_customers(selection: Selection) -> list[OpenItem]:
	"""Everything that is open of these customers, by ERPNext's own tables."""
	return [
		*_ledger(_by_voucher(lambda entry: selection.among(entry.party)).run()),
		*_orders(_unbilled_orders(lambda order: selection.among(order.customer)).run()),
		*_deliveries(_unbilled_deliveries(lambda note: selection.among(note.customer)).run()),
		*_sold_at_till(_unpaid_at_till(lambda sale: selection.among(sale.customer)).run()),
	]


def open_orders(selection: Selection) -> Iterator[tuple[OpenOrder, tuple[str, str]]]:
	"""The open orders of these customers, each with its customer and company."""
	for item in _orders(_unbilled_orders(lambda order: selection.among(order.customer)).run()):
		yield item.as_order(), item.account


def _ledger(rows: Rows) -> Iterator[OpenItem]:
	for customer, company, doctype, name, *amounts, due in rows:
		is_journal = doctype == "Journal Entry"
		yield OpenItem(
			customer,
			company,
			LEDGER,
			doctype,
			name,
			*map(money, amounts),
			due_date=due if is_journal else None,
		)


def locked(query: QueryBuilder, lock: bool) -> QueryBuilder:
	"""The query, with or without a lock on what it reads."""
	return query.for_update() if lock else query


def _by_voucher(among: Among, *, lock: bool = False) -> QueryBuilder:
	"""As `facts.prepaid` and `facts.invoices` read the Payment Ledger."""
	entry, journal = DocType("Payment Ledger Entry"), DocType("Journal Entry")
	kept = (entry.party_type == "Customer") & (entry.account_type == "Receivable") & (entry.delinked == 0)
	is_claim, is_credit = claim_or_credit(entry, journal)
	amount, in_account = Sum(entry.amount), Sum(entry.amount_in_account_currency)
	query = (
		frappe.qb.from_(entry)
		.left_join(journal)
		.on(journal.name == Case().when(entry.voucher_type == "Journal Entry", entry.voucher_no))
		.select(
			entry.party,
			entry.company,
			entry.against_voucher_type,
			entry.against_voucher_no,
			amount,
			in_account,
			sum_if(is_claim, entry.amount_in_account_currency),
			sum_if(is_claim, entry.amount),
			sum_if(~is_claim & is_credit, -entry.amount_in_account_currency),
			Min(Coalesce(entry.due_date, entry.posting_date)),
		)
		.where(kept)
		.where(among(entry))
		.groupby(entry.party, entry.company, entry.against_voucher_type, entry.against_voucher_no)
		.having(_counts(amount) | _counts(in_account))
	)
	return locked(query, lock)


def _counts(amount: Term) -> Criterion:
	return Function("ABS", amount) >= HALF_A_CENT


def _orders(rows: Rows, lock: bool = False) -> Iterator[OpenItem]:
	paid = _paid([row[2] for row in rows], lock)
	for customer, company, name, placed, needs, delivered in rows:
		amount = money(needs)
		yield OpenItem(
			customer,
			company,
			ORDERS,
			"Sales Order",
			name,
			amount,
			order_date=placed,
			paid=max(paid.get((name, customer), ZERO), ZERO),
			delivered=min(max(money(delivered), ZERO), amount),
		)


def _unbilled_orders(among: Among, *, lock: bool = False) -> QueryBuilder:
	"""Each order with what of it is not billed, and what of that has left by the quantities of its lines."""
	order, line = DocType("Sales Order"), DocType("Sales Order Item")
	needs = unbilled_part(order)
	left = greatest(line.amount * line.delivered_qty / line.qty - line.billed_amt, 0)
	query = (
		frappe.qb.from_(order)
		.left_join(line)
		.on(line.parent == order.name)
		.select(
			order.customer,
			order.company,
			order.name,
			order.transaction_date,
			needs,
			order.base_grand_total * Sum(left) / Sum(line.amount),
		)
		.where(is_unbilled(order) & _counts(needs))
		.where(among(order))
		.groupby(order.name)
	)
	return locked(query, lock)


def _paid(orders: Sequence[str], lock: bool) -> Mapping[tuple[str, str], Decimal]:
	"""Money that was paid for orders and no invoice has used up, by order and customer."""
	paid: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
	for names in parts(orders):
		for query in PAID_LOCKED if lock else PAID:
			for order, customer, amount in query.run(names=names):
				paid[order, customer] += money(amount)
	return paid


def _paid_both_ways() -> QueryBuilder:
	together = _payments() * _journals()
	return frappe.qb.from_(together).select(together.star)


def _payments() -> QueryBuilder:
	"""By Payment Entry at its own exchange rate, less what one paid back."""
	line, payment = DocType("Payment Entry Reference"), DocType("Payment Entry")
	received = payment.payment_type == "Receive"
	rate = Case().when(received, payment.source_exchange_rate).else_(-payment.target_exchange_rate)
	return (
		frappe.qb.from_(line)
		.join(payment)
		.on(payment.name == line.parent)
		.select(line.reference_name, payment.party, Sum(line.allocated_amount * rate).as_("amount"))
		.where((line.reference_doctype == "Sales Order") & line.reference_name.isin(given("names")))
		.where((payment.docstatus == 1) & (payment.party_type == "Customer"))
		.groupby(line.reference_name, payment.party)
	)


def _journals() -> QueryBuilder:
	line = DocType("Journal Entry Account")
	return (
		frappe.qb.from_(line)
		.select(line.reference_name, line.party, Sum(line.credit - line.debit).as_("amount"))
		.where((line.reference_type == "Sales Order") & line.reference_name.isin(given("names")))
		.where((line.docstatus == 1) & (line.party_type == "Customer"))
		.groupby(line.reference_name, line.party)
	)


def _deliveries(rows: Rows) -> Iterator[OpenItem]:
	for customer, company, name, unbilled in rows:
		yield OpenItem(customer, company, DELIVERIES, "Delivery Note", name, money(unbilled))


def _unbilled_deliveries(among: Among, *, lock: bool = False) -> QueryBuilder:
	line = unbilled_lines(among, lock=lock)
	amount = Sum(worth(line))
	query = frappe.qb.from_(line).select(line.customer, line.company, line.name, amount)
	return query.groupby(line.name).having(_counts(amount))


def _sold_at_till(rows: Rows) -> Iterator[OpenItem]:
	for customer, company, name, unpaid in rows:
		if unpaid:
			yield OpenItem(customer, company, DELIVERIES, TILL, name, money(unpaid))


def _unpaid_at_till(among: Among, *, lock: bool = False) -> QueryBuilder:
	"""What is unpaid of each POS Invoice that no Sales Invoice sums up yet, and so is in no ledger.

	Its outstanding amount is not computed before, and its paid amount is what the till says.
	Of goods of an order, the order tells until then: of the one whose row is named, as at the door.
	A return pays back what it takes.
	"""
	sale, line, ordered = map(DocType, (TILL, f"{TILL} Item", "Sales Order Item"))
	unpaid = total_of_sale(sale) - settled_at_till(sale)
	of_no_order = sum_if(ordered.name.isnull(), line.base_net_amount)
	part = Coalesce(of_no_order / Function("NULLIF", Sum(line.base_net_amount), 0), 1)
	query = (
		frappe.qb.from_(sale)
		.join(line)
		.on(line.parent == sale.name)
		.left_join(ordered)
		.on((ordered.name == line.so_detail) & (ordered.docstatus == 1))
		.select(sale.customer, sale.company, sale.name, unpaid * part)
		.where((sale.docstatus == 1) & (sale.is_return == 0))
		.where(among(sale))
		.where(unpaid >= HALF_A_CENT)
		.where(is_not_summed_up(line))
		.groupby(sale.name)
	)
	return locked(query, lock)


def is_not_summed_up(line: Table) -> Criterion:
	"""Whether no Sales Invoice sums up a line of a POS Invoice with its stock.

	By the rows of the invoice: the field of the POS Invoice that names it may be written after the submit.
	"""
	invoice, row = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	is_of_line = (row.pos_invoice == line.parent) & (row.pos_invoice_item == line.name)
	# A sum, because MariaDB would read the rows of all sales to find out whether there are any of this one.
	quantity = (
		frappe.qb.from_(row)
		.join(invoice)
		.on(invoice.name == row.parent)
		.select(Sum(row.qty))
		.where(is_of_line & (invoice.docstatus == 1) & (invoice.update_stock == 1))
	)
	return Coalesce(quantity, 0) / line.qty < 1


def settled_at_till(sale: Table) -> Term:
	"""What a POS Invoice settles of itself before a Sales Invoice sums it up, in company currency.

	Its payments; loyalty points by what their program gives for them, as ERPNext looks for the points and
	believes the amount; a write-off up to the limit of the till, beyond which none follows of itself.
	"""
	payment, till, program = map(DocType, ("Sales Invoice Payment", "POS Profile", "Loyalty Program"))
	paid = frappe.qb.from_(payment).select(Sum(payment.amount))
	paid = paid.where((payment.parent == sale.name) & (payment.parenttype == TILL))
	limit = frappe.qb.from_(till).select(till.write_off_limit).where(till.name == sale.pos_profile)
	factor = frappe.qb.from_(program).select(program.conversion_factor)
	factor = factor.where(program.name == sale.loyalty_program)
	worth = least(sale.loyalty_amount, sale.loyalty_points * Coalesce(factor, 0))
	points = Case().when(sale.redeem_loyalty_points == 1, greatest(worth, 0)).else_(0)
	told = sale.write_off_amount * sale.conversion_rate
	written_off = Case().when(told <= Coalesce(limit, 0), told).else_(0)
	return Coalesce(paid, 0) * sale.conversion_rate + points + written_off


def total_of_sale(sale: Table) -> Term:
	"""What a POS Invoice comes to, in company currency: rounded where it is rounded."""
	return Coalesce(Function("NULLIF", sale.base_rounded_total, 0), sale.base_grand_total)


BY_NAME = {
	(place, lock): Prepared(partial(make, among, lock=lock))
	for place, make, among in (
		(LEDGER, _by_voucher, lambda entry: entry.against_voucher_no.isin(given("names"))),
		(ORDERS, _unbilled_orders, lambda order: order.name.isin(given("names"))),
		(DELIVERIES, _unbilled_deliveries, lambda note: note.name.isin(given("names"))),
		(TILL, _unpaid_at_till, lambda sale: sale.name.isin(given("names"))),
	)
	for lock in (False, True)
}
READ = {LEDGER: _ledger, DELIVERIES: _deliveries, TILL: _sold_at_till}
PAID = (Prepared(_paid_both_ways),)
PAID_LOCKED = (Prepared(lambda: _payments().for_update()), Prepared(lambda: _journals().for_update()))
"""Together they cannot be locked."""
