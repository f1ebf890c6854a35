"""How customers pay, from Payment Schedules and the Payment Ledger (R6).

The lines of an invoice are settled in order of due date, by the money that the Payment Ledger holds against
the invoice. What credit notes and write-offs take off, they take from the last lines: less is due then, and
nobody has paid. Whether a line is covered is judged in the currency of the receivable account, so that a gain
or loss on exchange is never lateness; its worth is told in company currency at the invoice's own rate.

Money on account that was paid for no order pays what has been due longest, whether or not anybody has
reconciled it. What was taken back after the due date, as by a cheque that bounced, never came in time.

Lines of disputed invoices are left out. Opening invoices and debts by Journal Entry count as arrears only:
what was paid of them before, and when, is not in these books.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, IfNull, Max, Min, Sum
from pypika import Order, analytics
from pypika.queries import QueryBuilder, Selectable, Table
from pypika.terms import Criterion, Field, Term, ValueWrapper

from customer_grading.facts.on_account import received
from customer_grading.facts.selection import Selection
from customer_grading.facts.values import (
	HALF_A_CENT,
	NOT_MONEY,
	ZERO,
	days_between,
	greatest,
	least,
	money,
	sum_if,
	use_memory,
)
from customer_grading.rules.dates import add_days
from customer_grading.rules.on_account import OverdueLine, Settled, settle
from customer_grading.rules.policy import TierPolicy
from customer_grading.rules.tier import PaymentFacts
from customer_grading.rules.windows import Window

NOTHING = PaymentFacts(0, ZERO, ZERO, False, ZERO)
"""Of a customer without invoices."""


@dataclass(frozen=True, slots=True)
class Scope:
	"""What is asked for."""

	selection: Selection
	day: date
	policy: TierPolicy

	@property
	def start(self) -> date:
		"""What fell due from this day on, and before `day`, says how the customer pays."""
		return Window.until(self.day, self.policy.window_months).start


def payments(selection: Selection, day: date, policy: TierPolicy) -> dict[str, dict[str, PaymentFacts]]:
	"""How each customer pays in each company, in company currency, from what was posted up to `day`.

	A line that is due on `day` is not late yet.
	"""
	use_memory()
	scope = Scope(selection, day, policy)
	found: dict[str, dict[str, PaymentFacts]] = defaultdict(dict)
	for customer, company, *figures in _by_company(scope).run():
		found[customer][company] = _facts(*figures)
	for customer, company, debts, days in _journal_debts(scope).run():
		known = found[customer].get(company, NOTHING)
		found[customer][company] = _with_debts(known, money(debts), days)
	_settle(found, scope)
	return dict(found)


def merged(facts: dict[str, PaymentFacts], rates: dict[str, Decimal]) -> PaymentFacts:
	"""The facts of all companies together, in the currency that `rates` lead to."""
	if not facts:
		return NOTHING
	return PaymentFacts(
		sum(each.paid_invoices for each in facts.values()),
		_total(facts, rates, "due_amount"),
		_total(facts, rates, "on_time_amount"),
		any(each.has_prepaid for each in facts.values()),
		_total(facts, rates, "arrears"),
		max(each.oldest_arrears_days for each in facts.values()),
	)


def _total(facts: dict[str, PaymentFacts], rates: dict[str, Decimal], name: str) -> Decimal:
	return sum((getattr(each, name) * rates[company] for company, each in facts.items()), ZERO)


def _facts(  # noqa: PLR0913  (the columns of a row)
	paid_invoices: float,
	due: float,
	on_time: float,
	has_prepaid: int,
	arrears: float,
	oldest_days: int | None,
	next_due: date | None,
) -> PaymentFacts:
	return PaymentFacts(
		int(paid_invoices),
		money(due),
		money(on_time),
		bool(has_prepaid),
		money(arrears),
		oldest_days or 0,
		add_days(next_due, 1) if next_due else None,
	)


def _with_debts(facts: PaymentFacts, debts: Decimal, days: int) -> PaymentFacts:
	oldest = max(days, facts.oldest_arrears_days)
	return replace(facts, arrears=facts.arrears + debts, oldest_arrears_days=oldest)


def _settle(found: Mapping[str, dict[str, PaymentFacts]], scope: Scope) -> None:
	"""Let money on account pay what is overdue. Lines are looked at one by one only where there is both."""
	behind = [name for name, known in found.items() if any(facts.arrears for facts in known.values())]
	paid = received(Selection.of(*behind), scope.day) if behind else {}
	paid = {key: came for key, came in paid.items() if key[1] in found[key[0]]}
	if not paid:
		return
	lines = _overdue(replace(scope, selection=Selection.of(*{customer for customer, _company in paid})))
	for (customer, company), came in paid.items():
		settled = settle(lines[customer, company], came)
		found[customer][company] = _with_settled(found[customer][company], settled, scope.day)


def _with_settled(facts: PaymentFacts, settled: Settled, day: date) -> PaymentFacts:
	return replace(
		facts,
		on_time_amount=facts.on_time_amount + settled.on_time,
		arrears=settled.arrears,
		oldest_arrears_days=(day - settled.oldest_due).days if settled.oldest_due else 0,
	)


def _overdue(scope: Scope) -> dict[tuple[str, str], list[OverdueLine]]:
	"""What is overdue, line by line and debt by debt."""
	found: dict[tuple[str, str], list[OverdueLine]] = defaultdict(list)
	for query in (_overdue_lines(scope), _overdue_debts(scope)):
		for customer, company, due, unpaid, is_judged in query.run():
			found[customer, company].append(OverdueLine(due, money(unpaid), bool(is_judged)))
	return found


def _overdue_lines(scope: Scope) -> QueryBuilder:
	line = _judged(scope)
	counts = Case().when(_is_judged(line, scope), 1).else_(0)
	query = frappe.qb.from_(line).select(line.customer, line.company, line.due)
	query = query.select(line.unpaid * line.rate, counts)
	return query.where(_is_own(line, scope) & (line.unpaid > HALF_A_CENT))


def _overdue_debts(scope: Scope) -> QueryBuilder:
	debt = _journal_balances(scope)
	query = frappe.qb.from_(debt).select(debt.party, debt.company, debt.due, debt.amount, ValueWrapper(0))
	return query.where((debt.due < scope.day) & (debt.open_amount > HALF_A_CENT))


def _is_own(line: Selectable, scope: Scope) -> Criterion:
	"""Which lines are past due, and the customer's to pay."""
	return (line.is_disputed == 0) & (line.due < scope.day)


