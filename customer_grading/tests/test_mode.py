"""Off, Shadow or Enforce: for the site, and for a company of its own."""

import frappe
from frappe.client import set_value
from frappe.desk.form.save import savedocs

from customer_grading.gate.mode import mode_of, records_allowed
from customer_grading.records.policy import current_policy
from customer_grading.records.policy_places import SETTINGS
from customer_grading.rules.options import Mode
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.regrade_case import user_with


class TestMode(GradingTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.addCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)
		self.company = make.first_company()
		self.settings = frappe.get_doc(SETTINGS)

	def save(self, mode: str, *rows: tuple[str, str]) -> None:
		modes = [{"company": company, "mode": own} for company, own in rows]
		self.settings.update({"mode": mode, "company_modes": modes})
		self.settings.save()

	def test_it_is_enforced_unless_somebody_says_otherwise(self) -> None:
		self.assertIs(mode_of(self.company), Mode.ENFORCE)
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": "mode"})
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		self.assertIs(mode_of(self.company), Mode.ENFORCE)

	def test_a_company_can_have_its_own(self) -> None:
		second = make.SECOND_COMPANY
		self.save("Off", (second, "Shadow"))
		self.assertEqual((mode_of(self.company), mode_of(second)), (Mode.OFF, Mode.SHADOW))
		self.save("Enforce", (second, "Off"))
		self.assertEqual((mode_of(self.company), mode_of(second)), (Mode.ENFORCE, Mode.OFF))

	def test_a_company_has_one_mode(self) -> None:
		with self.assertRaisesRegex(frappe.ValidationError, f"{self.company}.* stands twice"):
			self.save("Enforce", (self.company, "Off"), (self.company, "Shadow"))

	def test_there_are_no_other_modes(self) -> None:
		self.assertRaises(frappe.ValidationError, self.save, "Sometimes")
		self.assertRaises(frappe.ValidationError, self.save, "")

	def test_reading_it_asks_the_database_once_at_most(self) -> None:
		mode_of(self.company)
		with self.assertQueryCount(0):
			mode_of(self.company)
			records_allowed()

	def test_allowed_orders_are_recorded_where_the_settings_say_so(self) -> None:
		self.assertFalse(records_allowed())
		self.settings.record_allowed = 1
		self.settings.save()
		self.assertTrue(records_allowed())

	def test_nobody_switches_it_off_but_a_system_manager(self) -> None:
		for role in ("Credit Controller", "Sales Master Manager"):
			with self.subTest(role), self.set_user(user_with(role)):
				set_value(SETTINGS, SETTINGS, "mode", "Off")
				settings = frappe.get_doc(SETTINGS)
				settings.update({"mode": "Off", "release_days": 9})
				settings.append("company_modes", {"company": self.company, "mode": "Off"})
				savedocs(settings.as_json(), "Save")
			frappe.clear_document_cache(SETTINGS, SETTINGS)
			self.assertIs(mode_of(self.company), Mode.ENFORCE)
			settings = frappe.get_doc(SETTINGS)
			self.assertEqual((settings.mode, settings.company_modes), ("Enforce", []))
			self.assertEqual(settings.release_days, 9)

	def test_a_system_manager_does(self) -> None:
		with self.set_user(user_with("System Manager")):
			set_value(SETTINGS, SETTINGS, "mode", "Off")
		self.assertIs(mode_of(self.company), Mode.OFF)

	def test_whoever_reads_the_settings_reads_it(self) -> None:
		self.save("Shadow", (self.company, "Off"))
		for role in ("Credit Controller", "Sales Master Manager", "Sales Manager", "Accounts Manager"):
			with self.subTest(role), self.set_user(user_with(role)):
				settings = frappe.get_doc(SETTINGS)
				settings.apply_fieldlevel_read_permissions()
				self.assertEqual((settings.mode, settings.company_modes[0].mode), ("Shadow", "Off"))

	def test_it_is_no_part_of_the_policy(self) -> None:
		before = current_policy()
		self.save("Shadow", (self.company, "Off"))
		self.assertEqual(current_policy(), before)

	def test_releases_last_for_a_day_to_a_year(self) -> None:
		for days in (0, 366):
			settings = frappe.get_doc(SETTINGS).update({"release_days": days})
			with self.assertRaisesRegex(frappe.ValidationError, "must lie between 1 and 365"):
				settings.save()
