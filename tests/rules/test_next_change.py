"""When a customer must be graded again although nothing has happened to it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.category import CategoryFacts
from customer_grading.rules.dates import add_months, leaves_window, months_between
from customer_grading.rules.follow_up import FollowUpFacts
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.next_change import LONGEST, next_change
from customer_grading.rules.options import CreditTier, Need
from customer_grading.rules.policy import Policy
from customer_grading.rules.regrade import Approval, Regrade, RegradeFacts, Standing
from customer_grading.rules.score import ScoreFacts

from .facts import payments

POLICY = Policy.default()
DAY = date(2026, 3, 2)
ONE_DAY = timedelta(days=1)
SILENT = OrderRhythm(0, 0, None)


def facts(
	first: date | None = None,
	rhythm: OrderRhythm = SILENT,
	need: Need | None = None,
	close: date | None = None,
	last: date | None = None,
	next_change: date | None = None,
) -> RegradeFacts:
	known = None if first is None else Decimal(months_between(first, DAY + ONE_DAY))
	orders = 1 if first else 0
	return RegradeFacts(
		score=ScoreFacts(relationship_length=known, market_share=Decimal(50)),
		payments=payments(),
		limits={},
		category=CategoryFacts(orders=orders, yearly_orders=orders, first_order=first),
		follow_up=FollowUpFacts(need, close, last, None, rhythm, bool(first), False, Decimal(0), Decimal(0)),
		next_change=next_change,
	)


def on(day: date, known: RegradeFacts) -> RegradeFacts:
	"""The same facts as they are on another day."""
	first = known.category.first_order
	if first is None:
		return known
	months = Decimal(months_between(first, day + ONE_DAY))
	return replace(known, score=replace(known.score, relationship_length=months))


def regraded(standing: Standing, known: RegradeFacts, day: date) -> Standing:
	due = replace(known.follow_up, due=standing.next_follow_up)
	rule = Regrade(day, (), POLICY, Approval(first_tier=True, upgrades=True, limits=True))
	return rule(standing, {}, replace(on(day, known), follow_up=due)).standing


def asked(known: RegradeFacts, standing: Standing | None = None, held: tuple[date, ...] = ()) -> date:
	return next_change(standing or regraded(Standing(), known, DAY), known, held, DAY, POLICY)


def test_a_customer_of_whom_nothing_is_known_is_graded_again_after_a_while_in_any_case() -> None:
	assert asked(facts(), Standing()) == DAY + timedelta(days=LONGEST)


def test_customers_are_spread_over_the_days_after_that() -> None:
	dues = {next_change(Standing(), facts(), (), DAY, POLICY, place) for place in range(3 * LONGEST)}
	assert dues == {DAY + timedelta(days=LONGEST + more) for more in range(LONGEST)}


def test_a_better_tier_in_waiting_is_counted_every_night() -> None:
	assert asked(facts(), Standing(credit_tier_candidate=CreditTier.A)) == DAY + ONE_DAY


@pytest.mark.parametrize(
	("known", "due"),
	[
		(facts(next_change=date(2026, 3, 9)), date(2026, 3, 9)),
		(facts(first=date(2025, 1, 5)), date(2026, 3, 5)),
		(facts(first=date(2025, 9, 2)), date(2026, 3, 3)),
		(facts(rhythm=OrderRhythm(5, 10, date(2026, 2, 3))), date(2026, 3, 6)),
		(facts(need=Need.CLEAR, close=date(2026, 3, 9), last=DAY), date(2026, 3, 10)),
		(facts(need=Need.NONE, close=None, last=date(2025, 3, 20)), date(2026, 3, 13)),
	],
	ids=[
		"an invoice falls due",
		"another month of knowing the customer",
		"no longer new, and dormant",
		"too many usual orders missed",
		"the expected close passes",
		"the follow-up comes closer",
	],
)
def test_the_first_change_that_time_brings_is_the_day(known: RegradeFacts, due: date) -> None:
	assert asked(known) == due


def test_what_a_person_has_assigned_is_left_alone_until_its_day_and_then_graded() -> None:
	assert asked(facts(), Standing(), held=(date(2026, 3, 5),)) == date(2026, 3, 5)


def test_what_has_passed_is_no_reason() -> None:
	assert asked(facts(next_change=DAY), Standing()) == DAY + timedelta(days=LONGEST)


near_days = st.dates(date(2024, 6, 1), date(2027, 6, 1))


@st.composite
def some_facts(draw: st.DrawFn) -> RegradeFacts:
	first = draw(st.none() | st.dates(date(2024, 1, 1), DAY))
	latest = draw(st.dates(first or DAY, DAY))
	rhythm = OrderRhythm(2, draw(st.integers(1, 60)), latest) if first else SILENT
	need = draw(st.none() | st.sampled_from(Need))
	last = None if need is None else draw(st.dates(date(2025, 1, 1), DAY))
	close = draw(st.none() | near_days) if need else None
	return facts(first, rhythm, need, close, last)


@given(some_facts())
def test_until_that_day_time_alone_changes_nothing(known: RegradeFacts) -> None:
	standing = regraded(Standing(), known, DAY)
	due = asked(known, standing)
	assert due > DAY
	day = DAY + ONE_DAY
	while day < due:
		assert regraded(standing, known, day) == standing, day
		day += ONE_DAY


@given(near_days, st.integers(1, 30))
def test_a_day_lies_in_its_window_until_it_leaves(day: date, months: int) -> None:
	leaving = leaves_window(day, months)
	assert add_months(leaving, -months) > day
	assert add_months(leaving - ONE_DAY, -months) <= day


def test_no_day_leaves_a_window_that_has_no_end() -> None:
	assert leaves_window(date(9999, 12, 30), 12) == date.max
