"""Everything that a regrade asks of a customer, averages, rates, and whose facts are read."""

from datetime import date
from decimal import Decimal

import frappe

from customer_grading.facts.currency import MissingRateError, rates
from customer_grading.facts.customer import Averages, CustomerFacts, averages, gather
from customer_grading.facts.selection import Selection
from customer_grading.rules.category import CategoryFacts
from customer_grading.rules.credit_limit import LimitFacts
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.score import ScoreFacts
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import POLICY, TODAY, FactsTestCase, day

MEANS = Averages(Decimal(1000), Decimal(500))


class TestCustomerFacts(FactsTestCase):
	def known(self, means: Averages = MEANS, today: date = TODAY, **factors: float) -> CustomerFacts:
		worth = {self.company: Decimal(1), **{name: make.exact(rate) for name, rate in factors.items()}}
		return gather(Selection.of(self.buyer), today, POLICY, means, worth)[self.buyer]

	def test_a_customer_without_any_document_is_in_the_result(self) -> None:
		facts = self.known()
		self.assertEqual(facts.score, ScoreFacts())
		self.assertEqual(facts.category, CategoryFacts(sales_ratio=Decimal(0)))
		self.assertEqual(facts.rhythm, OrderRhythm(0, 0, None))
		self.assertEqual((facts.has_bought, facts.companies, facts.last_contact), (False, {}, None))
		self.assertEqual(facts.first_known, frappe.utils.getdate())

	def test_the_score_compares_sales_with_the_average_and_the_year_before(self) -> None:
		make.invoice(self.buyer, 400, day(10, 31, 2024))
		make.invoice(self.buyer, 400, day(1, 1, 2025))
		make.payment(make.invoice(self.buyer, 500, day(5, 1), day(6, 1)), day(6, 1), 250)
		score = self.known().score
		self.assertEqual(score.sales_contribution, 50)
		self.assertEqual(score.growth, 25)
		self.assertEqual(score.payment_fulfilment, 50)
		self.assertEqual(score.order_frequency, 1)
		self.assertEqual(score.relationship_length, 25)
		self.assertIsNone(score.complaints)

	def test_this_month_counts_at_once_in_sums_and_in_rates_when_it_is_over(self) -> None:
		make.invoice(self.buyer, 600, day(11, 1, 2024))
		make.invoice(self.buyer, 1200, day(11, 1, 2025))
		make.invoice(self.buyer, 120, day(11, 10))
		for today, average, orders, growth in ((TODAY, 100, 1, 100), (day(12, 1), 10, 1, -90)):
			facts = self.known(today=today)
			self.assertEqual(facts.companies[self.company].limit.average_monthly_sales, average)
			self.assertEqual(
				(facts.category.yearly_sales, facts.category.yearly_orders), (12 * average, orders)
			)
			self.assertEqual((facts.score.order_frequency, facts.score.growth), (orders, growth))
		self.assertEqual(self.known().score.sales_contribution, 132)
		self.assertEqual(self.known().category.sales_ratio, 132)
		self.assertEqual(self.known(today=day(12, 1)).score.sales_contribution, 12)

	def test_a_younger_customer_has_no_growth_and_few_months_to_spread_over(self) -> None:
		make.invoice(self.buyer, 600, day(10, 1))
		facts = self.known()
		self.assertIsNone(facts.score.growth)
		self.assertEqual(facts.score.order_frequency, 4)
		self.assertEqual(facts.companies[self.company].limit.average_monthly_sales, 200)

	def test_a_year_of_returns_alone_is_no_measure_of_growth(self) -> None:
		make.order(self.buyer, 500, day(5, 1, 2024))
		make.standalone_credit_note(self.buyer, 500, day(5, 1, 2025))
		make.invoice(self.buyer, 10_000, day(5, 1))
		self.assertIsNone(self.known().score.growth)

	def test_without_sales_of_anybody_nothing_is_compared(self) -> None:
		make.invoice(self.buyer, 600, day(10, 1))
		facts = self.known(Averages(None, Decimal(0)))
		self.assertIsNone(facts.score.sales_contribution)
		self.assertIsNone(facts.category.sales_ratio)

	def test_typed_points_of_zero_are_unknown(self) -> None:
		typed = {"market_share": 0, "growth_potential": 82.5, "supply_agreement": 1, "platform": 1}
		frappe.db.set_value("Customer", self.buyer, typed)
		facts = self.known()
		self.assertIsNone(facts.score.market_share)
		self.assertEqual(facts.score.growth_potential, Decimal("82.5"))
		self.assertEqual(facts.category.growth_potential, Decimal("82.5"))
		self.assertTrue(facts.category.supply_agreement and facts.category.platform)

	def test_the_limit_is_made_from_a_year_the_on_time_rate_and_a_typical_order(self) -> None:
		for month in (1, 3, 5):
			make.payment(make.invoice(self.buyer, 400, day(month, 1, 2025)), day(month, 1, 2025))
		make.payment(make.invoice(self.buyer, 900, day(5, 1)), day(5, 1))
		make.invoice(self.buyer, 300, day(7, 1))
		limit = self.known().companies[self.company].limit
		self.assertEqual(limit, LimitFacts(Decimal(100), Decimal(75), Decimal(600)))

	def test_companies_are_added_up_in_the_currency_of_the_default_one(self) -> None:
		other = make.SECOND_COMPANY
		make.invoice(self.buyer, 100, day(5, 1))
		ordered = make.order(self.buyer, 10, day(6, 1), company=other, currency="EUR")
		make.invoice_of_order(ordered, day(6, 3))
		facts = self.known(**{other: 1.5})
		self.assertEqual(facts.category.yearly_sales, 115)
		self.assertEqual(facts.category.sales_ratio, Decimal("11.5"))
		self.assertEqual(facts.deal_value, 115)
		self.assertEqual(facts.payments.arrears, 115)
		self.assertEqual(facts.rhythm, OrderRhythm(2, 31, day(6, 1)))
		self.assertEqual(facts.companies[other].payments.arrears, 10)
		self.assertEqual(facts.companies[other].limit.typical_order, 10)

	def test_orders_make_category_rhythm_and_the_last_contact(self) -> None:
		make.order(self.buyer, 100, day(5, 1))
		make.order(self.buyer, 300, day(11, 1, 2024))
		make.communication(self.buyer, day(4, 1))
		facts = self.known()
		self.assertEqual((facts.category.orders, facts.category.yearly_orders), (2, 1))
		self.assertEqual(facts.category.first_order, day(11, 1, 2024))
		self.assertEqual((facts.has_bought, facts.last_order), (True, day(5, 1)))
		self.assertEqual(facts.last_contact, day(5, 1))
		self.assertEqual(facts.deal_value, 100)

	def test_someone_who_was_spoken_to_after_the_last_order_was_contacted_then(self) -> None:
		make.order(self.buyer, 100, day(5, 1))
		make.communication(self.buyer, day(6, 1))
		self.assertEqual(self.known().last_contact, day(6, 1))


