"""Customers on the portal: they raise complaints, and get nothing of anybody else's."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import frappe
import frappe.client
from frappe.core.doctype.file.utils import find_file_by_url
from frappe.desk import reportview
from frappe.desk.search import search_link
from frappe.handler import download_file
from frappe.utils.file_manager import remove_file
from frappe.utils.global_search import search, web_search
from frappe.utils.print_format import download_pdf
from frappe.utils.response import download_private_file
from frappe.www.printview import get_html_and_style
from werkzeug.exceptions import Forbidden

from customer_grading.facts.portal import customers_of
from customer_grading.records import complaint_outside
from customer_grading.records.complaint_kept import FILE_STAYS, EvidenceFileError
from customer_grading.records.complaint_outside import Told
from customer_grading.records.uploads import Upload
from customer_grading.rules.options import ComplaintSource, FileKind
from customer_grading.tests import factories as make
from customer_grading.tests.complaint_case import today
from customer_grading.tests.survey_case import COMPLAINT, SCRIPT, Page, SurveyCase, browse, forget_limits, png
from customer_grading.www.my_complaints import MOST_A_DAY


class PortalCase(SurveyCase):
	"""Two customers, X and Y, each with somebody who logs in and a complaint."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.x, cls.y = make.customer(), make.customer()
		cls.user_x, cls.user_y = make.portal_user(cls.x), make.portal_user(cls.y)
		cls.filed = cls.file(cls.x, cls.user_x), cls.file(cls.y, cls.user_y)

	def setUp(self) -> None:
		super().setUp()
		self.of_x, self.of_y = (frappe.get_doc(COMPLAINT, name) for name in self.filed)

	@classmethod
	def file(cls, customer: str, user: str) -> str:
		"""Raise a complaint with a photo, as a user; its name."""
		photo = Upload(FileKind.PNG, png(9, 9 + len(customer)) + customer.encode())
		told = Told(customer, f"Leak at {customer}", "Zymurgy everywhere.")
		frappe.set_user(user)
		try:
			return complaint_outside.raise_complaint(told, ComplaintSource.PORTAL, [photo])
		finally:
			frappe.set_user("Administrator")

	def post(self, user: str, **form: Any) -> Page:
		"""Send the form of the page."""
		headers = form.pop("headers", {})
		data = {"subject": "It leaks", "description": "All over the floor.", **form}
		return browse("/my-complaints", user, method="POST", data=data, headers=headers)

	def last(self, customer: str) -> Any:
		"""The complaint that was filed last for a customer."""
		return frappe.get_last_doc(COMPLAINT, {"customer": customer})


class TestWho(PortalCase):
	"""For whom somebody logs in."""

	def test_a_portal_user_logs_in_for_the_customer(self) -> None:
		self.assertEqual(customers_of(self.user_x), [self.x])
		make.let_in(self.y, self.user_x)
		self.assertEqual(customers_of(self.user_x), sorted([self.x, self.y]))

	def test_a_contact_alone_logs_in_for_nobody(self) -> None:
		user = make.user()
		make.contact(self.x, user, user=user)
		self.assertEqual(customers_of(user), [])

	def test_nobody_else_does(self) -> None:
		for user in ("Guest", "Administrator", make.user("Sales User")):
			self.assertEqual(customers_of(user), [])

	def test_guests_log_in_first(self) -> None:
		for path in ("/my-complaints", f"/my-complaints/{self.of_x.name}"):
			page = browse(path)
			self.assertEqual(
				(page.status, page.headers["Location"]), (302, "/login?redirect-to=/my-complaints")
			)

	def test_who_belongs_to_no_customer_is_told_so(self) -> None:
		page = browse("/my-complaints", make.user())
		self.assertIn("Your user belongs to no customer yet.", page.text)
		self.assertNotIn("data-raise", page.html)


