"""Where one customer stands in one company at this moment: what the order desk decides by.

Only what is open is read, never the customer's history: the cost is that of the open documents, however long
the ledger has grown. What is overdue is what `facts.payments` calls arrears, except that a payment dated in
the future counts from when it is booked, as it does in ERPNext's outstanding amount.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import frappe
from erpnext.selling.doctype.customer.customer import get_credit_limit
from frappe.query_builder import DocType
from frappe.query_builder.functions import IfNull
from pypika import Order
from pypika.queries import QueryBuilder

from customer_grading.facts import credit_account
from customer_grading.facts.invoices import scheduled
from customer_grading.facts.open_item_copy import current
from customer_grading.facts.open_items import DELIVERIES, LEDGER, ORDERS, OpenItem
from customer_grading.facts.sales import Orders, orders
from customer_grading.facts.values import ZERO, money
from customer_grading.prepared import Prepared, given
from customer_grading.rules import cover
from customer_grading.rules.cover import OpenOrder
from customer_grading.rules.credit_limit import UNLIMITED, CreditLimit
from customer_grading.rules.order import Component, ExposureKind, Overdue
from customer_grading.rules.policy import Policy
from customer_grading.rules.settlement import HALF_A_CENT, Line, placed, unpaid_of

INVOICE, JOURNAL = "Sales Invoice", "Journal Entry"


@dataclass(frozen=True, slots=True)
class Account:
	"""Exposure, overdue and money on account of a customer in a company, in company currency."""

	exposure: tuple[Component, ...] = ()
	overdue: tuple[Overdue, ...] = ()
	orders: tuple[OpenOrder, ...] = ()
	on_account: Decimal = ZERO
	"""Money received that no invoice has used up, also that paid for orders, as in `facts.prepaid`."""
	owed: Decimal = ZERO
	"""Open invoices and debts less credit notes, and goods that left without an order."""
	bills: tuple[tuple[str, Decimal], ...] = ()
	"""Each open Sales Invoice with what of it is open; credit notes are below 0."""
	is_fresh: bool = True
	"""Whether what else is read plainly of the customer's documents is what is committed now."""

	@property
	def free(self) -> Decimal:
		"""Money on account that was not paid for an open order and is not owed; never below 0."""
		return max(self._pool, ZERO)

	@property
	def unbound(self) -> Decimal:
		"""The money on account that was paid for no open order."""
		return cover.unbound(self.on_account, self.orders)

	@property
	def _pool(self) -> Decimal:
		return cover.pool(self.on_account, self.owed, self.orders)

	def cover_of(self, order: str | None) -> Decimal:
		"""The money on account that is promised to an open order, or else (None) left for a new one."""
		promised = cover.allot(self._pool, self.orders)
		return promised[order] if order in promised else cover.left(self._pool, self.orders)

	def besides(self, order: str) -> "Account":
		"""The account as it would be without that order."""
		orders = tuple(each for each in self.orders if each.name != order)
		return replace(self, exposure=self.without(order), orders=orders)

	def needs_of(self, order: str) -> Decimal:
		"""What of an order is not billed; 0 of one that is not open."""
		return sum((each.needs for each in self.orders if each.name == order), ZERO)

	def part(self, kind: ExposureKind) -> Decimal:
		"""One part of the exposure."""
		return sum((part.amount for part in self.exposure if part.kind is kind), ZERO)

	def delivered_of(self, order: str) -> Decimal:
		"""What of the unbilled part of an order has left already."""
		return sum((each.delivered for each in self.orders if each.name == order), ZERO)

	def without(self, order: str) -> tuple[Component, ...]:
		"""The exposure less what of that order is not billed."""
		needs = self.needs_of(order)
		return tuple(
			replace(part, amount=part.amount - needs) if part.kind is ExposureKind.UNBILLED_ORDERS else part
			for part in self.exposure
		)


def account(customer: str, company: str, day: date, *, lock: bool = False) -> Account:
	"""Where a customer stands in a company now; what is overdue, as of `day`.

	With `lock`, nobody else's order of this customer in this company is decided until this transaction ends,
	and what others have committed in the meantime is seen. Deadlocks and lock timeouts are let through.
	"""
	is_fresh = credit_account.lock(customer, company) if lock else True
	items = current(customer, company, lock=not is_fresh)
	on_account = [item for item in items if _is_on_account(item)]
	others = [item for item in items if item.kind is not ORDERS and not _is_on_account(item)]
	orders = tuple(item.as_order() for item in items if item.kind is ORDERS)
	money_there = max(-_total(on_account), ZERO)
	return Account(
		exposure=tuple(_exposure(items)),
		overdue=tuple(cover.unsettled(_overdue(others, day), cover.unbound(money_there, orders))),
		orders=orders,
		on_account=money_there,
		owed=_total(others),
		bills=tuple((item.reference_name, item.amount) for item in others if _is_bill(item)),
		is_fresh=is_fresh,
	)


def _is_on_account(item: OpenItem) -> bool:
	"""Whether it is money, as `facts.prepaid` tells it from debts and credit notes."""
	is_voucher = item.kind is LEDGER and item.reference_doctype != INVOICE
	return is_voucher and (
		item.open_amount < 0 or (item.reference_doctype != JOURNAL and item.open_amount != 0)
	)


