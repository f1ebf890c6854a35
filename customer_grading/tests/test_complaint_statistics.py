"""R11, step 9: complaints counted month by month, on the screen, on paper and by mail."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_months, get_first_day, get_last_day, getdate

from customer_grading.customer_grading.doctype.complaint_statistics_month.complaint_statistics_month import (
	StatisticsError,
	StatisticsKeptError,
)
from customer_grading.customer_grading.report.complaint_statistics.complaint_statistics import (
	ReportError,
	execute,
)
from customer_grading.jobs import complaint_statistics as job
from customer_grading.setup.complaint_board import BOARD, make_board
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.complaint_case import COMPLAINT, ComplaintCase, Step, draft, today
from customer_grading.tests.survey_case import SCRIPT
from customer_grading.tests.test_survey import mails, read

STATISTICS = "Complaint Statistics Month"
START = get_first_day(add_months(today(), -1))
END = getdate(get_last_day(START))
MONTH = f"{START:%Y-%m}"


class StatisticsCase(GradingTestCase):
	"""A company with complaints of last month, and none besides."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.set_user("Administrator")
		account = {"email_id": "grading@example.com", "email_account_name": "Figures", "enable_outgoing": 1}
		account |= {"doctype": "Email Account", "default_outgoing": 1, "smtp_server": "localhost"}
		frappe.get_doc(account).db_insert()

	def setUp(self) -> None:
		super().setUp()
		frappe.local.outgoing_email_account = {}
		frappe.db.delete(COMPLAINT)
		frappe.db.delete(STATISTICS)
		self.company = make.first_company()
		self.buyer = make.customer()

	def filed(self, day: date, closed: date | None = None, **values: Any) -> Document:
		"""A complaint of a day, with figures as handling would have left them."""
		complaint = draft(self.buyer, raised_on=day).insert()
		if closed:
			values |= {"closed_on": closed, "is_open": 0, "docstatus": 1}
			values.setdefault("step", "Closed")
		if values:
			frappe.db.set_value(COMPLAINT, complaint.name, values)
		return complaint

	def month(self) -> None:
		"""Last month's complaints."""
		at = [START + timedelta(days=number) for number in range(10)]
		self.filed(at[0], at[4], level="D", cost=100, solved_in_time=1, judgement="Quality problem")
		self.filed(at[0], at[2], level="E", cost=50, judgement="No quality problem")
		self.filed(at[1], at[2], level="C", step="Dismissed", cost=7)
		repeated = self.filed(at[3], level="D")
		self.filed(at[5], level="D", repeat_of=repeated.name)
		self.filed(START - timedelta(days=40), START - timedelta(days=3), level="G")

	def report(self, cut: str = "Satisfaction Level", **filters: Any) -> tuple[Any, ...]:
		"""The report of last month."""
		chosen = {"company": self.company, "from_date": START, "to_date": END, "cut": cut}
		return execute({**chosen, **filters})


def figures(row: Mapping[str, Any]) -> tuple[Any, ...]:
	"""What a row tells, without its name."""
	names = ("raised", "repeats", "dismissed", "closed", "open", "average_days", "in_time_share", "cost")
	return tuple(row.get(name) for name in names)


