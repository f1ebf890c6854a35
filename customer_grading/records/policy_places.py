"""Where each setting of a policy stands in Desk: the one map that reading, writing and the forms go by.

A number stands in Grading Settings as `<section>_<setting>`, one of a table as
`<section>_<setting>_<option>`; what is told of each grade, class, tier or category stands in its master; the
scales of the score are rows of one table. Pure, so that a test holds the forms against it.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from customer_grading.rules.options import (
	CreditTier,
	Criterion,
	CustomerCategory,
	CustomerGrade,
	SatisfactionLevel,
	StrEnum,
	ValueClass,
)
from customer_grading.rules.policy import Policy
from customer_grading.rules.reasons import NUMBER, TEXT, explain
from customer_grading.rules.settings import PolicyError, build

SETTINGS = "Grading Settings"
SCALES = "scales"
"""The field of Grading Settings that holds the points of all scales."""

MASTERS: dict[str, type[StrEnum]] = {
	"Customer Grade": CustomerGrade,
	"Value Class": ValueClass,
	"Credit Tier": CreditTier,
	"Satisfaction Level": SatisfactionLevel,
	"Customer Category": CustomerCategory,
}
"""The masters, and the options that are their rows."""

COLUMNS: dict[str, tuple[str, str]] = {
	"cadence.by_grade": ("Customer Grade", "follow_up_cadence"),
	"score.bands": ("Value Class", "lowest_score"),
	"limit.coefficients": ("Value Class", "limit_coefficient"),
	"tier.on_time": ("Credit Tier", "lowest_on_time_rate"),
	"investigation.months": ("Credit Tier", "investigation_months"),
	"satisfaction.complaint_weights": ("Satisfaction Level", "complaint_weight"),
	"category.visit_days": ("Customer Category", "visit_days"),
	"category.call_days": ("Customer Category", "call_days"),
}
"""The tables of the policy that are columns of a master."""

FACTORS = {"limit.coefficients", "cuts.key_deal_ratio"}
"""Settings that need three decimals; for money, percent and points two are enough."""

MOST_DIGITS = 15
"""Forms and their database hold numbers as floats, which are exact up to here."""

NOT_HELD = explain(
	"policy_not_held",
	"The setting {0} is {1}, which a form could only hold rounded.",
	"Give it at most {2} decimals, and at most {3} digits in all.",
	setting=TEXT,
	value=TEXT,
	decimals=NUMBER,
	digits=NUMBER,
)


class Record(NamedTuple):
	"""A document in Desk; the settings are called as their DocType."""

	doctype: str
	name: str


Values = Mapping[str, Any]
"""The values of a record by field name; those of the table of scales as (criterion, at, points)."""


@dataclasses.dataclass(frozen=True)
class Place:
	"""One setting, or one option of a setting, and the field of a record that holds it."""

	section: str
	name: str
	option: StrEnum | None
	record: Record
	fieldname: str
	kind: Any
	"""What the value is: int, Decimal, bool, an option, or the points of a scale."""
	metadata: Mapping[str, Any]

	@property
	def path(self) -> str:
		"""The setting as a policy file calls it: `score.bands.A`."""
		return ".".join(filter(None, (self.section, self.name, self.option)))

	@property
	def is_scale(self) -> bool:
		"""Whether the value is a scale, in rows of its own."""
		return self.fieldname == SCALES

	@property
	def decimals(self) -> int:
		"""How many decimals the form shows, and so holds."""
		return 3 if f"{self.section}.{self.name}" in FACTORS else 2

	def value(self, policy: Policy) -> Any:
		"""The value that a policy has here."""
		given = getattr(getattr(policy, self.section), self.name)
		return given[self.option] if self.option else given


def field_of(place: str) -> str:
	"""A path or an option as it is written in a field name: `Half-monthly` is half_monthly."""
	return "".join(each if each.isalnum() else "_" for each in place.lower())


@cache
def places() -> tuple[Place, ...]:
	"""The places of all settings, in the order of the policy."""
	return tuple(_places())


def _places() -> Iterator[Place]:
	for name, section in get_type_hints(Policy).items():
		kinds = get_type_hints(section)
		for declared in dataclasses.fields(section):
			yield from _places_of(name, declared, kinds[declared.name])


def _places_of(section: str, declared: Any, kind: Any) -> Iterator[Place]:
	path = f"{section}.{declared.name}"
	options, part = get_args(kind) if get_origin(kind) is Mapping else ((None,), kind)
	for option in options:
		record, fieldname = _home(path, option, part)
		yield Place(section, declared.name, option, record, fieldname, part, declared.metadata)


def _home(path: str, option: StrEnum | None, kind: Any) -> tuple[Record, str]:
	if option and path in COLUMNS:
		doctype, column = COLUMNS[path]
		return Record(doctype, option), column
	fieldname = SCALES if get_origin(kind) is tuple else field_of(".".join(filter(None, (path, option))))
	return Record(SETTINGS, SETTINGS), fieldname


@cache
def fields_of(doctype: str) -> tuple[str, ...]:
	"""The fields of a DocType that hold settings, but for the scales."""
	found = (place.fieldname for place in places() if place.record.doctype == doctype)
	return tuple(dict.fromkeys(field for field in found if field != SCALES))


def found_at(path: str) -> Place | None:
	"""The place of a setting as a PolicyError names it: of a table the first; None where there is none."""
	return next((place for place in places() if f"{place.path}.".startswith(f"{path}.")), None)


def policy_of(records: Mapping[Record, Values]) -> Policy:
	"""The policy that these records hold; what none of them holds has its default. Raises PolicyError."""
	tables: dict[str, dict[str, Any]] = {name: {} for name in get_type_hints(Policy)}
	default = Policy.default()
	for place in places():
		held = records.get(place.record, {})
		given = _given(place, held) if place.fieldname in held else place.value(default)
		_put(tables[place.section], place, given)
	tables["score"].update(_strange_scales(records.get(Record(SETTINGS, SETTINGS), {})))
	policy: Policy = build(Policy, tables)
	must_fit(policy)
	return policy


def _put(table: dict[str, Any], place: Place, given: Any) -> None:
	if place.option:
		table.setdefault(place.name, {})[place.option] = given
	else:
		table[place.name] = given


def _given(place: Place, held: Values) -> Any:
	"""A value as the rules take it. What cannot be is handed on, for the rules to refuse."""
	if place.is_scale:
		return _points(place.name, held[SCALES])
	given = held[place.fieldname]
	if place.kind is bool:
		return bool(int(given or 0))
	return _number(given) if place.kind in (int, Decimal) else str(given or "")


def _number(given: Any) -> Any:
	"""The number as it is spelled, whole ones as such. An empty field is 0."""
	try:
		number = Decimal(str(given or 0))
	except InvalidOperation:
		return given
	return int(number) if number.is_finite() and number == number.to_integral_value() else number


def _points(name: str, rows: Iterable[tuple[str, Any, Any]]) -> tuple[tuple[Any, Any], ...]:
	points = [(_number(at), _number(to)) for criterion, at, to in rows if field_of(criterion) == name]
	return tuple(sorted(points))


def _strange_scales(held: Values) -> dict[str, Any]:
	"""Rows of a criterion that has no scale: named, so that the policy refuses them."""
	known = {place.name for place in places() if place.is_scale}
	return {name: () for row in held.get(SCALES, ()) if (name := field_of(row[0])) not in known}


def must_fit(policy: Policy) -> None:
	"""Raise PolicyError where a number has more digits than the forms show and hold."""
	for place in places():
		for number in _decimals(place.value(policy)):
			_must_fit(place, number)


def _decimals(value: Any) -> Iterator[Decimal]:
	if isinstance(value, Decimal):
		yield value
	elif isinstance(value, tuple):
		yield from (number for point in value for number in point)


def _must_fit(place: Place, number: Decimal) -> None:
	exact = Decimal(repr(float(number))) == number
	if not exact or number != round(number, place.decimals):
		raise PolicyError(NOT_HELD, place.path, spelled(number), place.decimals, MOST_DIGITS)


def spelled(value: Any) -> str:
	"""A value as a policy file spells it, without the zeros that say nothing: 1.20 is 1.2."""
	if isinstance(value, tuple):
		return ", ".join(f"{spelled(at)} → {spelled(to)}" for at, to in value)
	if isinstance(value, bool):
		return "true" if value else "false"
	if isinstance(value, Decimal):
		text = f"{value:f}"
		return text.rstrip("0").rstrip(".") if "." in text else text
	return str(value)


def values_of(policy: Policy) -> dict[Record, dict[str, Any]]:
	"""What the fields of each record hold under this policy, as forms and the database take it."""
	held: dict[Record, dict[str, Any]] = {}
	for place in places():
		fields, value = held.setdefault(place.record, {}), place.value(policy)
		if place.is_scale:
			fields.setdefault(SCALES, []).extend(_rows(place.name, value))
		else:
			fields[place.fieldname] = _plain(value)
	return held


def _plain(value: Any) -> Any:
	if isinstance(value, Decimal):
		return float(value)
	return str(value) if isinstance(value, StrEnum) else int(value)


def _rows(name: str, points: Iterable[tuple[Decimal, Decimal]]) -> list[dict[str, Any]]:
	criterion = str(Criterion[name.upper()])
	return [{"criterion": criterion, "at": float(at), "points": float(to)} for at, to in points]


class Difference(NamedTuple):
	"""A setting that differs between two policies."""

	place: Place
	old: str
	new: str


def differences(old: Policy, new: Policy) -> list[Difference]:
	"""The settings in which two policies differ, one for each option of a table."""
	return [
		Difference(place, spelled(place.value(old)), spelled(place.value(new)))
		for place in places()
		if place.value(old) != place.value(new)
	]
