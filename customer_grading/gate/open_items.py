"""Keeping the table Open Item as ERPNext's own documents are, in the transaction that changes those.

Whatever changes a document notes it here. Just before the transaction is committed, each noted document is
read anew and written: whatever has happened to it in between, by raw SQL too, is in. Until then the order
desk reads noted documents from ERPNext's own tables.
"""

from collections.abc import Collection, Iterator

import frappe
from frappe.utils import getdate, nowdate

from customer_grading.facts import changed, credit_account
from customer_grading.facts.changed import Document
from customer_grading.facts.open_item_copy import Stored, differing, stored_of_customers, stored_of_documents
from customer_grading.facts.open_items import (
	DELIVERIES,
	LEDGER,
	ORDERS,
	TILL,
	OpenItem,
	of_customers,
	of_documents,
)
from customer_grading.facts.selection import Selection
from customer_grading.gate.turn import is_in_the_way
from customer_grading.gate.waiting import refresh_later
from customer_grading.records import open_item

CHUNK = 2000
"""Customers that are compared at once."""


def refresh_ledger(doctype: str, name: str) -> None:
	"""Note that the Payment Ledger against a document has changed."""
	_note(Document(LEDGER, doctype, name))


def refresh_order(name: str) -> None:
	"""Note that a Sales Order, its billing, its delivery or its advances have changed."""
	_note(Document(ORDERS, "Sales Order", name))


def refresh_note(name: str) -> None:
	"""Note that a Delivery Note or its billing has changed."""
	_note(Document(DELIVERIES, "Delivery Note", name))


def refresh_till(name: str) -> None:
	"""Note that a POS Invoice has changed: it may be paid, or summed up by a Sales Invoice."""
	_note(Document(DELIVERIES, TILL, name))


def _note(*documents: Document) -> None:
	noted = changed.documents()
	if not noted:
		frappe.db.before_commit.add(settle_safely)
		frappe.db.after_rollback.add(changed.forget)
	noted.update(documents)


def settle_safely() -> None:
	"""Write what is noted. A failure of ours must not lose other people's work: the night mends the copy.

	Deadlocks and timeouts are let through, as the database has rolled back what was to be committed.
	"""
	if not changed.documents():
		return
	frappe.db.savepoint("before_open_items")
	try:
		refresh_later(*settle())
	except Exception as error:
		if is_in_the_way(error):
			raise
		frappe.db.rollback(save_point="before_open_items")
		frappe.log_error(title="Customer Grading: open items could not be kept")


def settle() -> set[str]:
	"""Write what is noted; the customers whose other orders may wait for something else now."""
	documents = changed.take()
	if not documents:
		return set()
	items, stored = of_documents(documents), stored_of_documents(documents)
	accounts = _changed_accounts(items, stored)
	if accounts and not _hold(accounts):
		items, stored = of_documents(documents, lock=True), stored_of_documents(documents, lock=True)
		accounts |= _changed_accounts(items, stored)
		_hold(accounts)
	_write(items, stored)
	credit_account.count_change(accounts)
	return {item.customer for item in _differing(items, stored) if not _is_last_in_turn(item, stored)}


def _changed_accounts(items: Collection[OpenItem], stored: Stored) -> set[tuple[str, str]]:
	return {item.account for item in _differing(items, stored)}


def _differing(items: Collection[OpenItem], stored: Stored) -> list[OpenItem]:
	wrong = differing(items, stored)
	return [item for item in (*items, *stored.values()) if item.document in wrong]


def _is_last_in_turn(item: OpenItem, stored: Stored) -> bool:
	"""Whether it is an order that was not open before, and that takes no money from any other."""
	is_new = item.kind is ORDERS and item.name not in stored
	return is_new and item.order_date is not None and item.order_date >= getdate(nowdate())


def _hold(accounts: Collection[tuple[str, str]]) -> bool:
	"""Hold the accounts, all in one order lest two deadlock; whether plain reading of all is up to date."""
	fresh = [credit_account.lock(*account) for account in sorted(accounts)]
	return all(fresh)


def _write(items: Collection[OpenItem], stored: Stored) -> None:
	wanted = {item.name: item for item in items}
	open_item.remove(stored.keys() - wanted.keys())
	fresh = [item for name, item in wanted.items() if not item.is_as(stored.get(name))]
	open_item.write(OpenItem._fields, ((item.name, item) for item in fresh))


def rebuild(selection: Selection) -> int:
	"""Put right what the table says of these customers; the number of documents of which it was wrong."""
	wrong = differing(of_customers(selection), stored_of_customers(selection))
	if wrong:
		_note(*wrong)
		settle()
	return len(wrong)


def fill() -> None:
	"""Fill the empty table, as the app comes to a site. Commits after each chunk."""
	for selection in selections():
		if fill_customers(selection):
			frappe.db.commit()


def fill_customers(selection: Selection) -> int:
	"""Add what is open of these customers, and tell how much. What is there already is newer, and stays."""
	items = of_customers(selection)
	open_item.write(OpenItem._fields, ((item.name, item) for item in items), replace=False)
	return len(items)


def selections() -> Iterator[Selection]:
	"""All customers, some thousands at a time."""
	names = frappe.get_all("Customer", pluck="name", order_by="name")
	for start in range(0, len(names), CHUNK):
		part = names[start : start + CHUNK]
		yield Selection.between(part[0], part[-1])


def renamed(customer: str) -> None:
	"""Put right what is kept of a customer that has got another name, or was merged into another."""
	open_item.forget_accounts(customer)
	rebuild(Selection.of(customer))
