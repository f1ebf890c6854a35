"""How one number of a policy is declared, checked, and read from a table.

A section of a policy is a frozen dataclass whose fields are made by `setting`: default, unit, meaning and
bounds stand in one place, from which come the checks, the comments of the TOML file and the help texts of the
forms.
"""

import dataclasses
import difflib
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

from customer_grading.rules.options import StrEnum
from customer_grading.rules.reasons import TEXT, Explanation, explain

MOST_DECIMALS = 12
"""With more of them, sums and products of settings would no longer be exact."""

NOT_A_SETTING = explain(
	"policy_unknown",
	"The policy has no setting called {0}.",
	"Remove it, or spell it as the policy does: {1}.",
	setting=TEXT,
	candidates=TEXT,
)
WRONG_KIND = explain(
	"policy_kind",
	"The setting {0} cannot be {1}.",
	"Give it {2}.",
	setting=TEXT,
	value=TEXT,
	expected=TEXT,
)
OUT_OF_BOUNDS = explain(
	"policy_bounds",
	"The setting {0} is {1}, outside of {2} to {3}.",
	"Give it a value from {2} to {3}.",
	setting=TEXT,
	value=TEXT,
	lowest=TEXT,
	highest=TEXT,
)
NOT_COMPLETE = explain(
	"policy_incomplete",
	"The setting {0} does not say a value for {1}.",
	"Add {1} to {0}.",
	setting=TEXT,
	missing=TEXT,
)
NOT_ORDERED = explain(
	"policy_order",
	"The setting {0} is {1}, but it must be {2} {3}, which is {4}.",
	"Change {0} or {3}, so that the bands neither overlap nor leave a hole.",
	setting=TEXT,
	value=TEXT,
	relation=TEXT,
	other=TEXT,
	other_value=TEXT,
)
NOT_EXACT = explain(
	"policy_exact",
	"The setting {0} comes to {1}, but it must come to {2}.",
	"Change it so that it comes to {2}.",
	setting=TEXT,
	value=TEXT,
	needed=TEXT,
)
NOT_RISING = explain(
	"policy_scale",
	"In the scale {0} a point at {1} follows one at {2}.",
	"Sort the points of {0} from the smallest to the largest, and give each place once.",
	setting=TEXT,
	at=TEXT,
	before=TEXT,
)


class PolicyError(ValueError):
	"""A policy that cannot be used. `field` names the setting, as `tier.grace_days`; `reason` explains."""

	def __init__(self, explanation: Explanation, field: str, *values: str) -> None:
		self.field = field
		self.reason = explanation.because(field, *values)
		super().__init__(f"{self.reason.sentence()} {self.reason.remedy()}")


def setting(
	default: Any, meaning: str, unit: str = "", lowest: int | str = 0, highest: int | str = 1_000_000
) -> Any:
	"""Declare one setting: default, meaning (with the requirement), unit, inclusive bounds."""
	metadata = {"meaning": meaning, "unit": unit, "lowest": Decimal(lowest), "highest": Decimal(highest)}
	if isinstance(default, dict):
		return dataclasses.field(default_factory=lambda: MappingProxyType(default), metadata=metadata)
	return dataclasses.field(default=default, metadata=metadata)


class Section:
	"""A part of the policy. Checks its bounds when made; `check` adds what concerns several settings."""

	name = ""

	def __post_init__(self) -> None:
		kinds = get_type_hints(type(self))
		for declared in dataclasses.fields(self):  # type: ignore[arg-type]
			path = f"{self.name}.{declared.name}"
			given = check_kind(path, getattr(self, declared.name), kinds[declared.name])
			object.__setattr__(self, declared.name, given)
			check_bounds(path, given, declared.metadata)
		self.check()

	def check(self) -> None:
		"""Raise PolicyError where settings contradict each other."""

	def must_descend(self, field: str, values: Mapping[Any, Any]) -> None:
		"""Each value of a setting must lie below the one before it."""
		for (above, high), (below, low) in pairwise(values.items()):
			if low >= high:
				lower, upper = f"{field}.{below}", f"{field}.{above}"
				raise self.not_ordered(lower, low, "below", upper, high)

	def must_ascend(self, *fields: str) -> None:
		"""Each of the named settings must lie above the one before it."""
		for smaller, larger in pairwise(fields):
			low, high = getattr(self, smaller), getattr(self, larger)
			if low >= high:
				raise self.not_ordered(larger, high, "above", smaller, low)

	def not_ordered(self, field: str, value: Any, relation: str, other: str, bound: Any) -> PolicyError:
		"""The error for a setting that must lie above, below or at another."""
		return PolicyError(
			NOT_ORDERED, f"{self.name}.{field}", str(value), relation, f"{self.name}.{other}", str(bound)
		)


