"""Exceptions: asked for by one person, decided by another, used once, up to a ceiling and until a day."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import frappe
from frappe.client import delete, get, get_list, insert, save, set_value
from frappe.client import submit as submit_by_rest
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.assign_to import add as assign
from frappe.exceptions import DocstatusTransitionError
from frappe.model.document import Document
from frappe.model.rename_doc import rename_doc
from frappe.model.workflow import apply_workflow
from frappe.permissions import setup_custom_perms
from frappe.utils import fmt_money
from frappe.utils.background_jobs import execute_job

from customer_grading import order_desk
from customer_grading.customer_grading.doctype.credit_release.credit_release import (
	ReleaseError,
	approve,
	reject,
	request_release,
	withdraw,
)
from customer_grading.gate import holds
from customer_grading.gate.verdict import OrderRefusedError
from customer_grading.jobs import releases
from customer_grading.permissions import condition
from customer_grading.records import credit_release
from customer_grading.records.credit_decision import record
from customer_grading.records.credit_limit import write as write_limits
from customer_grading.records.credit_release import (
	RELEASE,
	AskedReleaseError,
	DecidedReleaseError,
	UsedReleaseError,
	standing_for,
	use,
	valid_for,
)
from customer_grading.records.customer import write
from customer_grading.records.decider import NoDeciderError, OwnRequestError
from customer_grading.records.policy_places import SETTINGS
from customer_grading.records.proposal import tier_values
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.order import OrderTerms
from customer_grading.tests import factories as make
from customer_grading.tests.base import CommittingTestCase, GradingTestCase
from customer_grading.tests.decision_case import decided, decisions, draft, in_place_of
from customer_grading.tests.regrade_case import today, user_with

ORDER = "Sales Order"
FIGURES = ("exposure", "credit_limit", "overdue", "components", "barred", "credit_decision", "reasons")
ALL_ROLES = ("System Manager", "Sales User", "Sales Manager", "Sales Master Manager", "Accounts Manager")


class ReleaseCase(GradingTestCase):
	"""A clerk whose order was refused, and a controller who has no part in it."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.clerk = user_with("Sales User", "Credit Controller")
		cls.controller = user_with("Credit Controller")
		cls.buyer = make.customer()
		frappe.set_user(cls.clerk)
		order = draft(cls.buyer)
		record(decided(order))
		cls.order_name = order.name

	def setUp(self) -> None:
		super().setUp()
		self.order = frappe.get_doc(ORDER, self.order_name)

	def ask(self, user: str | None = None, **values: Any) -> str:
		values = {"amount": 500, "reason": "A good customer", **values}
		with self.set_user(user or self.clerk):
			return request_release(ORDER, self.order.name, **values)

	def approve(self, name: str, user: str | None = None, **values: Any) -> None:
		with self.set_user(user or self.controller):
			approve(name, **values)

	def approved(self, **values: Any) -> str:
		name = self.ask()
		self.approve(name, **values)
		return name

	def row(self, name: str) -> Document:
		return frappe.get_doc(RELEASE, name)

	def days(self, count: int) -> Any:
		return today() + timedelta(days=count)


class TestAsking(ReleaseCase):
	def test_a_request_tells_what_who_and_why(self) -> None:
		row = self.row(self.ask(amount=650))
		self.assertEqual((row.status, row.amount, row.reason), ("Requested", 650, "A good customer"))
		self.assertEqual((row.reference_doctype, row.reference_name), (ORDER, self.order.name))
		self.assertEqual((row.customer, row.company), (self.buyer, self.order.company))
		self.assertEqual((row.requested_by, row.owner, row.impersonator), (self.clerk, self.clerk, None))
		self.assertRegex(row.name, r"^CR-\d{4}-\d{5}$")

	def test_it_shows_where_the_customer_stood_at_the_refusal(self) -> None:
		row = self.row(self.ask())
		self.assertEqual((row.credit_tier, row.credit_limit, row.exposure), ("A", 1000, 700.5))
		self.assertEqual((row.overdue, row.oldest_days, row.cover, row.credit_days), (100, 40, 50, 10))
		self.assertEqual(row.composition, "Ledger balance: 300.00\nUnbilled orders: 400.50")
		self.assertIn("100.00 is overdue, the oldest for 40 days", row.explanation.splitlines()[0])
		self.assertEqual(frappe.db.get_value("Credit Decision", row.credit_decision, "outcome"), "Refuse")

	def test_the_last_refusal_counts(self) -> None:
		record(decided(self.order, amount=720))
		row = self.row(self.ask(amount=None))
		self.assertEqual(row.amount, 720)

	def test_without_a_refusal_the_amount_of_the_document_is_asked_for(self) -> None:
		frappe.db.delete("Credit Decision", {"reference_name": self.order.name})
		row = self.row(self.ask(amount=None))
		self.assertEqual((row.amount, row.credit_decision, row.explanation), (500, None, ""))

	def test_it_needs_a_reason_an_amount_and_a_document_that_stands(self) -> None:
		for message, values in (
			("Say why the document should pass", {"reason": "  "}),
			("must be above 0", {"amount": -5}),
		):
			with self.assertRaisesRegex(ReleaseError, message):
				self.ask(**values)
		self.order.db_set("docstatus", 2)
		with self.assertRaisesRegex(ReleaseError, "is cancelled"):
			self.ask()

	def test_only_what_passes_a_door_can_be_released(self) -> None:
		with self.assertRaisesRegex(ReleaseError, "Sales Order, Delivery Note, Sales Invoice, POS Invoice"):
			request_release("Customer", self.buyer, 500, "Why not")

	def test_whoever_may_not_work_on_the_document_may_not_ask(self) -> None:
		for role in ("Accounts User", "Stock User", "Credit Controller"):
			with self.subTest(role), self.assertRaises(frappe.PermissionError):
				self.ask(user_with(role))
		fenced = user_with("Sales User")
		other = {"user": fenced, "allow": "Customer", "for_value": make.customer()}
		frappe.get_doc({"doctype": "User Permission", **other}).insert()
		with self.assertRaises(frappe.PermissionError):
			self.ask(fenced)

	def test_a_second_request_is_not_needed(self) -> None:
		name = self.ask()
		with self.assertRaisesRegex(AskedReleaseError, f"asked for already: .*{name}.* waits for"):
			self.ask(user_with("Sales User"))

	def test_nor_is_one_below_a_ceiling_that_stands(self) -> None:
		self.approved(ceiling=800)
		with self.assertRaisesRegex(AskedReleaseError, "released already, up to .*800.00: submit it again"):
			self.ask(amount=800)
		self.assertEqual(self.row(self.ask(amount=801)).amount, 801)

	def test_after_a_rejection_one_may_ask_again(self) -> None:
		with self.set_user(self.controller):
			name = self.ask()
			reject(name, "No")
		self.assertNotEqual(self.ask(), name)

	def test_where_nobody_can_decide_the_requester_is_told_what_to_do(self) -> None:
		self.ask()
		self.assertEqual(frappe.get_message_log(), [])
		frappe.db.delete("Has Role", {"role": "Credit Controller", "parent": ("!=", self.clerk)})
		self.order = draft(self.buyer)
		self.ask()
		(told,) = frappe.get_message_log()
		self.assertIn("Ask a System Manager to give somebody else the role", frappe.as_json(told))


