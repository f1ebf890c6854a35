"""The part of `regrade.py` that runs in the bench's own Python, within the folder `sites`."""

import json
import os
import random
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import frappe
from erpnext.selling.doctype.customer.customer import get_customer_outstanding
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from frappe.utils.background_jobs import get_queue, get_redis_conn
from ledger_book import Book, company, pass_day, prepare
from pypika.queries import QueryBuilder, Table
from pypika.terms import Field
from regrade import arguments
from workers import Workers, highest_by_third, unused_queue, workers

from customer_grading.facts.exposure import exposure
from customer_grading.facts.selection import Selection
from customer_grading.jobs.regrade import QUEUE, nightly, start

POLL_SECONDS = 0.2
REST_SECONDS = 5
"""For so long MariaDB must have next to nothing to do."""
PATIENCE_SECONDS = 900
QUIET_PAGES = 500
"""Pages written in that time that are no work any more."""
QUIET_HISTORY = 100
"""Transactions whose old versions of rows are still there."""
MIB = 2**20
FIGURES = (
	"customers",
	"ledger_rows",
	"first_seconds",
	"seconds",
	"scan_seconds",
	"ratio_to_scans",
	"speedup_over_erpnext",
	"peak_mib",
)


def main() -> None:
	"""Measure one book, or two, and print the figures."""
	options = arguments()
	with connected(options.site):
		figures = measured(options.customers, options.ledger_rows, options)
		if options.twice:
			larger = measured(2 * options.customers, 2 * options.ledger_rows, options)
			factor = round(larger["seconds"] / figures["seconds"], 2)
			figures["twice"] = {**larger, "times_as_long": factor}
	print(json.dumps(figures))


@contextmanager
def connected(site: str) -> Iterator[None]:
	"""A connection to a site that has the app, and a queue that is emptied in the end."""
	frappe.init(site=site)
	os.environ["FRAPPE_REDIS_QUEUE"] = unused_queue(frappe.conf.redis_queue)
	frappe.init(site=site, force=True)
	frappe.connect()
	if "customer_grading" not in frappe.get_installed_apps():
		sys.exit(f"{site} lacks the app: bench --site {site} install-app customer_grading")
	try:
		yield
	finally:
		get_redis_conn().flushdb()
		frappe.destroy()


def measured(customers: int, ledger_rows: int, options: Namespace) -> dict[str, object]:
	"""The figures of one book: both regrades, the scans, and ERPNext's own way."""
	book = made(customers, ledger_rows)
	more: dict[str, object] = {}
	with workers(options.workers) as crew:
		first_seconds = regraded(start, book.today, crew)
		book = pass_day(book)
		come_to_rest()
		seconds = regraded(nightly, book.today, crew)
		if options.first_of_month:
			more["first_of_month_seconds"] = round(regraded(nightly, until_first(book).today, crew), 1)
	report_memory(crew.samples)
	# After the night, before which nobody reads whole tables either.
	erpnext_seconds = asked_erpnext(options.sample)
	scan_seconds = sum(scanned(name, query) for name, query in scans().items())
	values = (
		frappe.db.count("Customer"),
		frappe.db.count("Payment Ledger Entry"),
		round(first_seconds, 1),
		round(seconds, 1),
		round(scan_seconds, 1),
		round(seconds / scan_seconds, 2),
		round(erpnext_seconds / seconds, 1),
		round(max(crew.samples, default=0) / MIB, 1),
	)
	return dict(zip(FIGURES, values, strict=True)) | more


def until_first(book: Book) -> Book:
	"""The book when days of business have passed up to the first of a month."""
	while book.today.day > 1:
		book = pass_day(book)
	return book


def made(customers: int, ledger_rows: int) -> Book:
	"""The book, with a line on the time it took and on the memory that MariaDB may use."""
	begun = time.perf_counter()
	book = prepare(customers, ledger_rows)
	((_, pool),) = frappe.db.sql("SHOW VARIABLES LIKE 'innodb_buffer_pool_size'")
	say(
		f"Book of {customers:,} customers up to {book.today}: {time.perf_counter() - begun:.0f} s; "
		f"MariaDB keeps up to {int(pool) / MIB:,.0f} MiB in memory"
	)
	return book


def regraded(begin: Callable[[str], str], day: date, crew: Workers) -> float:
	"""Seconds from the beginning of a regrade to its end, by real workers. A failure ends the program."""
	begun = time.perf_counter()
	name = begin(day.isoformat())
	frappe.db.commit()
	while (run := _state(name)).status == "Running":
		_refuse_to_wait_in_vain(crew)
		time.sleep(POLL_SECONDS)
	seconds = time.perf_counter() - begun
	counts = f"{run.customers:,} customers, {run.moved:,} moved, {run.waiting:,} wait, {run.failed:,} failed"
	say(f"Regrade of {day}: {seconds:.1f} s, {counts}")
	if run.status != "Completed":
		sys.exit(f"{name} ended as {run.status}.")
	return seconds