class TestOwn(PortalCase):
	"""What customers see and do."""

	def test_they_see_their_complaints(self) -> None:
		page = browse("/my-complaints", self.user_x)
		self.assertEqual(page.status, 200)
		self.assertIn(f"Leak at {self.x}", page.text)
		page = browse(f"/my-complaints/{self.of_x.name}", self.user_x)
		self.assertIn("Zymurgy everywhere.", page.text)
		self.assertIn("Received", page.text)
		self.assertIn(self.of_x.evidence[0].file, page.html)

	def test_who_has_none_is_told_so(self) -> None:
		page = browse("/my-complaints", make.portal_user(make.customer()))
		self.assertIn("There are no complaints", page.text)

	def test_nothing_is_shown_of_what_we_think_of_it(self) -> None:
		secret = {"judgement_reason": "Qwertz one", "court_remark": "Qwertz two", "solution": "Qwertz three"}
		frappe.db.set_value(COMPLAINT, self.of_x.name, {**secret, "level": "G", "tone": "Hostile"})
		page = browse(f"/my-complaints/{self.of_x.name}", self.user_x)
		for word in ("Qwertz", "Hostile", "crisis", "Level"):
			self.assertNotIn(word, page.text)

	def test_they_raise_one_with_a_photo(self) -> None:
		note = make.delivery(self.x, 100, today())
		day = today() - timedelta(days=2)
		form = {"wanted": "Repair", "occurred_on": str(day), "paper": f"Delivery Note:{note.name}"}
		page = self.post(self.user_x, files=[(BytesIO(png()), "photo.png")], **form)
		complaint = self.last(self.x)
		self.assertEqual((page.status, page.headers["Location"]), (303, f"/my-complaints/{complaint.name}"))
		self.assertEqual(
			(complaint.subject, complaint.source, complaint.step), ("It leaks", "Portal", "Raised")
		)
		self.assertEqual((complaint.occurred_on, complaint.delivery_note), (day, note.name))
		self.assertEqual(complaint.contact_person, frappe.db.get_value("Contact", {"user": self.user_x}))
		self.assertEqual(len(complaint.evidence), 1)
		self.assertEqual(complaint.raised_by, self.user_x)

	def test_their_contact_is_that_of_the_customer_they_complain_for(self) -> None:
		user = make.user("Customer")
		make.let_in(self.x, user)
		make.contact(self.y, user, user=user)
		self.post(user)
		self.assertIsNone(self.last(self.x).contact_person)

	def test_an_invoice_is_not_disputed_by_raising_a_complaint(self) -> None:
		bill = make.invoice(self.x, 100, today())
		self.post(self.user_x, paper=f"Sales Invoice:{bill.name}")
		self.assertEqual(self.last(self.x).sales_invoice, bill.name)
		self.assertFalse(frappe.db.get_value("Sales Invoice", bill.name, "is_disputed"))

	def test_what_cannot_be_filed_is_told_beside_the_form(self) -> None:
		theirs = make.delivery(self.y, 100, today())
		tomorrow = str(today() + timedelta(days=2))
		before = self.stored()
		for form, told in (
			({"subject": " "}, "Please fill in the subject"),
			({"description": ""}, "Please fill in the subject"),
			({"subject": "x" * 141}, "140 characters are possible, and these are 141"),
			({"occurred_on": "31.12.2025"}, "is no date"),
			({"occurred_on": tomorrow}, "cannot be later than"),
			({"paper": f"Delivery Note:{theirs.name}"}, "does not belong to customer"),
			({"paper": "Delivery Note:x"}, "choose a delivery or an invoice"),
			({"paper": "User:Administrator"}, "choose a delivery or an invoice"),
			({"files": [(BytesIO(b"MZ"), "a.png")]}, "is not taken"),
		):
			forget_limits()
			page = self.post(self.user_x, **form)
			self.assertIn(page.status, (415, 417, 422), told)
			self.assertIn(told, page.text)
			self.assertEqual(self.stored(), before)

	def test_a_script_stays_text(self) -> None:
		page = self.post(self.user_x, subject="x" * 141, description=SCRIPT, wanted=SCRIPT)
		self.assertNotIn("<script>alert", page.html)
		self.post(self.user_x, subject=SCRIPT[:100], description=SCRIPT, wanted=SCRIPT)
		for path in ("/my-complaints", f"/my-complaints/{self.last(self.x).name}"):
			page = browse(path, self.user_x)
			self.assertNotIn("<script>alert", page.html)
			self.assertNotIn("<img src=x", page.html)

	def test_nobody_files_for_another_customer(self) -> None:
		self.post(self.user_x, customer=self.y)
		self.assertEqual(self.last(self.y).name, self.of_y.name)
		self.assertEqual(self.last(self.x).subject, "It leaks")

	def test_forms_of_other_sites_are_refused(self) -> None:
		before = self.stored()
		page = self.post(self.user_x, headers={"Origin": "https://evil.example"})
		self.assertEqual(page.status, 403)
		self.assertEqual(self.stored(), before)

	def test_a_user_files_only_so_many_in_a_day(self) -> None:
		codes = []
		for number in range(MOST_A_DAY + 2):
			if number % 10 == 0:
				frappe.cache.delete_keys("rl:customer_grading.post")
			codes.append(self.post(self.user_x).status)
		self.assertEqual(codes, [303] * MOST_A_DAY + [429] * 2)


