"""The report of what the order desk refused and held, by reason, and what has become of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.desk.query_report import run

from customer_grading.customer_grading.report.refused_and_held_orders.refused_and_held_orders import execute
from customer_grading.gate.short import short
from customer_grading.records.credit_decision import record
from customer_grading.rules.options import Await, CreditTier, Door, Mode, Outcome
from customer_grading.rules.order import (
	NO_CREDIT,
	OVERDUE,
	PAY_BEFORE_DELIVERY,
	Decision,
	OrderTerms,
	Requirement,
)
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.decision_case import decided, draft
from customer_grading.tests.regrade_case import today, user_with

RELEASE = "Credit Release"
REFUSED = Decision(Outcome.REFUSE, (OVERDUE.because(Decimal(100), 40),))
NO_LIMIT = Decision(Outcome.REFUSE, (NO_CREDIT.because(Decimal(80)),))
HELD = Decision(
	Outcome.HOLD,
	(PAY_BEFORE_DELIVERY.because(CreditTier.C, Decimal(70)),),
	(Requirement(Await.ADVANCE, Decimal(70)),),
)


class TestRefusedAndHeldOrders(GradingTestCase):
	def setUp(self) -> None:
		super().setUp()
		frappe.db.delete("Credit Decision")
		self.company = make.first_company()
		self.buyer = make.customer()

	def run_report(self, **filters: Any) -> tuple[Any, ...]:
		day = str(today())
		return execute({"company": self.company, "from_date": day, "to_date": day, **filters})

	def rows(self, **filters: Any) -> list[dict[str, Any]]:
		return [row for row in self.run_report(**filters)[1] if row["indent"]]

	def became(self, **filters: Any) -> list[str]:
		return [row["became_value"] for row in self.rows(**filters)]

	def decide(self, amount: int = 500, decision: Decision = REFUSED, **changes: Any) -> Any:
		order = changes.pop("order", None) or draft(self.buyer)
		terms = OrderTerms(Decimal(amount), 0)
		record(decided(order, terms=terms, decision=decision, **changes))
		return order

	def test_by_reason_with_the_value_of_each(self) -> None:
		first, second, third = (
			self.decide(),
			self.decide(decision=NO_LIMIT, amount=900),
			self.decide(amount=60),
		)
		found = [
			(row.get("reason"), row.get("documents"), row.get("reference_name"), row["amount"])
			for row in self.run_report()[1]
		]
		self.assertEqual(
			found,
			[
				(short("order_no_credit"), 1, None, 900),
				(None, None, second.name, 900),
				(short("order_overdue"), 2, None, 560),
				(None, None, third.name, 60),
				(None, None, first.name, 500),
			],
		)

	def test_a_row_tells_what_was_decided_and_why(self) -> None:
		order = self.decide(door=Door.UPDATE)
		(row,) = self.rows()
		self.assertEqual((row["customer"], row["reference_name"]), (self.buyer, order.name))
		self.assertEqual(
			(row["outcome"], row["door"], row["user"]), ("Refuse", "Update Items", "Administrator")
		)
		currency = frappe.db.get_value("Company", self.company, "default_currency")
		overdue = frappe.utils.fmt_money(100, currency=currency)
		self.assertEqual(
			row["explanation"], f"{overdue} is overdue, the oldest for 40 days; that stops new credit."
		)
		self.assertEqual(row["currency"], frappe.db.get_value("Company", self.company, "default_currency"))

	def test_what_was_tried_several_times_counts_once_as_it_was_decided_last(self) -> None:
		order = self.decide()
		self.decide(order=order, amount=400)
		self.decide(order=order, amount=300, decision=NO_LIMIT)
		(row,) = self.rows()
		self.assertEqual((row["amount"], row["tries"], row["code"]), (300, 3, "order_no_credit"))

	def test_each_door_counts_by_itself(self) -> None:
		order = self.decide()
		self.decide(order=order, door=Door.DELIVERY)
		self.assertEqual(len(self.rows()), 2)

	def test_a_refused_order_is_still_a_draft_or_was_submitted_cancelled_or_deleted(self) -> None:
		draft_, submitted, cancelled, deleted = (self.decide(amount=amount) for amount in (4, 3, 2, 1))
		submitted.db_set("docstatus", 1)
		cancelled.db_set("docstatus", 2)
		deleted.delete()
		shown = {row["reference_name"]: row["became_value"] for row in self.rows()}
		self.assertEqual(
			[shown[each.name] for each in (draft_, submitted, cancelled, deleted)],
			["Still draft", "Submitted later", "Cancelled", "Deleted"],
		)

	def test_a_released_one_is_told_as_such(self) -> None:
		order = self.decide()
		order.db_set("docstatus", 1)
		frappe.get_doc(
			{
				"doctype": RELEASE,
				"name": "CR-test",
				"reference_doctype": "Sales Order",
				"reference_name": order.name,
				"reference_created_on": order.creation,
				"status": "Used",
			}
		).db_insert()
		self.assertEqual(self.became(), ["Released"])

	def test_a_held_order_is_held_until_its_goods_may_go(self) -> None:
		order = self.decide(decision=HELD)
		order.db_set({"docstatus": 1, "credit_outcome": "Hold"})
		self.assertEqual(self.became(), ["Still held"])
		order.db_set("credit_outcome", "Allow")
		self.assertEqual(self.became(), ["No longer held"])

	def test_another_order_that_was_given_the_name_is_not_told_of(self) -> None:
		refused = self.decide(amount=900)
		frappe.db.set_value("Sales Order", refused.name, {"customer": make.customer(), "docstatus": 1})
		self.assertEqual(self.became(), ["Deleted"])

	def test_nor_one_of_the_same_customer_that_was_made_later(self) -> None:
		refused = self.decide()
		refused.db_set("docstatus", 1)
		yesterday = today() - timedelta(days=1)
		for made, became in ((refused.creation, "Submitted later"), (yesterday, "Deleted")):
			of_buyer = {"customer": self.buyer}
			frappe.db.set_value("Credit Decision", of_buyer, "reference_created_on", made)
			self.assertEqual(self.became(), [became])

	def test_refusals_of_two_customers_by_one_name_are_two(self) -> None:
		order = self.decide()
		namesake = frappe.copy_doc(order).update({"name": order.name, "customer": make.customer()})
		self.decide(order=namesake, amount=70)
		self.assertEqual(sorted(row["amount"] for row in self.rows()), [70, 500])

	def test_of_a_refused_change_the_order_stands(self) -> None:
		order = self.decide(door=Door.REOPEN)
		order.db_set("docstatus", 1)
		self.assertEqual(self.became(), ["Change refused"])

	def test_what_was_allowed_or_only_tried_is_left_out(self) -> None:
		self.decide(decision=Decision(Outcome.ALLOW, ()))
		self.decide(mode=Mode.SHADOW)
		self.assertEqual(self.rows(), [])
		self.assertEqual(len(self.rows(mode="Shadow")), 1)

	def test_filters(self) -> None:
		self.decide()
		other = make.customer()
		held = self.decide(order=draft(other), decision=HELD, door=Door.DELIVERY)
		held.db_set({"docstatus": 1, "credit_outcome": "Hold"})
		for filters in (
			{"customer": other},
			{"door": "Delivery Note"},
			{"outcome": "Hold"},
			{"became": "Still held"},
		):
			with self.subTest(filters):
				self.assertEqual([row["reference_name"] for row in self.rows(**filters)], [held.name])
		tomorrow = str(today() + timedelta(days=1))
		self.assertEqual(self.rows(from_date=tomorrow, to_date=tomorrow), [])
		self.assertEqual(self.rows(company=make.SECOND_COMPANY), [])

	def test_days_count_as_a_whole(self) -> None:
		self.decide()
		late = f"{today()} 23:59:59.9"
		frappe.db.set_value("Credit Decision", {"customer": self.buyer}, "decided_on", late)
		self.assertEqual(len(self.rows()), 1)

	def test_the_period_must_not_end_before_it_begins(self) -> None:
		yesterday = str(today() - timedelta(days=1))
		with self.assertRaisesRegex(frappe.ValidationError, "From Date must not be after To Date."):
			self.run_report(to_date=yesterday)

	def test_the_chart_and_the_summary_tell_the_same(self) -> None:
		self.decide()
		self.decide(decision=NO_LIMIT, amount=900).db_set("docstatus", 1)
		self.decide(decision=HELD, amount=70).db_set({"docstatus": 1, "credit_outcome": "Hold"})
		_columns, _rows, _message, chart, summary = self.run_report()
		codes = ("order_no_credit", "order_overdue", "order_pay_before_delivery")
		self.assertEqual(chart["data"]["labels"], [short(code) for code in codes])
		self.assertEqual(chart["data"]["datasets"][0]["values"], [900, 500, 70])
		self.assertEqual(
			[(card["label"], card["value"]) for card in summary],
			[("Refused (2)", 1400), ("Held (1)", 70), ("Passed Since (1)", 900)],
		)

	def test_nothing_is_told_where_nothing_was_refused(self) -> None:
		_columns, rows, _message, chart, summary = self.run_report()
		self.assertEqual((rows, chart), ([], None))
		self.assertEqual([card["value"] for card in summary], [0, 0, 0])

	def test_it_is_for_those_who_may_see_credit(self) -> None:
		self.decide()
		day = str(today())
		chosen = {"company": self.company, "from_date": day, "to_date": day}
		for role in ("Credit Controller", "Sales User", "Sales Master Manager", "Accounts Manager"):
			with self.subTest(role), self.set_user(user_with(role)):
				# As Desk opens it: without a link to what the reader may not read.
				told = run("Refused and Held Orders", filters=chosen)
				self.assertEqual([row["documents"] for row in told["result"] if not row["indent"]], [1])
		for role in ("System Manager", "Accounts User"):
			with self.set_user(user_with(role)), self.assertRaises(frappe.PermissionError):
				self.rows()

	def test_customers_that_somebody_may_not_read_are_left_out(self) -> None:
		self.decide()
		fenced = user_with("Sales User")
		allowed = {"user": fenced, "allow": "Customer", "for_value": make.customer()}
		frappe.get_doc({"doctype": "User Permission", **allowed}).insert()
		with self.set_user(fenced):
			self.assertEqual(self.rows(), [])
