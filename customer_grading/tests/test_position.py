"""Where a customer stands: what is overdue, what covers an order, and which limit binds."""

from datetime import date
from decimal import Decimal

import frappe

from customer_grading.facts.position import account, limit
from customer_grading.records import credit_limit
from customer_grading.rules.credit_limit import UNLIMITED, CreditLimit
from customer_grading.rules.order import Component, Overdue
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import POLICY, TODAY, day
from customer_grading.tests.position_case import LEDGER, ORDERS, PositionCase


class TestOverdue(PositionCase):
	"""As of a day, by document."""

	def overdue(self, on: date = TODAY) -> tuple[Overdue, ...]:
		"""What is overdue of the customer."""
		return account(self.buyer, self.company, on).overdue

	def test_each_document_is_told_with_its_amount_and_the_days_of_its_oldest_line(self) -> None:
		sold = make.invoice(
			self.buyer, 1000, day(9, 1), [(day(10, 1), 30), (day(11, 1), 30), (day(12, 1), 40)]
		)
		debt = make.journal(self.buyer, 50, day(11, 10))
		self.assertCountEqual(
			self.overdue(),
			(Overdue(sold.name, Decimal(600), 50), Overdue(debt.name, Decimal(50), 10)),
		)

	def test_what_is_due_on_the_day_is_not_overdue_yet(self) -> None:
		make.invoice(self.buyer, 100, day(9, 1), TODAY)
		self.assertEqual(self.overdue(), ())
		self.assertEqual([line.days for line in self.overdue(day(11, 21))], [1])

	def test_money_settles_the_first_lines_and_credit_takes_off_the_last(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(9, 1), [(day(10, 1), 50), (day(11, 1), 50)])
		make.payment(sold, day(9, 2), 500)
		self.assertEqual(self.overdue(), (Overdue(sold.name, Decimal(500), 19),))
		make.credit_note(sold, day(9, 3), part=0.2)
		self.assertEqual(self.overdue(), (Overdue(sold.name, Decimal(300), 19),))

	def test_an_invoice_without_schedule_is_due_on_its_due_date(self) -> None:
		sold = make.invoice(self.buyer, 100, day(9, 1), day(11, 15))
		frappe.db.delete("Payment Schedule", {"parent": sold.name})
		self.assertEqual(self.overdue(), (Overdue(sold.name, Decimal(100), 5),))

	def test_a_foreign_invoice_is_told_in_company_currency_at_its_own_rate(self) -> None:
		self.buyer = make.foreign_customer("EUR")
		sold = make.invoice(self.buyer, 100, day(9, 1), day(11, 15), conversion_rate=1.25)
		make.foreign_payment(sold, day(9, 2), 40, 1.5)
		self.assertEqual(self.overdue(), (Overdue(sold.name, Decimal(75), 5),))

	def test_what_is_disputed_is_left_out(self) -> None:
		sold = make.invoice(self.buyer, 100, day(9, 1))
		frappe.db.set_value("Sales Invoice", sold.name, "is_disputed", 1)
		self.assertEqual(self.overdue(), ())


