"""What an installation and an update do, on the site that the tests run on."""

from typing import ClassVar
from unittest.mock import patch

import erpnext
import frappe
from frappe.model.document import Document
from frappe.modules.patch_handler import get_patches_from_app

from customer_grading.patches import hide_from_print
from customer_grading.setup.checks import ClashError, VersionError, check_names, check_versions
from customer_grading.setup.custom_fields import CUSTOMER_FIELDS, FIELDS
from customer_grading.setup.install import CONTROLLER, after_migrate, before_install, make_custom_fields
from customer_grading.setup.shipped import APP, MODULE, doctypes
from customer_grading.tests import factories as make
from customer_grading.tests.base import CommittingTestCase, GradingTestCase


def fields_of(doctype: str) -> list[tuple[object, ...]]:
	"""All that is stored of the app's fields."""
	return frappe.get_all(
		"Custom Field", {"dt": doctype, "module": MODULE}, ["*"], order_by="name", as_list=True
	)


class TestFields(GradingTestCase):
	"""The tab on the Customer, and the field on the Sales Invoice."""

	def test_every_field_is_there_and_leaves_with_the_app(self) -> None:
		for doctype, fields in FIELDS.items():
			names = frappe.get_all("Custom Field", {"dt": doctype, "module": MODULE}, pluck="fieldname")
			self.assertEqual(set(names), {field["fieldname"] for field in fields})

	def test_they_stand_in_one_tab_in_the_order_of_use(self) -> None:
		names = [field.fieldname for field in frappe.get_meta("Customer").fields]
		first = names.index("customer_grading_tab")
		ours = [field["fieldname"] for field in CUSTOMER_FIELDS]
		self.assertEqual(names[first : first + len(ours)], ours)
		self.assertEqual(names[first + len(ours)], "contact_and_address_tab")
		self.assertLess(names.index("customer_name"), first)

	def test_credit_figures_stand_on_their_own_permission_level(self) -> None:
		meta = frappe.get_meta("Customer")
		for name in ("credit_tier", "credit_tier_since", "credit_tier_provisional", "grading_limits"):
			self.assertEqual(meta.get_field(name).permlevel, 1)
		for name in ("customer_grade", "value_class", "customer_category"):
			self.assertEqual(meta.get_field(name).permlevel, 0)

	def test_making_them_again_changes_nothing(self) -> None:
		before = {doctype: fields_of(doctype) for doctype in FIELDS}
		make_custom_fields()
		self.assertEqual({doctype: fields_of(doctype) for doctype in FIELDS}, before)


class TestFieldsThatWereChanged(CommittingTestCase):
	"""A patch that makes the fields anew changes tables, which commits."""

	NAME = "Customer-customer_grade"
	CHANGED: ClassVar = {
		"label": "Heat",
		"in_standard_filter": 0,
		"print_hide": 0,
		"options": "A\nB",
		"permlevel": 3,
	}

	def set(self, values: dict[str, object]) -> None:
		"""Change the field behind everybody's back."""
		frappe.db.set_value("Custom Field", self.NAME, values)
		frappe.db.commit()
		frappe.clear_cache(doctype="Customer")

	def test_what_rules_rely_on_is_put_right_and_the_looks_of_a_company_are_kept(self) -> None:
		self.addCleanup(
			self.set, frappe.db.get_value("Custom Field", self.NAME, [*self.CHANGED], as_dict=True)
		)
		self.set(self.CHANGED)
		make_custom_fields()
		field = frappe.get_doc("Custom Field", self.NAME)
		self.assertEqual((field.label, field.in_standard_filter, field.print_hide), ("Heat", 0, 0))
		self.assertEqual((field.options, field.permlevel), ("\nA\nB\nC\nD\nE", 0))


class TestPrints(GradingTestCase):
	"""What customers get, on paper or by the link of their portal, does not tell how they are graded."""

	def setUp(self) -> None:
		super().setUp()
		day = frappe.utils.getdate()
		self.buyer = make.customer()
		self.order = make.draft_order(self.buyer, 100, day).insert()
		self.order.db_set(
			{"credit_outcome": "Hold", "credit_awaits": "Payment readiness", "payment_ready": 1}
		)
		self.order.db_set({"payment_ready_how": "Cash", "payment_ready_by": "Administrator"})

	def printed(self, document: Document, print_format: str = "Standard") -> str:
		"""The print of a document as somebody reads it."""
		html = frappe.get_print(document.doctype, document.name, print_format)
		return " ".join(frappe.utils.strip_html(html).split())

	def labels(self, doctype: str) -> list[str]:
		"""How the app's fields are called, but for those words that ERPNext has as well."""
		fields = frappe.get_all("Custom Field", {"dt": doctype, "module": MODULE}, pluck="label")
		return [label for label in fields if label and " " in label]

	def test_a_held_order_is_printed_without_its_payment_policy(self) -> None:
		told = self.printed(self.order)
		self.assertIn(self.order.name, told)
		self.assertEqual([label for label in self.labels("Sales Order") if label in told], [])

	def test_nor_do_invoices_and_customers_tell_of_it(self) -> None:
		invoice = make.draft_invoice(self.buyer, 100, frappe.utils.getdate()).insert()
		invoice.db_set("is_disputed", 1)
		frappe.db.set_value("Customer", self.buyer, {"customer_grade": "D", "value_class": "E"})
		for document in (invoice, frappe.get_doc("Customer", self.buyer)):
			told = self.printed(document)
			self.assertEqual([each for each in self.labels(document.doctype) if each in told], [])

	def test_a_print_format_of_the_company_may_name_them(self) -> None:
		values = {"doc_type": "Sales Order", "custom_format": 1, "print_format_type": "Jinja"}
		written = make.insert("Print Format", name="Ours", html="{{ doc.credit_awaits }}", **values)
		fields = [{"fieldname": "credit_awaits", "print_hide": 0}]
		chosen = make.insert(
			"Print Format", name="Chosen", doc_type="Sales Order", format_data=frappe.as_json(fields)
		)
		for own in (written, chosen):
			self.assertIn("Payment readiness", self.printed(self.order, own.name))

	def test_an_update_hides_them_once(self) -> None:
		ours = {"module": MODULE}
		frappe.db.set_value("Custom Field", ours, "print_hide", 0)
		hide_from_print.execute()
		self.assertEqual(set(frappe.get_all("Custom Field", ours, pluck="print_hide")), {1})


