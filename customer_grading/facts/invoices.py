"""Sales Invoices with what the Payment Ledger holds against each, read once for sales and payments.

A row for each invoice, in which its lines and entries are texts of numbers: to read as many rows as there are
lines and entries takes Python longer than the database takes to find them. Rows come in the order of the
index of customers, so that the database puts nothing aside to sort or to group.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Function, IfNull, Sum
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion, Term

from customer_grading.facts.selection import Selection
from customer_grading.facts.values import (
	DAYS_BEFORE_YEAR_1,
	NOT_MONEY,
	ZERO,
	as_text,
	least,
	money,
	streamed,
	to_days,
	use_memory,
)
from customer_grading.rules.options import StrEnum
from customer_grading.rules.settlement import Invoice, Line, Money

NO = "0"
ENTRY = 4
"""So many numbers tell of an entry, as many as `_enter` takes."""


class Kind(StrEnum):
	"""What an entry of the Payment Ledger against an invoice is."""

	CLAIM = "1"
	"""The invoice itself."""
	CREDIT = "2"
	"""Less is due, and nobody has paid."""
	MONEY = "3"


@dataclass(slots=True)
class Booked:
	"""A submitted invoice or credit note."""

	customer: str
	company: str
	posted: date
	net: Decimal
	"""Without taxes, in company currency."""
	is_sale: bool
	"""Not the rest of an old debt, nor a transfer between a company's own parts."""
	claim: Invoice | None
	"""With what came for it; None of what claims nothing, as of credit notes."""


def booked(selection: Selection, day: date) -> Iterator[Booked]:
	"""The invoices that were posted up to `day`, with what came for them up to then.

	Nothing else may be asked of the database between them.
	"""
	use_memory()
	notes = _returned(selection, day).run()
	returned = {(customer, name): money(amount) for customer, name, amount in notes}
	for name, customer, *told in streamed(_rows(selection, day)):
		yield _read(customer, *told, returned.get((customer, name), ZERO))


def real_sales(invoice: Table, day: date) -> Criterion:
	"""Which Sales Invoices count as sales, as known when `day` is over."""
	own = (invoice.is_internal_customer == 0) & (invoice.is_opening != "Yes")
	return (invoice.docstatus == 1) & (invoice.posting_date <= day) & own


def in_account_currency(invoice: Table, amount: Term, base_amount: Term) -> Term:
	"""An amount of an invoice in the currency of the receivable account; nothing is zero."""
	same = invoice.party_account_currency == invoice.currency
	return IfNull(Case().when(same, amount).else_(base_amount), 0)


def scheduled(invoice: Table, schedule: Table) -> Term:
	"""The amount of a line of the Payment Schedule in the currency of the receivable account."""
	return in_account_currency(invoice, schedule.payment_amount, schedule.base_payment_amount)


def _read(customer: str, company: str, head: str, pairs: str | None, returned: Decimal) -> Booked:
	"""An invoice of the texts that `_rows` tells of it."""
	posted, *flags, change, net = head.split()
	is_return, is_disputed, is_opening, is_sale = (flag != NO for flag in flags)
	claim = None
	if pairs and not is_return:
		invoice = Invoice(_date(posted), is_disputed, is_opening, Decimal(change), credit=returned)
		_fill(invoice, pairs)
		claim = invoice if invoice.claimed > invoice.change else None
	return Booked(customer, company, _date(posted), Decimal(net), is_sale, claim)


def _fill(invoice: Invoice, pairs: str) -> None:
	"""Each line comes with each entry, so entries are taken of the first line only."""
	told = [pair.rsplit(" ", ENTRY) for pair in pairs.split(",")]
	first = told[0][0]
	invoice.lines = _lines({line for line, *_entry in told})
	for line, *entry in told:
		if line == first:
			_enter(invoice, *entry)


def _lines(told: Iterable[str]) -> list[Line]:
	"""In order of due date."""
	parts = sorted((int(due), int(idx), amount) for due, idx, amount in map(str.split, told))
	return [Line(_date(due), Decimal(amount)) for due, _idx, amount in parts]


def _enter(invoice: Invoice, kind: str, dated: str, amount: str, base_amount: str) -> None:
	if kind == Kind.CLAIM:
		invoice.claims.append(Decimal(amount))
		invoice.base_claim += Decimal(base_amount)
	elif kind == Kind.CREDIT:
		invoice.credit -= Decimal(amount)
	else:
		invoice.money.append(Money(_date(dated), -Decimal(amount)))


def _date(days: str | int) -> date:
	return date.fromordinal(int(days) - DAYS_BEFORE_YEAR_1)


