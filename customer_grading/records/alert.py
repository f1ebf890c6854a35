"""Who is told of complaints, on the Desk and by e-mail: of each thing once, each in their language."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.query_builder import DocType
from frappe.utils import escape_html, formatdate, get_url_to_form

from customer_grading.records import bulk
from customer_grading.records.complaint import COMPLAINT, advice

LOG = "Notification Log"
COLUMNS = ("subject", "email_content", "document_type", "document_name", "for_user", "from_user", "type")
MOST_EACH = 50
"""So many things are told one by one at a time; of more, only how many they are."""
NOT_PERSONS = ("Administrator", "Guest")


@dataclass(frozen=True, slots=True)
class News:
	"""Something about a complaint that some roles are told: a level reached, or a step that is overdue."""

	complaint: str
	customer: str
	subject: str
	level: str
	roles: tuple[str, ...]
	complainant: str = ""
	step: str = ""
	due: date | None = None
	"""Of a step that is overdue; None where the news is the level."""

	def headline(self, language: str) -> str:
		"""What has happened, in a sentence; not escaped."""
		if self.due:
			told = _("Complaint {0} is overdue at the step {1}, which was due by {2}: {3}", language)
			day = formatdate(self.due)
			return told.format(self.complaint, _(self.step, language, COMPLAINT), day, self.subject)
		told = _("Complaint {0} has reached level {1}: {2}", language)
		return told.format(self.complaint, self.level, self.subject)


@dataclass(frozen=True, slots=True)
class Reader:
	"""Somebody who is told."""

	name: str
	email: str
	language: str
	roles: frozenset[str]


def tell(news: Sequence[News]) -> int:
	"""Tell everybody whom it concerns and who may see the customer; how many people were told.

	Each gets their own e-mail, in which nobody else is named.
	"""
	roles = {role for each in news for role in each.roles}
	concerned = _concerned(news, _readers(roles)) if roles else []
	can_write = bool(concerned) and _can_write()
	for reader, theirs in concerned:
		_notify(reader, theirs)
		if can_write:
			_write_to(reader, theirs)
	return len(concerned)


def _concerned(news: Sequence[News], readers: Sequence[Reader]) -> list[tuple[Reader, list[News]]]:
	found = []
	for reader in readers:
		fence = _fence(reader)
		theirs = [
			each
			for each in news
			if not reader.roles.isdisjoint(each.roles) and (fence is None or each.customer in fence)
		]
		if theirs:
			found.append((reader, theirs))
	return found


def _can_write() -> bool:
	"""Whether there is an account to send from: a complaint must not fail because nobody has set one up."""
	account = EmailAccount.find_outgoing(match_by_doctype=COMPLAINT)
	return bool(account and account.get("email_id"))


def _readers(roles: Collection[str]) -> list[Reader]:
	owned, user = DocType("Has Role"), DocType("User")
	rows = (
		frappe.qb.from_(owned)
		.join(user)
		.on((user.name == owned.parent) & (user.enabled == 1))
		.select(user.name, user.email, user.language, owned.role)
		.where((owned.parenttype == "User") & owned.role.isin(list(roles)) & user.name.notin(NOT_PERSONS))
		.orderby(user.name)
		.run()
	)
	held: dict[tuple[str, str, str], set[str]] = {}
	default = frappe.db.get_default("lang") or "en"
	for name, email, language, role in rows:
		held.setdefault((name, email, language or default), set()).add(role)
	return [Reader(*person, frozenset(theirs)) for person, theirs in held.items()]


def _fence(reader: Reader) -> set[str] | None:
	"""The only customers of whom somebody is told, where they are fenced to some."""
	fence = get_user_permissions(reader.name).get("Customer") or ()
	allowed = {each.get("doc") for each in fence if each.get("applicable_for") in (None, "", COMPLAINT)}
	return allowed or None


def _notify(reader: Reader, news: Sequence[News]) -> None:
	"""The bell of the Desk. Many rows at once: their controller would do one by one what is done here."""
	if not is_notifications_enabled(reader.name):
		return
	rows = [_row(reader, each) for each in news[:MOST_EACH]]
	if len(news) > MOST_EACH:
		told = _("{0} more complaints have risen in level or are overdue.", reader.language)
		subject = told.format(len(news) - MOST_EACH)
		rows.append((subject, subject, COMPLAINT, None, reader.name, frappe.session.user, "Alert"))
	bulk.insert(LOG, COLUMNS, [(frappe.generate_hash(length=16), row) for row in rows])
	frappe.db.set_value("Notification Settings", reader.name, "seen", 0, update_modified=False)
	frappe.publish_realtime("notification", after_commit=True, user=reader.name)


def _row(reader: Reader, news: News) -> tuple[object, ...]:
	subject = escape_html(news.headline(reader.language))
	content = "<br>".join(map(escape_html, _advice(reader, news)))
	return subject, content, COMPLAINT, news.complaint, reader.name, frappe.session.user, "Alert"


def _advice(reader: Reader, news: News) -> list[str]:
	return advice(news.level, news.complainant, reader.language)


def _write_to(reader: Reader, news: Sequence[News]) -> None:
	language = reader.language
	if len(news) == 1:
		subject = news[0].headline(language)
	else:
		subject = _("{0} complaints have risen in level or are overdue", language).format(len(news))
	frappe.sendmail(
		recipients=[reader.email],
		subject=subject,
		message=_message(reader, news),
		reference_doctype=COMPLAINT,
		reference_name=news[0].complaint if len(news) == 1 else None,
	)


def _message(reader: Reader, news: Sequence[News]) -> str:
	parts = [_paragraph(reader, each) for each in news[:MOST_EACH]]
	if len(news) > MOST_EACH:
		told = _("{0} more are in the list of complaints.", reader.language)
		parts.append(f"<p>{told.format(len(news) - MOST_EACH)}</p>")
	return "".join(parts)


def _paragraph(reader: Reader, news: News) -> str:
	link = escape_html(get_url_to_form(COMPLAINT, news.complaint))
	head = escape_html(news.headline(reader.language))
	lines = [f'<a href="{link}"><b>{head}</b></a>', *map(escape_html, _advice(reader, news))]
	return f"<p>{'<br>'.join(lines)}</p>"
