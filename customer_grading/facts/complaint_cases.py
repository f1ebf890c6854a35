"""Complaints as they are counted (R11, step 9)."""

from collections.abc import Collection
from datetime import date

import frappe
from frappe.query_builder import DocType

from customer_grading.facts.values import money
from customer_grading.rules.complaint_statistics import Case
from customer_grading.rules.options import ComplaintStep

COMPLAINT = "Customer Complaint"
FIELDS = (
	"name",
	"raised_on",
	"closed_on",
	"step",
	"solved_in_time",
	"repeat_of",
	"cost",
	"level",
	"judgement",
	"quality_problem",
	"item_code",
	"department",
	"complainant",
	"customer",
)


def cases(company: str, start: date, end: date, among: Collection[str] | None = None) -> list[Case]:
	"""The complaints of a company that were raised, ended or still open from `start` to `end`.

	`among`: only these, by name; None for all. What is known of them is what is known today.
	"""
	table = DocType(COMPLAINT)
	touches = (table.raised_on <= end) & (table.closed_on.isnull() | (table.closed_on >= start))
	query = frappe.qb.from_(table).select(*(table[field] for field in FIELDS))
	query = query.where((table.company == company) & (table.docstatus < 2) & touches)  # noqa: PLR2004
	rows = query.run(as_dict=True)
	return [_case(row) for row in rows if among is None or row.name in among]


def _case(row: frappe._dict) -> Case:
	return Case(
		raised=row.raised_on,
		ended=row.closed_on,
		dismissed=row.step == ComplaintStep.DISMISSED,
		in_time=bool(row.solved_in_time),
		repeat=bool(row.repeat_of),
		cost=money(row.cost),
		level=row.level or "",
		judgement=row.judgement or "",
		quality_problem=row.quality_problem or "",
		item=row.item_code or "",
		department=row.department or "",
		complainant=row.complainant or "",
		customer=row.customer,
	)


def companies(until: date) -> list[str]:
	"""The companies that anybody has complained of, until a day."""
	table = DocType(COMPLAINT)
	query = frappe.qb.from_(table).select(table.company).distinct()
	return query.where((table.raised_on <= until) & (table.docstatus < 2)).run(pluck=True)  # noqa: PLR2004
