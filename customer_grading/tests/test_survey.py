"""R12: surveys, their one-time links, and the answers, which are kept."""

import re
from email import message_from_string, policy
from html import unescape

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime

from customer_grading.customer_grading.doctype.satisfaction_survey.satisfaction_survey import (
	ForeignSurveyError,
	SurveyKeptError,
	copy_link,
	send,
)
from customer_grading.records import survey as surveys
from customer_grading.records import survey_mail
from customer_grading.records.survey import (
	Answer,
	ExpiredLinkError,
	UnknownLinkError,
	UsedLinkError,
	digest,
	find,
	give,
	is_genuine,
	new_key,
)
from customer_grading.records.survey_mail import NoAddressError
from customer_grading.rules.options import SatisfactionLevel
from customer_grading.tests import factories as make
from customer_grading.tests.complaint_case import ComplaintCase, Step, today
from customer_grading.tests.survey_case import SURVEY, SurveyCase, key_of

Level = SatisfactionLevel


def mails(address: str) -> list[Document]:
	"""What waits to be sent to an address."""
	names = frappe.get_all("Email Queue Recipient", filters={"recipient": address}, pluck="parent")
	return [frappe.get_doc("Email Queue", name) for name in names]


def read(mail: Document) -> tuple[str, str]:
	"""Subject and text of a mail."""
	message = message_from_string(mail.message, policy=policy.default)
	return str(message["subject"]), message.get_body(("html",)).get_content()


def link_in(mail: Document) -> str:
	"""The link that a mail brings."""
	return unescape(re.search(r'href="([^"]*satisfaction[^"]*)"', read(mail)[1])[1])


class TestKeys(SurveyCase):
	"""What stands in a link."""

	def test_a_key_is_signed_by_the_site_and_long_enough_that_nobody_guesses_it(self) -> None:
		key = new_key()
		self.assertTrue(is_genuine(key))
		self.assertGreaterEqual(len(key.partition(".")[0]) * 6, 128)
		self.assertEqual(len({new_key() for _ in range(100)}), 100)

	def test_no_other_key_is_genuine(self) -> None:
		token, _dot, signature = new_key().partition(".")
		other = new_key()
		forged = [
			None,
			"",
			"x",
			token,
			f"{token}.",
			f"{token}.{signature[::-1]}",
			f"{other[:43]}.{signature}",
			f"{token}.{signature}=",
			f" {token}.{signature}",
			f"{token}.{signature}\n",
			"é" * 43 + "." + signature,
			["a"],
			{"$ne": 1},
			"x" * 1_000_000,
		]
		self.assertEqual([key for key in forged if is_genuine(key)], [])

	def test_only_the_hash_of_a_key_is_stored(self) -> None:
		survey = self.survey()
		key = self.key(survey)
		row = frappe.db.get_value(SURVEY, survey.name, "*", as_dict=True)
		self.assertEqual(row.token_hash, digest(key))
		self.assertNotIn(key, str(row))
		self.assertNotIn(key.partition(".")[0], str(row))

	def test_a_signed_key_that_no_survey_has_is_unknown(self) -> None:
		self.assertRaises(UnknownLinkError, find, new_key())

	def test_a_new_link_ends_the_one_before(self) -> None:
		survey = self.survey()
		first = self.key(survey)
		second = self.key(survey)
		self.assertRaises(UnknownLinkError, find, first)
		self.assertEqual(find(second).name, survey.name)

	def test_nobody_reads_the_hash(self) -> None:
		survey = self.survey()
		self.key(survey)
		with self.set_user(make.user("Sales User")):
			seen = frappe.get_list(SURVEY, filters={"name": survey.name}, fields=["*"])[0]
			document = frappe.get_doc(SURVEY, survey.name)
			document.apply_fieldlevel_read_permissions()
		self.assertIsNone(seen.get("token_hash"))
		self.assertIsNone(document.get("token_hash"))


class TestAnswers(SurveyCase):
	"""One answer a survey."""

	def test_an_answer_is_stored_and_the_customer_shows_its_level(self) -> None:
		survey = self.survey()
		give(self.key(survey), Answer(Level.D, "Late again", "Call me."))
		survey.reload()
		self.assertEqual((survey.status, survey.answer, survey.satisfaction_level), ("Answered", "D", "D"))
		self.assertEqual((survey.reason, survey.remarks), ("Late again", "Call me."))
		self.assertEqual(frappe.db.get_value("Customer", self.buyer, "satisfaction_level"), "D")

	def test_very_satisfied_without_an_example_counts_as_satisfied(self) -> None:
		survey = self.survey()
		give(self.key(survey), Answer(Level.A, ""))
		survey.reload()
		self.assertEqual((survey.answer, survey.satisfaction_level), ("A", "B"))

	def test_a_link_is_used_once(self) -> None:
		key = self.key(self.survey())
		give(key, Answer(Level.B))
		self.assertRaises(UsedLinkError, give, key, Answer(Level.E, "Changed my mind"))
		self.assertEqual(frappe.db.get_value("Customer", self.buyer, "satisfaction_level"), "B")

	def test_a_link_expires(self) -> None:
		survey = self.survey()
		key = self.key(survey)
		frappe.db.set_value(SURVEY, survey.name, "expires_on", add_days(now_datetime(), -1))
		self.assertRaises(ExpiredLinkError, give, key, Answer(Level.B))
		self.assertEqual(surveys.expire(), 1)
		self.assertEqual(frappe.db.get_value(SURVEY, survey.name, "status"), "Expired")
		self.assertEqual(surveys.expire(), 0)

	def test_an_expired_survey_can_be_asked_again(self) -> None:
		survey = self.survey()
		self.key(survey)
		frappe.db.set_value(SURVEY, survey.name, {"status": "Expired", "expires_on": "2020-01-01"})
		survey.reload()
		give(self.key(survey), Answer(Level.B))
		self.assertEqual(survey.reload().status, "Answered")

	def test_an_answer_is_neither_changed_nor_deleted(self) -> None:
		survey = self.survey()
		give(self.key(survey), Answer(Level.E, "Broken"))
		for field, value in (
			("satisfaction_level", "A"),
			("reason", "Fine"),
			("remarks", "x"),
			("spoken_language", "zh"),
		):
			survey.reload()
			survey.set(field, value)
			self.assertRaises(SurveyKeptError, survey.save)
		self.assertRaises(SurveyKeptError, survey.reload().delete)
		self.assertRaises(UsedLinkError, copy_link, survey.name)

	def test_nobody_types_an_answer(self) -> None:
		survey = self.survey(satisfaction_level="A", answer="A", status="Answered", answered_on="2026-01-01")
		self.assertEqual(survey.status, "Not Sent")
		self.assertFalse(survey.answered_on or survey.answer or survey.satisfaction_level)
		survey.satisfaction_level = "A"
		self.assertRaises(SurveyKeptError, survey.save)


