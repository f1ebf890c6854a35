"""summary.json holds every figure that machines are promised; rates are fractions."""

import json
from decimal import Decimal
from typing import Any

import findings as made_up
from books import END, POLICY, account, bill, book, good_payer, on, sale

from customer_grading.preview.book import Account
from customer_grading.preview.replay.decisions import Terms
from customer_grading.preview.replay.engine import replay_book
from customer_grading.preview.replay.results import Backtest, Count, Fate, Kind, Tally
from customer_grading.preview.summary import summary
from customer_grading.rules.options import Outcome
from customer_grading.rules.policy_file import fingerprint

KEYS = (
	"as_of",
	"customers",
	"invoices",
	"amount",
	"rejected_rows",
	"on_time_rate",
	"tiers",
	"grades",
	"backtest",
	"policy_fingerprint",
	"elapsed_seconds",
)
BACKTEST_KEYS = (
	"orders",
	"allow",
	"hold",
	"refuse",
	"late_orders",
	"late_amount",
	"late_caught",
	"late_caught_amount",
	"on_time_restricted",
	"on_time_restricted_amount",
	"late_rate_allowed",
	"by_tier",
)


def figures(*accounts: Account) -> dict[str, Any]:
	made = book(*accounts)
	found = replay_book(made, POLICY, on(END), Terms.POLICY, "en", len, len, abs)
	return summary(made, found, Terms.POLICY, 1.23456)


def test_all_figures_are_there() -> None:
	found = figures(account(bill()))
	assert set(KEYS) <= set(found)
	assert set(BACKTEST_KEYS) <= set(found["backtest"])
	assert list(found["tiers"]) == ["A", "B", "C", "D"]
	assert list(found["grades"]) == ["A", "B", "C", "D", "E"]
	assert list(found["backtest"]["by_tier"]) == ["A", "B", "C", "D", "new"]
	for tally in found["backtest"]["by_tier"].values():
		assert {"orders", "late_orders"} <= set(tally)


def test_the_figures_of_a_small_book() -> None:
	late = account(bill("SI-1", 0, 10, 80, paid=20), bill("SI-2", 15, amount=20, paid=16), customer="Late")
	found = figures(good_payer(), late, account(orders=[sale(amount=5)], customer="New"))
	assert found["as_of"] == on(END).isoformat()
	assert (found["customers"], found["invoices"], found["amount"]) == (3, 14, 12_100.0)
	assert found["on_time_rate"] == round((12_100 - 80) / 12_100, 4)
	assert found["policy_fingerprint"] == fingerprint(POLICY)
	assert found["elapsed_seconds"] == 1.235
	backtest = found["backtest"]
	assert backtest["orders"] == 15 == backtest["allow"] + backtest["hold"] + backtest["refuse"]
	assert (backtest["late_orders"], backtest["late_amount"]) == (1, 80.0)
	assert (backtest["late_caught"], backtest["late_caught_amount"]) == (1, 80.0)
	assert backtest["late_rate_allowed"] == 0.0
	assert backtest["by_tier"]["D"] == {"orders": 1, "late_orders": 0, "late_rate": 0.0}
	assert sum(tally["orders"] for tally in backtest["by_tier"].values()) == 15
	assert sum(found["tiers"].values()) == sum(found["grades"].values()) == 3


def test_what_is_not_known_is_null() -> None:
	found = figures(account(orders=[sale()]))
	assert found["on_time_rate"] is None
	assert found["backtest"]["late_rate_allowed"] is None
	assert json.loads(json.dumps(found)) == found


def test_nothing_at_all_has_figures_too() -> None:
	empty = summary(book(), made_up.nothing(), Terms.GRANTED, 0)
	assert (empty["customers"], empty["amount"], empty["backtest"]["orders"]) == (0, 0.0, 0)
	assert empty["backtest"]["terms"] == "granted"


def test_only_dropped_rows_are_rejected_rows() -> None:
	made = made_up.book(rejects=2)
	made.rejects[0] = made.rejects[0]._replace(row_dropped=False)
	assert summary(made, made_up.findings(), Terms.POLICY, 0)["rejected_rows"] == 1


# Counting


def counted(*kinds: tuple[Outcome, Fate, int]) -> Backtest:
	backtest = Backtest()
	for outcome, fate, amount in kinds:
		late = Decimal(amount if fate.is_late else 0)
		backtest.counts[Kind(outcome, "B", fate.name, fate)] = Count(1, Decimal(amount), late)
	return backtest


def test_orders_of_which_nothing_is_known_are_not_judged() -> None:
	backtest = counted(
		(Outcome.HOLD, Fate.ON_TIME, 60),
		(Outcome.HOLD, Fate.LATE, 40),
		(Outcome.HOLD, Fate.OPEN, 500),
		(Outcome.HOLD, Fate.UNKNOWN_DAY, 500),
		(Outcome.HOLD, Fate.NOT_BILLED, 500),
	)
	assert backtest.all_orders.on_time_rate == 0.6
	assert (backtest.all_orders.orders, backtest.all_orders.late_rate) == (5, 0.2)


def test_held_and_refused_orders_are_restricted() -> None:
	backtest = counted(
		(Outcome.ALLOW, Fate.LATE, 1), (Outcome.HOLD, Fate.OVERDUE, 2), (Outcome.REFUSE, Fate.ON_TIME, 4)
	)
	restricted = backtest.restricted
	assert (restricted.late_orders, restricted.late_amount) == (1, 2)
	assert (restricted.on_time_orders, restricted.on_time_amount) == (1, 4)
	assert list(backtest.by_reason) == ["ON_TIME", "OVERDUE"]
	assert backtest.by_outcome[Outcome.ALLOW].late_rate == 1


def test_merging_adds_the_counts_and_widens_the_time() -> None:
	first, second = made_up.findings(3).backtest, made_up.findings(5).backtest
	merged = Backtest()
	for part in (Backtest(), first, second, second):
		merged.merge(part)
	assert merged.all_orders.orders == first.all_orders.orders + 2 * second.all_orders.orders
	assert merged.all_orders.amount == first.all_orders.amount + 2 * second.all_orders.amount
	assert merged.first_day is not None
	assert merged.last_day is not None
	assert merged.first_day == min(first.first_day or on(END), second.first_day or on(END))
	assert merged.last_day == max(first.last_day or on(0), second.last_day or on(0))


def test_a_tally_of_nothing_has_no_rates() -> None:
	assert (Tally().on_time_rate, Tally().late_rate) == (None, None)


def test_more_late_money_than_was_ordered_is_a_rate_of_nothing() -> None:
	# An order can be billed for more than was ordered.
	assert Tally(orders=1, judged_amount=Decimal(100), late_amount=Decimal(120)).on_time_rate == 0


def test_the_fates_that_are_late_or_judged() -> None:
	assert [fate for fate in Fate if fate.is_late] == [Fate.LATE, Fate.OVERDUE]
	assert [fate for fate in Fate if fate.is_judged] == [Fate.ON_TIME, Fate.LATE, Fate.OVERDUE]


def test_classes_tiers_and_grades_are_counted() -> None:
	found = made_up.findings(12)
	assert sum(found.tiers.values()) == sum(found.grades.values()) == sum(found.classes.values()) == 12
