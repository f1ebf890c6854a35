"""R1 to R6: the regrade of all customers, over real invoices and payments, and with real processes."""

import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import get_job, get_queue

from customer_grading.customer_grading.doctype.regrade_run.regrade_run import START, regrade_now
from customer_grading.jobs import regrade, retry
from customer_grading.records import customer, proposal, regrade_run
from customer_grading.records.proposal import tier_values
from customer_grading.records.reasons import sentences
from customer_grading.tests import factories as make
from customer_grading.tests.regrade_case import (
	SETTINGS,
	RegradeTestCase,
	RunTestCase,
	ago,
	at_once,
	fields_of,
	history,
	proposal_of,
	proposals,
	today,
	user_with,
	whole_run,
	worked_off,
)

PATIENCE = 60
"""Seconds that a process of a test may take."""


def state_of_customers() -> dict[str, Any]:
	return dict(frappe.get_all("Customer", fields=["name", "modified"], as_list=True))


def rows(doctype: str) -> int:
	return frappe.db.count(doctype)


class TestARegradeOfAllCustomers(RegradeTestCase):
	"""Over real invoices and payments."""

	def test_a_first_regrade_grades_everybody_and_leaves_tiers_and_limits_to_a_person(self) -> None:
		whole_run()
		for name in self.everybody:
			self.assertFalse(fields_of(name, "credit_tier"))
			self.assertTrue(fields_of(name, "next_follow_up") > today())
			self.assertTrue(fields_of(name, "customer_grade"))
		self.assertEqual(proposals(self.newcomer), [("Credit Tier", "", "B")])
		self.assertEqual(proposals(self.debtor), [("Credit Tier", "", "D")])
		self.assertIn(("Credit Tier", "", "A"), proposals(self.good))
		self.assertIn(("Credit Tier", "", "D"), proposals(self.late))

	def test_scores_tell_what_is_known(self) -> None:
		whole_run()
		scores = {name: fields_of(name, "value_score", "value_provisional") for name in self.everybody}
		self.assertEqual(scores[self.newcomer], (0, 1))
		self.assertGreater(scores[self.good][0], scores[self.late][0])
		self.assertEqual(fields_of(self.newcomer, "value_class"), "E")

	def test_a_run_counts_what_it_did(self) -> None:
		run = whole_run()
		self.assertEqual((run.status, run.progress, run.failed), ("Completed", 100, 0))
		self.assertEqual(run.customers, frappe.db.count("Customer", {"disabled": 0}))
		self.assertEqual(run.moved, frappe.db.count("Grade Change", {"source": run.name}))
		self.assertEqual(run.waiting, frappe.db.count("Grade Proposal", {"regrade_run": run.name}))
		self.assertIn("Customer Grade: ", run.summary)
		self.assertTrue(run.policy_fingerprint)
		self.assertIsNotNone(run.finished_on)

	def test_a_second_run_writes_nothing(self) -> None:
		whole_run()
		before = state_of_customers(), rows("Grade Change"), rows("Grade Proposal")
		run = whole_run()
		self.assertEqual((run.status, run.moved, run.waiting), ("Completed", 0, 0))
		self.assertEqual((state_of_customers(), rows("Grade Change"), rows("Grade Proposal")), before)

	def test_a_second_run_writes_nothing_where_everything_applies_at_once(self) -> None:
		at_once("first_tier", "upgrades", "limits")
		whole_run()
		self.assertEqual(fields_of(self.good, "credit_tier"), "A")
		before = state_of_customers(), rows("Grade Change"), rows("Customer Grading Limit")
		run = whole_run()
		self.assertEqual((run.moved, run.waiting), (0, 0))
		self.assertEqual((state_of_customers(), rows("Grade Change"), rows("Customer Grading Limit")), before)

	def test_a_tier_falls_at_once_and_the_history_says_why(self) -> None:
		customer.write({self.debtor: tier_values("A", ago(100))})
		run = whole_run()
		self.assertEqual(fields_of(self.debtor, "credit_tier", "credit_tier_since"), ("D", today()))
		self.assertIn(("Credit Tier", "A", "D"), history(self.debtor, source=run.name))
		filters = {"customer": self.debtor, "what": "Credit Tier"}
		change = frappe.get_doc("Grade Change", filters)
		self.assertEqual(sentences(change.reasons), ["400.00 is past due, the oldest for 40 days."])
		self.assertEqual((change.source_type, change.by_hand), ("Regrade Run", 0))
		self.assertEqual(change.policy_fingerprint, run.policy_fingerprint)

	def test_a_tier_rises_after_two_nights_and_then_waits(self) -> None:
		customer.write({self.good: tier_values("C", ago(100))})
		whole_run()
		self.assertNotIn(("Credit Tier", "C", "A"), proposals(self.good))
		self.assertEqual(fields_of(self.good, "credit_tier_candidate", "credit_tier_held"), ("A", 1))
		whole_run(today() + timedelta(days=1))
		self.assertIn(("Credit Tier", "C", "A"), proposals(self.good))
		self.assertEqual(fields_of(self.good, "credit_tier"), "C")

	def test_a_tier_rises_after_two_nights_where_upgrades_apply_at_once(self) -> None:
		at_once("upgrades")
		customer.write({self.good: tier_values("C", ago(100))})
		whole_run()
		whole_run(today() + timedelta(days=1))
		self.assertEqual(fields_of(self.good, "credit_tier"), "A")
		self.assertIn(("Credit Tier", "C", "A"), history(self.good))

	def test_a_disabled_customer_is_left_out(self) -> None:
		frappe.db.set_value("Customer", self.newcomer, "disabled", 1)
		run = whole_run()
		self.assertEqual(history(self.newcomer), [])
		self.assertFalse(fields_of(self.newcomer, "customer_grade"))
		self.assertEqual(run.customers, frappe.db.count("Customer", {"disabled": 0}))

	def test_a_customer_who_cannot_be_graded_is_told_and_the_others_are(self) -> None:
		# A day that was never one, as old imports have left it in some databases.
		frappe.db.sql("set session sql_mode = ''")
		frappe.db.set_value("Customer", self.debtor, "next_follow_up", "0000-00-00", update_modified=False)
		run = whole_run()
		self.assertEqual((run.status, run.failed, run.progress), ("Completed with Failures", 1, 100))
		self.assertEqual([row.customer for row in run.failures], [self.debtor])
		self.assertIn("TypeError", run.failures[0].error)
		self.assertEqual(history(self.debtor), [])
		self.assertTrue(all(history(name) for name in (self.good, self.late, self.newcomer)))

	def test_facts_that_cannot_be_gathered_spoil_no_other_customer(self) -> None:
		run = regrade.start(str(today()))
		new = make.company("Grading Newcomer", "GN", "USD")
		make.invoice(self.debtor, 10, today(), company=new)
		done = worked_off(run)
		self.assertEqual([row.customer for row in done.failures], [self.debtor])
		self.assertIn("KeyError: 'Grading Newcomer'", done.failures[0].error)
		self.assertEqual(done.status, "Completed with Failures")
		self.assertTrue(all(history(name) for name in (self.good, self.late, self.newcomer)))

	def test_a_value_that_is_no_option_is_replaced_and_told_as_none(self) -> None:
		frappe.db.set_value("Customer", self.newcomer, "customer_grade", "Z", update_modified=False)
		self.assertEqual(whole_run().status, "Completed")
		self.assertIn(("Customer Grade", "", "D"), history(self.newcomer))

	def test_a_run_is_cut_into_chunks_by_name(self) -> None:
		frappe.db.set_single_value(SETTINGS, "regrade_chunk", 3)
		run = frappe.get_doc("Regrade Run", regrade.start(str(today())))
		names = frappe.get_all("Customer", filters={"disabled": 0}, pluck="name", order_by="name")
		self.assertEqual([chunk.first for chunk in run.chunks], names[::3])
		self.assertEqual(sum(chunk.customers for chunk in run.chunks), len(names))
		self.assertEqual((run.status, run.progress), ("Running", 0))

	def test_chunks_are_even_shares_so_that_no_worker_waits_for_the_last(self) -> None:
		sizes = {8_000: 2_000, 8_001: 1_001, 10_326: 1_291, 100_000: 1_924}
		self.assertEqual({customers: regrade.chunk_size(customers, 2_000) for customers in sizes}, sizes)
		for customers, size in sizes.items():
			self.assertEqual(math.ceil(customers / size) % regrade.SHARES, 0, customers)

	def test_a_chunk_is_no_larger_than_the_settings_say_and_no_smaller_than_is_worth_a_job(self) -> None:
		self.assertEqual(regrade.chunk_size(7, 3), 3)
		self.assertEqual(regrade.chunk_size(600, 2_000), regrade.SMALLEST)

	def test_a_new_night_gives_up_what_an_earlier_one_left_undone(self) -> None:
		left = regrade.start(str(ago(1)))
		begun = regrade.nightly()
		self.assertEqual(frappe.db.get_value("Regrade Run", left, "status"), "Stopped")
		self.assertEqual(regrade_run.unfinished(), [begun])
		for chunk in regrade_run.waiting_chunks(left):
			self.assertIsNone(regrade_run.claim(chunk))
		regrade_run.take_stock(left)
		self.assertEqual(frappe.db.get_value("Regrade Run", left, "status"), "Stopped")

	def test_a_run_without_customers_is_complete(self) -> None:
		frappe.qb.update(frappe.qb.DocType("Customer")).set("disabled", 1).run()
		run = frappe.get_doc("Regrade Run", regrade.start(str(today())))
		self.assertEqual((run.status, run.progress, run.customers), ("Completed", 100, 0))