class TestDeciding(ReleaseCase):
	def test_approval_tells_who_when_how_much_and_how_long(self) -> None:
		name = self.approved(ceiling=650, expires_on=str(self.days(5)), remark="Paid by Friday")
		row = self.row(name)
		self.assertEqual((row.status, row.ceiling, row.expires_on), ("Approved", 650, self.days(5)))
		self.assertEqual((row.decided_by, row.decision_remark), (self.controller, "Paid by Friday"))
		self.assertEqual(row.decided_on.date(), today())

	def test_left_out_are_the_amount_asked_for_and_the_term_of_the_settings(self) -> None:
		row = self.row(self.approved())
		self.assertEqual((row.ceiling, row.expires_on), (500, self.days(3)))
		frappe.db.set_single_value(SETTINGS, "release_days", 9)
		self.order = draft(self.buyer)
		self.assertEqual(self.row(self.approved()).expires_on, self.days(9))

	def test_a_rejection_tells_why(self) -> None:
		name = self.ask()
		with self.set_user(self.controller):
			self.assertRaisesRegex(ReleaseError, "Say why", reject, name, " ")
			reject(name, "Too much")
		row = self.row(name)
		self.assertEqual((row.status, row.decision_remark), ("Rejected", "Too much"))
		self.assertIsNone(valid_for(ORDER, self.order.name, today()))

	def test_it_is_decided_once(self) -> None:
		name = self.approved()
		with self.set_user(user_with("Credit Controller")):
			self.assertRaisesRegex(DecidedReleaseError, "decided already: Approved", approve, name)
			self.assertRaisesRegex(DecidedReleaseError, "decided already: Approved", reject, name, "No")

	def test_a_ceiling_and_a_term_make_sense(self) -> None:
		name = self.ask()
		for message, values in (
			("must be above 0", {"ceiling": -1}),
			("has passed", {"expires_on": str(self.days(-1))}),
		):
			with self.assertRaisesRegex(ReleaseError, message):
				self.approve(name, **values)
		self.approve(name, expires_on=str(self.days(0)))

	def test_a_document_that_is_gone_is_not_released(self) -> None:
		name = self.ask()
		self.order.delete()
		with self.assertRaisesRegex(ReleaseError, "is not there any more. Reject the request."):
			self.approve(name)

	def test_an_unknown_request_cannot_be_decided(self) -> None:
		with self.assertRaises(frappe.DoesNotExistError):
			self.approve("CR-none")


