"""What persons assign: by form, for many at once, and from a file on the first day."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import frappe
from frappe.client import delete, insert, set_value
from frappe.permissions import add_user_permission

from customer_grading.customer_grading.doctype.grade_assignment.grade_assignment import (
	AssignmentError,
	assign_many,
)
from customer_grading.records import customer
from customer_grading.records.assignment import UnknownValueError
from customer_grading.records.grade_change import held
from customer_grading.records.proposal import tier_values
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.regrade_case import (
	RegradeTestCase,
	RunTestCase,
	ago,
	at_once,
	fields_of,
	history,
	today,
	user_with,
	whole_run,
)

WHY = "Agreed with the owner"


def assignment(buyer: str, what: str = "Credit Tier", value: str = "C", **others: Any) -> Any:
	values = {"customer": buyer, "what": what, "value": value, "reason": WHY, **others}
	return frappe.get_doc({"doctype": "Grade Assignment", **values})


def assign(buyer: str, what: str = "Credit Tier", value: str = "C", **others: Any) -> Any:
	return assignment(buyer, what, value, **others).insert()


class TestAssigning(GradingTestCase):
	"""By form or REST, one customer."""

	def setUp(self) -> None:
		super().setUp()
		self.buyer = make.customer()

	def test_each_kind_takes_effect_at_once_and_is_remembered(self) -> None:
		for what, value, field in (
			("Credit Tier", "C", "credit_tier"),
			("Value Class", "B", "value_class"),
			("Customer Category", "VIP", "customer_category"),
			("Customer Grade", "E", "customer_grade"),
		):
			made = assign(self.buyer, what, value)
			self.assertEqual(fields_of(self.buyer, field), value)
			change = frappe.get_doc("Grade Change", {"source": made.name})
			self.assertEqual((change.what, change.from_value, change.to_value), (what, "", value))
			self.assertEqual((change.by_hand, change.remark, change.day), (1, WHY, today()))
			self.assertEqual(change.source_type, "Grade Assignment")
			self.assertTrue(change.policy_fingerprint)

	def test_a_tier_begins_today_with_no_better_one_in_waiting(self) -> None:
		waiting = {"credit_tier_candidate": "A", "credit_tier_held": 1, "credit_tier_provisional": 1}
		customer.write({self.buyer: {**tier_values("D", ago(9)), **waiting}})
		made = assign(self.buyer)
		self.assertEqual(made.old_value, "D")
		names = ("credit_tier", "credit_tier_since", "credit_tier_provisional", "credit_tier_held")
		self.assertEqual(fields_of(self.buyer, *names), ("C", today(), 0, 0))
		self.assertIsNone(fields_of(self.buyer, "credit_tier_candidate"))
		self.assertEqual(history(self.buyer), [("Credit Tier", "D", "C")])

	def test_it_says_who_did_it(self) -> None:
		controller = user_with("Credit Controller", "Sales User")
		with self.set_user(controller):
			made = assign(self.buyer)
		self.assertEqual(made.owner, controller)
		self.assertEqual(frappe.db.get_value("Grade Change", {"source": made.name}, "owner"), controller)

	def test_the_customer_itself_is_not_saved_but_open_forms_learn_of_it(self) -> None:
		form = frappe.get_doc("Customer", self.buyer)
		assign(self.buyer)
		with self.assertRaises(frappe.TimestampMismatchError):
			form.save()

	def test_values_may_be_typed_in_any_case_and_with_blanks(self) -> None:
		for what, typed, value in (
			("Credit Tier", " b ", "B"),
			("Customer Category", "role MODEL", "Role model"),
			("Customer Grade", "a", "A"),
		):
			self.assertEqual(assign(self.buyer, what, typed).value, value)

	def test_values_may_be_typed_in_chinese(self) -> None:
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "zh"
		self.assertEqual(assign(self.buyer, "Customer Category", "战略客户").value, "Strategic")
		self.assertEqual(assign(self.buyer, "Customer Category", "Dormant").value, "Dormant")
		self.assertEqual(fields_of(self.buyer, "customer_category"), "Dormant")

	def test_an_unknown_value_is_refused_with_those_that_there_are(self) -> None:
		for value in ("E", "", "AA", "<b>A</b>"):
			with self.assertRaises((UnknownValueError, frappe.MandatoryError)):
				assign(self.buyer, value=value)
		with self.assertRaisesRegex(
			UnknownValueError, "Credit Tier cannot be <strong>E</strong>. It can be one of these: A, B, C, D."
		):
			assign(self.buyer, value="E")
		with self.assertRaisesRegex(UnknownValueError, "&lt;b&gt;"):
			assign(self.buyer, value="<b>A</b>")
		self.assertEqual(history(self.buyer), [])

	def test_what_is_not_assigned_is_refused(self) -> None:
		for what in ("Credit Limit", "Relationship Status", "Nonsense"):
			with self.assertRaisesRegex(frappe.ValidationError, "What cannot be"):
				assign(self.buyer, what)

	def test_a_reason_is_needed(self) -> None:
		for reason in (None, "", "   "):
			with self.assertRaises(frappe.MandatoryError):
				assign(self.buyer, reason=reason)
		self.assertEqual(history(self.buyer), [])

	def test_an_unknown_customer_is_refused_by_name(self) -> None:
		with self.assertRaisesRegex(frappe.LinkValidationError, "Nobody Ltd"):
			assign("Nobody Ltd")

	def test_the_term_is_that_of_the_settings_unless_given(self) -> None:
		self.assertEqual(assign(self.buyer).held_until, today() + timedelta(days=90))
		day = today() + timedelta(days=3)
		self.assertEqual(assign(self.buyer, held_until=str(day)).held_until, str(day))
		with self.assertRaisesRegex(AssignmentError, "has passed"):
			assign(self.buyer, held_until=str(ago(1)))

	def test_it_is_neither_changed_nor_deleted(self) -> None:
		made = assign(self.buyer)
		for door in (
			lambda: made.update({"reason": "Another"}).save(),
			lambda: set_value("Grade Assignment", made.name, "value", "A"),
			made.delete,
			lambda: delete("Grade Assignment", made.name),
		):
			with self.assertRaises(frappe.ValidationError):
				door()
		kept = frappe.db.get_value("Grade Assignment", made.name, ["reason", "value"])
		self.assertEqual(kept, (WHY, "C"))
		self.assertEqual(fields_of(self.buyer, "credit_tier"), "C")

	def test_rest_takes_the_same_way(self) -> None:
		insert(assignment(self.buyer).as_dict())
		self.assertEqual(fields_of(self.buyer, "credit_tier"), "C")


class TestWhoMayAssign(GradingTestCase):
	"""By role, and only customers that one may see."""

	def setUp(self) -> None:
		super().setUp()
		self.buyer = make.customer()

	def test_by_role(self) -> None:
		credit, sales = ("Credit Tier", "Value Class"), ("Customer Category", "Customer Grade")
		for role, may in (
			("Credit Controller", credit + sales),
			("Sales Master Manager", credit + sales),
			("Sales Manager", sales),
			("Sales User", ()),
			("Accounts Manager", ()),
			("System Manager", ()),
		):
			user = user_with(role, "Sales User")
			for what in credit + sales:
				value = "VIP" if what == "Customer Category" else "B"
				with self.subTest(role=role, what=what), self.set_user(user):
					if what in may:
						assign(self.buyer, what, value)
						continue
					with self.assertRaises(frappe.PermissionError):
						assign(self.buyer, what, value)

	def test_the_refusal_says_who_may(self) -> None:
		with (
			self.set_user(user_with("Sales Manager", "Sales User")),
			self.assertRaisesRegex(
				frappe.PermissionError, "Credit Tier may only be assigned by a Credit Contr"
			),
		):
			assign(self.buyer)

	def test_only_customers_that_one_may_see(self) -> None:
		fenced = user_with("Credit Controller", "Sales User")
		add_user_permission("Customer", make.customer(), fenced)
		with self.set_user(fenced), self.assertRaises(frappe.PermissionError):
			assign(self.buyer)
		self.assertEqual(history(self.buyer), [])


class TestAssigningToMany(GradingTestCase):
	"""From the list of customers."""

	def setUp(self) -> None:
		super().setUp()
		self.buyers = [make.customer() for _each in range(3)]

	def test_all_of_them(self) -> None:
		self.assertEqual(assign_many(self.buyers, "Credit Tier", "b", WHY), 3)
		self.assertEqual([fields_of(name, "credit_tier") for name in self.buyers], ["B"] * 3)
		self.assertEqual([history(name) for name in self.buyers], [[("Credit Tier", "", "B")]] * 3)

	def test_or_none(self) -> None:
		frappe.db.savepoint("request")
		with self.assertRaises(frappe.LinkValidationError):
			assign_many([*self.buyers, "Nobody Ltd"], "Credit Tier", "B", WHY)
		# As Frappe does with a request that fails.
		frappe.db.rollback(save_point="request")
		self.assertEqual([history(name) for name in self.buyers], [[]] * 3)

	def test_as_the_browser_sends_it(self) -> None:
		day = str(today() + timedelta(days=5))
		self.assertEqual(assign_many(json.dumps(self.buyers), "Value Class", "A", WHY, day), 3)
		until = frappe.get_all("Grade Change", filters={"customer": self.buyers[0]}, pluck="held_until")
		self.assertEqual([str(each) for each in until], [day])

	def test_not_by_who_may_not(self) -> None:
		with self.set_user(user_with("Sales User")), self.assertRaises(frappe.PermissionError):
			assign_many(self.buyers, "Customer Grade", "B", WHY)
		with self.set_user(user_with("Sales Manager")), self.assertRaises(frappe.PermissionError):
			assign_many(self.buyers, "Credit Tier", "B", WHY)

	def test_not_more_than_a_list_shows(self) -> None:
		with self.assertRaisesRegex(AssignmentError, "501 customers are too many at once"):
			assign_many(["x"] * 501, "Credit Tier", "B", WHY)


class TestRulesHoldBack(RegradeTestCase):
	"""Before a date, and not after."""

	def test_a_regrade_does_not_overwrite_before_the_date_and_does_on_it(self) -> None:
		until = today() + timedelta(days=10)
		assign(self.debtor, "Credit Tier", "A", held_until=until)
		assign(self.debtor, "Customer Category", "VIP", held_until=until)
		assign(self.debtor, "Value Class", "A", held_until=until)
		assign(self.debtor, "Customer Grade", "A", held_until=until)
		names = ("credit_tier", "customer_category", "value_class", "customer_grade")
		for day in (today(), until - timedelta(days=1)):
			whole_run(day)
			self.assertEqual(fields_of(self.debtor, *names), ("A", "VIP", "A", "A"))
		whole_run(until)
		tier, category, worth, _grade = fields_of(self.debtor, *names)
		self.assertEqual((tier, worth), ("D", "E"))
		self.assertNotEqual(category, "VIP")
		self.assertIn(("Credit Tier", "A", "D"), history(self.debtor))

	def test_a_held_tier_is_not_proposed_either(self) -> None:
		assign(self.good, "Credit Tier", "D")
		run = whole_run()
		proposed = {"customer": self.good, "what": "Credit Tier", "regrade_run": run.name}
		self.assertFalse(frappe.db.exists("Grade Proposal", proposed))

	def test_a_hold_on_one_value_leaves_the_others_to_rules(self) -> None:
		at_once("first_tier")
		assign(self.good, "Customer Grade", "E")
		whole_run()
		self.assertEqual(fields_of(self.good, "customer_grade", "credit_tier"), ("E", "A"))

	def test_a_later_assignment_may_end_the_hold_of_an_earlier_one(self) -> None:
		assign(self.debtor, "Credit Tier", "A")
		assign(self.debtor, "Credit Tier", "B", held_until=today())
		whole_run()
		self.assertEqual(fields_of(self.debtor, "credit_tier"), "D")

	def test_what_was_assigned_to_a_customer_holds_nothing_of_the_one_it_was_merged_into(self) -> None:
		assign(self.debtor, "Value Class", "A", held_until=today() + timedelta(days=90))
		frappe.db.set_value("Customer", self.late, "value_class", "E", update_modified=False)
		frappe.rename_doc("Customer", self.debtor, self.late, merge=True, show_alert=False)
		self.assertEqual(held([self.late], today()), {})


class TestImportingAFile(RunTestCase):
	"""On the first day: a file of customers and tiers, through ERPNext's own Data Import."""

	def imported(self, rows: Iterable[Sequence[str]]) -> Any:
		text = io.StringIO()
		csv.writer(text).writerows([("Customer", "What", "Value", "Reason"), *rows])
		content = {"file_name": f"{frappe.generate_hash(length=8)}.csv", "content": text.getvalue()}
		file = self.keep(frappe.get_doc({"doctype": "File", **content}))
		kind = {"reference_doctype": "Grade Assignment", "import_type": "Insert New Records"}
		document = self.keep(frappe.get_doc({"doctype": "Data Import", "import_file": file.file_url, **kind}))
		document.start_import()
		document.reload()
		return document

	def failed(self, imported: Any) -> dict[int, str]:
		"""What was wrong, by row of the file."""
		logs = frappe.get_all(
			"Data Import Log",
			filters={"data_import": imported.name, "success": 0},
			fields=["row_indexes", "messages", "exception"],
		)
		return {json.loads(log.row_indexes)[0]: f"{log.messages} {log.exception}" for log in logs}

	def test_good_rows_take_effect_and_bad_ones_are_named(self) -> None:
		names = self.customers(30)
		rows = [[name, "Credit Tier", "abcd"[number % 4], WHY] for number, name in enumerate(names)]
		rows[4][2], rows[9][2], rows[14][3] = "F", "prepaid", ""
		imported = self.imported(rows)
		self.assertEqual(imported.status, "Partial Success")
		failed = self.failed(imported)
		self.assertEqual(sorted(failed), [6, 11, 16])
		self.assertIn("It can be one of these: A, B, C, D.", failed[6])
		self.assertIn("prepaid", failed[11])
		self.assertIn("Mandatory", failed[16])
		bad = {4, 9, 14}
		expected = ["" if number in bad else "ABCD"[number % 4] for number in range(30)]
		self.assertEqual([fields_of(name, "credit_tier") for name in names], expected)
		self.assertEqual(frappe.db.count("Grade Change", {"customer": ("in", names)}), 27)

	def test_an_unknown_customer_stops_the_import_before_anything_is_written(self) -> None:
		names = self.customers(2)
		rows = [[names[0], "Credit Tier", "A", WHY], ["Nobody Ltd", "Credit Tier", "A", WHY]]
		imported = self.imported([*rows, [names[1], "Credit Tier", "B", WHY]])
		self.assertIn("Nobody Ltd", imported.template_warnings)
		self.assertEqual([history(name) for name in names], [[], []])

	def test_importing_again_after_correction_takes_what_was_missing(self) -> None:
		names = self.customers(2)
		first = self.imported([[names[0], "Credit Tier", "A", WHY], [names[1], "Credit Tier", "X", WHY]])
		self.assertEqual(first.status, "Partial Success")
		self.imported([[names[1], "Credit Tier", "B", WHY]])
		self.assertEqual([fields_of(name, "credit_tier") for name in names], ["A", "B"])
		self.assertEqual([len(history(name)) for name in names], [1, 1])