class TestTheNightlyRun(RegradeTestCase):
	"""Of those to whom something has happened since, or time has; now and then of everyone."""

	def setUp(self) -> None:
		super().setUp()
		self.first = whole_run().name
		self.count_from_now(self.first)

	def count_from_now(self, run: str) -> None:
		"""Let what happens from now on count, without the margin for documents that were being saved."""
		begun = add_to_date(now_datetime(), hours=1)
		frappe.db.set_value("Regrade Run", run, "started_on", begun)

	def night(self) -> Any:
		return worked_off(regrade.nightly())

	def regraded(self) -> list[str]:
		return self.regraded_on(today())

	def regraded_on(self, day: date) -> list[str]:
		run = worked_off(regrade.nightly(str(day)))
		self.assertEqual((run.scope, run.status), ("Changed Customers", "Completed"))
		names = [name for chunk in run.chunks for name in json.loads(chunk.names)]
		self.assertEqual(run.customers, len(names))
		return names

	def test_nobody_is_regraded_where_nothing_has_happened(self) -> None:
		self.assertEqual(self.regraded(), [])

	def test_a_document_a_payment_or_a_decision_counts(self) -> None:
		make.money_on_account(self.late, 5, today())
		make.order(self.newcomer, 70, today())
		proposed = proposal_of(self.debtor)
		proposal.apply([proposed], today())
		self.assertEqual(set(self.regraded()), {self.late, self.newcomer, self.debtor})

	def test_a_document_counts_in_the_night_of_its_date_however_long_ago_it_was_made(self) -> None:
		tomorrow = today() + timedelta(days=1)
		made = {
			self.late: make.money_on_account(self.late, 5, tomorrow),
			self.newcomer: make.order(self.newcomer, 70, tomorrow),
			self.good: make.quotation(self.good, 70, ago(20), valid_till=today()),
			self.debtor: make.invoice(self.debtor, 5, tomorrow),
		}
		self.forget_that_they_are_new(made.values())
		self.assertEqual(self.regraded(), [])
		self.forget_that_they_are_new(made.values())
		self.assertEqual(set(made) - set(self.regraded_on(tomorrow)), set())

	def forget_that_they_are_new(self, documents: Iterable[Any]) -> None:
		long_ago = add_to_date(now_datetime(), days=-60)
		for document in documents:
			document.db_set("modified", long_ago, update_modified=False)
			entries = {"voucher_no": document.name}
			frappe.db.set_value("Payment Ledger Entry", entries, "modified", long_ago, update_modified=False)

	def test_who_takes_over_the_documents_of_another_customer_is_regraded(self) -> None:
		customer.write({self.newcomer: {"credit_tier": "A"}})
		frappe.db.set_value("Customer", self.newcomer, "regrade_due", "2099-01-01", update_modified=False)
		frappe.rename_doc("Customer", self.debtor, self.newcomer, merge=True, show_alert=False)
		self.assertIn(self.newcomer, self.regraded())
		self.assertEqual(fields_of(self.newcomer, "credit_tier"), "D")

	def test_a_new_customer_and_a_new_judgement_count(self) -> None:
		new = make.customer()
		known = frappe.get_doc("Customer", self.good)
		known.growth_potential = 90
		known.save()
		self.assertEqual(set(self.regraded()), {new, self.good})
		self.assertEqual(fields_of(self.good, "customer_category"), "Honoured guest")

	def test_a_customer_whose_day_has_come_counts(self) -> None:
		frappe.db.set_value("Customer", self.late, "regrade_due", today(), update_modified=False)
		self.assertEqual(self.regraded(), [self.late])

	def test_a_night_needs_no_exchange_rate_because_it_keeps_those_of_the_last_run_over_everyone(
		self,
	) -> None:
		make.exchange_rate("EUR", self.currency(), 1.25, ago(1))
		make.invoice(self.newcomer, 100, ago(1), company=make.SECOND_COMPANY)
		everyone = self.night()
		self.assertEqual(everyone.scope, "All Customers")
		self.count_from_now(everyone.name)
		frappe.db.delete("Currency Exchange")
		frappe.db.set_single_value("Currency Exchange Settings", "disabled", 1)
		make.order(self.late, 70, today())
		self.assertIn(self.late, self.regraded())
		frappe.db.set_value("Regrade Run", everyone.name, "day", ago(7))
		later = self.night()
		self.assertEqual((later.scope, later.status), ("All Customers", "Completed"))
		self.assertEqual(json.loads(later.shared_facts)["rates"][make.SECOND_COMPANY], "1.25")

	def currency(self) -> str:
		return frappe.get_cached_value("Company", self.company, "default_currency")

	def test_a_rejected_proposal_comes_again_in_the_night_of_its_term(self) -> None:
		proposal.reject(proposal_of(self.debtor), "Wait", today())
		proposal.reject(proposal_of(self.late), "Wait", today() + timedelta(days=1))
		self.assertEqual(self.regraded(), [self.debtor])
		self.assertEqual(proposals(self.debtor), [("Credit Tier", "", "D")])

	def test_a_better_tier_in_waiting_is_looked_at_each_night(self) -> None:
		customer.write({self.good: tier_values("C", ago(100))})
		self.night()
		self.assertEqual(fields_of(self.good, "regrade_due"), today() + timedelta(days=1))

	def test_who_failed_is_tried_again_the_next_night(self) -> None:
		make.money_on_account(self.late, 5, today())
		values = {"next_follow_up": "0000-00-00", "regrade_due": "2099-01-01"}
		frappe.db.sql("set session sql_mode = ''")
		frappe.db.set_value("Customer", self.late, values, update_modified=False)
		failing = self.night()
		self.assertEqual((failing.customers, failing.failed), (1, 1))
		self.count_from_now(failing.name)
		frappe.db.set_value("Customer", self.late, "next_follow_up", today(), update_modified=False)
		self.assertEqual(self.regraded(), [self.late])

	def test_everyone_is_regraded_in_the_first_night_of_a_month_because_windows_move_then(self) -> None:
		frappe.db.set_single_value(SETTINGS, "full_regrade_days", 60)
		first = today().replace(day=1)
		frappe.db.set_value("Regrade Run", self.first, "day", first)
		self.assertEqual(self.night().scope, "Changed Customers")
		frappe.db.set_value("Regrade Run", self.first, "day", first - timedelta(days=1))
		self.assertEqual(self.night().scope, "All Customers")

	def test_a_better_tier_that_has_held_is_left_to_the_person_for_whom_it_waits(self) -> None:
		customer.write({self.good: {**tier_values("C", ago(100)), "credit_tier_counted_on": ago(1)}})
		frappe.db.set_value("Customer", self.good, {"credit_tier_candidate": "A", "credit_tier_held": 1})
		self.night()
		self.assertEqual(fields_of(self.good, "credit_tier", "credit_tier_held"), ("C", 2))
		self.assertEqual(proposals(self.good, what="Credit Tier"), [("Credit Tier", "C", "A")])

	def test_everyone_is_regraded_after_a_week_or_once_anything_that_all_share_has_changed(self) -> None:
		everyone = frappe.db.count("Customer", {"disabled": 0})
		frappe.db.set_value("Regrade Run", self.first, "day", ago(7))
		self.assertEqual(self.night().customers, everyone)
		self.assertEqual(self.night().scope, "Changed Customers")
		at_once("limits")
		self.assertEqual(self.night().customers, everyone)
		make.company(
			"Grading Newcomer", "GN", frappe.get_cached_value("Company", self.company, "default_currency")
		)
		self.assertEqual(self.night().customers, everyone)
		frappe.get_doc(SETTINGS).update({"order_grace_days": 20}).save()
		self.assertEqual(self.night().scope, "All Customers")
		frappe.get_doc(SETTINGS).update({"order_grace_days": 15}).save()
		self.assertEqual(self.night().scope, "All Customers", "back to a policy of this week")


