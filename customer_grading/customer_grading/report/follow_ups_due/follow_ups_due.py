"""The work list of those who follow customers up: who is due, the most overdue first."""

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from customer_grading.due import Whose, customers_due, is_given_up

Row = dict[str, Any]


def execute(filters: dict[str, Any] | None = None) -> tuple[list[Row], list[Row], None, None, list[Row]]:
	"""Columns, rows and the summary for Frappe; filters `whose`, `until`, `customer_grade`, `given_up`."""
	chosen, today = filters or {}, getdate(nowdate())
	grade = chosen.get("customer_grade")
	only = [["Customer", "customer_grade", "=", grade]] if grade else []
	until = getdate(chosen.get("until") or today)
	due = customers_due(chosen.get("whose") or Whose.MINE, until, filters=only, limit=0)
	rows = [_row(customer, today) for customer in due if chosen.get("given_up") or not is_given_up(customer)]
	return columns(), rows, None, None, summary(rows)


def _row(customer: frappe._dict, today: date) -> Row:
	return {**customer, "customer": customer.name, "overdue": max(0, (today - customer.next_follow_up).days)}


def summary(rows: list[Row]) -> list[Row]:
	"""How many are overdue, and how many of them stand before a deal."""
	overdue = sum(row["overdue"] > 0 for row in rows)
	hot = sum(row["customer_grade"] == "A" for row in rows)
	return [
		_number(_("Follow-ups Due"), len(rows), "blue"),
		_number(_("Overdue"), overdue, "red" if overdue else "green"),
		_number(_("Grade A"), hot, "green"),
	]


def _number(label: str, value: int, indicator: str) -> Row:
	return {"label": label, "value": value, "indicator": indicator, "datatype": "Int"}


def columns() -> list[Row]:
	"""What a salesperson needs to pick up the telephone, and the button for afterwards."""
	by_name = frappe.defaults.get_global_default("cust_master_name") == "Customer Name"
	return [
		_column("customer", _("Customer"), 180, "Link", "Customer"),
		*([] if by_name else [_column("customer_name", _("Customer Name"), 180)]),
		_column("customer_grade", _("Grade"), 70),
		_column("next_follow_up", _("Next Follow-up"), 140, "Date"),
		_column("overdue", _("Days Overdue"), 130, "Int"),
		_column("file", _("Follow Up"), 110),
		_column("need", _("Need"), 90),
		_column("expected_close", _("Expected Close"), 140, "Date"),
		_column("last_follow_up", _("Last Follow-up"), 140, "Date"),
		_column("mobile_no", _("Mobile No"), 130),
		_column("account_manager", _("Account Manager"), 160, "Link", "User"),
		_column("relationship_status", _("Relationship Status"), 160),
	]


def _column(name: str, label: str, width: int, kind: str = "Data", options: str | None = None) -> Row:
	return {"fieldname": name, "label": label, "fieldtype": kind, "options": options, "width": width}
