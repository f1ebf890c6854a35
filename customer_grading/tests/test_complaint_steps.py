"""R11: every transition of a complaint, allowed and forbidden, by role; and what each of them needs."""

import frappe
from frappe.client import save, set_value
from frappe.desk.form.meta import get_meta as get_form_meta
from frappe.model.document import Document
from frappe.model.workflow import WorkflowPermissionError, WorkflowTransitionError, apply_workflow

from customer_grading.customer_grading.doctype.customer_complaint.customer_complaint import (
	ComplaintDateError,
	ForeignDocumentError,
	SignatureRefusedError,
	sign_plan,
)
from customer_grading.patches import send_back_after_approval
from customer_grading.records.complaint import (
	AllSignedError,
	ComplaintError,
	CourtMissingError,
	EvidenceMissingError,
	JudgementMissingError,
	NotExecutedError,
	OpinionMissingError,
	OwnComplaintError,
	PlanMissingError,
	SignatureMissingError,
	StepError,
	TalkMissingError,
)
from customer_grading.records.complaint_kept import (
	ComplaintClosedError,
	ComplaintDerivedError,
	ComplaintKeptError,
	PlanSignedError,
)
from customer_grading.records.table_row import TableRowError
from customer_grading.rules.complaint_steps import TRANSITIONS
from customer_grading.rules.options import ComplaintAction, ComplaintStep
from customer_grading.tests import factories as make
from customer_grading.tests.complaint_case import (
	COMPLAINT,
	PEOPLE,
	ComplaintCase,
	action,
	ago,
	draft,
	proof,
	talk,
	today,
)

Action = ComplaintAction
Step = ComplaintStep

BY_ROLE = """
step               action           sales support quality manager management general group accounts
Raised             Confirm Problem  -     y       -       y       y          -       -     -
Raised             Dismiss          -     y       -       y       y          -       -     -
Problem Confirmed  Judge            -     -       y       y       y          -       -     -
Judged             Propose Plan     -     y       y       y       y          -       -     -
Planned            Sign             -     -       -       -       y          -       -     -
Planned            Send Back        -     -       -       -       y          -       -     -
Signed             Approve Plan     -     -       -       -       -          y       -     -
Signed             Send Back        -     -       -       -       y          y       -     -
Plan Approved      Customer Agrees  y     y       -       y       y          -       -     -
Plan Approved      Plan Anew        -     -       -       y       y          -       -     -
Plan Approved      Send Back        -     -       -       -       -          -       y     -
Plan Approved      Go to Court      -     -       -       -       -          y       y     -
Negotiated         Plan Executed    -     y       y       y       y          -       -     -
Litigation         Settle           -     -       -       -       y          y       y     -
Litigation         Plan Executed    -     -       -       -       y          y       y     -
Executed           Close Complaint  -     -       -       y       y          -       -     -
"""
"""Who may take which action from which step, once nothing is missing for it. At level E; sent back
from Plan Approved: at level F, to which it has risen."""


def rows(table: str) -> dict[tuple[Step, Action], dict[str, str]]:
	"""The table by step and action, and cells by person."""
	heading, *lines = table.strip().splitlines()
	people = heading.split()[2:]
	found = {}
	for line in lines:
		step, act = line[:19].strip(), line[19:36].strip()
		found[Step(step), Action(act)] = dict(zip(people, line[36:].split(), strict=True))
	return found


SIGNED = {Action.SIGN: "Agree", Action.APPROVE: "Agree", Action.SEND_BACK: "Send back"}
REFUSALS = (WorkflowTransitionError, WorkflowPermissionError, frappe.PermissionError, SignatureRefusedError)