def _is_judged(line: Selectable, scope: Scope) -> Criterion:
	"""Which lines say how the customer pays."""
	return _is_own(line, scope) & (line.is_opening == 0) & (line.due >= scope.start)


def _by_company(scope: Scope) -> QueryBuilder:
	"""The sums over all lines of a customer in a company."""
	line = _judged(scope)
	judged = _is_judged(line, scope)
	is_overdue = _is_own(line, scope) & (line.unpaid > HALF_A_CENT)
	return (
		frappe.qb.from_(line)
		.select(
			line.customer,
			line.company,
			Sum(line.is_paid_invoice),
			sum_if(judged, line.amount * line.rate),
			sum_if(judged, line.on_time * line.rate),
			Max(line.is_early),
			sum_if(is_overdue, line.unpaid * line.rate),
			days_between(scope.day, Min(Case().when(is_overdue, line.due))),
			Min(Case().when(line.due >= scope.day, line.due)),
		)
		.groupby(line.customer, line.company)
	)


def _judged(scope: Scope) -> QueryBuilder:
	"""Each line with what is due of it after credit notes, and how much of that came, and came in time."""
	line = _spread(scope)
	reach = least(line.line_end, line.claim - line.credit) - line.line_start
	amount = greatest(reach, 0)
	whole = line.claim - line.credit
	is_paid = (line.is_first == 1) & (whole > HALF_A_CENT) & (line.paid > whole - HALF_A_CENT)
	is_early = (line.paid_early > line.line_start + HALF_A_CENT) | (line.paid_before > HALF_A_CENT)
	is_own = line.is_opening == 0
	return frappe.qb.from_(line).select(
		line.customer,
		line.company,
		line.due,
		line.is_disputed,
		line.is_opening,
		line.rate,
		amount.as_("amount"),
		_part(line, line.paid_by_due, amount).as_("on_time"),
		(amount - _part(line, line.paid, amount)).as_("unpaid"),
		Case().when(is_own & is_paid, 1).else_(0).as_("is_paid_invoice"),
		Case().when(is_own & is_early, 1).else_(0).as_("is_early"),
	)


