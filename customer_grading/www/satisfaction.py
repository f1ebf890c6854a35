"""The page on which a customer answers a survey: without login, by a link that is good once."""

from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe import _

from customer_grading import website
from customer_grading.facts.contact import is_contact_of
from customer_grading.records import complaint_outside, setting, survey_mail, uploads
from customer_grading.records import survey as surveys
from customer_grading.records.complaint import ComplaintError
from customer_grading.records.complaint_outside import Told
from customer_grading.rules.options import ComplaintSource, SatisfactionLevel, SurveyLink
from customer_grading.rules.outside_text import one_line
from customer_grading.rules.survey import ANSWERS, proposes_complaint

no_cache = 1
sitemap = 0

MOST_OF_REASON = 1000
MOST_OF_REMARKS = 2000
MOST_OF_COMPLAINT = 5000
MOST_OF_WISH = 1000
MOST_OF_SUBJECT = 100

BEFORE = "before_the_form"
"""The place to which the database goes back when a form is refused."""

Refused = (website.FormRefusedError, uploads.UploadRefusedError, ComplaintError)
"""What is told beside the form, so that it can be put right."""


FIELDS = ("answer", "reason", "remarks", "description", "wanted")


@dataclass(slots=True)
class Page:
	"""What is shown: a form, or a notice."""

	view: str
	status: int = 200
	heading: str = ""
	text: str = ""
	error: str = ""
	survey: Any = None
	key: str = ""
	typed: dict[str, str] = field(default_factory=dict)


def get_context(context: dict[str, Any]) -> None:
	"""Show the page, or take what it sends. Whatever is wrong with a link or a form becomes a notice."""
	website.speak(None)
	page = _page()
	# Templates of Frappe show what is missing as such, rather than nothing.
	page.typed = {**dict.fromkeys(FIELDS, ""), **page.typed}
	context.update({"no_cache": 1, "http_status_code": page.status, "page": page, "title": _("Satisfaction")})
	context.update(_constants(page))


def _constants(page: Page) -> dict[str, Any]:
	survey = page.survey
	company = survey.company if survey else frappe.db.get_single_value("Global Defaults", "default_company")
	return {
		"company": company or "",
		"about": survey_mail.about(survey) if survey else "",
		"answers": _answers(),
		"language": frappe.local.lang,
		"languages": website.LANGUAGES,
		"csrf_token": website.token_of_session(),
		"most": _limits(),
	}


def _limits() -> dict[str, int]:
	return {
		"reason": MOST_OF_REASON,
		"remarks": MOST_OF_REMARKS,
		"complaint": MOST_OF_COMPLAINT,
		"wish": MOST_OF_WISH,
		"files": setting.number("outside_files"),
		"megabytes": setting.number("outside_file_mb"),
	}


def _answers() -> list[tuple[str, str, str]]:
	"""Each answer with a face and its words."""
	words = (
		("😀", _("Very satisfied")),
		("😊", _("Satisfied")),
		("😐", _("Neither satisfied nor dissatisfied")),
		("😞", _("Dissatisfied")),
		("😠", _("Very dissatisfied")),
	)
	return [(str(level), *told) for level, told in zip(ANSWERS, words, strict=True)]


def _page() -> Page:
	try:
		is_post = website.is_post()
		website.limit_visits()
		return _take() if is_post else _open(frappe.request.args.get("key") if frappe.request else None)
	except surveys.LinkError as error:
		return _dead_end(error)
	except frappe.RateLimitExceededError:
		return _too_often()
	except website.ForeignOriginError as error:
		return Page("notice", 403, _("Not sent from here"), website.told(error))
	except Exception:  # noqa: BLE001  (a customer gets a sentence, and the administrator the traceback)
		website.failed("Customer Grading: the survey page failed")
		return _our_fault()


def _dead_end(error: surveys.LinkError) -> Page:
	"""A link that we never made and one that a newer one has replaced look the same."""
	frappe.clear_messages()
	if isinstance(error, surveys.UsedLinkError):
		heading, text = _("Thank you, we have your answer"), _("This link can be used only once.")
	elif isinstance(error, surveys.ExpiredLinkError):
		heading = _("This link has expired")
		text = _("If you still want to tell us something, please write to your contact with us.")
	else:
		heading = _("This link is not valid")
		text = _("Please open the link exactly as it stands in our message, or ask your contact for another.")
	return Page("notice", error.http_status_code, heading, text)


