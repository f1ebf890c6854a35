"""R12 on a site: levels, their history, who is told, and the daily re-assessment."""

import email
from typing import Any

import frappe
from frappe.client import set_value
from frappe.model.document import Document

from customer_grading.customer_grading.doctype.customer_complaint.customer_complaint import (
	LevelRefusedError,
	set_level,
)
from customer_grading.customer_grading.doctype.satisfaction_level.satisfaction_level import (
	NoSignerError,
	SignerBlockedError,
)
from customer_grading.jobs import complaints
from customer_grading.patches import fill_satisfaction_levels
from customer_grading.records import satisfaction
from customer_grading.records.complaint import ComplaintError, advice, handling, note_satisfaction
from customer_grading.records.complaint_outside import Told, raise_complaint
from customer_grading.records.uploads import Upload
from customer_grading.rules.options import (
	Complainant,
	ComplaintSource,
	ComplaintStep,
	FileKind,
	SatisfactionLevel,
)
from customer_grading.setup.levels import BY_KIND
from customer_grading.tests import factories as make
from customer_grading.tests.complaint_case import COMPLAINT, PEOPLE, ComplaintCase, ago, draft, talk
from customer_grading.tests.survey_case import png

Step = ComplaintStep
LINE = ("management", "general", "group")


def told(user: str) -> list[str]:
	"""What somebody was told on the Desk, in the order in which it came."""
	filters = {"for_user": user, "document_type": COMPLAINT}
	return frappe.get_all("Notification Log", filters=filters, pluck="subject", order_by="creation, subject")


def written(user: str) -> list[Document]:
	"""The e-mails that wait to be sent to somebody."""
	names = frappe.get_all("Email Queue Recipient", filters={"recipient": user}, pluck="parent")
	return [frappe.get_doc("Email Queue", name) for name in names]


def html_of(message: Document) -> str:
	"""The page of an e-mail."""
	parts = email.message_from_string(message.message).walk()
	page = next(part for part in parts if part.get_content_type() == "text/html")
	return page.get_payload(decode=True).decode()


def days_later(days: int) -> dict[str, int]:
	"""The job of a day to come; what it has done."""
	return dict(assessed(str(ago(-days))))


def assessed(day: str | None = None) -> dict[str, int]:
	"""The job, within the transaction of the test."""
	work = complaints.Reassessment(
		frappe.utils.getdate(day), complaints.current_policy().satisfaction, complaints.handlings()
	)
	counts: Any = complaints.Counter()
	work.batch("", counts)
	satisfaction.catch_up()
	return counts


class LevelCase(ComplaintCase):
	"""With an account to send from."""

	def setUp(self) -> None:
		super().setUp()
		account = {"email_id": "grading@example.com", "email_account_name": "Grading", "enable_outgoing": 1}
		account |= {"doctype": "Email Account", "default_outgoing": 1, "smtp_server": "localhost"}
		frappe.get_doc(account).db_insert()
		frappe.local.outgoing_email_account = {}
		self.addCleanup(setattr, frappe.local, "outgoing_email_account", {})

	def history(self, complaint: Document) -> list[tuple[str, str, int]]:
		"""From, to and whether by hand."""
		rows = complaint.reload().level_changes
		return [(row.from_level or "", row.to_level, row.by_hand) for row in rows]


