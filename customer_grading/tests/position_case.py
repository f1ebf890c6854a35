"""What the tests of open items share: the copy must be what ERPNext's own tables say, after each step."""

from decimal import Decimal

from erpnext.selling.doctype.customer.customer import get_customer_outstanding

from customer_grading.facts import changed
from customer_grading.facts.exposure import exposure
from customer_grading.facts.open_item_copy import differing, stored_of_customers
from customer_grading.facts.open_items import of_customers
from customer_grading.facts.payments import NOTHING, payments
from customer_grading.facts.position import Account, account
from customer_grading.facts.prepaid import prepaid
from customer_grading.facts.selection import Selection
from customer_grading.facts.values import ZERO
from customer_grading.gate.open_items import settle
from customer_grading.rules.order import Component, ExposureKind
from customer_grading.tests.facts_case import LAST_DAY, POLICY, FactsTestCase

LEDGER, ORDERS, DELIVERIES, *_ = ExposureKind


class PositionCase(FactsTestCase):
	"""One customer whose position is compared with facts and with ERPNext after each step."""

	def setUp(self) -> None:
		"""Note nothing of what other tests have changed."""
		super().setUp()
		changed.forget()

	def position(self, buyer: str | None = None, company: str | None = None) -> Account:
		"""Where the customer stands when everything is due."""
		return account(buyer or self.buyer, company or self.company, LAST_DAY)

	def step(self, *buyers: str, company: str | None = None, is_as_erpnext: bool = True) -> None:
		"""What was done must be in the position before and after it is written to the copy.

		ERPNext has another sum of notes in foreign currency, and of goods of orders at unit prices.
		"""
		for write in (lambda: None, settle):
			write()
			for buyer in buyers or (self.buyer,):
				self._compare(buyer, company or self.company, is_as_erpnext)
		self.assert_copied(*(buyers or (self.buyer,)))

	def assert_copied(self, *buyers: str) -> None:
		"""The copy says what ERPNext's own tables say."""
		selection = Selection.of(*buyers)
		self.assertEqual(differing(of_customers(selection), stored_of_customers(selection)), set())

	def _compare(self, buyer: str, company: str, is_as_erpnext: bool) -> None:
		found, selection = self.position(buyer, company), Selection.of(buyer)
		self._assert_same_parts(found.exposure, exposure(selection).get(buyer, {}).get(company, ()))
		on_account = prepaid(selection).get(buyer, {}).get(company, ZERO)
		self.assertAlmostEqual(found.on_account, on_account, places=2)
		known = payments(selection, LAST_DAY, POLICY.tier).get(buyer, {}).get(company, NOTHING)
		self.assertAlmostEqual(sum((line.amount for line in found.overdue), ZERO), known.arrears, places=2)
		self.assertEqual(max((line.days for line in found.overdue), default=0), known.oldest_arrears_days)
		if is_as_erpnext:
			theirs = get_customer_outstanding(buyer, company)
			self.assertAlmostEqual(float(sum(part.amount for part in found.exposure)), theirs, places=2)

	def _assert_same_parts(self, ours: tuple[Component, ...], facts: tuple[Component, ...]) -> None:
		known = {part.kind: part.amount for part in facts}
		for part in ours:
			self.assertAlmostEqual(part.amount, known.pop(part.kind, ZERO), places=2, msg=part.kind)
		for kind, amount in known.items():
			self.assertAlmostEqual(amount, ZERO, places=2, msg=kind)

	def parts(self, buyer: str | None = None) -> dict[ExposureKind, Decimal]:
		"""The exposure of the position by kind."""
		return {part.kind: part.amount for part in self.position(buyer).exposure}

	def cover(self, order: str | None = None, buyer: str | None = None) -> Decimal:
		"""What is promised to an order, or left for a new one."""
		return self.position(buyer).cover_of(order)
