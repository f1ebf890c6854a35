"""What is known of complaints: their signs (R12), the invoices they dispute (R6), how they weigh (R4)."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count
from frappe.utils import cint, getdate
from pypika.queries import QueryBuilder

from customer_grading.facts.selection import Selection
from customer_grading.facts.values import ZERO, money
from customer_grading.rules.complaint import ComplaintFacts, level_to_sign
from customer_grading.rules.complaint_steps import StepFacts
from customer_grading.rules.options import (
	Blame,
	Complainant,
	ComplaintStep,
	Opinion,
	QualityProblem,
	SatisfactionLevel,
	TalkOutcome,
	Tone,
)
from customer_grading.rules.policy import SatisfactionPolicy

COMPLAINT = "Customer Complaint"
FLAGS = {
	"named_reason": "names_reason",
	"charges_unclear": "charges_unclear",
	"stops_use": "stops_use",
	"lack_of_skill": "lack_of_skill",
	"threatens_publicity": "threatens_publicity",
	"refuses_repair": "refuses_repair",
	"injury": "injury",
	"whole_batch": "whole_batch",
	"safety": "safety",
	"handling_failed": "handling_failed",
	"outsiders_involved": "outsiders_involved",
}
"""What the rules call a sign, and the field that tells it."""
NUMBERS = ("times_in_month", "parts_days", "repairs_in_month")
SIGNS = (
	*FLAGS.values(),
	*NUMBERS,
	"complainant",
	"quality_problem",
	"tone",
	"loss",
	"raised_on",
	"executed_on",
	"step",
)
"""The fields from which the level follows."""
WORK = (
	"name",
	"customer",
	"subject",
	"level",
	"proposed_level",
	"overruled_level",
	"plan_round",
	"signatures_missing",
	"step_since",
	"step_due",
	"due_on",
	"overdue_told",
)
"""What else the re-assessment reads."""
MONTH_DAYS = 30


def signs(complaint: Mapping[str, Any], day: date) -> ComplaintFacts:
	"""What the rules ask of a complaint, as known on `day`: a document, or a row with the fields SIGNS."""
	step = ComplaintStep(complaint.get("step") or ComplaintStep.RAISED)
	flags = {sign: bool(cint(complaint.get(name))) for sign, name in FLAGS.items()}
	numbers = {name: cint(complaint.get(name)) for name in NUMBERS}
	return ComplaintFacts(
		complainant=Complainant(complaint.get("complainant") or Complainant.ORDINARY),
		quality=QualityProblem(complaint.get("quality_problem") or QualityProblem.NONE),
		hostile=complaint.get("tone") == Tone.HOSTILE,
		loss=money(complaint.get("loss")),
		days_open=days_open(complaint, day),
		solved=step.is_solved,
		**flags,
		**numbers,
	)


def days_open(complaint: Mapping[str, Any], day: date) -> int:
	"""Days from the complaint to its solution, or to `day` while there is none."""
	last = complaint.get("executed_on") or complaint.get("closed_on") or day
	return max(0, (getdate(last) - getdate(complaint.get("raised_on") or day)).days)


def open_after(name: str, size: int) -> list[frappe._dict]:
	"""The next open complaints by name with SIGNS and WORK, locked until the transaction ends."""
	table = DocType(COMPLAINT)
	query = frappe.qb.from_(table).select(*(table[field] for field in (*WORK, *SIGNS)))
	query = query.where((table.is_open == 1) & (table.docstatus < 2) & (table.name > name))  # noqa: PLR2004
	return query.orderby(table.name).limit(size).for_update().run(as_dict=True)


def earlier(customer: str, item: str | None, day: date, besides: str | None) -> list[str]:
	"""The customer's other complaints of an item up to `day`, but for dismissed ones, the last first."""
	if not item:
		return []
	filters = {
		"customer": customer,
		"item_code": item,
		"raised_on": ("<=", day),
		"step": ("!=", ComplaintStep.DISMISSED),
		"name": ("!=", besides or ""),
		"docstatus": ("<", 2),
	}
	return frappe.get_all(COMPLAINT, filters=filters, pluck="name", order_by="raised_on desc, creation desc")


