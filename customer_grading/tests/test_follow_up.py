"""Customer Follow Up: filing one grades the customer at once, and evidence is kept."""

from datetime import date
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, getdate, nowdate

from customer_grading.customer_grading.doctype.customer_follow_up.customer_follow_up import FollowUpError
from customer_grading.customer_grading.doctype.grade_change.grade_change import EvidenceError
from customer_grading.records.evidence import ForeignEvidenceError
from customer_grading.records.grade_change import Change, Source, record
from customer_grading.rules.dates import add_months
from customer_grading.rules.options import Graded
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase


def today() -> date:
	return getdate(nowdate())


def days(number: int) -> date:
	return getdate(add_days(nowdate(), number))


def standing(customer: str) -> dict[str, Any]:
	names = ["customer_grade", "follow_up_cadence", "last_follow_up", "next_follow_up", "need"]
	return frappe.db.get_value("Customer", customer, [*names, "expected_close"], as_dict=True)


def history(customer: str) -> list[tuple[str, str]]:
	filters = {"customer": customer, "what": "Customer Grade"}
	rows = frappe.get_all(
		"Grade Change", filters=filters, fields=["from_value", "to_value"], order_by="creation"
	)
	return [(row.from_value, row.to_value) for row in rows]


class FollowUpCase(GradingTestCase):
	"""A customer to follow up."""

	def setUp(self) -> None:
		super().setUp()
		self.customer = make.customer()

	def file(self, **values: Any) -> Document:
		"""File a follow-up of today, unless told otherwise."""
		return make.follow_up(self.customer, values.pop("follow_up_date", today()), **values)

	def assert_refused(self, error: type[Exception], words: str, **values: Any) -> None:
		"""Filing raises an error with these words, and files nothing."""
		before = frappe.db.count("Customer Follow Up")
		with self.assertRaisesRegex(error, words):
			self.file(**values)
		self.assertEqual(frappe.db.count("Customer Follow Up"), before)