def _rows(selection: Selection, day: date) -> QueryBuilder:
	"""Name, customer, company, and two texts that `_read` and `_fill` understand."""
	invoice, schedule, ledger, journal = map(
		DocType, ("Sales Invoice", "Payment Schedule", "Payment Ledger Entry", "Journal Entry")
	)
	query = frappe.qb.from_(invoice).left_join(schedule)
	query = query.on((schedule.parent == invoice.name) & (schedule.parenttype == "Sales Invoice"))
	query = query.left_join(ledger).on(_is_against(invoice, ledger))
	query = query.left_join(journal).on(journal.name == _name_if(ledger, "Journal Entry"))
	query, dated = _dated(query, ledger)
	due = Coalesce(schedule.due_date, invoice.due_date, invoice.posting_date)
	line = (to_days(due), IfNull(schedule.idx, 0), scheduled(invoice, schedule))
	entry = (_kind(ledger, journal), to_days(dated), ledger.amount_in_account_currency, ledger.amount)
	return (
		query.select(
			invoice.name,
			invoice.customer,
			invoice.company,
			_head(invoice, day),
			Function("GROUP_CONCAT", Case().when(dated <= day, as_text(*line, *entry))),
		)
		.where((invoice.docstatus == 1) & (invoice.posting_date <= day))
		.where(selection.among(invoice.customer))
		.groupby(invoice.customer, invoice.name)
	)


def _head(invoice: Table, day: date) -> Term:
	change = in_account_currency(invoice, invoice.change_amount, invoice.base_change_amount)
	return as_text(
		to_days(invoice.posting_date),
		invoice.is_return,
		invoice.is_disputed,
		_flag(invoice.is_opening == "Yes"),
		_flag(real_sales(invoice, day)),
		change,
		invoice.base_net_total,
	)


def _flag(condition: Criterion) -> Term:
	return Case().when(condition, 1).else_(0)


def _returned(selection: Selection, day: date) -> QueryBuilder:
	"""What credit notes that are open by themselves take off the invoices that they name."""
	note, ledger = DocType("Sales Invoice"), DocType("Payment Ledger Entry")
	return (
		frappe.qb.from_(note)
		.join(ledger)
		.on(_is_against(note, ledger) & (ledger.posting_date <= day))
		.select(note.customer, note.return_against, Sum(-ledger.amount_in_account_currency))
		.where((note.docstatus == 1) & (note.is_return == 1) & (note.return_against != ""))
		.where(selection.among(note.customer))
		.groupby(note.customer, note.return_against)
	)


def _is_against(invoice: Table, ledger: Table) -> Criterion:
	"""Which entries of the Payment Ledger are the invoice itself, or settle it."""
	is_of_invoice = ledger.against_voucher_no == invoice.name
	return is_of_invoice & (ledger.against_voucher_type == "Sales Invoice") & (ledger.delinked == 0)


def _kind(ledger: Table, journal: Table) -> Term:
	is_claim, is_credit = claim_or_credit(ledger, journal)
	return Case().when(is_claim, Kind.CLAIM).when(is_credit, Kind.CREDIT).else_(Kind.MONEY)


def claim_or_credit(ledger: Table, journal: Table) -> tuple[Criterion, Criterion]:
	"""Which entries are the claim itself, and which lower it although nobody has paid; the rest is money.

	What an invoice has below zero against itself is what was paid at the till.
	"""
	is_own = ledger.voucher_no == ledger.against_voucher_no
	is_credit = ((ledger.voucher_type == "Sales Invoice") & ~is_own) | journal.voucher_type.isin(NOT_MONEY)
	return is_own & (ledger.amount > 0), is_credit


def _name_if(ledger: Table, doctype: str) -> Term:
	"""The voucher's name if it is of this DocType; else nothing, so that no row is looked up."""
	return Case().when(ledger.voucher_type == doctype, ledger.voucher_no)


def _dated(query: QueryBuilder, ledger: Table) -> tuple[QueryBuilder, Term]:
	"""The query with what it takes to tell when money came, and that date.

	That is the entry's own date, unless advances are booked to an account of their own: their entries are
	dated when they were reconciled, and the money came with the Payment Entry.
	"""
	if not frappe.db.exists("Account", {"account_type": "Receivable", "root_type": "Liability"}):
		return query, ledger.posting_date
	payment = DocType("Payment Entry")
	joined = query.left_join(payment).on(payment.name == _name_if(ledger, "Payment Entry"))
	return joined, least(ledger.posting_date, Coalesce(payment.posting_date, ledger.posting_date))