class TestNobodyDecidesWhatIsTheirOwn(ReleaseCase):
	"""Requester is never approver. The clerk holds every role here that there is."""

	def setUp(self) -> None:
		super().setUp()
		frappe.get_doc("User", self.clerk).add_roles(*ALL_ROLES)
		self.name = self.ask()

	def refuse(self, door: Callable[[], Any], user: str | None = None, error: Any = None) -> None:
		refused = (OwnRequestError, NoDeciderError, ReleaseError, frappe.PermissionError)
		frappe.db.savepoint("door")
		with self.set_user(user or self.clerk), self.assertRaises(error or refused):
			door()
		frappe.db.rollback(save_point="door")
		row = frappe.db.get_value(RELEASE, self.name, ["status", "ceiling", "decided_by"])
		self.assertEqual(row, ("Requested", 0, None))

	def test_the_requester(self) -> None:
		self.refuse(lambda: approve(self.name), error=OwnRequestError)
		self.refuse(lambda: reject(self.name, "Mine"), error=OwnRequestError)
		with self.assertRaisesRegex(OwnRequestError, "Let another Credit Controller decide."):
			self.approve(self.name, self.clerk)

	def test_through_any_door_that_writes_documents(self) -> None:
		row = frappe.get_doc(RELEASE, self.name)
		given = {"status": "Approved", "ceiling": 900, "decided_by": self.controller}
		given["expires_on"] = str(self.days(9))
		new = {**row.as_dict(), **given, "name": None, "__islocal": 1}
		for number, door in enumerate(
			(
				lambda: save({**row.as_dict(), **given}),
				lambda: set_value(RELEASE, self.name, given),
				lambda: set_value(RELEASE, self.name, "status", "Approved"),
				lambda: set_value(RELEASE, self.name, "ceiling", 900),
				lambda: set_value(RELEASE, self.name, "requested_by", self.controller),
				lambda: set_value(RELEASE, self.name, "barred", "[]"),
				lambda: insert(new),
				lambda: frappe.get_doc(new).insert(ignore_permissions=True),
				lambda: frappe.copy_doc(row).update(given).insert(),
				lambda: submit_by_rest(row.as_dict()),
				lambda: frappe.get_doc(RELEASE, self.name).submit(),
				lambda: frappe.get_doc(RELEASE, self.name).cancel(),
				lambda: frappe.get_doc(RELEASE, self.name).update(given).save(),
				lambda: skipping_validation(frappe.get_doc(RELEASE, self.name)).update(given).save(),
				lambda: delete(RELEASE, self.name),
				lambda: frappe.delete_doc(RELEASE, self.name, force=True, ignore_permissions=True),
				lambda: rename_doc(RELEASE, self.name, "other", force=True, ignore_permissions=True),
			)
		):
			for user in (self.clerk, self.controller, "Administrator"):
				with self.subTest(door=number, user=user):
					self.refuse(door, user, (ReleaseError, DocstatusTransitionError, frappe.PermissionError))

	def test_from_a_list(self) -> None:
		for user in (self.clerk, "Administrator"):
			with self.set_user(user):
				# What cannot be done is only counted here; `TestFromAList` looks at what stands for good.
				frappe.db.savepoint("list")
				approve_by_save = frappe.get_doc(RELEASE, self.name)
				self.assertRaises(ReleaseError, approve_by_save.update({"status": "Approved"}).save)
				frappe.db.rollback(save_point="list")

	def test_by_amending_the_order(self) -> None:
		self.approve(self.name)
		self.order.db_set("docstatus", 2)
		amended = frappe.copy_doc(self.order)
		amended.update({"amended_from": self.order.name, "docstatus": 0})
		amended.insert(ignore_links=True)
		self.assertNotEqual(amended.name, self.order.name)
		self.assertIsNone(valid_for(ORDER, amended.name, today()))
		self.assertIsNone(standing_for(amended.name, today()))

	def test_by_sharing_or_assigning(self) -> None:
		# Frappe would send what it writes to the helper at once, and commit.
		frappe.flags.mute_emails = True
		self.addCleanup(frappe.flags.pop, "mute_emails", None)
		mail_account()
		helper = user_with("Sales User")
		frappe.share.add(RELEASE, self.name, helper, write=1, share=1, notify=0)
		assign({"assign_to": [helper], "doctype": RELEASE, "name": self.name})
		self.refuse(lambda: approve(self.name), helper, NoDeciderError)
		self.refuse(lambda: set_value(RELEASE, self.name, "status", "Approved"), helper)

	def test_by_a_role_that_a_company_lets_write(self) -> None:
		frappe.permissions.add_permission(RELEASE, "Sales Manager", 0)
		frappe.permissions.update_permission_property(RELEASE, "Sales Manager", 0, "write", 1)
		self.addCleanup(frappe.clear_cache, doctype=RELEASE)
		self.refuse(lambda: approve(self.name), user_with("Sales Manager"), NoDeciderError)

	def test_by_administrator_or_a_guest(self) -> None:
		self.refuse(lambda: approve(self.name), "Administrator", NoDeciderError)
		self.refuse(lambda: approve(self.name), "Guest", frappe.PermissionError)

	def test_by_whoever_takes_the_place_of_a_controller(self) -> None:
		def as_somebody_else(real: str) -> None:
			with in_place_of(real):
				approve(self.name)

		for real in (self.clerk, "Administrator", user_with("System Manager")):
			self.refuse(lambda real=real: as_somebody_else(real), self.controller, NoDeciderError)

	def test_by_whoever_asked_in_the_place_of_somebody_else(self) -> None:
		real, stood_in = user_with("Credit Controller"), user_with("Sales User")
		self.order = draft(self.buyer)
		with self.set_user(stood_in), in_place_of(real):
			name = request_release(ORDER, self.order.name, 500, "Good")
		self.assertEqual(frappe.db.get_value(RELEASE, name, "impersonator"), real)
		self.name = name
		self.refuse(lambda: approve(name), real, OwnRequestError)

	def test_by_a_second_account_of_the_same_mailbox(self) -> None:
		local, _at, domain = self.clerk.partition("@")
		for address in (f"{local}+credit@{domain}", f"{local}+CREDIT.two@{domain}"):
			self.refuse(lambda: approve(self.name), controller_called(address), OwnRequestError)
		other = user_with("Credit Controller")
		frappe.db.set_value("User", other, "email", self.clerk.upper())
		self.refuse(lambda: approve(self.name), other, OwnRequestError)

	def test_after_the_request_or_the_order_was_given_another_owner(self) -> None:
		other = user_with("Sales User")
		for table, name in ((RELEASE, self.name), (ORDER, self.order.name)):
			frappe.db.set_value(table, name, "owner", other)
		frappe.db.set_value(RELEASE, self.name, "requested_by", other)
		self.refuse(lambda: approve(self.name), error=OwnRequestError)


class TestNobodyDecidesOnTheirOwnOrder(ReleaseCase):
	def setUp(self) -> None:
		super().setUp()
		self.colleague = user_with("Sales User")

	def refused(self, user: str, name: str) -> None:
		with self.assertRaises(OwnRequestError):
			self.approve(name, user)

	def test_its_owner(self) -> None:
		self.refused(self.clerk, self.ask(self.colleague))

	def test_nor_a_new_owner(self) -> None:
		name = self.ask()
		self.order.db_set("owner", self.controller)
		self.refused(self.controller, name)

	def test_whoever_has_tried_to_submit_it(self) -> None:
		with self.set_user(self.controller):
			record(decided(self.order))
		self.refused(self.controller, self.ask(self.colleague))

	def test_whoever_tries_it_after_the_request(self) -> None:
		name = self.ask(self.colleague)
		with self.set_user(self.controller):
			record(decided(self.order))
		self.refused(self.controller, name)

	def test_whoever_has_submitted_it(self) -> None:
		submitted = {"docstatus": 1, "modified_by": self.controller}
		frappe.db.set_value(ORDER, self.order.name, submitted, update_modified=False)
		self.refused(self.controller, self.ask(self.colleague))

	def test_whoever_has_changed_it_without_submitting_it(self) -> None:
		name = self.ask(self.colleague)
		frappe.db.set_value(ORDER, self.order.name, "modified_by", self.controller, update_modified=False)
		self.refused(self.controller, name)

	def test_whoever_has_changed_it_before_somebody_else_did(self) -> None:
		self.changed_by(self.controller)
		self.assertNotEqual(frappe.db.get_value(ORDER, self.order.name, "modified_by"), self.controller)
		self.refused(self.controller, self.ask(self.colleague))

	def test_but_nobody_is_barred_by_what_had_the_same_name_before(self) -> None:
		other = decided(namesake(self.order))
		with self.set_user(self.controller):
			record(other)
		self.changed_by(self.controller).db_set("creation", self.days(-1), update_modified=False)
		self.approve(self.ask(self.colleague))

	def changed_by(self, user: str) -> Document:
		"""A change of the order that is kept, as Frappe keeps it."""
		change = {"doctype": "Version", "ref_doctype": ORDER, "docname": self.order.name, "data": "{}"}
		kept = frappe.get_doc(change).insert()
		kept.db_set("owner", user, update_modified=False)
		return kept


