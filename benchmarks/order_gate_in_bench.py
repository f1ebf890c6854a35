"""The part of `order_gate.py` that runs in the bench's own Python, within the folder `sites`."""

import gc
import importlib
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import frappe
import ledger_book
from erpnext.selling.doctype.customer.customer import get_customer_outstanding
from frappe.model.document import Document
from ledger_book import PREFIX, Book, company, prepare
from order_gate import arguments
from order_gate_hammer import hammered
from regrade_in_bench import connected, say

from customer_grading.facts.position import account
from customer_grading.gate import open_items
from customer_grading.records import credit_limit
from customer_grading.records.customer import write
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.options import CreditTier, Mode

APP = "customer_grading."
SQL = Path(__file__).parent / "order_gate_sql"
KEPT = ("Open Item", "Credit Account", "Credit Decision")
LEDGERS = {"gate_ms_1k_rows": 500, "gate_ms_50k_rows": 25_000}
"""Bills of the two customers whose ledgers are compared. A bill and its payment are two rows."""
OPEN_BILLS = 5
WARM_UP = 10
MILLISECONDS = 1000
LIMIT = Decimal(100_000_000)
ORDER = "Sales Order"


def main() -> None:
	"""Make the book, measure, and print the figures."""
	options = arguments()
	with connected(options.site):
		book = made(options.customers, options.ledger_rows)
		long_known = {name: regular(book, bills) for name, bills in LEDGERS.items()}
		buyers = sampled(options.orders, book)
		bind([*buyers, *long_known.values()], book)
		try:
			if options.hammer:
				figures = size() | hammered(draft, buyers)
			else:
				figures = size() | compared(buyers) | gates(long_known, options.orders)
		finally:
			remove_orders()
	print(json.dumps(figures))


def size() -> dict[str, int]:
	"""How large the book really is."""
	rows = frappe.db.count("Payment Ledger Entry")
	return {"customers": frappe.db.count("Customer"), "ledger_rows": rows}


def made(customers: int, ledger_rows: int) -> Book:
	"""The book, and the copy of what is open in it."""
	begun = time.perf_counter()
	book = prepare(customers, ledger_rows)
	say(f"Book of {customers:,} customers: {time.perf_counter() - begun:.0f} s")
	for doctype in KEPT:
		frappe.db.commit()
		frappe.db.truncate(doctype)
	begun = time.perf_counter()
	open_items.fill()
	say(f"{frappe.db.count('Open Item'):,} open items: {time.perf_counter() - begun:.0f} s")
	return book


def regular(book: Book, bills: int) -> str:
	"""A customer of the book with so many bills of its own, of which only the last are not paid."""
	customer = f"{PREFIX}REGULAR-{bills}"
	if not frappe.db.exists("Customer", customer):
		frappe.get_doc({"doctype": "Customer", "customer_name": customer}).insert(set_name=customer)
	if not frappe.db.exists("Sales Invoice", {"customer": customer}):
		write_bills(book, customer, bills)
	frappe.db.delete("Open Item", {"customer": customer})
	open_items.fill_customers(open_items.Selection.of(customer))
	frappe.db.commit()
	return customer


def write_bills(book: Book, customer: str, bills: int) -> None:
	"""Write the bills as the book's own are written."""
	chart = frappe.get_cached_doc("Company", company())
	values = {"customer": customer, "bills": bills, "open_bills": OPEN_BILLS, "today": book.today}
	values |= {"currency": chart.default_currency, "account": chart.default_receivable_account}
	frappe.db.commit()
	for statement in (SQL / "regular.sql").read_text(encoding="utf-8").split(";\n"):
		if statement.strip():
			frappe.db.sql(statement, values)
	ledger_book._run(("post",), book.today)  # noqa: SLF001  (the other half of these programs)


def sampled(orders: int, book: Book) -> list[str]:
	"""Customers drawn at random of those that have bought and are late with nothing."""
	billed = frappe.get_all("Sales Invoice", pluck="customer", distinct=True, order_by=None)
	late = {"outstanding_amount": (">", 0), "due_date": ("<", book.today)}
	late_ones = frappe.get_all("Sales Invoice", late, pluck="customer", distinct=True, order_by=None)
	currency = frappe.get_cached_value("Company", company(), "default_currency")
	names = frappe.get_all("Customer", {"default_currency": currency}, pluck="name")
	suited = sorted(set(names).intersection(billed).difference(late_ones))
	random.Random(1).shuffle(suited)
	# Of an invoice that falls due in parts, only its last day is asked for above.
	punctual = (name for name in suited if not account(name, company(), frappe.utils.getdate()).overdue)
	return list(islice(punctual, orders + WARM_UP))


def bind(customers: Sequence[str], book: Book) -> None:
	"""Tier A with a limit that these orders do not reach, so that all may pass."""
	frappe.db.set_single_value("Grading Settings", "mode", Mode.ENFORCE)
	frappe.clear_document_cache("Grading Settings", "Grading Settings")
	write({name: {"credit_tier": CreditTier.A} for name in customers})
	limits = {(name, company()): CreditLimit(LIMIT) for name in customers}
	credit_limit.write(limits, book.today)
	frappe.db.commit()


