"""Whose follow-ups are due when: for the due list and the calendar."""

from datetime import date
from typing import Any

import frappe
from frappe.query_builder import DocType
from frappe.utils import getdate

from customer_grading.records.responsible import Team, my_team, myself
from customer_grading.rules.options import CustomerGrade, RelationshipStatus, StrEnum


class Whose(StrEnum):
	"""Of whom a list of customers is."""

	MINE = "Mine"
	TEAM = "My Team"
	ALL = "All"


FIELDS = (
	"name",
	"customer_name",
	"customer_grade",
	"follow_up_cadence",
	"last_follow_up",
	"next_follow_up",
	"need",
	"expected_close",
	"relationship_status",
	"account_manager",
	"mobile_no",
)
MOST_EVENTS = 2000


def customers_due(whose: str, until: date, since: date | None = None, **more: Any) -> list[frappe._dict]:
	"""The customers that fall due in a time, of those that the user may read, the earliest first.

	`whose`: Mine, My Team (in the tree of Sales Persons) or All. `more` is handed to `frappe.get_list`.
	"""
	filters: list[list[Any]] = [
		# Frappe takes an empty date for one long past.
		["Customer", "next_follow_up", "is", "set"],
		["Customer", "next_follow_up", "<=", until],
		["Customer", "disabled", "=", 0],
		*more.pop("filters", ()),
	]
	if since:
		filters.append(["Customer", "next_follow_up", ">=", since])
	team = _team(whose)
	if team is not None:
		filters.append(["Customer", "name", "in", _worked_by(team, until) or [""]])
	return frappe.get_list(
		"Customer",
		filters=filters,
		fields=list(FIELDS),
		order_by="next_follow_up, customer_grade, name",
		**more,
	)


def _team(whose: str) -> Team | None:
	user = frappe.session.user
	if whose == Whose.ALL:
		return None
	return my_team(user) if whose == Whose.TEAM else myself(user)


def _worked_by(team: Team, until: date) -> list[str]:
	table = DocType("Customer")
	query = frappe.qb.from_(table).select(table.name).where(table.next_follow_up <= until)
	return query.where(team.works(table)).run(pluck=True)


def is_given_up(customer: frappe._dict) -> bool:
	"""Whether a customer is lost and has no need either, so that nobody is asked to follow it up."""
	lost = customer.relationship_status == RelationshipStatus.LOST
	return lost and customer.customer_grade == CustomerGrade.E


@frappe.whitelist()
def get_events(start: str, end: str, whose: str = Whose.ALL) -> list[dict[str, Any]]:
	"""The follow-ups that are due between two days, for the calendar; of customers that the user may read."""
	frappe.has_permission("Customer", "read", throw=True)
	found = customers_due(whose, getdate(end), getdate(start), limit=MOST_EVENTS)
	return [_event(customer) for customer in found]


def _event(customer: frappe._dict) -> dict[str, Any]:
	return {
		"name": customer.name,
		"title": f"{customer.customer_grade or '-'} · {customer.customer_name}",
		"next_follow_up": customer.next_follow_up,
		"customer_grade": customer.customer_grade,
		"allDay": 1,
		# The calendar lets nobody drag what is submitted, and a due date is moved by a follow-up only.
		"docstatus": 1,
	}