class TestLevels(LevelCase):
	"""Proposed by the signs, rising, never falling by itself."""

	def test_signs_of_the_form_are_signs_of_the_rules(self) -> None:
		for signs, level in (
			({}, "C"),
			({"names_reason": 1}, "D"),
			({"charges_unclear": 1}, "D"),
			({"quality_problem": "General"}, "D"),
			({"parts_days": 4}, "D"),
			({"lack_of_skill": 1, "raised_on": ago(8)}, "D"),
			({"raised_on": ago(8)}, "D"),
			({"raised_on": ago(21)}, "E"),
			({"tone": "Hostile"}, "E"),
			({"threatens_publicity": 1}, "E"),
			({"quality_problem": "Major"}, "E"),
			({"quality_problem": "Critical part"}, "E"),
			({"quality_problem": "General", "stops_use": 1}, "E"),
			({"quality_problem": "General", "times_in_month": 2}, "E"),
			({"repairs_in_month": 3}, "E"),
			*(({"complainant": str(kind)}, "F") for kind in BY_KIND if kind != Complainant.GROUP_CUSTOMER),
			({"complainant": "Group customer"}, "C"),
			({"complainant": "Group customer", "whole_batch": 1}, "F"),
			({"loss": 10_000}, "F"),
			({"injury": 1}, "F"),
			({"loss": 50_000}, "G"),
			({"safety": 1}, "G"),
			({"repairs_in_month": 3, "refuses_repair": 1}, "G"),
			({"handling_failed": 1, "outsiders_involved": 1}, "G"),
			({"handling_failed": 1, "complainant": "Lawyer"}, "G"),
		):
			with self.subTest(signs=signs):
				self.assertEqual(self.raised(**signs).level, level)

	def test_the_first_level_and_each_change_stand_in_the_history(self) -> None:
		complaint = self.raised()
		self.fill(complaint, by="sales", tone="Hostile")
		self.fill(complaint, by="sales", safety=1)
		self.assertEqual(self.history(complaint), [("", "C", 0), ("C", "E", 0), ("E", "G", 0)])
		last = complaint.level_changes[-1]
		self.assertEqual(last.changed_by, self.people["sales"])
		why = "Safety is concerned. The customer is hostile and cannot be calmed."
		self.assertEqual(last.explanation, why)
		self.assertEqual(complaint.explanation, last.explanation)

	def test_it_does_not_fall_when_a_sign_goes(self) -> None:
		complaint = self.raised(tone="Hostile")
		self.fill(complaint, tone="Calm")
		self.assertEqual((complaint.level, complaint.proposed_level), ("E", "C"))
		self.assertEqual(self.history(complaint), [("", "E", 0)])
		self.assertIn("The level was E before, and it never falls by itself.", complaint.explanation)

	def test_a_person_sets_it_with_a_reason_that_is_kept(self) -> None:
		complaint = self.level(self.raised(tone="Hostile"), "D", by="general")
		self.assertEqual(self.history(complaint), [("", "E", 0), ("E", "D", 1)])
		row = complaint.level_changes[-1]
		kept = (row.remark, row.changed_by)
		self.assertEqual(kept, ("So agreed with the customer.", self.people["general"]))
		told_by = self.fill(complaint).explanation
		self.assertIn("A person has set the level to D, though the signs say E.", told_by)

	def test_what_a_person_has_overruled_does_not_come_back_but_worse_does(self) -> None:
		complaint = self.level(self.raised(tone="Hostile"), "C", by="general")
		self.fill(complaint, threatens_publicity=1)
		self.assertEqual(complaint.level, "C")
		assessed()
		self.assertEqual(complaint.reload().level, "C")
		self.fill(complaint, injury=1)
		self.assertEqual((complaint.level, complaint.overruled_level), ("F", None))

	def test_a_person_may_set_it_higher_and_it_stays(self) -> None:
		complaint = self.level(self.raised(), "F", by="management")
		self.assertEqual((self.fill(complaint).level, complaint.overruled_level), ("F", None))

	def test_only_who_signs_last_lowers_it(self) -> None:
		complaint = self.raised(safety=1)
		message = "A level G is lowered only by whoever signs last at it: Group General Manager. Ask"
		for who in ("manager", "management", "general"):
			with self.subTest(who=who), self.assertRaisesRegex(LevelRefusedError, message):
				self.level(complaint, "D", by=who)
		self.level(complaint, "D", by="group")
		self.assertEqual((complaint.level, complaint.overruled_level), ("D", "G"))

	def test_what_was_lowered_once_is_lowered_further_only_by_the_line_of_the_worse_level(self) -> None:
		complaint = self.level(self.raised(tone="Hostile"), "D", by="general")
		self.fill(complaint, tone="Calm")
		with self.assertRaisesRegex(LevelRefusedError, "A level E is lowered only by"):
			self.level(complaint, "C", by="management")
		self.level(complaint, "C", by="general")
		self.assertEqual((complaint.level, complaint.overruled_level), ("C", "E"))

	def test_a_level_is_not_set_in_vain_or_without_a_word(self) -> None:
		complaint = self.raised()
		for level, reason, message in (
			("C", "As it was.", "The complaint is at level C already."),
			("D", "ok", "Say why in a few words"),
			("H", "Worse than worst.", "A level is one of these: A, B, C, D, E, F, G."),
		):
			with self.subTest(level=level), self.assertRaisesRegex(LevelRefusedError, message):
				set_level(complaint.name, level, reason)
		closed = self.at(Step.DISMISSED)
		with self.assertRaisesRegex(LevelRefusedError, "The complaint is closed, and its level stays."):
			set_level(closed.name, "D", "Comes too late.")

	def test_only_managers_set_it(self) -> None:
		complaint = self.raised()
		for who in PEOPLE:
			may = who in ("manager", "management", "general", "group")
			frappe.db.savepoint("tried")
			try:
				self.level(complaint, "D", by=who)
			except frappe.PermissionError:
				self.assertFalse(may, who)
			else:
				self.assertTrue(may, who)
			frappe.db.rollback(save_point="tried")

	def test_dates_follow_from_the_level(self) -> None:
		complaint = self.raised(raised_on=ago(2))
		self.assertEqual((complaint.step_due, complaint.due_on), (ago(-2), ago(-5)))
		self.fill(complaint, injury=1)
		self.assertEqual((complaint.step_due, complaint.due_on), (ago(-1), ago(-1)))
		self.assertEqual(complaint.days_open, 2)

	def test_what_is_executed_in_its_days_is_solved_in_time(self) -> None:
		in_time, late = self.at(Step.EXECUTED), self.at(Step.EXECUTED, raised_on=ago(30))
		self.assertEqual((in_time.solved_in_time, late.solved_in_time), (1, 0))
		self.assertEqual((late.days_open, late.level), (30, "E"))


