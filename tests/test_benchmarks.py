"""The programs in benchmarks/ make the same book each time and end with one line of JSON."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
FILES = ("customers.csv", "invoices.csv", "payments.csv")


def ran(program: str, *arguments: object) -> str:
	command = [sys.executable, str(BENCHMARKS / program), *map(str, arguments)]
	done = subprocess.run(  # noqa: S603  (our own programs)
		command, capture_output=True, check=True, encoding="utf-8", timeout=60
	)
	assert done.stderr == ""
	return done.stdout


def sample(folder: Path, *arguments: object) -> dict[str, bytes]:
	said = ran("sample_book.py", "--out", folder, "--invoices", 300, "--customers", 20, *arguments)
	assert said == f"A sample book of 300 invoices is in {folder}.\n"
	assert sorted(path.name for path in folder.iterdir()) == list(FILES)
	return {name: (folder / name).read_bytes() for name in FILES}


def test_the_sample_book_is_the_same_each_time(tmp_path: Path) -> None:
	assert sample(tmp_path / "one") == sample(tmp_path / "two")


def test_another_seed_gives_another_sample_book(tmp_path: Path) -> None:
	assert sample(tmp_path / "one") != sample(tmp_path / "two", "--seed", 2)


def test_the_sample_book_holds_what_was_asked_for(tmp_path: Path) -> None:
	sample(tmp_path / "book")
	with (tmp_path / "book" / "invoices.csv").open(encoding="utf-8", newline="") as file:
		invoices = list(csv.DictReader(file))
	assert len(invoices) == len({invoice["ID"] for invoice in invoices}) == 300
	assert 15 <= len({invoice["Customer"] for invoice in invoices}) <= 20
	assert all(invoice["Date"] <= invoice["Payment Due Date"] for invoice in invoices)


def test_the_benchmark_ends_with_one_line_of_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.chdir(tmp_path)
	said = ran("preview.py", "--invoices", 400, "--customers", 30).splitlines()
	figures = json.loads(said[-1])
	assert list(figures) == ["invoices", "customers", "seconds", "peak_mib"]
	assert figures["invoices"] == 400
	assert 25 <= figures["customers"] <= 30
	assert figures["seconds"] > 0
	assert figures["peak_mib"] > 0 or sys.platform != "linux"
	assert list(tmp_path.iterdir()) == []
