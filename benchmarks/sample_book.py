"""Makes the book of a company that does not exist. Its customers pay early, on time, late, later, or never.

    python benchmarks/sample_book.py --out demo/book

writes invoices, payments and customers as ERPNext exports them. The same numbers give the same book.
"""

import argparse
import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

LAST_DAY = date(2025, 12, 31)
DAYS = 730
TERMS = (0, 15, 30, 30, 30, 45)

NAMES = (
	"Harbour",
	"Summit",
	"Golden",
	"Evergreen",
	"Northern",
	"Lotus",
	"Granite",
	"Pearl",
	"Cedar",
	"Silver",
)
TRADES = (
	"Tools",
	"Textiles",
	"Foods",
	"Electric",
	"Paper",
	"Furniture",
	"Glass",
	"Toys",
	"Steel",
	"Ceramics",
)
FORMS = ("Trading Co.", "Ltd.", "& Sons", "Import", "Group", "Wholesale", "Stores", "Supply")
SALESPEOPLE = ("Chen Wei", "Li Na", "Maria Lopez", "John Smith")


class Habit(NamedTuple):
	"""How a kind of customer pays: mean and spread of the days around the due date, share never paid."""

	share: float
	delay: float
	spread: float
	unpaid: float
	drift: float
	"""How much later the last payments are than the first."""


HABITS = (
	Habit(0.30, -14, 6, 0.0, 0),  # ahead of time
	Habit(0.30, -3, 4, 0.0, 0),  # on time, mostly
	Habit(0.20, 4, 9, 0.0, 0),  # often late
	Habit(0.12, 6, 8, 0.01, 30),  # ever later
	Habit(0.08, 35, 20, 0.06, 0),  # bad
)


@dataclass(frozen=True)
class Customer:
	"""One customer of the sample book."""

	name: str
	habit: Habit
	typical: float
	salesperson: str


class Bill(NamedTuple):
	"""One invoice of the sample book with the day of its payment, None where it stays open."""

	number: str
	customer: Customer
	day: date
	due: date
	amount: float
	paid_on: date | None


def make_customers(count: int, rng: random.Random) -> list[Customer]:
	"""So many customers with different names."""
	habits = rng.choices(HABITS, [habit.share for habit in HABITS], k=count)
	return [
		Customer(_name(number), habit, rng.lognormvariate(7.5, 1.0), rng.choice(SALESPEOPLE))
		for number, habit in enumerate(habits)
	]


def _name(number: int) -> str:
	first, rest = number % len(NAMES), number // len(NAMES)
	trade, rest = rest % len(TRADES), rest // len(TRADES)
	form, rest = rest % len(FORMS), rest // len(FORMS)
	name = f"{NAMES[first]} {TRADES[(trade + first) % len(TRADES)]} {FORMS[(form + trade) % len(FORMS)]}"
	return f"{name} {rest + 1}" if rest else name


def make_bills(invoices: int, customers: list[Customer], rng: random.Random) -> Iterator[Bill]:
	"""So many invoices in order of date, over two years that end on LAST_DAY."""
	weights = [customer.typical**0.3 for customer in customers]
	buyers = rng.choices(customers, weights, k=invoices)
	first = LAST_DAY - timedelta(days=DAYS)
	for number, customer in enumerate(buyers):
		day = first + timedelta(days=DAYS * number // invoices)
		due = day + timedelta(days=rng.choice(TERMS))
		amount = round(max(1.0, customer.typical * rng.lognormvariate(0, 0.4)), 2)
		yield Bill(
			f"SINV-{number + 1:07d}", customer, day, due, amount, _paid_on(customer.habit, day, due, rng)
		)


def _paid_on(habit: Habit, day: date, due: date, rng: random.Random) -> date | None:
	age = 1 - (LAST_DAY - day).days / DAYS
	if rng.random() < habit.unpaid:
		return None
	delay = rng.gauss(habit.delay + habit.drift * age, habit.spread)
	# Some who pay early pay before the goods.
	earliest = day - timedelta(days=5) if habit.delay < -10 else day  # noqa: PLR2004
	paid = max(earliest, due + timedelta(days=round(delay)))
	return paid if paid <= LAST_DAY else None


def write_invoices(path: Path, bills: Iterator[Bill]) -> None:
	"""All in one file, as a ledger export gives it: an invoice a line, with the day it was settled on."""
	with path.open("w", encoding="utf-8", newline="") as file:
		writer = csv.writer(file)
		writer.writerow(["Invoice", "Customer", "Date", "Due Date", "Amount", "Paid On"])
		writer.writerows(
			[bill.number, bill.customer.name, bill.day, bill.due, f"{bill.amount:.2f}", bill.paid_on or ""]
			for bill in bills
		)


INVOICE_HEADER = ["ID", "Customer", "Date", "Payment Due Date", "Grand Total (Company Currency)", "Status"]
PAYMENT_HEADER = [
	"ID",
	"Payment Type",
	"Party Type",
	"Party",
	"Posting Date",
	"Paid Amount",
	"Name (Payment References)",
]
CUSTOMER_HEADER = ["ID", "Customer Group", "Account Manager", "Need", "Expected Close"]


def write_folder(folder: Path, bills: list[Bill], rng: random.Random) -> None:
	"""Invoices, payments and customers in files of their own, with the headers of ERPNext's list exports."""
	folder.mkdir(parents=True, exist_ok=True)
	_write(folder / "invoices.csv", INVOICE_HEADER, map(_invoice, bills))
	_write(folder / "payments.csv", PAYMENT_HEADER, (_payment(bill) for bill in bills if bill.paid_on))
	customers = sorted({bill.customer for bill in bills}, key=lambda customer: customer.name)
	_write(folder / "customers.csv", CUSTOMER_HEADER, (_profile(customer, rng) for customer in customers))


def _invoice(bill: Bill) -> list[object]:
	return [bill.number, bill.customer.name, bill.day, bill.due, f"{bill.amount:.2f}", _status(bill)]


def _payment(bill: Bill) -> list[object]:
	paid = f"{bill.amount:.2f}"
	return [f"PAY-{bill.number}", "Receive", "Customer", bill.customer.name, bill.paid_on, paid, bill.number]


def _status(bill: Bill) -> str:
	return "Paid" if bill.paid_on else ("Overdue" if bill.due < LAST_DAY else "Unpaid")


def _profile(customer: Customer, rng: random.Random) -> list[object]:
	need = rng.choices(["Clear", "Potential", "None", ""], [4, 2, 1, 5])[0]
	close = LAST_DAY + timedelta(days=rng.randint(-10, 250)) if need == "Clear" else ""
	return [customer.name, "Commercial", customer.salesperson, need, str(close)]


def _write(path: Path, header: list[str], rows: Iterator[list[object]]) -> None:
	with path.open("w", encoding="utf-8", newline="") as file:
		writer = csv.writer(file)
		writer.writerow(header)
		writer.writerows(rows)


def main() -> None:
	"""Write the sample book."""
	parser = argparse.ArgumentParser(description="Make the book of a company that does not exist.")
	parser.add_argument("--out", type=Path, required=True, metavar="DIR")
	parser.add_argument("--invoices", type=int, default=3000)
	parser.add_argument("--customers", type=int, default=120)
	parser.add_argument("--seed", type=int, default=1)
	options = parser.parse_args()
	rng = random.Random(options.seed)
	bills = list(make_bills(options.invoices, make_customers(options.customers, rng), rng))
	write_folder(options.out, bills, rng)
	print(f"A sample book of {len(bills):,} invoices is in {options.out}.")


if __name__ == "__main__":
	main()
