"""The policy replayed over the past of a customer: decisions without hindsight, the standing at the end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from books import (
	END,
	HORIZON,
	POLICY,
	account,
	accounts,
	bill,
	book,
	codes,
	cut,
	decisions,
	good_payer,
	money,
	on,
	replay,
	sale,
	with_more,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_grading.preview.book import Account, Profile
from customer_grading.preview.replay.decisions import Terms
from customer_grading.preview.replay.results import CustomerStanding, Ending, Fate, OrderDecision
from customer_grading.preview.run import cut_after
from customer_grading.rules.options import (
	Await,
	CreditTier,
	CustomerCategory,
	CustomerGrade,
	Need,
	Outcome,
	ValueClass,
)
from customer_grading.rules.tier import TierState

A, B, C, D = CreditTier
ALLOW, HOLD, REFUSE = Outcome


def standing(customer: Account, *others: Account, as_of: int = END) -> CustomerStanding:
	"""Where a customer stands, asked after all decisions as the replay asks."""
	replayed = replay(customer, *others, as_of=as_of)
	list(replayed.decisions())
	return replayed.standing()


# Which orders are decided


def test_each_order_is_decided_once_by_date_and_number() -> None:
	customer = account(
		bill("SI-2", 9), bill("SI-1", 9), bill("SI-3", 12, order="SO-1"), orders=[sale("SO-1", 3)]
	)
	assert list(decisions(customer)) == ["SO-1", "SI-1", "SI-2"]


def test_a_decision_tells_the_order_and_what_became_of_it() -> None:
	decided = decisions(account(bill("SI-1", 5, due=20, amount=70, paid=29), customer="Anders"))["SI-1"]
	assert (decided.customer, decided.number, decided.date) == ("Anders", "SI-1", on(5))
	assert (decided.amount, decided.terms_days) == (70, 15)
	assert decided.ending == (Fate.LATE, 70, 9, on(29))


def test_a_customer_without_orders_has_no_decisions() -> None:
	assert decisions(account(on_account=[money(3, 50)])) == {}


# Each tier


def test_a_new_customer_pays_on_delivery() -> None:
	decided = decisions(account(bill()))["SI-1"]
	assert (decided.tier, decided.provisional, decided.decision.outcome) == (B, True, HOLD)
	assert codes(decided) == ["order_cash_on_delivery"]
	(waits,) = decided.decision.requirements
	assert (waits.awaits, waits.amount) == (Await.READINESS, 100)


def test_tier_a_has_credit_within_its_limit() -> None:
	decided = decisions(with_more(good_payer(14), bill("SI-X", 400, amount=900)))["SI-X"]
	assert (decided.tier, decided.provisional, decided.decision.outcome) == (A, False, ALLOW)
	assert codes(decided) == ["order_within_limit"]
	limit = decided.decision.reasons[0].numbers["limit"]
	assert isinstance(limit, Decimal)
	assert 900 <= limit <= 1000


def test_tier_a_is_refused_above_its_limit() -> None:
	decided = decisions(with_more(good_payer(14), bill("SI-X", 400, amount=1001)))["SI-X"]
	assert (decided.tier, decided.decision.outcome) == (A, REFUSE)
	assert codes(decided) == ["order_over_limit"]


def test_tier_b_pays_on_delivery() -> None:
	bills = [bill(f"SI-{n}", 30 * n, paid=30 * n + 29) for n in range(6)]
	decided = decisions(account(*bills))["SI-5"]
	assert (decided.tier, decided.provisional, decided.decision.outcome) == (B, False, HOLD)
	assert codes(decided) == ["order_cash_on_delivery"]


def test_tier_c_pays_before_delivery() -> None:
	bills = [bill(f"SI-{n}", 30 * n, 30 * n + 15, paid=30 * n + 10 + 10 * (n % 2)) for n in range(9)]
	decided = decisions(account(*bills))["SI-8"]
	assert (decided.tier, decided.decision.outcome) == (C, HOLD)
	assert codes(decided) == ["order_pay_before_delivery"]


def test_tier_d_pays_before_the_order() -> None:
	decided = decisions(account(bill("SI-1", 0, due=10), bill("SI-2", 11)))["SI-2"]
	assert (decided.tier, decided.decision.outcome) == (D, REFUSE)
	assert codes(decided) == ["order_pay_before_order", "order_overdue"]
	assert decided.decision.reasons[1].numbers == {"overdue": Decimal(100), "oldest_days": 1}


def test_an_order_on_the_due_date_is_decided_before_anything_is_overdue() -> None:
	decided = decisions(account(bill("SI-1", 0, due=10), bill("SI-2", 10)))["SI-2"]
	assert (decided.tier, decided.decision.outcome) == (B, HOLD)


def test_money_on_account_lets_any_order_pass() -> None:
	late = account(bill("SI-1", 0, due=10, paid=40), bill("SI-2", 50), on_account=[money(45, 100)])
	decided = decisions(late)["SI-2"]
	assert (decided.decision.outcome, codes(decided)) == (ALLOW, ["order_covered"])


def test_arrears_come_before_an_order_that_is_paid_in_advance() -> None:
	late = account(bill("SI-1", 0, due=10), bill("SI-2", 50), on_account=[money(45, 100)])
	decided = decisions(late)["SI-2"]
	assert (decided.tier, decided.decision.outcome) == (D, HOLD)
	assert codes(decided) == ["order_arrears_first", "order_covered"]


def test_money_that_came_for_an_invoice_before_its_date_covers_it() -> None:
	decided = decisions(account(bill("SI-1", 10, paid=9)))["SI-1"]
	assert codes(decided) == ["order_covered"]


def test_money_of_the_same_day_covers_nothing() -> None:
	assert codes(decisions(account(bill("SI-1", 10, paid=10)))["SI-1"]) == ["order_cash_on_delivery"]


# Orders of one day


def test_two_orders_of_one_day_never_both_fit_into_the_room_for_one() -> None:
	customer = with_more(good_payer(14), bill("SI-X", 400, amount=600), bill("SI-Y", 400, amount=600))
	decided = decisions(customer)
	assert decided["SI-X"].decision.outcome is ALLOW
	assert decided["SI-Y"].decision.outcome is REFUSE
	assert codes(decided["SI-Y"]) == ["order_over_limit"]


def test_the_next_day_has_no_more_room_while_nothing_is_paid() -> None:
	customer = with_more(good_payer(14), bill("SI-X", 400, amount=600), bill("SI-Y", 401, amount=600))
	assert decisions(customer)["SI-Y"].decision.outcome is REFUSE


def test_the_room_comes_back_with_the_money() -> None:
	customer = with_more(
		good_payer(14), bill("SI-X", 400, amount=600, paid=401), bill("SI-Y", 402, amount=600)
	)
	assert decisions(customer)["SI-Y"].decision.outcome is ALLOW


def test_orders_of_one_day_never_share_their_cover() -> None:
	customer = account(bill("SI-1", 9, amount=60), bill("SI-2", 9, amount=60), on_account=[money(3, 100)])
	decided = decisions(customer)
	assert codes(decided["SI-1"]) == ["order_covered"]
	assert codes(decided["SI-2"]) == ["order_cash_on_delivery"]
	assert decided["SI-2"].decision.requirements[0].amount == 20


def test_cover_is_never_promised_to_a_second_order() -> None:
	customer = account(
		orders=[sale("SO-1", 5, 60), sale("SO-2", 8, 60), sale("SO-3", 9, 40)],
		on_account=[money(3, 100)],
	)
	decided = decisions(customer)
	assert codes(decided["SO-1"]) == ["order_covered"]
	assert codes(decided["SO-2"]) == ["order_cash_on_delivery"]
	assert codes(decided["SO-3"]) == ["order_cash_on_delivery"]


@given(accounts())
def test_orders_covered_on_one_day_never_add_up_to_more_than_the_money(customer: Account) -> None:
	decided = list(decisions(customer).values())
	for day in {each.date for each in decided}:
		covered = [each.amount for each in decided if each.date == day and "order_covered" in codes(each)]
		assert sum(covered) <= received_before(customer, day)


def received_before(customer: Account, day: date) -> Decimal:
	"""Money and credit on account when a day began, some of it for invoices to come."""
	later = [invoice for invoice in customer.invoices if invoice.date >= day]
	receipts = [*customer.on_account, *(receipt for invoice in later for receipt in invoice.receipts)]
	return sum((receipt.amount for receipt in receipts if receipt.date < day), Decimal(0))


# Terms


@pytest.mark.parametrize(
	("terms", "outcome", "reasons"),
	[
		(Terms.POLICY, ALLOW, ["order_within_limit"]),
		(Terms.GRANTED, REFUSE, ["order_terms_too_long"]),
	],
)
def test_long_terms_in_tier_a_are_shortened_by_the_policy_or_refused_as_granted(
	terms: Terms, outcome: Outcome, reasons: list[str]
) -> None:
	customer = with_more(good_payer(14), bill("SI-X", 400, due=460, amount=900))
	decided = decisions(customer, terms=terms)["SI-X"]
	assert (decided.decision.outcome, codes(decided), decided.terms_days) == (outcome, reasons, 60)


@pytest.mark.parametrize("terms", Terms)
def test_terms_of_tier_a_within_the_grace_days_pass_either_way(terms: Terms) -> None:
	customer = with_more(good_payer(14), bill("SI-X", 400, due=415, amount=900))
	assert decisions(customer, terms=terms)["SI-X"].decision.outcome is ALLOW


def test_granted_credit_is_refused_in_tier_b() -> None:
	decided = decisions(account(bill(due=30)), terms=Terms.GRANTED)["SI-1"]
	assert (decided.decision.outcome, codes(decided)) == (REFUSE, ["order_terms_grant_credit"])
	assert decisions(account(bill(due=0)), terms=Terms.GRANTED)["SI-1"].decision.outcome is HOLD


def test_an_order_whose_terms_nobody_tells_is_decided_on_those_of_the_policy() -> None:
	decided = decisions(account(orders=[sale()]), terms=Terms.GRANTED)["SO-1"]
	assert (decided.terms_days, decided.decision.outcome) == (None, HOLD)


# The policy


def test_the_provisional_tier_is_a_setting() -> None:
	cautious = replace(POLICY, tier=replace(POLICY.tier, provisional=C))
	decided = decisions(account(bill()), policy=cautious)["SI-1"]
	assert (decided.tier, decided.provisional, codes(decided)) == (C, True, ["order_pay_before_delivery"])


def test_the_limit_compares_with_the_average_customer_of_the_month() -> None:
	giants = [good_payer(14, f"Giant {n}", 500_000) for n in range(3)]
	customer = with_more(good_payer(14), bill("SI-X", 400, amount=900))
	assert codes(decisions(customer)["SI-X"]) == ["order_within_limit"]
	assert codes(decisions(customer, *giants)["SI-X"]) == ["order_over_limit"]


# No hindsight


def decided_until(decided: dict[str, OrderDecision], day: date) -> list[OrderDecision]:
	"""The decisions up to a day, without what really happened later."""
	return [
		each._replace(ending=Ending(Fate.OPEN), terms_days=None)
		for each in decided.values()
		if each.date <= day
	]


@given(st.lists(accounts(), min_size=1, max_size=3), st.integers(0, HORIZON))
def test_what_came_later_changes_no_decision(customers: list[Account], day: int) -> None:
	shortened = [cut(customer, on(day)) for customer in customers]
	whole = decisions(customers[0], *customers[1:])
	before = decisions(shortened[0], *shortened[1:], as_of=day)
	assert decided_until(whole, on(day)) == decided_until(before, on(day))


@given(accounts(), st.integers(0, 600))
def test_what_came_later_changes_no_decision_on_a_good_payer(noise: Account, day: int) -> None:
	# Random customers hardly ever reach tier A, where limits, averages and prepayments decide.
	customer = with_more(good_payer(24), *noise.invoices, orders=noise.orders, on_account=noise.on_account)
	customer.invoices = [each for each in customer.invoices if each.disputed_on is None]
	whole = decisions(customer)
	before = decisions(cut(customer, on(day)), as_of=day)
	assert decided_until(whole, on(day)) == decided_until(before, on(day))


@settings(max_examples=40)
@given(st.lists(accounts(), min_size=1, max_size=2), st.integers(0, HORIZON))
def test_on_the_terms_granted_what_came_later_changes_no_decision_either(
	customers: list[Account], day: int
) -> None:
	for customer in customers:
		customer.orders = [replace(order, terms_days=order.terms_days or 0) for order in customer.orders]
	shortened = [cut(customer, on(day)) for customer in customers]
	whole = decisions(customers[0], *customers[1:], terms=Terms.GRANTED)
	before = decisions(shortened[0], *shortened[1:], as_of=day, terms=Terms.GRANTED)
	assert decided_until(whole, on(day)) == decided_until(before, on(day))


def test_money_that_is_on_account_is_no_prepayment_before_its_invoice_comes() -> None:
	# Whether it comes is not known yet; once it does, the money was there before the goods.
	habit = [bill(f"SI-{n}", 30 * n, 30 * n + 5, paid=30 * n + 5) for n in range(6)]
	customer = account(*habit, bill("SI-P", 210, 215, amount=500, paid=190), bill("SI-X", 205))
	assert decisions(customer)["SI-X"].tier is B
	assert decisions(with_more(customer, bill("SI-Y", 214)))["SI-Y"].tier is A


@given(st.lists(accounts(), min_size=1, max_size=3), st.integers(0, HORIZON))
def test_a_book_cut_by_its_date_is_as_if_nothing_more_had_been_written(
	customers: list[Account], day: int
) -> None:
	for number, customer in enumerate(customers):
		customer.customer = str(number)
	expected = [decisions(cut(customer, on(day)), as_of=day) for customer in customers]
	documents = sum(len(each.invoices) + len(each.orders) for each in customers)
	made = book(*(replace(each) for each in customers))
	left_out = cut_after(made, on(day))
	assert left_out == documents - made.invoices - made.orders
	for number, decided in enumerate(expected):
		found = decisions(made.accounts[str(number)], as_of=day) if str(number) in made.accounts else {}
		assert found == decided


def test_a_book_is_not_cut_on_its_last_day() -> None:
	made = book(account(bill(day=5)), last_day=5)
	assert cut_after(made, on(5)) == 0
	assert made.invoices == 1


def test_customers_who_came_later_are_left_out_of_a_cut_book() -> None:
	made = book(
		account(bill(day=5), customer="then"),
		account(bill(day=50), customer="later"),
		account(bill(day=50, paid=4), customer="has paid"),
		account(customer="only in the file of customers"),
		account(on_account=[money(60, 5)], customer="will pay"),
	)
	assert cut_after(made, on(5)) == 2
	assert list(made.accounts) == ["then", "has paid", "only in the file of customers"]
	assert made.accounts["has paid"].on_account == [money(4, 100)]


# The standing


def test_a_customer_without_orders_stands_where_nothing_is_known() -> None:
	found = standing(account(customer="Anders"))
	assert (found.customer, found.invoices, found.total_sales) == ("Anders", 0, 0)
	assert (found.tier.tier, found.tier.provisional) == (B, True)
	assert [reason.code for reason in found.tier_reasons] == ["tier_new", "tier_since"]
	assert (found.score.score, found.score.value_class) == (0, ValueClass.E)
	assert found.limit.limit.amount == 0
	assert (found.grade.grade, found.grade.reasons[0].code) == (CustomerGrade.D, "grade_unknown")
	assert found.category.category is None
	assert (found.on_time_rate, found.typical_order, found.last_order) == (None, None, None)
	assert found.next_follow_up == on(END)
	assert found.ageing == (0,) * 6


def test_the_standing_tells_of_the_day_of_the_report() -> None:
	found = standing(good_payer(), as_of=360)
	assert found.tier == TierState(A, False, on(67))
	assert (found.on_time_rate, found.typical_order, found.average_monthly_sales) == (100, 1000, 1000)
	assert (found.invoices, found.total_sales, found.yearly_sales) == (12, 12_000, 12_000)
	assert (found.exposure, found.overdue, found.oldest_overdue_days) == (0, 0, 0)
	assert found.last_order == on(330)
	assert found.category.category is CustomerCategory.ROLE_MODEL
	assert (found.score.value_class, found.limit.coefficient) == (ValueClass.B, 1)
	assert found.limit.limit.amount == 1000


def test_the_average_month_is_told_in_cents() -> None:
	customer = account(*(bill(f"SI-{n}", 30 * n) for n in range(10)))
	assert standing(customer, as_of=320).average_monthly_sales == Decimal("90.91")


def test_the_open_amounts_are_told_by_age() -> None:
	ages = [("not due", 1200), ("one day", 1199), ("30", 1170), ("31", 1169), ("90", 1110), ("181", 1019)]
	bills = [bill(name, 900, due + (due == 1200), amount=n + 1) for n, (name, due) in enumerate(ages)]
	found = standing(account(*bills), as_of=1200)
	assert found.ageing == (1, 2 + 3, 4, 5, 0, 6)
	assert (found.overdue, found.exposure, found.oldest_overdue_days) == (20, 21, 181)


def test_what_was_due_on_the_day_of_the_report_is_overdue_for_a_day_everywhere() -> None:
	found = standing(account(bill(due=30)), as_of=30)
	assert (found.overdue, found.oldest_overdue_days, found.ageing[:2]) == (100, 1, (0, 100))
	assert found.tier_reasons[0].numbers == {"arrears": Decimal(100), "oldest_days": 1}
	assert replay(account(bill(due=30)), as_of=30).orders[0].date == on(0)


def test_a_disputed_invoice_is_open_but_not_in_arrears() -> None:
	found = standing(account(bill(due=30, disputed=20)), as_of=90)
	assert (found.overdue, found.exposure, found.ageing[2]) == (0, 100, 100)


def test_money_on_account_is_a_negative_exposure() -> None:
	found = standing(account(bill(amount=30), on_account=[money(3, 100)]), as_of=20)
	assert found.exposure == -70


def test_what_the_file_of_customers_tells_is_used() -> None:
	profile = Profile(
		group="Agent",
		salesperson="Li Na",
		need=Need.CLEAR,
		expected_close=on(365),
		supply_agreement=True,
		market_share=Decimal(40),
		growth_potential=Decimal(90),
	)
	found = standing(replace(good_payer(), profile=profile), as_of=360)
	assert (found.group, found.salesperson) == ("Agent", "Li Na")
	assert found.category.category is CustomerCategory.STRATEGIC
	assert found.grade.grade is CustomerGrade.A
	told = {reason.numbers.get("criterion") for reason in found.score.reasons}
	assert {"Market share", "Growth potential"} <= told


def test_a_platform_is_a_key_account() -> None:
	found = standing(replace(good_payer(), profile=Profile(platform=True)), as_of=360)
	assert found.category.category is CustomerCategory.KEY_ACCOUNT


@pytest.mark.parametrize(
	("need", "close", "expected"),
	[
		(Need.CLEAR, 380, CustomerGrade.A),
		(Need.CLEAR, 440, CustomerGrade.B),
		(Need.POTENTIAL, None, CustomerGrade.D),
		(Need.NONE, None, CustomerGrade.E),
	],
)
def test_the_need_of_the_file_goes_before_the_estimate(
	need: Need, close: int | None, expected: CustomerGrade
) -> None:
	profile = Profile(need=need, expected_close=None if close is None else on(close))
	found = standing(replace(good_payer(), profile=profile), as_of=360)
	assert found.grade.grade is expected
	assert "grade_rhythm" not in [reason.code for reason in found.grade.reasons]


def test_a_close_date_that_has_passed_is_followed_up_at_once() -> None:
	profile = Profile(need=Need.CLEAR, expected_close=on(300))
	found = standing(replace(good_payer(), profile=profile), as_of=360)
	assert (found.grade.lapsed, found.next_follow_up) == (True, on(331))


@pytest.mark.parametrize(
	("as_of", "expected", "code"),
	[
		(340, CustomerGrade.A, "grade_rhythm"),
		(420, CustomerGrade.A, "grade_rhythm"),
		(421, CustomerGrade.D, "grade_rhythm_missed"),
		(800, CustomerGrade.E, "grade_silent"),
	],
)
def test_the_grade_is_estimated_from_the_rhythm_of_the_orders(
	as_of: int, expected: CustomerGrade, code: str
) -> None:
	found = standing(good_payer(), as_of=as_of)
	assert found.grade.grade is expected
	assert found.grade.reasons[-1].code == code
	assert found.grade.lapsed is (as_of == 420)


def test_orders_of_one_day_are_one_beat_of_the_rhythm() -> None:
	customer = account(bill("SI-1", 0), bill("SI-2", 0), bill("SI-3", 40), bill("SI-4", 60))
	rhythm = standing(customer, as_of=70).grade.reasons[-1]
	assert rhythm.numbers == {"orders": 3, "interval": 30, "last_order": on(60)}


def test_a_single_order_has_no_rhythm() -> None:
	found = standing(account(bill()), as_of=70)
	assert found.grade.reasons[-1].code == "grade_one_order"
	assert found.category.category is CustomerCategory.NEW


def test_without_sales_in_the_window_there_is_nothing_to_compare_with() -> None:
	found = standing(account(bill("SI-1", 0), bill("SI-2", 40)), as_of=900)
	assert (found.yearly_sales, found.category.category) == (0, None)


@given(accounts(), st.integers(0, HORIZON + 200))
def test_the_standing_adds_up(customer: Account, day: int) -> None:
	found = standing(cut(customer, on(day)), as_of=day)
	assert found.total_sales == sum(each.amount for each in customer.invoices if each.date <= on(day))
	assert sum(found.ageing[1:]) >= found.overdue >= 0
	assert (found.oldest_overdue_days > 0) == (found.overdue > 0)
	assert found.limit.limit.amount >= 0
	assert found.tier_reasons
	assert found.score.reasons
	assert found.grade.reasons
	assert found.category.reasons