class TestByRole(ComplaintCase):
	"""What the shipped workflow allows."""

	def prepare(self, complaint: Document, act: Action) -> None:
		"""Let the action lack nothing but somebody who may take it."""
		fill = {
			Action.DISMISS: {"dismissal_reason": "Wear and tear."},
			Action.JUDGE: {"judgement": "No quality problem", "judgement_reason": "Wrong use."},
			Action.PLAN: {"plan": [action()]},
			Action.SIGN: {"talks": [talk()]},
			Action.AGREE: {"talks": [talk("Agreed")]},
			Action.PLAN_ANEW: {"talks": [talk("Not agreed")]},
			Action.LITIGATE: {"talks": [talk("Not agreed")], "court": "Court", "filed_on": today()},
			Action.SETTLE: {"talks": [talk("Agreed")]},
			Action.EXECUTE: {"court_outcome": "Won", "decided_on": today()},
			Action.CLOSE: {"solution": "A new shaft.", "blame": "Us"},
		}.get(act, {})
		if act is Action.SEND_BACK and complaint.step == Step.APPROVED:
			fill = {"injury": 1}
		if act is Action.EXECUTE:
			for row in complaint.reload().plan:
				row.done_on = today()
			self.fill_loaded(complaint)
		self.fill(complaint, **fill)

	def tried(self, complaint: Document, act: Action, who: str) -> str:
		"""The step that somebody reaches, or a dash, without doing it for good."""
		frappe.db.savepoint("tried")
		try:
			if act in SIGNED:
				return self.sign(complaint, who, SIGNED[act]).step
			return self.act(complaint, act, who).step
		except REFUSALS:
			return "-"
		finally:
			frappe.db.rollback(save_point="tried")
			frappe.clear_messages()

	def test_each_may_do_what_the_table_says_and_comes_to_the_next_step(self) -> None:
		reached = {(start, act): end for start, act, end in TRANSITIONS}
		expected, found = rows(BY_ROLE), {}
		self.assertEqual(set(expected), set(reached))
		for complaint in self.stations():
			here = Step(complaint.step)
			for act in [act for step, act in expected if step is here]:
				frappe.db.savepoint("prepared")
				self.prepare(complaint, act)
				found[here, act] = {who: self.tried(complaint, act, who) for who in PEOPLE}
				frappe.db.rollback(save_point="prepared")
				complaint.reload()
		self.maxDiff = None
		told = {
			key: {who: reached[key] if cell == "y" else "-" for who, cell in row.items()}
			for key, row in expected.items()
		}
		self.assertEqual(found, told)


class TestNoOtherWay(ComplaintCase):
	"""A step that the process does not know is refused, whoever asks and by whichever door."""

	def test_no_step_is_jumped(self) -> None:
		known = {(start, end) for start, _action, end in TRANSITIONS}
		seen = set()
		for complaint in self.stations():
			start = Step(complaint.step)
			seen.add(start)
			for end in [end for end in Step if end is not start and (start, end) not in known]:
				with self.subTest(start=start, end=end), self.assertRaises(ComplaintError):
					set_value("Customer Complaint", complaint.name, "step", end)
			self.assertEqual(frappe.db.get_value("Customer Complaint", complaint.name, "step"), start)
		self.assertEqual(seen, set(Step))

	def test_every_door_asks_for_what_is_missing(self) -> None:
		complaint = self.raised(evidence=[])

		doors = {
			"workflow": lambda doc: apply_workflow(doc, Action.CONFIRM),
			"submit": lambda doc: doc.submit(),
			"form": lambda doc: save({**doc.as_dict(), "step": Step.CONFIRMED, "docstatus": 1}),
		}
		for name, door in doors.items():
			complaint.reload()
			message = "The complaint was raised without evidence. Add a file, or a statement"
			with self.subTest(door=name), self.assertRaisesRegex(EvidenceMissingError, message):
				door(complaint)

	def test_a_step_filled_in_without_submitting_is_refused(self) -> None:
		complaint = self.raised()
		with self.assertRaisesRegex(StepError, "Confirm the problem first, or dismiss the complaint"):
			set_value("Customer Complaint", complaint.name, "step", "Problem Confirmed")

	def test_a_step_that_is_none_is_refused(self) -> None:
		complaint = self.raised()
		with self.assertRaisesRegex(StepError, "is no step of a complaint. Use the actions of the form."):
			set_value("Customer Complaint", complaint.name, "step", "Forgotten")

	def test_submitting_confirms_the_problem_for_who_may(self) -> None:
		complaint = self.raised()
		with self.set_user(self.people["manager"]):
			complaint.submit()
		self.assertEqual((complaint.step, complaint.docstatus), ("Problem Confirmed", 1))

	def test_a_new_complaint_begins_at_the_beginning_whatever_is_filled_in(self) -> None:
		typed = {"step": "Closed", "level": "A", "is_open": 0, "source": "Portal", "closed_on": today()}
		complaint = self.raised(**typed, opinions=[{"role": "Sales Manager", "decision": "Agree"}])
		self.assertEqual((complaint.step, complaint.level, complaint.is_open), ("Raised", "C", 1))
		self.assertEqual((complaint.source, complaint.closed_on, complaint.opinions), ("Desk", None, []))
		self.assertEqual(complaint.raised_by, self.people["sales"])

	def test_nobody_cancels_or_deletes_it(self) -> None:
		raised, confirmed = self.raised(), self.at(Step.CONFIRMED)
		for door in (raised.delete, confirmed.cancel):
			with self.assertRaisesRegex(ComplaintKeptError, "is kept. Dismiss it where there is no problem"):
				door()
		with self.assertRaises(frappe.ValidationError):
			confirmed.reload().delete()

	def test_it_stays_where_all_transactions_of_its_company_are_deleted(self) -> None:
		complaint = self.at(Step.CONFIRMED)
		record = make.insert("Transaction Deletion Record", company=complaint.company)
		record.populate_doctypes_to_be_ignored_table()
		going = record.get_doctypes_with_company_field(record.get_doctypes_to_be_ignored_list())
		kept = {"Customer Complaint", "Satisfaction Survey", "Complaint Statistics Month"}
		self.assertEqual(kept & {row["parent"] for row in going}, set())


