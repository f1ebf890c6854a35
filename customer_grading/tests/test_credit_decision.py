"""Decisions of the order desk are evidence: complete, append-only, and kept where the request was refused."""

import json
from decimal import Decimal

import frappe
from frappe.client import delete, get, get_list, insert, save, set_value
from frappe.desk.doctype.bulk_update.bulk_update import _bulk_action
from frappe.desk.reportview import delete_items
from frappe.model.rename_doc import rename_doc
from frappe.utils.background_jobs import execute_job

from customer_grading.customer_grading.doctype.grade_change.grade_change import EvidenceError
from customer_grading.records.credit_decision import record, record_refused
from customer_grading.records.credit_release import RELEASE
from customer_grading.records.customer import write
from customer_grading.rules.options import Await, Door, Mode, Outcome, PaymentMeans, ReleaseStatus
from customer_grading.rules.order import NO_ROOM, Decision, ExposureKind, Requirement
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import fingerprint
from customer_grading.tests import factories as make
from customer_grading.tests.base import CommittingTestCase, GradingTestCase
from customer_grading.tests.decision_case import decided, decisions, draft, in_place_of
from customer_grading.tests.regrade_case import user_with

DECISION = "Credit Decision"
READERS = ("Sales User", "Sales Manager", "Sales Master Manager", "Accounts Manager", "Credit Controller")


COPIED = (ExposureKind.LEDGER, ExposureKind.UNBILLED_ORDERS, ExposureKind.UNBILLED_DELIVERIES)
"""What a copy is kept of: goods at hand are part of one decision only."""
FIELDS = (
	(DECISION, "door", Door, False),
	(DECISION, "outcome", Outcome, False),
	(DECISION, "mode", Mode, False),
	(DECISION, "awaits", Await, True),
	(RELEASE, "status", ReleaseStatus, False),
	("Open Item", "kind", COPIED, False),
	("Grading Settings", "mode", Mode, False),
	("Grading Company Mode", "mode", Mode, False),
	("Sales Order", "credit_outcome", Outcome, True),
	("Sales Order", "credit_awaits", Await, True),
	("Sales Order", "payment_ready_how", PaymentMeans, True),
)
"""The Select fields of the order desk, what they can be, and whether they can be empty."""


class TestOptions(GradingTestCase):
	"""A field can be everything that the rules can say, and nothing else."""

	def test_each_field_has_the_options_of_the_rules(self) -> None:
		for doctype, name, kind, is_optional in FIELDS:
			with self.subTest(doctype, field=name):
				expected = [*([""] if is_optional else []), *map(str, kind)]
				self.assertEqual(frappe.get_meta(doctype).get_field(name).options.split("\n"), expected)

	def test_no_field_is_forgotten(self) -> None:
		for doctype in (DECISION, RELEASE, "Open Item", "Credit Account", "Grading Company Mode"):
			found = {
				field.fieldname for field in frappe.get_meta(doctype).fields if field.fieldtype == "Select"
			}
			self.assertEqual(found, {name for of, name, *_rest in FIELDS if of == doctype}, doctype)


