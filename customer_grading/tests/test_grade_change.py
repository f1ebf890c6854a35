"""The history is appended to by the app alone, and kept whoever asks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.client import bulk_update, delete, get, get_list, insert, save, set_value
from frappe.desk.reportview import delete_items

from customer_grading.customer_grading.doctype.grade_change.grade_change import EvidenceError
from customer_grading.records.grade_change import Change, Source, by_hand, held, record
from customer_grading.records.proposal import standing_proposals
from customer_grading.rules.options import Graded
from customer_grading.rules.tier import ARREARS
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.regrade_case import RunTestCase, history, today, user_with

SOURCE = Source("Regrade Run", "RR-test", "0123")
ALL = (
	"Sales User",
	"Sales Manager",
	"Sales Master Manager",
	"Accounts Manager",
	"Credit Controller",
	"System Manager",
)


class TestHistory(GradingTestCase):
	"""R6: from, to, why, by which policy, from which document."""

	def setUp(self) -> None:
		super().setUp()
		self.buyer = make.customer()
		run = {"doctype": "Regrade Run", "name": SOURCE.name, "day": today(), "status": "Completed"}
		frappe.get_doc(run).db_insert()
		self.append(Change(self.buyer, Graded.CREDIT_TIER, "A", "D", (ARREARS.because(Decimal(400), 40),)))

	def append(self, *changes: Change, source: Source = SOURCE) -> None:
		record(changes, source, today())

	def row(self) -> Any:
		return frappe.get_doc("Grade Change", {"customer": self.buyer})

	def test_a_change_tells_from_to_why_and_by_what(self) -> None:
		row = self.row()
		self.assertEqual(
			(row.what, row.from_value, row.to_value, row.day), ("Credit Tier", "A", "D", today())
		)
		self.assertEqual((row.source_type, row.source, row.policy_fingerprint), SOURCE[:3])
		self.assertEqual((row.owner, row.by_hand, row.company), ("Administrator", 0, None))
		self.assertEqual(row.explanation, "400.00 is past due, the oldest for 40 days.")

	def test_its_explanation_is_in_the_language_of_the_reader(self) -> None:
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "zh"
		self.assertEqual(self.row().explanation, "逾期未付 400.00，最长已逾期 40 天。")

	def test_one_source_cannot_tell_a_thing_twice(self) -> None:
		again = Change(self.buyer, Graded.CREDIT_TIER, "A", "D")
		with self.assertRaisesRegex(Exception, "Duplicate entry"):
			self.append(again)
		self.append(again, source=Source("Regrade Run", "RR-next"))
		self.assertEqual(len(history(self.buyer)), 2)

	def test_limits_of_two_companies_are_two_changes(self) -> None:
		company = make.first_company()
		changes = [Change(self.buyer, Graded.CREDIT_LIMIT, "", "5", company=name) for name in (company, "")]
		self.append(*changes)
		self.assertEqual(len(history(self.buyer, what="Credit Limit")), 2)

	def test_nothing_to_record_writes_nothing(self) -> None:
		with self.assertQueryCount(0):
			self.append()

	def test_nobody_types_changes_or_deletes_it_through_any_door(self) -> None:
		row = self.row()
		typed = {"doctype": "Grade Change", "customer": self.buyer, "what": "Credit Tier", "day": today()}
		doors = (
			lambda: frappe.get_doc(typed).insert(),
			lambda: frappe.get_doc(typed).insert(ignore_permissions=True),
			lambda: insert(typed),
			lambda: frappe.copy_doc(row).insert(),
			lambda: frappe.get_doc("Grade Change", row.name).update({"to_value": "A"}).save(),
			lambda: set_value("Grade Change", row.name, "to_value", "A"),
			lambda: save({**row.as_dict(), "to_value": "A"}),
			lambda: frappe.get_doc("Grade Change", row.name).delete(),
			lambda: delete("Grade Change", row.name),
			lambda: frappe.delete_doc("Grade Change", row.name, force=True, ignore_permissions=True),
		)
		for user in ("Administrator", user_with(*ALL)):
			for number, door in enumerate(doors):
				refused = self.assertRaises((EvidenceError, frappe.PermissionError))
				with self.subTest(user=user, door=number), self.set_user(user), refused:
					door()
		self.assertEqual(history(self.buyer), [("Credit Tier", "A", "D")])

	def test_administrator_is_told_why(self) -> None:
		with self.assertRaisesRegex(
			EvidenceError, f"The history of customer {self.buyer} cannot be deleted."
		):
			self.row().delete()
		with self.assertRaisesRegex(EvidenceError, "cannot be typed or changed. It is written by the app."):
			self.row().save()

	def test_readers_may_read_it(self) -> None:
		name = self.row().name
		with self.set_user(user_with("Sales Manager", "Sales User")):
			self.assertEqual(get("Grade Change", name)["to_value"], "D")
			self.assertEqual(len(get_list("Grade Change", filters={"customer": self.buyer})), 1)

	def test_it_outlives_its_customer(self) -> None:
		frappe.delete_doc("Customer", self.buyer)
		self.assertEqual(history(self.buyer), [("Credit Tier", "A", "D")])


class TestTheListOfHistory(RunTestCase):
	"""Its actions roll back what they could not do, so the row must be there for good."""

	def test_nothing_is_deleted_or_changed_from_it(self) -> None:
		(buyer,) = self.customers(1)
		record([Change(buyer, Graded.CREDIT_TIER, "A", "D")], SOURCE, today())
		frappe.db.commit()
		name = frappe.db.get_value("Grade Change", {"customer": buyer})
		self.addCleanup(frappe.form_dict.clear)
		frappe.form_dict.update({"items": frappe.as_json([name]), "doctype": "Grade Change"})
		delete_items()
		told = bulk_update(frappe.as_json([{"doctype": "Grade Change", "docname": name, "to_value": "A"}]))
		self.assertEqual(len(told["failed_docs"]), 1)
		self.assertEqual(history(buyer), [("Credit Tier", "A", "D")])


class TestWhatIsHeld(GradingTestCase):
	"""What persons have assigned, and until when."""

	def setUp(self) -> None:
		super().setUp()
		self.buyer, self.other = make.customer(), make.customer()

	def held(self, days: int, source: str, what: Graded = Graded.CREDIT_TIER) -> None:
		until = today() + timedelta(days=days)
		change = Change(self.buyer, what, "", "A", remark="Why", held_until=until, by_hand=True)
		record([change], Source("Grade Assignment", source), today())
		frappe.db.set_value("Customer", self.buyer, what.field, "A")

	def on(self, days: int) -> set[tuple[str, Graded]]:
		return set(held([self.buyer, self.other], today() + timedelta(days=days)))

	def test_until_the_day_before(self) -> None:
		self.held(2, "first")
		self.assertEqual(self.on(1), {(self.buyer, Graded.CREDIT_TIER)})
		self.assertEqual(self.on(2), set())

	def test_the_last_word_counts(self) -> None:
		self.held(90, "first")
		self.held(1, "second")
		self.assertEqual([self.on(0), self.on(1)], [{(self.buyer, Graded.CREDIT_TIER)}, set()])

	def test_a_regrade_in_between_ends_no_hold(self) -> None:
		self.held(5, "first")
		record([Change(self.buyer, Graded.CREDIT_TIER, "A", "B")], SOURCE, today())
		self.assertEqual(self.on(1), {(self.buyer, Graded.CREDIT_TIER)})

	def test_what_the_customer_does_not_stand_with_is_not_held(self) -> None:
		self.held(5, "first")
		frappe.db.set_value("Customer", self.buyer, "credit_tier", "D")
		self.assertEqual(self.on(1), set())

	def test_each_value_has_its_own(self) -> None:
		self.held(5, "first")
		self.held(9, "second", Graded.VALUE_CLASS)
		self.assertEqual(self.on(6), {(self.buyer, Graded.VALUE_CLASS)})

	def test_nobody_is_held_at_first(self) -> None:
		self.assertEqual((self.on(0), held([], today())), (set(), {}))


class TestByTheirIndex(GradingTestCase):
	"""A night reads of its customers alone, however long history is and however small it looks."""

	def test_history_and_proposals_are_read_by_the_index_of_customers(self) -> None:
		for query in (by_hand(["X", "Y"]), standing_proposals(["X", "Y"])):
			(plan,) = frappe.db.sql(f"explain {query.get_sql()}", as_dict=True)
			self.assertEqual((plan.type, plan.key), ("range", "customer"), query)
