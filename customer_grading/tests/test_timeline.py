"""What the timeline of a Customer tells, and to whom."""

import frappe
from frappe.desk.form.load import get_docinfo
from frappe.utils import formatdate, getdate, nowdate

from customer_grading.records.grade_change import Change, Source, record
from customer_grading.rules.options import Graded
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase


def told(customer: str) -> str:
	"""All entries that Frappe hands to the form."""
	get_docinfo(doctype="Customer", name=customer)
	return "\n".join(entry["content"] for entry in frappe.response["docinfo"]["additional_timeline_content"])


class TestTimeline(GradingTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.customer = make.customer()

	def change(self, what: Graded, old: str, new: str, **values: object) -> None:
		change = Change(self.customer, what, old, new, **values)
		record([change], Source("Customer", self.customer), getdate(nowdate()))

	def test_it_tells_each_follow_up_and_each_change_with_its_reason(self) -> None:
		make.follow_up(self.customer, getdate(nowdate()), need="None", learned="They closed down.")
		entries = told(self.customer)
		self.assertIn("<b>Customer Grade: – → E</b><br>The customer has no need for our goods.", entries)
		self.assertIn(f">Call</a> on {formatdate(nowdate())} by Administrator</b>", entries)
		self.assertIn("They closed down.", entries)

	def test_a_change_by_hand_names_the_person_and_the_remark(self) -> None:
		self.change(Graded.VALUE_CLASS, "B", "A", by_hand=True, remark="Founder's friend")
		self.assertIn("<b>Value Class: B → A</b><br>By Administrator: Founder", told(self.customer))

	def test_a_limit_names_its_company(self) -> None:
		company = make.first_company()
		self.change(Graded.CREDIT_LIMIT, "", "500", company=company)
		self.assertIn(f"Credit Limit ({company}): – → 500", told(self.customer))

	def test_what_people_typed_is_shown_not_run(self) -> None:
		make.follow_up(self.customer, getdate(nowdate()), learned="<script>alert(1)</script> wants 3 pallets")
		self.assertNotIn("<script>", told(self.customer))
		self.assertIn("wants 3 pallets", told(self.customer))

	def test_credit_is_hidden_from_those_who_may_not_see_it(self) -> None:
		self.change(Graded.CREDIT_TIER, "B", "D")
		self.change(Graded.CUSTOMER_GRADE, "B", "D")
		for role, sees in (("Sales User", True), ("Accounts Manager", True), ("Stock User", False)):
			with self.subTest(role=role):
				frappe.set_user(make.user(role))
				self.assertEqual("Credit Tier: B → D" in told(self.customer), sees)
				frappe.set_user("Administrator")

	def test_it_speaks_the_readers_language(self) -> None:
		make.follow_up(self.customer, getdate(nowdate()), need="None")
		frappe.local.lang = "zh"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		self.assertIn("客户等级: – → E", told(self.customer))


class TestConnections(GradingTestCase):
	def test_a_customer_shows_what_grading_knows_of_it_after_erpnexts_own(self) -> None:
		groups = frappe.get_meta("Customer").get_dashboard_data()["transactions"]
		self.assertEqual([group["label"] for group in groups[-2:]], ["Grading", "Payment Policy"])
		self.assertIn("Sales Order", [item for group in groups[:-2] for item in group["items"]])
		for doctype in (item for group in groups[-2:] for item in group["items"]):
			self.assertEqual(frappe.get_meta(doctype).get_field("customer").options, "Customer")
