"""Who works a customer: its account manager, else its sales team, else whoever has a role."""

from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from frappe.query_builder import DocType, Order
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion

from customer_grading.records.todo import asked

NOT_PERSONS = ("Administrator", "Guest")


def responsible(customers: Sequence[str], role: str | None) -> dict[str, str]:
	"""The user who works each customer; customers whom nobody works are left out.

	In this order: the account manager; the first of the sales team, as its rows stand, who has a user; the
	first user by name who has `role`. Users who are disabled are passed over.
	"""
	if not customers:
		return {}
	fallback = _first_with(role)
	found = dict.fromkeys(customers, fallback) if fallback else {}
	found.update(_from_sales_teams(customers))
	found.update(_account_managers(customers))
	return found


def _account_managers(customers: Sequence[str]) -> dict[str, str]:
	table, user = DocType("Customer"), DocType("User")
	query = frappe.qb.from_(table).join(user).on((user.name == table.account_manager) & (user.enabled == 1))
	return dict(query.select(table.name, user.name).where(table.name.isin(customers)).run())


def _from_sales_teams(customers: Sequence[str]) -> dict[str, str]:
	row, user = DocType("Sales Team"), DocType("User")
	person, employee = DocType("Sales Person"), DocType("Employee")
	query = (
		frappe.qb.from_(row)
		.join(person)
		.on(person.name == row.sales_person)
		.join(employee)
		.on(employee.name == person.employee)
		.join(user)
		.on((user.name == employee.user_id) & (user.enabled == 1))
		.select(row.parent, user.name)
		.where((row.parenttype == "Customer") & row.parent.isin(customers))
	)
	# The last of several values stays in a dictionary, so the first row comes last.
	return dict(query.orderby(row.parent).orderby(row.idx, order=Order.desc).run())


def _first_with(role: str | None) -> str | None:
	if not role:
		return None
	owned, user = DocType("Has Role"), DocType("User")
	found = (
		frappe.qb.from_(owned)
		.join(user)
		.on((user.name == owned.parent) & (user.enabled == 1))
		.select(user.name)
		.where((owned.parenttype == "User") & (owned.role == role) & user.name.notin(NOT_PERSONS))
		.orderby(user.name)
		.limit(1)
		.run(pluck=True)
	)
	return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Team:
	"""Some sales people: as users, and as Sales Persons, of whom not everybody has a user."""

	users: tuple[str, ...]
	persons: tuple[str, ...]

	def works(self, customer: Table) -> Criterion:
		"""The condition under which these people work a customer, or have been asked to."""
		row = DocType("Sales Team")
		sold = (
			frappe.qb.from_(row)
			.select(row.parent)
			.where((row.parenttype == "Customer") & row.sales_person.isin(self.persons or ("",)))
		)
		managed = customer.account_manager.isin(self.users)
		return managed | customer.name.isin(sold) | customer.name.isin(asked(self.users))


def myself(user: str) -> Team:
	"""The user alone."""
	return Team((user,), tuple(_persons_of(user).run(pluck=True)))


def my_team(user: str) -> Team:
	"""The user, and all who stand below in the tree of Sales Persons."""
	person, boss, employee = DocType("Sales Person"), DocType("Sales Person").as_("boss"), DocType("Employee")
	below = (
		frappe.qb.from_(person)
		.join(boss)
		.on((person.lft >= boss.lft) & (person.rgt <= boss.rgt))
		.left_join(employee)
		.on(employee.name == person.employee)
		.select(person.name, employee.user_id)
		.where(boss.name.isin(_persons_of(user)))
		.run()
	)
	users = {user, *(each for _person, each in below if each)}
	return Team(tuple(sorted(users)), tuple(name for name, _user in below))


def _persons_of(user: str) -> QueryBuilder:
	person, employee = DocType("Sales Person"), DocType("Employee")
	query = frappe.qb.from_(person).join(employee).on(employee.name == person.employee)
	return query.select(person.name).where(employee.user_id == user)
