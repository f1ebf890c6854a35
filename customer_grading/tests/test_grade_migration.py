from datetime import timedelta

import frappe

from customer_grading.customer_grading.report.grade_migration.grade_migration import Moves, execute, moves
from customer_grading.records.assignment import assign
from customer_grading.records.grade_change import Change, Source
from customer_grading.rules.options import Graded
from customer_grading.tests import factories as make
from customer_grading.tests.regrade_case import RegradeTestCase, today, user_with

TIER = Graded.CREDIT_TIER
SPANS = ((30, 0), (50, 0), (30, 10))
"""From so many days ago to so many."""


class TestGradeMigration(RegradeTestCase):
	"""Who stood where on the first and on the last day, found by walking back through the history."""

	def setUp(self) -> None:
		super().setUp()
		self.buyer = make.customer()
		self.before = {span: self.counted(*span) for span in SPANS}
		self.move("", "B", days_ago=40)
		self.move("B", "C", days_ago=20)
		self.move("C", "A", days_ago=2)

	def move(self, old: str, new: str, days_ago: int) -> None:
		source = Source("Grade Assignment", f"{self.buyer} {new}")
		assign(Change(self.buyer, TIER, old, new), source, today() - timedelta(days=days_ago), {})

	def counted(self, first: int, last: int) -> Moves:
		return moves(TIER, today() - timedelta(days=first), today() - timedelta(days=last))

	def found(self, *span: int) -> list[tuple[str, str]]:
		"""What the history of this test's customer adds, from so many days ago to so many."""
		return list(self.counted(*span) - self.before[span])

	def test_a_customer_is_counted_from_where_it_stood_to_where_it_came(self) -> None:
		self.assertEqual(self.found(30, 0), [("B", "A")])
		self.assertEqual(self.found(50, 0), [("", "A")])

	def test_what_came_after_the_last_day_is_not_told(self) -> None:
		self.assertEqual(self.found(30, 10), [("B", "C")])

	def test_the_report_has_a_row_for_each_value_before_and_sums_them_up(self) -> None:
		filters = {"what": TIER, "from_date": today() - timedelta(days=30), "to_date": today()}
		columns, rows, _message, chart = execute(filters)
		self.assertEqual([column["fieldname"] for column in columns][:3], ["before", "to_a", "to_b"])
		self.assertGreaterEqual(next(row for row in rows if row["before"] == "B")["to_a"], 1)
		self.assertEqual(sum(row["to_total"] for row in rows), frappe.db.count("Customer"))
		self.assertEqual([each["name"] for each in chart["data"]["datasets"]], ["Before", "After"])

	def test_a_period_that_ends_before_it_begins_is_refused(self) -> None:
		filters = {"what": TIER, "from_date": today(), "to_date": today() - timedelta(days=1)}
		with self.assertRaisesRegex(frappe.ValidationError, "From Date must not be after To Date."):
			execute(filters)

	def test_who_may_not_see_credit_is_refused_the_tiers_and_told_the_grades(self) -> None:
		frappe.set_user(user_with("Accounts User"))
		with self.assertRaisesRegex(frappe.PermissionError, "You may not see credit figures"):
			moves(TIER, today(), today())
		self.assertTrue(moves(Graded.CUSTOMER_GRADE, today(), today()))

	def test_a_sales_manager_is_told_the_tiers_that_stand(self) -> None:
		frappe.set_user(user_with("Sales Manager"))
		self.assertEqual(self.found(30, 0), [("B", "A")])
