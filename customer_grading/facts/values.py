"""What all facts share: figures of the database as exact money, functions that frappe.qb does not know."""

from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Function, Sum
from pypika.terms import Criterion, Term

ZERO = Decimal(0)

HALF_A_CENT = Decimal("0.005")
"""Less than that is left over by rounding."""

NOT_MONEY = ("Credit Note", "Write Off Entry")
"""The kinds of Journal Entry that lower a debt although nobody has paid."""

FULLY = 100
"""Percent: all of an order is delivered, or billed."""

TEMPORARY_BYTES = 256 * 1024 * 1024
"""What a query may put aside in memory; tables of a few thousand customers' invoices fit in."""
CONCATENATED_BYTES = 16 * 1024 * 1024
"""Room for a million orders of one customer; MariaDB's own default would cut them off silently."""
DAYS_BEFORE_YEAR_1 = 365
"""MariaDB counts days from the year 0, Python from the year 1."""


def use_memory() -> None:
	"""Give the queries of this connection the memory that they need: by default MariaDB takes 16 MiB."""
	frappe.db.sql("set session max_heap_table_size = %s", TEMPORARY_BYTES)
	frappe.db.sql("set session tmp_table_size = %s", TEMPORARY_BYTES)
	frappe.db.sql("set session group_concat_max_len = %s", CONCATENATED_BYTES)


def money(value: float | Decimal | None) -> Decimal:
	"""A figure of the database as exact money; nothing is zero."""
	return Decimal(str(value)) if value else ZERO


def sum_if(condition: Criterion, amount: Term) -> Term:
	"""The sum of an amount over the rows that meet a condition."""
	return Sum(Case().when(condition, amount).else_(0))


def least(*terms: Term | float) -> Function:
	"""The smallest of some terms."""
	return Function("LEAST", *terms)


def greatest(*terms: Term | float) -> Function:
	"""The largest of some terms."""
	return Function("GREATEST", *terms)


def days_between(later: Term | date, earlier: Term) -> Function:
	"""Days from one date to another."""
	return Function("DATEDIFF", later, earlier)


def ordinal_days(column: Term) -> Function:
	"""The dates of a group as one text of day numbers, see `ordinals`."""
	return Function("GROUP_CONCAT", Function("TO_DAYS", column))


def ordinals(text: str | None) -> list[int]:
	"""The days of `ordinal_days` in ascending order, as `date.toordinal` counts them."""
	return sorted([int(part) - DAYS_BEFORE_YEAR_1 for part in text.split(",")]) if text else []
