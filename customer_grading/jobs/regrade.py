"""The nightly regrade: cut into chunks, one background job a chunk, on as many workers as there are.

Every chunk is one transaction that begins with its lock and ends with its mark: a killed worker leaves
nothing half-written, and whoever runs it again writes nothing twice.
"""

import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

import frappe
from frappe.utils import add_to_date, getdate, now_datetime, nowdate

from customer_grading.facts.currency import rates
from customer_grading.facts.customer import Averages, CustomerFacts, averages, gather
from customer_grading.facts.holidays import holidays
from customer_grading.facts.selection import Selection
from customer_grading.records import credit_limit, customer, grade_change, proposal, regrade_run, standing
from customer_grading.records.policy import current_policy
from customer_grading.rules.follow_up import FollowUpFacts
from customer_grading.rules.options import Graded
from customer_grading.rules.regrade import Move, Regrade, Regraded, RegradeFacts

RUN_CHUNK = "customer_grading.jobs.regrade.run_chunk"
QUEUE = "long"
TRIES = 4
DEADLOCKS = {1020, 1205, 1213}
"""MariaDB: the row has changed since it was read, the lock was waited for in vain, a deadlock."""


def nightly() -> str:
	"""Begin the regrade of today. What an earlier night left undone is given up."""
	for run in regrade_run.unfinished():
		regrade_run.stop(run)
	return start()


def start(day: str | None = None) -> str:
	"""Begin a regrade as of `day` (default: today); the name of the run."""
	today, policy = getdate(day or nowdate()), current_policy()
	worth = rates(today)
	shared = {"averages": asdict(averages(today, policy, worth)), "rates": worth}
	table = frappe.qb.DocType("Customer")
	query = frappe.qb.from_(table).select(table.name).where(table.disabled == 0).orderby(table.name)
	names = [name for (name,) in query.run()]
	size = frappe.db.get_single_value("Grading Settings", "regrade_chunk") or 2000
	run = regrade_run.create(today, policy, shared, names, size)
	_enqueue(run.name)
	return run.name


def _enqueue(run: str) -> None:
	chunks = regrade_run.waiting_chunks(run)
	if not chunks:
		regrade_run.take_stock(run)
	for chunk in chunks:
		frappe.enqueue(RUN_CHUNK, queue=QUEUE, enqueue_after_commit=True, run=run, chunk=chunk)


def resume(run: str) -> None:
	"""Enqueue what a run has left undone. Chunks that are at work meanwhile are not done twice."""
	_enqueue(run)


def resume_stalled() -> None:
	"""Enqueue again what runs have left undone where nothing has moved for an hour: the worker is gone."""
	hour_ago = add_to_date(now_datetime(), hours=-1)
	for name in regrade_run.unfinished():
		if frappe.db.get_value("Regrade Run", name, "modified") < hour_ago:
			_enqueue(name)


def run_chunk(run: str, chunk: str) -> None:
	"""Regrade the customers of one chunk, and commit. Does nothing where it is done already."""
	retried(lambda: _run_chunk(run, chunk))
	retried(lambda: regrade_run.take_stock(run))
	frappe.get_doc("Regrade Run", run).notify_update()


def retried(work: Callable[[], None]) -> None:
	"""Do a transaction's work and commit; again, from the start, where others were in its way."""
	for attempt in range(1, TRIES + 1):
		# What was read before may be older than what is about to be locked.
		frappe.db.rollback()
		try:
			work()
		except Exception as error:
			if attempt == TRIES or not _is_deadlock(error):
				frappe.db.rollback()
				raise
			time.sleep(0.1 * attempt)
		else:
			frappe.db.commit()
			return


def _is_deadlock(error: Exception) -> bool:
	if isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)):
		return True
	return bool(error.args) and error.args[0] in DEADLOCKS


def _run_chunk(run: str, chunk: str) -> None:
	claimed = regrade_run.claim(chunk)
	if claimed is None:
		return
	tally = Batch.of(regrade_run.order(run)).regrade(claimed.first, claimed.last)
	regrade_run.finish_chunk(claimed, tally)


