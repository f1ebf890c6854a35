"""Where a customer stands for those who work it: read under lock, written with its history."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import frappe

from customer_grading.records.customer import write
from customer_grading.records.grade_change import Change, Source, held, record
from customer_grading.rules.follow_up import FollowUpState
from customer_grading.rules.options import CustomerGrade, Graded, StrEnum


@dataclass(frozen=True, slots=True)
class Worked:
	"""How a customer stood before: locked until the transaction ends, so that two follow-ups come in turn."""

	customer: str
	customer_grade: str
	last_follow_up: date | None
	importance: str
	held: bool
	"""Whether a person gave the grade, and rules do not overwrite it yet."""

	@property
	def held_grade(self) -> CustomerGrade | None:
		"""The grade that stays, whatever rules find."""
		return CustomerGrade(self.customer_grade) if self.held and self.customer_grade else None


READ = tuple(field.name for field in fields(Worked) if field.name not in ("customer", "held"))


def locked(customer: str, day: date) -> Worked:
	"""How the customer stands, with its row locked. Throws DoesNotExistError where there is none."""
	row = frappe.db.get_value("Customer", customer, READ, as_dict=True, for_update=True)
	if not row:
		frappe.throw(
			frappe._("There is no customer {0}.").format(frappe.bold(frappe.utils.escape_html(customer))),
			frappe.DoesNotExistError,
		)
	kept = (customer, Graded.CUSTOMER_GRADE) in held([customer], day)
	return Worked(customer, row.customer_grade or "", row.last_follow_up, row.importance or "", kept)


def stand(before: Worked, state: FollowUpState, source: Source, day: date, last: date | None = None) -> None:
	"""Write a state to its customer, and a line of history where the grade changes.

	`last` is the day of a follow-up that was just filed. A customer's importance, once found, is left to the
	regrade, which compares customers.
	"""
	values = _values(state)
	if before.importance:
		del values["importance"]
	write({before.customer: {**values, **({"last_follow_up": last} if last else {})}})
	if state.grade != before.customer_grade:
		change = Change(
			before.customer, Graded.CUSTOMER_GRADE, before.customer_grade, str(state.grade), state.reasons
		)
		record([change], source, day)


def _values(state: FollowUpState) -> dict[str, Any]:
	found = {
		"customer_grade": state.grade,
		"follow_up_cadence": state.cadence,
		"next_follow_up": state.next_date,
		"need": state.need,
		"expected_close": state.expected_close,
		"deal_status": state.deal_status,
		"importance": state.importance,
		"urgency": state.urgency,
	}
	return {name: str(value) if isinstance(value, StrEnum) else value for name, value in found.items()}