def _is_bill(item: OpenItem) -> bool:
	return item.kind is LEDGER and item.reference_doctype == INVOICE


def _total(items: Iterable[OpenItem]) -> Decimal:
	return sum((item.amount for item in items), ZERO)


def _exposure(items: Sequence[OpenItem]) -> Iterator[Component]:
	for kind in (LEDGER, ORDERS, DELIVERIES):
		amount = _total(item for item in items if item.kind is kind)
		if amount:
			yield Component(kind, amount)


class Scheduled(NamedTuple):
	"""A line of the schedule of an invoice, with what its invoice says; the amount is in account currency."""

	invoice: str
	is_return: int
	return_against: str | None
	is_disputed: int
	posting_date: date
	due: date
	amount: float


def _overdue(items: Sequence[OpenItem], day: date) -> Iterator[Overdue]:
	"""What of invoices and of debts by Journal Entry is past due and not paid."""
	invoices = {item.reference_name: item for item in items if item.reference_doctype == INVOICE}
	lines = list(map(Scheduled._make, LINES.run(names=tuple(invoices)))) if invoices else []
	returned = _returned(lines, invoices)
	for name, group in groupby(lines, lambda line: line.invoice):
		yield from _overdue_of(invoices[name], returned[name], list(group), day)
	for item in items:
		if item.due_date and item.due_date < day and item.open_amount > HALF_A_CENT:
			yield Overdue(item.reference_name, item.amount, (day - item.due_date).days)


def _lines() -> QueryBuilder:
	"""In order of due date; an invoice without a schedule is a single line."""
	invoice, schedule = DocType(INVOICE), DocType("Payment Schedule")
	due = IfNull(schedule.due_date, invoice.due_date)
	return (
		frappe.qb.from_(invoice)
		.left_join(schedule)
		.on((schedule.parent == invoice.name) & (schedule.parenttype == INVOICE))
		.select(
			invoice.name,
			invoice.is_return,
			invoice.return_against,
			invoice.is_disputed,
			invoice.posting_date,
			due,
			scheduled(invoice, schedule),
		)
		.where(invoice.name.isin(given("names")))
		.orderby(invoice.name)
		.orderby(due, schedule.idx, order=Order.asc)
	)


LINES = Prepared(_lines)


def _returned(lines: Sequence[Scheduled], invoices: Mapping[str, OpenItem]) -> Mapping[str, Decimal]:
	"""What open credit notes take off the invoices that they name."""
	named = {line.invoice: line.return_against for line in lines if line.is_return and line.return_against}
	returned: dict[str, Decimal] = defaultdict(lambda: ZERO)
	for note, invoice in named.items():
		returned[invoice] -= invoices[note].open_amount
	return returned


def _overdue_of(
	item: OpenItem, returned: Decimal, lines: Sequence[Scheduled], day: date
) -> Iterator[Overdue]:
	first = lines[0]
	if first.is_return or first.is_disputed or first.posting_date > day or item.claim <= 0:
		return
	unpaid = [(due, amount) for due, amount in _unpaid(item, returned, lines) if due < day]
	if unpaid:
		worth = sum((amount for _due, amount in unpaid), ZERO) * item.base_claim / item.claim
		yield Overdue(item.reference_name, worth, (day - unpaid[0][0]).days)


def _unpaid(item: OpenItem, returned: Decimal, lines: Sequence[Scheduled]) -> Iterator[tuple[date, Decimal]]:
	"""Each line with what is unpaid of it: money settles the first lines, credit takes off the last ones."""
	due, paid = item.claim - item.credit - returned, item.claim - item.credit - item.open_amount
	for line in placed([Line(each.due, money(each.amount)) for each in lines], item.claim):
		unpaid = unpaid_of(line, due, paid)
		if unpaid > HALF_A_CENT:
			yield line.due, unpaid


def limit(customer: str, company: str, day: date, policy: Policy) -> CreditLimit:
	"""The credit limit in company currency that binds the customer's orders in a company.

	The one filed with the customer; else that of ERPNext's Customer, Customer Group or Company; where that
	means unlimited, one typical order, which is computed once a day.
	"""
	own = OWN_LIMIT.run(customer=customer, company=company)
	if own:
		amount, is_unlimited = own[0]
		return UNLIMITED if is_unlimited else CreditLimit(money(amount))
	theirs = money(get_credit_limit(customer, company))
	return CreditLimit(theirs if theirs > 0 else typical_order(customer, company, day, policy))


def _own_limit() -> QueryBuilder:
	table = DocType("Customer Grading Limit")
	query = frappe.qb.from_(table).select(table.credit_limit, table.unlimited)
	of_customer = (table.parenttype == "Customer") & (table.parent == given("customer"))
	return query.where(of_customer & (table.company == given("company")))


OWN_LIMIT = Prepared(_own_limit)


def typical_order(customer: str, company: str, day: date, policy: Policy) -> Decimal:
	"""One typical order of a customer (R5), at most a day old; 0 where there was none."""
	kept = credit_account.typical_order(customer, company, day)
	if kept is not None:
		return kept
	bought = orders(customer, day, policy).get(company, Orders())
	amount = bought.typical(policy.limit.typical_order) or ZERO
	credit_account.keep_typical_order(customer, company, day, amount)
	return amount