class TestReport(StatisticsCase):
	"""What is shown on the screen."""

	def test_complaints_are_counted_by_level(self) -> None:
		self.month()
		columns, rows, _message, chart, summary = self.report()
		self.assertEqual(columns[0]["label"], "Satisfaction Level")
		self.assertEqual([row["told"] for row in rows], ["C", "D", "E"])
		self.assertEqual(figures(rows[0]), (1, 0, 1, 0, 0, None, None, 0.0))
		self.assertEqual(figures(rows[1]), (3, 1, 0, 1, 2, 4.0, 100.0, 100.0))
		self.assertEqual(figures(rows[2]), (1, 0, 0, 1, 0, 2.0, 0.0, 50.0))
		self.assertEqual(chart["data"]["labels"], ["C", "D", "E"])
		self.assertEqual(chart["data"]["datasets"][0]["values"], [1, 3, 1])
		self.assertEqual([each["value"] for each in summary], [5, 2, "3.0", "50.0 %", 150.0])

	def test_they_are_counted_by_everything_else_with_the_same_total(self) -> None:
		self.month()
		cuts = ("Judgement", "Quality Problem", "Item", "Department", "Complainant", "Customer", "Month")
		for cut in cuts:
			_columns, rows, *_rest = self.report(cut)
			self.assertEqual(sum(row["raised"] for row in rows), 5)
			self.assertEqual(sum(row["cost"] for row in rows), 150)

	def test_what_is_not_known_is_told_so(self) -> None:
		self.month()
		rows = self.report("Judgement")[1]
		self.assertEqual(
			{row["told"]: row["raised"] for row in rows},
			{"Not known": 3, "Quality problem": 1, "No quality problem": 1},
		)

	def test_without_complaints_there_is_neither_chart_nor_summary(self) -> None:
		_columns, rows, _message, chart, summary = self.report()
		self.assertEqual((rows, chart, summary), ([], None, None))

	def test_filters_that_make_no_sense_are_refused(self) -> None:
		for filters, told in (
			({"from_date": END, "to_date": START}, "must not be after"),
			({"company": ""}, "Choose a company"),
			({"cut": "Owner"}, "Choose what"),
		):
			with self.assertRaisesRegex(ReportError, told):
				self.report(**filters)

	def test_who_is_fenced_to_a_customer_counts_only_theirs(self) -> None:
		self.month()
		seller = make.user("Sales Manager")
		fence = {"user": seller, "allow": "Customer", "for_value": make.customer()}
		make.insert("User Permission", **fence)
		with self.set_user(seller):
			self.assertEqual(self.report()[1], [])


class TestMonth(StatisticsCase):
	"""What is kept."""

	def made(self, **values: Any) -> Document:
		"""The statistics of last month."""
		return make.insert(STATISTICS, **{"company": self.company, "month": MONTH, **values})

	def test_the_figures_of_a_month_are_kept_in_total_and_in_detail(self) -> None:
		self.month()
		statistics = self.made(raised=99)
		self.assertEqual(statistics.name, f"{MONTH} {self.company}")
		self.assertEqual((statistics.from_date, statistics.to_date), (START, END))
		self.assertEqual(figures(statistics.as_dict()), (5, 1, 1, 2, 2, 3.0, 50.0, 150.0))
		levels = {row.value: row.raised for row in statistics.rows if row.cut == "Satisfaction Level"}
		self.assertEqual(levels, {"C": 1, "D": 3, "E": 1})

	def test_what_is_found_out_later_changes_nothing(self) -> None:
		self.month()
		statistics = self.made()
		self.filed(START, level="G")
		statistics.reload()
		self.assertEqual(statistics.raised, 5)
		statistics.raised = 0
		self.assertRaises(StatisticsKeptError, statistics.save)
		self.assertRaises(StatisticsKeptError, statistics.reload().delete)

	def test_only_a_month_that_is_over_is_counted(self) -> None:
		for month in (f"{today():%Y-%m}", "2999-01", "2026-13", "October", "", "2026-1"):
			self.assertRaises((StatisticsError, frappe.MandatoryError), self.made, month=month)

	def test_it_is_printed_with_all_figures_and_without_any(self) -> None:
		self.month()
		html = frappe.get_print(STATISTICS, self.made().name, "Complaints of the Month")
		self.assertIn(f"Complaint Statistics of {MONTH}", html)
		self.assertIn("Not known", html)
		for doctype in (STATISTICS, "Complaint Statistics Row", COMPLAINT):
			frappe.db.delete(doctype)
		html = frappe.get_print(STATISTICS, self.made().name, "Complaints of the Month")
		self.assertIn("Nobody complained, and nothing was left open.", html)