class TestGradingAtOnce(FollowUpCase):
	def test_each_need_and_close_gives_its_grade_and_cadence(self) -> None:
		for need, months, grade, cadence, next_in in (
			("Clear", 1, "A", "Daily", 1),
			("Clear", 3, "B", "Weekly", 7),
			("Clear", 6, "C", "Half-monthly", 15),
			("Clear", 7, "D", "Monthly", 30),
			("Potential", None, "D", "Monthly", 30),
			("None", None, "E", "Yearly", 365),
		):
			with self.subTest(need=need, months=months):
				close = add_months(today(), months) if months else None
				filed = self.file(need=need, expected_close=close)
				self.assertEqual((filed.grade_after, filed.follow_up_cadence), (grade, cadence))
				stands = standing(self.customer)
				self.assertEqual(stands.customer_grade, grade)
				self.assertEqual(stands.follow_up_cadence, cadence)
				self.assertEqual(stands.last_follow_up, today())
				self.assertEqual(stands.next_follow_up, days(next_in))
				self.assertEqual((stands.need, stands.expected_close), (need, close))

	def test_the_follow_up_tells_grade_before_and_after_and_why(self) -> None:
		self.file(need="None")
		filed = self.file(need="Clear", expected_close=days(5))
		filed.reload()
		self.assertEqual((filed.grade_before, filed.grade_after), ("E", "A"))
		self.assertEqual(filed.next_follow_up, days(1))
		self.assertIn(f"a deal is expected on {days(5)}", filed.explanation)

	def test_history_has_one_line_for_each_change_and_none_without(self) -> None:
		filed = self.file(need="Potential")
		self.file(need="Potential")
		self.file(need="None")
		self.assertEqual(history(self.customer), [("", "D"), ("D", "E")])
		first = frappe.get_last_doc("Grade Change", {"customer": self.customer, "to_value": "D"})
		self.assertEqual((first.source_type, first.source), ("Customer Follow Up", filed.name))
		self.assertEqual(first.day, today())
		self.assertTrue(first.policy_fingerprint)

	def test_an_overdue_customer_is_no_longer_overdue(self) -> None:
		self.file(follow_up_date=days(-40))
		self.assertEqual(standing(self.customer).next_follow_up, days(-10))
		self.file()
		self.assertEqual(standing(self.customer).next_follow_up, days(30))

	def test_yesterdays_visit_may_be_entered_today(self) -> None:
		self.file(follow_up_date=days(-1), need="Clear", expected_close=days(60))
		stands = standing(self.customer)
		self.assertEqual((stands.last_follow_up, stands.next_follow_up), (days(-1), days(6)))

	def test_an_older_follow_up_is_filed_but_does_not_overturn_a_newer_one(self) -> None:
		self.file(need="Clear", expected_close=days(5))
		filed = self.file(follow_up_date=days(-3), need="None")
		self.assertIsNone(filed.grade_after)
		stands = standing(self.customer)
		self.assertEqual((stands.customer_grade, stands.need), ("A", "Clear"))
		self.assertEqual(history(self.customer), [("", "A")])
		self.assertIn("There is a newer follow-up", frappe.get_message_log()[-1]["message"])

	def test_a_day_off_of_the_default_company_moves_the_next_date(self) -> None:
		named = make.insert(
			"Holiday List",
			holiday_list_name=frappe.generate_hash(length=8),
			from_date=days(-10),
			to_date=days(40),
			holidays=[{"holiday_date": days(1), "description": "Fair"}],
		)
		frappe.db.set_value("Company", make.first_company(), "default_holiday_list", named.name)
		self.file(need="Clear", expected_close=days(5))
		self.assertEqual(standing(self.customer).next_follow_up, days(2))

	def test_without_a_holiday_list_every_day_is_a_working_day(self) -> None:
		frappe.db.set_value("Company", make.first_company(), "default_holiday_list", None)
		self.file(need="Clear", expected_close=days(5))
		self.assertEqual(standing(self.customer).next_follow_up, days(1))

	def test_a_grade_that_a_person_holds_stays_and_sets_the_cadence(self) -> None:
		self.file(need="Potential")
		frappe.db.set_value("Customer", self.customer, "customer_grade", "B")
		by_hand = Change(
			self.customer, Graded.CUSTOMER_GRADE, "D", "B", held_until=days(30), by_hand=True, remark="Key"
		)
		record([by_hand], Source("Customer", self.customer), today())
		filed = self.file(need="None")
		self.assertEqual((filed.grade_after, filed.follow_up_cadence), ("B", "Weekly"))
		stands = standing(self.customer)
		self.assertEqual((stands.customer_grade, stands.need), ("B", "None"))

	def test_a_grade_is_held_no_longer_than_told(self) -> None:
		by_hand = Change(self.customer, Graded.CUSTOMER_GRADE, "", "B", held_until=today(), by_hand=True)
		record([by_hand], Source("Customer", self.customer), today())
		self.assertEqual(self.file(need="None").grade_after, "E")

	def test_deal_status_and_urgency_follow_and_importance_is_left_to_the_regrade(self) -> None:
		frappe.db.set_value("Customer", self.customer, "importance", "Key")
		self.file(need="Clear", expected_close=days(5))
		cuts = ["deal_status", "urgency", "importance"]
		found = frappe.db.get_value("Customer", self.customer, cuts)
		self.assertEqual(found, ("Potential", "Urgent", "Key"))


class TestWhatIsRefused(FollowUpCase):
	def test_a_day_to_come(self) -> None:
		self.assert_refused(FollowUpError, "which is still to come", follow_up_date=days(1))

	def test_no_word_of_what_was_learned(self) -> None:
		self.assert_refused(frappe.MandatoryError, "learned", learned="")

	def test_a_word_that_tells_nothing(self) -> None:
		for nothing in ("ok", "...", " - - - - "):
			self.assert_refused(FollowUpError, "in a few words", learned=nothing)

	def test_four_chinese_characters_are_words_enough(self) -> None:
		self.assertTrue(self.file(learned="要货三吨").name)

	def test_no_need_no_type_no_customer(self) -> None:
		for field in ("need", "follow_up_type"):
			self.assert_refused(frappe.MandatoryError, field, **{field: None})
		with self.assertRaises(frappe.ValidationError):
			make.follow_up("", today())

	def test_a_need_or_type_that_nobody_knows(self) -> None:
		self.assert_refused(frappe.ValidationError, "Need", need="Vague")
		self.assert_refused(frappe.ValidationError, "Type", follow_up_type="Telepathy")

	def test_a_customer_that_does_not_exist(self) -> None:
		with self.assertRaises(frappe.DoesNotExistError):
			make.follow_up("No Such Customer", today())

	def test_a_clear_need_with_a_deal_before_the_follow_up(self) -> None:
		self.assert_refused(
			FollowUpError, "before the follow-up itself", need="Clear", expected_close=days(-1)
		)

	def test_an_expected_close_means_nothing_without_a_clear_need(self) -> None:
		filed = self.file(need="Potential", expected_close=days(-1))
		self.assertIsNone(filed.expected_close)

	def test_typed_results(self) -> None:
		filed = self.file(need="None", grade_after="A", next_follow_up=days(900), grade_before="A")
		self.assertEqual((filed.grade_after, filed.next_follow_up), ("E", days(365)))
		self.assertEqual(filed.grade_before, "")

	def test_a_change_of_what_was_filed(self) -> None:
		filed = self.file()
		filed.need = "None"
		with self.assertRaisesRegex(EvidenceError, "is kept as it was filed. File another one"):
			filed.save()

	def test_deleting_even_by_force(self) -> None:
		filed = self.file()
		with self.assertRaisesRegex(EvidenceError, "cannot be deleted"):
			frappe.delete_doc("Customer Follow Up", filed.name, force=True)
		self.assertTrue(frappe.db.exists("Customer Follow Up", filed.name))

	def test_a_customer_with_evidence_is_not_deleted_under_it(self) -> None:
		self.file()
		with self.assertRaises(frappe.LinkExistsError):
			frappe.delete_doc("Customer", self.customer)


