"""One preview from input to files."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from books import POLICY

from customer_grading.preview import run as run_module
from customer_grading.preview.book import InputError
from customer_grading.preview.replay.decisions import Terms
from customer_grading.preview.run import Request, read_policy, run
from customer_grading.preview.writers import CUSTOMER_COLUMNS, DECISION_COLUMNS, REJECT_COLUMNS
from customer_grading.rules.policy_file import dumps
from customer_grading.rules.settings import PolicyError

HEADER = "Invoice,Customer,Date,Due Date,Amount,Paid On"
ROWS = (
	"SI-1,Anders,2024-01-10,2024-01-20,100.00,2024-01-19",
	"SI-2,Anders,2024-02-10,2024-02-20,250.50,2024-03-05",
	"SI-3,=Bright,2024-02-11,2024-03-12,80.00,",
	"SI-4,Cobalt,not a date,2024-03-12,80.00,",
	"SI-5,Anders,2024-04-01,2024-04-30,60.00,",
)
FILES = ["customers.csv", "decisions.csv", "rejected.csv", "report.html", "summary.json"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
	return written(tmp_path / "invoices.csv", *ROWS)


@pytest.fixture
def out(tmp_path: Path) -> Path:
	return tmp_path / "deep" / "out"


def written(path: Path, *rows: str) -> Path:
	path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
	return path


def previewed(request: Request, progress: Callable[[int], object] = abs) -> list[str]:
	return run(request, progress, lambda: 1.5)


def rows(path: Path) -> list[dict[str, str]]:
	with path.open(encoding="utf-8-sig", newline="") as file:
		return list(csv.DictReader(file))


def figures(out: Path) -> dict[str, object]:
	return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_all_files_are_written_and_nothing_else(source: Path, out: Path) -> None:
	previewed(Request(source, out))
	assert sorted(path.name for path in out.iterdir()) == FILES


def test_the_user_is_told_what_was_found_and_where(source: Path, out: Path) -> None:
	assert previewed(Request(source, out)) == [
		"2 customers, 4 invoices, 490.50 in all.",
		"23.2 % of the money that can be judged came on time.",
		"Of 2 late orders the policy would have held or refused 2, and 1 that were paid on time.",
		f"1 rows could not be used: see {out / 'rejected.csv'}.",
		f"Report: {out / 'report.html'}",
	]


def test_without_rejects_nothing_is_said_of_them(tmp_path: Path, out: Path) -> None:
	told = previewed(Request(written(tmp_path / "invoices.csv", ROWS[0]), out))
	assert len(told) == 4
	assert rows(out / "rejected.csv") == []


def test_where_no_file_tells_when_money_came_nothing_is_said_of_a_rate(tmp_path: Path, out: Path) -> None:
	path = tmp_path / "invoices.csv"
	path.write_text("Customer,Date,Amount,Outstanding Amount\nFoo,2024-01-05,10,0\n", encoding="utf-8")
	told = previewed(Request(path, out))
	assert told[1] == "No payment can be judged, because nothing fell due or no file says when it was paid."
	assert figures(out)["on_time_rate"] is None
	page = (out / "report.html").read_text(encoding="utf-8")
	assert "orders, none can be judged: no file tells when they were paid." in page
	assert "were paid late. The policy would have caught" not in page


def test_the_files_tell_the_same_as_the_summary(source: Path, out: Path) -> None:
	previewed(Request(source, out))
	found = figures(out)
	assert (found["customers"], found["invoices"], found["amount"]) == (2, 4, 490.5)
	assert (found["rows_read"], found["rejected_rows"], found["elapsed_seconds"]) == (5, 1, 1.5)
	assert found["as_of"] == "2024-04-01"
	assert len(rows(out / "customers.csv")) == 2
	assert len(rows(out / "decisions.csv")) == 4
	(rejected,) = rows(out / "rejected.csv")
	assert (rejected["file"], rejected["line"], rejected["column"]) == ("invoices.csv", "5", "Date")
	assert rejected["value"] == "not a date"


def test_every_file_has_its_header(source: Path, out: Path) -> None:
	previewed(Request(source, out))
	for name, columns in (
		("customers", CUSTOMER_COLUMNS),
		("decisions", DECISION_COLUMNS),
		("rejected", REJECT_COLUMNS),
	):
		first = (out / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
		assert first == ",".join(columns)


def test_no_cell_is_a_formula(source: Path, out: Path) -> None:
	previewed(Request(source, out))
	assert [row["customer"] for row in rows(out / "customers.csv")] == ["'=Bright", "Anders"]


def test_english_files_have_no_byte_order_mark_and_chinese_files_have(source: Path, out: Path) -> None:
	for lang, marked in (("en", False), ("zh", True)):
		previewed(Request(source, out, lang=lang))
		for name in ("customers.csv", "decisions.csv", "rejected.csv"):
			assert (out / name).read_bytes().startswith(b"\xef\xbb\xbf") is marked


def test_a_chinese_preview_speaks_chinese(source: Path, out: Path) -> None:
	told = previewed(Request(source, out, lang="zh"))
	assert not any(line.isascii() for line in told)
	assert not rows(out / "rejected.csv")[0]["why"].isascii()
	assert '<html lang="zh' in (out / "report.html").read_text(encoding="utf-8")


def test_lines_end_the_same_on_every_system(source: Path, out: Path) -> None:
	previewed(Request(source, out))
	assert b"\r" not in (out / "decisions.csv").read_bytes()


# Progress


def test_progress_counts_each_row_read_and_each_invoice_replayed(source: Path, out: Path) -> None:
	steps: list[int] = []
	previewed(Request(source, out), steps.append)
	assert sum(steps) == 5 + 4


def test_progress_of_a_long_file_is_told_in_steps(tmp_path: Path, out: Path) -> None:
	long = written(
		tmp_path / "invoices.csv",
		*(f"SI-{n},C{n % 500},2024-01-10,2024-01-20,100.00,2024-01-19" for n in range(21_000)),
	)
	steps: list[int] = []
	previewed(Request(long, out), steps.append)
	assert steps[:3] == [10_000, 10_000, 1_000]
	assert sum(steps) == 42_000


# The day of the report


def test_a_day_in_the_past_leaves_later_documents_out_and_says_how_many(source: Path, out: Path) -> None:
	told = previewed(Request(source, out, as_of=date(2024, 2, 15)))
	assert "1 invoices and orders after 2024-02-15 are left out." in told
	assert "1 invoices and orders after 2024-02-15 are left out." in (out / "report.html").read_text()
	assert (figures(out)["as_of"], figures(out)["invoices"]) == ("2024-02-15", 3)
	fates = {row["order"]: row["really_happened"] for row in rows(out / "decisions.csv")}
	assert fates == {"SI-1": "Paid on time", "SI-2": "Not due yet", "SI-3": "Not due yet"}


def test_a_day_in_the_future_lets_time_pass(source: Path, out: Path) -> None:
	told = previewed(Request(source, out, as_of=date(2024, 5, 1)))
	assert not any("left out" in line for line in told)
	fates = {row["order"]: row["really_happened"] for row in rows(out / "decisions.csv")}
	assert (fates["SI-3"], fates["SI-5"]) == ("Overdue", "Overdue")


def test_a_day_before_everything_leaves_nothing(source: Path, out: Path) -> None:
	with pytest.raises(InputError) as error:
		previewed(Request(source, out, as_of=date(2023, 1, 1)))
	assert error.value.reason.code == "input_nothing_left"
	assert error.value.reason.numbers == {"rows": 5, "as_of": date(2023, 1, 1), "rejected": 1}
	assert [path.name for path in out.iterdir()] == ["rejected.csv"]
	assert len(rows(out / "rejected.csv")) == 1


@pytest.mark.parametrize("day", [date(2024, 1, 10), date(2024, 2, 10), date(2024, 3, 31)])
def test_a_day_in_the_past_decides_as_the_shortened_file_does(tmp_path: Path, out: Path, day: date) -> None:
	whole = written(tmp_path / "whole.csv", *ROWS)
	kept = [row for row in ROWS if row.split(",")[2] <= day.isoformat()]
	short = written(tmp_path / "short.csv", *kept)
	previewed(Request(whole, out, as_of=day))
	previewed(Request(short, tmp_path / "short", as_of=day))
	assert (out / "decisions.csv").read_bytes() == (tmp_path / "short" / "decisions.csv").read_bytes()


# The same again


def test_the_same_input_gives_the_same_bytes(source: Path, out: Path, tmp_path: Path) -> None:
	previewed(Request(source, out))
	previewed(Request(source, tmp_path / "again"))
	for name in FILES:
		assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_the_order_of_rows_does_not_matter(out: Path, tmp_path: Path) -> None:
	shuffled = list(ROWS)
	Random(3).shuffle(shuffled)  # noqa: S311  (any order will do)
	previewed(Request(written(tmp_path / "a.csv", *ROWS), out))
	previewed(Request(written(tmp_path / "b.csv", *shuffled), tmp_path / "b"))
	for name in ("decisions.csv", "customers.csv"):
		assert (out / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


# The policy


def test_without_a_file_the_shipped_policy_is_used() -> None:
	assert read_policy(None) == POLICY


def test_a_policy_is_read_from_its_file(tmp_path: Path, source: Path, out: Path) -> None:
	policy = tmp_path / "policy.toml"
	policy.write_text(dumps(POLICY), encoding="utf-8-sig")
	assert read_policy(policy) == POLICY
	previewed(Request(source, out))
	shipped = figures(out)["policy_fingerprint"]
	policy.write_text('[tier]\nprovisional = "D"\n', encoding="utf-8")
	previewed(Request(source, out, policy))
	assert figures(out)["policy_fingerprint"] != shipped
	assert rows(out / "decisions.csv")[0]["tier"] == "D"


def test_a_policy_that_is_no_text_is_refused(tmp_path: Path) -> None:
	policy = tmp_path / "policy.toml"
	policy.write_bytes(b"\xff\xfe\x00")
	with pytest.raises(InputError, match=r"policy\.toml is not UTF-8 text"):
		read_policy(policy)


def test_a_bad_policy_is_found_before_anything_is_written(tmp_path: Path, source: Path, out: Path) -> None:
	policy = tmp_path / "policy.toml"
	policy.write_text("[order]\ngrace_days = -1\n", encoding="utf-8")
	with pytest.raises(PolicyError, match=r"order\.grace_days is -1"):
		previewed(Request(source, out, policy))
	assert not out.exists()


def test_the_terms_are_those_asked_for(source: Path, out: Path) -> None:
	previewed(Request(source, out, terms=Terms.GRANTED))
	assert rows(out / "decisions.csv")[0]["reason_codes"] == "order_terms_grant_credit"
	assert figures(out)["backtest"]["terms"] == "granted"  # type: ignore[index]
	assert "on the terms that were really granted" in (out / "report.html").read_text(encoding="utf-8")


# When it fails


def failing(*_: object) -> Iterator[str]:
	yield "<html>"
	raise OSError(28, "No space left on device")


def test_a_run_that_fails_leaves_nothing_half_written(
	source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(run_module, "render", failing)
	with pytest.raises(OSError, match="No space left"):
		previewed(Request(source, out))
	assert list(out.iterdir()) == []


def test_a_run_that_fails_leaves_the_old_report(
	source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
	previewed(Request(source, out))
	before = {path.name: path.read_bytes() for path in out.iterdir()}
	monkeypatch.setattr(run_module, "render", failing)
	with pytest.raises(OSError, match="No space left"):
		previewed(Request(source, out, terms=Terms.GRANTED))
	assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_where_nothing_could_be_read_the_files_of_an_earlier_run_stay(source: Path, out: Path) -> None:
	previewed(Request(source, out))
	before = {path.name: path.read_bytes() for path in out.iterdir()}
	with pytest.raises(InputError):
		previewed(Request(source.with_name("invoicse.csv"), out))
	assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_rejected_rows_are_written_even_when_nothing_is_left(tmp_path: Path, out: Path) -> None:
	with pytest.raises(InputError):
		previewed(Request(written(tmp_path / "invoices.csv", ROWS[3]), out))
	assert [path.name for path in out.iterdir()] == ["rejected.csv"]
	assert rows(out / "rejected.csv")[0]["value"] == "not a date"


def test_a_new_run_that_cannot_read_leaves_the_old_report(source: Path, out: Path, tmp_path: Path) -> None:
	previewed(Request(source, out))
	before = (out / "report.html").read_bytes()
	with pytest.raises(InputError):
		previewed(Request(written(tmp_path / "bad.csv", ROWS[3]), out))
	assert (out / "report.html").read_bytes() == before


def test_other_files_of_the_folder_are_left_alone(source: Path, out: Path) -> None:
	out.mkdir(parents=True)
	(out / "mine.txt").write_text("kept", encoding="utf-8")
	previewed(Request(source, out))
	assert (out / "mine.txt").read_text(encoding="utf-8") == "kept"
