"""What the order desk has refused and held in a period, by reason, and what has become of it since (R6)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from customer_grading.facts.values import ZERO, money
from customer_grading.gate.short import short
from customer_grading.gate.speech import Speech, speech_of
from customer_grading.permissions import sees_credit
from customer_grading.records.credit_release import RELEASABLE
from customer_grading.records.reasons import load
from customer_grading.rules.options import Door, Mode, Outcome, ReleaseStatus, StrEnum

CONTEXT = "Credit Decision"
FIELDS = (
	"name",
	"decided_on",
	"door",
	"reference_doctype",
	"reference_name",
	"reference_created_on",
	"customer",
	"outcome",
	"amount",
	"reasons",
	"user",
)
OF_RELEASE = ("reference_doctype", "reference_name", "reference_created_on")
DRAFT, SUBMITTED, CANCELLED = range(3)
OF_SUBMITTED = (Door.UPDATE, Door.REOPEN)
"""At these doors a document stands that is submitted already; refused was its change."""


class Became(StrEnum):
	"""What has become of a document since it was refused or held."""

	RELEASED = "Released"
	SUBMITTED = "Submitted later"
	FREED = "No longer held"
	HELD = "Still held"
	UNCHANGED = "Change refused"
	DRAFT = "Still draft"
	CANCELLED = "Cancelled"
	DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class Line:
	"""A document that did not simply pass a door, as it was decided last. Money in company currency."""

	decision: frappe._dict
	code: str
	became: Became
	tries: int

	@property
	def amount(self) -> Decimal:
		"""What the document asked for."""
		return money(self.decision.amount)


Key = tuple[str, str, str, str]
"""DocType and name of a document, its customer, who tells it from another one of its name, and the door."""


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows by reason, no message, a chart by reason and a summary."""
	chosen = filters or {}
	start, end = getdate(chosen["from_date"]), getdate(chosen["to_date"])
	if start > end:
		frappe.throw(_("From Date must not be after To Date."))
	found = lines(chosen, start, end)
	currency = frappe.get_cached_value("Company", chosen["company"], "default_currency")
	by_reason = _by_reason(found)
	rows = list(_rows(by_reason, currency, speech_of(chosen["company"])))
	return _columns(), rows, None, _chart(by_reason), _summary(found, currency)


def lines(chosen: Mapping[str, Any], start: date, end: date) -> list[Line]:
	"""The documents of a company that were refused or held from `start` to `end`, one for each door.

	Of several decisions the last counts. Only those of customers that the user may read; raises
	PermissionError for whoever may not see credit figures.
	"""
	if not sees_credit(frappe.session.user):
		frappe.throw(_("You may not see credit figures of customers."), frappe.PermissionError)
	last: dict[Key, frappe._dict] = {}
	tries: dict[Key, int] = defaultdict(int)
	for row in _decisions(chosen, start, end):
		key = (row.reference_doctype, row.reference_name, row.customer, row.door)
		last[key] = row
		tries[key] += 1
	state = _State.of(last.values())
	found = [Line(row, _code(row), state.became(row), tries[key]) for key, row in last.items()]
	return [line for line in found if chosen.get("became") in (None, "", line.became)]


def _decisions(chosen: Mapping[str, Any], start: date, end: date) -> list[frappe._dict]:
	filters = {
		"company": chosen["company"],
		"decided_on": ("between", (start, end)),
		"outcome": chosen.get("outcome") or ("!=", Outcome.ALLOW),
		"mode": chosen.get("mode") or Mode.ENFORCE,
	}
	filters |= {name: chosen[name] for name in ("customer", "door") if chosen.get(name)}
	return frappe.get_list(
		"Credit Decision", filters, list(FIELDS), order_by="decided_on", limit_page_length=0
	)


def _code(row: frappe._dict) -> str:
	first = next(iter(load(row.reasons)), None)
	return first.code if first else ""


@dataclass(frozen=True, slots=True)
class _State:
	"""How the documents stand now, read at once for all of a kind."""

	documents: Mapping[tuple[str, str], frappe._dict]
	released: set[tuple[str, str, datetime]]
	"""DocType and name of documents, and when they were made."""

	@classmethod
	def of(cls, rows: Iterable[frappe._dict]) -> "_State":
		names: dict[str, set[str]] = defaultdict(set)
		for row in rows:
			names[row.reference_doctype].add(row.reference_name)
		documents = {
			(doctype, each.name): each for doctype, some in names.items() for each in _stand(doctype, some)
		}
		every = set().union(*names.values()) if names else set()
		used = {"status": ReleaseStatus.USED, "reference_name": ("in", every)}
		releases = frappe.get_all("Credit Release", used, list(OF_RELEASE), as_list=True)
		return cls(documents, set(releases))

	def became(self, row: frappe._dict) -> Became:
		"""What has become of a refused or held document."""
		key = (row.reference_doctype, row.reference_name)
		document = self.documents.get(key)
		if document is None or not _is_same(row, document):
			return Became.DELETED
		if document.docstatus == CANCELLED:
			return Became.CANCELLED
		if (*key, document.creation) in self.released:
			return Became.RELEASED
		return _submitted(row, document) if document.docstatus == SUBMITTED else Became.DRAFT