def come_to_rest() -> None:
	"""Wait until MariaDB has cleared up after the first regrade and the day. For that it has all day."""
	begun = time.perf_counter()
	written = _status("Innodb_buffer_pool_pages_flushed")
	while time.perf_counter() - begun < PATIENCE_SECONDS:
		time.sleep(REST_SECONDS)
		before, written = written, _status("Innodb_buffer_pool_pages_flushed")
		if written - before < QUIET_PAGES and _status("Innodb_history_list_length") < QUIET_HISTORY:
			say(f"MariaDB had cleared up after {time.perf_counter() - begun:.0f} s")
			return
	say(f"MariaDB was still busy after {PATIENCE_SECONDS} s, which the night will feel")


def _status(name: str) -> int:
	((_, value),) = frappe.db.sql("SHOW GLOBAL STATUS LIKE %s", name)
	return int(value)


def _state(run: str) -> frappe._dict:
	# Each look begins a new transaction, or it would see the first one's state for ever.
	frappe.db.rollback()
	fields = ["status", "customers", "moved", "waiting", "failed"]
	return frappe.db.get_value("Regrade Run", run, fields, as_dict=True)


def _refuse_to_wait_in_vain(crew: Workers) -> None:
	if get_queue(QUEUE).failed_job_registry.count:
		sys.exit("A job failed. Its worker has told why.")
	if not crew.are_alive():
		sys.exit("A worker has ended.")


def scans() -> dict[str, QueryBuilder]:
	"""The bare question to each table that a regrade's facts come from: a sum by customer and company."""
	order, invoice = DocType("Sales Order"), DocType("Sales Invoice")
	line, entry = DocType("Payment Schedule"), DocType("Payment Ledger Entry")
	of_invoice = (line.parent == invoice.name) & (line.parenttype == "Sales Invoice")
	lines = frappe.qb.from_(line).join(invoice).on(of_invoice)
	known = (entry.party_type == "Customer") & (entry.delinked == 0)
	return {
		"Sales Order": _summed(frappe.qb.from_(order), order, order.base_grand_total),
		"Sales Invoice": _summed(frappe.qb.from_(invoice), invoice, invoice.base_net_total),
		"Payment Schedule": _summed(lines, invoice, line.payment_amount),
		"Payment Ledger Entry": frappe.qb.from_(entry)
		.select(entry.party, entry.company, Sum(entry.amount))
		.where(known)
		.groupby(entry.party, entry.company),
	}


def _summed(query: QueryBuilder, document: Table, amount: Field) -> QueryBuilder:
	by = (document.customer, document.company)
	return query.select(*by, Sum(amount)).where(document.docstatus == 1).groupby(*by)


def scanned(name: str, query: QueryBuilder) -> float:
	"""Seconds of a scan with the fetching of its rows, the better of two."""
	seconds = []
	for _ in range(2):
		begun = time.perf_counter()
		rows = len(query.run())
		seconds.append(time.perf_counter() - begun)
	say(f"Scan of {name}: {min(seconds):.1f} s ({max(seconds):.1f} s the other time), {rows:,} rows")
	return min(seconds)


def asked_erpnext(sample: int) -> float:
	"""Seconds that ERPNext's own function would take for all customers, told from some drawn at random."""
	names = frappe.get_all("Customer", pluck="name", order_by="name")
	owner = company()
	drawn = random.Random(1).sample(names, min(sample, len(names)))
	begun = time.perf_counter()
	for name in drawn:
		get_customer_outstanding(name, owner)
	seconds = time.perf_counter() - begun
	whole = seconds * len(names) / len(drawn)
	say(f"get_customer_outstanding: {seconds:.1f} s for {len(drawn):,} customers, so {whole:.0f} s for all")
	begun = time.perf_counter()
	known = len(exposure(Selection.everyone()))
	say(f"The same by facts.exposure for all {known:,} at once: {time.perf_counter() - begun:.1f} s")
	return whole


def report_memory(samples: list[int]) -> None:
	"""A line on how the memory of the workers went."""
	thirds = " → ".join(f"{highest / MIB:.0f}" for highest in highest_by_third(samples))
	say(f"Memory of the workers, highest of each third: {thirds} MiB")


def say(text: str) -> None:
	"""Print at once, also into a file."""
	print(text, flush=True)


if __name__ == "__main__":
	main()
