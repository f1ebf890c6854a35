"""The nightly regrade: cut into chunks, one background job a chunk, on as many workers as there are.

Every chunk is one transaction that begins with its lock and ends with its mark: a killed worker leaves
nothing half-written, and whoever runs it again writes nothing twice.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import add_to_date, getdate, now_datetime, nowdate

from customer_grading.facts.averages import averages
from customer_grading.facts.currency import compared, rates
from customer_grading.facts.touched import touched
from customer_grading.jobs.regrade_batch import Batch
from customer_grading.jobs.retry import retried
from customer_grading.records import proposal, regrade_run
from customer_grading.records.policy import current_policy
from customer_grading.records.regrade_run import Basis, Scope
from customer_grading.rules.dates import first_of_month
from customer_grading.rules.policy import Policy

RUN_CHUNK = "customer_grading.jobs.regrade.run_chunk"
QUEUE = "long"
SHARES = 4
"""Into so many chunks, or a multiple, a run is cut, so that two workers, or four, end at the same time."""
SMALLEST = 250
"""Customers that are not worth a chunk of their own: beginning a job takes as long."""


def nightly(day: str | None = None) -> str:
	"""Begin the regrade of `day` (default: today), of those to whom something has happened, or time has.

	Now and then, whenever the policy has changed, and when the first of a month has moved the windows on, of
	everyone. What an earlier night left undone is given up, and done now.
	"""
	for run in regrade_run.unfinished():
		regrade_run.stop(run)
	today, policy = getdate(day or nowdate()), current_policy()
	days = frappe.db.get_single_value("Grading Settings", "full_regrade_days") or 0
	oldest = max(today - timedelta(days=max(0, days - 1)), first_of_month(today))
	basis = regrade_run.basis(policy, oldest)
	# A company that the last run over everyone did not know may have sold to some by now.
	if basis is None or basis.shared["rates"].keys() != compared():
		return start(str(today))
	return _begin(today, policy, basis.shared, Scope.CHANGED, _changed(today, basis))


def _changed(today: date, basis: Basis) -> list[str]:
	"""To whom something has happened since, or time has, in the order of their names.

	By two questions of which each has an index: one with an OR would read all customers.
	"""
	table = frappe.qb.DocType("Customer")
	since = basis.since
	happened = touched(since, basis.day, today) | proposal.released(since.date(), today)
	enabled = frappe.qb.from_(table).select(table.name).where(table.disabled == 0)
	due = enabled.where(table.regrade_due.isnull() | (table.regrade_due <= today))
	query = due.union(enabled.where(table.name.isin(tuple(happened) or ("",)))).orderby(table.name)
	return [name for (name,) in query.run()]


def start(day: str | None = None) -> str:
	"""Begin a regrade of everyone as of `day` (default: today); the name of the run."""
	today, policy = getdate(day or nowdate()), current_policy()
	worth = rates(today, regrade_run.last_rates())
	shared = {"averages": asdict(averages(today, policy, worth)), "rates": worth}
	table = frappe.qb.DocType("Customer")
	query = frappe.qb.from_(table).select(table.name).where(table.disabled == 0).orderby(table.name)
	names = [name for (name,) in query.run()]
	return _begin(today, policy, shared, Scope.EVERYONE, names)


def _begin(day: date, policy: Policy, shared: Mapping[str, Any], scope: Scope, names: list[str]) -> str:
	largest = frappe.db.get_single_value("Grading Settings", "regrade_chunk") or 2000
	run = regrade_run.create(day, policy, shared, scope, names, chunk_size(len(names), largest))
	_enqueue(run.name)
	return run.name


def chunk_size(customers: int, largest: int) -> int:
	"""How many customers make a chunk, `largest` at most: even shares, and always a multiple of `SHARES`.

	A chunk more than can be shared out would have all workers but one wait for the last.
	"""
	rounds = math.ceil(customers / (SHARES * largest))
	share = math.ceil(customers / (SHARES * max(1, rounds)))
	return min(largest, max(SMALLEST, share))


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
	try:
		retried(lambda: _run_chunk(run, chunk))
	except Exception as error:
		wrong = f"{type(error).__name__}: {error}"
		# The run ends without these customers and says so, or it would be resumed for ever.
		retried(lambda: regrade_run.give_up(chunk, wrong))
		raise
	finally:
		retried(lambda: regrade_run.take_stock(run))
		told = {"doctype": "Regrade Run", "name": run}
		frappe.publish_realtime("doc_update", told, doctype="Regrade Run", docname=run)


def _run_chunk(run: str, chunk: str) -> None:
	claimed = regrade_run.claim(chunk)
	if claimed is None:
		return
	tally = Batch.of(regrade_run.order(run)).regrade(claimed.names)
	regrade_run.finish_chunk(claimed, tally)
