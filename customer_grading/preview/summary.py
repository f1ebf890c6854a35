"""The figures of a preview in one small object, for machines: summary.json. Rates are fractions, 0 to 1."""

from decimal import Decimal
from typing import Any

from customer_grading.preview.book import Book
from customer_grading.preview.replay.decisions import Terms
from customer_grading.preview.replay.results import Backtest, Findings, Tally
from customer_grading.rules.options import CreditTier, CustomerGrade, Outcome, ValueClass


def summary(book: Book, findings: Findings, terms: Terms, elapsed_seconds: float) -> dict[str, Any]:
	"""All figures of a preview. Amounts are in company currency."""
	backtest = findings.backtest
	invoiced = sum((standing.total_sales for standing in findings.standings), Decimal(0))
	return {
		"as_of": findings.as_of.isoformat(),
		"customers": len(findings.standings),
		"invoices": book.invoices,
		"amount": _amount(invoiced),
		"currency": book.currency,
		"rows_read": book.rows_read,
		"rejected_rows": book.rows_dropped,
		"merged_rows": book.rows_merged,
		"credit_notes": book.credit_notes,
		"on_time_rate": _rate(backtest.all_orders.on_time_rate),
		"tiers": {tier.value: findings.tiers[tier] for tier in CreditTier},
		"grades": {grade.value: findings.grades[grade] for grade in CustomerGrade},
		"classes": {each.value: findings.classes[each] for each in ValueClass},
		"backtest": _backtest(backtest, terms),
		"policy_fingerprint": findings.policy_fingerprint,
		"elapsed_seconds": round(elapsed_seconds, 3),
	}


def _backtest(backtest: Backtest, terms: Terms) -> dict[str, Any]:
	everything, restricted = backtest.all_orders, backtest.restricted
	outcomes = backtest.by_outcome
	return {
		"terms": terms.value,
		"orders": everything.orders,
		"allow": outcomes[Outcome.ALLOW].orders,
		"hold": outcomes[Outcome.HOLD].orders,
		"refuse": outcomes[Outcome.REFUSE].orders,
		"late_orders": everything.late_orders,
		"late_amount": _amount(everything.late_amount),
		"late_caught": restricted.late_orders,
		"late_caught_amount": _amount(restricted.late_amount),
		"on_time_restricted": restricted.on_time_orders,
		"on_time_restricted_amount": _amount(restricted.on_time_amount),
		"late_rate_allowed": _rate(outcomes[Outcome.ALLOW].late_rate),
		"by_tier": {name: _by_tier(tally) for name, tally in backtest.by_tier.items()},
	}


def _by_tier(tally: Tally) -> dict[str, Any]:
	return {"orders": tally.orders, "late_orders": tally.late_orders, "late_rate": _rate(tally.late_rate)}


def _amount(amount: Decimal) -> float:
	return float(round(amount, 2))


def _rate(rate: float | None) -> float | None:
	return None if rate is None else round(rate, 4)