class TestTheGround(ReleaseCase):
	"""By what a controller decides."""

	def test_is_never_that_of_another_customer(self) -> None:
		record(decided(namesake(self.order), amount=999, position={"cover": Decimal(77)}))
		row = self.row(self.ask(amount=None))
		self.assertEqual((row.amount, row.cover), (500, 50))

	def test_is_never_that_of_an_order_that_was_deleted(self) -> None:
		of_order = {"reference_name": self.order.name}
		frappe.db.set_value("Credit Decision", of_order, "reference_created_on", self.days(-1))
		row = self.row(self.ask())
		self.assertEqual((row.explanation, row.credit_decision), ("", None))

	def test_is_judged_when_it_was_never_refused(self) -> None:
		order = tiered(self.clerk, limit=400, days=30)
		with self.set_user(self.clerk):
			row = self.row(request_release(ORDER, order.name, None, "A good customer"))
		self.assertEqual((row.amount, row.credit_tier, row.credit_limit), (1000, "A", 400))
		self.assertEqual((row.credit_days, row.credit_decision), (30, None))
		self.assertIn("600.00 above the credit limit of", row.explanation)
		self.assertFalse(decisions(order.name))

	def test_is_that_of_now_where_the_order_was_changed_since(self) -> None:
		order = tiered(self.clerk, limit=400, days=30)
		record(decided(order, terms=OrderTerms(Decimal(1000), 10)))
		with self.set_user(self.clerk):
			row = self.row(request_release(ORDER, order.name, None, "A good customer"))
		self.assertEqual(row.credit_days, 30)
		self.assertTrue(row.credit_decision)

	def test_of_goods_is_judged_too(self) -> None:
		buyer = make.customer()
		write({buyer: tier_values("D", today())})
		sold = make.draft_invoice(buyer, 700, today(), today(), is_pos=0, update_stock=1).insert()
		row = self.row(request_release("Sales Invoice", sold.name, None, "A good customer"))
		self.assertEqual((row.amount, row.credit_tier), (700, "D"))


class TestWhatItWasGivenFor(ReleaseCase):
	"""A company, and terms as long as when it was asked for."""

	def setUp(self) -> None:
		super().setUp()
		self.order = tiered(self.clerk, limit=400, days=30)
		self.name = self.approved(ceiling=5000)

	def submit(self, days: int = 30) -> None:
		frappe.get_doc(ORDER, self.order.name).update({"payment_schedule": due_in(days)}).submit()

	def test_lets_it_pass_as_it_was(self) -> None:
		self.submit()
		self.assertEqual(frappe.db.get_value(ORDER, self.order.name, "docstatus"), 1)
		self.assertEqual(self.row(self.name).status, "Used")

	def test_and_on_shorter_terms(self) -> None:
		self.submit(days=20)
		self.assertEqual(self.row(self.name).status, "Used")

	def test_but_not_on_longer_terms(self) -> None:
		message = "it was given for 30 days of credit, and the terms give 365"
		with self.assertRaisesRegex(OrderRefusedError, f"above the credit limit.*{message}"):
			self.submit(days=365)
		self.assertEqual(self.row(self.name).status, "Approved")

	def test_the_headline_says_so_before(self) -> None:
		told = order_desk.headline({"name": self.order.name, "payment_schedule": due_in(365)})
		codes = [reason["code"] for reason in told["reasons"]]
		self.assertEqual((told["outcome"], codes[-1]), ("Refuse", "order_release_shorter_terms"))
		self.assertEqual(order_desk.headline(self.order.name)["outcome"], "Allow")

	def test_what_the_submitted_order_waits_for_says_so_too(self) -> None:
		self.submit()
		accepted = frappe.get_doc(ORDER, self.order.name)
		self.assertEqual(str(holds.judge(accepted).outcome), "Allow")
		accepted.payment_schedule[0].due_date = self.days(365)
		judged = holds.judge(accepted)
		codes = [reason.code for reason in judged.decision.reasons]
		self.assertEqual((str(judged.outcome), codes[-1]), ("Hold", "order_release_shorter_terms"))
		self.assertIsNone(judged.release)

	def test_nor_in_another_company(self) -> None:
		other = make.SECOND_COMPANY
		frappe.db.set_value(RELEASE, self.name, "company", other)
		with self.assertRaisesRegex(OrderRefusedError, f"given for the company {other}"):
			self.submit()
		self.assertEqual(self.row(self.name).status, "Approved")

	def test_then_one_can_ask_again_and_the_last_decision_counts(self) -> None:
		frappe.get_doc(ORDER, self.order.name).update({"payment_schedule": due_in(60)}).save()
		again = self.ask(amount=1000)
		self.assertEqual(self.row(again).credit_days, 60)
		self.approve(again)
		self.assertEqual(self.row(self.name).status, "Expired")
		frappe.get_doc(ORDER, self.order.name).submit()
		self.assertEqual(self.row(again).status, "Used")

	def test_of_one_whose_terms_nobody_knows_they_do_not_matter(self) -> None:
		frappe.db.set_value(RELEASE, self.name, {"reasons": None, "credit_days": 0})
		self.submit(days=365)
		self.assertEqual(self.row(self.name).status, "Used")