class TestEvidenceFiles(PortalCase):
	"""A file that is evidence stays as and where it is, whoever asks."""

	def setUp(self) -> None:
		super().setUp()
		(row,) = self.of_x.evidence
		self.file = frappe.get_doc("File", {"file_url": row.file})

	def refused(self, work: Any, *arguments: Any) -> None:
		"""Something is refused, and the file is as before, on the disk, too."""
		message = f"is evidence of the complaint {self.of_x.name}, and stays as and where it is. Add another"
		with self.assertRaisesRegex(EvidenceFileError, message):
			work(*arguments)
		found = frappe.get_doc("File", self.file.name)
		for field in FILE_STAYS:
			self.assertEqual(found.get(field), self.file.get(field))
		self.assertTrue(found.exists_on_disk())

	def test_neither_the_uploader_nor_sales_nor_the_administrator_changes_or_deletes_it(self) -> None:
		name = self.file.name
		for user in (self.user_x, make.user("Sales User"), "Administrator"):
			with self.subTest(user=user), self.set_user(user):
				for field, value in (
					("is_private", 0),
					("attached_to_name", self.of_y.name),
					("file_url", "/private/files/other.png"),
				):
					self.refused(frappe.client.set_value, "File", name, field, value)
				for delete in (frappe.client.delete, frappe.delete_doc):
					self.refused(delete, "File", name)
				self.refused(lambda: frappe.delete_doc("File", name, force=True, ignore_permissions=True))
				self.refused(lambda: remove_file(name, COMPLAINT, self.of_x.name))

	def test_a_copy_of_it_goes_its_own_way(self) -> None:
		content = self.file.get_content()
		with self.set_user(self.user_y):
			values = {"doctype": "File", "file_name": "copy.png", "is_private": 1, "content": content}
			copy = frappe.get_doc(values).insert()
			frappe.client.set_value("File", copy.name, "is_private", 0)
			frappe.delete_doc("File", copy.name)
		found = frappe.get_doc("File", self.file.name)
		self.assertEqual((found.file_url, found.is_private), (self.file.file_url, 1))
		self.assertEqual(found.get_content(), content)

	def test_its_place_in_the_tree_may_change_and_other_files_go(self) -> None:
		frappe.client.set_value("File", self.file.name, "folder", "Home")
		values = {"doctype": "File", "file_name": "else.txt", "content": "Something else.", "is_private": 1}
		other = frappe.get_doc(values).insert()
		other.delete()
		self.assertFalse(frappe.db.exists("File", other.name) or other.exists_on_disk())

	def test_what_is_taken_out_of_a_draft_is_evidence_no_more(self) -> None:
		self.of_x.reload().set("evidence", [])
		self.of_x.save()
		frappe.delete_doc("File", self.file.name)
		self.assertFalse(frappe.db.exists("File", self.file.name))


def asked_for(view: Any) -> Any:
	"""What a list of the Desk answers to a browser."""
	frappe.local.form_dict = frappe._dict(doctype=COMPLAINT, fields='["name"]')  # noqa: SLF001
	return view()


