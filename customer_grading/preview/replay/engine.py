"""The replay of a whole book: customers in chunks, over as many processes as the machine has cores."""

import gc
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
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

SMALL_FILES = 2_000_000
"""Files of up to so many bytes are replayed before a second process has started."""

CHUNK = 5_000
"""About so many invoices are handed to a process at once."""

WAITING = 3 * (os.cpu_count() or 1)
"""Chunks that are handed out ahead: enough to keep all processes busy, few enough for flat memory."""


@dataclass(frozen=True)
class Task:
	"""What every chunk of a replay needs. The policy travels as text: its tables cannot be pickled."""

	policy: str
	averages: Averages
	as_of: date
	terms: Terms
	lang: str

	def unpack(self) -> Setting:
		"""What a replay takes."""
		return Setting(loads(self.policy), self.averages, self.as_of, self.terms)


class Part(NamedTuple):
	"""What one chunk gives: rows of decisions.csv and customers.csv as text, standings, and the sums."""

	decisions: str
	customers: str
	standings: list[CustomerStanding]
	backtest: Backtest
	invoices: int


@contextmanager
def crew(file_bytes: int) -> Iterator[Executor | None]:
	"""Processes that make themselves ready while large files are still being read.

	None for small files, or on one core. Spawned, not forked: a forked process would keep a copy of the book.
	"""
	processes = os.cpu_count() or 1
	if file_bytes <= SMALL_FILES or processes == 1:
		yield None
		return
	with ProcessPoolExecutor(processes, get_context("spawn"), _begin) as pool:
		pool.submit(os.getpid)
		yield pool


def _begin() -> None:
	"""Make a process of the crew ready."""
	gc.disable()
	# Ctrl-C is for the process that the user sees, which ends the others.
	signal.signal(signal.SIGINT, signal.SIG_IGN)


def replay_book(  # noqa: PLR0913  (what is replayed, by which policy, when, on which terms, for whom, by whom)
	book: Book,
	policy: Policy,
	as_of: date,
	terms: Terms,
	lang: str,
	write_decisions: Callable[[str], object],
	write_customers: Callable[[str], object],
	progress: Callable[[int], object],
	pool: Executor | None = None,
) -> Findings:
	"""Replay every customer of a book by name, and use its accounts up.

	The two `write_…` take rows as text, `progress` counts invoices. `pool`: a crew, or None for this process.
	"""
	averages = Averages(book.accounts.values(), policy.score.window_months)
	task = Task(dumps(policy), averages, as_of, terms, lang)
	findings = Findings(as_of, [], Backtest(), fingerprint(policy))
	for part in _parts(_chunks(book.accounts), task, pool):
		write_decisions(part.decisions)
		write_customers(part.customers)
		findings.standings += part.standings
		findings.backtest.merge(part.backtest)
		progress(part.invoices)
	return findings


def _parts(chunks: Iterator[tuple[int, list[Account]]], task: Task, pool: Executor | None) -> Iterator[Part]:
	if pool is None:
		setting = task.unpack()
		for first_number, chunk in chunks:
			yield replay_chunk(setting, task.lang, first_number, chunk)
		return
	told = pickle.dumps(task)
	waiting: deque[Future[Part]] = deque()
	for first_number, chunk in chunks:
		waiting.append(pool.submit(replay_packed, told, first_number, pack(chunk)))
		chunk.clear()
		if len(waiting) > WAITING:
			yield waiting.popleft().result()
	pool.shutdown(wait=False)  # they end while the report is written
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


@lru_cache(maxsize=1)
def _told(task: bytes) -> tuple[Setting, str]:
	"""A task in another process, unpacked once."""
	unpacked: Task = pickle.loads(task)  # noqa: S301  (made by _parts)
	return unpacked.unpack(), unpacked.lang


def replay_packed(task: bytes, first_number: int, packed: bytes) -> Part:
	"""Replay some customers in another process."""
	return replay_chunk(*_told(task), first_number, unpack(packed))


def replay_chunk(setting: Setting, lang: str, first_number: int, accounts: list[Account]) -> Part:
	"""Replay some customers; the first has this number in customers.csv."""
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