def _part(line: Selectable, received: Term, amount: Term) -> Term:
	"""What of the money received for an invoice falls to a line."""
	return least(greatest(received - line.line_start, 0), amount)


def _spread(scope: Scope) -> QueryBuilder:
	"""Each line with its place in the invoice: from where to where it reaches, in account currency.

	The first line also takes what the schedule does not tell: ERPNext leaves advances out of it.
	"""
	line = _received(scope)
	is_first = line.tail >= line.schedule - HALF_A_CENT
	return (
		frappe.qb.from_(line)
		.select(
			line.star,
			Case().when(is_first, 1).else_(0).as_("is_first"),
			Case().when(is_first, 0).else_(line.claim - line.tail).as_("line_start"),
			(line.claim - line.tail + line.scheduled).as_("line_end"),
		)
		.where(line.claim > 0)
	)


def _received(scope: Scope) -> QueryBuilder:
	"""Each line with what the Payment Ledger tells of its invoice.

	What was given back at the till is neither owed nor paid. What was taken back counts against what had come
	before, whenever that was.
	"""
	line, entry = _lines(scope), _entries(scope)

	def is_early(on: Field) -> Criterion:
		return days_between(line.due, on) >= scope.policy.early_days

	def paid_if(condition: Criterion) -> Term:
		return sum_if(condition | (entry.paid < 0), entry.paid)

	# ERPNext may book the change as a second claim on the customer, or not at all.
	change = Case().when(Sum(entry.claim) > Max(entry.claim), line.change).else_(0)
	early_change = Case().when(is_early(line.posting_date), change).else_(0)
	return (
		frappe.qb.from_(line)
		.join(entry)
		.on(entry.invoice == line.invoice)
		.select(
			*(line[name] for name in LINE_COLUMNS),
			(Sum(entry.claim) - change).as_("claim"),
			(Sum(entry.base_claim) / Sum(entry.claim)).as_("rate"),
			(Sum(entry.credit) + IfNull(_returned(line.invoice, scope), 0)).as_("credit"),
			(Sum(entry.paid) - change).as_("paid"),
			(paid_if(entry.dated <= line.due) - change).as_("paid_by_due"),
			(paid_if(is_early(entry.dated)) - early_change).as_("paid_early"),
			paid_if(entry.dated < line.posting_date).as_("paid_before"),
		)
		.groupby(line.invoice, line.idx)
	)


LINE_COLUMNS = (
	"customer",
	"company",
	"posting_date",
	"is_disputed",
	"is_opening",
	"due",
	"scheduled",
	"tail",
	"schedule",
	"change",
)
"""Not the invoice: with one long text more, less of what the query puts aside stays in memory."""


def _lines(scope: Scope) -> QueryBuilder:
	"""The lines of the Payment Schedule in account currency; an invoice without one is a single line.

	`tail`: a line and all after it. `schedule`: all lines of the invoice.
	"""
	invoice, schedule = DocType("Sales Invoice"), DocType("Payment Schedule")
	amount = scheduled(invoice, schedule)
	due = IfNull(schedule.due_date, invoice.due_date)
	tail = analytics.Sum(amount).over(invoice.name).orderby(due, schedule.idx, order=Order.desc)
	return (
		frappe.qb.from_(invoice)
		.left_join(schedule)
		.on((schedule.parent == invoice.name) & (schedule.parenttype == "Sales Invoice"))
		.select(
			invoice.name.as_("invoice"),
			invoice.customer,
			invoice.company,
			invoice.posting_date,
			invoice.is_disputed,
			Case().when(invoice.is_opening == "Yes", 1).else_(0).as_("is_opening"),
			IfNull(schedule.idx, 0).as_("idx"),
			due.as_("due"),
			amount.as_("scheduled"),
			tail.as_("tail"),
			analytics.Sum(amount).over(invoice.name).as_("schedule"),
			in_account_currency(invoice, invoice.change_amount, invoice.base_change_amount).as_("change"),
		)
		.where((invoice.docstatus == 1) & (invoice.is_return == 0) & (invoice.posting_date <= scope.day))
		.where(scope.selection.among(invoice.customer))
	)


