"""Who is told of complaints, on the Desk and by e-mail: of each thing once, each in their language."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.model.db_query import DatabaseQuery
from frappe.query_builder import DocType
from frappe.utils import escape_html, formatdate, get_url_to_form

from customer_grading.records import bulk
from customer_grading.records.complaint import COMPLAINT, advice

LOG = "Notification Log"
COLUMNS = ("subject", "email_content", "document_type", "document_name", "for_user", "from_user", "type")
MOST_EACH = 50
"""So many things are told one by one at a time; of more, only how many they are."""
NOT_PERSONS = ("Administrator", "Guest")


class Lowered(NamedTuple):
	"""That somebody has lowered a level by hand."""

	old: str
	by: str
	reason: str


@dataclass(frozen=True, slots=True)
class News:
	"""Something about a complaint that some roles are told: a level reached or left, or an overdue step."""

	complaint: str
	customer: str
	subject: str
	level: str
	roles: tuple[str, ...]
	complainant: str = ""
	step: str = ""
	due: date | None = None
	"""Of a step that is overdue; None where the news is the level."""
	person: str = ""
	"""Somebody whom it concerns rather than the roles."""
	lowered: Lowered | None = None
	is_from_outside: bool = False
	"""Whether the news is that a customer has raised the complaint; told on the Desk only."""

	def headline(self, language: str) -> str:
		"""What has happened, in a sentence; not escaped."""
		if self.due:
			told = _("Complaint {0} is overdue at the step {1}, which was due by {2}: {3}", language)
			day = formatdate(self.due)
			return told.format(self.complaint, _(self.step, language, COMPLAINT), day, self.subject)
		if self.lowered:
			told = _("{0} has lowered complaint {1} ({2}) from level {3} to level {4}: {5}", language)
			old, by, reason = self.lowered
			return told.format(by, self.complaint, self.subject, old, self.level, reason)
		if self.is_from_outside:
			told = _("A customer has raised complaint {0}: {1}", language)
			return told.format(self.complaint, self.subject)
		told = _("Complaint {0} has reached level {1}: {2}", language)
		return told.format(self.complaint, self.level, self.subject)


@dataclass(frozen=True, slots=True)
class Reader:
	"""Somebody who is told."""

	name: str
	email: str
	language: str
	roles: frozenset[str] = field(compare=False)


class Address(NamedTuple):
	"""To whom news goes: to a person, or to all who hold one of the roles."""

	person: str = ""
	roles: tuple[str, ...] = ()

	def means(self, reader: Reader) -> bool:
		"""Whether somebody is meant."""
		return reader.name == self.person or not reader.roles.isdisjoint(self.roles)


ATTEMPTS: tuple[Callable[[News], Address], ...] = (
	lambda news: Address(news.person),
	lambda news: Address(roles=news.roles),
	lambda _news: Address(roles=("Sales Manager",)),
	lambda _news: Address(roles=("System Manager",)),
)
"""To whom news goes that has reached nobody yet: nobody may hold the roles, or see the complaint."""


def tell(news: Sequence[News]) -> int:
	"""Tell everybody whom it concerns and who may read the complaint; how many people were told.

	Each gets their own e-mail, in which nobody else is named.
	"""
	concerned = _concerned(news)
	can_write = bool(concerned) and _can_write()
	for reader, theirs in concerned.items():
		_notify(reader, theirs)
		letters = [each for each in theirs if not each.is_from_outside]
		if can_write and letters:
			_write_to(reader, letters)
	return len(concerned)


def _concerned(news: Sequence[News]) -> dict[Reader, list[News]]:
	"""Who is told what. What reaches nobody at one attempt is left for the next."""
	found: dict[Reader, list[News]] = {}
	waiting = [each for each in news if each.person or each.roles]
	for attempt in ATTEMPTS:
		told = _reached(waiting, attempt) if waiting else {}
		for reader, theirs in told.items():
			found.setdefault(reader, []).extend(theirs)
		reached = {each for theirs in told.values() for each in theirs}
		waiting = [each for each in waiting if each not in reached]
	return found


def _reached(news: Sequence[News], attempt: Callable[[News], Address]) -> dict[Reader, list[News]]:
	found = {}
	for reader in _readers({attempt(each) for each in news}):
		theirs = [each for each in news if attempt(each).means(reader)]
		readable = _readable(reader, {each.complaint for each in theirs})
		found[reader] = [each for each in theirs if each.complaint in readable]
	return {reader: theirs for reader, theirs in found.items() if theirs}


def _can_write() -> bool:
	"""Whether there is an account to send from: a complaint must not fail because nobody has set one up."""
	account = EmailAccount.find_outgoing(match_by_doctype=COMPLAINT)
	return bool(account and account.get("email_id"))


def _readers(addresses: Collection[Address]) -> list[Reader]:
	roles = {role for each in addresses for role in each.roles}
	persons = {each.person for each in addresses}
	owned, user = DocType("Has Role"), DocType("User")
	rows = (
		frappe.qb.from_(owned)
		.join(user)
		.on((user.name == owned.parent) & (user.enabled == 1))
		.select(user.name, user.email, user.language, owned.role)
		.where((owned.parenttype == "User") & user.name.notin(NOT_PERSONS))
		.where(owned.role.isin([*roles, ""]) | user.name.isin([*persons, ""]))
		.orderby(user.name)
		.run()
	)
	held: dict[tuple[str, str, str], set[str]] = {}
	default = frappe.db.get_default("lang") or "en"
	for name, email, language, role in rows:
		held.setdefault((name, email, language or default), set()).add(role)
	return [Reader(*person, frozenset(theirs)) for person, theirs in held.items()]


def _readable(reader: Reader, complaints: Collection[str]) -> set[str]:
	"""Which of these complaints somebody may read, by roles, User Permissions and whatever else there is."""
	if not complaints or not frappe.has_permission(COMPLAINT, "read", user=reader.name):
		return set()
	# `frappe.get_list` asks whether the user of the request may read, who may be a customer.
	query = DatabaseQuery(COMPLAINT, user=reader.name)
	filters = {"name": ("in", list(complaints))}
	return set(query.execute(filters=filters, pluck="name", user=reader.name))


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