class TestMaster(LevelCase):
	"""What the levels say as shipped, and what a company changes."""

	def test_each_level_says_days_a_line_and_advice(self) -> None:
		for level in SatisfactionLevel:
			how = handling(level)
			self.assertTrue(how.days_allowed and how.step_days and advice(level, None), level)
			self.assertEqual([each.role for each in how.line], [PEOPLE[who] for who in LINE])
		self.assertEqual([len(handling(level).signers) for level in "ABCDEFG"], [1, 1, 1, 1, 2, 3, 3])
		self.assertEqual([len(handling(level).told) for level in "ABCDEFG"], [0, 0, 0, 1, 2, 3, 3])

	def test_major_customers_have_advice_of_their_own(self) -> None:
		media = self.raised(complainant="Media").advice.split("\n")
		self.assertIn("Find out who they are, and confirm it.", media[0])
		self.assertIn("Help those who were hurt first.", media[1])
		lawyer = advice("G", "Lawyer")
		self.assertIn("Say little, listen, and commit to nothing.", lawyer[0])

	def test_advice_is_in_the_language_of_the_reader(self) -> None:
		self.assertIn("不要多说话", advice("F", "Lawyer", "zh")[0])

	def test_an_update_fills_in_what_an_older_version_did_not_say_and_nothing_else(self) -> None:
		for level, days in {"F": 0, "G": 9}.items():
			self.addCleanup(frappe.clear_document_cache, "Satisfaction Level", level)
			for table in ("Satisfaction Level Role", "Handling Advice"):
				frappe.db.delete(table, {"parent": level})
			old = {"days_allowed": days, "complaint_weight": 0}
			frappe.db.set_value("Satisfaction Level", level, old)
		fill_satisfaction_levels.execute()
		filled, kept = (frappe.get_doc("Satisfaction Level", level) for level in "FG")
		self.assertEqual((filled.days_allowed, filled.complaint_weight, len(filled.line)), (3, 2, 3))
		self.assertEqual(len(filled.advice), len(BY_KIND) + 1)
		self.assertEqual((kept.days_allowed, kept.complaint_weight, kept.advice), (9, 0, []))

	def refused(self, level: str, error: type[Exception], message: str, **roles: int) -> None:
		"""A line of these roles, each of which signs or does not, is refused at a level."""
		self.addCleanup(frappe.clear_document_cache, "Satisfaction Level", level)
		master = frappe.get_doc("Satisfaction Level", level)
		rows = [{"role": PEOPLE[who], "signs": signs} for who, signs in roles.items()]
		master.set("line", rows)
		with self.assertRaisesRegex(error, message):
			master.save()

	def test_at_each_level_somebody_signs(self) -> None:
		message = "At level .*C.* nobody signs, so that no plan could be approved. Let one role in line sign."
		self.refused("C", NoSignerError, message)
		self.refused("C", NoSignerError, message, management=0, general=0)

	def test_only_who_has_a_way_in_the_workflow_is_in_line_to_sign(self) -> None:
		message = "{}.* cannot sign, because the workflow .* does not lead that role from {}. Add that"
		first = message.format("Sales General Manager", "Planned to Signed")
		self.refused("E", SignerBlockedError, first, general=1, group=1)
		later = message.format("Quality Manager", "Signed to Plan Approved")
		self.refused("E", SignerBlockedError, later, management=1, quality=1)

	def test_a_company_without_the_workflow_lets_sign_whom_it_wants(self) -> None:
		self.addCleanup(frappe.cache.delete_value, "workflow_name")
		frappe.db.set_value("Workflow", {"document_type": COMPLAINT}, "is_active", 0)
		frappe.cache.delete_value("workflow_name")
		frappe.cache.hdel("workflow", COMPLAINT)
		self.addCleanup(frappe.cache.hdel, "workflow", COMPLAINT)
		self.addCleanup(frappe.clear_document_cache, "Satisfaction Level", "E")
		master = frappe.get_doc("Satisfaction Level", "E")
		master.set("line", [{"role": "Quality Manager", "signs": 1}])
		self.assertEqual(len(master.save().line), 1)

	def test_a_company_writes_its_own(self) -> None:
		self.addCleanup(frappe.clear_document_cache, "Satisfaction Level", "F")
		master = frappe.get_doc("Satisfaction Level", "F")
		master.append("advice", {"complainant": "Media", "advice": "Call our press office."})
		master.save()
		self.assertIn("Call our press office.", self.raised(complainant="Media").advice)