class TestTakingBack(ReleaseCase):
	"""A request that nobody has decided yet."""

	def withdraw(self, name: str, user: str | None = None) -> None:
		with self.set_user(user or self.clerk):
			withdraw(name)

	def test_whoever_has_asked_takes_it_back_and_may_ask_again(self) -> None:
		name = self.ask()
		self.withdraw(name)
		self.assertEqual(self.row(name).status, "Withdrawn")
		self.assertNotEqual(self.ask(), name)

	def test_nobody_else_does(self) -> None:
		name = self.ask()
		for user in (self.controller, user_with("Sales Manager"), "Administrator"):
			with self.subTest(user), self.assertRaisesRegex(OwnRequestError, "Only whoever has asked"):
				self.withdraw(name, user)
		with self.assertRaises(frappe.PermissionError):
			self.withdraw(name, user_with("Stock User"))
		self.assertEqual(self.row(name).status, "Requested")

	def test_not_what_is_decided(self) -> None:
		name = self.approved()
		self.assertRaisesRegex(DecidedReleaseError, "decided already: .*Approved", self.withdraw, name)

	def test_what_is_taken_back_is_not_decided(self) -> None:
		name = self.ask()
		self.withdraw(name)
		with self.assertRaisesRegex(DecidedReleaseError, "decided already: Withdrawn"):
			self.approve(name)

	def test_a_document_that_is_deleted_takes_its_request_along(self) -> None:
		name, order = self.ask(), self.order.name
		self.order.delete()
		self.assertFalse(frappe.db.exists(ORDER, order))
		self.assertEqual(self.row(name).status, "Withdrawn")

	def test_a_document_that_is_cancelled_too(self) -> None:
		order = make.order(self.buyer, 500, today())
		name = request_release(ORDER, order.name, 500, "Good")
		order.cancel()
		self.assertEqual(self.row(name).status, "Withdrawn")

	def test_the_form_offers_it_to_whoever_has_asked(self) -> None:
		name = self.ask()
		for user, may in ((self.clerk, True), (self.controller, False)):
			with self.set_user(user):
				document = self.row(name)
				document.run_method("onload")
				self.assertIs(document.get("__onload").may_withdraw, may)


class TestJobsDecideNothing(ReleaseCase):
	def test_neither_as_administrator_nor_as_the_approver(self) -> None:
		name = self.ask()
		frappe.local.job = frappe.parse_json({"method": "any"})
		self.addCleanup(delattr, frappe.local, "job")
		for user in ("Administrator", self.controller):
			with self.assertRaises(NoDeciderError):
				self.approve(name, user)
		with self.assertRaisesRegex(NoDeciderError, "by a person, not by a background job"):
			self.approve(name)


class TestUsing(ReleaseCase):
	def test_nothing_is_valid_before_it_is_approved(self) -> None:
		self.ask()
		self.assertIsNone(valid_for(ORDER, self.order.name, today()))
		self.assertIsNone(standing_for(self.order.name, today()))
		self.assertIsNone(valid_for(ORDER, None, today()))

	def test_until_its_last_day(self) -> None:
		name = self.approved(expires_on=str(self.days(2)))
		for days, found in ((0, name), (2, name), (3, None)):
			for given in (
				valid_for(ORDER, self.order.name, self.days(days)),
				standing_for(self.order.name, self.days(days)),
			):
				self.assertEqual(given.name if given else None, found)

	def test_it_tells_its_ceiling(self) -> None:
		self.approved(ceiling=812.5)
		given = valid_for(ORDER, self.order.name, today())
		self.assertEqual((given.ceiling, given.customer), (Decimal("812.5"), self.buyer))

	def test_once(self) -> None:
		name = self.approved()
		use(name, ORDER, self.order.name)
		row = self.row(name)
		self.assertEqual(
			(row.status, row.used_by_doctype, row.used_by_name), ("Used", ORDER, self.order.name)
		)
		self.assertIsNone(valid_for(ORDER, self.order.name, today()))
		with self.assertRaisesRegex(
			UsedReleaseError, "cannot be used any more: .*Used.* Ask for a new release"
		):
			use(name, ORDER, self.order.name)

	def test_an_order_that_was_submitted_by_it_stands_with_its_deliveries(self) -> None:
		name = self.approved()
		use(name, ORDER, self.order.name)
		self.assertIsNone(standing_for(self.order.name, today()))
		self.order.db_set("docstatus", 1)
		self.assertEqual(standing_for(self.order.name, self.days(99)).name, name)
		use(name, "Delivery Note", "DN-1")
		use(name, ORDER, self.order.name)
		self.assertEqual(self.row(name).used_by_name, self.order.name)
		self.order.db_set("docstatus", 2)
		self.assertIsNone(standing_for(self.order.name, today()))
		self.assertRaises(UsedReleaseError, use, name, "Delivery Note", "DN-2")

	def test_only_for_what_it_was_given(self) -> None:
		with self.set_user(self.clerk):
			other = draft(self.buyer)
		name = self.approved()
		self.assertIsNone(valid_for(ORDER, other.name, today()))
		frappe.db.set_value(RELEASE, name, "reference_doctype", "Delivery Note")
		with self.assertRaisesRegex(UsedReleaseError, "not for this document"):
			use(name, "Delivery Note", "DN-2")

	def test_not_before_approval_nor_after_its_term(self) -> None:
		name = self.ask()
		self.assertRaisesRegex(UsedReleaseError, "Requested", use, name, ORDER, self.order.name)
		self.approve(name)
		frappe.db.set_value(RELEASE, name, "expires_on", self.days(-1))
		self.assertRaisesRegex(UsedReleaseError, "could be used until", use, name, ORDER, self.order.name)

	def test_not_for_an_order_that_was_given_the_name_of_a_deleted_one(self) -> None:
		self.approved()
		frappe.db.set_value(ORDER, self.order.name, "creation", self.days(-1))
		self.assertIsNone(valid_for(ORDER, self.order.name, today()))
		self.assertIsNone(standing_for(self.order.name, today()))

	def test_not_for_an_order_that_was_given_to_another_customer(self) -> None:
		name = self.approved()
		other = make.customer()
		self.assertIsNone(valid_for(ORDER, self.order.name, today(), other))
		self.assertIsNone(standing_for(self.order.name, today(), other))
		self.assertEqual(standing_for(self.order.name, today(), self.buyer).name, name)

	def test_the_highest_of_several(self) -> None:
		self.approved(ceiling=600)
		high = self.ask(amount=900)
		self.approve(high)
		self.assertEqual(valid_for(ORDER, self.order.name, today()).name, high)

	def test_expired_ones_are_marked(self) -> None:
		name = self.approved()
		releases.expire()
		self.assertEqual(self.row(name).status, "Approved")
		frappe.db.set_value(RELEASE, name, "expires_on", self.days(-1))
		releases.expire()
		self.assertEqual(self.row(name).status, "Expired")
		self.assertIn("customer_grading.jobs.releases.expire", frappe.get_hooks("scheduler_events")["daily"])

	def test_what_is_used_does_not_expire(self) -> None:
		name = self.approved()
		use(name, ORDER, self.order.name)
		frappe.db.set_value(RELEASE, name, "expires_on", self.days(-1))
		self.assertEqual(credit_release.expire(today()), 0)
		self.assertEqual(self.row(name).status, "Used")


