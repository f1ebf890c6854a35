"""How customers stand graded, as the Customer documents say it; and what of it has changed."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import frappe

from customer_grading.rules.options import (
	CreditTier,
	CustomerCategory,
	CustomerGrade,
	DealStatus,
	FollowUpCadence,
	Importance,
	Need,
	StrEnum,
	Urgency,
	ValueClass,
)
from customer_grading.rules.regrade import Standing

NAMES: tuple[str, ...] = tuple(field.name for field in fields(Standing))


def _option(kind: type[StrEnum]) -> Callable[[Any], StrEnum | None]:
	known = {member.value: member for member in kind}
	return known.get


READ: dict[str, Callable[[Any], Any]] = {
	"customer_grade": _option(CustomerGrade),
	"follow_up_cadence": _option(FollowUpCadence),
	"need": _option(Need),
	"deal_status": _option(DealStatus),
	"importance": _option(Importance),
	"urgency": _option(Urgency),
	"value_class": _option(ValueClass),
	"value_score": lambda score: Decimal(str(score or 0)),
	"value_provisional": bool,
	"credit_tier": _option(CreditTier),
	"credit_tier_provisional": bool,
	"credit_tier_candidate": _option(CreditTier),
	"credit_tier_held": lambda held: held or 0,
	"customer_category": _option(CustomerCategory),
}
"""How a value of the database becomes one of the rules; dates are what they are."""


class Kept(NamedTuple):
	"""A customer's standing, its last follow-up, and when the document was last changed."""

	standing: Standing
	last_follow_up: Any
	modified: datetime


def standings(names: Collection[str]) -> dict[str, Kept]:
	"""How these customers stand, by name; disabled ones are left out."""
	table = frappe.qb.DocType("Customer")
	query = frappe.qb.from_(table).select(table.name, table.modified, table.last_follow_up)
	query = query.select(*(table[name] for name in NAMES))
	query = query.where(table.name.isin(list(names)) & (table.disabled == 0))
	return {row["name"]: _kept(row) for row in query.run(as_dict=True)}


def _kept(row: Mapping[str, Any]) -> Kept:
	values = {name: READ[name](row[name]) if name in READ else row[name] for name in NAMES}
	return Kept(Standing(**values), row["last_follow_up"], row["modified"])


def changed(before: Standing, after: Standing) -> dict[str, Any]:
	"""The fields that differ, with their new values as the database takes them."""
	return dict(_changed(before, after))


def _changed(before: Standing, after: Standing) -> Iterator[tuple[str, Any]]:
	for name in NAMES:
		value = getattr(after, name)
		if value != getattr(before, name):
			yield name, str(value) if isinstance(value, StrEnum) else value
