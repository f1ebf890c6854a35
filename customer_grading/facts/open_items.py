"""What of each document of a customer is open: the ledger by document, orders and deliveries to be billed.

Read from ERPNext's documents, and from the table Open Item that holds a copy. The order desk reads the copy:
few rows, however long the ledger of a customer has grown. `gate.open_items` keeps it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Function, Min, Sum
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, Term

from customer_grading.facts import changed
from customer_grading.facts.changed import Document
from customer_grading.facts.exposure import Among, is_unbilled, unbilled_lines, unbilled_part, worth
from customer_grading.facts.payments import HALF_A_CENT, NOT_MONEY
from customer_grading.facts.selection import Selection
from customer_grading.facts.values import ZERO, greatest, money, sum_if
from customer_grading.rules.order import ExposureKind

LEDGER, ORDERS, DELIVERIES = (
	ExposureKind.LEDGER,
	ExposureKind.UNBILLED_ORDERS,
	ExposureKind.UNBILLED_DELIVERIES,
)
BY_CUSTOMER = "customer_company_index"
"""The index of the table Open Item by which an account is read."""
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

	def is_as(self, other: "OpenItem | None") -> bool:
		"""Whether two say the same of one document."""
		return other is not None and all(map(_same, self[KEYS:], other[KEYS:]))


KEYS = 5
"""The first fields say what is open where."""
AMOUNTS = frozenset(name for name, kind in OpenItem.__annotations__.items() if kind is Decimal)

Stored = dict[str, OpenItem]
"""Rows of the table Open Item by name."""


def name_of(*parts: str) -> str:
	"""A short name for a combination of names, upper and lower case being the same as in the database."""
	return sha256("\n".join(parts).casefold().encode()).hexdigest()[:NAME_LENGTH]


def _same(one: Any, other: Any) -> bool:
	return abs(one - other) < SAME if isinstance(one, Decimal) else one == other


def of_documents(documents: Collection[Document], *, lock: bool = False) -> list[OpenItem]:
	"""What is open of these documents, by ERPNext's own tables; with `lock` as committed now."""
	names: dict[ExposureKind, list[str]] = defaultdict(list)
	for document in documents:
		names[document.kind].append(document.name)
	found = [item for kind in names for part in _parts(names[kind]) for item in _named(kind, part, lock)]
	return [item for item in found if item.document in documents]


def _parts(names: list[str]) -> Iterator[list[str]]:
	for start in range(0, len(names), MANY):
		yield names[start : start + MANY]


def _named(kind: ExposureKind, names: list[str], lock: bool) -> Iterator[OpenItem]:
	if kind is LEDGER:
		return _ledger(lambda entry: entry.against_voucher_no.isin(names), lock=lock)
	if kind is ORDERS:
		return _orders(lambda order: order.name.isin(names), lock=lock)
	return _deliveries(lambda note: note.name.isin(names), lock=lock)


def of_customers(selection: Selection) -> list[OpenItem]:
	"""Everything that is open of these customers, by ERPNext's own tables."""
	return [
		*_ledger(lambda entry: selection.among(entry.party)),
		*_orders(lambda order: selection.among(order.customer)),
		*_deliveries(lambda note: selection.among(note.customer)),
	]


def _ledger(among: Among, *, lock: bool = False) -> Iterator[OpenItem]:
	for customer, company, doctype, name, *amounts, due in _locked(_by_voucher(among), lock).run():
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


def _locked(query: QueryBuilder, lock: bool) -> QueryBuilder:
	return query.for_update() if lock else query


