"""A regrade of all customers as a document: cut into chunks, each claimed once, resumable after a kill."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now

from customer_grading.records import customer
from customer_grading.records.grade_change import Source
from customer_grading.rules.options import StrEnum
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import dumps, fingerprint, loads
from customer_grading.rules.regrade import Approval

AT_ONCE = "Apply at once"


class RunStatus(StrEnum):
	"""How far a run has come."""

	RUNNING = "Running"
	COMPLETED = "Completed"
	WITH_FAILURES = "Completed with Failures"
	STOPPED = "Stopped"


ENDED = (RunStatus.COMPLETED, RunStatus.WITH_FAILURES)
MARGIN = timedelta(hours=1)
"""A document that was being saved when a run began is dated before it."""


class Scope(StrEnum):
	"""Whom a run regrades."""

	EVERYONE = "All Customers"
	CHANGED = "Changed Customers"
	CHOSEN = "Chosen Customers"
	"""Says nothing of the others, so nights do not go by it."""


@dataclass(frozen=True, slots=True)
class Basis:
	"""What a run over changed customers goes by: facts shared by all, and since when changes count."""

	shared: Mapping[str, Any]
	since: datetime
	day: date
	"""As of which day the last run was."""


@dataclass(slots=True)
class Tally:
	"""What became of some customers."""

	moved: int = 0
	waiting: int = 0
	failures: dict[str, str] = field(default_factory=dict)
	"""What went wrong, by customer."""


@dataclass(frozen=True, slots=True)
class Order:
	"""What every chunk of a run goes by, as it was when the run began."""

	day: date
	policy: Policy
	approval: Approval
	shared: Mapping[str, Any]
	"""Facts that all customers are compared with."""
	source: Source


def create(  # noqa: PLR0913  (six plain facts read better than one bag of them)
	day: date,
	policy: Policy,
	shared: Mapping[str, Any],
	scope: Scope,
	names: Sequence[str],
	size: int,
) -> Document:
	"""A new run over these customers in chunks of `size`."""
	run = frappe.new_doc("Regrade Run")
	run.update({"day": day, "status": RunStatus.RUNNING, "started_on": now()})
	run.update({"scope": scope, "customers": len(names)})
	run.update({"policy": dumps(policy), "policy_fingerprint": fingerprint(policy)})
	run.shared_facts = json.dumps({"approval": _settings(), **shared}, default=str)
	for start in range(0, len(names), size):
		part = names[start : start + size]
		chunk = {"first": part[0], "last": part[-1], "customers": len(part), "names": json.dumps(part)}
		run.append("chunks", chunk)
	run.flags.begun_by_app = True
	# The scheduler's user may create runs, whoever is set as it; nobody can reach this from outside.
	return run.insert(ignore_permissions=True)


def _settings() -> dict[str, Any]:
	settings = frappe.get_single("Grading Settings")
	names = ("apply_first_tier", "apply_upgrades", "apply_limits", "min_limit_change")
	return {name: settings.get(name) for name in names}


def order(run: str) -> Order:
	"""What a run goes by."""
	kept = frappe.db.get_value(
		"Regrade Run", run, ["day", "policy", "shared_facts", "policy_fingerprint"], as_dict=True
	)
	shared = json.loads(kept.shared_facts)
	approval = _approval(shared.pop("approval"))
	source = Source("Regrade Run", run, kept.policy_fingerprint)
	return Order(kept.day, loads(kept.policy), approval, shared, source)


def _approval(chosen: Mapping[str, Any]) -> Approval:
	return Approval(
		first_tier=chosen["apply_first_tier"] == AT_ONCE,
		upgrades=chosen["apply_upgrades"] == AT_ONCE,
		limits=chosen["apply_limits"] == AT_ONCE,
		min_limit_change=Decimal(str(chosen["min_limit_change"] or 0)),
	)


def basis(policy: Policy, oldest: date) -> Basis | None:
	"""What a run over changed customers can go by: the last run over everyone, not before the day `oldest`.

	None where there is none, or where policy or approvals have changed since: then everyone is regraded.
	"""
	filters = {"scope": Scope.EVERYONE, "status": ("in", ENDED), "day": (">=", oldest)}
	kept = ["shared_facts", "policy_fingerprint"]
	last = frappe.get_all("Regrade Run", filters=filters, fields=kept, order_by="started_on desc", limit=1)
	if not last or last[0].policy_fingerprint != fingerprint(policy):
		return None
	shared = json.loads(last[0].shared_facts)
	if shared.pop("approval") != json.loads(json.dumps(_settings(), default=str)):
		return None
	latest = _latest()
	return Basis(shared, latest.started_on - MARGIN, latest.day)


def last_rates() -> dict[str, Decimal]:
	"""The exchange rates that the last run over everyone went by, by company; none before any."""
	filters = {"scope": Scope.EVERYONE, "status": ("in", ENDED)}
	told = frappe.db.get_value("Regrade Run", filters, "shared_facts", order_by="started_on desc")
	known = json.loads(told)["rates"] if told else {}
	return {company: Decimal(rate) for company, rate in known.items()}


def _latest() -> frappe._dict:
	"""When the last run began that says something of everyone, and its day."""
	filters = {"status": ("in", ENDED), "scope": ("!=", Scope.CHOSEN)}
	fields = ["started_on", "day"]
	return frappe.db.get_value("Regrade Run", filters, fields, order_by="started_on desc", as_dict=True)


def unfinished() -> list[str]:
	"""The runs that have begun and not ended, the oldest first."""
	return frappe.get_all(
		"Regrade Run", filters={"status": RunStatus.RUNNING}, pluck="name", order_by="creation"
	)


def waiting_chunks(run: str) -> list[str]:
	"""The chunks of a run that nobody has finished, in their order."""
	filters = {"parent": run, "status": "Waiting"}
	return frappe.get_all("Regrade Chunk", filters=filters, pluck="name", order_by="idx")


def claim(chunk: str) -> frappe._dict | None:
	"""The chunk, locked until the transaction ends; None where it is done, or its run was stopped.

	Must be the first thing that a transaction reads, or it would see an older state than it locks.
	"""
	table = frappe.qb.DocType("Regrade Chunk")
	query = frappe.qb.from_(table).select("*").where(table.name == chunk).for_update()
	rows = query.run(as_dict=True)
	if not rows or rows[0].status != "Waiting" or not is_running(rows[0].parent):
		return None
	rows[0].names = json.loads(rows[0].names)
	return rows[0]


def is_running(run: str) -> bool:
	"""Whether a run has neither ended nor been stopped."""
	return frappe.db.get_value("Regrade Run", run, "status") == RunStatus.RUNNING


def finish_chunk(chunk: frappe._dict, tally: Tally) -> None:
	"""Mark a claimed chunk as done, in the transaction of what it wrote."""
	done = {"status": "Done", "moved": tally.moved, "waiting": tally.waiting, "failed": len(tally.failures)}
	frappe.db.set_value("Regrade Chunk", chunk.name, done)
	_keep_failures(chunk.parent, tally.failures.items())


def _keep_failures(run: str, failures: Iterable[tuple[str, str]]) -> None:
	for name, error in failures:
		row = frappe.new_doc("Regrade Failure")
		row.update({"parent": run, "parenttype": "Regrade Run", "parentfield": "failures"})
		row.update({"customer": name, "error": error})
		row.db_insert()


def give_up(chunk: str, error: str) -> None:
	"""End a chunk that could not be written, with what was wrong. Its customers are due the next night."""
	claimed = claim(chunk)
	if claimed is not None:
		customer.write({name: {} for name in claimed.names})
		finish_chunk(claimed, Tally(failures=dict.fromkeys(claimed.names, error)))


def take_stock(run: str) -> None:
	"""Bring the counts of a run up to date, and close it when its last chunk is done."""
	if frappe.db.get_value("Regrade Run", run, "status", for_update=True) != RunStatus.RUNNING:
		return
	fields = ["status", "moved", "waiting", "failed"]
	chunks = frappe.get_all("Regrade Chunk", filters={"parent": run}, fields=fields)
	done = sum(chunk.status == "Done" for chunk in chunks)
	values = {name: sum(chunk[name] for chunk in chunks) for name in ("moved", "waiting", "failed")}
	values["progress"] = 100 * done / len(chunks) if chunks else 100
	if done == len(chunks):
		status = RunStatus.WITH_FAILURES if values["failed"] else RunStatus.COMPLETED
		values |= {"status": status, "finished_on": now()}
	frappe.db.set_value("Regrade Run", run, values)


def stop(run: str) -> None:
	"""Give up what is left of a run; what it has done stays."""
	frappe.db.set_value("Regrade Run", run, {"status": RunStatus.STOPPED, "finished_on": now()})
