"""The table Open Item: the copy of what is open, from which the order desk reads.

Few rows, however long the ledger of a customer has grown. `gate.open_items` keeps it.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import frappe
from frappe.query_builder import DocType
from pypika.queries import QueryBuilder

from customer_grading.facts import changed
from customer_grading.facts.changed import Document
from customer_grading.facts.open_items import OpenItem, locked, name_of, of_documents, parts
from customer_grading.facts.selection import Selection
from customer_grading.facts.values import money
from customer_grading.prepared import Prepared, given
from customer_grading.rules.order import ExposureKind

BY_CUSTOMER = "customer_company_index"
"""The index by which an account is read."""
AMOUNTS = frozenset(name for name, kind in OpenItem.__annotations__.items() if kind is Decimal)

Stored = dict[str, OpenItem]
"""Rows of the table by name."""


def stored_of_documents(documents: Collection[Document], *, lock: bool = False) -> Stored:
	"""What the table holds of these documents."""
	found: Stored = {}
	for names in parts(sorted({document.name for document in documents})):
		found |= _read(OF_DOCUMENTS[lock].run(as_dict=True, names=names))
	return {name: item for name, item in found.items() if item.document in documents}


def stored_of_customers(selection: Selection) -> Stored:
	"""What the table holds of these customers."""
	return _read(_select().where(selection.among(DocType("Open Item").customer)).run(as_dict=True))


def current(customer: str, company: str, *, lock: bool = False) -> list[OpenItem]:
	"""What is open of a customer in a company now, with what this transaction has changed.

	With `lock` as committed by others now, otherwise as when this transaction began to read.
	"""
	items = _read(OF_ACCOUNT[lock].run(as_dict=True, customer=customer, company=company)).values()
	noted = changed.documents()
	if not noted:
		return list(items)
	anew = [item for item in of_documents(noted, lock=lock) if _is_of(item, customer, company)]
	return [*(item for item in items if item.document not in noted), *anew]


def _is_of(item: OpenItem, customer: str, company: str) -> bool:
	return name_of(*item.account) == name_of(customer, company)


def _select() -> QueryBuilder:
	table = DocType("Open Item")
	return frappe.qb.from_(table).select(table.name, *(table[name] for name in OpenItem._fields))


def _of_documents(lock: bool) -> QueryBuilder:
	return locked(_select().where(DocType("Open Item").reference_name.isin(given("names"))), lock)


def _of_account(lock: bool) -> QueryBuilder:
	table = DocType("Open Item")
	mine = (table.customer == given("customer")) & (table.company == given("company"))
	query = _select().where(mine)
	# Without the index MariaDB may read, and so lock, a small table as a whole.
	return query.force_index(BY_CUSTOMER).for_update() if lock else query


def _read(rows: Iterable[Mapping[str, Any]]) -> Stored:
	return {row["name"]: _item(row) for row in rows}


def _item(row: Mapping[str, Any]) -> OpenItem:
	values = {name: money(row[name]) if name in AMOUNTS else row[name] for name in OpenItem._fields}
	return OpenItem(**{**values, "kind": ExposureKind(row["kind"])})


def differing(now: Iterable[OpenItem], stored: Stored) -> set[Document]:
	"""The documents of which the table does not say what ERPNext's own tables say."""
	expected = {item.name: item for item in now}
	wrong = {item.document for name, item in expected.items() if not item.is_as(stored.get(name))}
	return wrong | {item.document for name, item in stored.items() if name not in expected}


OF_DOCUMENTS = {lock: Prepared(partial(_of_documents, lock)) for lock in (False, True)}
OF_ACCOUNT = {lock: Prepared(partial(_of_account, lock)) for lock in (False, True)}