class TestEvidence(FollowUpCase):
	def evidence(self, customer: str) -> list[Document]:
		"""One document of each kind about a customer."""
		guest = {"reference_doctype": "Customer", "reference_docname": customer}
		return [
			make.communication(customer, today()),
			make.insert("Event", subject="Fair", starts_on=nowdate(), event_participants=[guest]),
			make.draft_quotation(customer, 10, today()).insert(),
			make.opportunity(customer, today()),
			make.order(customer, 10, today()),
		]

	def test_each_kind_may_be_named(self) -> None:
		for proof in self.evidence(self.customer):
			with self.subTest(kind=proof.doctype):
				filed = self.file(reference_doctype=proof.doctype, reference_name=proof.name)
				self.assertEqual(filed.reference_name, proof.name)

	def test_a_document_about_somebody_else_proves_nothing(self) -> None:
		for proof in self.evidence(make.customer()):
			with self.subTest(kind=proof.doctype):
				self.assert_refused(
					ForeignEvidenceError,
					"is not about customer",
					reference_doctype=proof.doctype,
					reference_name=proof.name,
				)

	def test_a_communication_that_frappe_linked_to_the_customer_counts(self) -> None:
		linked = {"link_doctype": "Customer", "link_name": self.customer}
		values = {"reference_doctype": None, "reference_name": None, "timeline_links": [linked]}
		letter = make.communication(self.customer, today(), **values)
		self.assertTrue(self.file(reference_doctype="Communication", reference_name=letter.name).name)

	def test_other_kinds_half_evidence_and_nothing_at_all(self) -> None:
		self.assert_refused(
			ForeignEvidenceError,
			"Evidence is one of these: Communication, Event, Quotation, Opportunity, Sales Order",
			reference_doctype="Customer",
			reference_name=self.customer,
		)
		self.assert_refused(ForeignEvidenceError, "Name the Quotation", reference_doctype="Quotation")
		self.assertTrue(self.file().name)

	def test_a_document_that_does_not_exist(self) -> None:
		missing = {"reference_doctype": "Quotation", "reference_name": "none"}
		self.assert_refused(frappe.LinkValidationError, "Could not find Evidence: none", **missing)

	def test_a_document_that_the_user_may_not_read(self) -> None:
		seller = make.user("Sales User")
		guest = {"reference_doctype": "Customer", "reference_docname": self.customer}
		event = make.insert("Event", subject="Fair", starts_on=nowdate(), event_participants=[guest])
		for kind, is_refused in (("Private", True), ("Public", False)):
			frappe.set_user("Administrator")
			event.db_set("event_type", kind)
			frappe.set_user(seller)
			with self.subTest(kind=kind):
				proof = {"reference_doctype": "Event", "reference_name": event.name}
				if is_refused:
					self.assert_refused(frappe.PermissionError, "", **proof)
				else:
					self.assertTrue(self.file(**proof).name)


