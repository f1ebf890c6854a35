"""Makes the book of a trading company in a site of ERPNext: customers, orders, invoices, payments, ledgers.

The statements in `ledger_sql` write whole tables at a time, the same book for the same numbers and day. Of
the General Ledger the customers' side is made, which is all that questions about customers read. A site that
holds any other customer or transaction is refused.
"""

import json
import sys
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

PREFIX = "CGBENCH-"
MARK = "customer_grading_benchmark_book"
SQL = Path(__file__).parent / "ledger_sql"
DAYS = 745
"""Two years and some days. With whole years the nights measured would be everybody's anniversaries."""
FRESH_DAYS = 7
# Of a bill and its payments there are a little more than two rows in each ledger.
ROWS_OF_A_BILL = 2.08
# The rest has never bought.
BUYING = 0.95

TABLES = (
	"Customer",
	"GL Entry",
	"Payment Ledger Entry",
	"Sales Invoice",
	"Sales Invoice Item",
	"Sales Order",
	"Sales Order Item",
	"Payment Schedule",
	"Payment Entry",
	"Payment Entry Reference",
	"Delivery Note",
	"Delivery Note Item",
)
# What regrades and people leave behind; the app's own settings and masters stay.
TRACES = (
	"Customer Follow Up",
	"Customer Grading Limit",
	"Grade Assignment",
	"Grade Change",
	"Grade Proposal",
	"Regrade Chunk",
	"Regrade Failure",
	"Regrade Run",
)


@dataclass(frozen=True)
class Book:
	"""How large a book was asked for, and the first day of which it knows nothing."""

	customers: int
	ledger_rows: int
	today: date

	def serves(self, customers: int, ledger_rows: int, today: date) -> bool:
		"""Whether a book of this size is wanted, and this one has not grown old and has an ordinary night."""
		is_fresh = -FRESH_DAYS <= (today - self.today).days <= FRESH_DAYS
		is_ordinary = self.today == ordinary(self.today)
		return is_fresh and is_ordinary and (self.customers, self.ledger_rows) == (customers, ledger_rows)


def prepare(customers: int, ledger_rows: int) -> Book:
	"""A book of about this many rows in each of the two ledgers, ungraded: one that is there, or a new one.

	Ends with a message where the site holds documents that no benchmark made.
	"""
	refuse_other_documents()
	today = ordinary(date.today())  # noqa: DTZ011, the company's day is the machine's
	book = stored()
	if book and book.serves(customers, ledger_rows, today):
		_forget(("Customer", *TRACES))
		_run(("customers",), book.today, customers=customers)
		return book
	book = Book(customers, ledger_rows, today)
	_make(book)
	return book


def ordinary(today: date) -> date:
	"""The day, or the one before where its night is the first of a month, in which everyone is regraded."""
	return today - timedelta((today + timedelta(1)).day == 1)


def refuse_other_documents() -> None:
	"""Ends with a message where a table holds rows that this program did not make."""
	found = [f"{doctype} {name}" for doctype in TABLES for name in _names_of_others(doctype)]
	if found:
		sys.exit(
			f"Refused: {frappe.local.site} holds what this benchmark did not make: {', '.join(found)}. "
			"It replaces all customers and their documents, so give it a site of its own."
		)


def _names_of_others(doctype: str) -> list[str]:
	"""The first name in a table that comes before all of the benchmark's, and the first that comes after.

	Where no book was ever begun, every name is somebody else's.
	"""
	after = PREFIX[:-1] + chr(ord(PREFIX[-1]) + 1)
	return [
		name
		for limits in ((("<", PREFIX), (">=", after)) if stored() else (("is", "set"),))
		for name in frappe.get_all(doctype, {"name": limits}, pluck="name", limit=1, order_by="name")
	]


def stored() -> Book | None:
	"""The book that this site holds, an empty one where its making was broken off; None before any."""
	mark = frappe.db.get_default(MARK)
	if not mark:
		return None
	fields = json.loads(mark)
	return Book(fields["customers"], fields["ledger_rows"], date.fromisoformat(fields["today"]))


