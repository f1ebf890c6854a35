"""What an open complaint changes elsewhere: lateness (R6), dunning (R15), the score (R4), the order desk."""

from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_to_date, now_datetime

from customer_grading.events.dunning import DunningPausedError
from customer_grading.facts.averages import averages
from customer_grading.facts.complaints import crisis, open_on, weights
from customer_grading.facts.currency import rates
from customer_grading.facts.customer import gather
from customer_grading.facts.payments import payments
from customer_grading.facts.selection import Selection
from customer_grading.facts.touched import touched
from customer_grading.records.policy import current_policy
from customer_grading.rules.options import ComplaintStep
from customer_grading.tests import factories as make
from customer_grading.tests.complaint_case import ALL, ComplaintCase, ago, draft, today

Step = ComplaintStep


class EffectCase(ComplaintCase):
	"""With an invoice that is late."""

	def setUp(self) -> None:
		super().setUp()
		self.invoice = make.invoice(self.buyer, 500, ago(60), ago(30))

	def mark(self) -> int:
		return frappe.db.get_value("Sales Invoice", self.invoice.name, "is_disputed")

	def confirmed(self, **values: Any) -> Document:
		"""A complaint about the invoice, or another one, whose problem somebody has confirmed."""
		return self.at(Step.CONFIRMED, **{"sales_invoice": self.invoice.name, **values})

	def finished(self, complaint: Document) -> None:
		"""Bring a confirmed complaint to its end."""
		left = ALL[ALL.index(Step(complaint.step)) + 1 :]
		for end, bring in self.way():
			if end in left:
				bring(complaint)

	def mark_by_hand(self, value: int) -> None:
		"""Set or take the mark as somebody does on the form of the invoice."""
		self.invoice.reload()
		self.invoice.is_disputed = value
		self.invoice.save()

	def arrears(self) -> Decimal:
		"""What of the invoices is past due and unpaid."""
		selection, policy = Selection.of(self.buyer), current_policy()
		(found,) = payments(selection, today(), policy.tier)[self.buyer].values()
		return found.arrears


class TestLateness(EffectCase):
	"""A confirmed complaint takes its invoice out of lateness while it is open."""

	def test_it_is_out_while_the_complaint_is_open_and_back_when_it_is_closed(self) -> None:
		self.assertEqual(self.arrears(), 500)
		complaint = self.at(Step.EXECUTED, sales_invoice=self.invoice.name)
		self.assertEqual((self.mark(), self.arrears(), complaint.disputes_invoice), (1, 0, 1))
		self.fill(complaint, solution="A new shaft.", blame="Us")
		self.act(complaint, "Close Complaint", "manager")
		self.assertEqual((self.mark(), self.arrears(), complaint.disputes_invoice), (0, 500, 0))

	def test_a_draft_marks_nothing_whoever_raised_it(self) -> None:
		for source in ("Desk", "Portal"):
			with self.subTest(source=source):
				complaint = draft(self.buyer, sales_invoice=self.invoice.name, source=source)
				complaint.flags.raised_outside = source == "Portal"
				complaint.insert()
				self.fill(complaint, names_reason=1)
				self.assertEqual((self.mark(), self.arrears(), complaint.disputes_invoice), (0, 500, 0))
		self.act(complaint, "Confirm Problem", "manager")
		self.assertEqual((self.mark(), self.arrears(), complaint.disputes_invoice), (1, 0, 1))

	def test_dismissing_marks_nothing_either(self) -> None:
		self.at(Step.DISMISSED, sales_invoice=self.invoice.name)
		self.assertEqual(self.mark(), 0)

	def test_a_draft_of_an_older_version_gives_its_mark_back(self) -> None:
		complaint = self.raised(sales_invoice=self.invoice.name)
		complaint.db_set("disputes_invoice", 1)
		self.invoice.db_set("is_disputed", 1)
		self.fill(complaint, names_reason=1)
		self.assertEqual((self.mark(), complaint.reload().disputes_invoice), (0, 0))

	def test_the_mark_of_a_person_stays(self) -> None:
		self.invoice.db_set("is_disputed", 1)
		complaint = self.confirmed()
		self.assertEqual(complaint.disputes_invoice, 0)
		self.finished(complaint)
		self.assertEqual(self.mark(), 1)

	def test_a_person_who_sets_the_mark_meanwhile_keeps_it(self) -> None:
		complaint = self.confirmed()
		for value in (0, 1):
			self.mark_by_hand(value)
		self.assertEqual(complaint.reload().disputes_invoice, 0)
		self.finished(complaint)
		self.assertEqual(self.mark(), 1)

	def test_a_mark_that_a_person_took_off_does_not_come_back(self) -> None:
		complaint = self.confirmed()
		self.mark_by_hand(0)
		self.fill(complaint, names_reason=1)
		self.assertEqual((self.mark(), complaint.reload().disputes_invoice), (0, 0))
		self.finished(complaint)
		self.assertEqual(self.mark(), 0)

	def test_of_two_complaints_the_last_one_gives_it_back(self) -> None:
		self.raised(sales_invoice=self.invoice.name)
		first, second = self.confirmed(), self.confirmed()
		self.finished(first)
		self.assertEqual((self.mark(), second.reload().disputes_invoice), (1, 1))
		self.finished(second)
		self.assertEqual(self.mark(), 0)

	def test_the_regrade_learns_of_it(self) -> None:
		since = add_to_date(now_datetime(), seconds=-1)
		frappe.db.set_value("Sales Invoice", self.invoice.name, "modified", ago(5), update_modified=False)
		complaint = self.confirmed()
		self.assertIn(self.buyer, touched(since, today(), today()))
		frappe.db.set_value("Sales Invoice", self.invoice.name, "modified", ago(5), update_modified=False)
		self.finished(complaint)
		self.assertIn(self.buyer, touched(since, today(), today()))


