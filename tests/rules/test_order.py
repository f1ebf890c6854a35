"""R6 at the order desk: what each tier asks of an order, and what nothing may change."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.credit_limit import UNLIMITED, CreditLimit
from customer_grading.rules.options import Await, CreditTier, MeasureKind, Outcome
from customer_grading.rules.order import (
	Component,
	Decision,
	ExposureKind,
	Measure,
	OrderTerms,
	Overdue,
	Position,
	Release,
	Requirement,
	accepted,
	binding_tier,
	decide,
	policy_terms,
)
from customer_grading.rules.policy import OrderPolicy, Policy, TierPolicy

from .facts import (
	assert_speaks,
	cents,
	codes,
	components,
	order,
	order_policies,
	order_terms,
	overdue,
	overdue_lines,
	owes,
	position,
	positions,
	remedies,
	sentences,
	small_money,
	tiers,
)

POLICY = Policy.default()
BINDING = Policy(order=OrderPolicy(restrict_untiered=True))
A, B, C, D = CreditTier
ALLOW, HOLD, REFUSE = Outcome
STOP = Measure(MeasureKind.STOP)
HARSHNESS = {ALLOW: 0, HOLD: 1, REFUSE: 2}


def decided(terms: OrderTerms, where: Position, policy: Policy = POLICY) -> tuple[Outcome, list[str]]:
	decision = decide(terms, where, policy)
	return decision.outcome, codes(decision.reasons)


# Every tier × every situation of R6


@pytest.mark.parametrize(
	("tier", "terms", "situation", "outcome", "told"),
	[
		# Tier A: credit within limit, terms and overdue
		(A, order(1000, 15), {}, ALLOW, ["order_within_limit"]),
		(A, order("1000.01"), {}, REFUSE, ["order_over_limit"]),
		(A, order(400), {"exposure": owes(600)}, ALLOW, ["order_within_limit"]),
		(A, order(400), {"exposure": owes("600.01")}, REFUSE, ["order_over_limit"]),
		(A, order(1500), {"exposure": owes(-500)}, ALLOW, ["order_within_limit"]),
		(A, order(1), {"exposure": owes(1000)}, REFUSE, ["order_no_room"]),
		(A, order(1), {"limit": 0}, REFUSE, ["order_no_credit"]),
		(A, order(100, 16), {}, REFUSE, ["order_terms_too_long"]),
		(A, order(100, -3), {}, ALLOW, ["order_within_limit"]),
		(A, order(), {"overdue": (overdue(50, 15),)}, ALLOW, ["order_within_limit"]),
		(A, order(), {"cash_owed": Decimal(900)}, ALLOW, ["order_within_limit"]),
		(A, order(), {"overdue": (overdue(50, 16),)}, REFUSE, ["order_overdue"]),
		(A, order(), {"overdue": (overdue(1, 16),)}, ALLOW, ["order_within_limit"]),
		(A, order(), {"overdue": (overdue(1, 16), overdue("0.01", 90))}, REFUSE, ["order_overdue"]),
		(A, order(), {"overdue": (overdue(1, 16), overdue(500, 15))}, ALLOW, ["order_within_limit"]),
		(
			A,
			order(5000, 30),
			{"overdue": (overdue(50, 40),)},
			REFUSE,
			["order_overdue", "order_over_limit", "order_terms_too_long"],
		),
		# Tier B: cash on delivery
		(B, order(), {}, HOLD, ["order_cash_on_delivery"]),
		(B, order(payment_ready=True), {}, ALLOW, ["order_payment_ready"]),
		(B, order(credit_days=1), {}, REFUSE, ["order_terms_grant_credit"]),
		(B, order(credit_days=1, payment_ready=True), {}, REFUSE, ["order_terms_grant_credit"]),
		(B, order(), {"overdue": (overdue("1.01", 1),)}, REFUSE, ["order_overdue"]),
		(B, order(payment_ready=True), {"overdue": (overdue(9, 1),)}, REFUSE, ["order_overdue"]),
		(B, order(), {"overdue": (overdue(1, 1),)}, HOLD, ["order_cash_on_delivery"]),
		(
			B,
			order(credit_days=30),
			{"overdue": (overdue(9, 1),)},
			REFUSE,
			["order_overdue", "order_terms_grant_credit"],
		),
		(B, order(), {"cash_owed": Decimal("1.01")}, REFUSE, ["order_cash_owed"]),
		(B, order(payment_ready=True), {"cash_owed": Decimal(40)}, REFUSE, ["order_cash_owed"]),
		(B, order(), {"cash_owed": Decimal(1)}, HOLD, ["order_cash_on_delivery"]),
		(B, order(), {"cash_owed": Decimal(100), "cover": Decimal(100)}, ALLOW, ["order_covered"]),
		(B, order(), {"cash_owed": Decimal(9), "overdue": (overdue(9, 1),)}, REFUSE, ["order_overdue"]),
		(
			B,
			order(),
			{"cash_owed": Decimal(10), "overdue": (overdue(9, 1),)},
			REFUSE,
			["order_overdue", "order_cash_owed"],
		),
		# Tier C: payment before delivery
		(C, order(), {}, HOLD, ["order_pay_before_delivery"]),
		(C, order(), {"cash_owed": Decimal(900)}, HOLD, ["order_pay_before_delivery"]),
		(C, order(credit_days=60, payment_ready=True), {}, HOLD, ["order_pay_before_delivery"]),
		(C, order(), {"overdue": (overdue(9, 1),)}, HOLD, ["order_pay_before_delivery"]),
		# Tier D: payment before the order, and no exceptions
		(D, order(), {}, REFUSE, ["order_pay_before_order"]),
		(D, order(payment_ready=True), {"cover": Decimal("99.99")}, REFUSE, ["order_pay_before_order"]),
		(D, order(), {"overdue": (overdue(9, 1),)}, REFUSE, ["order_pay_before_order", "order_overdue"]),
		# Nobody has a tier yet
		(None, order(10_000, 90), {}, ALLOW, ["order_untiered"]),
	],
)
def test_each_tier_has_its_policy(
	tier: CreditTier | None,
	terms: OrderTerms,
	situation: dict[str, object],
	outcome: Outcome,
	told: list[str],
) -> None:
	assert decided(terms, position(tier, **situation)) == (outcome, told)  # type: ignore[arg-type]


@pytest.mark.parametrize("tier", [A, B, C, D, None])
def test_an_order_that_is_covered_in_advance_is_allowed_in_every_tier(tier: CreditTier | None) -> None:
	where = position(tier, limit=0, cover=Decimal(100))
	assert decided(order(100, 90), where) == (ALLOW, ["order_covered"])


@pytest.mark.parametrize("tier", [A, B, C, None])
def test_arrears_do_not_stop_a_covered_order_above_tier_d(tier: CreditTier | None) -> None:
	where = position(tier, cover=Decimal(100), overdue=(overdue(900, 400),))
	assert decided(order(), where) == (ALLOW, ["order_covered"])


def test_in_tier_d_the_goods_of_a_covered_order_wait_for_the_arrears() -> None:
	where = position(D, cover=Decimal(100), overdue=(overdue(30, 5), overdue(20, 9)))
	decision = decide(order(), where, POLICY)
	assert (decision.outcome, codes(decision.reasons)) == (HOLD, ["order_arrears_first", "order_covered"])
	assert decision.requirements == (Requirement(Await.ARREARS, Decimal(50)),)
	trivial = replace(where, overdue=(overdue(1, 5),))
	assert decided(order(), trivial) == (ALLOW, ["order_covered"])


# What is said


@pytest.mark.parametrize(
	("terms", "where", "said", "remedy"),
	[
		(
			order(400),
			position(exposure=owes(100)),
			(
				"With this order the exposure is 500.00, within the credit limit of 1,000.00;"
				" 500.00 of it remains."
			),
			"An order of more than 500.00 besides this one would exceed the limit.",
		),
		(
			order(400),
			replace(position(exposure=owes(100)), limit=UNLIMITED),
			"With this order the exposure is 500.00; the customer's credit is unlimited by choice.",
			"Give the customer a limit to bind its orders.",
		),
		(
			order(400),
			position(exposure=owes(900)),
			(
				"With this order the exposure would be 1,300.00,"
				" which is 300.00 above the credit limit of 1,000.00."
			),
			"Receive 300.00 on account, reduce the order to 100.00, or ask for a release.",
		),
		(
			order(400),
			position(exposure=owes(1200)),
			(
				"The exposure is 1,200.00 already, so nothing of the credit limit of 1,000.00"
				" is left for this order of 400.00."
			),
			"Receive 600.00 on account, or ask for a release.",
		),
		(
			order(400),
			position(limit=0, cover=Decimal(150)),
			"The customer has no credit: the limit is 0.00.",
			"Receive 250.00 before the order, or ask for a release.",
		),
		(
			order(400, 30),
			position(),
			"The terms give 30 days of credit, more than the 15 days allowed in tier A.",
			"Shorten the terms to 15 days or fewer.",
		),
		(
			order(400, 30),
			position(B),
			"The terms give 30 days of credit, but tier B pays cash on delivery.",
			"Shorten the terms to due on delivery.",
		),
		(
			order(400),
			position(B, overdue=(overdue(3000, 20), overdue(200, 31))),
			"3,200.00 is overdue, the oldest for 31 days; that stops new credit.",
			"Receive the 3,200.00 that is overdue, or ask for a release.",
		),
		(
			order(400),
			position(B, cover=Decimal(100)),
			(
				"Tier B pays cash on delivery: the goods wait until it is known"
				" that the customer has 300.00 ready."
			),
			"Ask the customer and confirm the payment readiness.",
		),
		(
			order(400, payment_ready=True),
			position(B, cash_owed=Decimal(120)),
			"120.00 of what was delivered before is not paid yet, but tier B pays cash on delivery.",
			"Receive the 120.00, or ask for a release.",
		),
		(
			order(400, payment_ready=True),
			position(B, cover=Decimal(100)),
			"Tier B pays cash on delivery, and it is confirmed that the customer has 300.00 ready.",
			"Take the confirmation back if the customer cannot pay after all.",
		),
		(
			order(400),
			position(C, cover=Decimal(100)),
			"Tier C pays before delivery: the goods wait for 300.00.",
			"Receive 300.00 on account.",
		),
		(
			order(400),
			position(D, cover=Decimal(100)),
			"Tier D pays before the order: 300.00 of it is not covered by money on account.",
			"Receive 300.00 on account, then submit again.",
		),
		(
			order(400),
			position(D, cover=Decimal(500), overdue=(overdue(70, 3),)),
			"The order is paid in advance, but 70.00 of arrears is open: the goods wait until it is settled.",
			"Receive the 70.00 that is overdue.",
		),
		(
			order(400),
			position(D, cover=Decimal(500)),
			"The order of 400.00 is fully covered by 500.00 received in advance.",
			"Taking the advance back would uncover the order.",
		),
		(
			order(400),
			position(None),
			"The customer has no credit tier yet, so the payment policy does not bind.",
			"Assign a tier to bind the customer's orders.",
		),
		(
			order(400),
			position(measures=(STOP,)),
			"Supply to this customer is stopped.",
			"Ask the credit controller to end the supply stop.",
		),
		(
			order(400),
			position(measures=(Measure(MeasureKind.SHIPMENT_LIMIT, Decimal(250)),)),
			"The order of 400.00 is above the shipment limit of 250.00.",
			"Reduce the order to 250.00, or ask the credit controller to raise the shipment limit.",
		),
		(
			order(400),
			position(D, release=Release(Decimal(450))),
			"The order of 400.00 is released up to 450.00 by a credit controller.",
			"An order above 450.00 needs a new release.",
		),
	],
)
def test_a_decision_can_be_read_aloud_with_what_would_change_it(
	terms: OrderTerms, where: Position, said: str, remedy: str
) -> None:
	reasons = decide(terms, where, POLICY).reasons
	assert sentences(reasons)[0] == said
	assert remedies(reasons)[0] == remedy


@pytest.mark.parametrize(("tier", "awaits"), [(B, Await.READINESS), (C, Await.ADVANCE)])
def test_a_held_order_says_what_its_goods_wait_for(tier: CreditTier, awaits: Await) -> None:
	decision = decide(order(400), position(tier, cover=Decimal(100)), POLICY)
	assert decision.requirements == (Requirement(awaits, Decimal(300)),)


def test_the_exposure_is_the_sum_of_its_named_parts() -> None:
	parts = (
		Component(ExposureKind.LEDGER, Decimal(-50)),
		Component(ExposureKind.UNBILLED_ORDERS, Decimal(300)),
		Component(ExposureKind.UNBILLED_DELIVERIES, Decimal(20)),
	)
	where = position(exposure=parts)
	assert where.exposure_total == 270
	assert decide(order(730), where, POLICY).outcome is ALLOW
	assert decide(order("730.01"), where, POLICY).outcome is REFUSE


def test_unlimited_credit_is_still_bound_by_terms_and_overdue() -> None:
	where = replace(position(overdue=(overdue(50, 16),)), limit=UNLIMITED)
	assert decided(order(10**9, 16), where) == (REFUSE, ["order_overdue", "order_terms_too_long"])


# What the remedies promise


@given(small_money, small_money, cents(0, 300))
def test_the_remedies_of_a_full_limit_are_right_to_the_cent(
	amount: Decimal, limit: Decimal, exposure: Decimal
) -> None:
	where = replace(position(exposure=owes(exposure)), limit=CreditLimit(limit))
	decision = decide(order(amount), where, POLICY)
	numbers = decision.reasons[0].numbers
	if decision.reasons[0].code in {"order_over_limit", "order_no_room"}:
		received = replace(where, exposure=owes(exposure - Decimal(str(numbers["excess"]))))
		assert decide(order(amount), received, POLICY).outcome is ALLOW
	if decision.reasons[0].code == "order_over_limit":
		room = Decimal(str(numbers["room"]))
		assert decide(order(room), where, POLICY).outcome is ALLOW
		assert decide(order(room + Decimal("0.01")), where, POLICY).outcome is REFUSE
	if decision.reasons[0].code == "order_no_credit":
		prepaid = replace(where, cover=where.cover + Decimal(str(numbers["needed"])))
		assert decide(order(amount), prepaid, POLICY).outcome is ALLOW


@given(order_terms, positions)
def test_money_for_what_a_held_order_waits_for_lets_the_goods_go(terms: OrderTerms, where: Position) -> None:
	decision = decide(terms, where, POLICY)
	for requirement in decision.requirements:
		assert requirement.amount > 0
		if requirement.awaits is Await.ARREARS:
			paid = replace(where, overdue=())
		else:
			paid = replace(where, cover=where.cover + requirement.amount)
		assert decide(terms, paid, POLICY).outcome is ALLOW


# Measures and releases


@pytest.mark.parametrize("tier", [A, B, C, D, None])
def test_a_supply_stop_refuses_even_a_covered_and_released_order(tier: CreditTier | None) -> None:
	where = position(tier, measures=(STOP,), cover=Decimal(1000), release=Release(Decimal(1000)))
	assert decided(order(), where) == (REFUSE, ["order_supply_stopped"])


def test_a_shipment_limit_binds_above_its_amount_only() -> None:
	where = position(measures=(Measure(MeasureKind.SHIPMENT_LIMIT, Decimal(250)),))
	assert decided(order(250), where) == (ALLOW, ["order_within_limit"])
	assert decided(order("250.01"), where) == (REFUSE, ["order_above_shipment_limit"])


def test_every_measure_that_refuses_is_told() -> None:
	where = position(measures=(STOP, Measure(MeasureKind.SHIPMENT_LIMIT, Decimal(9)), STOP))
	expected = ["order_supply_stopped", "order_above_shipment_limit", "order_supply_stopped"]
	assert decided(order(), where) == (REFUSE, expected)


@pytest.mark.parametrize("tier", [B, C, D])
def test_a_release_lifts_what_the_tier_asks_for_and_keeps_its_reasons(tier: CreditTier) -> None:
	bare = decide(order(), position(tier), POLICY)
	released = decide(order(), position(tier, release=Release(Decimal(100))), POLICY)
	assert released == Decision(ALLOW, (released.reasons[0], *bare.reasons))
	assert released.reasons[0].code == "order_released"


def test_a_release_does_not_reach_above_its_ceiling() -> None:
	where = position(D, release=Release(Decimal("99.99")))
	assert decided(order(), where) == (REFUSE, ["order_pay_before_order", "order_release_too_small"])
	told = decide(order(), where, POLICY).reasons[-1]
	assert told.sentence() == "There is a release, but only up to 99.99, and the order is 100.00."
	assert told.remedy() == "Reduce the order to 99.99, or ask for a release up to 100.00."


def test_an_order_that_costs_nothing_is_allowed_in_every_tier() -> None:
	for tier in CreditTier:
		assert decided(order(0), position(tier)) == (ALLOW, ["order_nothing_to_pay"])


def test_a_release_that_is_not_needed_is_not_told() -> None:
	assert decided(order(), position(release=Release(Decimal(500)))) == (ALLOW, ["order_within_limit"])


# Customers without a tier


def test_a_company_may_bind_customers_without_a_tier_to_the_provisional_one() -> None:
	assert decided(order(), position(None), BINDING) == (HOLD, ["order_cash_on_delivery"])
	strict = Policy(tier=TierPolicy(provisional=D), order=OrderPolicy(restrict_untiered=True))
	where = position(None, cover=Decimal(100), overdue=(overdue(50, 3),))
	assert decided(order(), where, strict)[0] is HOLD


@pytest.mark.parametrize(
	("tier", "policy", "expected"),
	[
		(A, POLICY, 15),
		(B, POLICY, 0),
		(C, POLICY, 0),
		(D, POLICY, 0),
		(None, POLICY, None),
		(None, BINDING, 0),
	],
)
def test_the_longest_terms_of_a_tier_are_told(
	tier: CreditTier | None, policy: Policy, expected: int | None
) -> None:
	assert policy_terms(tier, policy) == expected


def test_the_grace_days_and_the_tolerance_are_those_of_the_policy() -> None:
	policy = Policy(tier=TierPolicy(tolerance=Decimal(50)), order=OrderPolicy(grace_days=30))
	assert policy_terms(A, policy) == 30
	where = position(overdue=(overdue("50.01", 31),))
	assert decided(order(100, 30), where, policy) == (REFUSE, ["order_overdue"])
	assert decided(order(100, 31), position(), policy) == (REFUSE, ["order_terms_too_long"])
	assert decide(order(100, 30), replace(where, overdue=(overdue(50, 99),)), policy).outcome is ALLOW


# What holds for every order and every position


@given(order_terms, positions, order_policies)
def test_every_order_is_decided_with_reasons(terms: OrderTerms, where: Position, policy: Policy) -> None:
	decision = decide(terms, where, policy)
	assert_speaks(decision.reasons)
	assert bool(decision.requirements) == (decision.outcome is HOLD)


def never_milder(before: Decision, after: Decision) -> bool:
	return HARSHNESS[after.outcome] >= HARSHNESS[before.outcome]


@given(order_terms, positions, components)
def test_more_exposure_never_makes_a_decision_milder(
	terms: OrderTerms, where: Position, part: Component
) -> None:
	more = replace(part, amount=abs(part.amount))
	worse = replace(where, exposure=(*where.exposure, more))
	assert never_milder(decide(terms, where, POLICY), decide(terms, worse, POLICY))


@given(order_terms, positions, small_money)
def test_more_cover_never_makes_a_decision_harsher(terms: OrderTerms, where: Position, more: Decimal) -> None:
	better = replace(where, cover=where.cover + more)
	assert never_milder(decide(terms, better, POLICY), decide(terms, where, POLICY))


@given(order_terms, positions, st.integers(0, 60))
def test_longer_terms_never_make_a_decision_milder(terms: OrderTerms, where: Position, days: int) -> None:
	longer = replace(terms, credit_days=terms.credit_days + days)
	assert never_milder(decide(terms, where, POLICY), decide(longer, where, POLICY))


@given(order_terms, positions, overdue_lines)
def test_more_overdue_never_makes_a_decision_milder(
	terms: OrderTerms, where: Position, line: Overdue
) -> None:
	worse = replace(where, overdue=(*where.overdue, line))
	assert never_milder(decide(terms, where, POLICY), decide(terms, worse, POLICY))


@given(order_terms, positions, st.integers(0, 60))
def test_older_overdue_never_makes_a_decision_milder(terms: OrderTerms, where: Position, days: int) -> None:
	older = replace(where, overdue=tuple(replace(line, days=line.days + days) for line in where.overdue))
	assert never_milder(decide(terms, where, POLICY), decide(terms, older, POLICY))


@given(order_terms, positions, small_money)
def test_a_larger_order_is_never_decided_more_mildly(
	terms: OrderTerms, where: Position, more: Decimal
) -> None:
	larger = replace(terms, amount=terms.amount + more)
	assert never_milder(decide(terms, where, POLICY), decide(larger, where, POLICY))


@given(order_terms, positions, small_money)
def test_a_lower_limit_is_never_decided_more_mildly(
	terms: OrderTerms, where: Position, less: Decimal
) -> None:
	lower = replace(where, limit=replace(where.limit, amount=max(where.limit.amount - less, Decimal(0))))
	assert never_milder(decide(terms, where, POLICY), decide(terms, lower, POLICY))


@given(order_terms, positions, small_money, order_policies)
def test_an_order_fully_covered_is_refused_by_a_measure_only(
	terms: OrderTerms, where: Position, more: Decimal, policy: Policy
) -> None:
	covered = replace(where, cover=terms.amount + more)
	decision = decide(terms, covered, policy)
	if decision.outcome is REFUSE:
		assert set(codes(decision.reasons)) <= {"order_supply_stopped", "order_above_shipment_limit"}
	assert decide(terms, replace(covered, measures=()), policy).outcome is not REFUSE


@given(order_terms, positions, small_money)
def test_a_release_lifts_everything_but_a_measure_up_to_its_ceiling(
	terms: OrderTerms, where: Position, ceiling: Decimal
) -> None:
	bare = decide(terms, replace(where, release=None), POLICY)
	released = decide(terms, replace(where, release=Release(ceiling)), POLICY)
	free = decide(terms, replace(where, release=None, measures=()), POLICY)
	by_measure = bare.outcome is REFUSE and bare != free
	if by_measure:
		assert released == bare
	elif terms.amount > ceiling:
		assert (released.outcome, released.requirements) == (bare.outcome, bare.requirements)
	else:
		assert released.outcome is ALLOW


@given(order_terms, positions, tiers)
def test_measures_bind_alike_in_every_tier(terms: OrderTerms, where: Position, tier: CreditTier) -> None:
	stopped = replace(where, measures=(*where.measures, STOP))
	assert decide(terms, stopped, POLICY) == decide(terms, replace(stopped, tier=tier), POLICY)


# Orders that are accepted although they would be refused


@given(order_terms, positions)
def test_an_accepted_order_is_never_refused_and_says_what_it_waits_for(
	terms: OrderTerms, where: Position
) -> None:
	decision = decide(terms, where, POLICY)
	waiting = accepted(decision, terms, where)
	if decision.outcome is not REFUSE:
		assert waiting == decision
	else:
		assert (waiting.outcome, waiting.reasons) == (HOLD, decision.reasons)
		assert [each.awaits for each in waiting.requirements] == [Await.CREDIT]


def test_what_an_accepted_order_waits_for_is_what_is_not_covered() -> None:
	terms, where = order(1000), position(D, cover=Decimal(400))
	waiting = accepted(decide(terms, where, POLICY), terms, where)
	assert waiting.requirements == (Requirement(Await.CREDIT, Decimal(600)),)


@pytest.mark.parametrize(
	("own", "policy", "binding"), [(A, POLICY, A), (None, POLICY, None), (None, BINDING, B), (D, BINDING, D)]
)
def test_a_customer_without_a_tier_is_bound_only_where_the_policy_says_so(
	own: CreditTier | None, policy: Policy, binding: CreditTier | None
) -> None:
	assert binding_tier(own, policy) is binding
