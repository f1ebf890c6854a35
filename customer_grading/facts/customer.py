"""Everything that a regrade asks of a customer, gathered for many customers at once.

What is compared between customers is in the currency of the default company; what belongs to one company is
in the currency of that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Date
from pypika.queries import QueryBuilder

from customer_grading.facts import complaints
from customer_grading.facts.averages import Averages, averages
from customer_grading.facts.invoices import booked
from customer_grading.facts.payments import NOTHING, PaymentsTally
from customer_grading.facts.payments import merged as merged_payments
from customer_grading.facts.pipeline import PipelineFacts, pipeline
from customer_grading.facts.sales import Orders, SalesFacts, SalesTally, Windows
from customer_grading.facts.sales import merged as merged_orders
from customer_grading.facts.selection import Selection
from customer_grading.facts.values import ZERO, money
from customer_grading.rules.category import CategoryFacts
from customer_grading.rules.credit_limit import LimitFacts
from customer_grading.rules.dates import calendar_months, months_between
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.policy import Policy
from customer_grading.rules.score import ScoreFacts
from customer_grading.rules.tier import PaymentFacts
from customer_grading.rules.windows import Window

__all__ = ["Averages", "CompanyFacts", "CustomerFacts", "averages", "gather"]

MONTHS_OF_YEAR = 12
NOTHING_SOLD = SalesFacts()
NOTHING_KNOWN = PipelineFacts()


@dataclass(frozen=True, slots=True)
class CompanyFacts:
	"""One customer in one company, in company currency."""

	payments: PaymentFacts
	limit: LimitFacts


@dataclass(frozen=True, slots=True)
class CustomerFacts:
	"""One customer, over all companies in the currency of the default company."""

	score: ScoreFacts
	payments: PaymentFacts
	companies: Mapping[str, CompanyFacts]
	"""Those in which anything was sold or is owed, each in its own currency."""
	category: CategoryFacts
	"""All but the tier."""
	rhythm: OrderRhythm
	pipeline: PipelineFacts
	has_bought: bool
	deal_value: Decimal
	"""What the orders of the credit limit's window are worth, with taxes."""
	last_order: date | None
	last_contact: date | None
	"""The latest of follow-ups, Communications, Quotations, Opportunities and orders."""
	first_known: date
	"""When the customer was filed."""
	next_change: date | None = None
	"""The first day of the month on which time alone changes these figures, as lines fall due."""


class Profile(NamedTuple):
	"""What is filed of a customer itself."""

	name: str
	filed: date
	growth_potential: float | None
	market_share: float | None
	supply_agreement: int
	platform: int


@dataclass(frozen=True, slots=True)
class Setting:
	"""What all customers of a regrade share."""

	day: date
	policy: Policy
	averages: Averages
	rates: Mapping[str, Decimal]
	windows: Windows
	complaints: Mapping[str, Decimal] | None
	"""By customer, weighted by level; None where nobody records them."""


def gather(
	selection: Selection,
	day: date,
	policy: Policy,
	averages: Averages,
	rates: Mapping[str, Decimal],
) -> dict[str, CustomerFacts]:
	"""The facts of each customer of the selection, those without any document too, as known on `day`.

	`rates`: see `currency.rates`.
	"""
	windows = Windows.until(day, policy)
	blamed = complaints.weights(selection, windows.score.start, day, policy.satisfaction)
	setting = Setting(day, policy, averages, rates, windows, blamed)
	buying = SalesTally(selection, day, policy)
	paying = PaymentsTally(selection, day, policy.tier)
	for invoice in booked(selection, day):
		buying.add(invoice)
		paying.add(invoice)
	sold, paid = buying.facts(), paying.facts()
	known = pipeline(selection, day)
	return {
		profile.name: _customer(
			profile,
			Total.of(sold.get(profile.name, {}), setting),
			paid.get(profile.name, {}),
			known.get(profile.name, NOTHING_KNOWN),
			setting,
		)
		for profile in map(Profile._make, _profiles(selection).run())
	}


def _profiles(selection: Selection) -> QueryBuilder:
	customer = DocType("Customer")
	return (
		frappe.qb.from_(customer)
		.select(
			customer.name,
			Date(customer.creation),
			customer.growth_potential,
			customer.market_share,
			customer.supply_agreement,
			customer.platform,
		)
		.where(selection.among(customer.name))
	)