class TestPapers(EffectCase):
	"""A complaint is kept, and must not keep what it is about from being cancelled."""

	def test_what_a_confirmed_complaint_is_about_can_be_cancelled(self) -> None:
		order = make.order(self.buyer, 100, today())
		note = make.delivery(self.buyer, 100, today())
		for field, paper in (
			("sales_invoice", self.invoice),
			("sales_order", order),
			("delivery_note", note),
		):
			with self.subTest(field=field):
				complaint = self.at(Step.CONFIRMED, **{field: paper.name})
				paper.reload().cancel()
				self.assertEqual((paper.docstatus, complaint.reload().get(field)), (2, paper.name))

	def test_what_is_cancelled_together_leaves_complaints_alone(self) -> None:
		self.assertIn("Customer Complaint", frappe.get_hooks("auto_cancel_exempted_doctypes"))


class TestDunning(EffectCase):
	"""A confirmed complaint pauses the dunning of its invoice while it is open."""

	def dunning(self) -> Document:
		company = self.invoice.company
		line = {"sales_invoice": self.invoice.name, "outstanding": 500, "due_date": self.invoice.due_date}
		schedule = frappe.db.get_value("Payment Schedule", {"parent": self.invoice.name})
		return make.insert(
			"Dunning",
			customer=self.buyer,
			company=company,
			currency=self.invoice.currency,
			posting_date=today(),
			conversion_rate=1,
			rate_of_interest=0,
			dunning_fee=0,
			overdue_payments=[{**line, "payment_schedule": schedule, "payment_amount": 500}],
			income_account=frappe.get_cached_value("Company", company, "default_income_account"),
			cost_center=frappe.get_cached_value("Company", company, "cost_center"),
		)

	def test_it_is_refused_with_invoice_and_complaint_and_passes_once_closed(self) -> None:
		complaint = self.confirmed()
		message = f"{self.invoice.name}.* a complaint is open: {complaint.name}.*Close the complaint first"
		with self.assertRaisesRegex(DunningPausedError, message):
			self.dunning().submit()
		self.finished(complaint)
		self.assertEqual(self.dunning().submit().docstatus, 1)

	def test_a_complaint_that_nobody_has_confirmed_pauses_nothing(self) -> None:
		self.raised(sales_invoice=self.invoice.name)
		self.assertEqual(self.dunning().submit().docstatus, 1)

	def test_it_is_refused_where_checks_are_passed_over(self) -> None:
		self.confirmed()
		dunning = self.dunning()
		dunning.flags.ignore_validate = True
		with self.assertRaisesRegex(DunningPausedError, "a complaint is open"):
			dunning.submit()

	def test_other_invoices_are_dunned(self) -> None:
		other = make.invoice(self.buyer, 100, ago(60), ago(30))
		complaint = self.confirmed(sales_invoice=other.name)
		self.assertEqual(open_on([self.invoice.name, other.name]), {other.name: [complaint.name]})
		self.assertEqual(self.dunning().submit().docstatus, 1)


class TestScore(EffectCase):
	"""Complaints count by number and level where we are to blame."""

	def counted(self) -> Decimal | None:
		policy, worth = current_policy(), rates(today())
		means = averages(today(), policy, worth)
		found = gather(Selection.of(self.buyer), today(), policy, means, worth)
		return found[self.buyer].score.complaints

	def blamed(self, blame: str = "Us", **values: object) -> Document:
		return self.fill(self.at(Step.CONFIRMED, **values), blame=blame)

	def test_where_nobody_records_complaints_none_is_no_sign(self) -> None:
		self.assertIsNone(self.counted())
		self.raised()
		self.assertIsNone(self.counted())

	def test_none_is_zero_where_complaints_are_recorded(self) -> None:
		self.blamed("Customer")
		self.assertEqual(self.counted(), 0)

	def test_each_weighs_by_its_level(self) -> None:
		self.blamed()
		self.blamed(names_reason=1)
		self.blamed(safety=1)
		self.blamed("Supplier", safety=1)
		self.assertEqual(self.counted(), Decimal("0.5") + 1 + 3)

	def test_the_weights_are_the_companys(self) -> None:
		self.blamed(safety=1)
		self.addCleanup(frappe.clear_document_cache, "Satisfaction Level", "G")
		master = frappe.get_doc("Satisfaction Level", "G")
		master.complaint_weight = 5
		master.save()
		self.assertEqual(self.counted(), 5)

	def test_drafts_dismissed_ones_and_those_before_the_window_do_not_count(self) -> None:
		self.fill(self.raised(), blame="Us")
		self.fill(self.at(Step.DISMISSED, names_reason=1))
		self.blamed(raised_on=ago(500))
		policy = current_policy().satisfaction
		found = weights(Selection.of(self.buyer), ago(365), today(), policy)
		self.assertEqual(found, {})

	def test_it_costs_points(self) -> None:
		self.blamed("Customer")
		before = self.counted()
		self.blamed(tone="Hostile")
		self.assertEqual((before, self.counted()), (0, Decimal("1.5")))


class TestCrisis(EffectCase):
	"""G stands on the order desk's headline."""

	def test_open_complaints_of_level_g_are_named_the_oldest_first(self) -> None:
		self.raised(injury=1)
		newer, older = self.raised(safety=1), self.raised(safety=1, raised_on=ago(3))
		self.assertEqual(crisis(self.buyer), [older.name, newer.name])
		self.fill(newer, dismissal_reason="Nothing of ours.")
		self.act(newer, "Dismiss", "manager")
		self.assertEqual((crisis(self.buyer), crisis(make.customer())), ([older.name], []))