def _stand(doctype: str, names: Iterable[str]) -> list[frappe._dict]:
	shown = [field for field in ("credit_outcome", "customer") if frappe.get_meta(doctype).has_field(field)]
	return frappe.get_all(doctype, {"name": ("in", names)}, ["name", "docstatus", "creation", *shown])


def _is_same(row: frappe._dict, document: frappe._dict) -> bool:
	"""Whether a document is the one that was decided on, and has not just got its name.

	A document of several customers, such as a Pick List, is known by its name alone where nothing else is.
	"""
	if row.reference_created_on:
		return row.reference_created_on == document.creation
	return row.reference_doctype not in RELEASABLE or row.customer == document.customer


def _submitted(row: frappe._dict, document: frappe._dict) -> Became:
	if row.outcome == Outcome.HOLD and row.reference_doctype == "Sales Order":
		return Became.HELD if document.credit_outcome == Outcome.HOLD else Became.FREED
	return Became.UNCHANGED if row.door in OF_SUBMITTED else Became.SUBMITTED


Reasons = dict[str, list[Line]]
"""By the code of the first reason, that of the largest amount first."""


def _by_reason(found: Iterable[Line]) -> Reasons:
	groups: Reasons = defaultdict(list)
	for line in found:
		groups[line.code].append(line)
	return dict(sorted(groups.items(), key=lambda group: -_total(group[1])))


def _total(found: Iterable[Line]) -> Decimal:
	return sum((line.amount for line in found), ZERO)


def _columns() -> list[dict[str, Any]]:
	return [
		_column("reason", _("Reason"), "Data", 230),
		_column("documents", _("Documents"), "Int", 100),
		_column("amount", _("Amount"), "Currency", 130, options="currency"),
		_column("outcome", _("Outcome"), "Data", 100),
		_column("became", _("What Became of It"), "Data", 150),
		_column("decided_on", _("Decided On"), "Datetime", 185),
		# Frappe opens no report with links to what its reader may not read; a controller need not read these.
		_column("customer", _("Customer"), "Data", 180),
		_column("door", _("Door"), "Data", 120),
		_column("reference_doctype", _("Document Type"), "Data", 120),
		_column("reference_name", _("Document"), "Dynamic Link", 180, options="reference_doctype"),
		_column("tries", _("Tries"), "Int", 70),
		_column("user", _("User"), "Data", 160),
		_column("explanation", _("Explanation"), "Data", 500),
	]


def _column(name: str, label: str, kind: str, width: int, **more: Any) -> dict[str, Any]:
	return {"fieldname": name, "label": label, "fieldtype": kind, "width": width, **more}


def _rows(by_reason: Reasons, currency: str, speech: Speech) -> Iterator[dict[str, Any]]:
	for code, found in by_reason.items():
		total = float(_total(found))
		shared = {"code": code, "currency": currency}
		yield {**shared, "reason": _reason(code), "documents": len(found), "amount": total, "indent": 0}
		for line in sorted(found, key=lambda line: line.decision.decided_on, reverse=True):
			yield {**shared, **_row(line, speech)}


def _row(line: Line, speech: Speech) -> dict[str, Any]:
	told = line.decision
	shown = ("decided_on", "customer", "reference_doctype", "reference_name")
	return {
		**{name: told[name] for name in shown},
		"amount": float(line.amount),
		"outcome": _(told.outcome, context=CONTEXT),
		"outcome_value": told.outcome,
		"became": _(line.became, context=CONTEXT),
		"became_value": str(line.became),
		"door": _(told.door),
		"tries": line.tries,
		"user": frappe.utils.get_fullname(told.user),
		"explanation": " ".join(reason.sentence(speech) for reason in load(told.reasons)),
		"indent": 1,
	}


def _reason(code: str) -> str:
	return short(code) if code else _("Not known")


def _chart(by_reason: Reasons) -> dict[str, Any] | None:
	if not by_reason:
		return None
	values = [float(_total(found)) for found in by_reason.values()]
	datasets = [{"name": _("Amount"), "values": values}]
	labels = [_reason(code) for code in by_reason]
	shown = {"fieldtype": "Currency"}
	return {"data": {"labels": labels, "datasets": datasets}, "type": "bar", "colors": ["orange"], **shown}


def _summary(found: list[Line], currency: str) -> list[dict[str, Any]]:
	refused = [line for line in found if line.decision.outcome == Outcome.REFUSE]
	held = [line for line in found if line.decision.outcome == Outcome.HOLD]
	passed = [line for line in found if line.became in (Became.RELEASED, Became.SUBMITTED, Became.FREED)]
	return [
		_card(_("Refused"), refused, currency, "Red"),
		_card(_("Held"), held, currency, "Blue"),
		_card(_("Passed Since"), passed, currency, "Green"),
	]


def _card(label: str, some: list[Line], currency: str, colour: str) -> dict[str, Any]:
	shown = {"datatype": "Currency", "currency": currency, "indicator": colour}
	return {"label": f"{label} ({len(some)})", "value": float(_total(some)), **shown}
