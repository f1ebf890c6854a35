"""Made-up results of a replay, with reasons from the real rules: the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from customer_grading.preview.book import Account, Book, Invoice, Reject
from customer_grading.preview.replay.results import (
	AGES,
	Backtest,
	CustomerStanding,
	Ending,
	Fate,
	Findings,
	OrderDecision,
)
from customer_grading.rules.category import CategoryFacts, categorise
from customer_grading.rules.credit_limit import CreditLimit, LimitFacts, credit_limit
from customer_grading.rules.grade import OrderRhythm, estimate, grade
from customer_grading.rules.options import CreditTier
from customer_grading.rules.order import Component, ExposureKind, OrderTerms, Overdue, Position, decide
from customer_grading.rules.policy import Policy
from customer_grading.rules.reasons import NUMBER, TEXT, explain
from customer_grading.rules.score import ScoreFacts, score
from customer_grading.rules.tier import PaymentFacts, TierState, assess, explain_state

TODAY = date(2024, 6, 30)
POLICY = Policy.default()
FINGERPRINT = "0123456789abcdef"
NAMES = (
	"Anders & Söhne", "Bright Harbour Trading", "Cobalt Instruments", "Delta Fittings", "杭州远洋纺织",
	"Forge & Anvil", "Granite Works", "苏州精工机械厂", "Helix Laboratories", "Ironbridge Tools",
)  # fmt: skip
GROUPS = ("Agent", "Factory", "Trader", None)
PEOPLE = ("Li Na", "Wang Wei", "M. Okafor", None)
COLUMN_GUESSED = explain(
	"note_guessed", "Dates of {0} are read day first.", "Write them as year-month-day.", file=TEXT
)
NO_DATE = explain("reject_no_date", "The column has no date on line {0}.", "Fill it in.", line=NUMBER)
LATENESS = {CreditTier.A: 0.04, CreditTier.B: 0.13, CreditTier.C: 0.26, CreditTier.D: 0.7}
TYPICAL_RATE = {CreditTier.A: 98, CreditTier.B: 88, CreditTier.C: 65, CreditTier.D: 30}


def money(amount: float) -> Decimal:
	"""An amount with cents."""
	return Decimal(str(round(amount, 2)))


def ageing_of(open_amount: Decimal, overdue: Decimal, days: int) -> tuple[Decimal, ...]:
	"""Open amounts by age, all that is overdue in one age group."""
	ages = [Decimal(0)] * (len(AGES) + 1)
	ages[0] = open_amount - overdue
	ages[sum(days > age for age in AGES)] += overdue
	return tuple(ages)


def standing(
	customer: str = "Delta Fittings", seed: int = 1, tier: CreditTier | None = None
) -> CustomerStanding:
	"""One customer as the rules judge it, with facts that are made up from the seed."""
	chance = random.Random(seed)  # noqa: S311  (made-up data)
	wanted = tier or chance.choices(list(CreditTier), (30, 35, 20, 15))[0]
	sales = money(chance.paretovariate(1.1) * 9_000)
	invoices = chance.choice((1, 2, 5, 9, 14, 30))
	owed = money(float(sales) * chance.uniform(0, 0.35))
	days = chance.randint(1, 260) if wanted is CreditTier.D else 0
	overdue = money(float(owed) * chance.uniform(0.2, 1)) if days else Decimal(0)
	payments = payments_of(sales, wanted, invoices, overdue, days)
	answer = assess(payments, POLICY.tier)
	state = TierState(answer.tier, answer.provisional, TODAY - timedelta(days=chance.randint(5, 400)))
	worth = score(score_facts(chance, payments), POLICY.score)
	monthly, typical = sales / 12, money(float(sales) / max(invoices, 1))
	first = TODAY - timedelta(days=chance.randint(30, 1500))
	last = first + (TODAY - first) * chance.choice((1, 3, 9)) / 10
	rhythm = OrderRhythm(invoices, max(1, (last - first).days // invoices), last)
	facts = CategoryFacts(
		yearly_sales=sales,
		sales_ratio=money(float(sales) / 300),
		orders=invoices,
		yearly_orders=invoices,
		first_order=first,
	)
	return CustomerStanding(
		customer=customer,
		group=chance.choice(GROUPS),
		salesperson=chance.choice(PEOPLE),
		invoices=invoices,
		total_sales=sales * 2,
		yearly_sales=sales,
		average_monthly_sales=monthly,
		on_time_rate=payments.on_time_rate,
		typical_order=typical,
		tier=state,
		tier_reasons=explain_state(state, answer, POLICY.tier),
		score=worth,
		limit=credit_limit(
			LimitFacts(monthly, payments.on_time_rate, typical), worth.value_class, answer.tier, POLICY.limit
		),
		grade=grade(estimate(rhythm, TODAY, POLICY.grade), TODAY, POLICY.grade),
		next_follow_up=TODAY + timedelta(days=chance.randint(-5, 30)),
		category=categorise(replace(facts, tier=answer.tier), TODAY, POLICY.category),
		exposure=owed,
		overdue=overdue,
		oldest_overdue_days=days,
		ageing=ageing_of(owed, overdue, days),
		last_order=last,
	)


def payments_of(
	sales: Decimal, wanted: CreditTier, invoices: int, overdue: Decimal, days: int
) -> PaymentFacts:
	"""Payments that put a customer into the wanted tier, if it has enough of them."""
	rate = Decimal(TYPICAL_RATE[wanted])
	return PaymentFacts(
		invoices - (days > 0), sales, sales * rate / 100, wanted is CreditTier.A, overdue, days
	)


def score_facts(chance: random.Random, payments: PaymentFacts) -> ScoreFacts:
	"""Facts that most customers have."""
	return ScoreFacts(
		sales_contribution=money(chance.uniform(5, 250)),
		payment_fulfilment=payments.on_time_rate,
		growth=money(chance.uniform(-40, 60)),
		order_frequency=Decimal(chance.randint(1, 30)),
		relationship_length=Decimal(chance.randint(1, 60)),
	)


def unlimited(customer: CustomerStanding) -> CustomerStanding:
	"""The same customer with unlimited credit."""
	return replace(customer, limit=replace(customer.limit, limit=CreditLimit(Decimal(0), unlimited=True)))


def orders(customers: int, each: int = 8) -> Iterator[OrderDecision]:
	"""Past orders of customers of all tiers, decided by the real rules."""
	chance = random.Random(customers)  # noqa: S311  (made-up data)
	for number in range(customers * each):
		tier = chance.choices(list(CreditTier), (40, 30, 18, 12))[0]
		yield order(chance, tier, f"SO-{number:05}")


def order(chance: random.Random, tier: CreditTier, number: str) -> OrderDecision:
	"""One past order."""
	amount = money(chance.uniform(200, 9_000))
	overdue = (Overdue("SI-1", money(chance.uniform(50, 900)), 40),) if tier is CreditTier.D else ()
	used = Component(ExposureKind.LEDGER, money(chance.uniform(0, 9_000)))
	position = Position(tier, CreditLimit(Decimal(chance.choice((0, 9_000, 18_000)))), (used,), overdue)
	decision = decide(OrderTerms(amount, chance.choice((0, 0, 15, 30))), position, POLICY)
	day = TODAY - timedelta(days=chance.randint(1, 700))
	provisional = tier is CreditTier.B and chance.random() < 0.3
	return OrderDecision(
		"x", number, day, amount, 30, tier, provisional, decision, ending(chance, tier, amount)
	)


def ending(chance: random.Random, tier: CreditTier, amount: Decimal) -> Ending:
	"""How an order of this tier may have ended."""
	if chance.random() < 0.04:
		return Ending(Fate.OPEN)
	if chance.random() < LATENESS[tier]:
		return Ending(Fate.LATE, amount, chance.randint(1, 90), TODAY)
	return Ending(Fate.ON_TIME, settled_on=TODAY)


def findings(customers: int = 12, orders_each: int = 8) -> Findings:
	"""Findings of so many customers of all tiers."""
	backtest = Backtest()
	for decided in orders(customers, orders_each):
		backtest.add(decided)
	standings = [standing(f"{NAMES[n % len(NAMES)]} {n}", n) for n in range(customers)]
	return Findings(TODAY, standings, backtest, FINGERPRINT)


def nothing() -> Findings:
	"""Findings where nothing was left to judge."""
	return Findings(TODAY, [], Backtest(), FINGERPRINT)


def book(rejects: int = 2, currency: str | None = "CNY") -> Book:
	"""A book with one invoice, a note and some rejected rows."""
	invoice = Invoice("SI-1", TODAY, TODAY, Decimal(100))
	refused = [
		Reject("invoices.csv", line, "Due Date", "2024-13-01", NO_DATE.because(line))
		for line in range(rejects)
	]
	notes = [COLUMN_GUESSED.because("invoices.csv")]
	return Book({"x": Account("x", [invoice])}, refused, notes, 2_470, 3, 1, currency, TODAY)
