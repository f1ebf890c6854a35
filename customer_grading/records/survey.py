"""Satisfaction surveys: the one-time link, and the answer that comes by it (R12)."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, get_datetime, get_url, now, now_datetime
from frappe.utils.password import get_encryption_key

from customer_grading.records import complaint, satisfaction, setting
from customer_grading.rules.options import ComplaintStep, SatisfactionLevel, SurveyLink, SurveyStatus
from customer_grading.rules.survey import level_of, link_leads_to

SURVEY = "Satisfaction Survey"
ROUTE = "satisfaction"
TOKEN_BYTES = 32
"""256 bits that nobody can guess."""
SIGNATURE_BYTES = 16
PURPOSE = b"customer_grading.satisfaction_survey"
"""The site's key signs other things too; what is signed for one purpose is good for no other."""
KEY = re.compile(r"[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{22}")


class LinkError(frappe.ValidationError):
	"""A link of a survey that leads nowhere."""


class UnknownLinkError(LinkError):
	"""A link that we have not made, or that a newer one has replaced."""

	http_status_code = 404


class UsedLinkError(LinkError):
	"""A link by which somebody has answered already."""

	http_status_code = 410


class ExpiredLinkError(LinkError):
	"""A link that came too late."""

	http_status_code = 410


def new_key() -> str:
	"""A new random token with our signature: what stands in a link, and nowhere here."""
	token = secrets.token_urlsafe(TOKEN_BYTES)
	return f"{token}.{_signature(token)}"


def _signature(token: str) -> str:
	key = hmac.digest(get_encryption_key().encode(), PURPOSE, "sha256")
	signed = hmac.digest(key, token.encode(), "sha256")[:SIGNATURE_BYTES]
	return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def is_genuine(key: object) -> bool:
	"""Whether this site has signed what somebody brings: told without asking the database."""
	if not isinstance(key, str) or not KEY.fullmatch(key):
		return False
	token, _dot, signature = key.partition(".")
	return hmac.compare_digest(signature, _signature(token))


def digest(key: str) -> str:
	"""What of a key is stored."""
	return hashlib.sha256(key.encode()).hexdigest()


def link(key: str) -> str:
	"""The address that a customer opens."""
	return f"{get_url(f'/{ROUTE}')}?key={key}"


def make_link(survey: Document) -> str:
	"""A link for a survey, good until it expires; an older one is good no more.

	The caller has checked permission. Raises UsedLinkError where the survey is answered.
	"""
	if survey.answered_on:
		_refuse_answered()
	key = new_key()
	survey.flags.by_link = True
	survey.update({"token_hash": digest(key), "status": SurveyStatus.OPEN, "sent_on": now()})
	survey.expires_on = add_days(now_datetime(), setting.number("survey_valid_days"))
	# The fields of the link stand on a permission level that nobody has.
	survey.save(ignore_permissions=True)
	return link(key)


def _refuse_answered() -> None:
	frappe.throw(
		_("The customer has answered this survey. Make another one to ask again."),
		UsedLinkError,
		title=_("Answered Already"),
	)


def find(key: object, *, lock: bool = False) -> Document:
	"""The survey of a key; locked until the transaction ends, if wanted. Raises UnknownLinkError."""
	name = frappe.db.get_value(SURVEY, {"token_hash": digest(str(key))}) if is_genuine(key) else None
	if not name:
		raise UnknownLinkError
	survey = frappe.get_doc(SURVEY, name, for_update=lock)
	# While this waited for the lock, the link may have been replaced.
	if survey.token_hash != digest(str(key)):
		raise UnknownLinkError
	return survey


def leads_to(survey: Document) -> SurveyLink:
	"""What the survey's link is good for now."""
	answer = SatisfactionLevel(survey.answer) if survey.answer else None
	expires = get_datetime(survey.expires_on)
	return link_leads_to(answer, bool(survey.complaint), expires, now_datetime())


def must_lead_to(survey: Document, end: SurveyLink) -> None:
	"""Raise UsedLinkError or ExpiredLinkError unless the link is still good for that."""
	found = leads_to(survey)
	if found is SurveyLink.EXPIRED:
		raise ExpiredLinkError
	if found is not end:
		raise UsedLinkError


@dataclass(frozen=True, slots=True)
class Answer:
	"""What a customer says."""

	level: SatisfactionLevel
	reason: str = ""
	"""The example for very satisfied, the reason for dissatisfied."""
	remarks: str = ""


def give(key: object, answer: Answer) -> Document:
	"""Store the answer that comes by a link, once. Raises a LinkError where the link is not good for it."""
	survey = find(key, lock=True)
	must_lead_to(survey, SurveyLink.ANSWER)
	counted = level_of(answer.level, answer.reason)
	survey.flags.by_link = True
	survey.update({"answer": str(answer.level), "satisfaction_level": str(counted), "answered_on": now()})
	survey.update({"status": SurveyStatus.ANSWERED, "reason": answer.reason, "remarks": answer.remarks})
	# Whoever has the link is no user; the link says who they are.
	survey.save(ignore_permissions=True)
	_note_on_complaint(survey)
	satisfaction.refresh({survey.customer})
	return survey


def _note_on_complaint(survey: Document) -> None:
	if survey.reference_doctype != complaint.COMPLAINT or not survey.reference_name:
		return
	if frappe.db.get_value(complaint.COMPLAINT, survey.reference_name, "step") == ComplaintStep.CLOSED:
		complaint.note_satisfaction(survey.reference_name, survey.satisfaction_level)


def note_complaint(survey: Document, raised: str) -> None:
	"""Keep with an answer which complaint was raised with it. The survey is locked by `find`."""
	survey.flags.by_link = True
	survey.complaint = raised
	survey.save(ignore_permissions=True)


def expire() -> int:
	"""Mark the surveys whose links have expired without an answer; how many."""
	table = frappe.qb.DocType(SURVEY)
	is_late = (table.status == SurveyStatus.OPEN) & (table.expires_on <= now_datetime())
	names = frappe.qb.from_(table).select(table.name).where(is_late).for_update().run(pluck=True)
	if names:
		query = frappe.qb.update(table).set(table.status, SurveyStatus.EXPIRED).set(table.modified, now())
		query.where(table.name.isin(names)).run()
	return len(names)
