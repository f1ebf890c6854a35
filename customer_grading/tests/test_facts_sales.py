"""What customers bought."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import frappe

from customer_grading.facts.sales import Orders, merged, sales
from customer_grading.facts.selection import Selection
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.options import TypicalOrder
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import POLICY, TODAY, FactsTestCase, day


class TestSales(FactsTestCase):
	def test_a_customer_without_documents_has_no_sales(self) -> None:
		self.assertEqual(sales(Selection.of(self.buyer), TODAY, POLICY), {})

	def test_sales_are_net_of_taxes_and_returns_from_the_first_of_a_month_up_to_today(self) -> None:
		make.invoice(self.buyer, 1000, day(11, 1, 2025), taxes=make.taxes(self.company, 10))
		make.credit_note(make.invoice(self.buyer, 500, TODAY), TODAY, 0.2)
		make.invoice(self.buyer, 3, day(11, 1))
		make.invoice(self.buyer, 20, day(10, 31))
		make.invoice(self.buyer, 70, day(10, 31, 2025))
		make.invoice(self.buyer, 30, day(11, 1, 2024))
		make.invoice(self.buyer, 9, day(10, 31, 2024))
		sold = self.sold()
		self.assertEqual((sold.billed, sold.billed_before), (1423, 100))
		self.assertEqual((sold.billed_for_limit, sold.billed_this_month), (1423, 403))

	def test_what_is_old_leaves_on_the_first_of_a_month_and_on_no_other_day(self) -> None:
		make.invoice(self.buyer, 100, day(11, 20, 2025))
		for on, billed in ((day(11, 30), 100), (day(12, 1), 0)):
			self.assertEqual((self.sold(on).billed, self.sold(on).billed_for_limit), (billed, billed))

	def test_only_a_young_customer_is_looked_at_again_for_the_months_that_it_is_known(self) -> None:
		make.order(self.buyer, 100, day(8, 25))
		self.assertEqual(self.sold().next_change, day(11, 25))
		make.order(self.buyer, 100, day(11, 1, 2025))
		self.assertIsNone(self.sold().next_change)

	def test_later_cancelled_opening_and_draft_invoices_are_no_sales(self) -> None:
		make.invoice(self.buyer, 100, day(5, 1))
		make.invoice(self.buyer, 7, day(11, 21))
		make.invoice(self.buyer, 8, day(5, 2)).cancel()
		make.opening_invoice(self.buyer, 9, day(5, 3))
		make.draft_invoice(self.buyer, 10, day(5, 4)).insert()
		self.assertEqual(self.sold().billed, 100)
		self.assertEqual(self.sold().orders.first, day(5, 1))
		self.assertEqual(len(self.sold().orders.days), 1)

	def test_transfers_to_internal_customers_are_no_sales(self) -> None:
		sold = make.invoice(self.buyer, 100, day(5, 1))
		sold.db_set("is_internal_customer", 1)
		self.assertEqual(sales(Selection.of(self.buyer), TODAY, POLICY), {})

	def test_orders_are_the_sales_orders_and_their_invoices_are_no_more_of_them(self) -> None:
		placed = [make.order(self.buyer, 100, day(1, 1)), make.order(self.buyer, 300, day(1, 11), qty=2)]
		placed.append(make.order(self.buyer, 200, day(1, 31)))
		make.invoice_of_order(placed[0], day(2, 20))
		make.invoice_of_order(placed[1], day(2, 21), 0.5)
		orders = self.sold().orders
		self.assertEqual((orders.first, orders.last), (day(1, 1), day(1, 31)))
		self.assertEqual(orders.amounts, (100, 200, 300))
		self.assertEqual(orders.rhythm(), OrderRhythm(3, 15, day(1, 31)))
		self.assertEqual(self.sold().billed, 250)

	def test_what_is_sold_without_an_order_stands_for_one_beside_the_sales_orders(self) -> None:
		make.order(self.buyer, 300, day(3, 4, 2024))
		for month in (1, 2, 3):
			make.invoice(self.buyer, 1000, day(month, 10))
		orders = self.sold().orders
		self.assertEqual((orders.first, orders.last), (day(3, 4, 2024), day(3, 10)))
		self.assertEqual(orders.amounts, (1000, 1000, 1000))
		self.assertEqual(orders.typical(TypicalOrder.MEDIAN), 1000)

	def test_invoices_stand_for_orders_where_there_are_none(self) -> None:
		sold = make.invoice(self.buyer, 100, day(1, 1), taxes=make.taxes(self.company, 10))
		make.invoice(self.buyer, 60, day(1, 8))
		make.credit_note(sold, day(1, 20), 0.5)
		orders = self.sold().orders
		self.assertEqual(orders.amounts, (60, 110))
		self.assertEqual(orders.rhythm(), OrderRhythm(2, 7, day(1, 8)))

	def test_closed_orders_count_and_cancelled_ones_do_not(self) -> None:
		make.order(self.buyer, 100, day(5, 1)).update_status("Closed")
		make.order(self.buyer, 200, day(5, 2)).cancel()
		self.assertEqual(self.sold().orders.amounts, (100,))

	def test_two_orders_of_one_day_are_one_occasion_but_two_orders(self) -> None:
		make.order(self.buyer, 100, day(5, 1))
		make.order(self.buyer, 200, day(5, 1))
		orders = self.sold().orders
		self.assertEqual(orders.rhythm(), OrderRhythm(1, 0, day(5, 1)))
		self.assertEqual(len(orders.days), 2)

	def test_only_orders_of_the_window_make_the_typical_order(self) -> None:
		for amount, placed in ((900, day(10, 31, 2025)), (100, day(11, 1, 2025)), (200, day(2, 1))):
			make.order(self.buyer, amount, placed)
		orders = self.sold().orders
		self.assertEqual(orders.amounts, (100, 200))
		self.assertEqual(orders.typical(TypicalOrder.MEDIAN), 150)
		self.assertEqual(orders.typical(TypicalOrder.MAXIMUM), 200)
		self.assertEqual((len(orders.days), orders.between(day(10, 31, 2025), day(2, 1))), (3, 2))

	def test_the_windows_are_those_of_the_policy(self) -> None:
		make.invoice(self.buyer, 100, day(7, 31))
		make.invoice(self.buyer, 30, day(8, 1))
		short = replace(POLICY, limit=replace(POLICY.limit, window_months=3))
		self.assertEqual(self.sold(policy=short).billed_for_limit, 30)
		self.assertEqual(self.sold(policy=short).billed, 130)

	def test_foreign_sales_are_in_company_currency(self) -> None:
		self.buyer = make.foreign_customer("EUR")
		make.order(self.buyer, 100, day(5, 1), conversion_rate=1.5)
		make.invoice(self.buyer, 100, day(5, 2), conversion_rate=1.25)
		self.assertEqual(self.sold().orders.amounts, (125, 150))
		self.assertEqual(self.sold().billed, 125)

	def test_each_company_has_its_own_orders(self) -> None:
		other = make.SECOND_COMPANY
		make.order(self.buyer, 100, day(5, 1))
		make.invoice(self.buyer, 70, day(5, 2), company=other, currency="EUR")
		found = sales(Selection.of(self.buyer), TODAY, POLICY)[self.buyer]
		self.assertEqual(found[self.company].orders.amounts, (100,))
		self.assertEqual(found[other].orders.amounts, (70,))

	def test_the_orders_of_companies_are_merged_at_their_rates(self) -> None:
		first = Orders((date(2026, 5, 1).toordinal(),), (Decimal(100),))
		second = Orders((date(2026, 4, 1).toordinal(),), (Decimal(70),))
		both = merged([first, second], [Decimal(1), Decimal("1.5")])
		self.assertEqual((both.first, both.amounts, both.value), (date(2026, 4, 1), (100, 105), 205))
		self.assertEqual(merged([], []), Orders())

	def test_many_orders_of_one_customer_are_not_cut_off(self) -> None:
		make.order(self.buyer, 100, day(5, 1))
		frappe.db.sql("set session group_concat_max_len = 4")
		self.assertEqual(self.sold().orders.days, (day(5, 1).toordinal(),))