def in_month(names: Collection[str], day: date) -> int:
	"""How many of these complaints were raised within the month up to `day`."""
	since = frappe.utils.add_days(day, -MONTH_DAYS)
	filters = {"name": ("in", list(names) or [""]), "raised_on": (">", since)}
	return frappe.db.count(COMPLAINT, filters)


def crisis(customer: str) -> list[str]:
	"""The customer's open complaints of level G, the oldest first: for the order desk's headline."""
	filters = {"customer": customer, "is_open": 1, "level": SatisfactionLevel.G, "docstatus": ("<", 2)}
	return frappe.get_all(COMPLAINT, filters=filters, pluck="name", order_by="raised_on, name")


def open_on(invoices: Collection[str]) -> dict[str, list[str]]:
	"""The open complaints on these Sales Invoices whose problem was confirmed, by invoice."""
	filters = {"sales_invoice": ("in", list(invoices) or [""]), "is_open": 1, "docstatus": 1}
	rows = frappe.get_all(COMPLAINT, filters=filters, fields=["name", "sales_invoice"], order_by="name")
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.sales_invoice, []).append(row.name)
	return found


def weights(
	selection: Selection, since: date, day: date, policy: SatisfactionPolicy
) -> dict[str, Decimal] | None:
	"""By customer: complaints of a time that we are to blame for, weighted by level (R4); both days count.

	None where nobody records complaints: then none of them is no sign that a customer has been served well.
	"""
	if not _are_recorded(day):
		return None
	found: dict[str, Decimal] = {}
	for customer, level, number in _blamed(selection, since, day).run():
		weight = number * policy.complaint_weights[SatisfactionLevel(level)]
		found[customer] = found.get(customer, ZERO) + weight
	return found


def _blamed(selection: Selection, since: date, day: date) -> QueryBuilder:
	table = DocType(COMPLAINT)
	ours = (table.blame == Blame.US) & (table.docstatus == 1) & (table.step != ComplaintStep.DISMISSED)
	recent = (table.raised_on >= since) & (table.raised_on <= day) & table.level.isin(list(SatisfactionLevel))
	return (
		frappe.qb.from_(table)
		.select(table.customer, table.level, Count("*"))
		.where(ours & recent & selection.among(table.customer))
		.groupby(table.customer, table.level)
	)


def _are_recorded(day: date) -> bool:
	return bool(frappe.db.exists(COMPLAINT, {"docstatus": 1, "raised_on": ("<=", day)}))


def step_facts(complaint: Document, start: ComplaintStep, opinion: Opinion | None, is_own: bool) -> StepFacts:
	"""What a step may need to know of a complaint as it is about to be saved (R11)."""
	talks = sorted(complaint.talks, key=lambda talk: getdate(talk.talk_date))
	last = talks[-1] if talks else None
	return StepFacts(
		level=level_to_sign(complaint.level or "", complaint.overruled_level),
		evidence=sum(bool(row.file or _said(row.remark)) for row in complaint.evidence),
		has_dismissal_reason=_said(complaint.dismissal_reason),
		has_judgement=bool(complaint.judgement) and _said(complaint.judgement_reason),
		plan=len(complaint.plan),
		plan_incomplete=sum(not (row.department and row.due_date) for row in complaint.plan),
		plan_open=sum(not row.done_on for row in complaint.plan),
		talks=len(talks),
		last_talk=last and getdate(last.talk_date),
		last_outcome=last and TalkOutcome(last.outcome),
		approved_on=complaint.approved_on and getdate(complaint.approved_on),
		opinion=opinion,
		is_own=is_own,
		signatures_missing=cint(complaint.signatures_missing),
		in_court=start is ComplaintStep.LITIGATION,
		has_court=_said(complaint.court) and bool(complaint.filed_on),
		has_court_outcome=bool(complaint.court_outcome and complaint.decided_on),
		has_solution=_said(complaint.solution),
		has_blame=bool(complaint.blame),
	)


def _said(text: str | None) -> bool:
	"""Whether a text says anything."""
	return any(map(str.isalnum, text or ""))
