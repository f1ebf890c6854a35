"""What all facts share: figures of the database as exact money, functions that frappe.qb does not know."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Function, Sum
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, Term

ZERO = Decimal(0)

NOT_MONEY = ("Credit Note", "Write Off Entry")
"""The kinds of Journal Entry that lower a debt although nobody has paid."""

FULLY = 100
"""Percent: all of an order is delivered, or billed."""

TEMPORARY_BYTES = 256 * 1024 * 1024
"""What a query may put aside in memory."""
CONCATENATED_BYTES = 16 * 1024 * 1024
"""Room for a million orders of one customer, or 200,000 payments for one invoice of one line.

MariaDB's own default would cut them off silently.
"""
DAYS_BEFORE_YEAR_1 = 365
"""MariaDB counts days from the year 0, Python from the year 1."""


def use_memory() -> None:
	"""Give the queries of this connection the memory that they need: by default MariaDB takes 16 MiB."""
	frappe.db.sql("set session max_heap_table_size = %s", TEMPORARY_BYTES)
	frappe.db.sql("set session tmp_table_size = %s", TEMPORARY_BYTES)
	frappe.db.sql("set session group_concat_max_len = %s", CONCATENATED_BYTES)


def streamed(query: QueryBuilder) -> Iterator[Sequence[Any]]:
	"""The rows of a query as they come: a million take no memory. Nothing else may be asked meanwhile."""
	with _in_order():
		if not hasattr(frappe.db, "unbuffered_cursor"):  # The first releases of Frappe 15 fetch all at once.
			yield from query.run()
			return
		with frappe.db.unbuffered_cursor():
			yield from query.run(as_list=True, as_iterator=True)


@contextmanager
def _in_order() -> Iterator[None]:
	"""Have rows read in the order of their index.

	By itself MariaDB takes a thousand names for a table, in whose order it reads, and then has to sort.
	"""
	frappe.db.sql("set session in_predicate_conversion_threshold = 0")
	try:
		yield
	finally:
		frappe.db.sql("set session in_predicate_conversion_threshold = default")


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


def to_days(column: Term) -> Function:
	"""A date as the number of its day."""
	return Function("TO_DAYS", column)


def as_text(*numbers: Term) -> Function:
	"""Numbers of a row as one text, with blanks between them; none may be missing."""
	return Function("CONCAT_WS", " ", *numbers)


def ordinal_days(column: Term) -> Function:
	"""The dates of a group as one text of day numbers, see `ordinals`."""
	return Function("GROUP_CONCAT", to_days(column))


def ordinals(text: str | None) -> list[int]:
	"""The days of `ordinal_days` in ascending order, as `date.toordinal` counts them."""
	return sorted([int(part) - DAYS_BEFORE_YEAR_1 for part in text.split(",")]) if text else []
