"""What the pages share that customers open: who may post what, how often, what browsers are told."""

from datetime import date
from html import unescape
from typing import Any, NoReturn
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit
from frappe.website.page_renderers.template_page import TemplatePage
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from customer_grading.rules.outside_text import clean

MINUTE = 60
HOUR = 60 * MINUTE
GETS_A_MINUTE = 120
POSTS_A_MINUTE = 20
"""From one address, behind which a whole company may sit."""
POSTS_OF_A_LINK = 30
"""In an hour: enough for every slip, too few to try anything out."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
BARE = "satisfaction"
"""The page without login. It has no scripts, and takes nothing from elsewhere."""
PAGES = (BARE, "my-complaints", "my-complaint")
HEADERS = {
	"Cache-Control": "private, no-store",
	"Referrer-Policy": "same-origin",
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "DENY",
	"X-Robots-Tag": "noindex, nofollow",
}
POLICY = (
	"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
	"base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGES = {"en": "English", "zh": "中文"}
"""What a customer can choose on the page; it is there in every other language of the site, too."""


class FormRefusedError(frappe.ValidationError):
	"""What was typed into a page cannot be taken as it is."""

	http_status_code = 422


class ForeignOriginError(frappe.PermissionError):
	"""A form that another site has sent in the name of its visitor."""


class OutsidePage(TemplatePage):
	"""A page of ours; for the hook `page_renderer`. What strangers type is never taken for a template."""

	def can_render(self) -> bool:
		"""Whether it is one of ours."""
		return self.path in PAGES and bool(super().can_render())

	def render(self) -> Response:
		"""The page, with what browsers must know about it."""
		response = self.build_response(self.get_html())
		response.headers.update(HEADERS)
		if self.path == BARE:
			response.headers["Content-Security-Policy"] = POLICY
		return response

	def update_toc(self, html: str) -> str:
		"""Frappe would replace {index} and {next}, which somebody may have typed."""
		return html


def is_post() -> bool:
	"""Whether somebody sends something. What Frappe itself reads of a request is emptied of it."""
	frappe.form_dict.pop("file_size", None)
	return bool(frappe.request) and frappe.request.method == "POST"


def must_come_from_here() -> None:
	"""Raise ForeignOriginError for a form that a page of another site has sent, or that is none."""
	origin = frappe.get_request_header("Origin")
	ours = {frappe.request.host, urlsplit(frappe.utils.get_url()).netloc}
	if origin and urlsplit(origin).netloc not in ours:
		_refuse_origin()
	if frappe.get_request_header("Sec-Fetch-Site") == "cross-site" or frappe.request.mimetype not in FORMS:
		_refuse_origin()


def _refuse_origin() -> NoReturn:
	frappe.throw(
		_("The form was not sent from our page. Open the page again, and send it from there."),
		ForeignOriginError,
		title=_("Not Sent from Here"),
	)


def limit_visits() -> None:
	"""Count a request of this address. Raises RateLimitExceededError where there are too many."""
	_count("customer_grading.visit", _visit)


def limit_posts() -> None:
	"""Count what this address sends. Raises RateLimitExceededError where that is too much."""
	_count("customer_grading.post", _post)


def limit_link(digest: str) -> None:
	"""Count what comes by a link, from wherever. Raises RateLimitExceededError where that is too much."""
	frappe.form_dict["survey_link"] = digest
	_count("customer_grading.link", _by_link)


def limit_user(most: int) -> None:
	"""Count what a user sends in a day. Raises RateLimitExceededError for more than `most`."""
	frappe.form_dict["portal_user"] = frappe.session.user
	limited = rate_limit(key="portal_user", limit=most, seconds=24 * HOUR, ip_based=False)(_nothing)
	_count("customer_grading.user", limited)


def _count(what: str, limited: Any) -> None:
	"""Frappe counts by the name of the command, which pages do not have."""
	frappe.form_dict.cmd = what
	try:
		limited()
	finally:
		frappe.form_dict.pop("cmd", None)


def _nothing() -> None:
	"""What is limited is done by the caller."""


_visit = rate_limit(limit=GETS_A_MINUTE, seconds=MINUTE)(_nothing)
_post = rate_limit(limit=POSTS_A_MINUTE, seconds=MINUTE)(_nothing)
_by_link = rate_limit(key="survey_link", limit=POSTS_OF_A_LINK, seconds=HOUR, ip_based=False)(_nothing)


def typed(name: str, label: str, most: int) -> str:
	"""What was typed into a field of the form, made clean. Raises FormRefusedError for more than `most`."""
	text = clean(str(frappe.request.form.get(name) or ""))
	if len(text) > most:
		message = _("{0} is too long: {1} characters are possible, and these are {2}. Shorten it, please.")
		refuse(message.format(label, most, len(text)))
	return text


def chosen_day(name: str, label: str) -> date | None:
	"""The day that was chosen in a field of the form. Raises FormRefusedError for what is none."""
	text = clean(str(frappe.request.form.get(name) or ""))
	try:
		return date.fromisoformat(text) if text else None
	except ValueError:
		refuse(_("{0} is no date. Write it as year-month-day, such as 2026-01-31.").format(label))


def files(name: str) -> list[FileStorage]:
	"""The files that came with the form."""
	return frappe.request.files.getlist(name)


def refuse(message: str) -> NoReturn:
	"""Raise FormRefusedError."""
	frappe.throw(message, FormRefusedError, title=_("Please Check"))


def speak(language: str | None) -> str:
	"""Take the language of a page: what the visitor has chosen, else what they are known to speak.

	Without either it is that of the browser, as Frappe has found it. ERPNext gives the language of the site
	to every customer by itself, so that this one tells nothing. Returns its code.
	"""
	wish = frappe.request.values.get("lang") if frappe.request else None
	known = language if language != frappe.db.get_default("lang") else None
	for code in (wish, known):
		if code and frappe.db.exists("Language", {"name": code, "enabled": 1}):
			frappe.local.lang = code
			break
	return frappe.local.lang


def token_of_session() -> str:
	"""What Frappe asks for in the forms of those who have logged in; empty for guests."""
	return "" if frappe.session.user == "Guest" else frappe.sessions.get_csrf_token()


def told(error: Exception) -> str:
	"""The sentence of an error as plain text. Messages that Frappe would show elsewhere are forgotten."""
	frappe.clear_messages()
	return unescape(frappe.utils.strip_html(str(error))).strip()


def failed(title: str) -> None:
	"""Take back what was written, and keep what went wrong for whoever looks after the site."""
	frappe.db.rollback()
	frappe.clear_messages()
	frappe.log_error(title=title)
