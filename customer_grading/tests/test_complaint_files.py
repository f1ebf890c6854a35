"""Files that a complaint names as evidence: its own are kept, and nobody else's."""

from pathlib import Path
from typing import Any

import frappe
from frappe.client import set_value
from frappe.core.doctype.file.file import File
from frappe.model.document import Document
from frappe.utils import get_files_path

from customer_grading.patches import own_evidence_files
from customer_grading.records.complaint_files import EvidenceFileMissingError
from customer_grading.records.complaint_kept import EvidenceFileError
from customer_grading.tests.complaint_case import COMPLAINT, Action, ComplaintCase
from customer_grading.tests.complaint_case import draft as typed

EVIDENCE = "Complaint Evidence"


def on_disk() -> set[Path]:
	"""All files of the site."""
	return {path for private in (0, 1) for path in Path(get_files_path(is_private=private)).glob("*")}


def strike(before: set[Path]) -> None:
	"""Delete from the disk what a test has left there: the rows of it are taken back."""
	for path in on_disk() - before:
		path.unlink()


class FileCase(ComplaintCase):
	"""With files that somebody has uploaded somewhere."""

	def setUp(self) -> None:
		super().setUp()
		self.addCleanup(strike, on_disk())
		self.content = frappe.generate_hash(length=40)

	def uploaded(self, by: str = "Administrator", name: str = "logo.txt", **values: Any) -> File:
		"""A file, private unless told otherwise."""
		told = {"file_name": name, "content": self.content, "is_private": 1, **values}
		with self.set_user(by):
			return frappe.get_doc({"doctype": "File", **told}).insert()

	def shown(self, address: str, by: str = "Administrator") -> Document:
		"""A complaint that somebody raises with a file."""
		with self.set_user(by):
			return typed(self.buyer, evidence=[{"kind": "Document", "file": address}]).insert()

	def own(self, complaint: Document) -> File:
		"""The file of a complaint's evidence, which is the complaint's own and as it was uploaded."""
		(row,) = complaint.reload().evidence
		place = {"attached_to_doctype": COMPLAINT, "attached_to_name": complaint.name}
		file = frappe.get_doc("File", {"file_url": row.file, **place})
		self.assertEqual((file.get_content(), file.is_private), (self.content, 1))
		return file

	def kept(self, work: Any, *arguments: Any) -> None:
		"""Something is refused because a file is evidence."""
		with self.assertRaisesRegex(EvidenceFileError, "is evidence of the complaint"):
			work(*arguments)


class TestFilesOfOthers(FileCase):
	"""What is picked from the library is copied, and stays free."""

	def test_the_complaint_has_a_copy_which_nobody_deletes_publishes_or_moves(self) -> None:
		logo = self.uploaded(is_private=0)
		own = self.own(self.shown(logo.file_url, self.people["sales"]))
		self.assertNotIn(own.file_url, ("", logo.file_url))
		self.kept(frappe.delete_doc, "File", own.name)
		for field, value in (("is_private", 0), ("attached_to_name", None), ("file_url", logo.file_url)):
			self.kept(set_value, "File", own.name, field, value)

	def test_the_file_itself_may_be_deleted_hidden_published_and_moved(self) -> None:
		changes = (
			("is_private", lambda file: set_value("File", file.name, "is_private", not file.is_private)),
			("place", lambda file: set_value("File", file.name, "folder", "Home/Attachments")),
			("gone", lambda file: frappe.delete_doc("File", file.name)),
		)
		for private in (0, 1):
			for what, change in changes:
				with self.subTest(what, private=private):
					self.content = frappe.generate_hash(length=40)
					logo = self.uploaded(is_private=private)
					complaint = self.shown(logo.file_url)
					change(logo)
					self.own(complaint)

	def test_its_content_may_be_uploaded_and_changed_elsewhere(self) -> None:
		logo = self.uploaded()
		own = self.own(self.shown(logo.file_url))
		frappe.delete_doc("File", logo.name)
		again = self.uploaded()
		self.assertNotEqual(again.file_url, own.file_url)
		set_value("File", again.name, "is_private", 0)
		frappe.delete_doc("File", again.name)
		self.assertEqual(own.reload().get_content(), self.content)

	def test_once_the_problem_is_confirmed_evidence_is_copied_too(self) -> None:
		complaint = self.raised()
		self.act(complaint, Action.CONFIRM, "manager")
		logo = self.uploaded(is_private=0)
		self.fill(complaint, evidence=[{"kind": "Photo", "file": logo.file_url}])
		address = complaint.reload().evidence[1].file
		self.assertNotEqual(address, logo.file_url)
		frappe.delete_doc("File", logo.name)
		self.assertEqual(frappe.get_doc("File", {"file_url": address}).get_content(), self.content)

	def test_a_link_to_elsewhere_is_kept_as_it_is(self) -> None:
		link = "https://example.com/shaft.png"
		frappe.get_doc({"doctype": "File", "file_url": link, "file_name": "shaft.png"}).insert()
		complaint = self.shown(link)
		self.assertEqual(complaint.evidence[0].file, link)
		own = frappe.get_doc("File", {"file_url": link, "attached_to_name": complaint.name})
		self.kept(frappe.delete_doc, "File", own.name)


