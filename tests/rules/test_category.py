"""R13: the nine categories and their visit plans."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.category import PRINCIPLES, CategoryFacts, categorise, visit_plan
from customer_grading.rules.dates import add_months
from customer_grading.rules.options import CreditTier, CustomerCategory
from customer_grading.rules.policy import CategoryPolicy

from .facts import TODAY, assert_speaks, categories, category_facts, codes, sections

POLICY = CategoryPolicy()
LONG_AGO = date(2020, 1, 1)
A, B, C, D = CreditTier


@pytest.mark.parametrize(
	("facts", "category", "sentence", "remedy"),
	[
		(
			{"supply_agreement": True},
			"Strategic",
			"A yearly supply agreement is signed.",
			"The category changes when the agreement ends.",
		),
		(
			{"yearly_sales": Decimal(5_000_000)},
			"VIP",
			"The orders of a year are worth 5,000,000.00, and 5,000,000.00 make a VIP.",
			"Orders below 5,000,000.00 a year change the category.",
		),
		(
			{"platform": True},
			"Key account",
			"The customer is a platform through which others buy.",
			"Correct the customer file.",
		),
		(
			{"growth_potential": Decimal(80)},
			"Honoured guest",
			"The growth potential is 80 points, and 80 make an honoured guest.",
			"A new judgement of the growth potential.",
		),
		(
			{"breaches": 2},
			"Free",
			"2 promises or rules were broken in a year, and 2 make a free customer.",
			"A year with fewer breaches.",
		),
		(
			{"first_order": date(2023, 7, 30), "orders": 1},
			"Dormant",
			"The only order is of 2023-07-30, more than 6 months ago.",
			"Find the reason and win a second order.",
		),
		(
			{"first_order": date(2023, 7, 31), "orders": 1},
			"New",
			"The first order is of 2023-07-31, within the last 6 months.",
			"The category changes with time.",
		),
		(
			{"first_order": LONG_AGO, "orders": 30, "yearly_orders": 6, "tier": B},
			"Role model",
			"6 orders in a year, 6 or more, and paid as agreed.",
			"Fewer orders, or late payment.",
		),
		(
			{"first_order": LONG_AGO, "orders": 3, "sales_ratio": Decimal("19.99")},
			"Low value",
			"Sales are 19.99 % of the average customer's, below 20 %.",
			"Larger or more orders.",
		),
		(
			{},
			None,
			"The customer shows the signs of none of the nine categories.",
			"Assign a category by hand if one fits.",
		),
	],
)
def test_each_category_is_found_by_its_signs(
	facts: dict[str, Any], category: str | None, sentence: str, remedy: str
) -> None:
	answer = categorise(CategoryFacts(**facts), TODAY, POLICY)
	assert answer.category == category
	assert (answer.plan is None) == (category is None)
	(reason,) = answer.reasons
	assert (reason.sentence(), reason.remedy()) == (sentence, remedy)


@pytest.mark.parametrize(
	("facts", "category"),
	[
		({"yearly_sales": Decimal("4999999.99")}, None),
		({"growth_potential": Decimal("79.99")}, None),
		({"breaches": 1}, None),
		({"first_order": date(2023, 7, 30), "orders": 2}, None),
		({"first_order": date(2023, 7, 31), "orders": 2}, "New"),
		({"first_order": TODAY + timedelta(days=1), "orders": 1}, "New"),
		({"first_order": LONG_AGO, "orders": 30, "yearly_orders": 5, "tier": A}, None),
		({"first_order": LONG_AGO, "orders": 30, "yearly_orders": 6, "tier": C}, None),
		({"first_order": LONG_AGO, "orders": 30, "yearly_orders": 6, "tier": D}, None),
		({"first_order": LONG_AGO, "orders": 30, "yearly_orders": 6}, None),
		({"first_order": LONG_AGO, "orders": 30, "yearly_orders": 6, "tier": A}, "Role model"),
		({"first_order": LONG_AGO, "orders": 3, "sales_ratio": Decimal(20)}, None),
		({"first_order": LONG_AGO, "orders": 3, "sales_ratio": None}, None),
		({"sales_ratio": Decimal(0)}, None),
	],
)
def test_the_bounds_of_the_categories_are_exact(facts: dict[str, Any], category: str | None) -> None:
	answer = categorise(CategoryFacts(**facts), TODAY, POLICY)
	assert answer.category == category
	assert codes(answer.reasons) == ["category_none"] or category


def test_what_is_agreed_comes_before_what_is_measured() -> None:
	facts: dict[str, Any] = {
		"supply_agreement": True,
		"yearly_sales": Decimal(9_000_000),
		"platform": True,
		"growth_potential": Decimal(100),
		"breaches": 9,
		"first_order": TODAY,
		"orders": 9,
		"yearly_orders": 9,
		"tier": A,
		"sales_ratio": Decimal(1),
	}
	without: tuple[dict[str, Any], ...] = (
		{},
		{"supply_agreement": False},
		{"yearly_sales": Decimal(0)},
		{"platform": False},
		{"growth_potential": None},
		{"breaches": 0},
		{"first_order": LONG_AGO},
		{"tier": D},
	)
	found = []
	for change in without:
		facts |= change
		found.append(categorise(CategoryFacts(**facts), TODAY, POLICY).category)
	assert found == [
		"Strategic",
		"VIP",
		"Key account",
		"Honoured guest",
		"Free",
		"New",
		"Role model",
		"Low value",
	]


@pytest.mark.parametrize(
	("category", "visits", "calls", "principle"),
	[
		("Strategic", 14, 0, "Maintain"),
		("VIP", 7, 0, "Care and attention"),
		("Key account", 14, 0, "Key people and relations"),
		("Honoured guest", 14, 7, "Privileges"),
		("Role model", 30, 0, "Talk and exchange"),
		("Free", 14, 7, "Manage"),
		("New", 14, 0, "Grow"),
		("Dormant", 14, 0, "Show concern"),
		("Low value", 30, 0, "Give up gradually"),
	],
)
def test_each_category_has_its_visit_plan(category: str, visits: int, calls: int, principle: str) -> None:
	plan = visit_plan(CustomerCategory(category), POLICY)
	assert (plan.visit_days, plan.call_days, plan.principle) == (visits, calls, principle)
	assert plan.focus.endswith(".")


def test_every_category_has_a_principle_and_a_focus() -> None:
	assert list(PRINCIPLES) == list(CustomerCategory)


def test_giving_a_customer_up_needs_a_filed_report() -> None:
	assert "filed assessment report" in visit_plan(CustomerCategory.LOW_VALUE, POLICY).focus


@given(category_facts, st.dates(), sections(CategoryPolicy))
def test_every_customer_has_one_category_or_none_with_its_plan_and_a_reason(
	facts: CategoryFacts, today: date, policy: CategoryPolicy
) -> None:
	answer = categorise(facts, today, policy)
	assert_speaks(answer.reasons)
	assert len(answer.reasons) == 1
	if answer.category:
		assert answer.plan == visit_plan(answer.category, policy)


@given(st.dates(), st.integers(1, 240))
def test_a_customer_is_new_to_the_very_day_and_dormant_on_the_next(first: date, months: int) -> None:
	policy = CategoryPolicy(new_months=months, dormant_months=months)
	facts = CategoryFacts(first_order=first, orders=1)
	last = add_months(first, months)
	assert categorise(facts, last, policy).category is CustomerCategory.NEW
	if last < date.max:
		assert categorise(facts, last + timedelta(days=1), policy).category is CustomerCategory.DORMANT


@given(categories, sections(CategoryPolicy))
def test_the_days_of_a_plan_are_those_of_the_policy(
	category: CustomerCategory, policy: CategoryPolicy
) -> None:
	plan = visit_plan(category, policy)
	assert (plan.visit_days, plan.call_days) == (policy.visit_days[category], policy.call_days[category])
