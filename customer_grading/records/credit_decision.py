"""What the order desk has decided, as evidence: append-only, and kept where the request was refused, too."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime, now

from customer_grading.records import bulk
from customer_grading.records.reasons import dump
from customer_grading.rules.options import Door, Mode
from customer_grading.rules.order import Decision, OrderTerms, Position, Requirement
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import fingerprint


@dataclass(frozen=True, slots=True)
class Decided:
	"""One decision at one door, with everything that it was made from. Money is in company currency."""

	door: Door
	reference: tuple[str, str]
	"""DocType and name of the document at the door."""
	customer: str
	company: str
	mode: Mode
	terms: OrderTerms
	position: Position
	decision: Decision
	policy: Policy
	release: str | None = None
	"""The Credit Release that was used for it."""
	created_on: datetime | str | None = None
	"""When the document was made; None where it was never saved: its name may be given to the next one."""


COLUMNS = (
	"decided_on",
	"door",
	"reference_doctype",
	"reference_name",
	"reference_created_on",
	"customer",
	"company",
	"mode",
	"outcome",
	"credit_tier",
	"amount",
	"credit_days",
	"credit_limit",
	"unlimited",
	"exposure",
	"components",
	"overdue",
	"oldest_days",
	"cover",
	"awaits",
	"awaited_amount",
	"reasons",
	"policy_fingerprint",
	"user",
	"impersonator",
	"asked",
	"credit_release",
)

Row = tuple[str, Sequence[object]]
"""The name of a record and the values of its columns."""


def record(decided: Decided) -> None:
	"""Append a decision, in the transaction of the document: where that is taken back, so is this."""
	bulk.insert("Credit Decision", COLUMNS, [_row(decided)])


def record_refused(decided: Decided) -> None:
	"""Append a decision that outlives the refused request, exactly once.

	The request is rolled back, or, where only a savepoint is (bulk transactions, Subscriptions), committed by
	whoever caught the refusal. It is written after whichever comes first.
	"""
	once = _Once(_row(decided))
	frappe.db.after_commit.add(once)
	frappe.db.after_rollback.add(once)
	for ending in _endings():
		ending.add(once.at_last)


def _endings() -> list[Any]:
	"""What Frappe calls when the request or the job at hand is over.

	A refused GET is neither committed nor rolled back, and a commit that fails forgets both callbacks.
	"""
	request = getattr(frappe.local, "request", None)
	job = getattr(frappe.local, "job", None)
	found = (getattr(request, "after_response", None), getattr(job, "after_job", None))
	return [ending for ending in found if ending is not None]


class _Once:
	"""Writes a decision when it is called first, and never again."""

	def __init__(self, row: Row) -> None:
		self.row: Row | None = row

	def __call__(self) -> None:
		row, self.row = self.row, None
		if row:
			_keep(row)

	def at_last(self) -> None:
		"""Write it at the end, if neither a commit nor a rollback was told of."""
		if self.row:
			# What the request has left open is nothing that anybody wanted to keep.
			_end_transaction(keep=False)
			self()


def _keep(row: Row) -> None:
	"""Write a decision in a transaction of its own. Never fails the request: who was refused is told why."""
	try:
		bulk.insert("Credit Decision", COLUMNS, [row])
		_end_transaction(keep=True)
	except Exception:  # noqa: BLE001  (whatever it is, the answer of the request must not change)
		_tell_failure(row)


def _tell_failure(row: Row) -> None:
	# Where the database is gone, its log is gone as well.
	with suppress(Exception):
		_end_transaction(keep=False)
		told = dict(zip(COLUMNS, row[1], strict=True))
		frappe.log_error("A refused Credit Decision could not be kept", frappe.as_json(told))
		_end_transaction(keep=True)


def _end_transaction(*, keep: bool) -> None:
	"""End the transaction that a refused decision is written in, and begin the next one.

	This is no document event: it runs when the transaction of the request has ended, in the one that Frappe
	has just begun, and nothing but the decision stands in it. `frappe.db.commit()` would empty the queue of
	callbacks that is being worked through, those of other apps with it.
	"""
	frappe.db.sql("commit" if keep else "rollback")
	frappe.db.begin()


def _row(decided: Decided) -> Row:
	values = (*_place(decided), *_position(decided), *_answer(decided.decision), *_origin(decided))
	return frappe.generate_hash(length=20), values


def _place(decided: Decided) -> Sequence[object]:
	where = (now(), decided.door, *(part or None for part in decided.reference), decided.created_on)
	return (*where, decided.customer, decided.company, decided.mode, decided.decision.outcome)


def _position(decided: Decided) -> Sequence[object]:
	terms, position = decided.terms, decided.position
	components = json.dumps([[each.kind, str(each.amount)] for each in position.exposure])
	overdue = sum(each.amount for each in position.overdue)
	oldest = max((each.days for each in position.overdue), default=0)
	limit = (position.limit.amount, int(position.limit.unlimited))
	asked = (position.tier, terms.amount, terms.credit_days)
	return (*asked, *limit, position.exposure_total, components, overdue, oldest, position.cover)


def _answer(decision: Decision) -> Sequence[object]:
	awaited: Requirement | None = next(iter(decision.requirements), None)
	waits = (awaited.awaits, awaited.amount) if awaited else (None, 0)
	return (*waits, dump(decision.reasons))


def _origin(decided: Decided) -> Sequence[object]:
	by = (frappe.session.user, impersonator())
	return (fingerprint(decided.policy), *by, _asked(decided), decided.release)


def stood(decided: Decided, *fields: str) -> dict[str, Any]:
	"""What is kept of a decision, by the names of its columns, for those who keep it elsewhere as well."""
	values = dict(zip(COLUMNS, _row(decided)[1], strict=True))
	return {field: values[field] for field in fields}


def decisions_on(document: Document) -> list[frappe._dict]:
	"""What was decided on a document, the last first; not what was decided on another one of its name.

	An order that was refused before it was saved leaves its name to the next one, which may be of another
	customer. Of the same customer it is most likely the same order, tried again.
	"""
	filters = {"reference_doctype": document.doctype, "reference_name": document.name}
	rows = frappe.get_all("Credit Decision", filters, ["name", *COLUMNS], order_by="creation desc")
	made = get_datetime(document.creation)
	return [row for row in rows if _is_on(row, document.get("customer"), made)]


def _is_on(row: frappe._dict, customer: str | None, made: datetime) -> bool:
	if row.reference_created_on:
		return row.reference_created_on == made
	return customer in (None, row.customer)


def impersonator() -> str | None:
	"""Who is really at work where somebody has taken the place of the user; None as a rule."""
	data = frappe.session.get("data") or {}
	return data.get("impersonated_by") or None


def _asked(decided: Decided) -> str:
	"""What was asked of the rules, and by which way it came, as JSON."""
	terms, position = decided.terms, decided.position
	asked: dict[str, object] = {
		"amount": str(terms.amount),
		"credit_days": terms.credit_days,
		"payment_ready": terms.payment_ready,
		"measures": [[each.kind, str(each.amount)] for each in position.measures],
		"release_ceiling": str(position.release.ceiling) if position.release else None,
		"way": _way(),
	}
	return json.dumps(asked)


def _way() -> str:
	"""The request, or the background job, by which a document came to the door."""
	job = getattr(frappe.local, "job", None)
	if job:
		return f"job {job.get('method')}"
	request = getattr(frappe.local, "request", None)
	return f"{request.method} {request.path}" if request else "console"
