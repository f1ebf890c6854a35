"""When a customer must be graded again although nothing has happened to it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.category import CategoryFacts
from customer_grading.rules.dates import calendar_months, months_between
from customer_grading.rules.follow_up import FollowUpFacts
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.next_change import next_change
from customer_grading.rules.options import CreditTier, Need
from customer_grading.rules.policy import Policy
from customer_grading.rules.regrade import Approval, Regrade, RegradeFacts, Standing
from customer_grading.rules.score import ScoreFacts
from customer_grading.rules.windows import Window

from .facts import payments

POLICY = Policy.default()
DAY = date(2026, 3, 2)
NEXT_MONTH = date(2026, 4, 1)
ONE_DAY = timedelta(days=1)
SILENT = OrderRhythm(0, 0, None)


def measured(first: date | None, day: date) -> ScoreFacts:
	"""The facts of a score that follow from a first order, as they are on a day."""
	if first is None:
		return ScoreFacts(market_share=Decimal(50))
	window, known = Window.until(day, POLICY.score.window_months), months_between(first, day + ONE_DAY)
	return ScoreFacts(
		order_frequency=Decimal(60) / window.spread(first, known, POLICY.limit.min_months),
		relationship_length=Decimal(calendar_months(first, day)),
		market_share=Decimal(50),
	)


def facts(
	first: date | None = None,
	rhythm: OrderRhythm = SILENT,
	need: Need | None = None,
	close: date | None = None,
	last: date | None = None,
	next_change: date | None = None,
) -> RegradeFacts:
	orders = 1 if first else 0
	return RegradeFacts(
		score=measured(first, DAY),
		payments=payments(),
		limits={},
		category=CategoryFacts(orders=orders, yearly_orders=orders, first_order=first),
		follow_up=FollowUpFacts(need, close, last, None, rhythm, bool(first), False, Decimal(0), Decimal(0)),
		next_change=next_change,
	)


def on(day: date, known: RegradeFacts) -> RegradeFacts:
	"""The same facts as they are on another day."""
	return replace(known, score=measured(known.category.first_order, day))


def regraded(standing: Standing, known: RegradeFacts, day: date) -> Standing:
	due = replace(known.follow_up, due=standing.next_follow_up)
	rule = Regrade(day, (), POLICY, Approval(first_tier=True, upgrades=True, limits=True))
	return rule(standing, {}, replace(on(day, known), follow_up=due)).standing


def asked(known: RegradeFacts, standing: Standing | None = None, held: tuple[date, ...] = ()) -> date:
	return next_change(standing or regraded(Standing(), known, DAY), known, held, DAY, POLICY)


def test_everyone_is_graded_again_on_the_first_of_the_next_month() -> None:
	assert asked(facts(), Standing()) == NEXT_MONTH


def test_a_better_tier_is_counted_every_night_until_it_has_held() -> None:
	held = POLICY.tier.rise_after_regrades
	assert asked(facts(), Standing(credit_tier_candidate=CreditTier.A)) == DAY + ONE_DAY
	waits = Standing(credit_tier_candidate=CreditTier.A, credit_tier_held=held - 1)
	assert asked(facts(), waits) == DAY + ONE_DAY


def test_a_better_tier_that_has_held_waits_for_a_person_and_not_for_the_night() -> None:
	held = POLICY.tier.rise_after_regrades
	assert asked(facts(), Standing(credit_tier_candidate=CreditTier.A, credit_tier_held=held)) == NEXT_MONTH


@pytest.mark.parametrize(
	("known", "due"),
	[
		(facts(next_change=date(2026, 3, 9)), date(2026, 3, 9)),
		(facts(first=date(2025, 1, 5)), NEXT_MONTH),
		(facts(first=date(2025, 6, 5)), date(2026, 3, 5)),
		(facts(first=date(2025, 9, 2)), date(2026, 3, 3)),
		(facts(rhythm=OrderRhythm(5, 10, date(2026, 2, 3))), date(2026, 3, 6)),
		(facts(need=Need.CLEAR, close=date(2026, 3, 9), last=DAY), date(2026, 3, 10)),
		(facts(need=Need.NONE, close=None, last=date(2025, 3, 20)), date(2026, 3, 13)),
	],
	ids=[
		"an invoice falls due",
		"nothing but another month of an old customer",
		"another month over which the orders of a young customer are spread",
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
	assert asked(facts(next_change=DAY), Standing()) == NEXT_MONTH


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


def test_a_tier_that_waits_for_a_person_stays_as_it_is_from_night_to_night() -> None:
	known, held = facts(), POLICY.tier.rise_after_regrades
	standing = Standing(credit_tier=CreditTier.C, credit_tier_since=DAY - ONE_DAY)
	for days in range(9):
		rule = Regrade(DAY + timedelta(days), (), POLICY, Approval(upgrades=False))
		due = replace(known.follow_up, due=standing.next_follow_up)
		before, standing = standing, rule(standing, {}, replace(known, follow_up=due)).standing
		if days >= held:
			assert replace(standing, urgency=before.urgency) == before
	assert (standing.credit_tier, standing.credit_tier_held) == (CreditTier.C, held)