class TestWhoSeesIt(ReleaseCase):
	def test_whoever_asked_sees_the_state_and_the_reasons_but_not_the_position(self) -> None:
		clerk = user_with("Accounts User")
		name = self.ask()
		frappe.db.set_value(RELEASE, name, "requested_by", clerk)
		with self.set_user(clerk):
			self.assertEqual([row.name for row in get_list(RELEASE)], [name])
			shown = get(RELEASE, name)
			self.assertEqual(shown["status"], "Requested")
			self.assertIn("is overdue", self.read(name).explanation)
			self.assertIn("is overdue", shown["explanation"])
			for field in FIGURES:
				self.assertFalse(self.read(name).get(field), field)
				self.assertFalse(shown.get(field), field)
			self.assertEqual(get_list(RELEASE, fields=["*"])[0].get("reasons"), None)

	def read(self, name: str) -> Document:
		document = frappe.get_doc(RELEASE, name)
		document.apply_fieldlevel_read_permissions()
		return document

	def test_where_a_company_hides_credit_from_a_role_it_sees_no_figures_of_its_own_requests_either(
		self,
	) -> None:
		seller = user_with("Sales User")
		name = self.ask()
		frappe.db.set_value(RELEASE, name, "requested_by", seller)
		self.hide_credit_of_customers("Sales User")
		with self.set_user(seller):
			shown = get(RELEASE, name)
			self.assertEqual(shown["status"], "Requested")
			self.assertIn("is overdue", shown["explanation"])
			for field in (*FIGURES, "composition"):
				self.assertFalse(shown.get(field), field)
				self.assertEqual(get_list(RELEASE, fields=["name", field]), [])
			self.assertNotIn("700.5", frappe.get_print(RELEASE, name))

	def hide_credit_of_customers(self, role: str) -> None:
		"""Take permission level 1 of Customer away from a role, as the Role Permissions Manager does."""
		self.addCleanup(frappe.clear_cache, doctype="Customer")
		setup_custom_perms("Customer")
		frappe.db.delete("Custom DocPerm", {"parent": "Customer", "role": role, "permlevel": 1})
		frappe.clear_cache(doctype="Customer")

	def test_others_of_their_kind_see_nothing(self) -> None:
		name = self.ask()
		for roles in (("Accounts User",), ("System Manager",), ("Stock User",)):
			with self.set_user(user_with(*roles)):
				self.assertEqual(get_list(RELEASE), [])
				self.assertRaises(frappe.PermissionError, get, RELEASE, name)

	def test_a_name_with_quotes_breaks_out_of_no_condition(self) -> None:
		self.ask()
		told = condition("x\\' or 1=1 -- @example.com", RELEASE)
		query = "select count(*) from `tabCredit Release` where " + told  # noqa: S608  (as Frappe does)
		self.assertEqual(frappe.db.sql(query), ((0,),))

	def test_whoever_sees_credit_sees_all_of_it(self) -> None:
		name = self.ask()
		for role in (
			"Sales User",
			"Sales Manager",
			"Sales Master Manager",
			"Accounts Manager",
			"Credit Controller",
		):
			with self.subTest(role), self.set_user(user_with(role)):
				self.assertIn(name, [row.name for row in get_list(RELEASE)])
				self.assertEqual(self.read(name).exposure, 700.5)

	def test_the_form_offers_a_decision_to_those_who_may_decide(self) -> None:
		name = self.ask()
		for user, may in ((self.controller, True), (self.clerk, False), ("Administrator", False)):
			with self.subTest(user), self.set_user(user):
				document = frappe.get_doc(RELEASE, name)
				document.run_method("onload")
				self.assertIs(document.get("__onload").may_decide, may)
				self.assertEqual(frappe.get_message_log(), [])