class TestNeeds(ComplaintCase):
	"""What each step needs, with a remedy."""

	def refused(self, complaint: Document, act: Action, error: type[Exception], message: str) -> None:
		"""An action is refused with an error of that name."""
		complaint.reload()
		allowed = rows(BY_ROLE)[Step(complaint.step), act]
		who = next(who for who, cell in allowed.items() if cell == "y")
		before = complaint.step
		with self.assertRaisesRegex(error, message):
			if act in SIGNED:
				self.sign(complaint, who, SIGNED[act])
			else:
				self.act(complaint, act, who)
		self.assertEqual(frappe.db.get_value("Customer Complaint", complaint.name, "step"), before)

	def test_a_problem_is_confirmed_with_evidence(self) -> None:
		for evidence in ([], [proof(remark=" ")], [proof(remark="—")]):
			complaint = self.raised(evidence=evidence)
			self.refused(complaint, Action.CONFIRM, EvidenceMissingError, "raised without evidence")
		link = {"doctype": "File", "file_name": "shaft.png", "file_url": "https://example.com/shaft.png"}
		frappe.get_doc(link).insert()
		with_file = self.raised(evidence=[{"kind": "Photo", "file": link["file_url"]}])
		self.assertEqual(self.act(with_file, Action.CONFIRM, "manager").step, "Problem Confirmed")

	def test_it_is_dismissed_with_a_reason(self) -> None:
		message = "Nobody has said why there is no problem. Fill in why"
		self.refused(self.raised(), Action.DISMISS, JudgementMissingError, message)

	def test_it_is_judged_with_a_reason(self) -> None:
		complaint = self.at(Step.CONFIRMED)
		message = "The preliminary judgement is missing, or its reason."
		self.refused(complaint, Action.JUDGE, JudgementMissingError, message)
		self.fill(complaint, judgement="Quality problem")
		self.refused(complaint, Action.JUDGE, JudgementMissingError, message)

	def test_a_plan_has_departments_and_dates(self) -> None:
		complaint = self.at(Step.JUDGED)
		self.refused(complaint, Action.PLAN, PlanMissingError, "There is no handling plan.")
		self.fill(complaint, plan=[action(), action(department=None), action(due_date=None)])
		message = "2 actions of the plan lack a department or a due date."
		self.refused(complaint, Action.PLAN, PlanMissingError, message)

	def test_it_is_signed_after_a_first_talk(self) -> None:
		complaint = self.at(Step.PLANNED)
		message = "Nobody has talked with the customer yet. Talk with the customer first"
		self.refused(complaint, Action.SIGN, TalkMissingError, message)

	def test_nobody_signs_without_an_opinion(self) -> None:
		complaint = self.fill(self.at(Step.PLANNED), talks=[talk()])
		for act in (Action.SIGN, Action.SEND_BACK):
			with self.assertRaisesRegex(OpinionMissingError, "This step needs an opinion and a signature."):
				self.act(complaint, act, "management")
		with (
			self.set_user(self.people["management"]),
			self.assertRaisesRegex(SignatureRefusedError, "Say why in a few words"),
		):
			sign_plan(complaint.name, "Agree", "ok")
		with (
			self.set_user(self.people["management"]),
			self.assertRaisesRegex(SignatureRefusedError, "Agree to the plan, or send it back."),
		):
			sign_plan(complaint.name, "Perhaps", "Not so sure.")

	def test_nobody_signs_a_complaint_of_their_own(self) -> None:
		complaint = self.fill(self.at(Step.PLANNED, by="management"), talks=[talk()])
		for act in (Action.SIGN, Action.SEND_BACK):
			message = "Nobody signs a complaint that they have raised themselves."
			self.refused(complaint, act, OwnComplaintError, message)

	def test_approval_waits_for_all_whom_the_level_needs(self) -> None:
		complaint = self.at(Step.SIGNED, complainant="Lawyer")
		self.assertEqual((complaint.level, complaint.signatures_missing), ("F", 2))
		with self.assertRaisesRegex(SignatureMissingError, "2 signatures that the level F needs are missing"):
			self.act(complaint, Action.APPROVE, "general")

	def test_agreement_is_what_the_last_talk_since_the_approval_says(self) -> None:
		complaint = self.at(Step.APPROVED)
		message = "The outcome of the last talk is: Nothing settled. This step needs: Agreed."
		self.refused(complaint, Action.AGREE, TalkMissingError, message)
		self.fill(complaint, talks=[talk("Agreed", talk_date=ago(1))])
		self.refused(complaint, Action.AGREE, TalkMissingError, message)
		self.fill(complaint, talks=[talk("Agreed"), talk("Not agreed")])
		self.refused(complaint, Action.AGREE, TalkMissingError, "last talk is: Not agreed")

	def test_a_talk_from_before_the_approval_settles_nothing(self) -> None:
		complaint = self.at(Step.PLANNED)
		self.fill(complaint, talks=[talk("Agreed", talk_date=ago(2))])
		self.sign(complaint, "management")
		message = "No talk with the customer is logged since the plan was approved"
		self.refused(complaint, Action.AGREE, TalkMissingError, message)
		self.refused(complaint, Action.PLAN_ANEW, TalkMissingError, message)

	def test_a_suit_needs_a_failed_talk_and_a_court(self) -> None:
		complaint = self.at(Step.APPROVED)
		self.refused(complaint, Action.LITIGATE, TalkMissingError, "This step needs: Not agreed.")
		self.fill(complaint, talks=[talk("Not agreed")], court="District Court")
		self.refused(complaint, Action.LITIGATE, CourtMissingError, "The court is not named, or the day")

	def test_a_suit_ends_with_an_outcome_or_a_settlement(self) -> None:
		complaint = self.at(Step.LITIGATION)
		self.refused(complaint, Action.EXECUTE, CourtMissingError, "The lawsuit has no outcome yet.")
		self.refused(complaint, Action.SETTLE, TalkMissingError, "This step needs: Agreed.")
		self.fill(complaint, court_outcome="Lost", decided_on=today())
		self.assertEqual(self.act(complaint, Action.EXECUTE, "general").step, "Executed")

	def test_a_plan_is_executed_when_all_of_it_is_done(self) -> None:
		complaint = self.at(Step.NEGOTIATED)
		message = "1 actions of the plan are not done yet. Fill in when each was done."
		self.refused(complaint, Action.EXECUTE, NotExecutedError, message)

	def test_it_is_closed_with_a_solution_and_who_was_to_blame(self) -> None:
		complaint = self.at(Step.EXECUTED)
		message = "The solution is not described.*Nobody has said who was to blame."
		self.refused(complaint, Action.CLOSE, NotExecutedError, message)
		self.fill(complaint, solution="A new shaft.")
		self.refused(complaint, Action.CLOSE, NotExecutedError, "Nobody has said who was to blame.")


