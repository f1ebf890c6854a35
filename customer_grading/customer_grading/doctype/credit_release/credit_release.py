from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, nowdate

from customer_grading.gate.ground import ground_of
from customer_grading.gate.speech import for_reader, speech_of
from customer_grading.permissions import sees_credit
from customer_grading.records import credit_release
from customer_grading.records.credit_release import RELEASABLE, Asked
from customer_grading.records.decider import ROLE, deciders, may_decide
from customer_grading.records.reasons import composition, load
from customer_grading.rules.options import Outcome
from customer_grading.setup.custom_fields import CREDIT_LEVEL

CANCELLED = 2
TELL_DECIDERS = "customer_grading.jobs.releases.tell_deciders"
TELL_REQUESTER = "customer_grading.jobs.releases.tell_requester"


class ReleaseError(frappe.ValidationError):
	"""A release that cannot be asked for or decided like this, or is kept."""


class CreditRelease(Document):
	"""An exception from the payment policy for one document. Written by `records.credit_release`."""

	def onload(self) -> None:
		"""Tell the form whether the user may decide, and the usual term."""
		if self.status == "Requested":
			self.set_onload("may_decide", may_decide(self.as_dict()))
			self.set_onload("may_withdraw", frappe.session.user in (self.requested_by, self.impersonator))
			self.set_onload("expires_on", _usual_term())

	@property
	def explanation(self) -> str:
		"""Why the document was refused, in the reader's language; with figures for who may see credit."""
		speech = speech_of(self.company)
		# Whoever may not read the figures gets the document without its reasons.
		kept = self.get("reasons") or frappe.db.get_value(self.doctype, self.name, "reasons")
		reasons = for_reader(load(kept), Outcome.REFUSE)
		return "\n".join(reason.sentence(speech) for reason in reasons)

	@property
	def composition(self) -> str:
		"""What the exposure consisted of, in the reader's language."""
		return composition(self.get("components"))

	def get_permlevel_access(self, permission_type: str = "write") -> list[int]:
		"""The permission levels that the user has. Figures are for who may see credit, whatever the role."""
		levels: list[int] = super().get_permlevel_access(permission_type)
		if sees_credit(frappe.session.user):
			return levels
		return [level for level in levels if level != CREDIT_LEVEL]

	def validate(self) -> None:
		"""Nobody types a release, or moves it, but by the functions of this module."""
		_refuse(_("A release is not typed or changed. Ask for it on the refused document."))

	def on_update(self) -> None:
		"""Where somebody has skipped the validation, the transaction fails all the same."""
		self.validate()

	def before_rename(self, *_names: object) -> None:
		"""A release keeps its name."""
		_refuse(_("A release cannot be renamed."))

	def on_trash(self) -> None:
		"""Releases are evidence."""
		if not frappe.flags.in_uninstall:
			_refuse(_("A release is kept. Reject it where it is wrong."))


@frappe.whitelist(methods=["POST"])
def request_release(
	reference_doctype: str, reference_name: str, amount: float | str | None = None, reason: str = ""
) -> str:
	"""Ask for a release of a refused or held document; the name of the request.

	`amount` in company currency; left out: what the document was refused for. Raises PermissionError where
	the user may not work on the document, ReleaseError or AskedReleaseError where nothing is to be asked for.
	"""
	frappe.has_permission(reference_doctype, "write", throw=True)
	if reference_doctype not in RELEASABLE:
		_refuse(_("A release can be asked for one of these: {0}.").format(", ".join(map(_, RELEASABLE))))
	document = frappe.get_doc(reference_doctype, reference_name)
	document.check_permission("write")
	if document.docstatus == CANCELLED:
		_refuse(_("{0} is cancelled.").format(frappe.bold(frappe.utils.escape_html(document.name))))
	if not reason.strip():
		_refuse(_("Say why the document should pass, so that others can decide."))
	ground = ground_of(document)
	asked = Asked(document, _amount(amount, ground, document), reason, ground)
	name = credit_release.ask(asked, getdate(nowdate()))
	_tell(TELL_DECIDERS, name)
	_must_reach_somebody(name)
	return name


def _must_reach_somebody(name: str) -> None:
	"""Tell the requester where there is nobody who could decide; the request waits all the same."""
	if not deciders(frappe.get_doc("Credit Release", name)):
		message = _(
			"Nobody who could decide on it is there. Ask a System Manager to give somebody else the role {0}."
		)
		told = message.format(frappe.bold(_(ROLE)))
		frappe.msgprint(told, title=_("Asked, but nobody can decide"), indicator="orange")


@frappe.whitelist(methods=["POST"])
def withdraw(name: str) -> None:
	"""Take back a request that is not decided yet. Raises OwnRequestError for who has not asked for it."""
	frappe.has_permission("Credit Release", "read", throw=True)
	release = frappe.get_doc("Credit Release", name)
	release.check_permission("read")
	credit_release.withdraw(release.name)


def _amount(typed: float | str | None, ground: dict[str, Any], document: Document) -> Decimal:
	amount = flt(typed) or flt(ground.get("amount")) or flt(document.base_grand_total)
	if amount <= 0:
		_refuse(_("The amount of a release must be above 0."))
	return Decimal(str(amount))


@frappe.whitelist(methods=["POST"])
def approve(
	name: str, ceiling: float | str | None = None, expires_on: str | None = None, remark: str = ""
) -> None:
	"""Let a document pass once, up to a ceiling in company currency, until a day.

	Left out: what was asked for, and the term of the settings. Raises PermissionError for everybody who does
	not hold the role Credit Controller or has a part in the request.
	"""
	release = _to_decide(name)
	top = Decimal(str(flt(ceiling))) if ceiling else Decimal(str(release.amount))
	last = getdate(expires_on) if expires_on else _usual_term()
	if top <= 0:
		_refuse(_("The ceiling of a release must be above 0."))
	if last < getdate(nowdate()):
		_refuse(_("The release would expire on {0}, which has passed.").format(frappe.utils.formatdate(last)))
	_must_be_there(release)
	credit_release.approve(release.name, top, last, remark)
	_tell(TELL_REQUESTER, release.name)


@frappe.whitelist(methods=["POST"])
def reject(name: str, remark: str) -> None:
	"""Refuse a request, for a reason that the requester is told. Raises as `approve` does."""
	release = _to_decide(name)
	if not remark.strip():
		_refuse(_("Say why, so that the requester understands it."))
	credit_release.reject(release.name, remark)
	_tell(TELL_REQUESTER, release.name)


def _to_decide(name: str) -> Document:
	frappe.has_permission("Credit Release", "write", throw=True)
	release = frappe.get_doc("Credit Release", name)
	release.check_permission("write")
	return release


def _must_be_there(release: Document) -> None:
	"""A document that is gone or cancelled needs no release, and its name may be given to another one."""
	found = frappe.db.get_value(
		release.reference_doctype, release.reference_name, ["docstatus", "creation"], as_dict=True
	)
	same = found and found.docstatus != CANCELLED and found.creation == release.reference_created_on
	if not same:
		message = _("{0} is not there any more. Reject the request.")
		_refuse(message.format(frappe.bold(frappe.utils.escape_html(release.reference_name))))


def _usual_term() -> date:
	days = frappe.db.get_single_value("Grading Settings", "release_days") or 0
	return getdate(nowdate()) + timedelta(days=days)


def _tell(job: str, name: str) -> None:
	frappe.enqueue(job, queue="short", enqueue_after_commit=True, name=name)


def _refuse(message: str) -> NoReturn:
	frappe.throw(message, ReleaseError, title=_("Credit Release"))