class TestUpdates(GradingTestCase):
	"""`bench migrate`: patches, and what a company has edited."""

	def test_every_patch_can_be_run_twice(self) -> None:
		patches = get_patches_from_app(APP)
		self.assertTrue(patches)
		for line in patches:
			execute = frappe.get_attr(f"{line.split(maxsplit=1)[0]}.execute")
			execute()
			before = {doctype: fields_of(doctype) for doctype in FIELDS}
			execute()
			self.assertEqual({doctype: fields_of(doctype) for doctype in FIELDS}, before)

	def test_what_a_company_has_edited_survives_a_migration(self) -> None:
		frappe.db.set_value("Role", CONTROLLER, {"two_factor_auth": 1, "home_page": "/credit"})
		frappe.db.set_value("Credit Tier", "A", "meaning", "Our best")
		frappe.db.set_single_value("Grading Settings", "hold_by_hand_days", 77)
		frappe.db.set_value("Custom Field", "Customer-need", "label", "Demand")
		after_migrate()
		self.assertEqual(
			frappe.db.get_value("Role", CONTROLLER, ["two_factor_auth", "home_page"]), (1, "/credit")
		)
		self.assertEqual(frappe.db.get_value("Credit Tier", "A", "meaning"), "Our best")
		self.assertEqual(frappe.db.get_single_value("Grading Settings", "hold_by_hand_days"), 77)
		self.assertEqual(frappe.db.get_value("Custom Field", "Customer-need", "label"), "Demand")

	def test_no_fixture_overwrites_records_at_each_migration(self) -> None:
		self.assertEqual(frappe.get_hooks("fixtures", app_name=APP), [])


class TestChecks(GradingTestCase):
	"""An installation looks before it writes."""

	def test_a_site_of_its_own_passes(self) -> None:
		check_versions()
		check_names()

	def test_versions_15_and_16_pass_and_others_are_named(self) -> None:
		for version in ("15.0.0", "15.99.1", "16.0.0-dev", "16.4.0"):
			with patch.object(erpnext, "__version__", version):
				check_versions()
		for version in ("14.80.0", "17.0.0-dev"):
			with patch.object(erpnext, "__version__", version), self.assertRaises(VersionError) as refused:
				before_install()
			self.assertIn(
				f"ERPNext version 15 or 16, and this site has version {version}", str(refused.exception)
			)
			self.assertIn("bench switch-to-branch", str(refused.exception))

	def test_a_frappe_that_is_too_old_is_named_too(self) -> None:
		with patch.object(frappe, "__version__", "14.1.0"), self.assertRaises(VersionError) as refused:
			check_versions()
		self.assertIn("Frappe version 15 or 16, and this site has version 14.1.0", str(refused.exception))

	def test_a_field_of_another_app_is_named_with_its_doctype_and_the_remedy(self) -> None:
		frappe.db.set_value("Custom Field", "Customer-need", "module", "Selling")
		frappe.db.set_value("Custom Field", "Sales Invoice-is_disputed", "module", None)
		with self.assertRaises(ClashError) as refused:
			check_names()
		message = str(refused.exception)
		self.assertIn("Customer already has a field need, which Customer Grading would add.", message)
		self.assertIn("Sales Invoice already has a field is_disputed", message)
		self.assertIn("Nothing was changed. Rename or delete what is in the way", message)

	def test_a_standard_field_of_that_name_is_found_as_well(self) -> None:
		field = frappe.get_doc("DocField", {"parent": "Customer", "fieldname": "website"})
		field.db_set("fieldname", "importance")
		with self.assertRaises(ClashError) as refused:
			check_names()
		self.assertIn("Customer already has a field importance", str(refused.exception))

	def test_a_doctype_of_another_app_is_named(self) -> None:
		for doctype in doctypes():
			frappe.db.set_value("DocType", doctype, "module", "Selling")
		with self.assertRaises(ClashError) as refused:
			check_names()
		for doctype in doctypes():
			self.assertIn(f"DocType {doctype} already exists in module Selling.", str(refused.exception))

	def test_fields_of_others_are_no_clash(self) -> None:
		values = {"doctype": "Custom Field", "dt": "Customer", "fieldname": "nickname", "name": "Nickname"}
		frappe.get_doc(values).db_insert()
		check_names()