@dataclass(frozen=True, slots=True)
class Batch:
	"""The work on some customers of a run, within one transaction."""

	order: regrade_run.Order
	rule: Regrade
	means: Averages

	@classmethod
	def of(cls, order: regrade_run.Order) -> "Batch":
		"""The work that a run asks for."""
		rule = Regrade(order.day, holidays(order.day), order.policy, order.approval)
		means = {name: _decimal(value) for name, value in order.shared["averages"].items()}
		return cls(order, rule, Averages(**means))

	def regrade(self, first: str, last: str) -> regrade_run.Tally:
		"""Regrade the customers from one name to another; what became of them."""
		kept = standing.standings(first, last)
		tally = regrade_run.Tally()
		found = dict(self._found(first, last, kept, tally))
		self._write(kept, found, tally)
		return tally

	def _found(
		self, first: str, last: str, kept: Mapping[str, standing.Kept], tally: regrade_run.Tally
	) -> Iterator[tuple[str, Regraded]]:
		facts = self._facts(first, last)
		limits, held = credit_limit.limits_of(list(kept)), self._held(list(kept))
		for name, stands in kept.items():
			try:
				known = self._known(facts[name], stands)
				given = (limits.get(name, {}), known, held.get(name, ()), _place(name))
				yield name, self.rule(stands.standing, *given)
			# Whatever is wrong with one customer, the others go on.
			except Exception as error:  # noqa: BLE001, PERF203
				tally.failures[name] = f"{type(error).__name__}: {error}"

	def _facts(self, first: str, last: str) -> dict[str, CustomerFacts]:
		shared = self.order.shared
		worth = {company: Decimal(rate) for company, rate in shared["rates"].items()}
		day, policy = self.order.day, self.order.policy
		return gather(Selection.between(first, last), day, policy, self.means, worth)

	def _known(self, facts: CustomerFacts, stands: standing.Kept) -> RegradeFacts:
		pipeline = facts.pipeline
		return RegradeFacts(
			score=facts.score,
			payments=facts.payments,
			limits={company: known.limit for company, known in facts.companies.items()},
			category=facts.category,
			follow_up=FollowUpFacts(
				need=pipeline.need,
				expected_close=pipeline.expected_close or pipeline.opportunity_close,
				last=stands.last_follow_up,
				due=stands.standing.next_follow_up,
				rhythm=facts.rhythm,
				has_bought=facts.has_bought,
				is_negotiating=pipeline.is_negotiating,
				deal_value=facts.deal_value,
				average_deal_value=self.means.deal_value,
			),
		)

	def _held(self, names: Sequence[str]) -> dict[str, set[Graded]]:
		held: dict[str, set[Graded]] = {}
		for name, what in grade_change.held(names, self.order.day):
			held.setdefault(name, set()).add(what)
		return held

	def _write(
		self, kept: Mapping[str, standing.Kept], found: Mapping[str, Regraded], tally: regrade_run.Tally
	) -> None:
		changes = {
			name: values
			for name, regraded in found.items()
			if (values := standing.changed(kept[name].standing, regraded.standing))
		}
		missed = customer.write(changes, {name: kept[name].modified for name in changes})
		done = {name: regraded for name, regraded in found.items() if name not in missed}
		self._write_limits(done)
		moves = [(name, move) for name, regraded in done.items() for move in regraded.moved]
		history = (_change(name, move) for name, move in moves)
		grade_change.record(history, self.order.source, self.order.day)
		waiting = {name: regraded.waiting for name, regraded in done.items()}
		tally.waiting = proposal.synchronise(list(done), waiting, self.order.source, self.order.day)
		tally.moved = len(moves)

	def _write_limits(self, done: Mapping[str, Regraded]) -> None:
		limits = {
			(name, company): limit
			for name, regraded in done.items()
			for company, limit in regraded.limits.items()
		}
		credit_limit.write(limits, self.order.day)


def _decimal(text: str | None) -> Decimal | None:
	return None if text is None else Decimal(text)


def _place(name: str) -> int:
	"""Any number that stays with a customer, to spread the first follow-ups by."""
	return zlib.crc32(name.encode())


def _change(name: str, move: Move) -> grade_change.Change:
	return grade_change.Change(name, move.what, move.old, move.new, move.reasons, company=move.company)
