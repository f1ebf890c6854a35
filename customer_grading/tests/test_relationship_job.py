"""Active, inactive or lost: every day, by the days without an order or contact."""

from datetime import date

import frappe
from frappe.utils import add_days, getdate, nowdate

from customer_grading.facts.contact import last_touches
from customer_grading.facts.selection import Selection
from customer_grading.jobs import relationship
from customer_grading.records.grade_change import Change
from customer_grading.rules.options import Graded
from customer_grading.rules.policy import Policy
from customer_grading.tests import factories as make
from customer_grading.tests.base import CommittingTestCase, GradingTestCase, delete

POLICY = Policy.default()


def ago(days: int) -> date:
	return getdate(add_days(nowdate(), -days))


def known_since(days: int, **values: object) -> str:
	"""A customer that was filed some days ago."""
	name = make.customer(**values)
	frappe.db.set_value("Customer", name, "creation", ago(days), update_modified=False)
	return name


def status(customer: str) -> str | None:
	return frappe.db.get_value("Customer", customer, "relationship_status")


def renew(*customers: str) -> list[Change]:
	found: list[Change] = []
	relationship.renew(Selection.of(*customers), ago(0), POLICY, found)
	return found


class TestLastTouch(GradingTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.customer = known_since(500)

	def touched(self) -> date:
		return last_touches(Selection.of(self.customer), ago(0))[self.customer]

	def test_without_any_it_is_the_day_on_which_the_customer_was_filed(self) -> None:
		self.assertEqual(self.touched(), ago(500))

	def test_each_later_touch_moves_it(self) -> None:
		for days, touch in (
			(90, make.communication),
			(80, lambda buyer, day: make.order(buyer, 10, day)),
			(70, lambda buyer, day: make.invoice(buyer, 10, day)),
			(60, make.follow_up),
			(50, make.opportunity),
		):
			with self.subTest(days=days):
				touch(self.customer, ago(days))
				self.assertEqual(self.touched(), ago(days))

	def test_drafts_returns_cancelled_orders_and_days_to_come_are_no_touch(self) -> None:
		invoice = make.invoice(self.customer, 10, ago(100))
		make.credit_note(invoice, ago(5))
		make.draft_order(self.customer, 10, ago(4)).insert()
		make.order(self.customer, 10, ago(3)).cancel()
		self.assertEqual(self.touched(), ago(100))
		make.order(self.customer, 10, ago(2))
		self.assertEqual(last_touches(Selection.of(self.customer), ago(3))[self.customer], ago(100))

	def test_disabled_customers_are_left_out(self) -> None:
		frappe.db.set_value("Customer", self.customer, "disabled", 1)
		self.assertEqual(last_touches(Selection.of(self.customer), ago(0)), {})


class TestStatus(GradingTestCase):
	def test_bounds_are_inclusive(self) -> None:
		for days, expected in (
			(0, "Active"),
			(90, "Active"),
			(91, "Inactive"),
			(365, "Inactive"),
			(366, "Lost"),
		):
			with self.subTest(days=days):
				name = known_since(days)
				renew(name)
				self.assertEqual(status(name), expected)

	def test_only_changes_are_written_and_told(self) -> None:
		name = known_since(100)
		(change,) = renew(name)
		self.assertEqual((change.what, change.old, change.new), (Graded.RELATIONSHIP_STATUS, "", "Inactive"))
		modified = frappe.db.get_value("Customer", name, "modified")
		self.assertEqual(renew(name), [])
		self.assertEqual(frappe.db.get_value("Customer", name, "modified"), modified)
		self.assertEqual(frappe.db.count("Grade Change", {"customer": name}), 1)

	def test_a_lost_customer_who_talks_again_is_active_and_history_tells_both(self) -> None:
		name = known_since(400)
		renew(name)
		make.follow_up(name, ago(0))
		renew(name)
		rows = frappe.get_all(
			"Grade Change",
			filters={"customer": name, "what": "Relationship Status"},
			fields=["from_value", "to_value"],
			order_by="creation",
		)
		self.assertEqual([tuple(row.values()) for row in rows], [("", "Lost"), ("Lost", "Active")])

	def test_history_says_why(self) -> None:
		name = known_since(400)
		renew(name)
		told = frappe.get_last_doc("Grade Change", {"customer": name}).explanation
		self.assertEqual(told, f"The last order or contact was on {ago(400)}, 400 days ago, more than 365.")


class TestTheJob(CommittingTestCase):
	def test_it_reaches_every_customer_and_changes_nothing_when_run_again(self) -> None:
		name = known_since(400)
		frappe.db.commit()
		self.addCleanup(delete, "Customer", name)
		self.assertGreaterEqual(relationship.run(), 1)
		self.assertEqual(status(name), "Lost")
		self.assertEqual(relationship.run(), 0)
		frappe.db.delete("Grade Change", {"customer": name})