def _store(book: Book) -> None:
	frappe.db.set_default(MARK, json.dumps(asdict(book), default=str))
	_commit()


def _make(book: Book) -> None:
	"""Replaces what the site holds. An empty table is indexed in one go where no row is checked."""
	_store(Book(0, 0, book.today))
	_forget((*TABLES, *TRACES))
	frappe.db.sql("SET SESSION unique_checks = 0, foreign_key_checks = 0")
	bills = round(book.ledger_rows / ROWS_OF_A_BILL)
	buyers = int(book.customers * BUYING)
	_run(("customers", "bills", "post"), book.today, customers=book.customers, bills=bills, buyers=buyers)
	frappe.db.sql("SET SESSION unique_checks = 1, foreign_key_checks = 1")
	_run(("analyze",), book.today)
	_store(book)


def _forget(doctypes: tuple[str, ...]) -> None:
	_commit()
	for doctype in doctypes:
		if frappe.db.table_exists(doctype, cached=False):
			frappe.db.truncate(doctype)
	frappe.db.delete("Customer Credit Limit", {"parenttype": "Customer"})
	frappe.db.delete("ToDo", {"reference_type": "Customer"})


def pass_day(book: Book) -> Book:
	"""The book a day later: one customer of a hundred was billed, as many paid their oldest open bill."""
	later = replace(book, today=book.today + timedelta(1))
	# In the time zone of the site, as Frappe writes it: by it a night tells what is new.
	_run(("day", "post"), later.today, day=book.today, written=now_datetime())
	_store(later)
	return later


def _run(names: tuple[str, ...], today: date, **numbers: object) -> None:
	"""Files of statements, each of them constant, with these values; then their temporary tables go."""
	values = {**_surroundings(), **_days(today), "written": None, **numbers}
	_commit()
	for name in (*names, "drop"):
		for statement in (SQL / f"{name}.sql").read_text(encoding="utf-8").split(";\n"):
			if statement.strip():
				frappe.db.sql(statement, values)
	_commit()


def _commit() -> None:
	# nosemgrep, a program of its own ends its transactions itself
	frappe.db.commit()


def _days(today: date) -> dict[str, object]:
	return {"today": today, "days": DAYS, "first_day": today - timedelta(DAYS)}


def company() -> str:
	"""The company whose book it is: the site's first."""
	return frappe.get_all("Company", pluck="name", limit=1, order_by="creation")[0]


def _surroundings() -> dict[str, object]:
	"""What every document of the book names: the company, its accounts, the item, the prefix."""
	chart = frappe.get_cached_doc("Company", company())
	return {
		"company": chart.name,
		"currency": chart.default_currency,
		"account": chart.default_receivable_account,
		"income_account": chart.default_income_account,
		"cost_center": chart.cost_center,
		"bank_account": chart.default_bank_account or chart.default_cash_account,
		"foreign_currency": _foreign_currency(chart.default_currency),
		"foreign_account": _foreign_account(chart),
		"customer_group": _leaf("Customer Group"),
		"territory": _leaf("Territory"),
		"warehouse": _leaf("Warehouse", company=chart.name),
		"item": f"{PREFIX}ITEM",
		"prefix": PREFIX,
		"name_from": len(PREFIX) + 1,
		"invoice_from": len(f"{PREFIX}SI-") + 1,
	}


def _leaf(doctype: str, **filters: str) -> str:
	return frappe.get_all(doctype, {"is_group": 0, **filters}, pluck="name", limit=1)[0]


def _foreign_currency(currency: str) -> str:
	return "USD" if currency == "EUR" else "EUR"


def _foreign_account(chart: Document) -> str:
	"""The account for what customers abroad owe, made where the site has none."""
	currency = _foreign_currency(chart.default_currency)
	fields = {"company": chart.name, "account_type": "Receivable", "account_currency": currency}
	name = frappe.db.get_value("Account", {**fields, "is_group": 0})
	if name:
		return name
	parent = frappe.db.get_value("Account", chart.default_receivable_account, "parent_account")
	account = frappe.new_doc("Account", account_name=f"Debtors {currency}", parent_account=parent, **fields)
	return account.insert().name
