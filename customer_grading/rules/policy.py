"""Every number of the product in one validated object. Defaults are those of the sources (R1 to R15)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from customer_grading.rules.options import (
	CreditTier,
	Criterion,
	CustomerCategory,
	CustomerGrade,
	FollowUpCadence,
	SatisfactionLevel,
	TypicalOrder,
	ValueClass,
)
from customer_grading.rules.settings import (
	NOT_EXACT,
	NOT_RISING,
	PolicyError,
	Section,
	must_lie,
	setting,
)

Points = tuple[tuple[Decimal, Decimal], ...]

FARTHEST = 1_000_000
"""Where a scale may have its points, on both sides of 0."""

FULL_WEIGHT = 100
"""What the weights of a score add up to, in percent."""


def _points(*pairs: tuple[int, int]) -> Points:
	return tuple((Decimal(at), Decimal(to)) for at, to in pairs)


@dataclass(frozen=True)
class GradePolicy(Section):
	"""R1: how soon a deal makes which customer grade."""

	name = "grade"

	a_months: int = setting(1, "A deal expected within this time is grade A (R1)", "calendar months", 1)
	b_months: int = setting(3, "A deal expected within this time is grade B (R1)", "calendar months", 1)
	c_months: int = setting(6, "A deal expected within this time is grade C (R1)", "calendar months", 1)
	dead_after_months: int = setting(
		12, "Where only orders are known: no need is left after this time without one", "calendar months", 1
	)
	missed_orders: int = setting(
		3, "Where only orders are known: the need is no longer clear after this many usual intervals", "", 1
	)

	def check(self) -> None:
		"""A later grade needs a longer time."""
		self.must_ascend("a_months", "b_months", "c_months")


@dataclass(frozen=True)
class CadencePolicy(Section):
	"""R2: how often a customer of which grade is handled."""

	name = "cadence"

	by_grade: Mapping[CustomerGrade, FollowUpCadence] = setting(
		dict(zip(CustomerGrade, FollowUpCadence, strict=True)), "The follow-up cadence of each grade (R2)"
	)
	days: Mapping[FollowUpCadence, int] = setting(
		dict(zip(FollowUpCadence, (1, 7, 15, 30, 365), strict=True)),
		"At least once in this time the customer is handled (R2)",
		"days",
		1,
	)


@dataclass(frozen=True)
class CutsPolicy(Section):
	"""R3: four more ways to cut the customer list."""

	name = "cuts"

	urgent_days: int = setting(7, "To be handled within this time is urgent (R3)", "days")
	soon_months: int = setting(1, "To be handled within this time is soon (R3)", "calendar months", 1)
	not_urgent_months: int = setting(
		3, "To be handled within this time is not urgent (R3)", "calendar months", 1
	)
	key_deal_ratio: Decimal = setting(
		Decimal(2), "Deals worth this many times those of the average customer make a key customer (R3)"
	)

	def check(self) -> None:
		"""A slower urgency needs a longer time."""
		self.must_ascend("soon_months", "not_urgent_months")
		# The shortest months have 28 days: what is urgent must never reach beyond what is soon.
		must_lie("cuts.urgent_days", self.urgent_days, 0, 28 * self.soon_months)


@dataclass(frozen=True)
class ScorePolicy(Section):
	"""R4: value score and value class."""

	name = "score"

	weights: Mapping[Criterion, Decimal] = setting(
		dict(zip(Criterion, map(Decimal, (25, 30, 10, 10, 5, 10, 5, 5)), strict=True)),
		"What each criterion counts in the score, in percent (R4); together 100",
		highest=100,
	)
	bands: Mapping[ValueClass, Decimal] = setting(
		dict(zip(ValueClass, map(Decimal, (90, 80, 70, 60, 0)), strict=True)),
		"The lowest score of each value class (R4); the lowest class begins at 0",
		"points of 100",
		highest=100,
	)
	window_months: int = setting(
		12, "Sales, growth and order frequency are taken over this time", "months", 1, 120
	)
	sales_contribution: Points = setting(
		_points((0, 0), (50, 60), (100, 80), (200, 100)),
		"Points by sales in percent of the average customer's",
	)
	payment_fulfilment: Points = setting(
		_points((0, 0), (100, 100)), "Points by the amount paid on time in percent of what fell due"
	)
	growth: Points = setting(
		_points((-50, 0), (0, 70), (20, 100)), "Points by growth over the window before, in percent"
	)
	order_frequency: Points = setting(
		_points((0, 0), (6, 70), (12, 90), (24, 100)), "Points by orders in a year"
	)
	relationship_length: Points = setting(
		_points((0, 40), (12, 60), (36, 100)), "Points by months since the first order"
	)
	complaints: Points = setting(
		_points((0, 100), (1, 80), (3, 40), (6, 0)), "Points by complaints that we were to blame for"
	)
	thin_data_weight: Decimal = setting(
		Decimal(50),
		"With data for criteria of less than this weight, the score is capped",
		"percent",
		highest=100,
	)
	thin_data_cap: Decimal = setting(
		Decimal(69), "The best score where the data are that thin", "points of 100", highest=100
	)

	def check(self) -> None:
		"""Weights add up to 100, bands touch, scales ascend."""
		total = sum(self.weights.values())
		if total != FULL_WEIGHT:
			raise PolicyError(NOT_EXACT, "score.weights", str(total), str(FULL_WEIGHT))
		self.must_descend("bands", self.bands)
		lowest = self.bands[ValueClass.E]
		if lowest != 0:
			raise PolicyError(NOT_EXACT, "score.bands.E", str(lowest), "0")
		for name in SCALES:
			self._check_scale(name)

	def _check_scale(self, name: str) -> None:
		path, points = f"score.{name}", getattr(self, name)
		for (before, _), (at, _) in pairwise(points):
			if at <= before:
				raise PolicyError(NOT_RISING, path, str(at), str(before))
		for at, to in points:
			must_lie(path, at, -FARTHEST, FARTHEST)
			must_lie(path, to, 0, 100)


SCALES = tuple(
	criterion.field
	for criterion in Criterion
	if criterion not in (Criterion.MARKET_SHARE, Criterion.GROWTH_POTENTIAL)
)
"""The criteria that are measured, and so need a scale; the other two are typed as points."""


@dataclass(frozen=True)
class LimitPolicy(Section):
	"""R5: the credit limit."""

	name = "limit"

	coefficients: Mapping[ValueClass, Decimal] = setting(
		dict(zip(ValueClass, map(Decimal, ("1.2", "1.0", "0.8", "0.5", "0")), strict=True)),
		"The limit is monthly sales times on-time rate times this (R5)",
		highest=100,
	)
	window_months: int = setting(
		12, "Average monthly sales and the typical order are taken over this time", "months", 1, 120
	)
	min_months: int = setting(
		3, "Sales of a customer known for less than this are still divided by it", "months", 1, 120
	)
	typical_order: TypicalOrder = setting(
		TypicalOrder.MEDIAN,
		"How the typical order, which caps tier A, is taken: median, mean or maximum (R5)",
	)

	def check(self) -> None:
		"""The shortest history lies within the window."""
		must_lie("limit.min_months", self.min_months, 1, self.window_months)


@dataclass(frozen=True)
class TierPolicy(Section):
	"""R6: who gets which credit tier."""

	name = "tier"

	on_time: Mapping[CreditTier, Decimal] = setting(
		dict(zip(CreditTier, map(Decimal, (95, 80, 50, 0)), strict=True)),
		"The lowest on-time rate, by amount, of each tier (R6); the lowest tier begins at 0",
		"percent",
		highest=100,
	)
	window_months: int = setting(
		12, "The on-time rate is taken over lines that fell due in this time", "months", 1, 120
	)
	early_days: int = setting(10, "Money this long ahead of its due date counts as prepaid (R6)", "days", 1)
	min_paid_invoices: int = setting(3, "With fewer paid invoices a customer is new (R6)")
	provisional: CreditTier = setting(CreditTier.B, "The tier of a new customer (R6)")
	rise_after_regrades: int = setting(
		2, "A tier rises only after it has held for this many regrades in a row (R6)", "", 1
	)
	tolerance: Decimal = setting(
		Decimal(1),
		"Overdue amounts up to this in all are trivial and do not count as arrears",
		"company currency",
	)

	def check(self) -> None:
		"""A better tier needs a higher on-time rate; the lowest begins at 0."""
		self.must_descend("on_time", self.on_time)
		lowest = self.on_time[CreditTier.D]
		if lowest != 0:
			raise PolicyError(NOT_EXACT, "tier.on_time.D", str(lowest), "0")


@dataclass(frozen=True)
class OrderPolicy(Section):
	"""R6: what a tier means at the order desk."""

	name = "order"

	grace_days: int = setting(
		15, "The longest credit terms of tier A, and the oldest overdue it may have (R6)", "days"
	)
	restrict_untiered: bool = setting(
		False, "Whether customers without a tier are held to the provisional tier"
	)


@dataclass(frozen=True)
class InvestigationPolicy(Section):
	"""R7: how often a customer's credit is investigated."""

	name = "investigation"

	months: Mapping[CreditTier, int] = setting(
		dict(zip(CreditTier, (6, 3, 1, 1), strict=True)),
		"A credit investigation is due this often (R7)",
		"calendar months",
		1,
	)


