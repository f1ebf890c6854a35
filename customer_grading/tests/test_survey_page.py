"""The page on which customers answer: what it takes, what it refuses, and how."""

from io import BytesIO
from typing import Any

import frappe
from frappe.utils import add_days, now_datetime

from customer_grading.records import setting
from customer_grading.records.survey import new_key
from customer_grading.tests import factories as make
from customer_grading.tests.complaint_case import today
from customer_grading.tests.survey_case import (
	COMPLAINT,
	SCRIPT,
	SURVEY,
	SurveyCase,
	browse,
	forget_limits,
	jpeg,
	pdf,
	png,
	webp,
)
from customer_grading.website import POSTS_A_MINUTE, POSTS_OF_A_LINK

INVALID = "This link is not valid"


def sent(content: bytes, name: str = "photo.jpg") -> tuple[BytesIO, str]:
	"""A file as a browser sends it."""
	return BytesIO(content), name


class TestLinks(SurveyCase):
	"""What a link leads to."""

	def test_a_link_opens_the_question_for_whoever_has_it(self) -> None:
		note = make.delivery(self.buyer, 100, today())
		survey = self.survey(reference_doctype="Delivery Note", reference_name=note.name)
		page = self.open(self.key(survey))
		self.assertEqual(page.status, 200)
		self.assertIn("How satisfied are you with us?", page.text)
		self.assertIn(f"This is about our delivery {note.name}.", page.text)
		self.assertEqual(page.html.count('type="radio"'), 5)

	def test_the_page_needs_no_script_and_is_kept_by_nobody(self) -> None:
		page = self.open(self.key(self.survey()))
		self.assertNotIn("<script", page.html)
		self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
		self.assertEqual(page.headers["Cache-Control"], "private, no-store")
		self.assertEqual(page.headers["Referrer-Policy"], "same-origin")
		self.assertEqual(page.headers["X-Frame-Options"], "DENY")
		self.assertIn('name="viewport"', page.html)

	def test_forged_unknown_and_replaced_links_look_the_same(self) -> None:
		survey = self.survey()
		replaced = self.key(survey)
		self.key(survey)
		keys = ["", "x", "x" * 5000, new_key(), replaced, f"{new_key()[:43]}.{new_key()[44:]}", "<script>"]
		pages = [self.open(key) for key in keys]
		self.assertEqual({page.status for page in pages}, {404})
		self.assertEqual(len({page.html for page in pages}), 1)
		self.assertIn(INVALID, pages[0].text)
		without = browse("/satisfaction")
		self.assertEqual((without.status, without.html), (404, pages[0].html))

	def test_a_used_link_says_so(self) -> None:
		key = self.key(self.survey())
		self.send(key, answer="B")
		for page in (self.open(key), self.send(key, answer="E")):
			self.assertEqual(page.status, 410)
			self.assertIn("we have your answer", page.text)

	def test_an_expired_link_says_so(self) -> None:
		survey = self.survey()
		key = self.key(survey)
		frappe.db.set_value(SURVEY, survey.name, "expires_on", add_days(now_datetime(), -1))
		for page in (self.open(key), self.send(key, answer="B")):
			self.assertEqual(page.status, 410)
			self.assertIn("This link has expired", page.text)
		self.assertIsNone(survey.reload().answered_on)

	def test_it_speaks_the_customers_language_or_the_chosen_one(self) -> None:
		survey = self.survey(spoken_language="zh")
		key = self.key(survey)
		self.assertIn('<html lang="zh">', self.open(key).html)
		self.assertIn('<html lang="en">', self.open(key, lang="en").html)
		self.assertIn('<html lang="zh">', self.open(key, lang='"><script>').html)

	def test_the_language_that_every_customer_has_leaves_the_choice_to_the_browser(self) -> None:
		key = self.key(self.survey(spoken_language=frappe.db.get_default("lang")))
		self.assertIn('<html lang="zh">', self.open(key, browser="zh").html)

	def test_opening_a_link_stores_nothing(self) -> None:
		survey = self.survey()
		key = self.key(survey)
		before = survey.reload().modified
		self.open(key)
		self.assertEqual(survey.reload().modified, before)


