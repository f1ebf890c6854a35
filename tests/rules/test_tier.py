"""R6: the credit tier, and its hysteresis."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.options import CreditTier
from customer_grading.rules.policy import TierPolicy
from customer_grading.rules.tier import (
	PaymentFacts,
	TierAnswer,
	TierState,
	assess,
	classify,
	explain_state,
	settle,
)

from .facts import (
	TODAY,
	assert_speaks,
	cents,
	codes,
	payment_facts,
	payments,
	remedies,
	sections,
	sentences,
	tiers,
)

POLICY = TierPolicy()
A, B, C, D = CreditTier


@pytest.mark.parametrize(
	("facts", "tier", "provisional", "told"),
	[
		(payments(on_time=95), A, False, ["tier_on_time", "tier_prepaid"]),
		(payments(on_time=100, has_prepaid=False), B, False, ["tier_on_time", "tier_never_prepaid"]),
		(payments(on_time="94.99"), B, False, ["tier_on_time", "tier_below"]),
		(payments(on_time=80), B, False, ["tier_on_time", "tier_below"]),
		(payments(on_time=80, has_prepaid=False), B, False, ["tier_on_time", "tier_below"]),
		(payments(on_time="79.99"), C, False, ["tier_on_time", "tier_below"]),
		(payments(on_time=50), C, False, ["tier_on_time", "tier_below"]),
		(payments(on_time="49.99"), D, False, ["tier_below"]),
		(payments(on_time=0), D, False, ["tier_below"]),
		(payments(on_time=-5), D, False, ["tier_below"]),
		(payments(on_time=100, arrears="1.01"), D, False, ["tier_arrears"]),
		(payments(on_time=100, arrears=1), A, False, ["tier_on_time", "tier_prepaid"]),
		(payments(paid=2), B, True, ["tier_new"]),
		(payments(paid=2, on_time=0), B, True, ["tier_new"]),
		(payments(paid=0, arrears=50), D, False, ["tier_arrears"]),
		(payments(due=0, on_time=0), B, True, ["tier_no_data"]),
		(payments(due=0, on_time=0, arrears=2), D, False, ["tier_arrears"]),
	],
)
def test_the_tier_follows_arrears_on_time_rate_and_prepayment(
	facts: PaymentFacts, tier: CreditTier, provisional: bool, told: list[str]
) -> None:
	answer = assess(facts, POLICY)
	assert (answer.tier, answer.provisional) == (tier, provisional)
	assert codes(answer.reasons) == told
	assert classify(facts, POLICY) == (tier, provisional)


@pytest.mark.parametrize(
	("facts", "expected", "remedy"),
	[
		(
			payments(arrears=3200, oldest_days=40),
			["3,200.00 is past due, the oldest for 40 days."],
			["Receive the 3,200.00 that is past due."],
		),
		(
			payments(paid=2),
			["A new customer: 2 invoices paid, and 3 are needed to judge."],
			["The tier is judged once 3 invoices are paid."],
		),
		(
			payments(due=0, on_time=0),
			["Nothing fell due in the last 12 months, so there is nothing to judge by."],
			["The tier is judged once payments fall due again."],
		),
		(
			payments(on_time="97.5"),
			["97.5 % was paid on time, at least the 95 % of tier A.", "The customer has paid ahead before."],
			["Below 95 % the tier falls.", "Nothing: a prepayment stays on record."],
		),
		(
			payments(has_prepaid=False),
			[
				"100 % was paid on time, at least the 95 % of tier A.",
				"The customer has never paid before the goods, nor 10 days ahead of a due date.",
			],
			["Below 95 % the tier falls.", "One payment 10 days early, or before the goods, is enough."],
		),
		(
			payments(on_time=60),
			[
				"60 % was paid on time, at least the 50 % of tier C.",
				"60 % was paid on time, less than the 80 % of tier B.",
			],
			["Below 50 % the tier falls.", "Pay at least 80 % on time."],
		),
		(
			payments(on_time=49),
			["49 % was paid on time, less than the 50 % of tier C."],
			["Pay at least 50 % on time."],
		),
	],
)
def test_the_tier_says_why_and_what_would_change_it(
	facts: PaymentFacts, expected: list[str], remedy: list[str]
) -> None:
	answer = assess(facts, POLICY)
	assert sentences(answer.reasons) == expected
	assert remedies(answer.reasons) == remedy


def test_a_rate_just_below_an_edge_is_never_told_as_the_edge() -> None:
	facts = payments(due=100_000_000, on_time=94_999_999)
	assert facts.on_time_rate == Decimal("94.99")
	assert (
		sentences(assess(facts, POLICY).reasons)[1]
		== "94.99 % was paid on time, less than the 95 % of tier A."
	)


def test_nothing_due_has_no_rate() -> None:
	assert payments(due=0, on_time=0).on_time_rate is None
	assert payments(due=-5, on_time=0).on_time_rate is None
	assert payments(due=3, on_time=1).on_time_rate == Decimal("33.33")


def test_the_provisional_tier_and_the_rates_are_those_of_the_policy() -> None:
	rates = {A: Decimal(90), B: Decimal(70), C: Decimal(40), D: Decimal(0)}
	policy = TierPolicy(provisional=C, min_paid_invoices=5, on_time=rates, tolerance=Decimal(100))
	assert classify(payments(paid=4), policy) == (C, True)
	assert classify(payments(paid=5, on_time=90, arrears=100), policy) == (A, False)
	assert classify(payments(paid=5, on_time=89), policy) == (B, False)


@given(payment_facts(), sections(TierPolicy))
def test_every_history_has_a_tier_with_reasons(facts: PaymentFacts, policy: TierPolicy) -> None:
	answer = assess(facts, policy)
	assert (answer.tier, answer.provisional) == classify(facts, policy)
	assert_speaks(answer.reasons)
	if facts.arrears > policy.tolerance:
		assert answer.tier is D
	if answer.tier is A and not answer.provisional:
		assert facts.has_prepaid


@given(payment_facts(), sections(TierPolicy), cents(), cents(), st.booleans())
def test_worse_payment_never_gives_a_better_tier(
	facts: PaymentFacts, policy: TierPolicy, later: Decimal, more_arrears: Decimal, stops_prepaying: bool
) -> None:
	worse = replace(
		facts,
		on_time_amount=max(facts.on_time_amount - later, Decimal(0)),
		arrears=facts.arrears + more_arrears,
		has_prepaid=facts.has_prepaid and not stops_prepaying,
	)
	assert not classify(worse, policy)[0].is_better_than(classify(facts, policy)[0])


@given(sections(TierPolicy), cents(1, 10**12))
def test_the_on_time_rate_of_a_tier_is_reached_on_its_very_edge(policy: TierPolicy, due: Decimal) -> None:
	for tier, rate in policy.on_time.items():
		facts = payments(due=due, on_time=due * rate / 100, paid=1_000_000)
		assert classify(facts, policy) == (tier, False)
		if rate:
			below = replace(facts, on_time_amount=facts.on_time_amount - Decimal("0.0001"))
			assert tier.is_better_than(classify(below, policy)[0])


# The hysteresis


def settled(
	*nights: tuple[CreditTier, bool], start: TierState | None = None, policy: TierPolicy = POLICY
) -> TierState:
	"""The state after these nights, one regrade each, the first today."""
	state = start
	for number, (found, provisional) in enumerate(nights):
		state = settle(state, found, provisional, TODAY + timedelta(days=number), policy)
	assert state is not None
	return state


def test_the_first_tier_is_taken_at_once() -> None:
	assert settled((A, False)) == TierState(A, False, TODAY)
	assert settled((B, True)) == TierState(B, True, TODAY)


def test_a_tier_falls_at_once() -> None:
	assert settled((A, False), (D, False)) == TierState(D, False, TODAY + timedelta(days=1))
	assert settled((A, False), (B, True)) == TierState(B, True, TODAY + timedelta(days=1))


def test_a_tier_rises_on_the_second_night_that_it_has_held() -> None:
	state = settled((C, False), (B, False))
	assert (state.tier, state.candidate, state.held) == (C, B, 1)
	assert settled((C, False), (B, False), (B, False)) == TierState(B, False, TODAY + timedelta(days=2))


def test_a_night_of_the_old_tier_begins_the_wait_anew() -> None:
	state = settled((C, False), (B, False), (C, False), (B, False))
	assert (state.tier, state.held) == (C, 1)


def test_a_night_without_enough_data_begins_the_wait_anew() -> None:
	state = settled((C, False), (A, False), (B, True))
	assert (state.tier, state.candidate, state.held) == (C, None, 0)


def test_a_tier_never_rises_for_want_of_data() -> None:
	assert settled((D, False), *[(B, True)] * 50) == TierState(D, False, TODAY)


def test_a_rise_goes_to_the_worst_tier_of_the_wait() -> None:
	assert settled((D, False), (A, False), (C, False)).tier is C
	assert settled((D, False), (C, False), (A, False)).tier is C
	after = settled((D, False), (C, False), (A, False), (A, False), (A, False))
	assert after == TierState(A, False, TODAY + timedelta(days=4))


def test_a_batch_of_nights_may_rise_twice() -> None:
	waiting = TierState(D, False, TODAY, C, 1)
	assert settle(waiting, A, False, TODAY, POLICY, 2) == TierState(C, False, TODAY, A, 1)
	assert settle(waiting, A, False, TODAY, POLICY, 3) == TierState(A, False, TODAY + timedelta(days=2))


def test_a_provisional_tier_is_confirmed_where_it_stands() -> None:
	assert settled((B, True), (B, False)) == TierState(B, False, TODAY)
	assert settled((B, False), (B, True)) == TierState(B, True, TODAY)


def test_a_tier_that_stays_keeps_its_day() -> None:
	assert settled(*[(B, False)] * 9) == TierState(B, False, TODAY)


def test_a_shorter_wait_in_a_new_policy_lets_the_tier_rise_tonight_and_not_in_the_past() -> None:
	waiting = settled((C, False), *[(A, False)] * 3, policy=TierPolicy(rise_after_regrades=5))
	assert waiting.held == 3
	tonight = TODAY + timedelta(days=4)
	assert settle(waiting, A, False, tonight, POLICY) == TierState(A, False, tonight)
	assert settle(waiting, A, False, tonight, POLICY, 9) == TierState(A, False, tonight)


def test_a_wait_may_be_one_night_or_reach_the_end_of_the_calendar() -> None:
	assert settled((C, False), (A, False), policy=TierPolicy(rise_after_regrades=1)).tier is A
	policy = TierPolicy(rise_after_regrades=1_000_000)
	state = settle(TierState(D, False, date.max), A, False, date.max, policy, 1_000_000)
	assert state == TierState(A, False, date.max)


class Stretch(NamedTuple):
	"""Nights in a row that found the same."""

	found: CreditTier
	provisional: bool
	nights: int


stretches = st.lists(
	st.builds(Stretch, tiers, st.sampled_from((False, False, True)), st.integers(1, 7)),
	min_size=1,
	max_size=8,
)
waits = st.integers(1, 5).map(lambda nights: TierPolicy(rise_after_regrades=nights))


@given(stretches, waits)
def test_a_batch_of_nights_equals_as_many_single_nights(history: list[Stretch], policy: TierPolicy) -> None:
	batch: TierState | None = None
	single: TierState | None = None
	day = TODAY
	for found, provisional, nights in history:
		batch = settle(batch, found, provisional, day, policy, nights)
		for _ in range(nights):
			single = settle(single, found, provisional, day, policy)
			day += timedelta(days=1)
		assert batch == single


@given(stretches, waits)
def test_a_tier_falls_at_once_and_rises_only_after_its_wait_to_the_worst_found(
	history: list[Stretch], policy: TierPolicy
) -> None:
	nights = [(found, provisional) for found, provisional, count in history for _ in range(count)]
	state = settled(nights[0], policy=policy)
	for number, (found, provisional) in enumerate(nights[1:], 1):
		before, state = state, settle(state, found, provisional, TODAY + timedelta(days=number), policy)
		assert not state.tier.is_better_than(found)
		assert state.held < policy.rise_after_regrades
		if before.tier.is_better_than(found):
			assert state.tier is found
		if state.tier.is_better_than(before.tier):
			wait = nights[number - policy.rise_after_regrades + 1 : number + 1]
			assert len(wait) == policy.rise_after_regrades
			assert not any(without_data for _, without_data in wait)
			assert state.tier is max(tier for tier, _ in wait)


# Why a customer stands where he stands


def told(state: TierState, tier: CreditTier, provisional: bool = False) -> tuple[list[str], list[str]]:
	reasons = explain_state(state, TierAnswer(tier, provisional, ()), POLICY)
	return sentences(reasons), remedies(reasons)


def test_a_tier_that_the_facts_confirm_says_since_when() -> None:
	said, remedy = told(TierState(B, False, TODAY), B)
	assert said == ["Tier B holds since 2024-01-31."]
	assert remedy == ["A regrade with other facts changes it."]
	assert told(TierState(B, False, TODAY), C)[0] == said


def test_a_better_tier_that_waits_is_told_with_how_long_it_has_held() -> None:
	said, remedy = told(TierState(C, False, TODAY, B, 1), B)
	assert said[0] == "Tier B has held for 1 of 2 regrades."
	assert remedy[0] == "The tier rises when it has held for 2 regrades in a row."
	assert told(TierState(C, False, TODAY), A)[0][0] == "Tier A has held for 0 of 2 regrades."


def test_the_tier_that_waits_is_the_worst_of_the_wait() -> None:
	assert told(TierState(D, False, TODAY, C, 1), A)[0][0] == "Tier C has held for 1 of 2 regrades."


def test_want_of_data_is_told_as_the_reason_for_no_rise() -> None:
	said, remedy = told(TierState(D, False, TODAY), B, provisional=True)
	assert said[0] == "The tier does not rise to B, because that would be for want of data."
	assert remedy[0] == "The tier is judged once 3 invoices are paid and payments have fallen due."


@given(stretches, waits, payment_facts())
def test_every_state_is_explained(history: list[Stretch], policy: TierPolicy, facts: PaymentFacts) -> None:
	state = None
	for found, provisional, nights in history:
		state = settle(state, found, provisional, TODAY, policy, nights)
	assert state is not None
	answer = assess(facts, policy)
	reasons = explain_state(state, answer, policy)
	assert_speaks(reasons)
	assert set(answer.reasons) <= set(reasons)
	assert codes(reasons)[-1] == "tier_since"
