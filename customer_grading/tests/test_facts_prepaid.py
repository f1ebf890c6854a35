"""Money on account, from the Payment Ledger."""

from customer_grading.facts.prepaid import prepaid
from customer_grading.facts.selection import Selection
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import FactsTestCase, day


class TestPrepaid(FactsTestCase):
	def test_nothing_paid_is_no_money_on_account(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1))
		self.assertEqual(prepaid(Selection.of(self.buyer)), {})

	def test_an_unallocated_payment_is_money_on_account(self) -> None:
		make.money_on_account(self.buyer, 250, day(5, 1))
		self.assertEqual(self.on_account(), 250)

	def test_an_advance_against_an_order_is_money_on_account_until_an_invoice_uses_it_up(self) -> None:
		ordered = make.order(self.buyer, 500, day(5, 1))
		make.payment(ordered, day(5, 2), 200)
		self.assertEqual(self.on_account(), 200)
		make.invoice_of_order(ordered, day(5, 3), advances=True)
		self.assertIsNone(self.on_account())

	def test_the_rest_of_a_payment_that_an_invoice_did_not_need_stays_on_account(self) -> None:
		make.money_on_account(self.buyer, 250, day(5, 1))
		make.invoice(self.buyer, 100, day(5, 2))
		make.reconcile(self.buyer)
		self.assertEqual(self.on_account(), 150)

	def test_what_was_paid_back_is_on_account_no_more(self) -> None:
		make.money_on_account(self.buyer, 250, day(5, 1))
		make.refund(self.buyer, 100, day(5, 2))
		self.assertEqual(self.on_account(), 150)
		make.refund(self.buyer, 150, day(5, 3))
		self.assertIsNone(self.on_account())

	def test_a_journal_credit_counts_and_a_journal_debt_does_not_lower_it(self) -> None:
		make.journal(self.buyer, -70, day(5, 1))
		make.journal(self.buyer, 40, day(5, 1))
		self.assertEqual(self.on_account(), 70)

	def test_credit_notes_are_not_money(self) -> None:
		make.standalone_credit_note(self.buyer, 30, day(5, 1))
		self.assertIsNone(self.on_account())

	def test_a_cancelled_payment_is_gone(self) -> None:
		make.money_on_account(self.buyer, 250, day(5, 1)).cancel()
		self.assertIsNone(self.on_account())

	def test_an_advance_in_an_account_of_its_own_counts_until_it_is_reconciled(self) -> None:
		make.book_advances_apart(self.company)
		make.money_on_account(self.buyer, 250, day(5, 1))
		self.assertEqual(self.on_account(), 250)
		make.invoice(self.buyer, 100, day(5, 2))
		make.reconcile(self.buyer)
		self.assertEqual(self.on_account(), 150)

	def test_money_of_one_company_is_not_on_account_in_another(self) -> None:
		other = make.SECOND_COMPANY
		make.money_on_account(self.buyer, 80, day(5, 1), company=other)
		self.assertEqual(prepaid(Selection.of(self.buyer)), {self.buyer: {other: 80}})
