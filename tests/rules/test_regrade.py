"""R1 to R6 and R13 together: what a regrade changes, and what waits for a person."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.category import CategoryFacts
from customer_grading.rules.credit_limit import UNLIMITED, CreditLimit, LimitFacts
from customer_grading.rules.follow_up import FollowUpFacts
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.options import (
	CreditTier,
	CustomerCategory,
	CustomerGrade,
	FollowUpCadence,
	Graded,
	Need,
	ValueClass,
)
from customer_grading.rules.policy import Policy, TierPolicy
from customer_grading.rules.regrade import (
	Approval,
	Move,
	Regrade,
	Regraded,
	RegradeFacts,
	Standing,
	tier_state,
)
from customer_grading.rules.score import ScoreFacts
from customer_grading.rules.tier import classify

from .facts import (
	TODAY,
	assert_speaks,
	categories,
	category_facts,
	cents,
	codes,
	days_of_history,
	limit_facts,
	limits,
	money,
	payment_facts,
	payments,
	policies,
	rhythms,
	score_facts,
	sentences,
	tiers,
	value_classes,
)

POLICY = Policy.default()
WAIT = Approval()
AT_ONCE = Approval(first_tier=True, upgrades=True, limits=True)
LONG_AGO = date(2020, 1, 1)
NEVER_ORDERED = OrderRhythm(0, 0, None)
A, B, C, D = CreditTier
HOME = "Home Ltd"
DAY = timedelta(days=1)


# Facts with sound defaults


def scored(points: int) -> ScoreFacts:
	"""A customer whose every known criterion comes to the same points, so that the score is just that."""
	typed = Decimal(points)
	return ScoreFacts(market_share=typed, growth_potential=typed)


def follow_up(**known: Any) -> FollowUpFacts:
	"""A customer that nobody has followed up yet and who has never ordered."""
	unknown = dict.fromkeys(("need", "expected_close", "last", "due"))
	return FollowUpFacts(
		**{
			**unknown,
			"rhythm": NEVER_ORDERED,
			"has_bought": False,
			"is_negotiating": False,
			"deal_value": Decimal(0),
			"average_deal_value": Decimal(0),
			**known,
		}
	)


def facts(**known: Any) -> RegradeFacts:
	"""A customer who pays on time, and of whom nothing else is known."""
	given = {
		"score": ScoreFacts(),
		"payments": payments(),
		"limits": {},
		"category": CategoryFacts(),
		"follow_up": follow_up(),
	}
	return RegradeFacts(**{**given, **known})


def in_tier(tier: CreditTier, **others: Any) -> Standing:
	"""A customer who has long been in a tier."""
	return Standing(credit_tier=tier, credit_tier_since=LONG_AGO, **others)


def regraded(
	standing: Standing,
	known: RegradeFacts,
	approval: Approval = WAIT,
	day: date = TODAY,
	held: Collection[Graded] = (),
	given_limits: Mapping[str, CreditLimit] | None = None,
) -> Regraded:
	"""One regrade by the shipped policy."""
	return Regrade(day, frozenset(), POLICY, approval)(standing, given_limits or {}, known, held)


def told(moves: Collection[Move], what: Graded) -> list[tuple[str, str]]:
	"""What of one kind moves: from, to."""
	return [(move.old, move.new) for move in moves if move.what is what]


# The credit tier


@pytest.mark.parametrize(
	("stands", "found", "approval", "moved", "waits", "tier_after"),
	[
		(None, B, WAIT, [], [("", "B")], None),
		(None, D, WAIT, [], [("", "D")], None),
		(None, B, Approval(first_tier=True), [("", "B")], [], B),
		(None, B, Approval(upgrades=True, limits=True), [], [("", "B")], None),
		(A, B, WAIT, [("A", "B")], [], B),
		(A, D, WAIT, [("A", "D")], [], D),
		(A, D, AT_ONCE, [("A", "D")], [], D),
		(B, B, AT_ONCE, [], [], B),
		(C, A, AT_ONCE, [], [], C),
	],
)
def test_a_tier_falls_at_once_and_the_first_one_waits_unless_it_is_set_to_apply(
	stands: CreditTier | None,
	found: CreditTier,
	approval: Approval,
	moved: list[tuple[str, str]],
	waits: list[tuple[str, str]],
	tier_after: CreditTier | None,
) -> None:
	standing = in_tier(stands) if stands else Standing()
	answer = regraded(standing, facts(payments=paying(found)), approval)
	assert told(answer.moved, Graded.CREDIT_TIER) == moved
	assert told(answer.waiting, Graded.CREDIT_TIER) == waits
	assert answer.standing.credit_tier is tier_after


def paying(tier: CreditTier) -> Any:
	"""A payment history that gives a tier."""
	return payments(on_time={A: 100, B: 85, C: 60, D: 10}[tier])


def test_a_fallen_tier_says_since_when_and_forgets_the_better_one_in_waiting() -> None:
	standing = in_tier(B, credit_tier_candidate=A, credit_tier_held=1, credit_tier_counted_on=LONG_AGO)
	answer = regraded(standing, facts(payments=payments(arrears=50, oldest_days=3)))
	after = answer.standing
	assert (after.credit_tier, after.credit_tier_since) == (D, TODAY)
	assert (after.credit_tier_candidate, after.credit_tier_held) == (None, 0)
	assert sentences(answer.moved[-1].reasons) == ["50.00 is past due, the oldest for 3 days."]


@pytest.mark.parametrize(
	("known", "provisional"), [(payments(paid=1), True), (payments(has_prepaid=False), False)]
)
def test_a_tier_without_enough_facts_is_provisional(known: Any, provisional: bool) -> None:
	waiting = regraded(Standing(), facts(payments=known)).waiting
	assert [(move.new, move.provisional) for move in waiting] == [("B", provisional)]
	standing = regraded(Standing(), facts(payments=known), AT_ONCE).standing
	assert (standing.credit_tier, standing.credit_tier_provisional) == (B, provisional)


def test_a_provisional_tier_is_confirmed_without_a_change_in_history() -> None:
	standing = in_tier(B, credit_tier_provisional=True)
	answer = regraded(standing, facts(payments=payments(has_prepaid=False)))
	assert not answer.standing.credit_tier_provisional
	assert answer.standing.credit_tier_since == LONG_AGO
	assert not told(answer.moved, Graded.CREDIT_TIER)


def test_no_tier_rises_for_want_of_data() -> None:
	standing = in_tier(D, credit_tier_candidate=B, credit_tier_held=1, credit_tier_counted_on=TODAY)
	answer = regraded(standing, facts(payments=payments(paid=1)), AT_ONCE)
	assert not told((*answer.moved, *answer.waiting), Graded.CREDIT_TIER)
	after = answer.standing
	assert (after.credit_tier, after.credit_tier_candidate, after.credit_tier_held) == (D, None, 0)


class Nights:
	"""A customer whose regrades follow each other."""

	def __init__(self, standing: Standing, approval: Approval) -> None:
		self.standing, self.approval, self.day = standing, approval, TODAY

	def regrade(self, found: CreditTier) -> Regraded:
		"""Regrade today, by payments that give this tier."""
		known = facts(payments=paying(found), follow_up=follow_up(due=self.standing.next_follow_up))
		answer = regraded(self.standing, known, self.approval, self.day)
		self.standing = answer.standing
		return answer

	def night(self, found: CreditTier) -> CreditTier | None:
		"""The next day; the tier that its regrade comes to."""
		self.day += DAY
		return self.regrade(found).standing.credit_tier


@pytest.mark.parametrize(
	("found", "come_to"),
	[
		([A, A, A], [C, A, A]),
		([A, B, A], [C, B, B]),
		([B, A, A, A], [C, B, B, A]),
		([A, C, A, A], [C, C, C, A]),
		([A, D, A, A], [C, D, D, A]),
	],
)
def test_a_tier_rises_after_two_regrades_in_a_row_to_the_worst_found_in_them(
	found: list[CreditTier], come_to: list[CreditTier]
) -> None:
	nights = Nights(in_tier(C), AT_ONCE)
	assert [nights.night(tier) for tier in found] == come_to


def test_regrades_in_a_row_count_once_a_day() -> None:
	nights = Nights(in_tier(C), AT_ONCE)
	for _again in range(5):
		assert nights.regrade(A).standing.credit_tier is C
	assert (nights.standing.credit_tier_candidate, nights.standing.credit_tier_held) == (A, 1)
	assert nights.night(A) is A
	assert nights.standing.credit_tier_since == nights.day


def test_the_day_of_a_rise_does_not_count_for_the_next_one() -> None:
	nights = Nights(in_tier(D), AT_ONCE)
	assert [nights.night(B), nights.night(B)] == [D, B]
	for _again in range(3):
		assert nights.regrade(A).standing == nights.standing
		assert nights.standing.credit_tier_held == 0
	assert [nights.night(A), nights.night(A)] == [B, A]


def test_a_second_regrade_of_the_day_takes_the_worse_of_what_both_found() -> None:
	nights = Nights(in_tier(D), WAIT)
	assert [nights.night(A), nights.night(A)] == [D, D]
	assert told(nights.regrade(B).waiting, Graded.CREDIT_TIER) == [("D", "B")]
	nights = Nights(in_tier(D), WAIT)
	nights.regrade(A)
	nights.regrade(C)
	nights.day += DAY
	assert told(nights.regrade(A).waiting, Graded.CREDIT_TIER) == [("D", "C")]


def test_a_better_tier_that_has_held_waits_without_rewriting_the_customer_each_night() -> None:
	nights = Nights(in_tier(C), WAIT)
	assert not nights.regrade(A).waiting
	assert nights.night(A) is C
	waiting = nights.standing
	assert (waiting.credit_tier_candidate, waiting.credit_tier_held) == (A, 2)
	for _night in range(3):
		nights.day += DAY
		answer = nights.regrade(A)
		assert told(answer.waiting, Graded.CREDIT_TIER) == [("C", "A")]
		assert codes(answer.waiting[0].reasons) == ["tier_on_time", "tier_prepaid"]
		assert answer.standing == waiting


def test_a_waiting_rise_is_dropped_once_it_is_no_longer_found() -> None:
	nights = Nights(in_tier(C), WAIT)
	nights.night(A)
	nights.night(A)
	nights.day += DAY
	assert not nights.regrade(C).waiting
	assert (nights.standing.credit_tier_candidate, nights.standing.credit_tier_held) == (None, 0)


def test_a_rise_that_waits_applies_once_upgrades_are_set_to() -> None:
	nights = Nights(in_tier(C), WAIT)
	nights.night(A)
	nights.night(A)
	nights.approval = AT_ONCE
	assert nights.regrade(A).standing.credit_tier is A


def test_a_policy_that_asks_for_fewer_regrades_binds_at_once() -> None:
	standing = in_tier(C, credit_tier_candidate=A, credit_tier_held=3, credit_tier_counted_on=LONG_AGO)
	policy = replace(POLICY, tier=TierPolicy(rise_after_regrades=1))
	answer = Regrade(TODAY, (), policy, WAIT)(standing, {}, facts())
	assert told(answer.waiting, Graded.CREDIT_TIER) == [("C", "A")]
	assert answer.standing.credit_tier_held == 1


def test_a_tier_of_unknown_age_is_settled_like_a_first_one() -> None:
	standing = Standing(credit_tier=C)
	assert tier_state(standing) is None
	assert tier_state(Standing()) is None
	answer = regraded(standing, facts(payments=paying(C)))
	assert answer.standing.credit_tier_since == TODAY
	assert not told((*answer.moved, *answer.waiting), Graded.CREDIT_TIER)


# The value class


@pytest.mark.parametrize(
	("stands", "points", "approval", "moved", "waits", "after"),
	[
		(None, 50, WAIT, [("", "E")], [], ValueClass.E),
		(ValueClass.A, 50, WAIT, [("A", "E")], [], ValueClass.E),
		(ValueClass.E, 59, WAIT, [], [], ValueClass.E),
		(ValueClass.E, 69, WAIT, [], [("E", "D")], ValueClass.E),
		(ValueClass.E, 69, AT_ONCE, [("E", "D")], [], ValueClass.D),
	],
)
def test_a_class_falls_at_once_and_rises_when_it_may(
	stands: ValueClass | None,
	points: int,
	approval: Approval,
	moved: list[tuple[str, str]],
	waits: list[tuple[str, str]],
	after: ValueClass,
) -> None:
	answer = regraded(Standing(value_class=stands), facts(score=scored(points)), approval)
	assert told(answer.moved, Graded.VALUE_CLASS) == moved
	assert told(answer.waiting, Graded.VALUE_CLASS) == waits
	assert answer.standing.value_class is after
	assert answer.standing.value_score == points


def test_a_score_from_some_of_the_criteria_is_provisional() -> None:
	assert regraded(Standing(), facts(score=scored(70))).standing.value_provisional
	whole = replace(
		scored(70),
		**dict.fromkeys(
			("sales_contribution", "payment_fulfilment", "growth", "order_frequency"), Decimal(1)
		),
		relationship_length=Decimal(1),
		complaints=Decimal(0),
	)
	assert not regraded(Standing(), facts(score=whole)).standing.value_provisional


# Grade, follow-up and category


def test_a_grade_and_its_cadence_apply_at_once() -> None:
	known = follow_up(need=Need.CLEAR, expected_close=TODAY, last=TODAY)
	answer = regraded(Standing(customer_grade=CustomerGrade.D), facts(follow_up=known))
	after = answer.standing
	assert told(answer.moved, Graded.CUSTOMER_GRADE) == [("D", "A")]
	assert (after.customer_grade, after.follow_up_cadence) == (CustomerGrade.A, FollowUpCadence.DAILY)
	assert (after.need, after.expected_close) == (Need.CLEAR, TODAY)
	assert after.next_follow_up == TODAY + DAY


def test_a_date_that_is_due_is_not_pushed() -> None:
	known = follow_up(need=Need.NONE, last=TODAY, due=LONG_AGO)
	assert regraded(Standing(next_follow_up=LONG_AGO), facts(follow_up=known)).standing.next_follow_up == (
		LONG_AGO
	)


def test_first_follow_ups_are_spread() -> None:
	rule = Regrade(TODAY, (), POLICY, WAIT)
	days = {rule(Standing(), {}, facts(), place=place).standing.next_follow_up for place in range(20)}
	assert len(days) > 10


def test_a_category_follows_the_tier_that_stands_now() -> None:
	often = CategoryFacts(orders=40, yearly_orders=20, first_order=LONG_AGO, sales_ratio=Decimal(100), tier=A)
	assert not told(regraded(Standing(), facts(category=often)).moved, Graded.CUSTOMER_CATEGORY)
	answer = regraded(Standing(), facts(category=often), AT_ONCE)
	assert told(answer.moved, Graded.CUSTOMER_CATEGORY) == [("", "Role model")]
	fallen = regraded(
		replace(answer.standing, credit_tier=A), facts(category=often, payments=paying(D)), WAIT
	)
	assert told(fallen.moved, Graded.CUSTOMER_CATEGORY) == [("Role model", "")]
	assert codes(fallen.moved[-1].reasons) == ["category_none"]


# What a person has assigned


HELD = {
	Graded.CUSTOMER_GRADE: {"customer_grade": CustomerGrade.B},
	Graded.VALUE_CLASS: {"value_class": ValueClass.A},
	Graded.CREDIT_TIER: {"credit_tier": A, "credit_tier_since": LONG_AGO},
	Graded.CUSTOMER_CATEGORY: {"customer_category": CustomerCategory.STRATEGIC},
}


@pytest.mark.parametrize("what", HELD)
def test_rules_do_not_overwrite_what_is_held(what: Graded) -> None:
	standing = Standing(**HELD[what])  # type: ignore[arg-type]
	known = facts(score=scored(10), payments=paying(D), follow_up=follow_up(need=Need.NONE))
	answer = regraded(standing, known, held={what})
	assert getattr(answer.standing, what.field) == getattr(standing, what.field)
	assert not told((*answer.moved, *answer.waiting), what)
	overwritten = regraded(standing, known)
	assert told(overwritten.moved, what)


def test_a_held_grade_sets_the_cadence() -> None:
	standing = Standing(customer_grade=CustomerGrade.B)
	known = facts(follow_up=follow_up(need=Need.NONE, last=TODAY))
	after = regraded(standing, known, held={Graded.CUSTOMER_GRADE}).standing
	assert (after.follow_up_cadence, after.need) == (FollowUpCadence.WEEKLY, Need.NONE)


def test_what_is_held_while_empty_is_graded() -> None:
	answer = regraded(Standing(), facts(), held={Graded.CUSTOMER_GRADE})
	assert told(answer.moved, Graded.CUSTOMER_GRADE) == [("", "D")]


# Limits


IN_CLASS_B = in_tier(B, value_class=ValueClass.B)


def sells(monthly: int | str, typical: int = 10**6) -> dict[str, LimitFacts]:
	"""A customer who buys for so much a month, and pays all of it on time."""
	return {HOME: LimitFacts(Decimal(monthly), Decimal(100), Decimal(typical))}


def limit(amount: int | str) -> CreditLimit:
	return CreditLimit(Decimal(amount))


@pytest.mark.parametrize(
	("stands", "monthly", "expected"),
	[
		(None, 1000, [("", "1000.00")]),
		(None, 0, []),
		(limit(0), 1000, [("0", "1000.00")]),
		(limit(1000), 0, [("1000", "0.00")]),
		(limit(0), 0, []),
		(limit(1000), 1000, []),
		(limit(1000), "1099.99", []),
		(limit(1000), 1100, [("1000", "1100.00")]),
		(limit(1000), "900.01", []),
		(limit(1000), 900, [("1000", "900.00")]),
		(UNLIMITED, 1000, []),
		(UNLIMITED, 0, []),
	],
)
def test_a_limit_changes_by_at_least_the_smallest_change(
	stands: CreditLimit | None, monthly: int | str, expected: list[tuple[str, str]]
) -> None:
	known = facts(limits=sells(monthly), payments=paying(B))
	given_limits = {} if stands is None else {HOME: stands}
	waits = regraded(IN_CLASS_B, known, WAIT, TODAY, {Graded.VALUE_CLASS}, given_limits)
	assert told(waits.waiting, Graded.CREDIT_LIMIT) == expected
	assert waits.limits == {}
	applies = regraded(IN_CLASS_B, known, AT_ONCE, TODAY, {Graded.VALUE_CLASS}, given_limits)
	assert told(applies.moved, Graded.CREDIT_LIMIT) == expected
	assert [str(each.amount) for each in applies.limits.values()] == [new for _old, new in expected]


@pytest.mark.parametrize(("monthly", "expected"), [("1000.01", [("1000", "1000.01")]), ("1000", [])])
def test_any_change_is_told_where_no_smallest_one_is_set(
	monthly: str, expected: list[tuple[str, str]]
) -> None:
	approval, held = Approval(min_limit_change=Decimal(0)), {Graded.VALUE_CLASS}
	known = facts(limits=sells(monthly), payments=paying(B))
	answer = regraded(IN_CLASS_B, known, approval, TODAY, held, {HOME: limit(1000)})
	assert told(answer.waiting, Graded.CREDIT_LIMIT) == expected


@pytest.mark.parametrize(("tier", "expected"), [(A, [("", "0.00")]), (B, []), (C, []), (D, [])])
def test_nobody_without_a_limit_is_proposed_to_have_none_but_in_tier_a(
	tier: CreditTier, expected: list[tuple[str, str]]
) -> None:
	known = facts(limits=sells(0), payments=paying(tier))
	assert told(regraded(in_tier(tier), known).waiting, Graded.CREDIT_LIMIT) == expected


def test_a_limit_goes_by_the_tier_that_is_found_while_the_first_one_waits() -> None:
	known = facts(limits=sells(1000, typical=300), score=scored(85))
	answer = regraded(Standing(), known)
	assert told(answer.waiting, Graded.CREDIT_TIER) == [("", "A")]
	assert told(answer.waiting, Graded.CREDIT_LIMIT) == [("", "300.00")]
	assert codes(answer.waiting[-1].reasons) == ["limit_formula", "limit_typical_order"]
	in_b = regraded(in_tier(B), known)
	assert told(in_b.waiting, Graded.CREDIT_LIMIT) == [("", "500.00")]


def test_a_limit_goes_by_the_class_that_stands_while_a_better_one_waits() -> None:
	known = facts(limits=sells(1000), score=scored(69), payments=paying(B))
	answer = regraded(in_tier(B, value_class=ValueClass.E), known, given_limits={HOME: limit(10)})
	assert told(answer.waiting, Graded.VALUE_CLASS) == [("E", "D")]
	assert told(answer.waiting, Graded.CREDIT_LIMIT) == [("10", "0.00")]


def test_each_company_has_its_own_limit() -> None:
	known = facts(limits={**sells(1000), "Abroad Inc": LimitFacts(Decimal(50), None, None)}, score=scored(85))
	answer = regraded(Standing(), known, AT_ONCE, given_limits={"Abroad Inc": limit(7)})
	assert answer.limits == {HOME: limit(500), "Abroad Inc": limit(0)}
	companies = [move.company for move in answer.moved if move.what is Graded.CREDIT_LIMIT]
	assert companies == [HOME, "Abroad Inc"]


# For any facts, under any policy


@st.composite
def standings(draw: st.DrawFn, day: date) -> Standing:
	"""Any standing that regrades and persons can have left."""
	standing = draw(_graded)
	tier = draw(st.none() | tiers)
	if tier is None:
		return standing
	standing = replace(standing, credit_tier=tier, credit_tier_since=draw(days_of_history))
	standing = replace(standing, credit_tier_provisional=draw(st.booleans()))
	better = [other for other in CreditTier if other.is_better_than(tier)]
	counted_on = draw(st.none() | st.just(day) | days_of_history)
	if better and draw(st.booleans()):
		candidate, times = draw(st.sampled_from(better)), draw(st.integers(1, 4))
		standing = replace(standing, credit_tier_candidate=candidate, credit_tier_held=times)
	return replace(standing, credit_tier_counted_on=counted_on)


_graded = st.builds(
	Standing,
	customer_grade=st.none() | st.sampled_from(CustomerGrade),
	next_follow_up=st.none() | days_of_history,
	value_class=st.none() | value_classes,
	customer_category=st.none() | categories,
)
follow_ups = st.builds(
	FollowUpFacts,
	need=st.none() | st.sampled_from(Need),
	expected_close=st.none() | days_of_history,
	last=st.none() | days_of_history,
	due=st.none(),
	rhythm=rhythms,
	has_bought=st.booleans(),
	is_negotiating=st.booleans(),
	deal_value=money,
	average_deal_value=money,
)
companies = st.sampled_from((HOME, "Abroad Inc"))
known_facts = st.builds(
	RegradeFacts,
	score=score_facts,
	payments=payment_facts(),
	limits=st.dictionaries(companies, limit_facts, max_size=2),
	category=category_facts,
	follow_up=follow_ups,
)
approvals = st.builds(Approval, st.booleans(), st.booleans(), st.booleans(), cents(0, 100))
holds = st.sets(st.sampled_from(list(HELD)))


class Case:
	"""A regrade of any customer, and what it comes to."""

	def __init__(self, rule: Regrade, standing: Standing, known: RegradeFacts, **others: Any) -> None:
		self.rule, self.standing = rule, standing
		self.given_limits, self.held = others["given_limits"], others["held"]
		self.facts = replace(known, follow_up=replace(known.follow_up, due=standing.next_follow_up))
		self.answer = rule(standing, self.given_limits, self.facts, self.held, others["place"])
		self.others = others

	def __repr__(self) -> str:
		return f"Case({self.rule}, {self.standing}, {self.facts}, **{self.others})"

	@property
	def found(self) -> tuple[CreditTier, bool]:
		"""The tier by the facts alone, and whether it is provisional."""
		return classify(self.facts.payments, self.rule.policy.tier)

	def again(self) -> "Case":
		"""The same regrade on what the first one left."""
		left = {**self.given_limits, **self.answer.limits}
		return Case(self.rule, self.answer.standing, self.facts, **{**self.others, "given_limits": left})

	def all_of(self, what: Graded) -> list[Move]:
		return [move for move in (*self.answer.moved, *self.answer.waiting) if move.what is what]


shipped = st.integers(1, 3).map(
	lambda regrades: replace(POLICY, tier=TierPolicy(rise_after_regrades=regrades))
)
judged = st.builds(lambda known, tier: replace(known, payments=paying(tier)), known_facts, tiers)


@st.composite
def cases(draw: st.DrawFn) -> Case:
	"""Any case; every other one by the shipped rates and with enough payments to judge by."""
	policy, known = draw(st.tuples(shipped, judged) | st.tuples(policies, known_facts))
	rule = Regrade(draw(days_of_history), frozenset(), policy, draw(approvals))
	return Case(
		rule,
		draw(standings(rule.day)),
		known,
		given_limits=draw(st.dictionaries(companies, limits, max_size=2)),
		held=draw(holds),
		place=draw(st.integers(0, 10**6)),
	)


@given(cases())
def test_a_repeated_regrade_of_a_day_changes_nothing(case: Case) -> None:
	again = case.again().answer
	assert again.moved == ()
	assert again.limits == {}
	assert again.standing == case.answer.standing
	assert again.waiting == case.answer.waiting


def waiting_states() -> Iterator[Standing]:
	"""Every way in which a better tier can be waiting."""
	for tier, better in combinations(reversed(CreditTier), 2):
		for held, counted_on in product((1, 2, 3), (None, TODAY, LONG_AGO)):
			yield in_tier(
				tier, credit_tier_candidate=better, credit_tier_held=held, credit_tier_counted_on=counted_on
			)
	yield from map(in_tier, CreditTier)


@pytest.mark.parametrize("approval", [WAIT, AT_ONCE])
@pytest.mark.parametrize("needed", [1, 2, 3])
def test_whatever_is_waiting_a_repeated_regrade_comes_to_the_same_tier(
	approval: Approval, needed: int
) -> None:
	rule = Regrade(TODAY, (), replace(POLICY, tier=TierPolicy(rise_after_regrades=needed)), approval)
	histories = (*map(paying, CreditTier), payments(paid=1))
	for standing, history in product(waiting_states(), histories):
		known = facts(payments=history)
		first = rule(standing, {}, known)
		again = rule(first.standing, {}, known)
		assert (again.standing, again.waiting, again.moved) == (first.standing, first.waiting, ()), standing


@given(cases())
def test_every_graded_value_that_differs_has_one_move_which_tells_why(case: Case) -> None:
	for what in HELD:
		before, after = getattr(case.standing, what.field), getattr(case.answer.standing, what.field)
		moves = [] if before == after else [(str(before or ""), str(after or ""))]
		assert told(case.answer.moved, what) == moves
	for move in (*case.answer.moved, *case.answer.waiting):
		assert move.old != move.new
		assert_speaks(move.reasons)


@given(cases())
def test_what_waits_leaves_the_value_alone_and_never_lowers_it(case: Case) -> None:
	for move in case.answer.waiting:
		if move.what is Graded.CREDIT_LIMIT:
			assert not case.rule.approval.limits
			continue
		assert move.old == str(getattr(case.answer.standing, move.what.field) or "")
		assert not move.old or move.new < move.old
		is_first = not move.old
		assert not (case.rule.approval.first_tier if is_first else case.rule.approval.upgrades)


@given(cases())
def test_a_worse_tier_is_taken_at_once(case: Case) -> None:
	found, provisional = case.found
	stands, after = case.standing.credit_tier, case.answer.standing
	if stands is None or not stands.is_better_than(found) or Graded.CREDIT_TIER in case.held:
		return
	assert (after.credit_tier, after.credit_tier_provisional) == (found, provisional)
	assert after.credit_tier_since == case.rule.day


@given(cases())
def test_no_tier_goes_above_what_is_found_and_none_rises_for_want_of_data(case: Case) -> None:
	found, provisional = case.found
	for move in case.all_of(Graded.CREDIT_TIER):
		assert not CreditTier(move.new).is_better_than(found)
		assert not (move.old and provisional and move.new < move.old)


@given(cases())
def test_what_is_held_stays(case: Case) -> None:
	for what in case.held:
		before = getattr(case.standing, what.field)
		if what is Graded.CUSTOMER_GRADE and before is None:
			continue
		assert getattr(case.answer.standing, what.field) is before
		assert not case.all_of(what)


@given(cases())
def test_no_due_date_is_pushed(case: Case) -> None:
	before, after = case.standing.next_follow_up, case.answer.standing.next_follow_up
	assert after is not None
	assert before is None or after <= before


@given(cases())
def test_limits_are_never_negative_and_leave_unlimited_ones_alone(case: Case) -> None:
	for move in case.all_of(Graded.CREDIT_LIMIT):
		stands = case.given_limits.get(move.company)
		assert Decimal(move.new) >= 0
		assert stands is None or not stands.unlimited
		assert (move.old == "") == (stands is None)
	waiting = {move.company for move in case.all_of(Graded.CREDIT_LIMIT)} - set(case.answer.limits)
	assert not waiting or not case.rule.approval.limits


@given(tiers, tiers, st.integers(1, 6), st.integers(1, 3))
def test_a_rise_takes_as_many_days_as_the_policy_says_however_often_a_day_is_regraded(
	stands: CreditTier, found: CreditTier, needed: int, times: int
) -> None:
	if not found.is_better_than(stands):
		return
	policy = replace(POLICY, tier=TierPolicy(rise_after_regrades=needed))
	standing, day = in_tier(stands), TODAY
	for nights in range(1, needed + 1):
		for _again in range(times):
			rule = Regrade(day, (), policy, AT_ONCE)
			standing = rule(standing, {}, facts(payments=paying(found))).standing
		assert (standing.credit_tier is found) == (nights == needed)
		day += DAY