@dataclass(frozen=True)
class SatisfactionPolicy(Section):
	"""R12: what makes a complaint grave, and when time alone makes it graver."""

	name = "satisfaction"

	dissatisfied_after_days: int = setting(
		7, "Unsolved for longer than this is at least level D (R12)", "days"
	)
	very_dissatisfied_after_days: int = setting(
		20, "Unsolved for longer than this is at least level E (R12)", "days"
	)
	parts_days: int = setting(3, "Parts that take longer than this dissatisfy (R12)", "days")
	repairs_in_month: int = setting(2, "More repairs than this in a month are level E (R12)")
	major_loss: Decimal = setting(
		Decimal(10_000),
		"A loss of this much makes a major customer's complaint, level F (R12)",
		"company currency",
		"0.01",
		10**12,
	)
	large_damage: Decimal = setting(
		Decimal(50_000),
		"Damages of this much are a crisis, level G (R12)",
		"company currency",
		"0.01",
		10**12,
	)
	complaint_weights: Mapping[SatisfactionLevel, Decimal] = setting(
		dict(zip(SatisfactionLevel, map(Decimal, ("0", "0", "0.5", "1", "1.5", "2", "3")), strict=True)),
		"What a complaint of this level counts in the value score, where we are to blame (R4)",
		highest=100,
	)

	def check(self) -> None:
		"""A graver level needs more days, or a larger loss."""
		self.must_ascend("dissatisfied_after_days", "very_dissatisfied_after_days")
		self.must_ascend("major_loss", "large_damage")


