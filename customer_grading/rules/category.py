"""R13: the customer category, and the visit plan that goes with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customer_grading.rules.dates import add_months
from customer_grading.rules.options import CreditTier, CustomerCategory
from customer_grading.rules.policy import CategoryPolicy
from customer_grading.rules.reasons import DATE, MONEY, NUMBER, PERCENT, Reason, explain

Found = tuple[CustomerCategory, Reason]
WELL_PAID = frozenset({CreditTier.A, CreditTier.B})

AGREEMENT = explain(
	"category_agreement",
	"A yearly supply agreement is signed.",
	"The category changes when the agreement ends.",
)
VIP_SALES = explain(
	"category_vip",
	"The orders of a year are worth {0}, and {1} make a VIP.",
	"Orders below {1} a year change the category.",
	yearly_sales=MONEY,
	vip_from=MONEY,
)
PLATFORM = explain(
	"category_platform", "The customer is a platform through which others buy.", "Correct the customer file."
)
HIGH_POTENTIAL = explain(
	"category_potential",
	"The growth potential is {0} points, and {1} make an honoured guest.",
	"A new judgement of the growth potential.",
	potential=NUMBER,
	needed=NUMBER,
)
BREACHES = explain(
	"category_breaches",
	"{0} promises or rules were broken in a year, and {1} make a free customer.",
	"A year with fewer breaches.",
	breaches=NUMBER,
	allowed=NUMBER,
)
BOUGHT_ONCE = explain(
	"category_dormant",
	"The only order is of {0}, more than {1} months ago.",
	"Find the reason and win a second order.",
	only_order=DATE,
	months=NUMBER,
)
FIRST_ORDERS = explain(
	"category_new",
	"The first order is of {0}, within the last {1} months.",
	"The category changes with time.",
	first_order=DATE,
	months=NUMBER,
)
OFTEN_AND_WELL = explain(
	"category_role_model",
	"{0} orders in a year, {1} or more, and paid as agreed.",
	"Fewer orders, or late payment.",
	orders=NUMBER,
	needed=NUMBER,
)
SMALL_SALES = explain(
	"category_low_value",
	"Sales are {0} % of the average customer's, below {1} %.",
	"Larger or more orders.",
	sales_ratio=PERCENT,
	low_below=PERCENT,
)
NO_CATEGORY = explain(
	"category_none",
	"The customer shows the signs of none of the nine categories.",
	"Assign a category by hand if one fits.",
)

PRINCIPLES = {
	CustomerCategory.STRATEGIC: (
		"Maintain",
		"Serve without a break, help to coordinate, and reach the yearly agreement.",
	),
	CustomerCategory.VIP: (
		"Care and attention",
		"Be the first to care, and find the prospects around the customer.",
	),
	CustomerCategory.KEY_ACCOUNT: (
		"Key people and relations",
		"Find who decides, and build a firm relation.",
	),
	CustomerCategory.HONOURED_GUEST: ("Privileges", "Treat the customer specially and grant privileges."),
	CustomerCategory.ROLE_MODEL: (
		"Talk and exchange",
		"Stay in touch, win a supporter, and show the example to others.",
	),
	CustomerCategory.FREE: ("Manage", "Manage with foresight, prevent misunderstandings, and talk more."),
	CustomerCategory.NEW: ("Grow", "Visit more often and find out what the customer may be worth."),
	CustomerCategory.DORMANT: (
		"Show concern",
		"Find the true reason for the silence and change the way of talking.",
	),
	CustomerCategory.LOW_VALUE: (
		"Give up gradually",
		"Find out the facts and assess the value; giving up needs a filed assessment report.",
	),
}
"""Principle and focus of each category (R13)."""


@dataclass(frozen=True, slots=True)
class CategoryFacts:
	"""What a category is found by; amounts in company currency."""

	supply_agreement: bool = False
	platform: bool = False
	yearly_sales: Decimal = Decimal(0)
	"""Sales of the window's whole months, as rates are taken: see `rules.windows`."""
	sales_ratio: Decimal | None = None
	"""Sales in percent of the average customer's; None where there is nothing to compare with."""
	growth_potential: Decimal | None = None
	"""Typed by a person: points of 100."""
	breaches: int = 0
	"""Broken promises and violations of a year."""
	orders: int = 0
	"""All orders ever."""
	yearly_orders: int = 0
	"""Those of the same time as the yearly sales."""
	first_order: date | None = None
	tier: CreditTier | None = None