class TestJob(StatisticsCase):
	"""On the first of the month."""

	def test_it_makes_the_month_once_and_writes_to_each_reader_once(self) -> None:
		self.month()
		readers = [
			make.user("Sales Management Manager"),
			make.user("Sales Management Manager", language="zh"),
		]
		others = make.user("Sales Manager")
		self.assertEqual(job.make(self.company, END), [f"{MONTH} {self.company}"])
		self.assertEqual(job.make(self.company, END), [])
		for reader in readers:
			(mail,) = mails(reader)
			self.assertEqual([row.recipient for row in mail.recipients], [reader])
		self.assertEqual(mails(others), [])
		subject, text = read(mails(readers[0])[0])
		self.assertEqual(subject, f"Complaints of {MONTH}, {self.company}")
		self.assertIn("5 complaints were raised", text)

	def test_where_no_role_is_set_nobody_is_written_to(self) -> None:
		self.month()
		reader = make.user("Sales Management Manager")
		frappe.db.set_single_value("Grading Settings", "complaint_statistics_role", "")
		job.make(self.company, END)
		self.assertEqual(mails(reader), [])

	def test_an_item_that_is_called_like_a_script_stays_text(self) -> None:
		make.user("Sales Management Manager")
		self.filed(START, item_code=SCRIPT[:100])
		(name,) = job.make(self.company, END)
		html = frappe.get_print(STATISTICS, name, "Complaints of the Month")
		self.assertNotIn("<script>alert", html)


class TestForm(ComplaintCase):
	"""The complaint on paper."""

	def test_it_tells_the_steps_in_the_readers_language(self) -> None:
		complaint = self.at(Step.CLOSED)
		english = frappe.get_print(COMPLAINT, complaint.name, "Complaint Form")
		for text in ("Customer Complaint Form", "①", "⑧", complaint.subject, "Sales Management Manager"):
			self.assertIn(text, english)
		self.assertNotIn("Sales General Manager", english)
		self.assertNotIn("⑦", english)
		frappe.local.lang = "zh"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		chinese = frappe.get_print(COMPLAINT, complaint.name, "Complaint Form")
		self.assertNotIn("Customer Complaint Form", chinese)

	def test_it_has_a_place_for_each_role_that_signs_or_has_signed(self) -> None:
		complaint = self.at(Step.SIGNED, safety=1)
		frappe.db.set_value("Complaint Opinion", complaint.opinions[0].name, "role", "Quality Manager")
		html = frappe.get_print(COMPLAINT, complaint.name, "Complaint Form")
		for role in ("Quality Manager", "Sales Management Manager", "Group General Manager"):
			self.assertIn(f'<th class="name">{role}</th>', html)
		self.assertIn('rowspan="4">⑤', html)
		self.assertIn("The plan is sound.", html)

	def test_a_complaint_that_was_only_just_raised_is_printed_too(self) -> None:
		html = frappe.get_print(COMPLAINT, self.raised(evidence=[]).name, "Complaint Form")
		self.assertIn("Customer Complaint Form", html)

	def test_what_customers_type_stays_text(self) -> None:
		complaint = self.raised()
		told = {
			"description": SCRIPT,
			"subject": SCRIPT[:140],
			"wanted": SCRIPT,
			"complainant_name": SCRIPT[:140],
		}
		frappe.db.set_value(COMPLAINT, complaint.name, told)
		html = frappe.get_print(COMPLAINT, complaint.name, "Complaint Form")
		self.assertNotIn("<script>alert", html)
		self.assertNotIn("<img src=x", html)


class TestBoard(GradingTestCase):
	"""The board by step."""

	def test_it_has_a_column_for_each_step(self) -> None:
		board = frappe.get_doc("Kanban Board", BOARD)
		self.assertEqual([column.column_name for column in board.columns], [str(step) for step in Step])
		self.assertEqual((board.reference_doctype, board.field_name), (COMPLAINT, "step"))

	def test_what_a_company_has_changed_of_it_stays(self) -> None:
		frappe.db.set_value("Kanban Board", BOARD, "show_labels", 0)
		make_board()
		self.assertEqual(frappe.db.get_value("Kanban Board", BOARD, "show_labels"), 0)
