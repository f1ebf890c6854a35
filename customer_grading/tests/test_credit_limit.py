"""R5: a limit is written to our rows and to those that ERPNext's own check reads."""

from decimal import Decimal
from typing import Any

import frappe
from erpnext.selling.doctype.customer.customer import (
	check_credit_limit,
	get_credit_limit,
	get_customer_outstanding,
)

from customer_grading.records import credit_limit
from customer_grading.rules.credit_limit import NO_CREDIT, UNLIMITED, CreditLimit
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.regrade_case import (
	RegradeTestCase,
	at_once,
	fields_of,
	history,
	proposals,
	today,
	whole_run,
)


def ours(buyer: str) -> list[tuple[str, float, int]]:
	rows = frappe.get_all(
		"Customer Grading Limit",
		filters={"parent": buyer},
		fields=["company", "credit_limit", "unlimited"],
		order_by="idx",
	)
	return [(row.company, row.credit_limit, row.unlimited) for row in rows]


def theirs(buyer: str) -> list[tuple[str, float, int]]:
	rows = frappe.get_all(
		"Customer Credit Limit",
		filters={"parent": buyer},
		fields=["company", "credit_limit", "bypass_credit_limit_check"],
		order_by="idx",
	)
	return [(row.company, row.credit_limit, row.bypass_credit_limit_check) for row in rows]