@dataclass(frozen=True, slots=True)
class VisitPlan:
	"""How a category is worked: days between visits and between calls (0: none), principle and focus."""

	visit_days: int
	call_days: int
	principle: str
	focus: str


@dataclass(frozen=True, slots=True)
class CategoryAnswer:
	"""A category with its visit plan; None where none of the nine fits."""

	category: CustomerCategory | None
	plan: VisitPlan | None
	reasons: tuple[Reason, ...]


def categorise(facts: CategoryFacts, today: date, policy: CategoryPolicy) -> CategoryAnswer:
	"""The first of the nine categories whose signs the facts show, agreed ones before measured ones (R13)."""
	for category, reason in _found(facts, today, policy):
		return CategoryAnswer(category, visit_plan(category, policy), (reason,))
	return CategoryAnswer(None, None, (NO_CATEGORY.because(),))


def visit_plan(category: CustomerCategory, policy: CategoryPolicy) -> VisitPlan:
	"""The visit plan of a category."""
	principle, focus = PRINCIPLES[category]
	return VisitPlan(policy.visit_days[category], policy.call_days[category], principle, focus)


def _found(facts: CategoryFacts, today: date, policy: CategoryPolicy) -> Iterator[Found]:
	yield from _by_standing(facts, policy)
	yield from _by_age(facts, today, policy)
	yield from _by_orders(facts, policy)


def _by_standing(facts: CategoryFacts, policy: CategoryPolicy) -> Iterator[Found]:
	if facts.supply_agreement:
		yield CustomerCategory.STRATEGIC, AGREEMENT.because()
	if facts.yearly_sales >= policy.vip_sales:
		yield CustomerCategory.VIP, VIP_SALES.because(facts.yearly_sales, policy.vip_sales)
	if facts.platform:
		yield CustomerCategory.KEY_ACCOUNT, PLATFORM.because()
	potential = facts.growth_potential
	if potential is not None and potential >= policy.honoured_potential:
		yield CustomerCategory.HONOURED_GUEST, HIGH_POTENTIAL.because(potential, policy.honoured_potential)
	if facts.breaches >= policy.free_breaches:
		yield CustomerCategory.FREE, BREACHES.because(facts.breaches, policy.free_breaches)


def _by_age(facts: CategoryFacts, today: date, policy: CategoryPolicy) -> Iterator[Found]:
	first = facts.first_order
	if first is None:
		return
	if facts.orders == 1 and add_months(first, policy.dormant_months) < today:
		yield CustomerCategory.DORMANT, BOUGHT_ONCE.because(first, policy.dormant_months)
	if add_months(first, policy.new_months) >= today:
		yield CustomerCategory.NEW, FIRST_ORDERS.because(first, policy.new_months)


def _by_orders(facts: CategoryFacts, policy: CategoryPolicy) -> Iterator[Found]:
	if facts.yearly_orders >= policy.role_model_orders and facts.tier in WELL_PAID:
		yield (
			CustomerCategory.ROLE_MODEL,
			OFTEN_AND_WELL.because(facts.yearly_orders, policy.role_model_orders),
		)
	ratio = facts.sales_ratio
	if facts.orders and ratio is not None and ratio < policy.low_value_ratio:
		yield CustomerCategory.LOW_VALUE, SMALL_SALES.because(ratio, policy.low_value_ratio)