class TestWhoIsTold(LevelCase):
	"""Of each change once, on the Desk and by e-mail, nobody learning of the others."""

	def test_a_major_customer_is_told_at_once_with_the_advice(self) -> None:
		complaint = self.raised(complainant="Media", subject="Shaft <b>broken</b>")
		for who in ("management", "general", "group"):
			user = self.people[who]
			headline = f"Complaint {complaint.name} has reached level F: Shaft &lt;b&gt;broken&lt;/b&gt;"
			self.assertEqual(told(user), [headline])
			(message,) = written(user)
			page = html_of(message)
			self.assertIn("Find out who they are", page)
			self.assertIn("Shaft &lt;b&gt;broken&lt;/b&gt;", page)
			self.assertNotIn("<b>broken</b>", page)
			for other in set(self.people.values()) - {user}:
				self.assertNotIn(other, message.message)
			self.assertEqual([row.recipient for row in message.recipients], [user])
		for who in ("sales", "manager", "accounts"):
			self.assertEqual((told(self.people[who]), written(self.people[who])), ([], []))

	def test_the_advice_is_in_the_notice_on_the_desk(self) -> None:
		complaint = self.raised(safety=1)
		filters = {"for_user": self.people["group"], "document_name": complaint.name}
		content = frappe.db.get_value("Notification Log", filters, "email_content")
		self.assertIn("One person speaks for the company", content)

	def test_saving_again_tells_nothing_twice(self) -> None:
		complaint = self.raised(complainant="Media")
		self.fill(complaint, injury=1)
		self.fill(complaint, by="sales", wanted="An apology.")
		self.assertEqual(len(told(self.people["group"])), 1)
		self.fill(complaint, safety=1)
		self.assertEqual(len(told(self.people["group"])), 2)

	def test_a_dissatisfied_customer_is_told_to_the_first_in_line_and_a_neutral_one_to_nobody(self) -> None:
		self.raised()
		self.assertEqual(told(self.people["management"]), [])
		self.raised(names_reason=1)
		self.assertEqual([len(told(self.people[who])) for who in ("management", "general")], [1, 0])

	def test_nobody_is_told_of_customers_that_they_may_not_see(self) -> None:
		# What is rolled back after the test stays in the cache.
		self.addCleanup(frappe.cache.hdel, "user_permissions", self.people["general"])
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": self.people["general"],
				"allow": "Customer",
				"for_value": make.customer(),
			}
		).insert()
		self.raised(safety=1)
		self.assertEqual([len(told(self.people[who])) for who in ("general", "group")], [0, 1])

	def test_nobody_is_told_of_what_they_may_not_read(self) -> None:
		self.addCleanup(frappe.cache.hdel, "user_permissions", self.people["general"])
		values = {"allow": "Company", "for_value": make.SECOND_COMPANY}
		make.insert("User Permission", user=self.people["general"], **values)
		self.addCleanup(frappe.clear_document_cache, "Satisfaction Level", "G")
		blind = make.user("Stock User")
		master = frappe.get_doc("Satisfaction Level", "G")
		master.append("line", {"role": "Stock User", "told_at_once": 1})
		master.save()
		self.raised(safety=1)
		self.assertEqual([len(told(self.people[who])) for who in ("general", "group")], [0, 1])
		self.assertEqual((told(blind), written(blind)), ([], []))

	def nobody_holds(self, *roles: str) -> None:
		"""Take these roles from everybody, on the site, too."""
		frappe.db.delete("Has Role", {"parenttype": "User", "role": ("in", roles)})
		for user in self.people.values():
			frappe.clear_cache(user=user)
			self.addCleanup(frappe.clear_cache, user=user)

	def test_where_nobody_holds_the_roles_sales_managers_are_told_else_who_runs_the_site(self) -> None:
		self.nobody_holds(*(PEOPLE[who] for who in LINE))
		steward = make.user("System Manager")
		self.raised(safety=1)
		self.assertEqual([len(told(user)) for user in (self.people["manager"], steward)], [1, 0])
		self.nobody_holds("Sales Manager")
		self.raised(safety=1, by="support")
		self.assertEqual([len(told(user)) for user in (self.people["manager"], steward)], [1, 1])
		self.raised(by="support")
		self.assertEqual(len(told(steward)), 1)

	def test_what_a_customer_raises_is_told_to_the_account_manager_on_the_desk(self) -> None:
		manager = make.user("Sales User")
		frappe.db.set_value("Customer", self.buyer, "account_manager", manager)
		name = self.from_outside("Portal")
		self.assertEqual(told(manager), [f"A customer has raised complaint {name}: It leaks"])
		self.assertEqual((told(self.people["support"]), written(manager)), ([], []))

	def test_without_an_account_manager_who_may_read_it_support_is_told(self) -> None:
		for manager in (None, make.user("Stock User")):
			frappe.db.set_value("Customer", self.buyer, "account_manager", manager)
			name = self.from_outside("Survey")
			last = told(self.people["support"])[-1]
			self.assertEqual(last, f"A customer has raised complaint {name}: It leaks")
		self.raised()
		self.assertEqual(len(told(self.people["support"])), 2)

	def from_outside(self, source: str) -> str:
		"""A complaint that the customer raises themselves, with a photo."""
		said = Told(self.buyer, "It leaks", "All over the floor.")
		with self.set_user(make.portal_user(self.buyer)):
			return raise_complaint(said, ComplaintSource(source), [Upload(FileKind.PNG, png())])

	def test_it_is_told_in_the_language_of_whoever_is_told(self) -> None:
		reader = make.user("Group General Manager", language="zh")
		complaint = self.raised(safety=1)
		self.assertEqual(told(reader), [f"客诉 {complaint.name} 已升至 G 级：Broken shaft"])

	def test_the_line_of_the_level_that_somebody_lowers_is_told_why(self) -> None:
		complaint = self.level(self.raised(tone="Hostile"), "C", by="general")
		name = frappe.utils.get_fullname(self.people["general"])
		head = f"{name} has lowered complaint {complaint.name} (Broken shaft) from level E to level C: "
		for who in ("management", "general"):
			self.assertEqual(told(self.people[who])[-1], f"{head}So agreed with the customer.")
			self.assertEqual(len(told(self.people[who])), 2)
		self.assertEqual(told(self.people["group"]), [])

	def test_without_an_account_to_send_from_the_desk_still_tells(self) -> None:
		frappe.db.delete("Email Account", {"enable_outgoing": 1})
		frappe.local.outgoing_email_account = {}
		self.raised(safety=1)
		self.assertEqual((len(told(self.people["group"])), written(self.people["group"])), (1, []))


