"""The due list and the calendar: whose customers they show, and what of them."""

from datetime import date
from typing import Any

import frappe
from frappe.utils import add_days, getdate, nowdate

from customer_grading.customer_grading.report.follow_ups_due.follow_ups_due import columns, execute
from customer_grading.due import get_events
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase


def day(after: int) -> date:
	return getdate(add_days(nowdate(), after))


def due(after: int, grade: str = "B", status: str = "Active", **values: Any) -> str:
	"""A customer who is due some days after today."""
	name = make.customer(**values)
	graded = {"next_follow_up": day(after), "customer_grade": grade, "relationship_status": status}
	frappe.db.set_value("Customer", name, graded)
	return name


def listed(**filters: Any) -> list[str]:
	return [row["customer"] for row in execute(filters)[1]]


class DueCase(GradingTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.seller = make.user("Sales User")
		frappe.set_user(self.seller)

	def mine(self, after: int, **values: Any) -> str:
		frappe.set_user("Administrator")
		name = due(after, account_manager=self.seller, **values)
		frappe.set_user(self.seller)
		return name


class TestDueList(DueCase):
	def test_it_shows_what_is_due_the_most_overdue_first_then_by_grade(self) -> None:
		today_b, long_ago = self.mine(0), self.mine(-5)
		today_a, tomorrow = self.mine(0, grade="A"), self.mine(1)
		self.assertEqual(listed(), [long_ago, today_a, today_b])
		self.assertEqual(listed(until=day(1))[-1], tomorrow)

	def test_overdue_days_and_summary(self) -> None:
		self.mine(-5, grade="A")
		self.mine(0)
		_columns, rows, _message, _chart, summary = execute({})
		self.assertEqual([row["overdue"] for row in rows], [5, 0])
		self.assertEqual([each["value"] for each in summary], [2, 1, 1])
		self.assertEqual([each["indicator"] for each in summary], ["blue", "red", "green"])

	def test_mine_is_not_everybodys(self) -> None:
		frappe.set_user("Administrator")
		other = due(-1, account_manager=make.user("Sales User"))
		frappe.set_user(self.seller)
		own = self.mine(-1)
		self.assertEqual(listed(whose="Mine"), [own])
		self.assertLessEqual({own, other}, set(listed(whose="All")))

	def test_a_boss_sees_the_team(self) -> None:
		frappe.set_user("Administrator")
		boss = make.user("Sales User", "Sales Manager")
		make.sales_person(self.seller, boss=make.sales_person(boss))
		own = self.mine(-1)
		frappe.set_user(boss)
		self.assertEqual(listed(whose="My Team"), [own])
		self.assertEqual(listed(whose="Mine"), [])

	def test_disabled_customers_and_those_given_up_are_left_out(self) -> None:
		gone, lost = self.mine(-1), self.mine(-1, grade="E", status="Lost")
		frappe.db.set_value("Customer", gone, "disabled", 1)
		self.assertEqual(listed(), [])
		self.assertEqual(listed(given_up=1), [lost])

	def test_a_customer_without_a_date_is_not_due(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.set_value("Customer", due(0, account_manager=self.seller), "next_follow_up", None)
		frappe.set_user(self.seller)
		self.assertEqual(listed(), [])
		self.assertEqual(get_events(str(day(-9)), str(day(9)), "Mine"), [])

	def test_one_grade_only(self) -> None:
		self.mine(-1)
		hot = self.mine(-1, grade="A")
		self.assertEqual(listed(customer_grade="A"), [hot])

	def test_a_fenced_user_sees_nobody_else_even_under_all(self) -> None:
		own, other = self.mine(-1), self.mine(-1)
		frappe.set_user("Administrator")
		make.insert("User Permission", user=self.seller, allow="Customer", for_value=own)
		frappe.set_user(self.seller)
		for whose in ("Mine", "My Team", "All"):
			self.assertEqual(listed(whose=whose), [own])
		self.assertNotIn(other, listed(whose="All"))

	def test_the_name_has_a_column_where_it_is_not_the_id(self) -> None:
		self.addCleanup(frappe.db.set_default, "cust_master_name", "Customer Name")
		for naming, has_name in (("Customer Name", False), ("Naming Series", True)):
			frappe.db.set_default("cust_master_name", naming)
			self.assertEqual("customer_name" in [each["fieldname"] for each in columns()], has_name)


class TestCalendar(DueCase):
	def test_it_shows_the_days_between_two(self) -> None:
		self.mine(-5)
		inside = self.mine(3, grade="A")
		(event,) = get_events(str(day(0)), str(day(7)), "Mine")
		self.assertEqual((event["name"], event["next_follow_up"]), (inside, day(3)))
		self.assertEqual(event["title"], f"A · {inside}")

	def test_nobody_can_drag_a_due_date(self) -> None:
		self.mine(3)
		self.assertEqual([event["docstatus"] for event in get_events(str(day(0)), str(day(7)), "Mine")], [1])

	def test_nobody_without_permission_sees_it(self) -> None:
		frappe.set_user("Guest")
		self.assertRaises(frappe.PermissionError, get_events, str(day(0)), str(day(7)), "All")