def compared(buyers: Sequence[str]) -> dict[str, float]:
	"""Submits without and with the app, in turns, for the same customers."""
	taken: dict[bool, list[float]] = {True: [], False: []}
	for number, buyer in enumerate(buyers):
		turns = (True, False) if number % 2 else (False, True)
		for has_app in turns:
			seconds = submitted(draft(buyer), has_app=has_app)
			if number >= WARM_UP:
				taken[has_app].append(seconds)
	stock, with_app = median_ms(taken[False]), median_ms(taken[True])
	ratio = round(statistics.median(taken[True]) / statistics.median(taken[False]), 3)
	return {"stock_ms": stock, "with_app_ms": with_app, "ratio_to_stock": ratio}


def gates(customers: dict[str, str], orders: int) -> dict[str, float]:
	"""What runs of this app in submits of the two customers, in turns."""
	taken: dict[str, list[float]] = {name: [] for name in customers}
	for number in range(WARM_UP + orders // 3):
		for name, customer in customers.items():
			order = draft(customer)
			with watched() as watch:
				submitted(order, has_app=True)
			if number >= WARM_UP:
				taken[name].append(watch.seconds)
	for name, customer in customers.items():
		say(f"{name}: ERPNext's own check takes {erpnext_ms(customer)} ms")
	return {name: median_ms(seconds) for name, seconds in taken.items()}


def draft(buyer: str) -> Document:
	"""A saved order, under a name of the book, read as a request would read it."""
	line = {"item_code": item(), "qty": 1, "rate": 100}
	head = {"doctype": ORDER, "customer": buyer, "company": company(), "items": [line]}
	head["delivery_date"] = frappe.utils.add_days(frappe.utils.nowdate(), 1)
	name = f"{PREFIX}GATE-{frappe.generate_hash(length=10)}"
	frappe.get_doc(head).insert(set_name=name)
	frappe.db.commit()
	return frappe.get_doc(ORDER, name)


def item() -> str:
	"""A service that is sold."""
	name = f"{PREFIX}SERVICE"
	if not frappe.db.exists("Item", name):
		fields = {"item_code": name, "item_group": "Services", "is_stock_item": 0, "stock_uom": "Nos"}
		frappe.get_doc({"doctype": "Item", **fields}).insert()
	return name


def submitted(order: Document, *, has_app: bool) -> float:
	"""Seconds from the submit to the end of the commit."""
	gc.collect()
	with handlers(has_app=has_app):
		begun = time.perf_counter()
		order.submit()
		frappe.db.commit()
		return time.perf_counter() - begun


@contextmanager
def handlers(*, has_app: bool) -> Iterator[None]:
	"""Call the handlers of all apps, or of all but this one."""
	known = frappe.get_doc_hooks()
	if not has_app:
		frappe.local.doc_events_hooks = {
			doctype: {
				event: [name for name in names if not name.startswith(APP)] for event, names in events.items()
			}
			for doctype, events in known.items()
		}
	try:
		yield
	finally:
		frappe.local.doc_events_hooks = known


class Watch:
	"""Adds up the time spent in some functions, the outermost of them."""

	def __init__(self) -> None:
		self.seconds = 0.0
		self._is_running = False

	def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
		"""The function, with its time added up."""

		def run(*arguments: Any, **named: Any) -> Any:
			if self._is_running:
				return function(*arguments, **named)
			self._is_running = True
			begun = time.perf_counter()
			try:
				return function(*arguments, **named)
			finally:
				self.seconds += time.perf_counter() - begun
				self._is_running = False

		return run


@contextmanager
def watched() -> Iterator[Watch]:
	"""Watch all that this app does in the submit of an order."""
	watch = Watch()
	events = importlib.import_module(f"{APP}events.sales_order")
	places = [(events, name.rpartition(".")[2]) for name in own_handlers()]
	places.append((open_items, "settle_safely"))
	kept = [(module, name, getattr(module, name)) for module, name in places]
	for module, name, function in kept:
		setattr(module, name, watch.timed(function))
	try:
		yield watch
	finally:
		for module, name, function in kept:
			setattr(module, name, function)


def own_handlers() -> list[str]:
	"""The handlers of this app for orders."""
	events = frappe.get_doc_hooks()[ORDER].values()
	return sorted(
		{name for names in events for name in names if name.startswith(f"{APP}events.sales_order.")}
	)


def erpnext_ms(customer: str) -> float:
	"""How long ERPNext takes to add up what a customer owes."""
	taken = []
	for _ in range(OPEN_BILLS):
		begun = time.perf_counter()
		get_customer_outstanding(customer, company())
		taken.append(time.perf_counter() - begun)
	return median_ms(taken)


def median_ms(seconds: Sequence[float]) -> float:
	"""The median in milliseconds."""
	return round(statistics.median(seconds) * MILLISECONDS, 2)


def remove_orders() -> None:
	"""Take out of the book what was submitted here."""
	frappe.db.rollback()
	names = ("like", f"{PREFIX}GATE-%")
	for child in frappe.get_meta(ORDER).get_table_fields():
		frappe.db.delete(child.options, {"parent": names, "parenttype": ORDER})
	frappe.db.delete("Open Item", {"reference_name": names})
	frappe.db.delete("Comment", {"reference_name": names})
	frappe.db.delete("Version", {"docname": names})
	frappe.db.delete(ORDER, {"name": names})
	frappe.db.commit()


if __name__ == "__main__":
	main()
