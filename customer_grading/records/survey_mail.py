"""The mail by which a customer is asked: to one contact, in their language."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.translate import print_language
from frappe.utils import formatdate, get_datetime

from customer_grading.records import survey as surveys

TEMPLATE = "satisfaction_survey"


class NoAddressError(frappe.ValidationError):
	"""A survey of which nobody knows whom to send it to."""


def send(survey: Document) -> None:
	"""Put the mail with a new link in the queue. The caller has checked permission.

	Raises NoAddressError without an e-mail address, OutgoingEmailError where the site sends no mail.
	"""
	if not survey.email_id:
		frappe.throw(
			_("There is no e-mail address. Fill in E-mail, or copy the link and send it yourself."),
			NoAddressError,
			title=_("Nobody to Send It To"),
		)
	link = surveys.make_link(survey)
	with print_language(survey.spoken_language or frappe.db.get_default("lang") or "en"):
		frappe.sendmail(
			recipients=[survey.email_id],
			subject=_("{0}: how satisfied were you?").format(survey.company),
			template=TEMPLATE,
			args=_told(survey, link),
			reference_doctype=surveys.SURVEY,
			reference_name=survey.name,
			add_unsubscribe_link=0,
		)


def _told(survey: Document, link: str) -> dict[str, str]:
	return {
		"link": link,
		"company": survey.company,
		"about": about(survey),
		"expires": formatdate(get_datetime(survey.expires_on).date()),
	}


def about(survey: Document) -> str:
	"""What a survey asks about, as a sentence that begins the question."""
	name = survey.reference_name
	if not name:
		return ""
	return {
		"Delivery Note": _("This is about our delivery {0}."),
		"Maintenance Visit": _("This is about our service visit {0}."),
		"Warranty Claim": _("This is about your warranty claim {0}."),
		"Customer Complaint": _("This is about your complaint {0}."),
	}[survey.reference_doctype].format(name)