def _by_voucher(among: Among) -> QueryBuilder:
	"""As `facts.prepaid` and `facts.payments` read the Payment Ledger."""
	entry, journal = DocType("Payment Ledger Entry"), DocType("Journal Entry")
	kept = (entry.party_type == "Customer") & (entry.account_type == "Receivable") & (entry.delinked == 0)
	is_own = entry.voucher_no == entry.against_voucher_no
	is_claim = is_own & (entry.amount > 0)
	is_credit = ((entry.voucher_type == "Sales Invoice") & ~is_own) | journal.voucher_type.isin(NOT_MONEY)
	amount, in_account = Sum(entry.amount), Sum(entry.amount_in_account_currency)
	return (
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


def _counts(amount: Term) -> Criterion:
	return Function("ABS", amount) >= HALF_A_CENT


def _orders(among: Among, *, lock: bool = False) -> Iterator[OpenItem]:
	rows = _locked(_unbilled_orders(among), lock).run()
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


def _unbilled_orders(among: Among) -> QueryBuilder:
	"""Each order with what of it is not billed, and what of that has left by the quantities of its lines."""
	order, line = DocType("Sales Order"), DocType("Sales Order Item")
	needs = unbilled_part(order)
	left = greatest(line.amount * line.delivered_qty / line.qty - line.billed_amt, 0)
	return (
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


def _paid(orders: list[str], lock: bool) -> Mapping[tuple[str, str], Decimal]:
	"""Money that was paid for orders and no invoice has used up, by order and customer."""
	paid: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
	for names in _parts(orders):
		for order, customer, amount in _both(_payments(names), _journals(names), lock):
			paid[order, customer] += money(amount)
	return paid


def _both(one: QueryBuilder, other: QueryBuilder, lock: bool) -> Iterable[Sequence[Any]]:
	"""The rows of two queries; together they cannot be locked."""
	if lock:
		return [*one.for_update().run(), *other.for_update().run()]
	together = one * other
	return frappe.qb.from_(together).select(together.star).run()


def _payments(orders: list[str]) -> QueryBuilder:
	"""By Payment Entry at its own exchange rate, less what one paid back."""
	line, payment = DocType("Payment Entry Reference"), DocType("Payment Entry")
	received = payment.payment_type == "Receive"
	rate = Case().when(received, payment.source_exchange_rate).else_(-payment.target_exchange_rate)
	return (
		frappe.qb.from_(line)
		.join(payment)
		.on(payment.name == line.parent)
		.select(line.reference_name, payment.party, Sum(line.allocated_amount * rate).as_("amount"))
		.where((line.reference_doctype == "Sales Order") & line.reference_name.isin(orders))
		.where((payment.docstatus == 1) & (payment.party_type == "Customer"))
		.groupby(line.reference_name, payment.party)
	)


def _journals(orders: list[str]) -> QueryBuilder:
	line = DocType("Journal Entry Account")
	return (
		frappe.qb.from_(line)
		.select(line.reference_name, line.party, Sum(line.credit - line.debit).as_("amount"))
		.where((line.reference_type == "Sales Order") & line.reference_name.isin(orders))
		.where((line.docstatus == 1) & (line.party_type == "Customer"))
		.groupby(line.reference_name, line.party)
	)


def _deliveries(among: Among, *, lock: bool = False) -> Iterator[OpenItem]:
	line = unbilled_lines(among, lock=lock)
	amount = Sum(worth(line))
	query = (
		frappe.qb.from_(line)
		.select(line.customer, line.company, line.name, amount)
		.groupby(line.name)
		.having(_counts(amount))
	)
	for customer, company, name, unbilled in query.run():
		yield OpenItem(customer, company, DELIVERIES, "Delivery Note", name, money(unbilled))


def stored_of_documents(documents: Collection[Document], *, lock: bool = False) -> Stored:
	"""What the table holds of these documents."""
	table = DocType("Open Item")
	found: Stored = {}
	for names in _parts(sorted({document.name for document in documents})):
		found |= _read(_locked(_select().where(table.reference_name.isin(names)), lock))
	return {name: item for name, item in found.items() if item.document in documents}


def stored_of_customers(selection: Selection) -> Stored:
	"""What the table holds of these customers."""
	return _read(_select().where(selection.among(DocType("Open Item").customer)))


def current(customer: str, company: str, *, lock: bool = False) -> list[OpenItem]:
	"""What is open of a customer in a company now, with what this transaction has changed.

	With `lock` as committed by others now, otherwise as when this transaction began to read.
	"""
	table = DocType("Open Item")
	query = _select().where((table.customer == customer) & (table.company == company))
	# Without the index MariaDB may read, and so lock, a small table as a whole.
	items = _read(query.force_index(BY_CUSTOMER).for_update() if lock else query).values()
	noted = changed.documents()
	if not noted:
		return list(items)
	anew = [item for item in of_documents(noted, lock=lock) if _is_of(item, customer, company)]
	return [*(item for item in items if item.document not in noted), *anew]


def _is_of(item: OpenItem, customer: str, company: str) -> bool:
	return name_of(*item.account) == name_of(customer, company)


@cache
def _select() -> QueryBuilder:
	"""Put together once: what is added to it makes a query of its own."""
	table = DocType("Open Item")
	return frappe.qb.from_(table).select(table.name, *(table[name] for name in OpenItem._fields))


def _read(query: QueryBuilder) -> Stored:
	return {row["name"]: _item(row) for row in query.run(as_dict=True)}


def _item(row: Mapping[str, Any]) -> OpenItem:
	values = {name: money(row[name]) if name in AMOUNTS else row[name] for name in OpenItem._fields}
	return OpenItem(**{**values, "kind": ExposureKind(row["kind"])})


def differing(now: Iterable[OpenItem], stored: Stored) -> set[Document]:
	"""The documents of which the table does not say what ERPNext's own tables say."""
	expected = {item.name: item for item in now}
	wrong = {item.document for name, item in expected.items() if not item.is_as(stored.get(name))}
	return wrong | {item.document for name, item in stored.items() if name not in expected}