class TestReassessment(LevelCase):
	"""The job of the night."""

	def test_time_moves_a_complaint_to_d_and_to_e_and_people_are_told_once(self) -> None:
		complaint = self.raised(raised_on=ago(0))
		self.assertEqual(days_later(7)["risen"], 0)
		self.assertEqual(days_later(8)["risen"], 1)
		self.assertEqual(days_later(8)["written"], 0)
		self.assertEqual(complaint.reload().level, "D")
		self.assertEqual(days_later(20)["risen"], 0)
		self.assertEqual(days_later(21)["risen"], 1)
		self.assertEqual(self.history(complaint), [("", "C", 0), ("C", "D", 0), ("D", "E", 0)])
		self.assertEqual(complaint.level_changes[-1].explanation, "Unsolved for 21 days, more than 20.")
		risen = [line for line in told(self.people["management"]) if "has reached" in line]
		self.assertEqual([line[-15:] for line in risen], ["D: Broken shaft", "E: Broken shaft"])

	def test_a_second_run_writes_nothing(self) -> None:
		for days in (0, 8, 21):
			self.raised(raised_on=ago(days))
		days_later(9)
		before = self.written()
		news = frappe.db.count("Notification Log")
		self.assertEqual(days_later(9)["written"], 0)
		self.assertEqual(self.written(), before)
		self.assertEqual(frappe.db.count("Notification Log"), news)

	def written(self) -> list[frappe._dict]:
		return frappe.get_all(COMPLAINT, fields=["name", "modified", "level"], order_by="name")

	def test_closed_and_executed_ones_rise_no_more(self) -> None:
		closed, executed = self.at(Step.CLOSED), self.at(Step.EXECUTED)
		days_later(40)
		self.assertEqual((closed.reload().level, executed.reload().level), ("C", "C"))

	def test_a_policy_that_changes_moves_levels(self) -> None:
		complaint = self.raised(loss=6000)
		self.assertEqual(complaint.level, "C")
		frappe.db.set_single_value("Grading Settings", "satisfaction_major_loss", 5000)
		self.assertEqual(assessed()["risen"], 1)
		self.assertEqual(complaint.reload().level, "F")

	def test_more_signatures_are_missing_once_the_level_has_risen(self) -> None:
		complaint = self.at(Step.APPROVED)
		days_later(21)
		complaint.reload()
		self.assertEqual((complaint.level, complaint.signatures_missing), ("E", 1))
		self.fill(complaint, talks=[talk("Agreed")])
		self.assertEqual(self.sign(complaint, "general").step, "Plan Approved")

	def test_an_overdue_step_goes_up_the_line_one_by_one(self) -> None:
		complaint = self.raised()
		line = [self.people[who] for who in ("management", "general", "group")]
		expected = {2: (0, 0, 0), 3: (1, 0, 0), 4: (1, 0, 0), 5: (1, 1, 0), 7: (1, 1, 1)}
		for days, number in expected.items():
			days_later(days)
			days_later(days)
			found = tuple(len(told(user)) for user in line)
			self.assertEqual(found, number, f"after {days} days")
		day = frappe.utils.formatdate(ago(-2))
		where = f"Complaint {complaint.name} is overdue at the step Raised"
		self.assertEqual(told(line[2]), [f"{where}, which was due by {day}: Broken shaft"])

	def test_another_step_begins_the_line_anew(self) -> None:
		complaint = self.raised()
		days_later(3)
		self.assertEqual(complaint.reload().overdue_told, 1)
		self.act(complaint, "Confirm Problem", "manager")
		self.assertEqual((complaint.overdue_told, complaint.step_due), (0, ago(-2)))

	def test_a_level_without_a_limit_is_never_overdue(self) -> None:
		self.addCleanup(frappe.clear_document_cache, "Satisfaction Level", "C")
		master = frappe.get_doc("Satisfaction Level", "C")
		master.update({"step_days": 0, "days_allowed": 0})
		master.save()
		complaint = self.raised()
		self.assertEqual((complaint.step_due, complaint.due_on), (None, None))
		self.assertEqual(days_later(6)["overdue"], 0)

	def test_many_at_once_are_one_letter_and_not_a_thousand_bells(self) -> None:
		number = 60
		for _each in range(number):
			draft(self.buyer).insert()
		days_later(8)
		user = self.people["management"]
		self.assertEqual(len(written(user)), 1)
		self.assertLessEqual(frappe.db.count("Notification Log", {"for_user": user}), 51)
		rest = {"for_user": user, "document_name": ("is", "not set")}
		last = frappe.get_all("Notification Log", filters=rest, pluck="subject")
		# Sixty have risen, and sixty are overdue, of which fifty are told one by one.
		self.assertEqual(last, ["70 more complaints have risen in level or are overdue."])