def check_kind(path: str, given: Any, kind: Any) -> Any:
	"""The value as the kind that a setting is declared with.

	Whole numbers, decimals, yes/no, options, tables by option, and lists of points (for scales) are known.
	PolicyError says what was expected.
	"""
	origin = get_origin(kind)
	if origin is Mapping:
		return _check_table(path, given, *get_args(kind))
	if origin is tuple:
		return _check_points(path, given)
	if isinstance(kind, type) and issubclass(kind, StrEnum):
		return _check_option(path, given, kind)
	return _check_scalar(path, given, kind)


def _check_scalar(path: str, given: Any, kind: type) -> Any:
	if kind is bool:
		if isinstance(given, bool):
			return given
		raise PolicyError(WRONG_KIND, path, repr(given), "true or false")
	if isinstance(given, (bool, float)) or not isinstance(given, (int, Decimal)):
		raise PolicyError(WRONG_KIND, path, repr(given), "a number")
	if kind is int:
		return _whole(path, given)
	return _finite(path, given)


def _whole(path: str, given: int | Decimal) -> int:
	if isinstance(given, int):
		return given
	raise PolicyError(WRONG_KIND, path, str(given), "a whole number")


def _finite(path: str, given: int | Decimal) -> Decimal:
	value = Decimal(given)
	exponent = value.as_tuple().exponent
	if not isinstance(exponent, int):
		raise PolicyError(WRONG_KIND, path, str(given), "a number")
	if exponent < -MOST_DECIMALS:
		raise PolicyError(WRONG_KIND, path, str(given), f"a number with at most {MOST_DECIMALS} decimals")
	return value


def _check_option(path: str, given: Any, options: type[StrEnum]) -> StrEnum:
	try:
		return options(given)
	except ValueError:
		expected = "one of these: " + ", ".join(options)
		raise PolicyError(WRONG_KIND, path, repr(str(given)), expected) from None


def _check_table(path: str, given: Any, options: type[StrEnum], kind: Any) -> Mapping[StrEnum, Any]:
	if not isinstance(given, Mapping):
		raise PolicyError(WRONG_KIND, path, repr(given), "a table")
	for key in given:
		if key not in list(options):
			stray = f"{path}.{key}"
			raise unknown(stray, list(options))
	missing = [option for option in options if option not in given]
	if missing:
		raise PolicyError(NOT_COMPLETE, path, ", ".join(missing))
	return MappingProxyType({key: check_kind(f"{path}.{key}", given[key], kind) for key in options})


def _check_points(path: str, given: Any) -> tuple[tuple[Decimal, Decimal], ...]:
	try:
		points = tuple(
			(_check_scalar(path, at, Decimal), _check_scalar(path, to, Decimal)) for at, to in given
		)
	except (TypeError, ValueError):
		points = ()
	if not points:
		raise PolicyError(
			WRONG_KIND, path, repr(given), "a list of pairs of numbers, such as [[0, 0], [100, 100]]"
		)
	return points


def check_bounds(path: str, given: Any, bounds: Mapping[str, Any]) -> None:
	"""Raise PolicyError where a number, or a number of a table, lies outside of its bounds."""
	if isinstance(given, Mapping):
		for key, value in given.items():
			check_bounds(f"{path}.{key}", value, bounds)
	elif isinstance(given, (int, Decimal)):
		must_lie(path, given, bounds["lowest"], bounds["highest"])


def must_lie(path: str, value: Decimal | int, lowest: Decimal | int, highest: Decimal | int) -> None:
	"""Raise PolicyError where a number lies outside of these inclusive bounds."""
	if not lowest <= value <= highest:
		raise PolicyError(OUT_OF_BOUNDS, path, str(value), str(lowest), str(highest))


def unknown(path: str, names: list[Any]) -> PolicyError:
	"""The error for a name that is no setting, with the nearest names that are."""
	known = [str(name) for name in names]
	near = difflib.get_close_matches(path.rsplit(".", 1)[-1], known) or known
	return PolicyError(NOT_A_SETTING, path, ", ".join(near))


def build(kind: type, table: Any, path: str = "") -> Any:
	"""A section (or the whole policy) from a table as TOML gives it; what it leaves out keeps its default."""
	if not isinstance(table, Mapping):
		raise PolicyError(WRONG_KIND, path, repr(table), "a table")
	declared = [field.name for field in dataclasses.fields(kind)]
	for key in table:
		if key not in declared:
			raise unknown(f"{path}.{key}".lstrip("."), declared)
	hints = get_type_hints(kind)
	return kind(**{key: _build_part(hints[key], value, key) for key, value in table.items()})


def _build_part(kind: Any, value: Any, path: str) -> Any:
	if isinstance(kind, type) and issubclass(kind, Section):
		return build(kind, value, path)
	return value