class TestWhoIsTold(ReleaseCase):
	"""In Desk and by e-mail, each by themselves."""

	def setUp(self) -> None:
		super().setUp()
		frappe.db.delete(
			"Has Role", {"role": "Credit Controller", "parent": ("not in", (self.clerk, self.controller))}
		)
		self.second = user_with("Credit Controller")
		frappe.db.set_value("User", self.second, "language", "zh")
		mail_account()

	def notes(self, name: str) -> dict[str, Document]:
		fields = ["for_user", "subject", "email_content", "from_user"]
		rows = frappe.get_all("Notification Log", {"document_name": name}, fields)
		return {row.for_user: row for row in rows}

	def mails(self, name: str) -> list[tuple[list[str], str]]:
		"""The recipients of each e-mail, and its whole text."""
		found = []
		for mail in frappe.get_all("Email Queue", {"message": ("like", f"%{name}%")}, ["name", "message"]):
			rows = frappe.get_all("Email Queue Recipient", {"parent": mail.name}, pluck="recipient")
			found.append((rows, mail.message))
		return found

	def test_everybody_who_may_decide(self) -> None:
		name = self.ask()
		releases.tell_deciders(name)
		notes = self.notes(name)
		self.assertEqual(set(notes), {self.controller, self.second})
		amount = fmt_money(
			500, currency=frappe.get_cached_value("Company", self.order.company, "default_currency")
		)
		self.assertEqual(
			notes[self.controller].subject,
			f"Tester asks to release Sales Order {self.order.name} of {self.buyer} for {amount}",
		)
		self.assertEqual(notes[self.controller].email_content, "<p>A good customer</p>")

	def test_one_address_to_a_message(self) -> None:
		name = self.ask()
		releases.tell_deciders(name)
		mails = self.mails(name)
		self.assertEqual(sorted(to for to, _text in mails), sorted([[self.controller], [self.second]]))
		for (recipient,), text in mails:
			other = ({self.controller, self.second} - {recipient}).pop()
			self.assertNotIn(other, text)

	def test_each_in_their_language(self) -> None:
		name = self.ask()
		releases.tell_deciders(name)
		self.assertIn("销售订单", self.notes(name)[self.second].subject)
		self.assertIn("Sales Order", self.notes(name)[self.controller].subject)

	def test_the_requester_learns_how_it_was_decided_but_no_address(self) -> None:
		name = self.approved(ceiling=650, remark="Ring <me> first")
		releases.tell_requester(name)
		note = self.notes(name)[self.clerk]
		self.assertRegex(note.subject, f"^Sales Order {self.order.name} is released up to .*650.00$")
		self.assertIn("Submit it again by", note.email_content)
		self.assertIn("Ring &lt;me&gt; first", note.email_content)
		((to, text),) = self.mails(name)
		self.assertEqual(to, [self.clerk])
		for told in (note.subject, note.email_content, str(note.from_user), text):
			self.assertNotIn(self.controller, told)
			self.assertNotIn(self.second, told)

	def test_of_a_rejection_too(self) -> None:
		name = self.ask()
		with self.set_user(self.controller):
			reject(name, "Too risky")
		releases.tell_requester(name)
		note = self.notes(name)[self.clerk]
		self.assertEqual(note.subject, f"The release of Sales Order {self.order.name} was rejected")
		self.assertEqual(note.email_content, "<p>Too risky</p>")

	def test_nobody_is_told_of_what_is_decided_meanwhile(self) -> None:
		name = self.approved()
		releases.tell_deciders(name)
		self.assertEqual(self.notes(name), {})

	def test_without_a_mail_account_desk_tells_it(self) -> None:
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		name = self.ask()
		releases.tell_deciders(name)
		self.assertEqual(set(self.notes(name)), {self.controller, self.second})

	def test_what_the_requester_gets_back_names_no_decider(self) -> None:
		self.assertRegex(self.ask(), r"^CR-\d{4}-\d{5}$")
		self.assertNotIn(self.controller, frappe.as_json(frappe.get_message_log()))


class CommittedReleaseCase(CommittingTestCase):
	"""A release that other connections see."""

	def setUp(self) -> None:
		super().setUp()
		make.service()
		buyer = {"customer_group": "Commercial", "territory": "Rest Of The World"}
		name = f"Released {frappe.generate_hash(length=8)}"
		self.buyer = self.keep(frappe.get_doc({"doctype": "Customer", "customer_name": name, **buyer})).name
		self.controller, self.clerk = (
			user_with("Credit Controller"),
			user_with("Sales User", "Credit Controller"),
		)
		self.order = self.keep(make.draft_order(self.buyer, 500, frappe.utils.getdate()))
		self.addCleanup(self.forget)
		with self.set_user(self.clerk):
			self.name = request_release(ORDER, self.order.name, 500, "Good")
		frappe.db.commit()

	def forget(self) -> None:
		frappe.db.rollback()
		frappe.db.delete(RELEASE, {"customer": self.buyer})
		for user in (self.controller, self.clerk):
			frappe.delete_doc("User", user, force=True, ignore_permissions=True)
		frappe.db.commit()

	def approve(self) -> None:
		with self.set_user(self.controller):
			approve(self.name)
		frappe.db.commit()

	def status(self) -> str:
		frappe.db.rollback()
		return frappe.db.get_value(RELEASE, self.name, "status")


class TestTwoAtOnce(CommittedReleaseCase):
	"""Two connections."""

	def elsewhere(self, work: Callable[[], Any], told: list[Any], may_end: Event, begun: Event) -> Thread:
		"""Work in a connection of its own, which is committed when it may end."""
		site = frappe.local.site

		def run() -> None:
			frappe.init(site=site)
			frappe.connect()
			try:
				# Opens the snapshot, so that plain reads would see what stands now.
				frappe.db.get_value(RELEASE, self.name, "status")
				work()
				told.append("done")
				begun.set()
				may_end.wait(20)
				frappe.db.commit()
			except Exception as error:  # noqa: BLE001
				told.append(type(error))
				begun.set()
				frappe.db.rollback()
			finally:
				frappe.destroy()

		thread = Thread(target=run)
		thread.start()
		return thread

	def race(self, work: Callable[[], Any]) -> tuple[list[Any], list[Any]]:
		first, second = [], []
		may_end, begun, at_once, also = Event(), Event(), Event(), Event()
		at_once.set()
		one = self.elsewhere(work, first, may_end, begun)
		begun.wait(20)
		two = self.elsewhere(work, second, at_once, also)
		# The second waits for the row; then the first is committed.
		self.assertFalse(also.wait(1))
		may_end.set()
		one.join(30)
		two.join(30)
		return first, second

	def test_of_two_uses_one_passes(self) -> None:
		self.approve()
		order = self.order.name
		first, second = self.race(lambda: use(self.name, ORDER, order))
		self.assertEqual((first, second), (["done"], [UsedReleaseError]))
		self.assertEqual(self.status(), "Used")

	def test_of_two_decisions_one_stands(self) -> None:
		def decide() -> None:
			frappe.set_user(self.controller)
			approve(self.name)

		first, second = self.race(decide)
		self.assertEqual((first, second), (["done"], [DecidedReleaseError]))
		self.assertEqual(self.status(), "Approved")

	def test_of_two_requests_one_is_written(self) -> None:
		frappe.db.delete(RELEASE, {"name": self.name})
		frappe.db.commit()
		order = self.order.name

		def ask() -> None:
			frappe.set_user(self.clerk)
			request_release(ORDER, order, 500, "Good")

		first, second = self.race(ask)
		self.assertEqual((first, second), (["done"], [AskedReleaseError]))
		frappe.db.rollback()
		self.assertEqual(frappe.db.count(RELEASE, {"reference_name": order}), 1)

	def test_a_use_that_is_taken_back_leaves_the_release(self) -> None:
		self.approve()
		use(self.name, ORDER, self.order.name)
		frappe.db.rollback()
		self.assertEqual(self.status(), "Approved")


