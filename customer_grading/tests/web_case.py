"""The site as the web sees it: whole requests to Frappe's application, each with a connection of its own."""

from http import HTTPStatus
from threading import Thread
from typing import Any

import frappe
from frappe.app import application
from frappe.core.doctype.user.user import generate_keys
from werkzeug.test import Client, TestResponse


class Web:
	"""Whoever calls: by the keys of a user, or with a session of their own."""

	def __init__(self, user: str | None = None) -> None:
		self.client = Client(application)
		self.headers = {"X-Frappe-Site-Name": frappe.local.site, "Accept": "application/json"}
		if user:
			secret = generate_keys(user)["api_secret"]
			key = frappe.db.get_value("User", user, "api_key")
			frappe.db.commit()
			self.headers["Authorization"] = f"token {key}:{secret}"

	def call(self, verb: str, path: str, **body: Any) -> TestResponse:
		"""One request. It ends with its own connection, so that it runs in a thread of its own."""
		frappe.db.rollback()
		answers: list[TestResponse] = []

		def run() -> None:
			given = {"json": body} if body else {}
			# Buffered, so that the response is closed, as a server does: then Frappe ends the request.
			asked = {"method": verb, "headers": self.headers, "buffered": True, **given}
			answers.append(self.client.open(path, **asked))

		thread = Thread(target=run)
		thread.start()
		thread.join()
		return answers[0]

	def post(self, method: str, **body: Any) -> TestResponse:
		"""A whitelisted function."""
		return self.call("POST", f"/api/method/{method}", **body)


def error_of(answer: TestResponse) -> str:
	"""The exception that an answer names; empty for success."""
	return "" if answer.status_code == HTTPStatus.OK else answer.get_json().get("exc_type", "")
