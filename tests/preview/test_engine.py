"""The replay of a whole book gives the same, however it is cut into chunks and spread over processes."""

import csv
import os
import random
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from books import END, POLICY, account, bill, book, good_payer, money, on, sale

from customer_grading.preview.book import Account, Book, Invoice
from customer_grading.preview.replay import engine
from customer_grading.preview.replay.decisions import Terms
from customer_grading.preview.replay.engine import crew, replay_book
from customer_grading.preview.replay.results import Findings
from customer_grading.preview.writers import CUSTOMER_COLUMNS, DECISION_COLUMNS


@dataclass
class Written:
	"""What a replay writes."""

	findings: Findings
	decisions: list[str] = field(default_factory=list)
	customers: list[str] = field(default_factory=list)
	progress: list[int] = field(default_factory=list)

	@property
	def texts(self) -> tuple[str, str]:
		return "".join(self.decisions), "".join(self.customers)

	def rows(self) -> list[dict[str, str]]:
		return list(csv.DictReader("".join(self.customers).splitlines(), CUSTOMER_COLUMNS))


def replayed(
	replayed_book: Book, lang: str = "en", terms: Terms = Terms.POLICY, pool: Executor | None = None
) -> Written:
	decisions, customers, progress = list[str](), list[str](), list[int]()
	copied = replace(replayed_book, accounts=dict(replayed_book.accounts))
	findings = replay_book(
		copied,
		POLICY,
		on(END),
		terms,
		lang,
		decisions.append,
		customers.append,
		progress.append,
		pool,
	)
	return Written(findings, decisions, customers, progress)


def customers_of_all_kinds(count: int) -> Iterator[Account]:
	chance = random.Random(count)  # noqa: S311  (made-up data)
	for number in range(count):
		name = f"Customer {number:02}"
		if number % 4 == 0:
			yield good_payer(chance.randint(1, 30), name)
		else:
			yield account(
				*(_any_bill(chance, f"SI-{number}-{n}") for n in range(chance.randint(0, 12))),
				orders=[sale(f"SO-{number}", chance.randint(0, 800), chance.randint(1, 900))],
				on_account=[money(chance.randint(0, 800), chance.randint(1, 900))],
				customer=name,
			)


def _any_bill(chance: random.Random, number: str) -> Invoice:
	day = chance.randint(0, 800)
	paid = chance.choice((None, day - 3, day + 3, day + 40))
	return bill(number, day, amount=f"{chance.randint(1, 90_000) / 100:.2f}", paid=paid)


@pytest.fixture
def sample() -> Book:
	return book(*customers_of_all_kinds(40))


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(engine, "CHUNK", 40)


def test_one_process_and_several_write_the_same(sample: Book, monkeypatch: pytest.MonkeyPatch) -> None:
	alone = replayed(sample)
	monkeypatch.setattr(engine, "CHUNK", 40)
	monkeypatch.setattr(os, "cpu_count", lambda: 2)
	# This process has nothing to decide.
	monkeypatch.setattr(engine, "replay_chunk", None)
	with crew(engine.SMALL_FILES + 1) as pool:
		together = replayed(sample, pool=pool)
	assert together.texts == alone.texts
	assert together.findings == alone.findings
	assert len(together.decisions) > 5


@pytest.mark.parametrize(("cores", "file_bytes"), [(None, 10**9), (1, 10**9), (8, engine.SMALL_FILES)])
def test_one_core_or_small_files_need_no_processes(
	cores: int | None, file_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(os, "cpu_count", lambda: cores)
	monkeypatch.setattr(engine, "ProcessPoolExecutor", None)
	with crew(file_bytes) as pool:
		assert pool is None


@pytest.mark.usefixtures("small_chunks")
def test_customers_are_numbered_on_from_chunk_to_chunk(sample: Book) -> None:
	written = replayed(sample)
	assert len(written.customers) > 3
	assert [row["no"] for row in written.rows()] == [str(number) for number in range(1, 41)]
	assert [row["customer"] for row in written.rows()] == sorted(sample.accounts)


def test_the_size_of_the_chunks_changes_nothing(sample: Book, monkeypatch: pytest.MonkeyPatch) -> None:
	whole = replayed(sample)
	for chunk in (1, 7, 100):
		monkeypatch.setattr(engine, "CHUNK", chunk)
		parts = replayed(sample)
		assert parts.texts == whole.texts
		assert parts.findings == whole.findings


@pytest.mark.usefixtures("small_chunks")
def test_progress_counts_every_invoice(sample: Book) -> None:
	written = replayed(sample)
	assert sum(written.progress) == sample.invoices
	assert len(written.progress) == len(written.decisions)


def test_the_order_of_rows_changes_nothing(sample: Book) -> None:
	chance = random.Random(1)  # noqa: S311  (made-up data)
	accounts = [
		replace(each, invoices=[*each.invoices], orders=[*each.orders]) for each in sample.accounts.values()
	]
	for each in accounts:
		chance.shuffle(each.invoices)
	chance.shuffle(accounts)
	assert replayed(book(*accounts)).texts == replayed(sample).texts


def test_one_customer_does_not_change_the_decisions_on_another_but_by_the_average() -> None:
	nobody = account(customer="Aaron")
	alone, beside = replayed(book(good_payer())), replayed(book(nobody, good_payer()))
	assert beside.decisions == alone.decisions


def test_the_sums_are_those_of_the_decisions(sample: Book) -> None:
	written = replayed(sample)
	rows = list(csv.DictReader("".join(written.decisions).splitlines(), DECISION_COLUMNS))
	total = written.findings.backtest.all_orders
	assert total.orders == len(rows)
	assert total.amount == sum(Decimal(row["amount"]) for row in rows)
	assert total.late_amount == sum(Decimal(row["late_amount"]) for row in rows)
	assert total.late_orders == sum(row["days_late"] != "0" for row in rows)
	assert str(written.findings.backtest.first_day) == min(row["date"] for row in rows)
	assert str(written.findings.backtest.last_day) == max(row["date"] for row in rows)


def test_a_replay_uses_the_accounts_up_and_leaves_the_counts(sample: Book) -> None:
	invoices, orders = sample.invoices, sample.orders
	replay_book(sample, POLICY, on(END), Terms.POLICY, "en", len, len, abs)
	assert not sample.accounts
	assert (sample.invoices, sample.orders) == (invoices, orders)


def test_a_book_of_nobody_is_replayed_to_nothing() -> None:
	written = replayed(book())
	assert (written.texts, written.progress, written.findings.standings) == (("", ""), [], [])


def test_the_terms_reach_the_decisions() -> None:
	made = book(account(bill()))
	assert "order_cash_on_delivery" in replayed(made).texts[0]
	assert "order_terms_grant_credit" in replayed(made, terms=Terms.GRANTED).texts[0]


def test_the_language_reaches_the_rows() -> None:
	english, chinese = (replayed(book(account(bill())), lang).texts[0] for lang in ("en", "zh"))
	assert "Overdue" in english
	assert "Overdue" not in chinese
	assert "order_cash_on_delivery" in chinese