class TestARunAsADocument(RegradeTestCase):
	"""Who may begin one, and that nobody types one."""

	def test_only_who_may_create_runs_may_begin_or_resume_one(self) -> None:
		run = frappe.get_doc("Regrade Run", regrade.start(str(today())))
		with self.set_user(user_with("Sales Manager")):
			for door in (regrade_now, run.resume):
				with self.assertRaises(frappe.PermissionError):
					door()
		with self.set_user(user_with("Credit Controller")):
			run.resume()

	def test_a_run_that_has_ended_is_not_resumed(self) -> None:
		run = whole_run()
		with self.assertRaisesRegex(frappe.ValidationError, f"{run.name} has ended"):
			run.resume()

	def test_a_run_is_not_typed_or_changed(self) -> None:
		with self.set_user(user_with("Credit Controller")), self.assertRaises(frappe.ValidationError):
			frappe.get_doc({"doctype": "Regrade Run", "day": today(), "policy": ""}).insert()
		run = whole_run()
		with self.assertRaises(frappe.ValidationError):
			run.update({"moved": 7}).save()

	def test_a_run_is_kept(self) -> None:
		run = whole_run()
		with self.assertRaisesRegex(frappe.ValidationError, f"{run.name} is kept"):
			run.delete()


class TestRegradesInTheBackground(RunTestCase):
	"""Chunks commit: on customers of their own, seen by real processes and connections."""

	def other_connection(self) -> Any:
		connection = frappe.db.get_connection()
		self.addCleanup(connection.close)
		return connection

	def lock(self, name: str, connection: Any) -> None:
		connection.cursor().execute("select name from tabCustomer where name = %s for update", (name,))

	def process(self, run: str, chunk: str) -> "subprocess.Popen[str]":
		"""Another process that does a chunk, as a worker would."""
		script = (
			"import sys, frappe; site, run, chunk = sys.argv[1:]; frappe.init(site); frappe.connect();"
			"from customer_grading.jobs.regrade import run_chunk; run_chunk(run, chunk)"
		)
		command = [sys.executable, "-c", script, frappe.local.site, run, chunk]
		sites = frappe.utils.get_bench_path() + "/sites"
		process = subprocess.Popen(command, cwd=sites, stderr=subprocess.PIPE, text=True)  # noqa: S603
		self.addCleanup(process.stderr.close)
		self.addCleanup(process.wait)
		self.addCleanup(process.kill)
		return process

	def assert_ends_well(self, process: "subprocess.Popen[str]") -> None:
		error = process.communicate(timeout=PATIENCE)[1]
		self.assertEqual(process.returncode, 0, error)

	def wait_until_held_up(self) -> None:
		"""Until another connection waits for a row of Customer in order to change it."""
		ends = time.monotonic() + PATIENCE
		while time.monotonic() < ends:
			for row in frappe.db.sql("show processlist", as_dict=True):
				if (row.Info or "").startswith("UPDATE `tabCustomer`") and row.Time > 0:
					return
			time.sleep(0.1)
		self.fail("Nobody came to the locked customer")

	def test_a_run_is_done_chunk_by_chunk(self) -> None:
		names = self.customers(5)
		run = self.run_over(names, size=2)
		chunks = regrade_run.waiting_chunks(run)
		self.assertEqual(len(chunks), 3)
		regrade.run_chunk(run, chunks[0])
		counts = frappe.db.get_value("Regrade Run", run, ["status", "moved", "progress"])
		self.assertEqual((counts[0], counts[1], int(counts[2])), ("Running", 4, 33))
		self.work_off(run)
		self.assert_each_is_graded_once(names, run)

	def test_a_chunk_that_is_done_is_not_done_again(self) -> None:
		names = self.customers(2)
		run = self.run_over(names, size=2)
		chunk = regrade_run.waiting_chunks(run)[0]
		for _again in range(3):
			regrade.run_chunk(run, chunk)
		self.assert_each_is_graded_once(names, run)

	def test_a_killed_worker_leaves_nothing_and_the_run_is_resumed(self) -> None:
		names = self.customers(6)
		run = self.run_over(names, size=3)
		first, second = regrade_run.waiting_chunks(run)
		regrade.run_chunk(run, first)
		blocker = self.other_connection()
		self.lock(names[5], blocker)
		worker = self.process(run, second)
		self.wait_until_held_up()
		worker.kill()
		worker.wait()
		blocker.rollback()
		self.assertEqual([history(name) for name in names[3:]], [[], [], []])
		self.assertEqual(regrade_run.waiting_chunks(run), [second])
		regrade.resume(run)
		frappe.db.after_commit.reset()
		self.work_off(run)
		self.assert_each_is_graded_once(names, run)

	def test_two_workers_given_one_chunk_do_it_once(self) -> None:
		names = self.customers(3)
		run = self.run_over(names, size=3)
		chunk = regrade_run.waiting_chunks(run)[0]
		blocker = self.other_connection()
		self.lock(names[2], blocker)
		workers = [self.process(run, chunk), self.process(run, chunk)]
		self.wait_until_held_up()
		blocker.rollback()
		for worker in workers:
			self.assert_ends_well(worker)
		self.assert_each_is_graded_once(names, run)

	def test_chunks_done_at_once_by_two_workers_are_counted_together(self) -> None:
		names = self.customers(6)
		run = self.run_over(names, size=3)
		workers = [self.process(run, chunk) for chunk in regrade_run.waiting_chunks(run)]
		for worker in workers:
			self.assert_ends_well(worker)
		frappe.db.rollback()
		self.assert_each_is_graded_once(names, run)

	def test_a_customer_who_is_changed_meanwhile_is_left_alone(self) -> None:
		names = self.customers(3)
		run = self.run_over(names, size=3)
		person = self.other_connection()
		later = {"regrade_due": "2099-01-01"}
		frappe.db.set_value("Customer", names[1], later, update_modified=False)
		frappe.db.commit()
		self.lock(names[1], person)
		values = ("Visited", "2099-01-01", names[1])
		person.cursor().execute(
			"update tabCustomer set customer_details = %s, modified = %s where name = %s", values
		)
		with after(1.5, person.commit):
			done = self.work_off(run)
		self.assertEqual(fields_of(names[1], "customer_details", "customer_grade"), ("Visited", ""))
		self.assertEqual(fields_of(names[1], "regrade_due"), today())
		self.assertEqual((history(names[1]), proposals(names[1])), ([], []))
		self.assertEqual((done.status, done.moved, done.waiting), ("Completed with Failures", 4, 2))
		self.assertIn("Changed by somebody else meanwhile", done.failures[0].error)
		self.assertEqual([len(history(name)) for name in names], [2, 0, 2])

	def test_a_lock_that_is_waited_for_in_vain_is_tried_again(self) -> None:
		names = self.customers(2)
		run = self.run_over(names, size=2)
		blocker = self.other_connection()
		self.lock(names[1], blocker)
		waits = frappe.db.sql("select @@innodb_lock_wait_timeout")[0][0]
		self.addCleanup(frappe.db.sql, "set session innodb_lock_wait_timeout = %s", (waits,))
		frappe.db.sql("set session innodb_lock_wait_timeout = 1")
		with after(1.6, blocker.rollback):
			self.work_off(run)
		self.assert_each_is_graded_once(names, run)

	def test_a_deadlock_is_tried_again(self) -> None:
		names = self.customers(2)
		run = self.run_over(names, size=2)
		rival = self.other_connection()
		# The database gives up whoever has changed less.
		rival.cursor().execute("update tabDocField set idx = idx + 1000 where parent = 'Customer'")
		self.lock(names[1], rival)
		seen: list[str] = []
		with after(1.0, lambda: (self.lock(names[0], rival), seen.append("both"), rival.rollback())):
			self.work_off(run)
		self.assertEqual(seen, ["both"])
		self.assert_each_is_graded_once(names, run)

	def test_what_stays_in_the_way_is_told_after_some_tries(self) -> None:
		tried: list[int] = []

		def never() -> None:
			tried.append(1)
			raise frappe.QueryDeadlockError(1213, "Deadlock found")

		with self.assertRaises(frappe.QueryDeadlockError):
			retry.retried(never)
		self.assertEqual(len(tried), retry.TRIES)

	def test_other_errors_are_not_tried_again(self) -> None:
		tried: list[int] = []

		def wrong() -> None:
			tried.append(1)
			raise frappe.ValidationError

		with self.assertRaises(frappe.ValidationError):
			retry.retried(wrong)
		self.assertEqual(len(tried), 1)

	def enqueued_first(self, run: str) -> None:
		"""Enqueue what is left of a run, before what others have enqueued."""
		queue = get_queue("long")
		others = set(queue.get_job_ids())
		regrade.resume(run)
		frappe.db.commit()
		for job in [name for name in queue.get_job_ids() if name not in others]:
			queue.remove(job)
			queue.push_job_id(job, at_front=True)

	def worker(self) -> "subprocess.Popen[bytes]":
		"""A worker of the bench, that ends when there is nothing left to do."""
		command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker"]
		sites = frappe.utils.get_bench_path() + "/sites"
		worker = subprocess.Popen(  # noqa: S603
			[*command, "--burst", "--queue", "long"],
			cwd=sites,
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
		)
		self.addCleanup(worker.wait)
		# It ends what it is at: the jobs of others too.
		self.addCleanup(worker.terminate)
		return worker

	def test_a_real_worker_does_a_whole_run(self) -> None:
		names = self.customers(4)
		run = self.run_over(names, size=2)
		self.enqueued_first(run)
		self.worker()
		ends = time.monotonic() + PATIENCE
		while time.monotonic() < ends and run in regrade_run.unfinished():
			time.sleep(0.2)
			frappe.db.rollback()
		self.assert_each_is_graded_once(names, run)

	def test_regrade_now_enqueues_once(self) -> None:
		for _again in range(2):
			regrade_now()
			frappe.db.commit()
		job = get_job(START)
		self.addCleanup(job.delete)
		self.assertEqual(get_queue("long").get_job_ids().count(job.id), 1)


@contextmanager
def after(seconds: float, action: Any) -> Iterator[None]:
	"""While the body works, do something on another thread, some seconds later."""
	timer = threading.Timer(seconds, action)
	timer.start()
	try:
		yield
	finally:
		timer.join()