class TestSignatures(ComplaintCase):
	"""By level, in sequence, each by another person."""

	def test_one_signature_approves_up_to_level_d(self) -> None:
		complaint = self.sign(self.fill(self.at(Step.PLANNED), talks=[talk()]), "management")
		self.assertEqual((complaint.step, complaint.approved_on), ("Plan Approved", today()))
		(opinion,) = complaint.opinions
		told = (opinion.role, opinion.user, opinion.decision, opinion.opinion, opinion.level)
		user = self.people["management"]
		self.assertEqual(told, ("Sales Management Manager", user, "Agree", "The plan is sound.", "C"))

	def test_level_e_needs_two_and_f_and_g_need_three_in_their_order(self) -> None:
		for signs, others in (
			({"tone": "Hostile"}, ["general"]),
			({"complainant": "Media"}, ["general", "group"]),
			({"safety": 1}, ["general", "group"]),
		):
			complaint = self.fill(self.at(Step.PLANNED, **signs), talks=[talk()])
			steps = [self.sign(complaint, who).step for who in ("management", *others)]
			self.assertEqual(steps, [*["Signed"] * len(others), "Plan Approved"])
			signed = [row.role for row in complaint.opinions]
			self.assertEqual(signed, [PEOPLE[who] for who in ("management", *others)])

	def test_nobody_signs_before_it_is_their_turn(self) -> None:
		complaint = self.at(Step.SIGNED, safety=1)
		message = "It is for Sales General Manager to sign at level G."
		for who in ("group", "management", "sales"):
			with self.subTest(who=who), self.assertRaisesRegex(Exception, f"{message}|permission"):
				self.sign(complaint, who)
		self.assertEqual(len(complaint.reload().opinions), 1)

	def test_one_person_with_two_roles_signs_once(self) -> None:
		self.people["both"] = make.user("Sales Management Manager", "Sales General Manager")
		self.addCleanup(self.people.pop, "both")
		complaint = self.fill(self.at(Step.PLANNED, tone="Hostile"), talks=[talk()])
		self.sign(complaint, "both")
		message = "You have signed this plan already, as Sales Management Manager."
		with self.assertRaisesRegex(SignatureRefusedError, message):
			self.sign(complaint, "both")

	def test_administrator_is_no_person(self) -> None:
		complaint = self.fill(self.at(Step.PLANNED), talks=[talk()])
		with self.assertRaisesRegex(SignatureRefusedError, "a signature needs a person who has logged in"):
			sign_plan(complaint.name, "Agree", "The plan is sound.")

	def test_there_is_nothing_to_sign_before_a_plan(self) -> None:
		complaint = self.at(Step.JUDGED)
		with self.assertRaisesRegex(SignatureRefusedError, "At the step Judged there is nothing to sign."):
			self.sign(complaint, "management")

	def test_a_plan_that_was_sent_back_needs_all_signatures_anew(self) -> None:
		complaint = self.at(Step.SIGNED, tone="Hostile")
		self.sign(complaint, "general", "Send back")
		self.assertEqual((complaint.step, complaint.plan_round), ("Judged", 2))
		self.fill(complaint, plan=[action(action="Refund.")])
		self.act(complaint, Action.PLAN, "quality")
		self.assertEqual(complaint.signatures_missing, 2)
		self.sign(complaint, "management")
		self.sign(complaint, "general")
		self.assertEqual(complaint.step, "Plan Approved")
		told = [(row.decision, row.plan_round) for row in complaint.opinions]
		self.assertEqual(told, [("Agree", 1), ("Send back", 1), ("Agree", 2), ("Agree", 2)])

	def test_a_level_that_rises_after_the_approval_needs_more_signatures(self) -> None:
		complaint = self.at(Step.APPROVED)
		self.fill(complaint, talks=[talk("Agreed")], injury=1)
		self.assertEqual((complaint.level, complaint.signatures_missing), ("F", 2))
		with self.assertRaisesRegex(SignatureMissingError, "2 signatures that the level F needs"):
			self.act(complaint, Action.AGREE, "sales")
		self.sign(complaint, "general")
		self.sign(complaint, "group")
		self.assertEqual((complaint.step, complaint.signatures_missing), ("Plan Approved", 0))
		self.assertEqual(self.act(complaint, Action.AGREE, "sales").step, "Negotiated")

	def test_whoever_is_still_to_sign_an_approved_plan_can_send_it_back(self) -> None:
		complaint = self.fill(self.at(Step.APPROVED), injury=1)
		self.assertEqual((complaint.level, complaint.signatures_missing), ("F", 2))
		with self.assertRaisesRegex(SignatureRefusedError, "for Sales General Manager to sign at level F."):
			self.sign(complaint, "management", "Send back")
		self.sign(complaint, "group", "Send back")
		self.assertEqual((complaint.step, complaint.plan_round, complaint.approved_on), ("Judged", 2, None))
		last = complaint.opinions[-1]
		self.assertEqual((last.role, last.decision), ("Group General Manager", "Send back"))

	def test_a_plan_that_all_have_signed_is_not_sent_back(self) -> None:
		complaint = self.at(Step.APPROVED, tone="Hostile")
		message = "All whom the level E needs have signed the plan. Plan anew, once a talk"
		with self.assertRaisesRegex(AllSignedError, message):
			self.sign(complaint, "general", "Send back")
		self.assertEqual(complaint.reload().step, "Plan Approved")

	def test_an_update_adds_the_way_back_to_our_workflow_once(self) -> None:
		self.addCleanup(frappe.clear_document_cache, "Workflow", "Customer Complaint")
		way = {"parenttype": "Workflow", "state": "Plan Approved", "action": "Send Back"}
		frappe.db.delete("Workflow Transition", way)
		for _each in range(2):
			send_back_after_approval.execute()
			roles = frappe.get_all("Workflow Transition", way, pluck="allowed", order_by="allowed")
			self.assertEqual(roles, ["Group General Manager", "Sales General Manager"])

	def test_lowering_the_level_spares_nobodys_signature(self) -> None:
		complaint = self.at(Step.SIGNED, tone="Hostile")
		self.level(complaint, "D", by="general")
		self.assertEqual((complaint.level, complaint.signatures_missing), ("D", 1))
		message = "1 signatures that the level E needs are missing."
		with self.assertRaisesRegex(SignatureMissingError, message):
			self.act(complaint, Action.APPROVE, "management")
		with self.assertRaisesRegex(SignatureRefusedError, "for Sales General Manager to sign at level E."):
			self.sign(complaint, "management")
		self.assertEqual(self.sign(complaint, "general").step, "Plan Approved")

	def test_a_company_decides_who_signs(self) -> None:
		# What is rolled back after the test stays in the cache.
		self.addCleanup(frappe.clear_document_cache, "Satisfaction Level", "C")
		master = frappe.get_doc("Satisfaction Level", "C")
		master.line[1].signs = 1
		master.save()
		complaint = self.sign(self.fill(self.at(Step.PLANNED), talks=[talk()]), "management")
		self.assertEqual((complaint.step, complaint.signatures_missing), ("Signed", 1))


