"""The masters: shipped filled, kept as a company edited them, and who may do what with them."""

import frappe

from customer_grading.customer_grading.doctype.grading_settings.grading_settings import (
	apply_policy,
	export_policy,
	preview_policy,
)
from customer_grading.records.masters import OptionNeededError, UnknownOptionError
from customer_grading.records.policy import current_policy, store_policy
from customer_grading.records.policy_places import MASTERS, SCALES, SETTINGS
from customer_grading.rules.category import PRINCIPLES
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import fingerprint
from customer_grading.setup.masters import TEXTS, make_masters
from customer_grading.tests.base import GradingTestCase

READERS = ("Sales User", "Sales Manager", "Accounts User", "Accounts Manager")
WRITERS = ("System Manager", "Sales Master Manager", "Credit Controller")
MANAGERS = ("Sales Manager", "Accounts Manager", *WRITERS)
"""Who may look at the settings."""
STRANGERS = ("No Role", "Guest")


def become(role: str) -> None:
	"""Act as a person who has this role and no other."""
	if role == "Guest":
		frappe.set_user("Guest")
		return
	email = f"{frappe.scrub(role)}@example.com"
	roles = [] if role == "No Role" else [{"role": role}]
	values = {"doctype": "User", "email": email, "first_name": role, "send_welcome_email": 0, "roles": roles}
	# Tests make what they need.
	frappe.get_doc(values).insert(ignore_permissions=True, ignore_if_duplicate=True)
	frappe.set_user(email)


def snapshot() -> dict[str, list[tuple[object, ...]]]:
	"""All that the masters and settings hold, with the time of the last change."""
	tables = [*MASTERS, "Singles", "Grading Scale Point"]
	queries = {name: frappe.qb.from_(frappe.qb.DocType(name)).select("*") for name in tables}
	singles = frappe.qb.DocType("Singles")
	queries["Singles"] = queries["Singles"].where(singles.doctype == SETTINGS)
	return {name: sorted(query.run(), key=str) for name, query in queries.items()}


class TestShippedMasters(GradingTestCase):
	"""R1, R4, R6, R12, R13: what a company finds after the installation."""

	def setUp(self) -> None:
		"""Make them anew, whatever the site has; taken back with the rest."""
		super().setUp()
		for doctype in (*MASTERS, "Grading Scale Point"):
			frappe.db.delete(doctype)
		frappe.db.delete("Singles", {"doctype": SETTINGS})
		frappe.db.set_single_value("System Settings", "language", "en")
		make_masters()

	def test_they_hold_the_shipped_policy(self) -> None:
		self.assertEqual(current_policy(), Policy.default())

	def test_each_option_has_its_row_and_says_what_it_means(self) -> None:
		for doctype, options in MASTERS.items():
			self.assertEqual(set(frappe.get_all(doctype, pluck="name")), set(options))
			for option in options:
				row = frappe.get_doc(doctype, option)
				for field, text in TEXTS[doctype][option].items():
					self.assertEqual(row.get(field), frappe._(text), (doctype, option, field))

	def test_the_numbers_are_those_of_the_sources(self) -> None:
		def column(doctype: str, field: str) -> list[object]:
			return frappe.get_all(doctype, pluck=field, order_by="name")

		self.assertEqual(
			column("Customer Grade", "follow_up_cadence"),
			["Daily", "Weekly", "Half-monthly", "Monthly", "Yearly"],
		)
		self.assertEqual(column("Value Class", "lowest_score"), [90, 80, 70, 60, 0])
		self.assertEqual(column("Value Class", "limit_coefficient"), [1.2, 1, 0.8, 0.5, 0])
		self.assertEqual(column("Credit Tier", "lowest_on_time_rate"), [95, 80, 50, 0])
		self.assertEqual(column("Credit Tier", "investigation_months"), [6, 3, 1, 1])
		days = dict(frappe.get_all("Customer Category", fields=["name", "visit_days"], as_list=True))
		self.assertEqual((days["VIP"], days["Strategic"], days["Role model"]), (7, 14, 30))

	def test_categories_have_principle_and_focus_of_the_rules(self) -> None:
		for category, told in PRINCIPLES.items():
			row = frappe.db.get_value("Customer Category", category, ["principle", "focus"])
			self.assertEqual(row, tuple(frappe._(text) for text in told))

	def test_how_regrades_run_is_cautious_at_first(self) -> None:
		settings = frappe.get_doc(SETTINGS)
		for field in ("apply_upgrades", "apply_limits", "apply_first_tier"):
			self.assertEqual(settings.get(field), "Wait for approval")
		numbers = (settings.min_limit_change, settings.hold_by_hand_days, settings.regrade_chunk)
		self.assertEqual(numbers, (10, 90, 2000))
		self.assertEqual((settings.follow_up_role, settings.make_todos), ("Sales Manager", 1))

	def test_making_them_again_changes_nothing_that_a_company_edited(self) -> None:
		frappe.get_doc("Customer Grade", "A").update(
			{"meaning": "Ours", "follow_up_cadence": "Weekly"}
		).save()
		settings = frappe.get_doc(SETTINGS).update({"grade_a_months": 2, "make_todos": 0})
		settings.append(SCALES, {"criterion": "Growth", "at": 5, "points": 80})
		settings.save()
		before = snapshot()
		make_masters()
		self.assertEqual(snapshot(), before)

	def test_making_them_again_brings_back_only_what_is_missing(self) -> None:
		before = snapshot()["Customer Category"]
		frappe.db.delete("Customer Category", "VIP")
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": "order_grace_days"})
		frappe.db.delete("Grading Scale Point", {"criterion": "Growth"})
		frappe.db.set_value("Customer Category", "New", "visit_days", 3)
		make_masters()
		self.assertEqual(len(snapshot()["Customer Category"]), len(before))
		self.assertEqual(frappe.db.get_value("Customer Category", "VIP", "visit_days"), 7)
		self.assertEqual(frappe.db.get_value("Customer Category", "New", "visit_days"), 3)
		self.assertEqual(frappe.db.get_single_value(SETTINGS, "order_grace_days", cache=False), 15)
		self.assertEqual(frappe.db.count("Grading Scale Point", {"criterion": "Growth"}), 3)

	def test_they_are_written_in_the_language_of_the_site(self) -> None:
		frappe.db.delete("Customer Category", "VIP")
		self.addCleanup(frappe.clear_document_cache, "System Settings", "System Settings")
		frappe.db.set_single_value("System Settings", "language", "zh")
		make_masters()
		principle = frappe.db.get_value("Customer Category", "VIP", "principle")
		self.assertEqual(principle, frappe._("Care and attention", "zh"))
		self.assertFalse(principle.isascii())