class TestAverages(FactsTestCase):
	def means(self, **factors: float) -> Averages:
		worth = {self.company: Decimal(1), **{name: make.exact(rate) for name, rate in factors.items()}}
		return averages(date(2023, 6, 1), POLICY, worth)

	def test_without_sales_there_is_no_average(self) -> None:
		self.assertEqual(self.means(), Averages(None, Decimal(0)))

	def test_they_are_over_those_that_bought_something_in_the_year(self) -> None:
		second, returned = make.customer(), make.customer()
		make.invoice(self.buyer, 100, day(5, 1, 2023), taxes=make.taxes(self.company, 10))
		make.invoice(self.buyer, 900, day(5, 1, 2022))
		make.invoice(second, 300, day(5, 2, 2023))
		make.credit_note(make.invoice(returned, 40, day(5, 2, 2023)), day(5, 3, 2023))
		self.assertEqual(self.means(), Averages(Decimal(200), Decimal(150)))

	def test_a_customer_of_two_companies_is_one_customer(self) -> None:
		other = make.SECOND_COMPANY
		make.invoice(self.buyer, 100, day(5, 1, 2023))
		make.invoice(self.buyer, 100, day(5, 1, 2023), company=other, currency="EUR")
		self.assertEqual(self.means(**{other: 1.5}), Averages(Decimal(250), Decimal(250)))

	def test_deals_are_orders_and_what_is_sold_without_one(self) -> None:
		make.invoice_of_order(make.order(self.buyer, 40, day(5, 1, 2023)), day(5, 2, 2023))
		make.invoice(self.buyer, 100, day(5, 1, 2023))
		self.assertEqual(self.means(), Averages(Decimal(140), Decimal(140)))

	def test_they_agree_with_the_facts_of_each_customer(self) -> None:
		second = make.customer()
		make.order(self.buyer, 40, day(5, 1))
		make.invoice(self.buyer, 30, day(11, 2))
		make.invoice(second, 100, day(11, 1, 2025))
		make.invoice(second, 60, day(11, 2))
		worth = rates(TODAY)
		means = averages(TODAY, POLICY, worth)
		everybody = gather(Selection.everyone(), TODAY, POLICY, means, worth).values()
		shares = [facts.score.sales_contribution or 0 for facts in everybody]
		shares = [share for share in shares if share > 0]
		deals = [facts.deal_value for facts in everybody if facts.deal_value > 0]
		self.assertAlmostEqual(sum(shares) / len(shares), 100, places=6)
		self.assertAlmostEqual(means.deal_value, sum(deals) / len(deals), places=6)


