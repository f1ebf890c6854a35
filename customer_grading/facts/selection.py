"""Whose facts are read: a few customers, a range of customer names, or all."""

from dataclasses import dataclass

from pypika.terms import Criterion, Field, ValueWrapper

Key = tuple[str, str]
"""Customer and company."""

ALWAYS = ValueWrapper(1) == ValueWrapper(1)
"""Holds for every row. PyPika's own empty condition cannot stand behind another one and an `&`."""


@dataclass(frozen=True, slots=True)
class Selection:
	"""Some customers by name. Made by `of`, `between` or `everyone`.

	Names are compared as MariaDB compares the column (utf8mb4_unicode_ci): a range must be cut from an
	`ORDER BY name` of the database, never from names that Python sorted.
	"""

	names: tuple[str, ...] | None = None
	bounds: tuple[str, str] | None = None

	@classmethod
	def of(cls, *names: str) -> "Selection":
		"""These customers; no name at all selects nobody."""
		return cls(names=names)

	@classmethod
	def between(cls, first: str, last: str) -> "Selection":
		"""The customers from `first` to `last`, both included."""
		return cls(bounds=(first, last))

	@classmethod
	def everyone(cls) -> "Selection":
		"""All customers."""
		return cls()

	def among(self, column: Field) -> Criterion:
		"""The condition under which a column that names a customer belongs to the selection."""
		if self.names is not None:
			return column.isin(self.names or ("",))
		if self.bounds is not None:
			return column.between(*self.bounds)
		return ALWAYS