class DecisionCase(GradingTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.order = draft(make.customer())

	def row(self) -> frappe.model.document.Document:
		return frappe.get_last_doc(DECISION, {"reference_name": self.order.name})


class TestWhatIsKept(DecisionCase):
	"""Everything that a decision was made from."""

	def test_the_position_with_its_components(self) -> None:
		record(decided(self.order))
		row = self.row()
		self.assertEqual((row.credit_tier, row.amount, row.credit_days), ("A", 500, 10))
		self.assertEqual((row.credit_limit, row.unlimited, row.exposure), (1000, 0, 700.5))
		self.assertEqual((row.overdue, row.oldest_days, row.cover), (100, 40, 50))
		self.assertEqual(row.composition, "Ledger balance: 300.00\nUnbilled orders: 400.50")

	def test_the_place_the_outcome_and_the_policy(self) -> None:
		record(decided(self.order, mode=Mode.SHADOW, door=Door.UPDATE))
		row = self.row()
		self.assertEqual((row.door, row.mode, row.outcome), ("Update Items", "Shadow", "Refuse"))
		self.assertEqual((row.reference_doctype, row.customer), ("Sales Order", self.order.customer))
		self.assertEqual(row.company, self.order.company)
		self.assertEqual(row.policy_fingerprint, fingerprint(Policy.default()))

	def test_the_reasons_in_the_language_of_the_reader(self) -> None:
		record(decided(self.order))
		overdue, over_limit = self.row().explanation.splitlines()
		currency = frappe.get_cached_value("Company", self.order.company, "default_currency")
		amounts = [frappe.utils.fmt_money(each, currency=currency) for each in (100, 1200.5, 200.5, 1000)]
		arrears, exposure, excess, limit = amounts
		self.assertEqual(overdue, f"{arrears} is overdue, the oldest for 40 days; that stops new credit.")
		told = (
			f"With this order the exposure would be {exposure}, which is {excess} above the credit limit of"
		)
		self.assertEqual(over_limit, f"{told} {limit}.")
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "zh"
		self.assertNotIn("overdue", self.row().explanation)

	def test_what_a_held_order_waits_for(self) -> None:
		waits = Requirement(Await.ADVANCE, Decimal(120))
		hold = Decision(Outcome.HOLD, (NO_ROOM.because(1, 2, 3, 4),), (waits,))
		record(decided(self.order, decision=hold))
		row = self.row()
		self.assertEqual((row.outcome, row.awaits, row.awaited_amount), ("Hold", "Advance payment", 120))

	def test_who_asked_and_what_was_asked(self) -> None:
		user = user_with("Sales User")
		with self.set_user(user):
			record(decided(self.order))
		row = self.row()
		self.assertEqual((row.user, row.owner, row.impersonator), (user, user, None))
		asked = json.loads(row.asked)
		self.assertEqual((asked["amount"], asked["credit_days"], asked["payment_ready"]), ("500", 10, False))
		self.assertEqual((asked["measures"], asked["release_ceiling"], asked["way"]), ([], None, "console"))

	def test_who_was_really_at_work(self) -> None:
		user, real = user_with("Sales User"), user_with("System Manager")
		with self.set_user(user), in_place_of(real):
			record(decided(self.order))
		row = self.row()
		self.assertEqual((row.user, row.impersonator), (user, real))

	def test_the_release_that_was_used(self) -> None:
		record(decided(self.order, release="CR-1"))
		self.assertEqual(self.row().credit_release, "CR-1")

	def test_one_row_in_one_statement(self) -> None:
		policy = decided(self.order)
		record(policy)
		with self.assertQueryCount(1):
			record(policy)
		self.assertEqual(len(decisions(self.order.name)), 2)

	def test_when_the_document_was_made(self) -> None:
		buyer = make.customer()
		write({buyer: {"credit_tier": "C"}})
		order = draft(buyer)
		order.submit()
		made = frappe.db.get_value("Sales Order", order.name, "creation")
		self.assertEqual(decisions(order.name, "reference_created_on"), [made])

	def test_it_is_taken_back_with_the_document(self) -> None:
		frappe.db.savepoint("document")
		record(decided(self.order))
		frappe.db.rollback(save_point="document")
		self.assertEqual(decisions(self.order.name), [])


class TestNobodyTouchesIt(DecisionCase):
	"""Written once, by the app."""

	def setUp(self) -> None:
		super().setUp()
		record(decided(self.order))

	def doors(self) -> tuple:
		row = self.row()
		typed = {"doctype": DECISION, "customer": row.customer, "outcome": "Allow", "door": "Sales Order"}
		return (
			lambda: frappe.get_doc(typed).insert(),
			lambda: frappe.get_doc(typed).insert(ignore_permissions=True),
			lambda: insert(typed),
			lambda: frappe.copy_doc(row).insert(),
			lambda: frappe.get_doc(DECISION, row.name).update({"outcome": "Allow"}).save(),
			lambda: set_value(DECISION, row.name, "outcome", "Allow"),
			lambda: save({**row.as_dict(), "outcome": "Allow"}),
			lambda: frappe.get_doc(DECISION, row.name).delete(),
			lambda: delete(DECISION, row.name),
			lambda: frappe.delete_doc(DECISION, row.name, force=True, ignore_permissions=True),
			lambda: rename_doc(DECISION, row.name, "other", force=True, ignore_permissions=True),
			lambda: row.rename("other"),
		)

	def test_through_any_door(self) -> None:
		everything = ("System Manager", *READERS)
		for user in ("Administrator", user_with(*everything)):
			for number, door in enumerate(self.doors()):
				refused = self.assertRaises((EvidenceError, frappe.PermissionError))
				with self.subTest(user=user, door=number), self.set_user(user), refused:
					door()
		self.assertEqual(decisions(self.order.name), ["Refuse"])

	def test_nor_where_the_validation_is_skipped(self) -> None:
		row = self.row()
		row.flags.ignore_validate = True
		frappe.db.savepoint("skipped")
		self.assertRaises(EvidenceError, row.update({"outcome": "Allow"}).save)
		frappe.db.rollback(save_point="skipped")
		self.assertEqual(decisions(self.order.name), ["Refuse"])

	def test_administrator_is_told_why(self) -> None:
		for message, door in (
			("cannot be typed or changed. It is written by the app.", self.row().save),
			("A credit decision cannot be deleted.", self.row().delete),
			("A credit decision cannot be renamed.", lambda: self.row().rename("other")),
		):
			with self.assertRaisesRegex(EvidenceError, message):
				door()

	def test_it_cannot_be_imported(self) -> None:
		self.assertFalse(frappe.get_meta(DECISION).allow_import)
		self.assertFalse(frappe.get_meta(RELEASE).allow_import)

	def test_it_outlives_its_order_and_its_customer(self) -> None:
		self.order.delete()
		frappe.delete_doc("Customer", self.order.customer)
		self.assertEqual(decisions(self.order.name), ["Refuse"])

	def test_it_outlives_the_transactions_of_its_company(self) -> None:
		self.assertLessEqual({DECISION, RELEASE}, set(frappe.get_hooks("company_data_to_be_ignored")))


class TestWhoSeesIt(DecisionCase):
	"""It tells of credit."""

	def setUp(self) -> None:
		super().setUp()
		record(decided(self.order))

	def seen(self) -> int:
		try:
			listed = get_list(DECISION, filters={"reference_name": self.order.name})
		except frappe.PermissionError:
			return -1
		name = frappe.db.get_value(DECISION, {"reference_name": self.order.name})
		self.assertEqual(bool(frappe.has_permission(DECISION, doc=name)), bool(listed))
		return len(listed)

	def test_whoever_sees_credit_sees_it(self) -> None:
		for role in READERS:
			with self.subTest(role), self.set_user(user_with(role)):
				self.assertEqual(self.seen(), 1)

	def test_others_do_not(self) -> None:
		for role, seen in (("System Manager", 0), ("Accounts User", -1), ("Stock User", -1)):
			with self.subTest(role), self.set_user(user_with(role)):
				self.assertEqual(self.seen(), seen)
				name = frappe.db.get_value(DECISION, {"reference_name": self.order.name})
				self.assertRaises(frappe.PermissionError, get, DECISION, name)


def refused(name: str) -> None:
	"""A refusal in the middle of something: what it has written before is taken back."""
	order = frappe.get_doc("Sales Order", name)
	order.db_set("po_no", "written by the refused request")
	record_refused(decided(order))
	frappe.throw("Refused")


class SurvivalCase(CommittingTestCase):
	"""Real transactions. What they leave is removed."""

	def setUp(self) -> None:
		super().setUp()
		buyer = {"customer_group": "Commercial", "territory": "Rest Of The World"}
		name = f"Refused {frappe.generate_hash(length=8)}"
		self.buyer = self.keep(frappe.get_doc({"doctype": "Customer", "customer_name": name, **buyer})).name
		make.service()
		self.order = self.keep(make.draft_order(self.buyer, 500, frappe.utils.getdate()))
		self.addCleanup(self.forget)

	def forget(self) -> None:
		frappe.db.delete(DECISION, {"customer": self.buyer})
		frappe.db.delete("Error Log", {"method": ("like", "%Credit Decision%")})
		frappe.db.commit()

	def kept(self) -> int:
		"""How many decisions stand for good, as another connection would see them."""
		frappe.db.rollback()
		return len(decisions(self.order.name))

	def taken_back(self) -> bool:
		return not frappe.db.get_value("Sales Order", self.order.name, "po_no")


class TestARefusalOutlivesTheRequest(SurvivalCase):
	def test_that_is_rolled_back(self) -> None:
		self.assertRaises(frappe.ValidationError, refused, self.order.name)
		self.assertEqual(decisions(self.order.name), [])
		frappe.db.rollback()
		self.assertEqual((self.kept(), self.taken_back()), (1, True))

	def test_that_is_rolled_back_to_a_savepoint_and_committed(self) -> None:
		frappe.db.savepoint("one_of_many")
		self.assertRaises(frappe.ValidationError, refused, self.order.name)
		frappe.db.rollback(save_point="one_of_many")
		frappe.db.commit()
		self.assertEqual((self.kept(), self.taken_back()), (1, True))

	def test_that_is_rolled_back_to_a_savepoint_and_then_altogether(self) -> None:
		frappe.db.savepoint("one_of_many")
		self.assertRaises(frappe.ValidationError, refused, self.order.name)
		frappe.db.rollback(save_point="one_of_many")
		frappe.db.rollback()
		self.assertEqual((self.kept(), self.taken_back()), (1, True))

	def test_once_whatever_follows(self) -> None:
		record_refused(decided(self.order))
		for end in (frappe.db.rollback, frappe.db.commit, frappe.db.rollback, frappe.db.commit):
			end()
		self.assertEqual(self.kept(), 1)

	def test_each_of_several(self) -> None:
		for end in (frappe.db.rollback, frappe.db.commit):
			record_refused(decided(self.order, amount=600))
			record_refused(decided(self.order, amount=700))
			end()
		self.assertEqual(sorted(decisions(self.order.name, "amount")), [600.0, 600.0, 700.0, 700.0])

	def test_callbacks_of_others_are_called_too(self) -> None:
		for queue, end in (
			(frappe.db.after_rollback, frappe.db.rollback),
			(frappe.db.after_commit, frappe.db.commit),
		):
			called: list[str] = []
			queue.add(lambda called=called: called.append("before"))
			record_refused(decided(self.order))
			queue.add(lambda called=called: called.append("after"))
			end()
			self.assertEqual(called, ["before", "after"])

	def test_nothing_else_is_committed(self) -> None:
		self.assertRaises(frappe.ValidationError, refused, self.order.name)
		frappe.db.after_rollback.add(lambda: self.order.db_set("po_no", "written by another callback"))
		frappe.db.rollback()
		frappe.db.rollback()
		self.assertEqual((self.kept(), self.taken_back()), (1, True))

	def test_a_failure_is_logged_and_harms_nobody(self) -> None:
		too_long = "x" * 200
		record_refused(decided(self.order, release=too_long))
		record_refused(decided(self.order))
		frappe.db.rollback()
		self.assertEqual(self.kept(), 1)
		(log,) = frappe.get_all(
			"Error Log", {"method": "A refused Credit Decision could not be kept"}, pluck="error"
		)
		self.assertIn(self.order.name, log)


class TestARefusalOutlivesJobs(SurvivalCase):
	"""Where Frappe and ERPNext begin and end transactions themselves."""

	def test_a_background_job(self) -> None:
		with self.assertRaises(frappe.ValidationError):
			execute_job(
				frappe.local.site, refused, None, "refused", {"name": self.order.name}, is_async=False
			)
		self.addCleanup(frappe.db.delete, "Error Log", {"method": ("like", "%refused%")})
		self.addCleanup(delattr, frappe.local, "job")
		self.assertEqual((self.kept(), self.taken_back()), (1, True))
		(asked,) = decisions(self.order.name, "asked")
		self.assertTrue(json.loads(asked)["way"].startswith("job "), asked)

	def test_the_end_of_a_job_that_neither_commits_nor_rolls_back(self) -> None:
		"""A commit that fails forgets what was to be called after it."""
		frappe.local.job = frappe.parse_json({"after_job": frappe.utils.CallbackManager()})
		self.addCleanup(delattr, frappe.local, "job")
		self.assertRaises(frappe.ValidationError, refused, self.order.name)
		frappe.db.after_commit.reset()
		frappe.db.after_rollback.reset()
		frappe.local.job.after_job.run()
		self.assertEqual((self.kept(), self.taken_back()), (1, True))

	def test_deleting_them_from_the_list(self) -> None:
		record(decided(self.order))
		frappe.db.commit()
		name = frappe.db.get_value(DECISION, {"reference_name": self.order.name})
		self.addCleanup(frappe.form_dict.clear)
		frappe.form_dict.update({"items": frappe.as_json([name]), "doctype": DECISION})
		delete_items()
		self.assertEqual(_bulk_action(DECISION, [name], "update", {"outcome": "Allow"}), [name])
		self.assertEqual(decisions(self.order.name), ["Refuse"])