class TestWhatCommitsByItself(CommittedReleaseCase):
	def test_nothing_is_approved_by_a_workflow_of_the_company(self) -> None:
		self.addCleanup(forget_workflows)
		for field in ("status", "workflow_state"):
			with self.subTest(field):
				workflow(field)
				for user in (self.clerk, self.controller, "Administrator"):
					row = frappe.get_doc(RELEASE, self.name)
					with self.set_user(user), self.assertRaises((ReleaseError, frappe.PermissionError)):
						apply_workflow(row, "Approve")
				self.assertEqual(self.status(), "Requested")
				self.assertIsNone(valid_for(ORDER, self.order.name, today()))
				forget_workflows()

	def test_nothing_is_approved_from_a_list(self) -> None:
		for user in (self.clerk, self.controller, "Administrator"):
			with self.set_user(user):
				told = submit_cancel_or_update_docs(RELEASE, [self.name], "update", {"status": "Approved"})
			self.assertEqual((told, self.status()), ([self.name], "Requested"))
		frappe.db.delete("Error Log", {"method": "Bulk action failed"})

	def test_nothing_is_approved_by_a_job(self) -> None:
		for user in ("Administrator", self.controller, self.clerk):
			with self.subTest(user), self.set_user(user), self.assertRaises(frappe.PermissionError):
				execute_job(frappe.local.site, approve, None, "approve", {"name": self.name}, is_async=False)
			del frappe.local.job
			self.assertEqual(self.status(), "Requested")
		frappe.db.delete("Error Log", {"method": ("like", "%credit_release%")})


def due_in(days: int) -> list[dict[str, Any]]:
	"""A payment schedule of one line."""
	return [{"due_date": str(today() + timedelta(days=days)), "invoice_portion": 100}]


def tiered(owner: str, limit: int, days: int) -> Document:
	"""A draft of 1,000 on terms of some days, of a customer of tier A with a limit."""
	buyer = make.customer()
	write({buyer: tier_values("A", today())})
	write_limits({(buyer, make.first_company()): CreditLimit(Decimal(limit))}, today())
	order = make.draft_order(buyer, 1000, today()).update({"payment_schedule": due_in(days)})
	order.insert()
	order.db_set({"owner": owner, "modified_by": owner}, update_modified=False)
	return order


def namesake(order: Document) -> Document:
	"""An order of another customer that was refused, never saved, and left its name to the next one."""
	company = order.company
	return frappe.get_doc(
		{"doctype": ORDER, "name": order.name, "customer": make.customer(), "company": company}
	)


def skipping_validation(document: Document) -> Document:
	document.flags.ignore_validate = True
	return document


def controller_called(address: str) -> str:
	user = frappe.get_doc({"doctype": "User", "email": address, "first_name": "T", "send_welcome_email": 0})
	user.insert()
	user.add_roles("Credit Controller")
	return user.name


def mail_account() -> None:
	"""An account to send from; without one Frappe itself cannot share or assign."""
	account = {"doctype": "Email Account", "email_id": "desk@example.com", "email_account_name": "Order Desk"}
	sends = {
		"enable_outgoing": 1,
		"default_outgoing": 1,
		"smtp_server": "localhost",
		"no_smtp_authentication": 1,
	}
	made = frappe.get_doc({**account, **sends})
	made.flags.no_smtp_check = True
	# Nothing is sent by tests, so that no server is asked either.
	made.db_insert()
	frappe.db.set_value("Email Account", {"name": ("!=", made.name)}, "default_outgoing", 0)


def forget_workflows() -> None:
	for name in frappe.get_all("Workflow", {"document_type": RELEASE}, pluck="name"):
		frappe.delete_doc("Workflow", name, force=True)
	frappe.db.delete("Custom Field", {"dt": RELEASE})
	frappe.db.delete("Workflow Action", {"reference_doctype": RELEASE})
	frappe.db.commit()
	frappe.clear_cache(doctype=RELEASE)


def workflow(field: str) -> None:
	"""A company's own workflow on releases, which everybody may walk."""
	for doctype, key, names in (
		("Workflow State", "workflow_state_name", ("Requested", "Approved")),
		("Workflow Action Master", "workflow_action_name", ("Approve",)),
	):
		for name in names:
			if not frappe.db.exists(doctype, name):
				frappe.get_doc({"doctype": doctype, key: name}).insert()
	states = [
		{
			"state": state,
			"doc_status": 0,
			"allow_edit": "All",
			"update_field": update,
			"update_value": "Approved",
		}
		for state, update in (("Requested", ""), ("Approved", "status" if field != "status" else ""))
	]
	step = {"state": "Requested", "action": "Approve", "next_state": "Approved", "allowed": "All"}
	flow = {"doctype": "Workflow", "workflow_name": f"By {field}", "document_type": RELEASE, "is_active": 1}
	transitions = [{**step, "allow_self_approval": 1}]
	made = frappe.get_doc(
		{**flow, "workflow_state_field": field, "states": states, "transitions": transitions}
	)
	made.insert()
	frappe.clear_cache(doctype=RELEASE)
