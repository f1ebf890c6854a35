"""The exposure by component, compared with ERPNext's own credit check."""

from decimal import Decimal

from erpnext.selling.doctype.customer.customer import get_customer_outstanding

from customer_grading.facts.exposure import exposure
from customer_grading.facts.selection import Selection
from customer_grading.rules.order import ExposureKind
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import FactsTestCase, day

LEDGER, ORDERS, DELIVERIES, *_ = ExposureKind


class TestExposure(FactsTestCase):
	def test_a_customer_without_documents_has_no_exposure(self) -> None:
		self.assertEqual(exposure(Selection.of(self.buyer)), {})
		self.assert_as_erpnext()

	def test_an_open_invoice_is_ledger_balance_and_a_partial_payment_lowers_it(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(5, 1))
		self.assertEqual(self.exposure_parts(), {LEDGER: 1000})
		make.payment(sold, day(5, 9), 300)
		self.assertEqual(self.exposure_parts(), {LEDGER: 700})
		self.assert_as_erpnext()

	def test_money_on_account_is_a_ledger_balance_below_zero(self) -> None:
		make.money_on_account(self.buyer, 250, day(5, 1))
		self.assertEqual(self.exposure_parts(), {LEDGER: -250})
		self.assert_as_erpnext()

	def test_an_order_counts_with_its_taxes_as_far_as_it_is_not_billed(self) -> None:
		ordered = make.order(self.buyer, 1000, day(5, 1), qty=10, taxes=make.taxes(self.company, 10))
		self.assertEqual(self.exposure_parts(), {ORDERS: 1100})
		make.invoice_of_order(ordered, day(5, 2), 0.5)
		self.assertEqual(self.exposure_parts(), {LEDGER: 550, ORDERS: 550})
		self.assert_as_erpnext()

	def test_an_order_on_hold_counts_and_a_closed_or_cancelled_one_does_not(self) -> None:
		held, closed, cancelled = (make.order(self.buyer, amount, day(5, 1)) for amount in (100, 20, 3))
		held.update_status("On Hold")
		closed.update_status("Closed")
		cancelled.cancel()
		self.assertEqual(self.exposure_parts(), {ORDERS: 100})
		self.assert_as_erpnext()

	def test_an_advance_lowers_the_exposure_of_its_order(self) -> None:
		ordered = make.order(self.buyer, 500, day(5, 1))
		make.payment(ordered, day(5, 2), 200)
		self.assertEqual(self.exposure_parts(), {LEDGER: -200, ORDERS: 500})
		self.assert_as_erpnext()

	def test_goods_delivered_without_an_order_count_until_they_are_billed(self) -> None:
		delivered = make.delivery(self.buyer, 80, day(5, 1), qty=8, taxes=make.taxes(self.company, 25))
		self.assertEqual(self.exposure_parts(), {DELIVERIES: 100})
		make.invoice_of_delivery(delivered, day(5, 2), 0.5)
		self.assertEqual(self.exposure_parts(), {LEDGER: 50, DELIVERIES: 50})
		self.assert_as_erpnext()

	def test_goods_delivered_for_an_order_are_counted_once(self) -> None:
		make.delivery_of_order(make.order(self.buyer, 80, day(5, 1)), day(5, 2))
		self.assertEqual(self.exposure_parts(), {ORDERS: 80})
		self.assert_as_erpnext()

	def test_goods_of_an_order_at_unit_prices_count_until_they_are_billed(self) -> None:
		ordered = make.order_at_unit_price(self.buyer, 10, day(5, 1))
		self.assertEqual(self.exposure_parts(), {})
		delivered = make.delivery_of_pieces(ordered, 8, day(5, 2))
		self.assertEqual(self.exposure_parts(), {DELIVERIES: 80})
		self.assertEqual(get_customer_outstanding(self.buyer, self.company), 0)
		billed = make.invoice_of_delivery(delivered, day(5, 3), 0.5)
		self.assertEqual(self.exposure_parts(), {LEDGER: 40, DELIVERIES: 40})
		billed.cancel()
		make.invoice_of_pieces(ordered, 6, day(5, 4))
		self.assertEqual(self.exposure_parts(), {LEDGER: 60, DELIVERIES: 20})

	def test_goods_that_an_order_gives_away_and_a_note_charges_for_count_as_well(self) -> None:
		ordered = make.order(self.buyer, 0, day(5, 1), qty=8)
		make.delivery_of_pieces(ordered, 8, day(5, 2), rate=10)
		self.assertEqual(self.exposure_parts(), {DELIVERIES: 80})

	def test_a_closed_or_cancelled_delivery_does_not_count(self) -> None:
		closed, cancelled = (make.delivery(self.buyer, amount, day(5, 1)) for amount in (80, 9))
		closed.update_status("Closed")
		cancelled.cancel()
		self.assertEqual(self.exposure_parts(), {})
		self.assert_as_erpnext()

	def test_a_journal_entry_and_a_credit_note_are_part_of_the_ledger_balance(self) -> None:
		make.journal(self.buyer, 90, day(5, 1))
		make.standalone_credit_note(self.buyer, 30, day(5, 2))
		self.assertEqual(self.exposure_parts(), {LEDGER: 60})
		self.assert_as_erpnext()

	def test_a_foreign_order_and_invoice_count_in_company_currency(self) -> None:
		buyer = make.foreign_customer("EUR")
		make.order(buyer, 100, day(5, 1), conversion_rate=1.5)
		make.invoice(buyer, 40, day(5, 1), conversion_rate=1.25)
		self.assertEqual(self.exposure_parts(buyer), {LEDGER: 50, ORDERS: 150})
		self.assert_as_erpnext(buyer)

	def test_a_foreign_delivery_is_converted_where_erpnext_mixes_two_currencies(self) -> None:
		buyer = make.foreign_customer("EUR")
		make.delivery(buyer, 100, day(5, 1), conversion_rate=1.5)
		self.assertEqual(self.exposure_parts(buyer), {DELIVERIES: 150})
		self.assertEqual(get_customer_outstanding(buyer, self.company), 100)

	def test_a_partly_billed_foreign_delivery_leaves_the_rest_at_its_own_rate(self) -> None:
		buyer = make.foreign_customer("EUR")
		delivered = make.delivery(buyer, 100, day(5, 1), qty=10, conversion_rate=1.5)
		make.invoice_of_delivery(delivered, day(5, 2), 0.4)
		self.assertEqual(self.exposure_parts(buyer)[DELIVERIES], 90)

	def test_each_company_has_its_own_exposure(self) -> None:
		other = make.SECOND_COMPANY
		make.invoice(self.buyer, 70, day(5, 1), company=other, currency="EUR")
		make.invoice(self.buyer, 50, day(5, 1))
		self.assertEqual(self.exposure_parts(), {LEDGER: 50})
		self.assertEqual(self.exposure_parts(company=other), {LEDGER: 70})
		self.assert_as_erpnext()
		self.assert_as_erpnext(company=other)

	def test_amounts_are_exact_decimals(self) -> None:
		make.invoice(self.buyer, 0.1, day(5, 1))
		make.invoice(self.buyer, 0.2, day(5, 1))
		[part] = exposure(Selection.of(self.buyer))[self.buyer][self.company]
		self.assertIsInstance(part.amount, Decimal)
		self.assertEqual(part.amount, Decimal("0.3"))

	def test_it_takes_three_queries_for_however_many_customers(self) -> None:
		for amount in (10, 20, 30):
			make.order(make.customer(), amount, day(5, 1))
		with self.assertQueryCount(3):
			exposure(Selection.everyone())
