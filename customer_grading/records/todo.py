"""One open ToDo a customer at most, for the person who is to follow it up.

Ours are told from everybody else's by their names, which begin with `follow-up-`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import frappe
from frappe import _
from frappe.query_builder import DocType
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion

PREFIX = "follow-up-"


@dataclass(frozen=True, slots=True)
class Due:
	"""A follow-up that is due, as its ToDo tells of it."""

	customer: str
	customer_name: str
	grade: str
	day: date


def ours(todo: Table) -> Criterion:
	"""The condition under which a ToDo is one of ours and still open."""
	is_ours = todo.name.like(f"{PREFIX}%") & (todo.reference_type == "Customer")
	return is_ours & (todo.status == "Open")


def asked(users: Collection[str]) -> QueryBuilder:
	"""The names of the customers for whom these users have an open ToDo."""
	todo = DocType("ToDo")
	return frappe.qb.from_(todo).select(todo.reference_name).where(ours(todo) & todo.allocated_to.isin(users))


def ask(due: Due, user: str, today: date) -> bool:
	"""Make the ToDo, in the language of whoever gets it; false where today's was made already.

	The caller has locked the customer, so that of two jobs at once the second finds the ToDo of the first.
	"""
	name = _name(due.customer, today)
	if frappe.db.exists("ToDo", name):
		return False
	language = frappe.db.get_value("User", user, "language") or frappe.db.get_default("lang")
	todo = frappe.new_doc("ToDo")
	todo.update(
		{
			"allocated_to": user,
			"reference_type": "Customer",
			"reference_name": due.customer,
			"date": due.day,
			"priority": "High" if due.grade == "A" else "Medium",
			"description": _description(due, language),
		}
	)
	# The scheduler asks in the company's name; whoever runs a job by hand needs no right to assign.
	todo.flags.ignore_permissions = True
	todo.insert(set_name=name)
	return True


def _name(customer: str, today: date) -> str:
	return PREFIX + sha256(f"{customer}\0{today}".encode()).hexdigest()[:12]


def _description(due: Due, language: str | None) -> str:
	text = _("Follow up {0} (grade {1}), due on {2}.", lang=language)
	name = frappe.utils.escape_html(due.customer_name)
	return text.format(name, due.grade or "-", frappe.utils.formatdate(due.day))


def close(customer: str) -> Sequence[str]:
	"""Close what was asked for this customer, and tell which ToDos that were."""
	todo = DocType("ToDo")
	query = frappe.qb.from_(todo).select(todo.name).where(ours(todo) & (todo.reference_name == customer))
	names = query.run(pluck=True)
	for name in names:
		document = frappe.get_doc("ToDo", name)
		document.status = "Closed"
		# Whoever files the follow-up closes the ToDo with it, also one that somebody else was asked to do.
		document.save(ignore_permissions=True)
	return names