class TestRates(FactsTestCase):
	def currency(self) -> str:
		return frappe.get_cached_value("Company", self.company, "default_currency")

	def selling_company(self) -> str:
		other = make.SECOND_COMPANY
		make.invoice(make.customer(), 100, day(5, 1), company=other)
		return other

	def test_no_rate_is_asked_for_where_nothing_was_ever_sold(self) -> None:
		other = make.SECOND_COMPANY
		frappe.db.delete("Currency Exchange")
		frappe.db.set_single_value("Currency Exchange Settings", "disabled", 1)
		self.assertNotIn(other, rates(TODAY))

	def test_the_default_company_is_worth_one(self) -> None:
		self.assertEqual(rates(TODAY)[self.company], 1)

	def test_another_currency_has_erpnexts_own_exchange_rate(self) -> None:
		make.exchange_rate("EUR", self.currency(), 1.25, day(5, 1))
		other = self.selling_company()
		self.assertEqual(rates(TODAY)[other], Decimal("1.25"))

	def test_a_missing_rate_is_told_with_the_company_and_both_currencies(self) -> None:
		self.selling_company()
		frappe.db.delete("Currency Exchange")
		frappe.db.set_single_value("Currency Exchange Settings", "disabled", 1)
		with self.assertRaisesRegex(MissingRateError, f"from EUR to {self.currency()} .*Grading Branch"):
			rates(TODAY)


class TestSelection(FactsTestCase):
	def chosen(self, selection: Selection) -> set[str]:
		worth = dict.fromkeys(frappe.get_all("Company", pluck="name"), Decimal(1))
		return {*self.names} & set(gather(selection, TODAY, POLICY, MEANS, worth))

	def setUp(self) -> None:
		super().setUp()
		self.names = [make.customer(f"ZZ {name}") for name in ("Adler", "ärger", "Bär", "über")]

	def test_some_are_chosen_by_name(self) -> None:
		self.assertEqual(self.chosen(Selection.of("ZZ Adler", "ZZ Bär")), {"ZZ Adler", "ZZ Bär"})

	def test_no_name_chooses_nobody(self) -> None:
		self.assertEqual(gather(Selection.of(), TODAY, POLICY, MEANS, {}), {})

	def test_a_range_holds_both_its_ends_as_the_database_sorts_them(self) -> None:
		self.assertEqual(self.chosen(Selection.between("ZZ Adler", "ZZ Bär")), set(self.names[:3]))

	def test_everyone_is_everyone(self) -> None:
		self.assertEqual(self.chosen(Selection.everyone()), set(self.names))

	def test_a_name_is_a_value_and_never_a_part_of_the_query(self) -> None:
		name = make.customer("ZZ O'Neill \" % \\ 100%(x)s")
		self.assertIn(name, gather(Selection.of(name), TODAY, POLICY, MEANS, {}))
