"""What the policy would have done with past orders, and at what price: the report's first and third part."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from customer_grading.preview.assumptions import PAYMENTS_UNKNOWN
from customer_grading.preview.replay.results import NEW, Backtest, Tally
from customer_grading.preview.report.bars import Bar
from customer_grading.preview.report.charts import Piece, share, stack
from customer_grading.preview.report.text import Pen
from customer_grading.rules.options import Outcome

OUTCOMES = {
	Outcome.ALLOW: "The goods may go at once.",
	Outcome.HOLD: "The order is accepted; the goods wait for what is asked.",
	Outcome.REFUSE: "The order is not accepted as it is.",
}

REASONS = {
	"order_over_limit": "The order would exceed the credit limit",
	"order_no_room": "The credit limit is used up already",
	"order_no_credit": "The credit limit is zero",
	"order_terms_too_long": "The terms are longer than tier A may have",
	"order_terms_grant_credit": "The terms grant credit that the tier may not have",
	"order_overdue": "Overdue amounts stop new credit",
	"order_cash_owed": "What was delivered for cash before is not paid",
	"order_cash_on_delivery": "Cash on delivery: the goods wait until the money is ready",
	"order_pay_before_delivery": "Payment before delivery: the goods wait for the money",
	"order_pay_before_order": "Payment before the order: the money is not there",
	"order_arrears_first": "Paid in advance, but arrears are open",
	"order_supply_stopped": "Supply is stopped",
	"order_above_shipment_limit": "The order is above the shipment limit",
}
"""What the reasons for holding or refusing an order are called where they are counted."""


@dataclass(frozen=True, slots=True)
class Figure:
	"""One large number with what it says."""

	value: str
	label: str
	note: str


@dataclass(frozen=True, slots=True)
class Part:
	"""One part of the bar of all orders, for its legend."""

	name: str
	label: str
	orders: str
	amount: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
	"""One outcome of the backtest, or the sum of all."""

	name: str
	title: str
	meaning: str
	orders: str
	amount: str
	on_time_orders: str
	on_time_amount: str
	late_orders: str
	late_amount: str
	open_orders: str
	open_amount: str
	late_rate: str


def open_orders(tally: Tally) -> int:
	"""Orders of which is not known yet, or not at all, whether they were paid on time."""
	return tally.orders - tally.late_orders - tally.on_time_orders


def open_amount(tally: Tally) -> Decimal:
	"""The amount of these orders."""
	return tally.amount - tally.judged_amount


@dataclass(frozen=True, slots=True)
class BacktestView:
	"""The backtest in words and bars."""

	backtest: Backtest
	pen: Pen

	@property
	def has_orders(self) -> bool:
		"""Whether there was anything to decide on."""
		return self.backtest.all_orders.orders > 0

	def warning(self) -> str | None:
		"""What the reader must know before any figure: that some of the payments are unknown."""
		unknown = self.backtest.unknown.orders
		if not unknown:
			return None
		reason = PAYMENTS_UNKNOWN.because(unknown, self.backtest.all_orders.orders)
		return f"{reason.sentence(self.pen.language)} {reason.remedy(self.pen.language)}"

	def headline(self) -> str:
		"""The whole result in two sentences."""
		if not self.has_orders:
			return self.pen.say("The files hold no orders that could be decided on.")
		pen, everything, restricted = self.pen, self.backtest.all_orders, self.backtest.restricted
		if everything.orders == self.backtest.unknown.orders:
			return pen.stress(
				"Of {0} orders, none can be judged: no file tells when they were paid.",
				pen.number(everything.orders),
			)
		return pen.stress(
			"Of {0} orders, {1} were paid late. The policy would have caught {2} of them ({3}), "
			"and would have held or refused {4} that were paid on time ({5}).",
			pen.number(everything.orders),
			pen.number(everything.late_orders),
			pen.number(restricted.late_orders),
			pen.money(restricted.late_amount),
			pen.number(restricted.on_time_orders),
			pen.money(restricted.on_time_amount),
		)

	def figures(self) -> Iterator[Figure]:
		"""The four numbers that tell whether the policy is worth it."""
		pen, everything = self.pen, self.backtest.all_orders
		allowed, restricted = self.backtest.by_outcome[Outcome.ALLOW], self.backtest.restricted
		yield Figure(
			pen.rate(everything.late_rate),
			pen.say("of all orders were paid late"),
			pen.say("{0} of {1}", pen.number(everything.late_orders), pen.number(everything.orders)),
		)
		yield Figure(
			pen.rate(allowed.late_rate),
			pen.say("of the allowed orders were paid late"),
			pen.say("{0} of {1}", pen.number(allowed.late_orders), pen.number(allowed.orders)),
		)
		yield Figure(
			pen.percent(share(restricted.late_amount, everything.late_amount)),
			pen.say("of the late money would have been caught"),
			pen.say("{0} of {1}", pen.money(restricted.late_amount), pen.money(everything.late_amount)),
		)
		yield Figure(
			pen.percent(share(allowed.amount, everything.amount)),
			pen.say("of the sales would have passed untouched"),
			pen.say("{0} of {1}", pen.money(allowed.amount), pen.money(everything.amount)),
		)

	def _parts(self) -> Iterator[tuple[str, str, int, Decimal]]:
		allowed, restricted = self.backtest.by_outcome[Outcome.ALLOW], self.backtest.restricted
		everything, say = self.backtest.all_orders, self.pen.say
		yield "passed", say("Allowed, and paid on time"), allowed.on_time_orders, allowed.on_time_amount
		yield "missed", say("Allowed, but paid late: missed"), allowed.late_orders, allowed.late_amount
		yield (
			"caught",
			say("Held or refused, and paid late: caught"),
			restricted.late_orders,
			restricted.late_amount,
		)
		price = say("Held or refused, though paid on time: the price")
		yield "price", price, restricted.on_time_orders, restricted.on_time_amount
		if open_orders(everything):
			yield "open", say("Not due yet, or not known"), open_orders(everything), open_amount(everything)

	def story(self) -> tuple[Piece, ...]:
		"""All orders as one bar: passed, missed, caught, the price of it, and what is still open."""
		parts = [(name, orders) for name, _, orders, _ in self._parts()]
		return stack(parts, self.backtest.all_orders.orders)

	def story_parts(self) -> Iterator[Part]:
		"""The legend of that bar."""
		for name, label, orders, amount in self._parts():
			yield Part(name, label, self.pen.number(orders), self.pen.money(amount))

	def late_rates(self) -> Iterator[Bar]:
		"""How many of the orders were paid late that were placed while in a tier, or while new."""
		for name, tally in self.backtest.by_tier.items():
			label = self.pen.say("New customers") if name == NEW else self.pen.say("Tier {0}", name)
			pieces = stack([(name, tally.late_orders)], tally.orders)
			yield Bar(label, pieces, self.pen.rate(tally.late_rate), self._late_of(tally))

	def _late_of(self, tally: Tally) -> str:
		return self.pen.say(
			"{0} of {1} orders paid late", self.pen.number(tally.late_orders), self.pen.number(tally.orders)
		)

	def overall_late_rate(self) -> float:
		"""The late rate of all orders, in percent, as a line across the bars."""
		everything = self.backtest.all_orders
		return share(everything.late_orders, everything.orders)

	def outcomes(self) -> Iterator[OutcomeRow]:
		"""One row for each outcome, and their sum."""
		for outcome, tally in self.backtest.by_outcome.items():
			yield self._outcome(
				outcome.lower(), self.pen.say(outcome), self.pen.say(OUTCOMES[outcome]), tally
			)
		yield self._outcome("all", self.pen.say("All orders"), "", self.backtest.all_orders)

	def _outcome(self, name: str, title: str, meaning: str, tally: Tally) -> OutcomeRow:
		pen = self.pen
		return OutcomeRow(
			name,
			title,
			meaning,
			pen.number(tally.orders),
			pen.money(tally.amount),
			pen.number(tally.on_time_orders),
			pen.money(tally.on_time_amount),
			pen.number(tally.late_orders),
			pen.money(tally.late_amount),
			pen.number(open_orders(tally)),
			pen.money(open_amount(tally)),
			pen.rate(tally.late_rate),
		)

	def comparison(self) -> str:
		"""What the policy makes of the late rate, as one sentence; empty where it allows nothing."""
		everything, allowed = self.backtest.all_orders, self.backtest.by_outcome[Outcome.ALLOW]
		if not allowed.orders:
			return (
				self.pen.say("The policy would not have allowed any order as it was.")
				if everything.orders
				else ""
			)
		return self.pen.stress(
			"Among the orders that the policy allows, {0} were paid late, against {1} of all.",
			self.pen.rate(allowed.late_rate),
			self.pen.rate(everything.late_rate),
		)

	def reasons(self) -> Iterator[Bar]:
		"""Why orders would have been held or refused, the most frequent first."""
		ranked = sorted(self.backtest.by_reason.items(), key=lambda item: (-item[1].orders, item[0]))
		longest = ranked[0][1].orders if ranked else 0
		for code, tally in ranked:
			parts = (
				("late", tally.late_orders),
				("ontime", tally.on_time_orders),
				("open", open_orders(tally)),
			)
			label = self.pen.say(REASONS[code]) if code in REASONS else code
			note = self.pen.say("{0} in all; {1}", self.pen.money(tally.amount), self._late_of(tally))
			yield Bar(label, stack(parts, longest), self.pen.number(tally.orders), note)
