"""The first day on which time alone may change how a customer is graded: until then it can be left alone."""

from collections.abc import Iterable, Iterator
from datetime import date

from customer_grading.rules.category import CategoryFacts
from customer_grading.rules.dates import add_days, add_months, next_month
from customer_grading.rules.grade import OrderRhythm
from customer_grading.rules.policy import CutsPolicy, GradePolicy, Policy
from customer_grading.rules.regrade import RegradeFacts, Standing
from customer_grading.rules.windows import Window

CLAMPED = 3
"""Days by which months of different length can be apart."""


def next_change(
	standing: Standing, facts: RegradeFacts, held_until: Iterable[date], day: date, policy: Policy
) -> date:
	"""The day on which a customer that stands like this on `day` must be graded again, if nothing happens.

	Never later than the first change, sometimes earlier, and not later than the first of the next month: then
	all windows move on. What happens to a customer in the meantime, a document or a decision, is a reason of
	its own. `held_until`: when hands are taken off.
	"""
	if _rise_is_counted(standing, policy):
		return add_days(day, 1)
	found = (*_changes(standing, facts, day, policy), *held_until)
	return min([next_month(day), *(each for each in found if each > day)])


def _rise_is_counted(standing: Standing, policy: Policy) -> bool:
	"""Whether a better tier must hold for more regrades. One that has waits for a person, not for time."""
	needed = policy.tier.rise_after_regrades
	return standing.credit_tier_candidate is not None and standing.credit_tier_held < needed


def _changes(standing: Standing, facts: RegradeFacts, day: date, policy: Policy) -> Iterator[date]:
	if facts.next_change is not None:
		yield facts.next_change
	yield from _by_first_order(facts.category, day, policy)
	if facts.follow_up.need is None:
		yield from _by_rhythm(facts.follow_up.rhythm, policy.grade)
	yield from _by_close(standing.expected_close, policy.grade, day)
	yield from _by_urgency(standing.next_follow_up, policy.cuts, day)


def _by_first_order(facts: CategoryFacts, day: date, policy: Policy) -> Iterator[date]:
	"""A young customer's orders are spread over ever more months; some months also make the category."""
	first = facts.first_order
	if first is None:
		return
	window = Window.until(day, policy.score.window_months)
	if (longer := window.next_spread(first, day, policy.limit.min_months)) is not None:
		yield longer
	for months in (policy.category.new_months, policy.category.dormant_months):
		yield add_days(add_months(first, months), 1)


def _by_rhythm(rhythm: OrderRhythm, policy: GradePolicy) -> Iterator[date]:
	last = rhythm.last_order
	if last is not None:
		yield add_days(add_days(last, rhythm.interval_days * policy.missed_orders), 1)
		yield add_days(add_months(last, policy.dead_after_months), 1)


def _by_close(close: date | None, policy: GradePolicy, day: date) -> Iterator[date]:
	"""The grade rises as the expected close draws near, and lapses after it."""
	if close is None:
		return
	yield add_days(close, 1)
	for months in (policy.a_months, policy.b_months, policy.c_months):
		yield _within(close, months, day)


def _by_urgency(due: date | None, policy: CutsPolicy, day: date) -> Iterator[date]:
	if due is None:
		return
	if due > add_days(day, policy.urgent_days):
		yield add_days(day, (due - day).days - policy.urgent_days)
	for months in (policy.soon_months, policy.not_urgent_months):
		yield _within(due, months, day)


def _within(far: date, months: int, day: date) -> date:
	"""The first day after `day` from which so many months reach to a far day; `day` where they do already."""
	if add_months(day, months) >= far:
		return day
	found = max(add_days(add_months(far, -months), -CLAMPED), add_days(day, 1))
	while add_months(found, months) < far:
		found = add_days(found, 1)
	return found