def _too_often() -> Page:
	frappe.clear_messages()
	text = _("Too much has come from your connection within a short time. Please try again in some minutes.")
	return Page("notice", 429, _("Please wait a little"), text)


def _our_fault() -> Page:
	text = _("Something went wrong on our side, and nothing was stored. Please try again later.")
	return Page("notice", 500, _("That did not work"), text)


def _open(key: object) -> Page:
	survey = surveys.find(key)
	website.speak(survey.spoken_language)
	end = surveys.leads_to(survey)
	if end is SurveyLink.ANSWER:
		return Page("answer", survey=survey, key=str(key))
	surveys.must_lead_to(survey, SurveyLink.COMPLAINT)
	return Page("complaint", survey=survey, key=str(key), typed={"description": survey.reason or ""})


def _take() -> Page:
	website.must_come_from_here()
	website.limit_posts()
	key = frappe.request.form.get("key")
	if surveys.is_genuine(key):
		website.limit_link(surveys.digest(key))
	page = _open(key)
	# Who answers twice, and may still complain, is shown the complaint.
	if frappe.request.form.get("step") != page.view:
		return page
	frappe.db.savepoint(BEFORE)
	try:
		return _take_answer(page) if page.view == "answer" else _take_complaint(page)
	except Refused as error:
		frappe.db.rollback(save_point=BEFORE)
		return _again(page, error)


def _again(page: Page, error: Exception) -> Page:
	"""The form as it was typed, and what is wrong with it. Files have to be chosen anew."""
	page.error, page.status = website.told(error), getattr(error, "http_status_code", 422)
	page.typed = {name: str(frappe.request.form.get(name) or "") for name in FIELDS}
	return page


def _take_answer(page: Page) -> Page:
	given = frappe.request.form.get("answer")
	if given not in list(ANSWERS):
		website.refuse(_("Please choose one of the five answers."))
	reason = website.typed("reason", _("The example or reason"), MOST_OF_REASON)
	remarks = website.typed("remarks", _("What else you want to tell us"), MOST_OF_REMARKS)
	answer = surveys.Answer(SatisfactionLevel(given), reason, remarks)
	survey = surveys.give(page.key, answer)
	if proposes_complaint(answer.level):
		return Page("complaint", survey=survey, key=page.key, typed={"description": reason})
	return Page("notice", 200, _("Thank you"), _("Your answer has reached us."), survey=survey)


def _take_complaint(page: Page) -> Page:
	description = website.typed("description", _("What happened"), MOST_OF_COMPLAINT)
	wanted = website.typed("wanted", _("What you expect of us"), MOST_OF_WISH)
	if not description:
		website.refuse(_("Please tell us what happened."))
	good = uploads.checked(website.files("files"))
	survey = surveys.find(page.key, lock=True)
	surveys.must_lead_to(survey, SurveyLink.COMPLAINT)
	told = Told(subject=_subject(description), description=description, wanted=wanted, **_known(survey))
	raised = complaint_outside.raise_complaint(told, ComplaintSource.SURVEY, good)
	surveys.note_complaint(survey, raised)
	text = _("We have filed your complaint under the number {0}, and will come back to you.").format(raised)
	return Page("notice", 200, _("Thank you for telling us"), text, survey=survey)


def _subject(description: str) -> str:
	first = one_line(description)
	return first if len(first) <= MOST_OF_SUBJECT else f"{first[: MOST_OF_SUBJECT - 1]}…"


def _known(survey: Any) -> dict[str, Any]:
	"""What the survey tells of the complaint."""
	paper = {"Delivery Note": "delivery_note", "Warranty Claim": "warranty_claim"}.get(
		survey.reference_doctype
	)
	contact = survey.contact_person
	known = {"customer": survey.customer, "company": survey.company}
	# Somebody of ours may have given the contact to another customer since.
	known["contact_person"] = contact if contact and is_contact_of(contact, survey.customer) else None
	return {**known, "names_reason": 1, **({paper: survey.reference_name} if paper else {})}