def scheduled(invoice: Table, schedule: Table) -> Term:
	"""The amount of a line in the currency of the receivable account."""
	return in_account_currency(invoice, schedule.payment_amount, schedule.base_payment_amount)


def in_account_currency(invoice: Table, amount: Term, base_amount: Term) -> Term:
	"""An amount of an invoice in the currency of the receivable account; nothing is zero."""
	same = invoice.party_account_currency == invoice.currency
	return IfNull(Case().when(same, amount).else_(base_amount), 0)


def _entries(scope: Scope) -> QueryBuilder:
	"""Each entry of the Payment Ledger against an invoice: the invoice itself, a credit, or money.

	What an invoice has below zero against itself is what was paid at the till.
	"""
	ledger, journal = DocType("Payment Ledger Entry"), DocType("Journal Entry")
	amount, is_own = ledger.amount_in_account_currency, ledger.voucher_no == ledger.against_voucher_no
	is_claim = is_own & (ledger.amount > 0)
	is_credit = ((ledger.voucher_type == "Sales Invoice") & ~is_own) | journal.voucher_type.isin(NOT_MONEY)
	query = frappe.qb.from_(ledger).left_join(journal).on(journal.name == _name_if(ledger, "Journal Entry"))
	query, dated = _dated(query, ledger)
	return query.select(
		ledger.against_voucher_no.as_("invoice"),
		dated.as_("dated"),
		Case().when(is_claim, amount).else_(0).as_("claim"),
		Case().when(is_claim, ledger.amount).else_(0).as_("base_claim"),
		Case().when(is_claim, 0).when(is_credit, -amount).else_(0).as_("credit"),
		Case().when(is_claim, 0).when(is_credit, 0).else_(-amount).as_("paid"),
	).where((ledger.delinked == 0) & (ledger.against_voucher_type == "Sales Invoice") & (dated <= scope.day))


def _returned(invoice: Field, scope: Scope) -> QueryBuilder:
	"""What credit notes took off that name an invoice, but are open by themselves until they are reconciled.

	Asked of each invoice: there is an index of what notes name, and notes are few.
	"""
	note, ledger = DocType("Sales Invoice"), DocType("Payment Ledger Entry")
	return (
		frappe.qb.from_(note)
		.join(ledger)
		.on((ledger.against_voucher_no == note.name) & (ledger.against_voucher_type == "Sales Invoice"))
		.select(Sum(-ledger.amount_in_account_currency))
		.where((note.docstatus == 1) & (note.is_return == 1) & (note.return_against == invoice))
		.where(_is_known(ledger, scope))
	)


def _is_known(ledger: Table, scope: Scope) -> Criterion:
	return (ledger.delinked == 0) & (ledger.posting_date <= scope.day)


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


def _journal_debts(scope: Scope) -> QueryBuilder:
	"""What is past due of debts that a Journal Entry made, with the days of the oldest."""
	debt = _journal_balances(scope)
	is_overdue = (debt.due < scope.day) & (debt.open_amount > HALF_A_CENT)
	return (
		frappe.qb.from_(debt)
		.select(debt.party, debt.company, Sum(debt.amount), days_between(scope.day, Min(debt.due)))
		.where(is_overdue)
		.groupby(debt.party, debt.company)
	)


def _journal_balances(scope: Scope) -> QueryBuilder:
	ledger = DocType("Payment Ledger Entry")
	of_customers = (ledger.party_type == "Customer") & (ledger.account_type == "Receivable")
	return (
		frappe.qb.from_(ledger)
		.select(
			ledger.party,
			ledger.company,
			Sum(ledger.amount).as_("amount"),
			Sum(ledger.amount_in_account_currency).as_("open_amount"),
			Min(Coalesce(ledger.due_date, ledger.posting_date)).as_("due"),
		)
		.where(of_customers & _is_known(ledger, scope) & (ledger.against_voucher_type == "Journal Entry"))
		.where(scope.selection.among(ledger.party))
		.groupby(ledger.party, ledger.company, ledger.against_voucher_no)
	)