class TestAnswers(SurveyCase):
	"""What is sent by the form."""

	def test_an_answer_is_stored_and_thanked_for(self) -> None:
		survey = self.survey()
		page = self.send(self.key(survey), answer="A", reason="Came on a Sunday.", remarks="All the best")
		self.assertEqual(page.status, 200)
		self.assertIn("Your answer has reached us.", page.text)
		survey.reload()
		self.assertEqual((survey.satisfaction_level, survey.reason), ("A", "Came on a Sunday."))

	def test_what_is_no_answer_is_not_stored(self) -> None:
		survey = self.survey()
		key = self.key(survey)
		for answer in ("", "F", "G", "Z", "a", "A\0", "AB", SCRIPT):
			forget_limits()
			page = self.send(key, answer=answer, reason="Typed before")
			self.assertEqual(page.status, 422)
			self.assertIn("Please choose one of the five answers.", page.text)
			self.assertIn("Typed before", page.html)
		self.assertIsNone(survey.reload().answered_on)

	def test_too_much_text_is_refused_with_the_numbers(self) -> None:
		survey = self.survey()
		page = self.send(self.key(survey), answer="B", reason="x" * 1001)
		self.assertEqual(page.status, 422)
		self.assertIn("1000 characters are possible, and these are 1001", page.text)
		self.assertIsNone(survey.reload().answered_on)

	def test_a_script_stays_text_wherever_it_is_shown(self) -> None:
		survey = self.survey()
		key = self.key(survey)
		page = self.send(key, answer="?", reason=SCRIPT, remarks=SCRIPT)
		self.assertNotIn("<script>alert", page.html)
		self.assertNotIn("<img", page.html)
		page = self.send(key, answer="D", reason=SCRIPT, remarks=SCRIPT)
		self.assertNotIn("<script>alert", page.html)
		self.assertNotIn("<img", page.html)
		survey.reload()
		for text in (survey.reason, survey.remarks):
			self.assertNotIn("<script>", text)
			self.assertNotIn("<img src=x onerror", text)
		self.assertNotIn("<script>alert", frappe.get_print(SURVEY, survey.name))

	def test_control_characters_and_halves_of_characters_are_left_out(self) -> None:
		survey = self.survey()
		self.send(self.key(survey), answer="C", reason="a\0b\u202ec\x1bd")
		self.assertEqual(survey.reload().reason, "abcd")

	def test_other_fields_than_those_of_the_form_change_nothing(self) -> None:
		survey = self.survey()
		more = {"customer": "Somebody", "satisfaction_level": "A", "complaint": "CC-1", "doctype": "User"}
		page = self.send(self.key(survey), answer="C", file_size="x", cmd="frappe.ping", **more)
		self.assertEqual(page.status, 200)
		survey.reload()
		self.assertEqual(
			(survey.customer, survey.satisfaction_level, survey.complaint), (self.buyer, "C", None)
		)

	def test_forms_of_other_sites_are_refused(self) -> None:
		survey = self.survey()
		key = self.key(survey)
		for headers in (
			{"Origin": "https://evil.example"},
			{"Origin": "null"},
			{"Sec-Fetch-Site": "cross-site"},
		):
			page = self.send(key, answer="B", headers=headers)
			self.assertEqual(page.status, 403)
			self.assertIn("The form was not sent from our page.", page.text)
		self.assertIsNone(survey.reload().answered_on)
		own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
		self.assertEqual(self.send(key, answer="B", headers=own).status, 200)

	def test_what_is_no_form_is_refused(self) -> None:
		key = self.key(self.survey())
		for kind in ("application/json", "text/plain", "application/xml"):
			body = frappe.as_json({"key": key, "step": "answer", "answer": "B"})
			page = browse("/satisfaction", method="POST", data=body, content_type=kind)
			self.assertEqual(page.status, 403)

	def test_an_address_can_send_only_so_much_in_a_minute(self) -> None:
		pages = [self.send("forged", answer="A") for _ in range(POSTS_A_MINUTE + 5)]
		self.assertEqual([page.status for page in pages], [404] * POSTS_A_MINUTE + [429] * 5)
		self.assertIn("Please try again in some minutes.", pages[-1].text)

	def test_a_link_takes_only_so_much_from_all_addresses_together(self) -> None:
		key = self.key(self.survey())
		codes = []
		for number in range(POSTS_OF_A_LINK + 3):
			if number % 10 == 0:
				frappe.cache.delete_keys("rl:customer_grading.post")
			codes.append(self.send(key, answer="?").status)
		self.assertEqual(codes, [422] * POSTS_OF_A_LINK + [429] * 3)


