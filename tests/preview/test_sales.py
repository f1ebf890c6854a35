"""What a customer bought, as known on each morning, and what the average customer of the book buys."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from statistics import median

import pytest
from books import HORIZON, POLICY, account, accounts, bill, good_payer, money, on, sale, with_more
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.preview.book import Account
from customer_grading.preview.replay.sales import Averages, Placement, RecentOrders, Sales, placements
from customer_grading.rules.dates import add_months
from customer_grading.rules.options import TypicalOrder
from customer_grading.rules.policy import Policy
from customer_grading.rules.score import ScoreFacts


def sales_of(customer: Account, policy: Policy = POLICY) -> Sales:
	return Sales(customer, placements(customer), policy)


def with_typical(how: TypicalOrder) -> Policy:
	return replace(POLICY, limit=replace(POLICY.limit, typical_order=how))


# Orders


def test_an_invoice_without_an_order_stands_for_an_order_on_its_date() -> None:
	invoice = bill("SI-1", day=4, due=19, amount=70)
	assert placements(account(invoice)) == [Placement(on(4), "SI-1", Decimal(70), 15, (invoice,))]


def test_an_invoice_of_an_order_is_no_order_of_its_own() -> None:
	first, second = bill("SI-1", 5, amount=60, order="SO-1"), bill("SI-2", 9, amount=40, order="SO-1")
	placed = placements(account(first, second, orders=[sale(day=2, terms=10)]))
	assert placed == [Placement(on(2), "SO-1", Decimal(100), 10, (first, second))]


def test_an_invoice_of_an_order_that_no_file_tells_of_stands_for_one() -> None:
	invoice = bill("SI-1", order="SO-9")
	assert [placed.number for placed in placements(account(invoice))] == ["SI-1"]


def test_an_order_is_placed_on_its_own_date_even_if_nothing_is_billed() -> None:
	assert placements(account(orders=[sale(day=3)])) == [Placement(on(3), "SO-1", Decimal(100), None, ())]


def test_terms_that_the_order_does_not_tell_are_those_of_its_invoices() -> None:
	first, second = bill("SI-1", 5, due=15, order="SO-1"), bill("SI-2", 9, due=49, order="SO-1")
	(placed,) = placements(account(first, second, orders=[sale(day=2)]))
	assert placed.terms_days == 40


def test_the_terms_of_a_schedule_are_those_of_its_last_line() -> None:
	(placed,) = placements(account(bill(day=2, schedule=[(10, 50), (62, 50)])))
	assert placed.terms_days == 60


def test_orders_come_by_date_and_number() -> None:
	customer = account(bill("SI-2", 5), bill("SI-1", 5), bill("SI-3", 1), orders=[sale("SO-1", 5)])
	assert [placed.number for placed in placements(customer)] == ["SI-3", "SI-1", "SI-2", "SO-1"]


@given(accounts(), st.randoms())
def test_the_order_of_rows_does_not_change_the_orders(customer: Account, chance: Random) -> None:
	shuffled = replace(customer, invoices=[*customer.invoices], orders=[*customer.orders])
	chance.shuffle(shuffled.invoices)
	chance.shuffle(shuffled.orders)
	before, after = (
		[placed._replace(invoices=()) for placed in placements(each)] for each in (customer, shuffled)
	)
	assert before == after


# The typical order


def test_a_window_holds_the_orders_before_a_morning_that_are_young_enough() -> None:
	customer = account(*(bill(f"SI-{n}", day, amount=day + 1) for n, day in enumerate((0, 10, 400, 410))))
	recent = RecentOrders(placements(customer), 12)
	recent.advance(on(10))
	assert (recent.ascending, recent.total) == ([1], 1)
	recent.advance(on(11))
	assert (recent.ascending, recent.total) == ([1, 11], 12)
	recent.advance(date(2024, 11, 30))
	assert recent.ascending == [1, 11]
	recent.advance(date(2024, 12, 1))
	assert recent.ascending == []
	recent.advance(on(411))
	assert (recent.ascending, recent.total) == ([401, 411], 812)


@given(accounts(), st.lists(st.integers(0, HORIZON + 400), min_size=1, max_size=10).map(sorted))
def test_the_typical_order_is_the_median_of_the_window(customer: Account, mornings: list[int]) -> None:
	placed = placements(customer)
	known = Sales(customer, placed, POLICY)
	for day in mornings:
		start = add_months(on(day), -12).replace(day=1)
		amounts = [each.amount for each in placed if start <= each.date < on(day)]
		found = known.limit_facts(on(day), None).typical_order
		assert found == (median(amounts) if amounts else None)


@pytest.mark.parametrize(
	("how", "expected"),
	[(TypicalOrder.MEDIAN, 20), (TypicalOrder.MEAN, 40), (TypicalOrder.MAXIMUM, 100)],
)
def test_how_the_typical_order_is_taken_is_a_setting(how: TypicalOrder, expected: int) -> None:
	customer = account(bill("SI-1", 0, amount=0), *(bill(f"SI-1{n}", n, amount=n) for n in (20, 100)))
	assert sales_of(customer, with_typical(how)).limit_facts(on(200), None).typical_order == expected


# Sums


def test_sales_are_known_from_the_morning_after() -> None:
	known = sales_of(account(bill(day=5)))
	assert (known.yearly(on(5)), known.yearly(on(6))) == (0, 100)


def test_sales_leave_the_window_on_the_first_of_a_month() -> None:
	known = sales_of(account(bill(day=0)))
	last, first = date(2024, 11, 30), date(2024, 12, 1)
	assert (known.bought(last), known.bought(first)) == (100, 0)
	assert (known.yearly(last), known.yearly(first)) == (100, 0)


def test_this_month_counts_at_once_in_sums_and_in_rates_when_it_is_over() -> None:
	known = sales_of(with_more(good_payer(13), bill("SI-N", 405, amount=700)))
	assert on(405) == date(2024, 12, 29)
	for morning in (date(2024, 12, 30), date(2024, 12, 31)):
		assert known.bought(morning) == 12_700
		assert known.yearly(morning) == 12_000
		assert known.yearly_orders(morning) == 12
		assert known.limit_facts(morning, None).average_monthly_sales == 1000
	january = date(2025, 1, 1)
	assert (known.bought(january), known.yearly(january)) == (11_700, 11_700)
	assert known.limit_facts(january, None).average_monthly_sales == 975


def test_a_young_customer_is_rated_by_all_that_it_has_bought() -> None:
	known = sales_of(account(bill(amount=600), bill("SI-2", 100, amount=600)))
	assert (known.yearly(on(101)), known.yearly_orders(on(101))) == (1200, 2)


@given(accounts(), st.integers(0, HORIZON), st.integers(0, HORIZON))
def test_sales_between_two_days_are_the_sum_of_the_invoices(customer: Account, one: int, other: int) -> None:
	first, last = sorted((on(one), on(other)))
	expected = sum(each.amount for each in customer.invoices if first <= each.date < last)
	assert sales_of(customer).between(first, last) == expected


# Facts of limit and score


def test_the_average_month_of_a_customer_known_for_long_is_over_the_whole_window() -> None:
	facts = sales_of(good_payer(24)).limit_facts(on(720), Decimal(90))
	assert facts.average_monthly_sales == Decimal(12_000) / 12
	assert facts.on_time_rate == 90


def test_the_average_month_of_a_new_customer_is_over_the_months_it_is_known_for() -> None:
	facts = sales_of(account(bill(amount=600), bill("SI-2", 100, amount=600))).limit_facts(on(110), None)
	assert facts.average_monthly_sales == 300


def test_the_average_month_is_never_over_less_than_the_shortest_history() -> None:
	assert sales_of(account(bill(amount=600))).limit_facts(on(1), None).average_monthly_sales == 200


def test_a_customer_without_orders_has_no_sales_and_no_typical_order() -> None:
	facts = sales_of(account(on_account=[money(1, 50)])).limit_facts(on(100), None)
	assert (facts.average_monthly_sales, facts.typical_order) == (0, None)


def test_before_the_first_order_nothing_is_known_to_score_by() -> None:
	known = sales_of(account(bill(day=5)))
	assert known.score_facts(on(5), Decimal(100), Decimal(1000)) == ScoreFacts()
	assert sales_of(account()).score_facts(on(5), None, None) == ScoreFacts()


def test_the_facts_of_the_score_are_measured_over_its_window() -> None:
	facts = sales_of(good_payer(12)).score_facts(on(360), Decimal(95), Decimal(24_000))
	assert facts.sales_contribution == 50
	assert facts.payment_fulfilment == 95
	assert facts.order_frequency == 12
	assert facts.relationship_length == 12
	assert facts.growth is None


def test_without_an_average_the_contribution_is_unknown() -> None:
	facts = sales_of(good_payer(12)).score_facts(on(360), None, None)
	assert facts.sales_contribution is None
	assert sales_of(good_payer(12)).score_facts(on(360), None, Decimal(0)).sales_contribution is None


def test_growth_is_known_only_with_two_windows_of_history() -> None:
	bills = (bill("SI-1", 15), bill("SI-2", 50, amount=200), bill("SI-3", 420, amount=300))
	known = sales_of(account(*bills))
	assert on(15) == date(2023, 12, 5)
	assert known.score_facts(date(2025, 12, 31), None, None).growth is None
	assert known.score_facts(date(2026, 1, 1), None, None).growth == 50


def test_growth_compares_whole_months() -> None:
	before = [bill(f"SI-{n}", 30 * n, amount=100) for n in range(1, 13)]
	after = [bill(f"SI-{n}", 30 * n, amount=150) for n in range(13, 26)]
	known = sales_of(account(bill("SI-0"), *before, *after))
	assert on(30 * 25) == date(2025, 12, 9)
	for morning in (date(2025, 12, 1), date(2025, 12, 10), date(2025, 12, 31)):
		assert known.score_facts(morning, None, None).growth == 50


def test_there_is_no_growth_over_nothing() -> None:
	customer = account(bill("SI-1", 0, amount=200), bill("SI-2", 1000, amount=300))
	assert sales_of(customer).score_facts(on(1001), None, None).growth is None


# The average customer


def averages(*customers: Account) -> Averages:
	return Averages(customers, 12)


def test_the_average_customer_is_known_on_each_morning() -> None:
	known = averages(account(bill(day=0, amount=100)), account(bill(day=1, amount=300)))
	assert known.at(on(0)) is None
	assert known.at(on(1)) == 100
	assert known.at(on(2)) == 200
	assert known.at(date(2024, 11, 30)) == 200
	assert known.at(date(2024, 12, 1)) is None


def test_a_buyer_counts_for_as_long_as_the_window_holds_a_sale() -> None:
	known = averages(
		account(bill("SI-1", 0), bill("SI-2", 100), bill("SI-3", 800)), account(bill(day=100, amount=300))
	)
	assert known.at(date(2024, 11, 30)) == 250
	assert known.at(date(2024, 12, 1)) == 200
	assert known.at(date(2025, 3, 1)) is None
	assert known.at(on(801)) == 100


def test_who_bought_nothing_is_no_part_of_the_average() -> None:
	known = averages(account(bill(amount=100)), account(), account(bill(amount=0)))
	assert known.at(date(2024, 1, 15)) == 100


def test_the_average_of_a_book_without_sales_is_unknown() -> None:
	assert averages().at(on(3)) is None
	assert averages(account()).at(on(3)) is None


def slow_average(customers: list[Account], morning: date) -> Decimal | None:
	"""By the invoices from the first of the month twelve months before a morning on."""
	start = add_months(morning, -12).replace(day=1)
	sums = [
		sum(each.amount for each in known.invoices if start <= each.date < morning) for known in customers
	]
	buyers = [bought for bought in sums if bought]
	return Decimal(sum(buyers)) / len(buyers) if buyers else None


@given(st.lists(accounts(), max_size=4))
def test_averages_are_those_of_a_slow_count(customers: list[Account]) -> None:
	known = averages(*customers)
	for day in range(-3, HORIZON + 500, 9):
		assert known.at(on(day)) == slow_average(customers, on(day))