class TestOwnFiles(FileCase):
	"""What is uploaded to the complaint stays where it is."""

	def test_before_the_complaint_is_saved(self) -> None:
		place = {"attached_to_doctype": COMPLAINT, "attached_to_name": "new-customer-complaint-abcdefgh"}
		sent = self.uploaded(self.people["sales"], **place)
		complaint = self.shown(sent.file_url, self.people["sales"])
		self.assertEqual(self.own(complaint).name, sent.name)
		self.assertEqual(complaint.evidence[0].file, sent.file_url)

	def test_afterwards(self) -> None:
		complaint = self.raised(evidence=[])
		place = {"attached_to_doctype": COMPLAINT, "attached_to_name": complaint.name}
		sent = self.uploaded(self.people["sales"], **place)
		self.fill(complaint, by="sales", evidence=[{"kind": "Document", "file": sent.file_url}])
		self.assertEqual(self.own(complaint).name, sent.name)

	def test_one_that_shares_its_content_with_another_is_set_apart(self) -> None:
		other = self.uploaded()
		complaint = self.raised(evidence=[])
		place = {"attached_to_doctype": COMPLAINT, "attached_to_name": complaint.name}
		sent = self.uploaded(self.people["sales"], **place)
		self.assertEqual(sent.file_url, other.file_url)
		self.fill(complaint, by="sales", evidence=[{"kind": "Document", "file": sent.file_url}])
		self.assertNotEqual(self.own(complaint).file_url, other.file_url)
		set_value("File", other.name, "is_private", 0)
		frappe.delete_doc("File", other.name)
		self.assertEqual(self.own(complaint).name, sent.name)

	def test_what_a_draft_names_no_more_may_go_from_the_disk_too(self) -> None:
		complaint = self.shown(self.uploaded(self.people["sales"]).file_url)
		own = self.own(complaint)
		complaint.set("evidence", [])
		complaint.save()
		frappe.delete_doc("File", own.name)
		self.assertFalse(own.exists_on_disk())

	def test_an_older_version_named_what_was_attached_elsewhere(self) -> None:
		complaint = self.raised()
		logo = self.uploaded()
		frappe.db.set_value(EVIDENCE, complaint.evidence[0].name, "file", logo.file_url)
		own_evidence_files.execute()
		own = self.own(complaint)
		frappe.delete_doc("File", logo.name)
		own_evidence_files.execute()
		self.assertEqual(self.own(complaint).name, own.name)
		frappe.db.set_value(EVIDENCE, complaint.evidence[0].name, "file", "/files/gone.txt")
		own_evidence_files.execute()
		self.assertEqual(complaint.reload().evidence[0].file, "/files/gone.txt")


class TestRefused(FileCase):
	"""Evidence is there, and whoever names it may read it."""

	def refused(self, address: str) -> None:
		"""The address is refused and named, and nothing is left of it."""
		before = frappe.db.count("File"), frappe.db.count(COMPLAINT), on_disk()
		with self.assertRaisesRegex(EvidenceFileMissingError, f"There is no file .*{address}.* you may read"):
			self.shown(address, self.people["sales"])
		self.assertEqual((frappe.db.count("File"), frappe.db.count(COMPLAINT), on_disk()), before)

	def test_an_address_of_no_file(self) -> None:
		for address in ("/private/files/shaft.png", "/files/shaft.png", "https://example.com/a.png", "a"):
			self.refused(address)

	def test_somebody_elses_private_file(self) -> None:
		self.refused(self.uploaded().file_url)
		place = {"attached_to_doctype": "User", "attached_to_name": self.people["manager"]}
		self.refused(self.uploaded(self.people["manager"], **place).file_url)

	def test_what_is_gone_from_the_disk(self) -> None:
		file = self.uploaded(is_private=0)
		file.delete_file_from_filesystem()
		self.refused(file.file_url)


class TestTheAddressOfEvidence(FileCase):
	"""A file of somebody else that is given the address of evidence takes nothing along."""

	def setUp(self) -> None:
		super().setUp()
		self.complaint = self.shown(self.uploaded(self.people["sales"]).file_url)
		self.address = self.own(self.complaint).file_url
		self.content, kept = "Something else.", self.content
		self.bait = self.uploaded(self.people["sales"], "bait.txt")
		self.content = kept
		with self.set_user(self.people["sales"]):
			set_value("File", self.bait.name, "file_url", self.address)

	def test_where_it_is_deleted(self) -> None:
		with self.set_user(self.people["sales"]):
			frappe.delete_doc("File", self.bait.name)
		self.own(self.complaint)

	def test_where_it_is_published(self) -> None:
		with self.set_user(self.people["sales"]):
			self.kept(set_value, "File", self.bait.name, "is_private", 0)
		self.own(self.complaint)
