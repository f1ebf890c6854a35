"""The replay of a whole book: customers in chunks, over as many processes as the machine has cores."""

import gc
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import NamedTuple

from customer_grading.preview.book import Account, Book
from customer_grading.preview.language import language_of
from customer_grading.preview.replay.decisions import Replay, Setting, Terms
from customer_grading.preview.replay.results import Backtest, CustomerStanding, Findings
from customer_grading.preview.replay.sales import Averages
from customer_grading.preview.replay.wire import pack, unpack
from customer_grading.preview.writers import customer_rows, decision_rows
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import dumps, fingerprint, loads

SMALL_BOOK = 20_000
"""Up to so many invoices the replay is over before a second process has started."""

CHUNK = 5_000
"""About so many invoices are handed to a process at once."""

WAITING = 3
"""Chunks that are handed out ahead for each process: enough to keep it busy, few enough for flat memory."""


@dataclass(frozen=True)
class Task:
	"""What every chunk of a replay needs. The policy travels as text: its tables cannot be pickled."""

	policy: str
	averages: Averages
	as_of: date
	terms: Terms
	lang: str


class Part(NamedTuple):
	"""What one chunk gives: rows of decisions.csv and customers.csv as text, standings, and the sums."""

	decisions: str
	customers: str
	standings: list[CustomerStanding]
	backtest: Backtest
	invoices: int


def replay_book(  # noqa: PLR0913  (what is replayed, by which policy, when, on which terms, for whom)
	book: Book,
	policy: Policy,
	as_of: date,
	terms: Terms,
	lang: str,
	write_decisions: Callable[[str], object],
	write_customers: Callable[[str], object],
	progress: Callable[[int], object],
) -> Findings:
	"""Replay every customer of a book by name, and use its accounts up.

	The two `write_…` take rows as text, `progress` counts invoices.
	"""
	averages = Averages(book.accounts.values(), as_of, policy.score.window_months)
	task = Task(dumps(policy), averages, as_of, terms, lang)
	findings = Findings(as_of, [], Backtest(), fingerprint(policy))
	for part in _parts(book, task):
		write_decisions(part.decisions)
		write_customers(part.customers)
		findings.standings += part.standings
		findings.backtest.merge(part.backtest)
		progress(part.invoices)
	return findings


def _parts(book: Book, task: Task) -> Iterator[Part]:
	chunks = _chunks(book.accounts)
	processes = os.cpu_count() or 1
	if book.invoices <= SMALL_BOOK or processes == 1:
		prepare(task)
		for first_number, chunk in chunks:
			yield replay_chunk(first_number, chunk)
		return
	# Spawned, not forked: a forked process would hold on to a copy of the whole book.
	spawned = ProcessPoolExecutor(processes, get_context("spawn"), prepare_process, (task,))
	with spawned as pool:
		waiting: deque[Future[Part]] = deque()
		for first_number, chunk in chunks:
			waiting.append(pool.submit(replay_packed, first_number, pack(chunk)))
			chunk.clear()
			if len(waiting) > WAITING * processes:
				yield waiting.popleft().result()
		while waiting:
			yield waiting.popleft().result()


def _chunks(accounts: dict[str, Account]) -> Iterator[tuple[int, list[Account]]]:
	"""The accounts by name in chunks, each with the number of its first customer.

	They are taken out of the book as they come, so that its memory is given back while others still work.
	"""
	chunk: list[Account] = []
	invoices, first_number = 0, 1
	names = sorted(accounts)
	for number, name in enumerate(names, 1):
		chunk.append(accounts.pop(name))
		invoices += 1 + len(chunk[-1].invoices)
		if invoices >= CHUNK or number == len(names):
			yield first_number, chunk
			chunk, invoices, first_number = [], 0, number + 1


class Prepared(NamedTuple):
	"""A task unpacked, once in each process."""

	setting: Setting
	lang: str


_prepared: list[Prepared] = []


def prepare(task: Task) -> None:
	"""Unpack the task of this process."""
	setting = Setting(loads(task.policy), task.averages, task.as_of, task.terms)
	_prepared[:] = [Prepared(setting, task.lang)]


def prepare_process(task: Task) -> None:
	"""Unpack the task of a process that does nothing else."""
	gc.disable()
	prepare(task)


def replay_packed(first_number: int, packed: bytes) -> Part:
	"""Replay some customers that come from another process."""
	return replay_chunk(first_number, unpack(packed))


def replay_chunk(first_number: int, accounts: list[Account]) -> Part:
	"""Replay some customers by the prepared task; the first has this number in customers.csv."""
	setting, lang = _prepared[0]
	language = language_of(lang)
	backtest = Backtest()
	standings: list[CustomerStanding] = []
	rows: list[str] = []
	for account in accounts:
		replay = Replay(account, setting)
		decisions = list(replay.decisions())
		for decision in decisions:
			backtest.add(decision)
		rows.append(decision_rows(decisions, language))
		standings.append(replay.standing())
	customers = customer_rows(standings, first_number, language)
	invoices = sum(len(account.invoices) for account in accounts)
	return Part("".join(rows), customers, standings, backtest, invoices)
