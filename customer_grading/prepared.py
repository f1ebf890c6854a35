"""Queries that each order asks: put together once, then run with other values.

Putting a query together takes longer than MariaDB takes to answer it.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import frappe
from pypika import Parameter
from pypika.queries import QueryBuilder


def given(name: str) -> Parameter:
	"""The place in a query of a value that is given when it is run; of many values, after `isin`."""
	return Parameter(f"%({name})s")


class Prepared:
	"""A query whose shape never changes."""

	def __init__(self, make: Callable[[], QueryBuilder]) -> None:
		self._make = make

	@cached_property
	def _made(self) -> tuple[str, dict[str, Any]]:
		return self._make().walk()

	def run(self, *, as_dict: bool = False, **values: Any) -> Sequence[Any]:
		"""The rows with these values for what was `given`; many values are a tuple."""
		text, constants = self._made
		return frappe.db.sql(text, {**constants, **values}, as_dict=as_dict)
