"""Who may decide on an exception: a person at a screen, with the role, who has no part in it (R6)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document

from customer_grading.records.credit_decision import decisions_on, impersonator

ROLE = "Credit Controller"
NO_PERSONS = ("Administrator", "Guest")
"""Whoever works in the background is one of them, and Administrator has every role."""


class NoDeciderError(frappe.PermissionError):
	"""Whoever tried to decide may never decide on credit."""


class OwnRequestError(frappe.PermissionError):
	"""Somebody tried to decide what they, or a document of theirs, have asked for."""


def must_decide() -> None:
	"""Raise NoDeciderError unless a person with the role is at work, in their own name and not in a job."""
	user = frappe.session.user
	if user in NO_PERSONS or ROLE not in frappe.get_roles(user):
		message = _("Only a person with the role {0} decides on releases, not {1}.")
		_refuse(message.format(_(ROLE), frappe.utils.escape_html(user)), NoDeciderError)
	if getattr(frappe.local, "job", None) or frappe.flags.in_scheduler:
		_refuse(_("A release is decided by a person, not by a background job."), NoDeciderError)
	if impersonator():
		message = _("A release is not decided in the name of somebody else. Log in as yourself.")
		_refuse(message, NoDeciderError)


def must_be_free(release: frappe._dict) -> None:
	"""Raise OwnRequestError where the user has a part in what is asked for.

	That is who asked, who owns the document or has changed it, and who has submitted it or tried to, at the
	request or now.
	"""
	parties: set[str] = {release.requested_by, release.owner, *frappe.parse_json(release.barred or "[]")}
	if release.impersonator:
		parties.add(release.impersonator)
	if frappe.db.exists(release.reference_doctype, release.reference_name):
		parties |= barred_from(frappe.get_doc(release.reference_doctype, release.reference_name))
	if persons([frappe.session.user]) & persons(parties):
		message = _("You have asked for this release, or the document is yours. Let another {0} decide.")
		_refuse(message.format(_(ROLE)), OwnRequestError)


def must_be_own(release: frappe._dict) -> None:
	"""Raise OwnRequestError unless the user, or who is in the user's place, has asked for it."""
	own = {release.requested_by, release.impersonator} - {None, ""}
	if not own & {frappe.session.user, impersonator()}:
		message = _("Only whoever has asked for a release takes it back. A {0} can reject it.")
		frappe.throw(message.format(_(ROLE)), OwnRequestError, title=_("Not Your Request"))


def may_decide(release: frappe._dict) -> bool:
	"""Whether the user could decide on a request, for the form to offer it."""
	try:
		must_decide()
		must_be_free(release)
	except frappe.PermissionError:
		frappe.clear_last_message()
		return False
	return True


def barred_from(document: Document, *users: str | None) -> set[str]:
	"""Who may not decide on a document: who owns it, has changed, submitted or tried it, and `users`."""
	tried = {user for row in decisions_on(document) for user in (row.user, row.impersonator)}
	own = (document.owner, document.modified_by)
	return {user for user in (*own, *_editors(document), *tried, *users) if user}


def _editors(document: Document) -> list[str]:
	"""Whoever has changed a document since it was made. Its name may have been that of another before."""
	told = {"ref_doctype": document.doctype, "docname": document.name}
	told["creation"] = (">=", document.creation)
	return frappe.get_all("Version", told, pluck="owner", distinct=True, order_by=None)


def persons(users: Iterable[str]) -> set[str]:
	"""What two accounts of one person share: the name, or the mailbox, whatever its case and tag."""
	names = set(users)
	known = frappe.get_all("User", filters={"name": ("in", names)}, pluck="email") if names else []
	return {_mailbox(each) for each in (*names, *known) if each}


def _mailbox(address: str) -> str:
	local, at, domain = address.casefold().partition("@")
	return f"{local.partition('+')[0]}{at}{domain}"


def deciders(release: Document) -> list[str]:
	"""Who may decide on a request: enabled users with the role who may see it and have no part in it."""
	holders = frappe.get_all("Has Role", filters={"role": ROLE, "parenttype": "User"}, pluck="parent")
	filters = {"name": ("in", set(holders) - set(NO_PERSONS)), "enabled": 1}
	users = frappe.get_all("User", filters=filters, pluck="name", order_by="name")
	parties = persons(frappe.parse_json(release.barred or "[]"))
	return [user for user in users if not persons([user]) & parties and _may_decide(release, user)]


def _may_decide(release: Document, user: str) -> bool:
	return bool(frappe.has_permission(release.doctype, "write", doc=release, user=user))


def _refuse(message: str, error: type[Exception]) -> None:
	frappe.throw(message, error, title=_("You May Not Decide"))
