"""The windows over which sales and payments are taken: the last months, from the first of a month on.

A window reaches up to the day on which it is asked for, so that what is new counts at once, and begins on the
first of a month, so that what is old leaves it on the first of a month and on no other day. In between, a
customer to whom nothing happens keeps its figures.

Sums are taken over the whole window. A rate (the average month, growth, orders in a year) needs the length of
its time besides, and a month that is not over would make that longer every day. So rates are those of the
window's whole months; of a customer who has not bought for that long, those of all months since the first
order.
"""

from dataclasses import dataclass
from datetime import date

from customer_grading.rules.dates import add_days, add_months, first_of_month, months_between


@dataclass(frozen=True, slots=True)
class Window:
	"""So many whole months, and what there is of the month that is not over yet."""

	months: int
	start: date
	month: date
	"""The first of the month that is not over: where the whole months end."""

	@classmethod
	def until(cls, day: date, months: int) -> "Window":
		"""The window that reaches up to a day."""
		month = first_of_month(day)
		return cls(months, add_months(month, -months), month)

	@property
	def before(self) -> date:
		"""The first day of the window before, which is as many whole months long."""
		return add_months(self.start, -self.months)

	def is_filled(self, first: date | None) -> bool:
		"""Whether a customer who first ordered on a day has bought for all of the whole months."""
		return first is not None and first <= self.start

	def rated_until(self, first: date | None, morning: date) -> date:
		"""The day before which sales and orders count for a rate; `morning`: before which they are known."""
		return self.month if self.is_filled(first) else morning

	def spread(self, first: date | None, known_months: int, least: int) -> int:
		"""Over how many months a rate is spread.

		Those of the window; of who has not bought for that long the `known_months` that have begun since the
		first order, but at `least` so many.
		"""
		return self.months if self.is_filled(first) else max(least, min(self.months, known_months))

	def next_spread(self, first: date, day: date, least: int) -> date | None:
		"""The first day after `day` on which `spread` gives more, if the window has not moved by then.

		None where there is no such day. `day` is over: what was ordered on it is known.
		"""
		spread = max(least, months_between(first, add_days(day, 1)))
		return None if self.is_filled(first) or spread >= self.months else add_months(first, spread)


def leaves_window(day: date, months: int) -> date:
	"""The first day whose window of so many months no longer holds `day`: always the first of a month."""
	return add_months(first_of_month(day), months + 1)
