"""The 2,466 real invoices of R6: figures that must not drift, and what R6 found for a replay like it."""

import json
import os
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from customer_grading.preview.run import Request, run

REPOSITORY = Path(__file__).parents[2]
IBM = Path(
	os.environ.get("CUSTOMER_GRADING_IBM") or REPOSITORY.parent / "shared/data/ibm_accounts_receivable.csv"
)
pytestmark = pytest.mark.skipif(
	not IBM.is_file(), reason=f"{IBM} is not here; CUSTOMER_GRADING_IBM names another place"
)
INVOICE_DATE = 4
"""The column of the day of an invoice, written month first."""
HINDSIGHT = ("really_happened", "settled_on", "days_late", "late_amount")


class Preview(NamedTuple):
	"""What a preview wrote."""

	figures: dict[str, Any]
	decisions: bytes

	@property
	def backtest(self) -> dict[str, Any]:
		return self.figures["backtest"]

	def until(self, day: date) -> list[str]:
		"""The decisions up to a day, without what really happened."""
		rows = self.decisions.decode().splitlines()[1:]
		return [row.rsplit(",", len(HINDSIGHT))[0] for row in rows if row[:10] <= day.isoformat()]


def previewed(source: Path, out: Path, as_of: date | None = None) -> Preview:
	run(Request(source, out, as_of=as_of), abs, lambda: 0)
	figures = json.loads((out / "summary.json").read_text(encoding="utf-8"))
	return Preview(figures, (out / "decisions.csv").read_bytes())


def lines() -> tuple[str, list[str]]:
	header, *rows = IBM.read_text(encoding="utf-8").splitlines()
	return header, rows


def written(path: Path, header: str, rows: list[str]) -> Path:
	path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
	return path


def day_of(row: str) -> date:
	month, day, year = map(int, row.split(",")[INVOICE_DATE].split("/"))
	return date(year, month, day)


@pytest.fixture(scope="module")
def ibm(tmp_path_factory: pytest.TempPathFactory) -> Preview:
	return previewed(IBM, tmp_path_factory.mktemp("ibm"))


def test_every_invoice_is_there(ibm: Preview) -> None:
	found = ibm.figures
	assert (found["customers"], found["invoices"], found["amount"]) == (100, 2466, 147703.18)
	assert (found["rows_read"], found["rejected_rows"]) == (2466, 0)


def test_every_late_order_is_found(ibm: Preview) -> None:
	assert (ibm.backtest["late_orders"], ibm.backtest["late_amount"]) == (877, 53960.78)


def test_every_order_is_decided_once(ibm: Preview) -> None:
	backtest = ibm.backtest
	assert backtest["orders"] == backtest["allow"] + backtest["hold"] + backtest["refuse"] == 2466
	assert sum(tally["orders"] for tally in backtest["by_tier"].values()) == 2466
	assert sum(tally["late_orders"] for tally in backtest["by_tier"].values()) == 877
	assert ibm.decisions.count(b"\n") == 2467


def test_worse_tiers_pay_late_more_often(ibm: Preview) -> None:
	rates = [
		ibm.backtest["by_tier"][tier]["late_orders"] / ibm.backtest["by_tier"][tier]["orders"]
		for tier in "ABCD"
	]
	assert rates == sorted(set(rates))
	assert rates[0] <= 0.08
	assert rates[3] >= 0.60


def test_the_tiers_are_not_worse_than_what_r6_found(ibm: Preview) -> None:
	found = {name: round(tally["late_rate"], 2) for name, tally in ibm.backtest["by_tier"].items()}
	assert found["A"] <= 0.04
	assert found["B"] <= 0.13
	assert found["C"] <= 0.26


def test_fewer_than_half_as_many_of_the_allowed_orders_are_late(ibm: Preview) -> None:
	assert ibm.backtest["late_rate_allowed"] < 0.178
	assert ibm.backtest["allow"] > 0


def test_what_was_caught_adds_up(ibm: Preview) -> None:
	backtest = ibm.backtest
	allowed_late = round(backtest["late_rate_allowed"] * backtest["allow"])
	assert backtest["late_caught"] + allowed_late == 877
	assert 0 < backtest["late_caught_amount"] <= 53960.78


def test_every_run_writes_the_same_bytes(ibm: Preview, tmp_path: Path) -> None:
	assert previewed(IBM, tmp_path).decisions == ibm.decisions


def test_the_order_of_rows_does_not_matter(ibm: Preview, tmp_path: Path) -> None:
	header, rows = lines()
	Random(7).shuffle(rows)  # noqa: S311  (any order will do)
	assert previewed(written(tmp_path / "a.csv", header, rows), tmp_path).decisions == ibm.decisions


@pytest.mark.parametrize("day", [date(2012, 3, 31), date(2012, 12, 31), date(2013, 6, 15), date(2013, 12, 1)])
def test_cutting_the_file_leaves_the_decisions_before_as_they_were(
	ibm: Preview, tmp_path: Path, day: date
) -> None:
	header, rows = lines()
	kept = [row for row in rows if day_of(row) <= day]
	cut = previewed(written(tmp_path / "cut.csv", header, kept), tmp_path / "cut")
	before = ibm.until(day)
	assert len(before) == len(kept) > 200
	assert cut.until(day) == before
	assert previewed(IBM, tmp_path / "as of", as_of=day).until(day) == before
