"""What tests of the pages for customers share: requests as browsers send them, surveys, files."""

import re
from html import unescape
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import frappe
from frappe.model.document import Document
from frappe.utils import set_request
from frappe.website.serve import get_response
from PIL import Image
from pypdf import PdfWriter

from customer_grading.records import survey as surveys
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase

SURVEY = "Satisfaction Survey"
COMPLAINT = "Customer Complaint"
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>{{ frappe.session }}{next}"
"""What nobody writes who wants to complain."""


class Page:
	"""What a browser got."""

	def __init__(self, response: Any) -> None:
		self.status: int = response.status_code
		self.headers: Any = response.headers
		self.html = response.get_data(as_text=True)

	@property
	def text(self) -> str:
		"""What is to be read on it."""
		body = re.sub(r"(?s)<(style|script|head).*?</\1>", " ", self.html)
		return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def browse(path: str, user: str = "Guest", **request: Any) -> Page:
	"""Send a request as a browser does, as a user; leaves Administrator at work. `browser`: its language."""
	language = request.pop("browser", "en")
	frappe.set_user(user)
	frappe.local.form_dict = frappe._dict()  # noqa: SLF001
	frappe.local.request_ip = "203.0.113.7"
	frappe.local.flags.redirect_location = None
	frappe.local.response = frappe._dict(docs=[])  # noqa: SLF001
	frappe.local.no_cache = True
	try:
		set_request(path=path, **request)
		frappe.local.lang = language
		page = Page(get_response())
		if "no such element" in page.html or "is undefined" in page.html:
			message = f"A template asks for what is not there: {page.text}"
			raise AssertionError(message)
		return page
	finally:
		frappe.set_user("Administrator")
		frappe.local.lang = "en"
		del frappe.local.request


def forget_limits() -> None:
	"""Let everybody begin anew."""
	frappe.cache.delete_keys("rl:customer_grading")


def png(width: int = 8, height: int = 8) -> bytes:
	"""An image."""
	return _image("PNG", width, height)


def jpeg() -> bytes:
	"""A photo."""
	return _image("JPEG", 16, 16)


def webp() -> bytes:
	"""An image of the web."""
	return _image("WEBP", 16, 16)


def _image(kind: str, width: int, height: int) -> bytes:
	stream = BytesIO()
	Image.new("RGB", (width, height), "red").save(stream, kind)
	return stream.getvalue()


def pdf(script: str = "") -> bytes:
	"""A document of one page."""
	writer, stream = PdfWriter(), BytesIO()
	writer.add_blank_page(100, 100)
	if script:
		writer.add_js(script)
	writer.write(stream)
	return stream.getvalue()


class SurveyCase(GradingTestCase):
	"""With a customer, a contact of theirs, and an account to send from."""

	buyer: ClassVar[str]

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.set_user("Administrator")
		account = {"email_id": "grading@example.com", "email_account_name": "Surveys", "enable_outgoing": 1}
		account |= {"doctype": "Email Account", "default_outgoing": 1, "smtp_server": "localhost"}
		frappe.get_doc(account).db_insert()

	def setUp(self) -> None:
		super().setUp()
		frappe.local.outgoing_email_account = {}
		forget_limits()
		self.buyer = make.customer()
		self.contact = make.contact(self.buyer)

	def tearDown(self) -> None:
		frappe.local.form_dict = frappe._dict()  # noqa: SLF001
		super().tearDown()

	def survey(self, **values: Any) -> Document:
		"""A new survey of the customer."""
		return make.insert(SURVEY, customer=self.buyer, contact_person=self.contact, **values)

	def key(self, survey: Document) -> str:
		"""The key of a new link of a survey."""
		return key_of(surveys.make_link(survey))

	def stored(self) -> tuple[int, int, int]:
		"""How many answers, complaints and files there are."""
		answers = frappe.db.count(SURVEY, {"answered_on": ("is", "set")})
		return answers, frappe.db.count(COMPLAINT), frappe.db.count("File")

	def open(self, key: str, **query: str) -> Page:
		"""Open a link."""
		browser = query.pop("browser", "en")
		return browse("/satisfaction", query_string={"key": key, **query}, browser=browser)

	def send(self, key: str, step: str = "answer", **form: Any) -> Page:
		"""Send the form of a link."""
		headers = form.pop("headers", {})
		data = {"key": key, "step": step, **form}
		return browse("/satisfaction", method="POST", data=data, headers=headers)


def key_of(link: str) -> str:
	"""The key that stands in a link."""
	return parse_qs(urlsplit(link).query)["key"][0]
