"""What the tests of facts share: a day, a customer, and ERPNext's own figures to compare with."""

from datetime import date
from decimal import Decimal
from typing import Any

from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute
from erpnext.selling.doctype.customer.customer import get_customer_outstanding

from customer_grading.facts.exposure import exposure
from customer_grading.facts.payments import payments
from customer_grading.facts.prepaid import prepaid
from customer_grading.facts.sales import SalesFacts, sales
from customer_grading.facts.selection import Selection
from customer_grading.rules.order import ExposureKind
from customer_grading.rules.policy import Policy
from customer_grading.rules.tier import PaymentFacts
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase

POLICY = Policy.default()
TODAY = date(2026, 11, 20)
LAST_DAY = date(2028, 12, 31)
"""On which everything is due."""


def day(month: int, of_month: int, year: int = 2026) -> date:
	"""A day of the year of the tests."""
	return date(year, month, of_month)


class FactsTestCase(GradingTestCase):
	"""One customer in the first company, and how it is seen on TODAY."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.company = make.first_company()

	def setUp(self) -> None:
		super().setUp()
		self.buyer = make.customer()

	def paid(self, buyer: str | None = None, on: date = TODAY) -> PaymentFacts:
		"""How the customer pays in the first company."""
		return payments(Selection.of(buyer or self.buyer), on, POLICY.tier)[buyer or self.buyer][self.company]

	def sold(self, on: date = TODAY, policy: Policy = POLICY) -> SalesFacts:
		"""What the customer bought from the first company."""
		return sales(Selection.of(self.buyer), on, policy)[self.buyer][self.company]

	def exposure_parts(
		self, buyer: str | None = None, company: str | None = None
	) -> dict[ExposureKind, Decimal]:
		"""The exposure of the customer by kind."""
		found = exposure(Selection.of(buyer or self.buyer)).get(buyer or self.buyer, {})
		return {part.kind: part.amount for part in found.get(company or self.company, ())}

	def on_account(self) -> Decimal | None:
		"""The customer's money on account in the first company."""
		return prepaid(Selection.of(self.buyer)).get(self.buyer, {}).get(self.company)

	def assert_as_erpnext(self, buyer: str | None = None, company: str | None = None) -> None:
		"""The exposure is what ERPNext's own credit check takes."""
		ours = sum(self.exposure_parts(buyer, company).values())
		theirs = get_customer_outstanding(buyer or self.buyer, company or self.company)
		self.assertAlmostEqual(float(ours), theirs, places=2)


def receivable(buyer: str, company: str, on: date) -> list[dict[str, Any]]:
	"""The rows of ERPNext's Accounts Receivable report for one customer."""
	filters = {
		"company": company,
		"report_date": on,
		"party_type": "Customer",
		"party": [buyer],
		"ageing_based_on": "Due Date",
		"range": "30, 60, 90, 120",
	}
	return [row for row in execute(make.as_filters(filters))[1] if row.get("voucher_no")]