class TestClosedComplaints(ComplaintCase):
	"""What a customer says once a complaint is closed."""

	def test_the_answer_is_noted_on_the_complaint(self) -> None:
		complaint = self.at(Step.CLOSED)
		about = {"reference_doctype": complaint.doctype, "reference_name": complaint.name}
		survey = make.insert(SURVEY, customer=self.buyer, **about)
		give(key_of(surveys.make_link(survey)), Answer(Level.C))
		self.assertEqual(complaint.reload().satisfaction_after, "C")
		self.assertEqual(frappe.db.get_value("Customer", self.buyer, "satisfaction_level"), "C")


class TestSurveys(SurveyCase):
	"""What a survey names, and how it is sent."""

	def test_it_names_only_what_is_the_customers_own(self) -> None:
		other = make.customer()
		theirs = make.contact(other)
		values = {"customer": self.buyer, "contact_person": theirs}
		self.assertRaises(ForeignSurveyError, make.insert, SURVEY, **values)
		with self.set_user(make.portal_user(other)):
			own = make.contact(self.buyer)
		self.assertRaises(ForeignSurveyError, make.insert, SURVEY, **{**values, "contact_person": own})
		note = make.delivery(other, 100, today())
		about = {"reference_doctype": "Delivery Note", "reference_name": note.name}
		self.assertRaises(ForeignSurveyError, make.insert, SURVEY, customer=self.buyer, **about)

	def test_it_takes_company_and_address_from_what_it_names(self) -> None:
		note = make.delivery(self.buyer, 100, today())
		survey = self.survey(reference_doctype="Delivery Note", reference_name=note.name)
		self.assertEqual(survey.company, note.company)
		self.assertEqual(survey.email_id, frappe.db.get_value("Contact", self.contact, "email_id"))

	def test_a_salesperson_copies_a_link_that_works(self) -> None:
		survey = self.survey()
		with self.set_user(make.user("Sales User")):
			link = copy_link(survey.name)
		self.assertIn("/satisfaction?key=", link)
		self.assertEqual(find(key_of(link)).name, survey.name)
		self.assertEqual(survey.reload().status, "Open")

	def test_who_may_not_write_surveys_gets_no_link(self) -> None:
		survey = self.survey()
		for role in ("Quality Manager", "Accounts Manager"):
			with self.set_user(make.user(role)):
				self.assertRaises(frappe.PermissionError, copy_link, survey.name)
				self.assertRaises(frappe.PermissionError, send, survey.name)

	def test_the_mail_goes_to_the_contact_alone_with_a_link_that_works(self) -> None:
		note = make.delivery(self.buyer, 100, today())
		survey = self.survey(reference_doctype="Delivery Note", reference_name=note.name)
		self.assertEqual(send(survey.name), survey.email_id)
		(mail,) = mails(survey.email_id)
		self.assertEqual([row.recipient for row in mail.recipients], [survey.email_id])
		self.assertEqual(find(key_of(link_in(mail))).name, survey.name)

	def test_the_mail_is_in_the_customers_language(self) -> None:
		frappe.db.set_value("Customer", self.buyer, "language", "zh")
		survey = self.survey()
		send(survey.name)
		subject, text = read(mails(survey.email_id)[0])
		self.assertIn("满意", subject)
		self.assertNotIn("Answer Now", text)

	def test_without_an_address_nobody_is_written_to(self) -> None:
		survey = make.insert(SURVEY, customer=self.buyer)
		with self.assertRaisesRegex(NoAddressError, "copy the link"):
			send(survey.name)
		self.assertEqual(survey.reload().status, "Not Sent")

	def test_a_name_that_is_a_script_is_harmless_in_the_mail(self) -> None:
		told = {
			"about": "<script>alert(1)</script>",
			"link": '"><script>',
			"expires": "",
			"company": "<b>Us</b>",
		}
		text = frappe.get_template(f"templates/emails/{survey_mail.TEMPLATE}.html").render(told)
		self.assertNotIn("<script>", text)
		self.assertIn("&lt;script&gt;", text)
		self.assertNotIn("<b>Us", text)