class TestTheRowsAreThoseThatTheRulesKnow(GradingTestCase):
	"""No more, no fewer."""

	def test_another_row_is_refused(self) -> None:
		row = frappe.new_doc("Credit Tier").update({"credit_tier": "E", "payment_policy": "Barter"})
		row.flags.ignore_validate = False
		with self.assertRaisesRegex(
			UnknownOptionError, "is not a Credit Tier that the rules know. .*A, B, C, D"
		):
			row.insert()

	def test_no_row_is_deleted(self) -> None:
		for doctype, options in MASTERS.items():
			with self.assertRaisesRegex(
				OptionNeededError, "cannot be deleted, because customers are graded by it"
			):
				frappe.delete_doc(doctype, next(iter(options)))

	def test_no_row_is_deleted_by_force_either(self) -> None:
		with self.assertRaises(OptionNeededError):
			frappe.delete_doc("Value Class", "A", force=True, ignore_permissions=True)

	def test_they_leave_with_the_app(self) -> None:
		self.addCleanup(frappe.flags.pop, "in_uninstall", None)
		frappe.flags.in_uninstall = True
		frappe.delete_doc("Satisfaction Level", "A")
		self.assertFalse(frappe.db.exists("Satisfaction Level", "A"))

	def test_no_row_is_renamed(self) -> None:
		with self.assertRaisesRegex(frappe.ValidationError, "not allowed to be renamed"):
			frappe.rename_doc("Value Class", "A", "Z")


class TestWhoMayDoWhat(GradingTestCase):
	"""By role, for each master and the settings."""

	def test_whoever_works_with_customers_reads_the_masters(self) -> None:
		for role in (*READERS, *WRITERS):
			become(role)
			for doctype, options in MASTERS.items():
				self.assertEqual(len(frappe.get_list(doctype)), len(options), (role, doctype))

	def test_strangers_read_nothing(self) -> None:
		for role in STRANGERS:
			become(role)
			for doctype in (*MASTERS, SETTINGS):
				self.assertFalse(frappe.has_permission(doctype, "read"), (role, doctype))
			with self.assertRaises(frappe.PermissionError):
				export_policy()

	def test_only_some_write_masters_and_settings(self) -> None:
		for role in (*READERS, *WRITERS, *STRANGERS):
			become(role)
			for document in (frappe.get_doc("Credit Tier", "A"), frappe.get_doc(SETTINGS)):
				self.save_as(role, document)

	def save_as(self, role: str, document: frappe.model.document.Document) -> None:
		if role in WRITERS:
			document.save()
		else:
			self.assertRaises(frappe.PermissionError, document.save)

	def test_nobody_makes_or_deletes_rows(self) -> None:
		for role in (*READERS, *WRITERS, *STRANGERS):
			become(role)
			for doctype in MASTERS:
				for right in ("create", "delete"):
					self.assertFalse(frappe.has_permission(doctype, right), (role, doctype, right))

	def test_managers_read_the_settings_and_export_them(self) -> None:
		for role in (*READERS, *WRITERS):
			become(role)
			self.assertEqual(bool(frappe.has_permission(SETTINGS, "read")), role in MANAGERS, role)
			if role in MANAGERS:
				export_policy()
			else:
				self.assertRaises(frappe.PermissionError, export_policy)

	def test_only_who_writes_the_settings_imports_a_policy(self) -> None:
		store_policy(Policy.default())
		old = fingerprint(Policy.default())
		for role in (*READERS, *STRANGERS):
			become(role)
			self.assertRaises(frappe.PermissionError, preview_policy, "")
			self.assertRaises(frappe.PermissionError, apply_policy, "", old)
		for role in WRITERS:
			become(role)
			self.assertEqual(len(preview_policy("[order]\ngrace_days = 3")["changes"]), 1)
			self.assertEqual(apply_policy("", old)["changes"], [])