VISIT_DAYS = (14, 7, 14, 14, 30, 14, 14, 14, 30)
CALL_DAYS = (0, 0, 0, 7, 0, 7, 0, 0, 0)


@dataclass(frozen=True)
class CategoryPolicy(Section):
	"""R13: what makes a customer category, and its visit plan."""

	name = "category"

	vip_sales: Decimal = setting(
		Decimal(5_000_000), "Orders of this much in a year make a VIP (R13)", "company currency", 1, 10**15
	)
	honoured_potential: Decimal = setting(
		Decimal(80), "This growth potential makes an honoured guest (R13)", "points of 100", 1, 100
	)
	free_breaches: int = setting(
		2, "This many broken promises or violations in a year make a free customer (R13)", "", 1
	)
	new_months: int = setting(
		6, "A customer is new for this long after the first order (R13)", "calendar months", 1
	)
	dormant_months: int = setting(
		6, "One order and none for longer than this is dormant (R13)", "calendar months", 1
	)
	role_model_orders: int = setting(
		6, "This many orders in a year, well paid, make a role model (R13)", "", 1
	)
	low_value_ratio: Decimal = setting(
		Decimal(20), "Sales below this, compared with the average customer, are low value (R13)", "percent"
	)
	visit_days: Mapping[CustomerCategory, int] = setting(
		dict(zip(CustomerCategory, VISIT_DAYS, strict=True)), "A visit is due this often (R13)", "days", 1
	)
	call_days: Mapping[CustomerCategory, int] = setting(
		dict(zip(CustomerCategory, CALL_DAYS, strict=True)), "A call is due this often; 0: none (R13)", "days"
	)


@dataclass(frozen=True)
class RelationshipPolicy(Section):
	"""When a customer who neither orders nor talks to us is inactive, and when lost."""

	name = "relationship"

	inactive_after_days: int = setting(
		90, "Without an order or contact for longer than this a customer is inactive", "days", 1
	)
	lost_after_days: int = setting(
		365, "Without an order or contact for longer than this a customer is lost", "days", 1
	)

	def check(self) -> None:
		"""A lost customer was inactive before."""
		self.must_ascend("inactive_after_days", "lost_after_days")


@dataclass(frozen=True)
class CollectionsPolicy(Section):
	"""R15: what can still be expected of old debts."""

	name = "collections"

	old_after_days: int = setting(730, "A debt older than this is old (R15)", "days", 1)
	recovery_percent: Decimal = setting(
		Decimal(80), "What is recovered of debts that are not old (R15)", "percent", highest=100
	)
	old_recovery_percent: Decimal = setting(
		Decimal(20), "What is recovered of old debts (R15)", "percent", highest=100
	)


@dataclass(frozen=True)
class Policy:
	"""Everything that a company can decide about grading. Made wrong: PolicyError, naming the setting."""

	grade: GradePolicy = field(default_factory=GradePolicy)
	cadence: CadencePolicy = field(default_factory=CadencePolicy)
	cuts: CutsPolicy = field(default_factory=CutsPolicy)
	score: ScorePolicy = field(default_factory=ScorePolicy)
	limit: LimitPolicy = field(default_factory=LimitPolicy)
	tier: TierPolicy = field(default_factory=TierPolicy)
	order: OrderPolicy = field(default_factory=OrderPolicy)
	investigation: InvestigationPolicy = field(default_factory=InvestigationPolicy)
	satisfaction: SatisfactionPolicy = field(default_factory=SatisfactionPolicy)
	category: CategoryPolicy = field(default_factory=CategoryPolicy)
	relationship: RelationshipPolicy = field(default_factory=RelationshipPolicy)
	collections: CollectionsPolicy = field(default_factory=CollectionsPolicy)

	@classmethod
	def default(cls) -> "Policy":
		"""The policy of the source documents, as shipped."""
		return cls()
