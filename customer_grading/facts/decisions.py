"""What the order desk has refused and held, counted for the eye."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Date, Function
from pypika.queries import QueryBuilder
from pypika.terms import Term

from customer_grading.rules.dates import add_days
from customer_grading.rules.options import Mode, Outcome

WEEKS = 8
DAYS = 7


@dataclass(frozen=True, slots=True)
class Week:
	"""How many refusals and holds a week saw, by the code of their first reason."""

	monday: date
	counts: Mapping[str, int]


def weeks(company: str | None, day: date) -> tuple[Week, ...]:
	"""The last eight weeks, that of `day` included, the oldest first; of all companies where none is named.

	What was only tried in Shadow mode does not count.
	"""
	this_week = add_days(day, -day.weekday())
	mondays = [add_days(this_week, -DAYS * back) for back in reversed(range(WEEKS))]
	found: dict[date, Counter[str]] = defaultdict(Counter)
	for decided, code, count in _by_day(company, mondays[0]).run():
		found[add_days(decided, -decided.weekday())][code] += count
	return tuple(Week(monday, found[monday]) for monday in mondays)


def _by_day(company: str | None, since: date) -> QueryBuilder:
	decision = DocType("Credit Decision")
	day, code = Date(decision.decided_on), _first_code(decision.reasons)
	kept = (decision.outcome != Outcome.ALLOW) & (decision.mode == Mode.ENFORCE)
	query = (
		frappe.qb.from_(decision)
		.select(day, code, Count(decision.name))
		.where(kept & (decision.decided_on >= since))
		.groupby(day, code)
	)
	return query.where(decision.company == company) if company else query


def _first_code(reasons: Term) -> Term:
	"""What stands between the first quotation marks: reasons are kept as `[["code", …], …]`."""
	return Function("SUBSTRING_INDEX", Function("SUBSTRING_INDEX", reasons, '"', 2), '"', -1)
