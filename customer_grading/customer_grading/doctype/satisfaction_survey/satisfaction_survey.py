from typing import NoReturn

import frappe
from frappe import _
from frappe.model import data_fieldtypes
from frappe.model.document import Document

from customer_grading.facts.contact import is_contact_of
from customer_grading.records import survey as surveys
from customer_grading.records import survey_mail
from customer_grading.rules.options import SurveyStatus

BY_LINK = (
	"status",
	"satisfaction_level",
	"answer",
	"answered_on",
	"complaint",
	"reason",
	"remarks",
	"sent_on",
	"expires_on",
	"token_hash",
)
"""What follows from the link and from whoever opens it; nobody types it."""
LATER = ("complaint",)
"""What is still noted once the customer has answered."""
SURVEYED = ("Delivery Note", "Maintenance Visit", "Warranty Claim", "Customer Complaint")


class SurveyError(frappe.ValidationError):
	"""A survey that cannot be as it is about to be."""


class SurveyKeptError(SurveyError):
	"""Somebody tried to change, type or delete what a customer has answered."""


class ForeignSurveyError(SurveyError):
	"""A document or a contact of somebody else is named."""


class SatisfactionSurvey(Document):
	"""A question to a customer and, once answered, their answer (R12), which is kept."""

	def validate(self) -> None:
		"""Raise a SurveyError where it names what is not the customer's, or changes what is kept."""
		before = self.get_doc_before_save()
		if not self.flags.by_link:
			self._must_be_untouched(before)
		if before and before.answered_on:
			self._must_stay(before)
			return
		if before is None or not self.flags.by_link:
			self._must_belong()
			self._fill_in()

	def _must_be_untouched(self, before: Document | None) -> None:
		"""A new survey begins empty, whoever filled in what; one that is there is answered by its link."""
		if before is None:
			self.update(dict.fromkeys(BY_LINK))
			self.status = SurveyStatus.DRAFT
		elif any(_differs(self, before, field) for field in BY_LINK):
			_refuse_kept(_("An answer comes by the link only: nobody types it. Send or copy the link."))

	def _must_stay(self, before: Document) -> None:
		fields = {field.fieldname for field in self.meta.fields if field.fieldtype in data_fieldtypes}
		if any(_differs(self, before, field) for field in fields.difference(LATER)):
			_refuse_kept(_("The customer has answered, and the answer is kept. Make another survey instead."))

	def _must_belong(self) -> None:
		if self.reference_doctype and self.reference_name:
			_must_be_theirs(self.reference_doctype, self.reference_name, self.customer)
		if self.contact_person and not is_contact_of(self.contact_person, self.customer):
			_refuse_foreign(_("Contact"), self.contact_person, self.customer)

	def _fill_in(self) -> None:
		"""What follows from the customer, the contact and the document, where nobody has filled it in."""
		if self.contact_person and not self.email_id:
			self.email_id = frappe.db.get_value("Contact", self.contact_person, "email_id")
		if not self.spoken_language:
			self.spoken_language = frappe.db.get_value("Customer", self.customer, "language")

	def before_validate(self) -> None:
		"""The company is that of the document, else the default one."""
		if not self.company and self.reference_name and self.reference_doctype in SURVEYED:
			self.company = frappe.db.get_value(self.reference_doctype, self.reference_name, "company")
		self.company = self.company or frappe.db.get_single_value("Global Defaults", "default_company")

	def on_trash(self) -> None:
		"""Answers are kept, whoever asks; only with the app itself they go."""
		if self.answered_on and not frappe.flags.in_uninstall:
			_refuse_kept(_("The answer of {0} cannot be deleted.").format(_safe(self.customer)))


def _differs(survey: Document, before: Document, field: str) -> bool:
	return str(survey.get(field) or "") != str(before.get(field) or "")


def _safe(text: str) -> str:
	return frappe.utils.escape_html(text)


def _must_be_theirs(doctype: str, name: str, customer: str) -> None:
	if doctype not in SURVEYED or frappe.db.get_value(doctype, name, "customer") != customer:
		_refuse_foreign(_(doctype), name, customer)


def _refuse_foreign(kind: str, name: str, customer: str) -> NoReturn:
	frappe.throw(
		_("{0} {1} does not belong to customer {2}. Name one of theirs, or leave it empty.").format(
			_safe(kind), frappe.bold(_safe(name)), _safe(customer)
		),
		ForeignSurveyError,
		title=_("Another Customer's Document"),
	)


def _refuse_kept(message: str) -> NoReturn:
	frappe.throw(message, SurveyKeptError, title=_("Answers Are Kept"))


@frappe.whitelist(methods=["POST"])
def copy_link(survey: str) -> str:
	"""A new link of a survey that is not answered yet, for somebody to hand on. Older ones end by it."""
	frappe.has_permission(surveys.SURVEY, "write", throw=True)
	document = frappe.get_doc(surveys.SURVEY, survey)
	document.check_permission("write")
	return surveys.make_link(document)


@frappe.whitelist(methods=["POST"])
def send(survey: str) -> str:
	"""Mail a new link to the contact of a survey that is not answered yet; the address."""
	frappe.has_permission(surveys.SURVEY, "write", throw=True)
	document = frappe.get_doc(surveys.SURVEY, survey)
	document.check_permission("write")
	survey_mail.send(document)
	return document.email_id
