"""Sales Invoices are read once, each with its lines and with what came for it."""

from decimal import Decimal

import frappe

from customer_grading.facts.invoices import Booked, booked
from customer_grading.facts.selection import Selection
from customer_grading.facts.values import streamed
from customer_grading.rules.settlement import Invoice, Line, Money
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.facts_case import TODAY, FactsTestCase, day

MANY = 1200
"""More names than MariaDB compares one by one, if it is not told to."""


class TestInvoices(FactsTestCase):
	def booked(self) -> list[Booked]:
		return list(booked(Selection.of(self.buyer), TODAY))

	def claim(self) -> Invoice:
		"""The only claim on the customer."""
		(found,) = (each.claim for each in self.booked() if each.claim)
		return found

	def test_of_several_lines_and_several_payments_each_comes_once(self) -> None:
		sold = make.invoice(self.buyer, 900, day(8, 1), [(day(10, 1), 70), (day(9, 1), 30)])
		for paid_on in (day(8, 2), day(8, 3), day(8, 3)):
			make.payment(sold, paid_on, 100)
		claim = self.claim()
		self.assertEqual(claim.lines, [Line(day(9, 1), Decimal(270)), Line(day(10, 1), Decimal(630))])
		self.assertEqual((claim.claims, claim.base_claim), ([Decimal(900)], Decimal(900)))
		expected = [Money(day(8, 2), Decimal(100)), *[Money(day(8, 3), Decimal(100))] * 2]
		self.assertEqual(sorted(claim.money), expected)

	def test_an_invoice_without_a_schedule_is_one_line_on_its_due_date(self) -> None:
		sold = make.invoice(self.buyer, 900, day(8, 1), day(8, 31))
		frappe.db.delete("Payment Schedule", {"parent": sold.name})
		self.assertEqual(self.claim().lines, [Line(day(8, 31), Decimal(0))])

	def test_a_credit_note_claims_nothing_and_takes_from_its_invoice(self) -> None:
		sold = make.invoice(self.buyer, 900, day(8, 1))
		make.credit_note(sold, day(8, 2), 0.5, for_self=True)
		self.assertEqual(sorted(each.net for each in self.booked()), [-450, 900])
		self.assertEqual(self.claim().credit, 450)

	def test_what_came_later_is_not_known_yet(self) -> None:
		sold = make.invoice(self.buyer, 900, day(8, 1))
		make.payment(sold, day(11, 21))
		self.assertEqual(self.claim().money, [])

	def test_customers_are_found_among_many_names(self) -> None:
		make.invoice(self.buyer, 900, day(8, 1))
		others = (f"Nobody {number}" for number in range(MANY))
		(found,) = booked(Selection.of(*others, self.buyer), TODAY)
		self.assertEqual((found.customer, found.net), (self.buyer, 900))

	def test_what_the_ledger_does_not_know_claims_nothing(self) -> None:
		make.invoice(self.buyer, 900, day(8, 1))
		frappe.db.delete("Payment Ledger Entry", {"party": self.buyer})
		(found,) = self.booked()
		self.assertEqual((found.net, found.claim), (900, None))

	def test_change_of_a_sale_that_claims_nothing_is_no_matter(self) -> None:
		sold = make.sale_at_the_till(self.buyer, 80, day(8, 1), tendered=100)
		claims = {"voucher_no": sold.name, "amount": (">", 0)}
		frappe.db.delete("Payment Ledger Entry", claims)
		(found,) = self.booked()
		self.assertEqual((found.net, found.claim), (80, None))

	def test_a_note_of_another_customer_takes_nothing_whoever_else_is_asked_for(self) -> None:
		sold = make.invoice(self.buyer, 900, day(8, 1))
		other = make.customer()
		make.credit_note(sold, day(8, 2), 0.5, for_self=True).db_set("customer", other)
		for selection in (Selection.of(self.buyer), Selection.of(self.buyer, other)):
			(claim,) = (each.claim for each in booked(selection, TODAY) if each.claim)
			self.assertEqual(claim.credit, 0)


class TestStreamed(GradingTestCase):
	def test_reading_may_end_before_the_last_row(self) -> None:
		field = frappe.qb.DocType("DocField")
		reading = streamed(frappe.qb.from_(field).select(field.name))
		self.assertEqual(len(next(reading)), 1)
		reading.close()
		self.assertGreater(frappe.db.count("DocField"), 2000)

	def test_other_questions_are_answered_as_before(self) -> None:
		threshold = "select @@in_predicate_conversion_threshold"
		before = frappe.db.sql(threshold)
		field = frappe.qb.DocType("DocField")
		self.assertEqual(len(list(streamed(frappe.qb.from_(field).select(field.name).limit(3)))), 3)
		self.assertEqual(frappe.db.sql(threshold), before)