class TestWritingALimit(GradingTestCase):
	"""To one customer in one company of several."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.company, cls.branch = make.first_company(), make.SECOND_COMPANY

	def setUp(self) -> None:
		super().setUp()
		self.buyer = make.customer()

	def write(self, limit: CreditLimit, company: str | None = None) -> None:
		credit_limit.write({(self.buyer, company or self.company): limit}, today())

	def test_a_limit_stands_in_both_tables(self) -> None:
		self.write(CreditLimit(Decimal("1234.56")))
		self.assertEqual(ours(self.buyer), [(self.company, 1234.56, 0)])
		self.assertEqual(theirs(self.buyer), [(self.company, 1234.56, 0)])
		self.assertEqual(get_credit_limit(self.buyer, self.company), 1234.56)
		self.assertEqual(
			credit_limit.limits_of([self.buyer]),
			{self.buyer: {self.company: CreditLimit(Decimal("1234.56"))}},
		)

	def test_a_limit_of_the_form_is_what_was_written(self) -> None:
		self.write(CreditLimit(Decimal(500)))
		document = frappe.get_doc("Customer", self.buyer)
		self.assertEqual(
			[(row.company, row.credit_limit, row.set_on) for row in document.grading_limits],
			[(self.company, 500, today())],
		)
		document.customer_details = "Can be saved"
		document.save()

	def test_no_credit_is_never_0_in_erpnext_where_0_means_unlimited(self) -> None:
		self.write(NO_CREDIT)
		self.assertEqual(ours(self.buyer), [(self.company, 0, 0)])
		self.assertEqual(theirs(self.buyer), [(self.company, 0.01, 0)])
		with self.assertRaisesRegex(frappe.ValidationError, "extend the credit limits"):
			check_credit_limit(self.buyer, self.company, extra_amount=1)

	def test_unlimited_is_its_own_choice_and_wins_over_the_limit_of_the_group(self) -> None:
		group = frappe.get_doc("Customer Group", "Commercial")
		group.append("credit_limits", {"company": self.company, "credit_limit": 5})
		group.save()
		self.assertEqual(get_credit_limit(self.buyer, self.company), 5)
		self.write(UNLIMITED)
		self.assertEqual(ours(self.buyer), [(self.company, 0, 1)])
		self.assertEqual(get_credit_limit(self.buyer, self.company), 999_999_999_999)
		check_credit_limit(self.buyer, self.company, extra_amount=10**9)

	def test_a_limit_that_changes_changes_its_row(self) -> None:
		for amount in (100, 250, 250):
			self.write(CreditLimit(Decimal(amount)))
		self.assertEqual(ours(self.buyer), [(self.company, 250, 0)])
		self.assertEqual(theirs(self.buyer), [(self.company, 250, 0)])

	def test_other_companies_and_the_bypass_are_left_alone(self) -> None:
		document = frappe.get_doc("Customer", self.buyer)
		row = {"company": self.company, "credit_limit": 700, "bypass_credit_limit_check": 1}
		document.append("credit_limits", {"company": self.branch, "credit_limit": 900})
		document.append("credit_limits", row)
		document.save()
		self.write(CreditLimit(Decimal(300)))
		self.assertEqual(theirs(self.buyer), [(self.branch, 900, 0), (self.company, 300, 1)])
		self.assertEqual(ours(self.buyer), [(self.company, 300, 0)])

	def test_each_company_has_its_own(self) -> None:
		limits = {self.company: CreditLimit(Decimal(10)), self.branch: CreditLimit(Decimal(20))}
		credit_limit.write({(self.buyer, name): limit for name, limit in limits.items()}, today())
		self.assertEqual(credit_limit.limits_of([self.buyer]), {self.buyer: limits})
		self.assertEqual(ours(self.buyer), [(self.company, 10, 0), (self.branch, 20, 0)])

	def test_many_customers_are_written_at_once(self) -> None:
		others = [make.customer() for _each in range(3)]
		self.write(CreditLimit(Decimal(5)))
		wanted = {(name, self.company): CreditLimit(Decimal(7)) for name in (self.buyer, *others)}
		credit_limit.write(wanted, today())
		self.assertEqual(
			{name: get_credit_limit(name, self.company) for name in (self.buyer, *others)},
			dict.fromkeys((self.buyer, *others), 7),
		)

	def test_nothing_to_write_writes_nothing(self) -> None:
		before = fields_of(self.buyer, "modified")
		credit_limit.write({}, today())
		self.assertEqual((ours(self.buyer), fields_of(self.buyer, "modified")), ([], before))
		self.assertEqual(credit_limit.limits_of([]), {})

	def test_a_limit_below_what_is_owed_is_written_where_erpnext_would_refuse(self) -> None:
		make.invoice(self.buyer, 5000, today())
		document = frappe.get_doc("Customer", self.buyer)
		document.append("credit_limits", {"company": self.company, "credit_limit": 100})
		with self.assertRaisesRegex(frappe.ValidationError, "New credit limit is less than"):
			document.save()
		self.write(CreditLimit(Decimal(100)))
		self.assertEqual(get_customer_outstanding(self.buyer, self.company), 5000)
		self.assertEqual(get_credit_limit(self.buyer, self.company), 100)


class TestLimitsOfARegrade(RegradeTestCase):
	"""Applied where they are set to, otherwise proposed."""

	def proposed(self) -> Any:
		return [row for row in proposals(self.good) if row[0] == "Credit Limit"]

	def test_a_limit_waits_by_default(self) -> None:
		whole_run()
		self.assertEqual(len(self.proposed()), 1)
		self.assertEqual((ours(self.good), theirs(self.good)), ([], []))

	def test_a_limit_applies_at_once_where_it_is_set_to(self) -> None:
		whole_run()
		proposed = self.proposed()[0][2]
		at_once("limits")
		run = whole_run()
		self.assertEqual(self.proposed(), [])
		self.assertEqual(ours(self.good), [(self.company, float(proposed), 0)])
		self.assertEqual(get_credit_limit(self.good, self.company), float(proposed))
		self.assertIn(("Credit Limit", "", proposed), history(self.good, source=run.name))

	def test_forms_that_are_open_learn_that_a_limit_has_changed(self) -> None:
		whole_run()
		at_once("limits")
		form = frappe.get_doc("Customer", self.good)
		whole_run()
		self.assertNotEqual(fields_of(self.good, "modified"), form.modified)
		with self.assertRaises(frappe.TimestampMismatchError):
			form.save()

	def test_a_limit_that_a_person_made_unlimited_is_left_alone(self) -> None:
		credit_limit.write({(self.good, self.company): UNLIMITED}, today())
		at_once("limits")
		whole_run()
		self.assertEqual(ours(self.good), [(self.company, 0, 1)])
		self.assertEqual(self.proposed(), [])
