"""Every text that a user reads is there in Chinese, in our catalogue or in that of Frappe and ERPNext."""

from collections.abc import Iterator

import frappe
from frappe.translate import get_all_translations, get_messages_for_app

from customer_grading.records.reasons import CONTEXT
from customer_grading.setup.custom_fields import FIELDS
from customer_grading.tests.base import SiteTestCase


def messages() -> Iterator[str]:
	"""What Frappe finds to translate in this app: labels, options, descriptions, Python and JavaScript."""
	for path, message, *_context in get_messages_for_app("customer_grading"):
		# Of every app it also tells the bar at the top of the desk.
		if message and message.strip() and path != "Navbar:":
			yield message


def labels_on_other_doctypes() -> Iterator[str]:
	for fields in FIELDS.values():
		for field in fields:
			yield from (field[key] for key in ("label", "description") if key in field)
			if field["fieldtype"] == "Select":
				yield from filter(None, field["options"].split("\n"))


class TestChinese(SiteTestCase):
	def test_every_text_is_translated(self) -> None:
		catalogue = get_all_translations("zh")
		doctypes = frappe.get_all("DocType", {"module": "Customer Grading"}, pluck="name")
		contexts = (CONTEXT, *doctypes, *FIELDS)
		told = set(messages()) | set(labels_on_other_doctypes())
		self.assertGreater(len(told), 500)
		missing = [
			text
			for text in sorted(told)
			if text not in catalogue and not any(f"{text}:{context}" in catalogue for context in contexts)
		]
		self.assertEqual(missing, [])