class TestWhatIsKept(ComplaintCase):
	"""Evidence stays evidence."""

	def refused(self, complaint: Document, error: type[Exception], message: str) -> None:
		"""The change that a test has made to the document is refused."""
		with self.set_user(self.people["manager"]), self.assertRaisesRegex(error, message):
			complaint.save()
		complaint.reload()

	def test_nobody_types_what_follows_from_the_process(self) -> None:
		complaint = self.at(Step.APPROVED)
		typed = {"level": "A", "due_on": "2040-01-01", "is_open": 0, "approved_on": None, "plan_round": 5}
		typed |= {"raised_by": "Guest", "overdue_told": 3, "disputes_invoice": 1, "overruled_level": "G"}
		for field, value in typed.items():
			complaint.set(field, value)
			with self.subTest(field=field):
				self.refused(complaint, ComplaintDerivedError, "cannot be typed, because it follows from")

	def test_nobody_writes_removes_or_changes_signatures_and_history(self) -> None:
		complaint = self.at(Step.APPROVED)
		complaint.append("opinions", {"role": "Group General Manager", "decision": "Agree"})
		self.refused(complaint, ComplaintDerivedError, "Opinions.* of the complaint cannot be typed")
		complaint.set("level_changes", [])
		self.refused(complaint, ComplaintDerivedError, "Level Changes.* of the complaint cannot be typed")
		complaint.opinions[0].opinion = "No."
		self.refused(complaint, ComplaintDerivedError, "cannot be typed")
		name = complaint.opinions[0].name
		with self.assertRaises(ComplaintDerivedError):
			set_value("Complaint Opinion", name, "opinion", "No.")

	def test_nor_row_by_row(self) -> None:
		complaint = self.at(Step.APPROVED)
		changes = {"opinions": "opinion", "evidence": "remark", "talks": "said", "plan": "action"}
		for table, field in changes.items():
			row = complaint.get(table)[0]
			with self.subTest(table), self.set_user(self.people["sales"]):
				self.assertRaises(TableRowError, save, {**row.as_dict(), field: "Forged."})
				self.assertEqual(frappe.db.get_value(row.doctype, row.name, field), row.get(field))

	def test_evidence_is_added_but_no_longer_changed_once_the_problem_is_confirmed(self) -> None:
		complaint = self.raised()
		complaint.evidence[0].remark = "It is bent."
		self.fill_loaded(complaint)
		self.act(complaint, Action.CONFIRM, "manager")
		complaint.evidence[0].remark = "It is as good as new."
		self.refused(complaint, ComplaintKeptError, "Evidence.*what is filed is kept as it is.")
		complaint.set("evidence", [])
		self.refused(complaint, ComplaintKeptError, "Evidence.*what is filed is kept as it is.")
		self.assertEqual(len(self.fill(complaint, evidence=[proof()]).evidence), 2)

	def test_talks_are_kept_as_they_were_logged(self) -> None:
		complaint = self.fill(self.at(Step.PLANNED), talks=[talk()])
		self.assertEqual(complaint.talks[0].talked_by, self.people["manager"])
		complaint.talks[0].outcome = "Agreed"
		self.refused(complaint, ComplaintKeptError, "Talks.*what is filed is kept as it is.")

	def test_a_talk_is_of_whoever_logs_it_whatever_is_filled_in(self) -> None:
		typed = talk(talked_by=self.people["group"])
		complaint = self.fill(self.at(Step.PLANNED, talks=[typed]), by="support", talks=[typed])
		by = [row.talked_by for row in complaint.talks]
		self.assertEqual(by, [self.people["sales"], self.people["support"]])
		complaint.talks[0].talked_by = self.people["manager"]
		self.refused(complaint, ComplaintKeptError, "Talks.*what is filed is kept as it is.")

	def test_a_complaint_is_not_dated_later_than_it_was(self) -> None:
		complaint = self.raised(raised_on=ago(8))
		complaint.raised_on = ago(7)
		self.refused(complaint, ComplaintDateError, "The complaint was raised on .*, and is not dated later.")
		complaint.raised_on = ago(21)
		self.fill_loaded(complaint)
		self.assertEqual((complaint.raised_on, complaint.level), (ago(21), "E"))

	def test_a_signed_plan_and_its_judgement_stay(self) -> None:
		complaint = self.at(Step.SIGNED, tone="Hostile")
		message = "The plan is signed, so that judgement and plan stay as they are. Send it back"
		for change in (
			lambda: complaint.append("plan", action()),
			lambda: complaint.plan[0].set("due_date", ago(1)),
			lambda: complaint.set("plan", []),
			lambda: complaint.set("judgement_reason", "Another one."),
		):
			change()
			self.refused(complaint, PlanSignedError, message)
		complaint.plan[0].done_on = today()
		self.fill_loaded(complaint)

	def test_a_closed_complaint_is_closed(self) -> None:
		for step in (Step.CLOSED, Step.DISMISSED):
			complaint = self.at(step)
			complaint.safety = 1
			self.refused(complaint, ComplaintClosedError, f"{complaint.name} is closed and kept.")
			complaint.append("talks", talk())
			self.refused(complaint, ComplaintClosedError, "is closed and kept.")

	def test_what_the_customer_says_after_closing_is_filled_in_later(self) -> None:
		complaint = self.fill(self.at(Step.CLOSED), satisfaction_after="B")
		self.assertEqual(complaint.satisfaction_after, "B")

	def test_what_is_dated_has_happened(self) -> None:
		tomorrow = ago(-1)
		for values in (
			{"raised_on": tomorrow},
			{"occurred_on": tomorrow},
			{"talks": [talk(talk_date=tomorrow)]},
			{"plan": [action(done_on=tomorrow)]},
			{"raised_on": ago(3), "occurred_on": ago(2)},
		):
			with (
				self.subTest(values=values),
				self.assertRaisesRegex(ComplaintDateError, "cannot be later than"),
			):
				self.raised(**values)

	def test_papers_are_the_customers_own(self) -> None:
		other = make.invoice(make.customer(), 100, today())
		message = "does not belong to customer .* Name one of theirs, or leave it empty."
		with self.assertRaisesRegex(ForeignDocumentError, message):
			self.raised(sales_invoice=other.name)

	def test_papers_and_contact_are_checked_again_for_another_customer(self) -> None:
		claim = make.insert("Warranty Claim", customer=self.buyer, complaint="It hums.", status="Open")
		for values in (
			{"sales_order": make.order(self.buyer, 100, today()).name},
			{"delivery_note": make.delivery(self.buyer, 100, today()).name},
			{"sales_invoice": make.invoice(self.buyer, 100, today()).name},
			{"warranty_claim": claim.name},
			{"contact_person": make.contact(self.buyer)},
		):
			complaint = self.raised(**values)
			message = "does not belong to customer .* Name one of theirs, or leave it empty."
			with self.subTest(values=values), self.assertRaisesRegex(ForeignDocumentError, message):
				self.fill(complaint, customer=make.customer())

	def test_the_contact_is_the_customers_own_and_not_by_its_own_word(self) -> None:
		other = make.customer()
		stranger = make.portal_user(other)
		with self.set_user(stranger):
			own = make.contact(self.buyer)
		for contact in (make.contact(other), own):
			message = f"Contact .*{contact}.* does not belong to customer"
			with self.assertRaisesRegex(ForeignDocumentError, message):
				self.raised(contact_person=contact)
		make.let_in(self.buyer, stranger)
		self.assertEqual(self.raised(contact_person=own).contact_person, own)

	def test_it_is_raised_from_the_forms_of_what_it_is_about(self) -> None:
		for doctype in ("Delivery Note", "Sales Invoice", "Warranty Claim", "Issue"):
			self.assertIn("offer_complaint", get_form_meta(doctype, cached=False).get("__js"), doctype)
		shown = [(link.link_doctype, link.link_fieldname) for link in frappe.get_meta(COMPLAINT).links]
		self.assertIn(("Satisfaction Survey", "complaint"), shown)

	def test_the_company_is_that_of_the_paper(self) -> None:
		sold = make.invoice(self.buyer, 100, today(), company=make.SECOND_COMPANY)
		self.assertEqual(draft(self.buyer, sales_invoice=sold.name).insert().company, make.SECOND_COMPANY)
		self.assertEqual(self.raised().company, make.first_company())

	def test_a_complaint_of_the_same_item_is_a_repeat(self) -> None:
		item = make.service()
		first = self.raised(item_code=item, raised_on=ago(40))
		second = self.raised(item_code=item, raised_on=ago(10), quality_problem="General")
		third = self.raised(item_code=item, quality_problem="General")
		self.assertEqual(
			(first.repeat_of, second.repeat_of, third.repeat_of), (None, first.name, second.name)
		)
		self.assertEqual([first.times_in_month, second.times_in_month, third.times_in_month], [1, 1, 2])
		self.assertEqual((second.level, third.level), ("D", "E"))
		self.assertIsNone(self.raised().repeat_of)

	def test_what_is_raised_from_outside_says_nothing_of_the_handling(self) -> None:
		typed = {
			"blame": "Us",
			"plan": [action()],
			"talks": [talk()],
			"solution": "Pay me.",
			"source": "Portal",
		}
		complaint = draft(self.buyer, **typed)
		complaint.flags.raised_outside = True
		complaint.insert(ignore_permissions=True)
		self.assertEqual((complaint.source, complaint.blame, complaint.solution), ("Portal", None, None))
		self.assertEqual((complaint.plan, complaint.talks), ([], []))
