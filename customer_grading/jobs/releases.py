"""Exceptions from the payment policy: who is told of them, and those whose time has passed."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled,
	is_notifications_enabled,
)
from frappe.model.document import Document
from frappe.utils import escape_html, fmt_money, formatdate, get_url_to_form, getdate, nowdate

from customer_grading.records import credit_release
from customer_grading.records.decider import deciders
from customer_grading.rules.options import ReleaseStatus


class Told(NamedTuple):
	"""What somebody is told, in their language, and the document that it is about."""

	subject: str
	content: str
	"""HTML."""


def expire() -> None:
	"""Mark releases whose last day has passed. They count no more from that day on, marked or not."""
	credit_release.expire(getdate(nowdate()))


def tell_deciders(name: str) -> None:
	"""Tell everybody who may decide on a request that it waits, each by themselves."""
	release = frappe.get_doc(credit_release.RELEASE, name)
	if release.status != ReleaseStatus.REQUESTED:
		return
	for user in deciders(release):
		_tell(user, release, _request(release, _language(user)))


def tell_requester(name: str) -> None:
	"""Tell the requester how a request was decided. By whom is not told: addresses stay where they are."""
	release = frappe.get_doc(credit_release.RELEASE, name)
	if frappe.db.get_value("User", release.requested_by, "enabled"):
		_tell(release.requested_by, release, _decision(release, _language(release.requested_by)))


def _language(user: str) -> str | None:
	language: str | None = frappe.db.get_value("User", user, "language") or frappe.db.get_default("lang")
	return language


def _request(release: Document, language: str | None) -> Told:
	asker = frappe.db.get_value("User", release.requested_by, "full_name") or release.requested_by
	subject = _("{0} asks to release {1} {2} of {3} for {4}", lang=language).format(
		_safe(asker),
		_(release.reference_doctype, lang=language),
		_safe(release.reference_name),
		_safe(_customer(release)),
		_money(release, release.amount),
	)
	return Told(subject, _paragraphs([release.reason]))


def _decision(release: Document, language: str | None) -> Told:
	document = (_(release.reference_doctype, lang=language), _safe(release.reference_name))
	if release.status == ReleaseStatus.REJECTED:
		subject = _("The release of {0} {1} was rejected", lang=language).format(*document)
		return Told(subject, _paragraphs([release.decision_remark]))
	subject = _("{0} {1} is released up to {2}", lang=language).format(
		*document, _money(release, release.ceiling)
	)
	until = _("Submit it again by {0}.", lang=language).format(formatdate(release.expires_on))
	return Told(subject, _paragraphs([until, release.decision_remark]))


def _customer(release: Document) -> str:
	name: str | None = frappe.db.get_value("Customer", release.customer, "customer_name")
	return name or release.customer


def _money(release: Document, amount: float) -> str:
	currency = frappe.get_cached_value("Company", release.company, "default_currency")
	told: str = fmt_money(amount, currency=currency)
	return told


def _safe(text: str) -> str:
	escaped: str = escape_html(text)
	return escaped


def _paragraphs(texts: Iterable[str | None]) -> str:
	return "".join(f"<p>{_safe(text)}</p>" for text in texts if text)


def _tell(user: str, release: Document, told: Told) -> None:
	"""A notification in Desk, and an e-mail to one address."""
	if is_notifications_enabled(user):
		_notify(user, release, told)
	if is_email_notifications_enabled(user):
		_mail(user, release, told)


def _notify(user: str, release: Document, told: Told) -> None:
	log = frappe.new_doc("Notification Log")
	about: dict[str, Any] = {"document_type": release.doctype, "document_name": release.name}
	# "Alert" sends no e-mail by itself; ours tells more. It names nobody as its sender.
	log.update({"for_user": user, "type": "Alert", "subject": told.subject, **about})
	log.email_content = told.content
	# Whoever asks or decides may not write notifications of others.
	log.insert(ignore_permissions=True)


def _mail(user: str, release: Document, told: Told) -> None:
	address = frappe.db.get_value("User", user, "email")
	link = get_url_to_form(release.doctype, release.name)
	args = {"body_content": told.subject, "description": told.content, "doc_link": link}
	args |= {"document_type": release.doctype, "document_name": release.name}
	try:
		# One message each: whoever decides on credit is not to be read from a header.
		frappe.sendmail(
			recipients=[address],
			subject=frappe.utils.strip_html(told.subject),
			template="new_notification",
			args=args,
			header=[_(release.doctype, lang=_language(user)), "orange"],
		)
	except Exception:  # noqa: BLE001  (without an account to send from, Frappe fails in several ways)
		# Desk has told it; the others are told all the same.
		frappe.log_error("A release could not be told of by e-mail", reference_doctype=release.doctype)
