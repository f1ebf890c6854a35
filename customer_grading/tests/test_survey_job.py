"""R12: whom the daily job asks, about what, and how often."""

from datetime import timedelta
from typing import Any

import frappe

from customer_grading.facts.survey_occasions import Occasion, due
from customer_grading.jobs import surveys as job
from customer_grading.records import setting
from customer_grading.tests import factories as make
from customer_grading.tests.complaint_case import ComplaintCase, Step, today
from customer_grading.tests.survey_case import SURVEY, SurveyCase
from customer_grading.tests.test_survey import mails

DELIVERY = ("Delivery Note",)
ALL = ("Delivery Note", "Maintenance Visit", "Customer Complaint")


def ago(days: int) -> Any:
	"""A day in the past."""
	return today() - timedelta(days=days)


class TestOccasions(SurveyCase):
	"""Whose turn it is."""

	def due(self, doctypes: tuple[str, ...] = DELIVERY, after: int = 3, pause: int = 30) -> list[Occasion]:
		"""What the customer of the test is asked about."""
		return [each for each in due(doctypes, today(), after, pause) if each.customer == self.buyer]

	def test_a_customer_is_asked_some_days_after_a_delivery(self) -> None:
		note = make.delivery(self.buyer, 100, ago(3))
		(found,) = self.due()
		self.assertEqual(
			(found.doctype, found.name, found.company), ("Delivery Note", note.name, note.company)
		)
		self.assertEqual(found.contact, self.contact)
		self.assertEqual(self.due(after=4), [])

	def test_a_night_that_was_missed_is_made_up_for_but_not_the_whole_past(self) -> None:
		make.delivery(self.buyer, 100, ago(10))
		self.assertEqual(len(self.due()), 1)
		frappe.db.set_value("Delivery Note", {"customer": self.buyer}, "posting_date", ago(11))
		self.assertEqual(self.due(), [])

	def test_of_several_deliveries_it_is_the_last(self) -> None:
		make.delivery(self.buyer, 100, ago(6))
		last = make.delivery(self.buyer, 100, ago(4))
		self.assertEqual([each.name for each in self.due()], [last.name])

	def test_returns_drafts_and_customers_who_are_disabled_are_left_alone(self) -> None:
		note = make.delivery(self.buyer, 100, ago(3))
		for field, value in (("is_return", 1), ("docstatus", 2), ("docstatus", 0)):
			before = frappe.db.get_value("Delivery Note", note.name, field)
			frappe.db.set_value("Delivery Note", note.name, field, value)
			self.assertEqual(self.due(), [], field)
			frappe.db.set_value("Delivery Note", note.name, field, before)
		frappe.db.set_value("Customer", self.buyer, "disabled", 1)
		self.assertEqual(self.due(), [])

	def test_who_was_asked_lately_is_not_asked_again(self) -> None:
		make.delivery(self.buyer, 100, ago(3))
		survey = self.survey()
		self.assertEqual(len(self.due()), 1)
		self.key(survey)
		self.assertEqual(self.due(), [])
		frappe.db.set_value(SURVEY, survey.name, "sent_on", ago(31))
		self.assertEqual(len(self.due()), 1)

	def test_nobody_is_asked_twice_about_the_same(self) -> None:
		note = make.delivery(self.buyer, 100, ago(3))
		survey = self.survey(reference_doctype="Delivery Note", reference_name=note.name)
		frappe.db.set_value(SURVEY, survey.name, "sent_on", ago(99))
		self.assertEqual(self.due(), [])

	def test_only_what_the_settings_name_is_asked_about(self) -> None:
		make.delivery(self.buyer, 100, ago(3))
		self.assertEqual(self.due(()), [])
		self.assertEqual(self.due(("Customer Complaint",)), [])

	def test_a_service_visit_comes_before_a_delivery(self) -> None:
		make.delivery(self.buyer, 100, ago(3))
		visit = self.visit()
		self.assertEqual([each.name for each in self.due(ALL)], [visit])

	def visit(self) -> str:
		"""A submitted service visit."""
		row = {"item_code": make.service(), "work_done": "Oiled", "description": "Pump"}
		row["service_person"] = make.sales_person()
		values = {"customer": self.buyer, "mntc_date": ago(4), "completion_status": "Fully Completed"}
		values |= {"company": make.first_company(), "maintenance_type": "Breakdown", "purposes": [row]}
		return make.submit(frappe.get_doc({"doctype": "Maintenance Visit", **values})).name

	def test_the_contact_of_the_delivery_is_asked_else_the_primary_one(self) -> None:
		named, primary = make.contact(self.buyer), make.contact(self.buyer, is_primary_contact=1)
		note = make.delivery(self.buyer, 100, ago(3), contact_person=named)
		self.assertEqual(self.due()[0].contact, named)
		frappe.db.set_value("Delivery Note", note.name, "contact_person", None)
		self.assertEqual(self.due()[0].contact, primary)

	def test_who_wants_no_mail_gets_none(self) -> None:
		make.delivery(self.buyer, 100, ago(3))
		frappe.db.set_value("Contact", self.contact, "unsubscribed", 1)
		self.assertEqual([(each.contact, each.email) for each in self.due()], [("", "")])

	def test_who_has_made_themselves_a_contact_gets_none(self) -> None:
		make.delivery(self.buyer, 100, ago(3))
		stranger = make.portal_user(make.customer())
		with self.set_user(stranger):
			own = make.contact(self.buyer, is_primary_contact=1)
		self.assertEqual(self.due()[0].contact, self.contact)
		make.let_in(self.buyer, stranger)
		self.assertEqual(self.due()[0].contact, own)

	def test_the_language_is_that_of_the_contact_else_of_the_customer(self) -> None:
		make.delivery(self.buyer, 100, ago(3))
		frappe.db.set_value("Customer", self.buyer, "language", "de")
		self.assertEqual(self.due()[0].language, "de")
		user = make.user(language="zh")
		frappe.db.set_value("Contact", self.contact, "user", user)
		self.assertEqual(self.due()[0].language, "zh")


class TestAsking(SurveyCase):
	"""What the job does."""

	def test_each_is_asked_by_a_mail_of_their_own_and_once(self) -> None:
		make.delivery(self.buyer, 100, ago(3))
		(occasion,) = [each for each in due(DELIVERY, today(), 3, 30) if each.customer == self.buyer]
		job.ask(occasion, ago(30))
		job.ask(occasion, ago(30))
		(name,) = frappe.get_all(SURVEY, {"customer": self.buyer}, pluck="name")
		survey = frappe.get_doc(SURVEY, name)
		self.assertEqual((survey.status, survey.reference_name), ("Open", occasion.name))
		self.assertEqual((survey.contact_person, survey.email_id), (self.contact, occasion.email))
		(mail,) = mails(occasion.email)
		self.assertEqual([row.recipient for row in mail.recipients], [occasion.email])

	def test_as_shipped_nobody_is_asked_after_deliveries(self) -> None:
		self.assertEqual(
			{name: setting.number(switch) for name, switch in job.SWITCHES.items()},
			{"Customer Complaint": 1, "Maintenance Visit": 0, "Delivery Note": 0},
		)


class TestClosing(ComplaintCase):
	"""After a complaint is closed."""

	def test_the_customer_is_asked_and_not_after_a_dismissal(self) -> None:
		closed, dismissed = self.at(Step.CLOSED), self.raised()
		frappe.db.set_value(dismissed.doctype, dismissed.name, {"step": "Dismissed", "docstatus": 1})
		found = [each for each in due(ALL, today(), 0, 30) if each.customer == self.buyer]
		self.assertEqual([each.name for each in found], [closed.name])