class TestForeign(PortalCase):
	"""What a user of X gets of Y: nothing, by whichever way."""

	def as_x(self, work: Any, *arguments: Any, **more: Any) -> Any:
		"""Do something as the user of X."""
		with self.set_user(self.user_x):
			return work(*arguments, **more)

	def test_not_by_the_pages(self) -> None:
		self.assertNotIn(self.of_y.name, browse("/my-complaints", self.user_x).html)
		foreign = browse(f"/my-complaints/{self.of_y.name}", self.user_x)
		unknown = browse("/my-complaints/CC-2000-99999", self.user_x)
		self.assertEqual((foreign.status, unknown.status), (404, 404))
		self.assertNotIn("Zymurgy", foreign.html)

	def test_not_by_making_oneself_a_contact(self) -> None:
		link = {"link_doctype": "Customer", "link_name": self.y}
		values = {"doctype": "Contact", "first_name": "Mallory", "user": self.user_x, "links": [link]}
		made = self.as_x(frappe.client.insert, values)
		self.assertEqual(frappe.db.get_value("Contact", made["name"], "owner"), self.user_x)
		self.assertEqual(customers_of(self.user_x), [self.x])
		self.assertNotIn(self.of_y.name, browse("/my-complaints", self.user_x).html)
		self.assertEqual(browse(f"/my-complaints/{self.of_y.name}", self.user_x).status, 404)
		self.post(self.user_x, customer=self.y)
		self.assertEqual(self.last(self.y).name, self.of_y.name)
		self.assertEqual(self.last(self.x).subject, "It leaks")

	def test_not_by_lists(self) -> None:
		for doctype in (COMPLAINT, "Satisfaction Survey", "Complaint Statistics Month"):
			self.assertRaises(frappe.PermissionError, self.as_x, frappe.get_list, doctype)
			self.assertRaises(frappe.PermissionError, self.as_x, frappe.client.get_list, doctype)
			self.assertRaises(frappe.PermissionError, self.as_x, frappe.client.get_count, doctype)
		self.assertRaises(
			frappe.PermissionError, self.as_x, frappe.client.get_list, "Complaint Evidence", parent=COMPLAINT
		)
		for view in (reportview.get, reportview.get_list, reportview.get_count):
			self.assertRaises(frappe.PermissionError, self.as_x, asked_for, view)

	def test_not_by_rest(self) -> None:
		name = self.of_y.name
		for call in (
			lambda: frappe.client.get(COMPLAINT, name),
			lambda: frappe.client.get_value(COMPLAINT, "description", {"name": name}),
			lambda: frappe.client.set_value(COMPLAINT, name, "subject", "x"),
			lambda: frappe.client.delete(COMPLAINT, name),
			lambda: frappe.client.insert({"doctype": COMPLAINT, "customer": self.y, "subject": "x"}),
			lambda: frappe.get_doc(COMPLAINT, name).check_permission("read"),
		):
			self.assertRaises(frappe.PermissionError, self.as_x, call)
		for path in (f"/api/resource/{COMPLAINT}/{name}", f"/api/v2/document/{COMPLAINT}/{name}"):
			self.assertNotIn("Zymurgy", browse(path, self.user_x).html)

	def test_not_by_search(self) -> None:
		found = self.as_x(search, "Zymurgy") + self.as_x(search, self.y) + self.as_x(search, "Leak")
		self.assertFalse([row for row in found if self.of_y.name in str(row)])
		self.assertFalse([row for row in self.as_x(web_search, self.y) if self.of_y.name in str(row)])
		try:
			linked = self.as_x(search_link, COMPLAINT, self.of_y.name)
		except frappe.PermissionError:
			linked = []
		self.assertEqual([row for row in linked or [] if self.of_y.name in str(row)], [])

	def test_not_by_the_address_of_a_file(self) -> None:
		(row,) = self.of_y.evidence
		self.assertIsNone(self.as_x(find_file_by_url, row.file))
		self.assertRaises(frappe.PermissionError, self.as_x, download_file, row.file)
		self.assertRaises((Forbidden, frappe.PermissionError), self.as_x, download_private_file, row.file)
		files = self.as_x(frappe.get_list, "File", fields=["file_url"])
		self.assertNotIn(row.file, [file.file_url for file in files])

	def test_their_own_file_they_get(self) -> None:
		(row,) = self.of_x.evidence
		self.assertEqual(self.as_x(find_file_by_url, row.file).file_url, row.file)

	def test_not_by_print(self) -> None:
		for name in (self.of_y.name, self.of_x.name):
			self.assertRaises(frappe.PermissionError, self.as_x, get_html_and_style, COMPLAINT, name)
			self.assertRaises(frappe.PermissionError, self.as_x, frappe.get_print, COMPLAINT, name)
			self.assertRaises(frappe.PermissionError, self.as_x, download_pdf, COMPLAINT, name)
			for path in (f"/{COMPLAINT}/{name}", "/printview"):
				page = browse(path, self.user_x, query_string={"doctype": COMPLAINT, "name": name})
				self.assertNotIn("Zymurgy", page.html)

	def test_not_by_comments_nor_by_what_is_attached(self) -> None:
		arguments = {"reference_doctype": COMPLAINT, "reference_name": self.of_y.name}
		self.assertRaises(
			frappe.PermissionError,
			self.as_x,
			frappe.get_attr("frappe.desk.form.utils.add_comment"),
			content="x",
			comment_email=self.user_x,
			comment_by="x",
			**arguments,
		)
		self.assertRaises(
			frappe.PermissionError,
			self.as_x,
			frappe.get_attr("frappe.desk.form.load.getdoc"),
			COMPLAINT,
			self.of_y.name,
		)
