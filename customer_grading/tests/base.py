"""What tests on a site share."""

import frappe
from frappe.model.document import Document

try:
	from frappe.tests.utils import FrappeTestCase as SiteTestCase
except ImportError:  # since version 16
	from frappe.tests import IntegrationTestCase as SiteTestCase

from customer_grading.facts import changed
from customer_grading.tests import factories as make


class _SharingTestCase(SiteTestCase):
	"""Has what tests share."""

	@classmethod
	def setUpClass(cls) -> None:
		"""Make it where it is not there yet."""
		super().setUpClass()
		frappe.set_user("Administrator")
		make.keep_shared()


class GradingTestCase(_SharingTestCase):
	"""Takes back after each test what the test wrote; Frappe's own case does so once a class."""

	def setUp(self) -> None:
		"""Mark the place to which the test is rolled back."""
		super().setUp()
		frappe.set_user("Administrator")
		frappe.db.savepoint("before_test")

	def tearDown(self) -> None:
		"""Roll back, and forget what caches remember of it."""
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_test")
		frappe.db.after_commit.reset()
		# Refusals outlive the request that they refuse, but not the test.
		frappe.db.after_rollback.reset()
		# At the end of the class, what it has noted of open items is forgotten as before.
		frappe.db.after_rollback.add(changed.forget)
		frappe.clear_messages()
		# What is to be told to browsers is searched through at each save, and would grow all class long.
		getattr(frappe.local, "_realtime_log", []).clear()
		super().tearDown()


class CommittingTestCase(_SharingTestCase):
	"""For what commits, as Data Import and changes of tables do. Each test removes what it made."""

	def setUp(self) -> None:
		"""Start as Administrator."""
		super().setUp()
		frappe.set_user("Administrator")

	def tearDown(self) -> None:
		"""Leave what the cleanups of the test then remove."""
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.db.after_commit.reset()
		frappe.clear_messages()
		super().tearDown()

	def keep(self, document: Document) -> Document:
		"""Insert and commit a document, to be deleted when the test ends."""
		document.insert()
		frappe.db.commit()
		self.addCleanup(delete, document.doctype, document.name)
		return document


def delete(doctype: str, name: str) -> None:
	"""Delete a document for good, with what Frappe would keep of it."""
	frappe.delete_doc(doctype, name, force=True, delete_permanently=True)
	frappe.db.delete("Comment", {"comment_type": "Deleted", "subject": ("like", f"%{name}")})
	frappe.db.commit()