@dataclass(frozen=True, slots=True)
class Total:
	"""What a customer bought from all companies together."""

	companies: Mapping[str, SalesFacts]
	"""Each company's own part, in its currency."""
	billed: Decimal
	billed_before: Decimal
	billed_this_month: Decimal
	orders: Orders
	windows: Windows

	@classmethod
	def of(cls, companies: Mapping[str, SalesFacts], setting: "Setting") -> "Total":
		"""The sum over companies at their rates."""
		rates = [setting.rates[company] for company in companies]
		parts = list(zip(companies.values(), rates, strict=True))
		return cls(
			companies,
			sum((part.billed * rate for part, rate in parts), ZERO),
			sum((part.billed_before * rate for part, rate in parts), ZERO),
			sum((part.billed_this_month * rate for part, rate in parts), ZERO),
			merged_orders([part.orders for part in companies.values()], rates),
			setting.windows,
		)

	@property
	def yearly_sales(self) -> Decimal:
		"""What was billed in the time over which rates are taken."""
		is_filled = self.windows.score.is_filled(self.orders.first)
		return self.billed - self.billed_this_month if is_filled else self.billed

	@property
	def yearly_orders(self) -> int:
		"""How many orders there were in that time."""
		window = self.windows.score
		return self.orders.between(window.start, window.rated_until(self.orders.first, self.windows.morning))

	def growth(self) -> Decimal | None:
		"""Sales compared with the window before, in percent; None where there were none, or more returns."""
		first = self.orders.first
		if first is None or first > self.windows.score.before or self.billed_before <= 0:
			return None
		return 100 * (self.yearly_sales - self.billed_before) / self.billed_before


def _customer(
	profile: Profile,
	sold: Total,
	paid: Mapping[str, PaymentFacts],
	known: PipelineFacts,
	setting: Setting,
) -> CustomerFacts:
	payment_facts = merged_payments(paid, setting.rates)
	last_order = sold.orders.last
	return CustomerFacts(
		score=_score(profile, sold, payment_facts.on_time_rate, setting),
		payments=payment_facts,
		companies=_companies(sold, paid, setting),
		category=_category(profile, sold, setting),
		rhythm=sold.orders.rhythm(),
		pipeline=known,
		has_bought=last_order is not None,
		deal_value=sold.orders.value,
		last_order=last_order,
		last_contact=max((day for day in (known.last_contact, last_order) if day), default=None),
		first_known=profile.filed,
		next_change=min(
			(part.next_change for part in (*sold.companies.values(), *paid.values()) if part.next_change),
			default=None,
		),
	)


def _score(profile: Profile, sold: Total, on_time_rate: Decimal | None, setting: Setting) -> ScoreFacts:
	typed = {
		"market_share": _typed(profile.market_share),
		"growth_potential": _typed(profile.growth_potential),
	}
	first = sold.orders.first
	if first is None:
		return ScoreFacts(payment_fulfilment=on_time_rate, **typed)
	average = setting.averages.sales
	months = _spread(first, setting.windows.score, setting)
	return ScoreFacts(
		sales_contribution=100 * sold.billed / average if average else None,
		payment_fulfilment=on_time_rate,
		growth=sold.growth(),
		order_frequency=Decimal(MONTHS_OF_YEAR * sold.yearly_orders) / months,
		relationship_length=Decimal(calendar_months(first, setting.day)),
		complaints=None if setting.complaints is None else setting.complaints.get(profile.name, ZERO),
		**typed,
	)


def _typed(points: float | None) -> Decimal | None:
	"""Points that a person typed; 0 means that nobody can tell."""
	return money(points) if points and points > 0 else None


def _spread(first: date | None, window: Window, setting: Setting) -> int:
	"""Over how many months a rate is spread."""
	known = months_between(first, setting.windows.morning) if first else 0
	return window.spread(first, known, setting.policy.limit.min_months)


def _category(profile: Profile, sold: Total, setting: Setting) -> CategoryFacts:
	average = setting.averages.sales
	return CategoryFacts(
		supply_agreement=bool(profile.supply_agreement),
		platform=bool(profile.platform),
		yearly_sales=sold.yearly_sales,
		sales_ratio=round(100 * sold.billed / average, 2) if average else None,
		growth_potential=_typed(profile.growth_potential),
		orders=len(sold.orders.days),
		yearly_orders=sold.yearly_orders,
		first_order=sold.orders.first,
	)


def _companies(sold: Total, paid: Mapping[str, PaymentFacts], setting: Setting) -> Mapping[str, CompanyFacts]:
	found = {}
	for company in {**sold.companies, **paid}:
		payment_facts = paid.get(company, NOTHING)
		part = sold.companies.get(company, NOTHING_SOLD)
		found[company] = CompanyFacts(payment_facts, _limit(part, payment_facts.on_time_rate, setting))
	return found


def _limit(part: SalesFacts, on_time_rate: Decimal | None, setting: Setting) -> LimitFacts:
	limit, window, first = setting.policy.limit, setting.windows.limit, part.orders.first
	this_month = part.billed_this_month if window.is_filled(first) else ZERO
	average = (part.billed_for_limit - this_month) / _spread(first, window, setting)
	return LimitFacts(average, on_time_rate, part.orders.typical(limit.typical_order))
