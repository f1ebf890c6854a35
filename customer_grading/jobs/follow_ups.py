"""Daily: whoever works a customer is asked, by a ToDo, to follow it up when that is due."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import IfNull
from frappe.utils import getdate, nowdate
from pypika.terms import ExistsCriterion, Not

from customer_grading.jobs.retry import retried
from customer_grading.records.responsible import responsible
from customer_grading.records.todo import Due, ask, ours
from customer_grading.rules.options import CustomerGrade, RelationshipStatus

BATCH = 200


def run() -> Counter[str]:
	"""Make the ToDos of today, a batch of customers a transaction; how many, and how many found nobody.

	Makes none where Grading Settings say so. Run again it makes none twice.
	"""
	counts: Counter[str] = Counter(made=0, nobody=0)
	if not frappe.db.get_single_value("Grading Settings", "make_todos"):
		return counts
	last = ""
	while batch := due(getdate(nowdate()), last):
		# A batch that is tried again counts once.
		told: Counter[str] = Counter()
		retried(lambda batch=batch, told=told: ask_for(batch, told))
		counts += told
		last = batch[-1].customer
	if counts["nobody"]:
		_tell_of_orphans(counts["nobody"])
	return counts


def _tell_of_orphans(number: int) -> None:
	advice = "Set account managers or sales teams, or a role in Grading Settings that somebody has."
	frappe.log_error(f"{number} customers are due, and nobody works them", advice)
	frappe.db.commit()


def due(today: date, after: str = "", size: int = BATCH) -> list[Due]:
	"""The next customers by name who are due and for whom nobody has been asked.

	Disabled ones are left alone, and so are those who are lost and have no need (grade E): they stay in the
	due list, but nobody is asked every day.
	"""
	table, todo = DocType("Customer"), DocType("ToDo")
	has_need = IfNull(table.customer_grade, "") != CustomerGrade.E
	worked = has_need | (IfNull(table.relationship_status, "") != RelationshipStatus.LOST)
	open_todo = (
		frappe.qb.from_(todo).select(todo.name).where(ours(todo) & (todo.reference_name == table.name))
	)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.customer_name, table.customer_grade, table.next_follow_up)
		.where((table.name > after) & (table.next_follow_up <= today) & (table.disabled == 0))
		.where(worked & Not(ExistsCriterion(open_todo)))
		.orderby(table.name)
		.limit(size)
	)
	return [Due(*row) for row in query.run()]


def ask_for(batch: Sequence[Due], counts: Counter[str]) -> None:
	"""Ask whoever works each of these customers; `counts` tells what became of it."""
	counts.clear()
	today = getdate(nowdate())
	waiting = _locked([each.customer for each in batch], today)
	role = frappe.db.get_single_value("Grading Settings", "follow_up_role")
	users = responsible(waiting, role)
	for each in batch:
		if each.customer not in waiting:
			continue
		if each.customer not in users:
			counts["nobody"] += 1
		elif ask(each, users[each.customer], today):
			counts["made"] += 1


def _locked(customers: Sequence[str], today: date) -> list[str]:
	"""Those who are still due; locked, so that nobody asks or files a follow-up for them meanwhile."""
	table = DocType("Customer")
	query = frappe.qb.from_(table).select(table.name).where(table.name.isin(customers))
	return query.where(table.next_follow_up <= today).orderby(table.name).for_update().run(pluck=True)
