"""How customers pay: on time by amount, early, late, and what is in arrears."""

from decimal import Decimal

import frappe

from customer_grading.facts.payments import merged, payments
from customer_grading.facts.selection import Selection
from customer_grading.rules.tier import PaymentFacts
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import POLICY, TODAY, FactsTestCase, day, receivable


class TestPayments(FactsTestCase):
	def assert_due(self, due: float, on_time: float, arrears: float) -> None:
		facts = self.paid()
		self.assertEqual((facts.due_amount, facts.on_time_amount, facts.arrears), (due, on_time, arrears))

	def test_a_customer_without_invoices_has_no_facts(self) -> None:
		make.order(self.buyer, 100, day(5, 1))
		self.assertEqual(payments(Selection.of(self.buyer), TODAY, POLICY.tier), {})

	def test_money_on_the_due_date_is_on_time_and_a_day_later_it_is_late(self) -> None:
		for amount, paid_on in ((100, day(6, 1)), (7, day(6, 2))):
			make.payment(make.invoice(self.buyer, amount, day(5, 30), day(6, 1)), paid_on)
		self.assert_due(107, 100, 0)
		self.assertEqual(self.paid().paid_invoices, 2)

	def test_of_partial_payments_what_came_by_the_due_date_is_on_time(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(5, 30), day(6, 1))
		make.payment(sold, day(5, 31), 400)
		make.payment(sold, day(6, 20), 350)
		self.assert_due(1000, 400, 250)
		self.assertEqual(self.paid().paid_invoices, 0)

	def test_money_settles_the_lines_of_an_invoice_in_order_of_due_date(self) -> None:
		sold = make.invoice(self.buyer, 900, day(8, 1), [(day(9, 1), 50), (day(10, 1), 50)])
		make.payment(sold, day(8, 31), 300)
		make.payment(sold, day(9, 15), 350)
		self.assert_due(900, 300 + 200, 250)
		self.assertEqual(self.paid().oldest_arrears_days, (TODAY - day(10, 1)).days)

	def test_a_line_that_is_due_today_or_later_is_not_judged_yet(self) -> None:
		make.invoice(self.buyer, 900, day(11, 1), [(day(11, 19), 50), (TODAY, 30), (day(11, 21), 20)])
		self.assert_due(450, 0, 450)
		self.assertEqual(self.paid().oldest_arrears_days, 1)

	def test_the_window_begins_on_the_first_of_a_month_and_older_arrears_stay(self) -> None:
		last, first = day(10, 31, 2025), day(11, 1, 2025)
		for amount, due in ((40, last), (100, first)):
			make.payment(make.invoice(self.buyer, amount, day(10, 1, 2025), due), due)
		make.invoice(self.buyer, 5, day(10, 1, 2025), last)
		self.assert_due(100, 100, 5)
		self.assertEqual(self.paid().paid_invoices, 2)
		self.assertEqual(self.paid().oldest_arrears_days, 385)
		self.assertEqual(self.paid(on=day(11, 30)).due_amount, 100)
		self.assertEqual(self.paid(on=day(12, 1)).due_amount, 0)

	def test_time_alone_changes_them_when_the_next_line_has_fallen_due(self) -> None:
		make.invoice(self.buyer, 5, day(10, 1), day(11, 19))
		self.assertIsNone(self.paid().next_change)
		make.invoice(self.buyer, 900, day(11, 1), [(TODAY, 50), (day(11, 25), 50)])
		self.assertEqual(self.paid().next_change, day(11, 21))
		self.assertEqual(self.paid(on=day(11, 21)).next_change, day(11, 26))

	def test_what_was_posted_later_is_not_known(self) -> None:
		sold = make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		make.payment(sold, day(7, 1))
		self.assertEqual(self.paid(on=day(6, 30)).arrears, 100)
		self.assertEqual(self.paid(on=day(7, 1)).arrears, 0)
		self.assertEqual(payments(Selection.of(self.buyer), day(4, 30), POLICY.tier), {})

	def test_money_well_ahead_of_its_due_date_is_prepaid(self) -> None:
		early, late = make.customer(), make.customer()
		for buyer, paid_on in ((early, day(5, 22)), (late, day(5, 23))):
			make.payment(make.invoice(buyer, 100, day(5, 20), day(6, 1)), paid_on, 10)
		self.assertTrue(self.paid(early).has_prepaid)
		self.assertFalse(self.paid(late).has_prepaid)

	def test_money_for_the_first_line_is_not_early_for_the_second(self) -> None:
		sold = make.invoice(self.buyer, 900, day(8, 1), [(day(8, 5), 50), (day(10, 1), 50)])
		make.payment(sold, day(8, 5), 450)
		self.assertFalse(self.paid().has_prepaid)
		make.payment(sold, day(8, 6), 1)
		self.assertTrue(self.paid().has_prepaid)

	def test_an_advance_that_an_invoice_uses_up_was_prepaid_and_is_on_time(self) -> None:
		ordered = make.order(self.buyer, 500, day(9, 1))
		make.payment(ordered, day(9, 2), 200)
		make.invoice_of_order(ordered, day(9, 5), due=day(9, 8), advances=True)
		self.assert_due(500, 200, 300)
		self.assertTrue(self.paid().has_prepaid)

	def test_money_that_is_reconciled_later_counts_from_its_own_day(self) -> None:
		make.money_on_account(self.buyer, 100, day(5, 31))
		make.invoice(self.buyer, 100, day(6, 1), day(6, 2))
		make.reconcile(self.buyer)
		self.assert_due(100, 100, 0)
		self.assertTrue(self.paid().has_prepaid)

	def test_money_on_account_pays_what_has_been_due_longest_before_anybody_reconciles_it(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		make.invoice(self.buyer, 100, day(8, 1), day(9, 1))
		make.money_on_account(self.buyer, 150, day(5, 25))
		self.assert_due(200, 150, 50)
		self.assertEqual(self.paid().oldest_arrears_days, (TODAY - day(9, 1)).days)
		make.money_on_account(self.buyer, 50, day(9, 2))
		self.assert_due(200, 150, 0)
		self.assertEqual(self.paid().oldest_arrears_days, 0)
		make.reconcile(self.buyer)
		self.assert_due(200, 150, 0)

	def test_money_on_account_is_not_known_before_it_has_come(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		make.money_on_account(self.buyer, 100, day(7, 1))
		self.assertEqual(self.paid(on=day(6, 30)).arrears, 100)
		self.assertEqual(self.paid(on=day(7, 1)).arrears, 0)

	def test_money_for_an_order_pays_no_other_debt(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		make.payment(make.order(self.buyer, 500, day(5, 2)), day(5, 3), 80)
		make.journal_for_order(make.order(self.buyer, 500, day(5, 2)), 70, day(5, 3))
		self.assert_due(100, 0, 100)

	def test_of_money_that_was_paid_back_the_newest_is_gone(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		make.money_on_account(self.buyer, 60, day(5, 25))
		make.money_on_account(self.buyer, 60, day(6, 25))
		make.refund(self.buyer, 30, day(7, 1))
		self.assert_due(100, 60, 10)

	def test_money_on_account_pays_debts_by_journal_entry_and_opening_invoices_in_their_turn(self) -> None:
		make.opening_invoice(self.buyer, 40, day(5, 1))
		make.journal(self.buyer, 30, day(5, 10))
		make.invoice(self.buyer, 100, day(5, 20))
		make.money_on_account(self.buyer, 90, day(5, 20))
		self.assert_due(100, 20, 80)

	def test_a_credit_by_journal_entry_is_money_on_account(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		make.journal(self.buyer, -35, day(5, 25))
		self.assert_due(100, 35, 65)

	def test_money_for_an_order_that_is_closed_is_free(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		ordered = make.order(self.buyer, 500, day(5, 2))
		make.payment(ordered, day(5, 3), 80)
		ordered.reload().update_status("Closed")
		self.assert_due(100, 80, 20)

	def test_money_on_account_pays_no_disputed_invoice(self) -> None:
		make.invoice(self.buyer, 50, day(5, 1)).db_set("is_disputed", 1)
		make.invoice(self.buyer, 100, day(5, 2))
		make.money_on_account(self.buyer, 60, day(5, 2))
		self.assert_due(100, 60, 40)

	def test_an_advance_in_an_account_of_its_own_counts_from_its_own_day(self) -> None:
		make.book_advances_apart(self.company)
		make.money_on_account(self.buyer, 100, day(5, 31))
		make.invoice(self.buyer, 100, day(6, 1), day(6, 2))
		make.reconcile(self.buyer)
		self.assert_due(100, 100, 0)
		self.assertTrue(self.paid().has_prepaid)

	def test_a_credit_note_lowers_what_is_due_from_the_last_line_on(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(8, 1), [(day(9, 1), 50), (day(10, 1), 50)])
		make.credit_note(sold, day(10, 20), 0.3)
		make.payment(sold, day(9, 1), 500)
		self.assert_due(700, 500, 200)
		self.assertEqual(self.paid().paid_invoices, 0)
		make.payment(sold, day(10, 25), 200)
		self.assertEqual(self.paid().paid_invoices, 1)

	def test_a_credit_note_that_is_open_by_itself_lowers_its_invoice_too(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(8, 1), day(9, 1))
		make.credit_note(sold, day(8, 20), 0.3, for_self=True)
		self.assert_due(700, 0, 700)
		make.reconcile(self.buyer)
		self.assert_due(700, 0, 700)

	def test_an_invoice_that_was_credited_in_full_was_never_paid(self) -> None:
		make.credit_note(make.invoice(self.buyer, 1000, day(8, 1)), day(8, 20))
		self.assertEqual(self.paid(), PaymentFacts(0, Decimal(0), Decimal(0), False, Decimal(0)))

	def test_a_write_off_is_not_a_payment(self) -> None:
		sold = make.invoice(self.buyer, 100, day(8, 1), day(9, 1))
		make.payment(sold, day(8, 25), 60)
		make.journal(self.buyer, -40, day(9, 20), against=sold, kind="Write Off Entry")
		self.assert_due(60, 60, 0)

	def test_a_journal_entry_of_the_bank_is_a_payment(self) -> None:
		sold = make.invoice(self.buyer, 100, day(8, 1), day(9, 1))
		make.journal(self.buyer, -100, day(9, 2), against=sold)
		self.assert_due(100, 0, 0)
		self.assertEqual(self.paid().paid_invoices, 1)

	def test_a_debt_by_journal_entry_is_in_arrears_from_the_day_after(self) -> None:
		make.journal(self.buyer, 90, day(11, 19))
		make.journal(self.buyer, 5, TODAY)
		self.assertEqual(self.paid(), PaymentFacts(0, Decimal(0), Decimal(0), False, Decimal(90), 1))

	def test_a_debt_by_journal_entry_that_was_paid_is_gone(self) -> None:
		make.journal(self.buyer, 90, day(5, 1))
		make.money_on_account(self.buyer, 90, day(5, 9))
		make.reconcile(self.buyer)
		self.assertEqual(payments(Selection.of(self.buyer), TODAY, POLICY.tier), {})

	def test_an_opening_invoice_counts_as_arrears_only(self) -> None:
		opened = make.opening_invoice(self.buyer, 90, day(5, 1))
		make.payment(opened, day(5, 9), 30)
		self.assertEqual(self.paid().arrears, 60)
		self.assertEqual((self.paid().due_amount, self.paid().paid_invoices), (0, 0))

	def test_a_disputed_invoice_is_left_out_until_the_dispute_ends(self) -> None:
		make.payment(make.invoice(self.buyer, 100, day(5, 1)), day(5, 1))
		disputed = make.invoice(self.buyer, 50, day(5, 1))
		disputed.db_set("is_disputed", 1)
		self.assert_due(100, 100, 0)
		disputed.db_set("is_disputed", 0)
		self.assert_due(150, 100, 50)

	def test_a_cancelled_payment_and_a_cancelled_invoice_are_forgotten(self) -> None:
		sold, cancelled = (make.invoice(self.buyer, amount, day(5, 1)) for amount in (100, 30))
		make.payment(sold, day(5, 1)).cancel()
		cancelled.reload().cancel()
		self.assert_due(100, 0, 100)

	def test_money_at_the_till_is_on_time(self) -> None:
		make.sale_at_the_till(self.buyer, 100, day(5, 1))
		self.assert_due(100, 100, 0)
		self.assertEqual(self.paid().paid_invoices, 1)
		self.assertFalse(self.paid().has_prepaid)

	def test_what_is_given_back_at_the_till_is_neither_owed_nor_paid(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1))
		make.sale_at_the_till(self.buyer, 100, day(5, 1), tendered=500)
		self.assert_due(200, 100, 100)
		self.assertEqual(self.paid().paid_invoices, 1)

	def test_a_cheque_that_bounced_after_the_due_date_never_came_in_time(self) -> None:
		sold = make.invoice(self.buyer, 100, day(3, 1), day(3, 31))
		make.payment(sold, day(3, 15))
		self.assertTrue(self.paid().has_prepaid)
		make.journal(self.buyer, 100, day(4, 3), against=sold)
		self.assert_due(100, 0, 100)
		make.payment(sold.reload(), day(5, 20))
		self.assert_due(100, 0, 0)
		self.assertFalse(self.paid().has_prepaid)

	def test_an_invoice_without_payment_schedule_is_due_on_its_due_date(self) -> None:
		sold = make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		frappe.db.delete("Payment Schedule", {"parent": sold.name})
		make.payment(sold, day(6, 2), 30)
		self.assert_due(100, 0, 70)

	def test_a_loss_on_exchange_is_neither_late_nor_in_arrears(self) -> None:
		buyer = make.foreign_customer("EUR")
		sold = make.invoice(buyer, 100, day(5, 1), day(5, 9), conversion_rate=1.25)
		make.foreign_payment(sold, day(5, 9), 60, 1.1)
		facts = self.paid(buyer)
		self.assertEqual((facts.due_amount, facts.on_time_amount, facts.arrears), (125, 75, 50))
		make.foreign_payment(sold.reload(), day(5, 10), 40, 1.4)
		facts = self.paid(buyer)
		self.assertEqual((facts.on_time_amount, facts.arrears, facts.paid_invoices), (75, 0, 1))

	def test_a_foreign_invoice_on_an_account_in_company_currency_is_judged_in_that(self) -> None:
		make.one_account_for_all_currencies()
		lines = [(day(6, 1), 50), (day(7, 1), 50)]
		sold = make.invoice(self.buyer, 100, day(5, 1), lines, currency="EUR", conversion_rate=1.25)
		make.payment(sold, day(6, 1), 100)
		self.assert_due(125, 100, 25)

	def test_the_facts_of_companies_are_added_up_at_their_rates(self) -> None:
		other = make.SECOND_COMPANY
		make.invoice(self.buyer, 100, day(5, 1))
		make.payment(make.invoice(self.buyer, 10, day(6, 1), company=other, currency="EUR"), day(6, 1))
		found = payments(Selection.of(self.buyer), TODAY, POLICY.tier)[self.buyer]
		self.assertEqual(set(found), {self.company, other})
		both = merged(found, {self.company: Decimal(1), other: Decimal("1.5")})
		self.assertEqual((both.due_amount, both.on_time_amount, both.arrears), (115, 15, 100))
		self.assertEqual((both.paid_invoices, both.oldest_arrears_days), (1, (TODAY - day(5, 1)).days))

	def test_arrears_are_what_the_accounts_receivable_report_shows_as_past_due(self) -> None:
		paid = make.invoice(self.buyer, 100, day(5, 1), day(6, 1))
		make.payment(paid, day(5, 9), 30)
		make.invoice(self.buyer, 60, day(10, 1), day(12, 1))
		make.journal(self.buyer, 25, day(5, 1))
		rows = receivable(self.buyer, self.company, TODAY)
		past = [row for row in rows if (row.get("due_date") or row["posting_date"]) < TODAY]
		self.assertEqual(float(self.paid().arrears), sum(row["outstanding"] for row in past))