class TestOpportunities(FollowUpCase):
	def test_an_open_one_says_when_a_deal_is_expected_where_the_follow_up_does_not(self) -> None:
		make.opportunity(self.customer, today(), expected_closing=days(80))
		make.opportunity(self.customer, today(), expected_closing=days(20))
		filed = self.file(need="Clear")
		self.assertEqual((filed.grade_after, standing(self.customer).expected_close), ("A", days(20)))

	def test_the_day_of_the_follow_up_goes_before_it(self) -> None:
		make.opportunity(self.customer, today(), expected_closing=days(20))
		filed = self.file(need="Clear", expected_close=days(80))
		self.assertEqual((filed.grade_after, standing(self.customer).expected_close), ("B", days(80)))

	def test_without_a_clear_need_it_says_nothing(self) -> None:
		make.opportunity(self.customer, today(), expected_closing=days(20))
		self.file(need="Potential")
		stands = standing(self.customer)
		self.assertEqual((stands.customer_grade, stands.expected_close), ("D", None))

	def test_a_new_day_grades_the_customer_anew(self) -> None:
		chance = make.opportunity(self.customer, today(), expected_closing=days(80))
		self.file(need="Clear")
		self.assertEqual(standing(self.customer).customer_grade, "B")
		for expected, grade in ((days(10), "A"), (days(85), "B"), (days(9), "A")):
			chance.expected_closing = expected
			chance.save()
			self.assertEqual(standing(self.customer).customer_grade, grade)
		self.assertEqual(history(self.customer)[-3:], [("B", "A"), ("A", "B"), ("B", "A")])

	def test_a_later_day_never_pushes_a_date_that_is_due(self) -> None:
		chance = make.opportunity(self.customer, today(), expected_closing=days(10))
		self.file(need="Clear")
		chance.expected_closing = days(85)
		chance.save()
		stands = standing(self.customer)
		self.assertEqual((stands.customer_grade, stands.next_follow_up), ("B", days(1)))

	def test_a_lost_or_deleted_one_says_nothing_any_more(self) -> None:
		lost = make.opportunity(self.customer, today(), expected_closing=days(10))
		kept = make.opportunity(self.customer, today(), expected_closing=days(80))
		self.file(need="Clear")
		lost.declare_enquiry_lost([], [])
		lost.reload()
		lost.save()
		self.assertEqual(standing(self.customer).expected_close, days(80))
		kept.delete()
		self.assertEqual(standing(self.customer).customer_grade, "D")

	def test_one_of_a_lead_concerns_nobody(self) -> None:
		lead = make.insert("Lead", lead_name="Passer-by", company_name="Passer-by")
		values = {"opportunity_from": "Lead", "party_name": lead.name, "company": make.first_company()}
		self.assertTrue(make.insert("Opportunity", **values).name)

	def test_an_error_of_ours_does_not_lose_the_opportunity(self) -> None:
		chance = make.opportunity(self.customer, today())
		self.file(need="Clear")
		# As if somebody had written past the checks of the settings: no policy can be read.
		frappe.db.set_single_value("Grading Settings", "grade_a_months", 99)
		chance.expected_closing = days(10)
		chance.save()
		self.assertEqual(frappe.db.get_value("Opportunity", chance.name, "expected_closing"), days(10))
		self.assertEqual(standing(self.customer).customer_grade, "D")
		self.assertIn("its customer could not be graded", frappe.get_message_log()[-1]["message"])
		logged = frappe.get_last_doc("Error Log", {"reference_name": chance.name})
		self.assertEqual(logged.method, "Customer could not be graded")


class TestWhoMayFile(FollowUpCase):
	def test_a_sales_user_and_a_sales_manager(self) -> None:
		for role in ("Sales User", "Sales Manager"):
			frappe.set_user(make_user := make.user(role))
			filed = self.file()
			self.assertEqual((filed.owner, filed.followed_up_by), (make_user, make_user))
			frappe.set_user("Administrator")

	def test_nobody_without_such_a_role(self) -> None:
		for roles in ((), ("Accounts User",), ("Accounts Manager",), ("Stock User",)):
			frappe.set_user(make.user(*roles))
			self.assertRaises(frappe.PermissionError, self.file)
			frappe.set_user("Administrator")

	def test_only_for_customers_that_one_may_read(self) -> None:
		fenced, other = make.user("Sales User"), make.customer()
		make.insert("User Permission", user=fenced, allow="Customer", for_value=other)
		frappe.set_user(fenced)
		self.assertRaises(frappe.PermissionError, self.file)
		self.assertTrue(make.follow_up(other, today()).name)

	def test_what_others_filed_about_them_stays_out_of_sight(self) -> None:
		self.file()
		fenced = make.user("Sales User")
		make.insert("User Permission", user=fenced, allow="Customer", for_value=make.customer())
		frappe.set_user(fenced)
		self.assertEqual(frappe.get_list("Customer Follow Up", {"customer": self.customer}), [])

	def test_nobody_has_write_or_delete_permission(self) -> None:
		for right in frappe.get_meta("Customer Follow Up").permissions:
			self.assertEqual((right.write, right.delete, right.submit), (0, 0, 0), right.role)
