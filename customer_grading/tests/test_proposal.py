"""What waits for a person: proposed, applied, rejected, superseded."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import frappe
from erpnext.selling.doctype.customer.customer import get_credit_limit
from frappe.permissions import add_user_permission

from customer_grading.customer_grading.doctype.grade_proposal.grade_proposal import (
	ProposalError,
	apply,
	apply_all,
	reject,
)
from customer_grading.jobs import proposals as job
from customer_grading.records import customer, proposal
from customer_grading.records.grade_change import Source
from customer_grading.records.proposal import tier_values
from customer_grading.rules.options import Graded
from customer_grading.rules.regrade import Move
from customer_grading.rules.tier import ARREARS
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.regrade_case import (
	RegradeTestCase,
	RunTestCase,
	ago,
	fields_of,
	forget_user,
	history,
	proposal_of,
	proposals,
	today,
	user_with,
	whole_run,
)

SOURCE = Source("Regrade Run", "RR-test", "0123")
EFFECT_IN_CHINESE = (
	"此后每张订单都按信用等级D（坚决先款后货，款到方接单）执行。0张未完成订单（金额0.00）也将受其约束。"
)
WHY = ARREARS.because(Decimal(400), 40)


def tier(new: str, old: str = "") -> Move:
	return Move(Graded.CREDIT_TIER, old, new, (WHY,))


def limit(new: str, old: str = "", company: str = "") -> Move:
	return Move(Graded.CREDIT_LIMIT, old, new, (), company)


def status_of(name: str) -> str:
	return frappe.db.get_value("Grade Proposal", name, "status")


class TestProposalsOfARegrade(RegradeTestCase):
	"""Found over real invoices, decided by persons."""

	def setUp(self) -> None:
		super().setUp()
		whole_run()

	def document(self, name: str, what: str = "Credit Tier") -> Any:
		return frappe.get_doc("Grade Proposal", proposal_of(name, what))

	def test_a_proposal_shows_what_it_would_change_and_why(self) -> None:
		found = self.document(self.debtor)
		self.assertEqual((found.from_value, found.to_value, found.status), ("", "D", "Open"))
		self.assertEqual(found.explanation, "400.00 is past due, the oldest for 40 days.")
		self.assertIn("tier D (Payment before the order) binds each order. 0 open orders", found.effect)
		self.assertEqual(found.provisional, 0)
		self.assertTrue(found.regrade_run)
		self.assertTrue(found.policy_fingerprint)

	def test_a_proposal_counts_the_open_orders_that_it_would_bind(self) -> None:
		make.order(self.debtor, 100, today())
		make.order(self.debtor, 250, today())
		make.draft_order(self.debtor, 999, today()).insert()
		make.order(self.debtor, 999, today()).update_status("Closed")
		make.order(self.good, 999, today())
		proposal.synchronise([self.debtor], {}, SOURCE, today())
		whole_run()
		found = self.document(self.debtor)
		self.assertEqual((found.open_orders, found.open_order_amount), (2, 350))
		self.assertIn("2 open orders worth 350.00", found.effect)

	def test_a_proposal_is_told_in_chinese(self) -> None:
		found = self.document(self.debtor)
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "zh"
		self.assertEqual(found.explanation, "逾期未付 400.00，最长已逾期 40 天。")
		self.assertEqual(found.effect, EFFECT_IN_CHINESE)

	def test_a_provisional_tier_says_so(self) -> None:
		self.assertEqual(self.document(self.newcomer).provisional, 1)
		apply([self.document(self.newcomer).name])
		self.assertEqual(fields_of(self.newcomer, "credit_tier", "credit_tier_provisional"), ("B", 1))

	def test_applying_a_tier_sets_it_and_remembers_who_did(self) -> None:
		name = self.document(self.debtor).name
		decider = user_with("Credit Controller")
		with self.set_user(decider):
			self.assertEqual(apply([name]), 1)
		self.assertEqual(fields_of(self.debtor, "credit_tier", "credit_tier_since"), ("D", today()))
		decided = frappe.get_doc("Grade Proposal", name)
		self.assertEqual((decided.status, decided.decided_by), ("Applied", decider))
		self.assertIsNotNone(decided.decided_on)
		change = frappe.get_doc("Grade Change", {"customer": self.debtor, "what": "Credit Tier"})
		self.assertEqual((change.source_type, change.source), ("Grade Proposal", name))
		self.assertEqual((change.to_value, change.owner, change.by_hand), ("D", decider, 0))
		self.assertEqual(change.explanation, "400.00 is past due, the oldest for 40 days.")

	def test_applying_a_limit_sets_it_in_erpnext_too(self) -> None:
		form = frappe.get_doc("Customer", self.good)
		found = self.document(self.good, "Credit Limit")
		self.assertEqual(apply([found.name]), 1)
		self.assertEqual(get_credit_limit(self.good, self.company), float(found.to_value))
		self.assertIn(("Credit Limit", "", found.to_value), history(self.good))
		self.assertIn(f"The credit limit in {self.company} would be", found.effect)
		with self.assertRaises(frappe.TimestampMismatchError):
			form.save()

	def test_many_are_applied_at_once_and_a_regrade_finds_nothing_more(self) -> None:
		names = frappe.get_all("Grade Proposal", filters={"status": "Open"}, pluck="name")
		self.assertEqual(apply(names), len(names))
		self.assertEqual([fields_of(name, "credit_tier") for name in self.everybody], ["A", "D", "D", "B"])
		run = whole_run()
		self.assertEqual(run.waiting, 0)
		self.assertEqual(
			{what for what, _old, _new in history(self.good, source=run.name)} - {"Customer Category"}, set()
		)

	def test_applying_twice_has_no_effect(self) -> None:
		name = self.document(self.debtor).name
		self.assertEqual(apply([name]), 1)
		before = history(self.debtor), fields_of(self.debtor, "modified")
		self.assertEqual(apply([name, name]), 0)
		self.assertEqual((history(self.debtor), fields_of(self.debtor, "modified")), before)

	def test_a_proposal_whose_customer_was_changed_by_hand_is_superseded(self) -> None:
		name = self.document(self.debtor).name
		customer.write({self.debtor: tier_values("C", ago(0))})
		self.assertEqual(apply([name]), 0)
		self.assertEqual(status_of(name), "Superseded")
		self.assertEqual(fields_of(self.debtor, "credit_tier"), "C")

	def test_a_proposal_of_another_customer_is_applied_all_the_same(self) -> None:
		customer.write({self.debtor: tier_values("C", ago(0))})
		names = [self.document(self.debtor).name, self.document(self.late).name]
		self.assertEqual(apply(names), 1)
		self.assertEqual(fields_of(self.late, "credit_tier"), "D")

	def test_what_rules_no_longer_find_is_superseded(self) -> None:
		name = self.document(self.debtor).name
		owed = frappe.get_doc("Sales Invoice", {"customer": self.debtor})
		make.payment(owed, today())
		whole_run()
		self.assertEqual(status_of(name), "Superseded")
		self.assertEqual([row[2] for row in proposals(self.debtor) if row[0] == "Credit Tier"], ["B"])

	def test_what_stays_true_stays_the_same_proposal(self) -> None:
		before = frappe.get_all("Grade Proposal", pluck="name", order_by="name")
		whole_run()
		self.assertEqual(frappe.get_all("Grade Proposal", pluck="name", order_by="name"), before)

	def test_a_rejected_proposal_comes_again_after_its_term_only(self) -> None:
		name = self.document(self.debtor).name
		with self.set_user(user_with("Sales Master Manager")):
			self.assertEqual(reject([name], "They pay on Monday"), 1)
		rejected = frappe.get_doc("Grade Proposal", name)
		self.assertEqual((rejected.status, rejected.remark), ("Rejected", "They pay on Monday"))
		self.assertEqual(rejected.held_until, today() + timedelta(days=90))
		whole_run()
		self.assertEqual([row for row in proposals(self.debtor) if row[0] == "Credit Tier"], [])
		whole_run(rejected.held_until - timedelta(days=1))
		self.assertEqual([row for row in proposals(self.debtor) if row[0] == "Credit Tier"], [])
		whole_run(rejected.held_until)
		self.assertIn(("Credit Tier", "", "D"), proposals(self.debtor))

	def test_a_decided_proposal_is_not_rejected(self) -> None:
		name = self.document(self.debtor).name
		apply([name])
		with self.assertRaisesRegex(ProposalError, "is decided already: Applied"):
			reject([name], "Too late")
		self.assertEqual(status_of(name), "Applied")

	def test_a_rejection_says_why(self) -> None:
		name = self.document(self.debtor).name
		with self.assertRaisesRegex(ProposalError, "Say why"):
			reject([name], "  ")
		self.assertEqual(status_of(name), "Open")

	def test_proposals_are_neither_typed_nor_changed_nor_deleted(self) -> None:
		found = self.document(self.debtor)
		for door in (found.save, found.delete, frappe.copy_doc(found).insert):
			with self.assertRaises(ProposalError):
				door()
		self.assertEqual(status_of(found.name), "Open")

	def test_only_who_decides_on_credit_may_apply_or_reject(self) -> None:
		name = self.document(self.debtor).name
		for role in ("Sales User", "Sales Manager", "Accounts Manager", "System Manager"):
			with self.set_user(user_with(role)):
				for door in (
					lambda: apply([name]),
					lambda: reject([name], "No"),
					lambda: apply_all("Credit Tier"),
				):
					with self.assertRaises(frappe.PermissionError):
						door()
		self.assertEqual(status_of(name), "Open")

	def test_not_too_many_are_applied_in_one_request(self) -> None:
		with self.assertRaisesRegex(ProposalError, "501 proposals are too many at once"):
			apply(["x"] * 501)

	def test_who_is_fenced_to_some_customers_decides_on_those_only(self) -> None:
		fenced = user_with("Credit Controller", "Sales User")
		add_user_permission("Customer", self.debtor, fenced)
		foreign = self.document(self.late).name
		with self.set_user(fenced), self.assertRaises(frappe.PermissionError):
			apply([foreign])
		self.assertEqual(status_of(foreign), "Open")


class TestKeepingProposalsInStep(GradingTestCase):
	"""At most one open proposal of a customer, a kind and a company."""

	def setUp(self) -> None:
		super().setUp()
		self.buyer, self.company = make.customer(), make.first_company()

	def found(self, *moves: Move, after: int = 0, tolerance: int = 10) -> int:
		day = today() + timedelta(days=after)
		waiting = {self.buyer: moves}
		return proposal.synchronise([self.buyer], waiting, SOURCE, day, Decimal(tolerance))

	def rejected(self, what: str = "Credit Tier", days: int = 90) -> None:
		proposal.reject(proposal_of(self.buyer, what), "No", today() + timedelta(days=days))

	def test_the_same_is_not_proposed_twice(self) -> None:
		self.assertEqual([self.found(tier("A")), self.found(tier("A"))], [1, 0])
		self.assertEqual(proposals(self.buyer), [("Credit Tier", "", "A")])

	def test_another_finding_takes_the_place_of_the_first(self) -> None:
		self.found(tier("A"))
		self.assertEqual(self.found(tier("B")), 1)
		self.assertEqual(proposals(self.buyer), [("Credit Tier", "", "B")])
		self.assertEqual(proposals(self.buyer, "Superseded"), [("Credit Tier", "", "A")])

	def test_nothing_found_supersedes(self) -> None:
		self.found(tier("A"))
		self.assertEqual(self.found(), 0)
		self.assertEqual(proposals(self.buyer), [])

	def test_the_same_finding_from_another_standing_is_another_proposal(self) -> None:
		self.found(tier("A"))
		self.assertEqual(self.found(tier("A", old="C")), 1)
		self.assertEqual(proposals(self.buyer), [("Credit Tier", "C", "A")])

	def test_what_was_rejected_stays_away_though_something_else_was_found_in_between(self) -> None:
		self.found(tier("A"))
		self.rejected()
		self.assertEqual(self.found(tier("B")), 1)
		self.assertEqual(self.found(tier("A")), 0)
		self.assertEqual(proposals(self.buyer), [])
		self.assertEqual(self.found(tier("A"), after=90), 1)

	def test_a_limit_that_moves_a_little_stays_the_same_proposal(self) -> None:
		self.found(limit("1000.00", company=self.company))
		self.assertEqual(self.found(limit("1050.00", company=self.company)), 0)
		self.assertEqual(self.found(limit("1100.00", company=self.company)), 1)
		self.assertEqual(proposals(self.buyer), [("Credit Limit", "", "1100.00")])

	def test_a_rejected_limit_stays_away_while_it_moves_a_little(self) -> None:
		self.found(limit("1000.00", company=self.company))
		self.rejected("Credit Limit")
		self.assertEqual(self.found(limit("1003.17", company=self.company)), 0)
		self.assertEqual(self.found(limit("2000.00", company=self.company)), 1)

	def test_limits_of_two_companies_are_two_proposals(self) -> None:
		branch = make.SECOND_COMPANY
		moves = limit("10.00", company=self.company), limit("20.00", company=branch)
		self.assertEqual([self.found(*moves), self.found(*moves)], [2, 0])

	def test_a_limit_that_was_changed_meanwhile_supersedes_its_proposal(self) -> None:
		self.found(limit("10.00", company=self.company))
		name = proposal_of(self.buyer, "Credit Limit")
		self.found(limit("10.00", old="5.00", company=self.company))
		other = proposal_of(self.buyer, "Credit Limit")
		self.assertEqual(proposal.apply([name, other], today()), [])
		self.assertEqual(status_of(other), "Superseded")


class TestProposalsDecidedAtOnceByTwo(RunTestCase):
	"""By two real connections."""

	def setUp(self) -> None:
		super().setUp()
		self.names = self.customers(3)
		proposal.synchronise(self.names, {name: [tier("C")] for name in self.names}, SOURCE, today())
		frappe.db.commit()

	def decided_elsewhere(self, name: str, status: str) -> None:
		other = frappe.db.get_connection()
		self.addCleanup(other.close)
		other.cursor().execute("update `tabGrade Proposal` set status = %s where name = %s", (status, name))
		other.commit()

	def test_what_another_has_decided_meanwhile_is_not_applied(self) -> None:
		name = proposal_of(self.names[0])
		self.assertEqual(status_of(name), "Open")
		self.decided_elsewhere(name, "Rejected")
		self.assertEqual(status_of(name), "Open", "this transaction still sees the old state")
		self.assertEqual(apply([name]), 0)
		self.assertEqual(history(self.names[0]), [])

	def test_what_another_has_applied_meanwhile_is_not_rejected(self) -> None:
		name = proposal_of(self.names[0])
		self.assertEqual(status_of(name), "Open")
		self.decided_elsewhere(name, "Applied")
		with self.assertRaisesRegex(ProposalError, "is decided already: Applied"):
			reject([name], "No")

	def test_a_customer_whom_another_has_graded_meanwhile_is_not_overwritten(self) -> None:
		name = proposal_of(self.names[0])
		self.assertFalse(fields_of(self.names[0], "credit_tier"))
		other = frappe.db.get_connection()
		self.addCleanup(other.close)
		other.cursor().execute("update tabCustomer set credit_tier = 'A' where name = %s", (self.names[0],))
		other.commit()
		self.assertEqual(apply([name]), 0)
		frappe.db.commit()
		self.assertEqual(fields_of(self.names[0], "credit_tier"), "A")
		self.assertEqual(status_of(name), "Superseded")

	def test_all_of_a_kind_are_applied_batch_by_batch(self) -> None:
		self.addCleanup(setattr, job, "BATCH", job.BATCH)
		job.BATCH = 2
		self.assertEqual(job.apply_all("Credit Tier", "B"), 0)
		self.assertEqual(job.apply_all("Credit Tier", "C"), 3)
		frappe.db.rollback()
		self.assertEqual([fields_of(name, "credit_tier") for name in self.names], ["C"] * 3)
		self.assertEqual(job.apply_all("Credit Tier", "C"), 0)

	def test_all_of_a_kind_are_those_of_the_users_own_customers(self) -> None:
		fenced = user_with("Credit Controller", "Sales User")
		self.addCleanup(forget_user, fenced)
		add_user_permission("Customer", self.names[1], fenced)
		frappe.db.commit()
		with self.set_user(fenced):
			self.assertEqual(job.apply_all("Credit Tier"), 1)
		self.assertEqual([fields_of(name, "credit_tier") for name in self.names], ["", "C", ""])