class TestComplaints(SurveyCase):
	"""What dissatisfied customers are asked besides."""

	def dissatisfied(self, **values: Any) -> tuple[Any, str]:
		"""A survey that is answered by D, and its key."""
		survey = self.survey(**values)
		key = self.key(survey)
		page = self.send(key, answer="D", reason="The valve leaks.")
		self.assertIn("We are sorry that you are not satisfied.", page.text)
		return survey, key

	def complain(self, key: str, **form: Any) -> Any:
		"""Send the second form."""
		return self.send(key, "complaint", **{"description": "The valve leaks.", **form})

	def test_only_who_is_dissatisfied_is_asked(self) -> None:
		for answer, asked in (("A", False), ("B", False), ("C", False), ("D", True), ("E", True)):
			forget_limits()
			page = self.send(self.key(self.survey()), answer=answer)
			self.assertEqual("filed as a complaint" in page.text, asked)

	def test_a_complaint_is_filed_at_the_first_step_with_its_evidence(self) -> None:
		note = make.delivery(self.buyer, 100, today())
		survey, key = self.dissatisfied(reference_doctype="Delivery Note", reference_name=note.name)
		page = self.complain(key, wanted="A new one", files=[sent(png(), "a.png"), sent(pdf(), "b.pdf")])
		complaint = frappe.get_doc(COMPLAINT, survey.reload().complaint)
		self.assertIn(f"under the number {complaint.name}", page.text)
		self.assertEqual(
			(complaint.customer, complaint.step, complaint.source), (self.buyer, "Raised", "Survey")
		)
		self.assertEqual((complaint.subject, complaint.wanted), ("The valve leaks.", "A new one"))
		self.assertEqual((complaint.delivery_note, complaint.contact_person), (note.name, self.contact))
		self.assertEqual([row.kind for row in complaint.evidence], ["Photo", "Document"])
		for row in complaint.evidence:
			self.assertTrue(row.file.startswith("/private/files/"))
			file = frappe.get_doc("File", {"file_url": row.file})
			self.assertTrue(file.is_private)
			self.assertEqual((file.attached_to_doctype, file.attached_to_name), (COMPLAINT, complaint.name))
		self.assertEqual(complaint.docstatus, 0)

	def test_the_second_answer_leads_to_the_complaint_and_changes_nothing(self) -> None:
		survey, key = self.dissatisfied()
		page = self.send(key, answer="A", reason="Fine after all")
		self.assertIn("What happened?", page.text)
		survey.reload()
		self.assertEqual((survey.answer, survey.reason), ("D", "The valve leaks."))

	def test_a_link_brings_one_complaint(self) -> None:
		_survey, key = self.dissatisfied()
		self.complain(key)
		before = self.stored()
		for page in (self.complain(key), self.open(key)):
			self.assertEqual(page.status, 410)
		self.assertEqual(self.stored(), before)

	def test_nobody_complains_before_they_have_answered(self) -> None:
		before = self.stored()
		page = self.complain(self.key(self.survey()))
		self.assertIn("How satisfied are you with us?", page.text)
		self.assertEqual(self.stored(), before)

	def test_a_complaint_needs_words(self) -> None:
		_survey, key = self.dissatisfied()
		page = self.complain(key, description=" \n\t ")
		self.assertEqual(page.status, 422)
		self.assertIn("Please tell us what happened.", page.text)

	def test_files_are_taken_for_what_they_are_whatever_they_are_called(self) -> None:
		survey, key = self.dissatisfied()
		files = [sent(png(), "a.exe"), sent(jpeg(), "../../b.html"), sent(webp(), "c"), sent(pdf(), "d.png")]
		self.assertEqual(self.complain(key, files=files).status, 200)
		names = frappe.get_all(
			"File", {"attached_to_name": survey.reload().complaint}, pluck="file_name", order_by="creation"
		)
		self.assertEqual([name.rpartition(".")[2] for name in names], ["png", "jpg", "webp", "pdf"])
		self.assertFalse(any(bad in name for name in names for bad in ("exe", "html", "/", "..")))

	def test_other_files_are_refused_and_nothing_is_stored(self) -> None:
		_survey, key = self.dissatisfied()
		before = self.stored()
		bad = {
			"a.png": (b"<script>alert(1)</script>", 415, "photos (JPEG, PNG, WebP) or PDF"),
			"b.svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 415, "is not taken"),
			"c.jpg": (b"GIF89a" + b"\0" * 100, 415, "is not taken"),
			"d.exe": (b"MZ" + b"\0" * 100, 415, "is not taken"),
			"e.png": (png()[:40], 422, "cannot be read"),
			"f.png": (b"\x89PNG\r\n\x1a\n" + b"<script>" * 99, 422, "cannot be read"),
			"g.jpg": (b"\xff\xd8\xff" + b"\0" * 100, 422, "cannot be read"),
			"h.pdf": (b"%PDF-1.7\nnothing\n%%EOF", 422, "cannot be read"),
			"i.pdf": (pdf("app.alert(1)"), 422, "cannot be read"),
			"j.webp": (b"RIFF\x10\0\0\0WEBPVP8 ", 422, "cannot be read"),
		}
		for name, (content, code, told) in bad.items():
			forget_limits()
			page = self.complain(key, files=[sent(png()), sent(content, name)])
			self.assertEqual((name, page.status), (name, code))
			self.assertIn(told, page.text)
			self.assertIn("The valve leaks.", page.html)
			self.assertEqual(self.stored(), before)

	def test_an_image_of_too_many_pixels_is_refused(self) -> None:
		_survey, key = self.dissatisfied()
		page = self.complain(key, files=[sent(png(9000, 9000))])
		self.assertEqual(page.status, 422)

	def test_files_that_are_too_large_or_too_many_are_refused_with_the_limit(self) -> None:
		_survey, key = self.dissatisfied()
		before = self.stored()
		size, number = setting.number("outside_file_mb"), setting.number("outside_files")
		page = self.complain(key, files=[sent(png() + b"\0" * size * 1024 * 1024)])
		self.assertEqual(page.status, 413)
		self.assertIn(f"larger than {size} MB", page.text)
		page = self.complain(key, files=[sent(png(8, 8 + each)) for each in range(number + 1)])
		self.assertEqual(page.status, 422)
		self.assertIn(f"at most {number} files, and these are {number + 1}", page.text)
		self.assertEqual(self.stored(), before)

	def test_the_same_photo_twice_is_stored_once(self) -> None:
		survey, key = self.dissatisfied()
		self.complain(key, files=[sent(png()), sent(png())])
		self.assertEqual(len(frappe.get_doc(COMPLAINT, survey.reload().complaint).evidence), 1)

	def test_strangers_get_none_of_the_files(self) -> None:
		survey, key = self.dissatisfied()
		self.complain(key, files=[sent(png())])
		(row,) = frappe.get_doc(COMPLAINT, survey.reload().complaint).evidence
		file = frappe.get_doc("File", {"file_url": row.file})
		for user in ("Guest", make.portal_user(make.customer())):
			with self.set_user(user):
				self.assertFalse(file.is_downloadable())