class TestOnTheCustomer(LevelCase):
	"""The worst open complaint, else the latest answer."""

	def shown(self) -> str | None:
		return frappe.db.get_value("Customer", self.buyer, "satisfaction_level")

	def test_it_is_the_worst_open_complaint(self) -> None:
		self.assertFalse(self.shown())
		mild, grave = self.raised(), self.raised(tone="Hostile")
		self.assertEqual(self.shown(), "E")
		self.fill(grave, dismissal_reason="It was ours no more.")
		self.act(grave, "Dismiss", "manager")
		self.assertEqual(self.shown(), "C")
		self.fill(mild, injury=1)
		self.assertEqual(self.shown(), "F")

	def test_the_night_shows_what_has_risen(self) -> None:
		self.raised()
		days_later(8)
		self.assertEqual(self.shown(), "D")
		self.assertEqual(satisfaction.catch_up(), set())

	def test_without_an_open_complaint_it_is_what_the_customer_said_last(self) -> None:
		complaint = self.at(Step.CLOSED)
		self.assertFalse(self.shown())
		note_satisfaction(complaint.name, "B")
		self.assertEqual(satisfaction.refresh([self.buyer]), {self.buyer})
		self.assertEqual((self.shown(), satisfaction.refresh([self.buyer])), ("B", set()))

	def test_only_a_closed_complaint_has_an_answer_from_a_to_e(self) -> None:
		message = "Only a closed complaint has a satisfaction after closing, from A to E."
		for complaint, level in ((self.raised(), "B"), (self.at(Step.CLOSED), "F")):
			with self.assertRaisesRegex(ComplaintError, message):
				note_satisfaction(complaint.name, level)

	def test_nobody_types_it(self) -> None:
		with self.assertRaisesRegex(Exception, "Satisfaction Level.* cannot be typed"):
			set_value("Customer", self.buyer, "satisfaction_level", "A")

	def test_a_customer_that_does_not_exist_changes_nothing(self) -> None:
		self.assertEqual(satisfaction.refresh(["No such customer", ""]), set())
