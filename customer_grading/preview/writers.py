"""The files that a preview writes, besides the report."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from customer_grading.preview.book import Reject
from customer_grading.preview.replay.results import CustomerStanding, OrderDecision
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.reasons import Language, Reason

DECISION_COLUMNS = [
	"date",
	"customer",
	"order",
	"amount",
	"terms_days",
	"tier",
	"provisional",
	"outcome",
	"reason_codes",
	"reason",
	"really_happened",
	"settled_on",
	"days_late",
	"late_amount",
]
CUSTOMER_COLUMNS = [
	"no",
	"customer",
	"salesperson",
	"group",
	"tier",
	"tier_since",
	"provisional",
	"value_class",
	"score",
	"coefficient",
	"average_monthly_sales",
	"fulfilment_rate",
	"credit_limit",
	"typical_order",
	"grade",
	"lapsed",
	"next_follow_up",
	"category",
	"visit_days",
	"invoices",
	"total_sales",
	"exposure",
	"overdue",
	"oldest_overdue_days",
	"last_order",
	"reason_codes",
	"reasons",
]
REJECT_COLUMNS = ["file", "line", "column", "value", "why", "remedy"]

FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"

Cell = str | int | Decimal | date | bool | None


def safe(text: str | None) -> str:
	"""Text of a file, quoted where a spreadsheet would take it for a formula and run it."""
	if not text:
		return ""
	return f"'{text}" if text[0] in FORMULA_STARTS else text


def rows_text(rows: Iterable[Sequence[Cell]]) -> str:
	"""Rows as CSV."""
	text = io.StringIO()
	csv.writer(text, lineterminator="\n").writerows(rows)
	return text.getvalue()


@lru_cache(maxsize=50_000)
def iso(day: date | None) -> str:
	"""A day as files tell it, remembered: a book has many orders and few days."""
	return day.isoformat() if day else ""


def money(amount: Decimal | None) -> str:
	"""An amount with two decimals; nothing where there is none."""
	if amount is None:
		return ""
	text = str(amount)
	return text if text[-3:-2] == "." else f"{amount:.2f}"  # most amounts are written as they were read


def yes_no(holds: bool) -> str:
	"""A truth value as the files tell it."""
	return "yes" if holds else "no"


def codes(reasons: Sequence[Reason]) -> str:
	"""The codes of all reasons in one cell."""
	return " ".join([reason.code for reason in reasons])


def sentences(reasons: Sequence[Reason], language: Language) -> str:
	"""All reasons in one cell."""
	return " ".join([reason.sentence(language) for reason in reasons])


def decision_rows(decisions: Iterable[OrderDecision], language: Language) -> str:
	"""Rows of decisions.csv, without the header."""
	return rows_text(_decision_row(order, language) for order in decisions)


def _decision_row(order: OrderDecision, language: Language) -> Sequence[Cell]:
	reasons = order.decision.reasons
	fate, late_amount, days_late, settled_on = order.ending
	return (
		iso(order.date),
		safe(order.customer),
		safe(order.number),
		money(order.amount),
		order.terms_days,
		order.tier,
		"yes" if order.provisional else "no",
		order.decision.outcome,
		codes(reasons),
		sentences(reasons, language),
		language.translate(fate),
		iso(settled_on),
		days_late,
		money(late_amount) if late_amount else "0.00",
	)


def customer_rows(standings: Iterable[CustomerStanding], first_number: int, language: Language) -> str:
	"""Rows of customers.csv, the grade summary form (R10), without the header."""
	return rows_text(
		_customer_row(number, each, language) for number, each in enumerate(standings, first_number)
	)


def _customer_row(number: int, each: CustomerStanding, language: Language) -> Sequence[Cell]:
	reasons = standing_reasons(each)
	plan = each.category.plan
	return (
		number,
		safe(each.customer),
		safe(each.salesperson),
		safe(each.group),
		each.tier.tier,
		each.tier.since,
		yes_no(each.tier.provisional),
		each.score.value_class,
		each.score.score,
		each.limit.coefficient,
		money(each.average_monthly_sales),
		each.on_time_rate,
		limit_text(each.limit.limit),
		money(each.typical_order),
		each.grade.grade,
		yes_no(each.grade.lapsed),
		each.next_follow_up,
		language.translate(each.category.category or ""),
		plan.visit_days if plan else None,
		each.invoices,
		money(each.total_sales),
		money(each.exposure),
		money(each.overdue),
		each.oldest_overdue_days,
		each.last_order,
		codes(reasons),
		sentences(reasons, language),
	)


def limit_text(limit: CreditLimit) -> str:
	"""A limit as the files tell it."""
	return "unlimited" if limit.unlimited else money(limit.amount)


def standing_reasons(each: CustomerStanding) -> tuple[Reason, ...]:
	"""Why a customer stands where it does: tier, limit, score, grade and category."""
	return (
		*each.tier_reasons,
		*each.limit.reasons,
		*each.score.reasons,
		*each.grade.reasons,
		*each.category.reasons,
	)


def reject_rows(rejects: Iterable[Reject], language: Language) -> str:
	"""Rows of rejected.csv, without the header."""
	return rows_text(
		(
			safe(each.file),
			each.line,
			safe(each.column),
			safe(each.value),
			safe(each.why.sentence(language)),
			safe(each.why.remedy(language)),
		)
		for each in rejects
	)