class TestCover(PositionCase):
	"""Money on account and whom it is promised to."""

	def test_the_oldest_order_is_covered_first_and_a_new_one_gets_the_rest(self) -> None:
		newer, older = make.order(self.buyer, 80, day(5, 2)), make.order(self.buyer, 60, day(5, 1))
		make.money_on_account(self.buyer, 100, day(5, 3))
		self.assertEqual([self.cover(older.name), self.cover(newer.name), self.cover()], [60, 40, 0])
		older.update_status("Closed")
		self.assertEqual([self.cover(newer.name), self.cover()], [80, 20])

	def test_open_invoices_come_before_orders_and_not_before_what_was_paid_for_one(self) -> None:
		ordered = make.order(self.buyer, 80, day(5, 1))
		make.payment(ordered, day(5, 2), 50)
		make.money_on_account(self.buyer, 100, day(5, 3))
		make.invoice(self.buyer, 90, day(5, 4))
		self.assertEqual((self.position().free, self.cover(ordered.name)), (10, 60))

	def test_money_that_is_paid_back_covers_nothing(self) -> None:
		ordered = make.order(self.buyer, 80, day(5, 1))
		make.payment(ordered, day(5, 2), 80)
		make.refund(self.buyer, 30, day(5, 3))
		self.assertEqual((self.position().free, self.cover(ordered.name)), (0, 50))

	def test_money_that_another_customer_paid_covers_nothing(self) -> None:
		ordered = make.order(self.buyer, 80, day(5, 1))
		make.money_on_account(make.customer(), 80, day(5, 2))
		self.assertEqual(self.cover(ordered.name), 0)

	def test_an_order_can_be_left_out(self) -> None:
		one, two = make.order(self.buyer, 80, day(5, 1)), make.order(self.buyer, 60, day(5, 2))
		make.money_on_account(self.buyer, 100, day(5, 3))
		found = self.position()
		self.assertEqual(found.without(one.name), (Component(LEDGER, -100), Component(ORDERS, 60)))
		self.assertEqual(found.without("no such order"), found.exposure)
		self.assertEqual(found.besides(one.name).cover_of(two.name), 60)
		self.assertEqual(found.besides(one.name).cover_of(None), 40)
		self.assertEqual([found.needs_of(one.name), found.delivered_of(one.name)], [80, 0])


class TestLimit(PositionCase):
	"""The customer's own, then ERPNext's, then one typical order."""

	def limit(self, on: date = TODAY) -> CreditLimit:
		"""The limit that binds the customer."""
		return limit(self.buyer, self.company, on, POLICY)

	def test_the_limit_filed_with_the_customer_comes_first_even_if_it_is_nothing(self) -> None:
		for own in (CreditLimit(Decimal(900)), CreditLimit(Decimal(0)), UNLIMITED):
			credit_limit.write({(self.buyer, self.company): own}, TODAY)
			self.assertEqual(self.limit(), own)

	def test_else_that_of_erpnext_and_of_another_company_none(self) -> None:
		self.addCleanup(frappe.clear_document_cache, "Company", self.company)
		frappe.db.set_value("Company", self.company, "credit_limit", 700)
		frappe.clear_document_cache("Company", self.company)
		credit_limit.write({(self.buyer, make.SECOND_COMPANY): CreditLimit(Decimal(900))}, TODAY)
		self.assertEqual(self.limit(), CreditLimit(Decimal(700)))

	def test_where_that_means_unlimited_one_typical_order_of_the_window(self) -> None:
		self.assertEqual(self.limit(), CreditLimit(Decimal(0)))
		for amount in (100, 300, 800):
			make.order(self.buyer, amount, day(5, 1))
		self.assertEqual(self.limit(day(11, 21)), CreditLimit(Decimal(300)))

	def test_a_typical_order_is_computed_once_a_day(self) -> None:
		make.order(self.buyer, 100, day(5, 1))
		self.assertEqual(self.limit().amount, 100)
		make.order(self.buyer, 300, day(5, 1))
		with self.assertQueryCount(4):
			self.assertEqual(self.limit().amount, 100)
		self.assertEqual(self.limit(day(11, 21)).amount, 200)


class TestCost(PositionCase):
	"""What it takes to know a position does not grow with what is settled."""

	def test_it_takes_as_many_queries_and_rows_however_long_the_history_is(self) -> None:
		make.order(self.buyer, 100, day(5, 1))
		make.invoice(self.buyer, 50, day(5, 1))
		self.step()
		for _ in range(5):
			make.payment(make.invoice(self.buyer, 70, day(5, 2)), day(5, 3))
		self.step()
		self.assertEqual(frappe.db.count("Open Item", {"customer": self.buyer}), 2)
		with self.assertQueryCount(2):
			account(self.buyer, self.company, TODAY)
		with self.assertQueryCount(4):
			account(self.buyer, self.company, TODAY, lock=True)
