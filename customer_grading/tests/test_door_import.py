"""Orders that are submitted by the file or by the list: Data Import, and Submit on many chosen drafts."""

import csv
import io

import frappe
from frappe.core.doctype.data_import.data_import import start_import
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.model.document import Document

from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import GOODS, PIECES, RATE, SETTINGS, DoorCase, OrderDoor, strike


class CommittedDoor(OrderDoor):
	"""A door that commits what passes and rolls back what does not, and tells of it instead of raising."""

	def setUp(self) -> None:
		settings = {
			field: frappe.db.get_single_value(SETTINGS, field) for field in ("mode", "record_allowed")
		}
		self.addCleanup(frappe.db.commit)
		self.addCleanup(self.set_settings, **settings)
		super().setUp()

	def start(self, *values: object, **more: object) -> None:
		super().start(*values, **more)
		frappe.db.commit()
		self.addCleanup(strike, self.buyer)

	def orders(self, docstatus: int) -> list[str]:
		"""The orders of the customer in a state."""
		return frappe.get_all("Sales Order", {"customer": self.buyer, "docstatus": docstatus}, pluck="name")

	def assert_kept(self, code: str) -> frappe._dict:
		"""The refusal was kept when the door itself has rolled back."""
		self.forget_refusals()
		kept = self.decisions()
		self.assertEqual(len(kept), 1, kept)
		self.assertEqual((kept[0].outcome, kept[0].mode), (self.outcome_of(code), "Enforce"))
		self.assertEqual(frappe.parse_json(kept[0].reasons)[0][0], code)
		return kept[0]


class TestDataImport(CommittedDoor, DoorCase):
	"""A real import of a CSV file with Submit After Import."""

	def go(self) -> Document:
		self.imported = self.import_file()
		submitted = self.orders(1)
		return frappe.get_doc("Sales Order", submitted[0]) if submitted else None

	def assert_refused(self, code: str) -> frappe._dict:
		self.assertIsNone(self.go())
		self.assertEqual(self.orders(0), [])
		log = frappe.get_doc("Data Import Log", {"data_import": self.imported.name})
		self.assertEqual((log.success, "OrderRefusedError" in log.exception), (0, True))
		return self.assert_kept(code)

	def import_file(self) -> Document:
		row = {
			"Customer": self.buyer,
			"Company": self.company,
			"Date": self.today,
			"Delivery Date": self.today,
			"Currency": self.currency,
			"Exchange Rate": 1,
			"Price List": "Standard Selling",
			"Price List Currency": self.currency,
			"Price List Exchange Rate": 1,
			"Item Code (Items)": GOODS,
			"Quantity (Items)": PIECES,
			"Rate (Items)": RATE,
			"Delivery Warehouse (Items)": self.warehouse,
			"Delivery Date (Items)": self.today,
		}
		if self.credit_days:
			row["Due Date (Payment Schedule)"] = frappe.utils.add_days(self.today, self.credit_days)
			row["Invoice Portion (Payment Schedule)"] = 100
		text = io.StringIO()
		csv.writer(text).writerows([row.keys(), row.values()])
		name = f"{frappe.generate_hash(length=8)}.csv"
		file = self.keep(frappe.get_doc({"doctype": "File", "file_name": name, "content": text.getvalue()}))
		kind = {"reference_doctype": "Sales Order", "import_type": "Insert New Records", "mute_emails": 1}
		kind |= {"import_file": file.file_url, "submit_after_import": 1}
		imported = self.keep(frappe.get_doc({"doctype": "Data Import", **kind}))
		start_import(imported.name)
		return imported


class TestSubmitMany(CommittedDoor, DoorCase):
	"""Submit on chosen drafts of the list, which goes on with the next one after a refusal."""

	def prepare(self) -> None:
		self.chosen = self.draft().insert()

	def go(self) -> Document:
		self.failed = submit_cancel_or_update_docs("Sales Order", [self.chosen.name], "submit")
		return self.chosen

	def assert_refused(self, code: str) -> frappe._dict:
		self.go()
		self.assertEqual(self.failed, [self.chosen.name])
		self.assertEqual(self.orders(0), [self.chosen.name])
		return self.assert_kept(code)

	def test_the_others_are_submitted_when_one_is_refused(self) -> None:
		self.start("D")
		blocked, self.buyer = self.chosen, make.customer()
		free = self.draft().insert()
		frappe.db.commit()
		self.addCleanup(strike, self.buyer)
		chosen = [blocked.name, free.name]
		self.assertEqual(submit_cancel_or_update_docs("Sales Order", chosen, "submit"), [blocked.name])
		self.assert_went_through(free)
