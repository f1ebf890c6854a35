"""What a person assigns by hand takes effect at once, and is remembered."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import frappe
from frappe import _

from customer_grading.records import customer
from customer_grading.records.grade_change import Change, Source, record
from customer_grading.records.policy import current_policy
from customer_grading.records.proposal import tier_values
from customer_grading.rules.options import (
	CreditTier,
	CustomerCategory,
	CustomerGrade,
	Graded,
	StrEnum,
	ValueClass,
)
from customer_grading.rules.policy_file import fingerprint

VALUES: dict[Graded, type[StrEnum]] = {
	Graded.CREDIT_TIER: CreditTier,
	Graded.VALUE_CLASS: ValueClass,
	Graded.CUSTOMER_CATEGORY: CustomerCategory,
	Graded.CUSTOMER_GRADE: CustomerGrade,
}
"""What may be assigned, and to which values."""

CREDIT_ROLES = ("Credit Controller", "Sales Master Manager")
ROLES: dict[Graded, tuple[str, ...]] = {
	Graded.CREDIT_TIER: CREDIT_ROLES,
	Graded.VALUE_CLASS: CREDIT_ROLES,
	Graded.CUSTOMER_CATEGORY: (*CREDIT_ROLES, "Sales Manager"),
	Graded.CUSTOMER_GRADE: (*CREDIT_ROLES, "Sales Manager"),
}
"""Who may assign what."""


class UnknownValueError(frappe.ValidationError):
	"""A value that the thing assigned cannot take."""


def value_of(what: Graded, typed: str) -> StrEnum:
	"""What was typed as the value that it means, in any case and in the reader's language.

	Raises UnknownValueError with the values that there are.
	"""
	kind = VALUES[what]
	known = {name.casefold(): value for value in kind for name in (value, _(value), _told(value))}
	found = known.get(typed.strip().casefold())
	if found is None:
		message = _("{0} cannot be {1}. It can be one of these: {2}.")
		options = ", ".join(map(_told, kind))
		frappe.throw(
			message.format(_(what), frappe.bold(frappe.utils.escape_html(typed)), options),
			UnknownValueError,
			title=_("Unknown Value"),
		)
	return found


def _told(value: str) -> str:
	"""A value as the Customer shows it."""
	return _(value, context="Customer")


def may_assign(what: Graded, user: str) -> bool:
	"""Whether a user holds one of the roles that may assign this."""
	return user == "Administrator" or bool(set(ROLES[what]) & set(frappe.get_roles(user)))


def assign(change: Change, source: Source, day: date, follows: Mapping[str, Any]) -> None:
	"""Set the value on the customer and remember it, with the policy of the day.

	`follows`: what else of the customer follows from the value, by field.
	"""
	values: dict[str, Any] = {**follows, change.what.field: change.new}
	if change.what is Graded.CREDIT_TIER:
		values = tier_values(change.new, day)
	customer.write({change.customer: values})
	record([change], source._replace(fingerprint=fingerprint(current_policy())), day)
