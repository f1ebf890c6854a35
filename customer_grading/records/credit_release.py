"""Exceptions from the payment policy: asked for, decided by somebody else, used once, expired (R6).

A row moves only through the functions of this module, which lock it first. Documents of it refuse to be
saved, whoever asks and by whatever door.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.query_builder import DocType
from frappe.utils import escape_html, get_datetime, now
from pypika.queries import QueryBuilder

from customer_grading.prepared import Prepared, given
from customer_grading.records import bulk
from customer_grading.records.credit_decision import impersonator
from customer_grading.records.decider import barred_from, must_be_free, must_be_own, must_decide
from customer_grading.rules.options import ReleaseStatus

RELEASE = "Credit Release"
ORDER = "Sales Order"
RELEASABLE = (ORDER, "Delivery Note", "Sales Invoice", "POS Invoice")
"""What a release can be asked for."""
SERIES = "CR-.YYYY.-.#####"
SUBMITTED = 1


class UsedReleaseError(frappe.ValidationError):
	"""A release that cannot be used: used up, expired, or not approved."""


class DecidedReleaseError(frappe.ValidationError):
	"""A request that was decided already."""


class AskedReleaseError(frappe.ValidationError):
	"""A request that is not needed: one is open, or a release stands."""


class Row(NamedTuple):
	"""A release that stands. The ceiling is in company currency."""

	name: str
	customer: str
	company: str
	ceiling: Decimal
	expires_on: date
	status: str


class Bounds(NamedTuple):
	"""What a release was given for, besides its ceiling."""

	company: str
	credit_days: int | None
	"""Those that the terms gave when it was asked for; None where nobody knows."""

	def holds(self, company: str, credit_days: int) -> bool:
		"""Whether a document of that company, with so many days of credit, may use it."""
		if company != self.company:
			return False
		return self.credit_days is None or credit_days <= max(self.credit_days, 0)


class AskedRelease(NamedTuple):
	"""A release as whoever waits for it sees it. The amount is in company currency."""

	name: str
	status: str
	amount: Decimal
	requested_by: str
	requested_on: datetime
	decision_remark: str | None


@dataclass(frozen=True, slots=True)
class Asked:
	"""What is asked for: a document of some amount, in company currency, to be let pass for a reason."""

	document: Document
	amount: Decimal
	reason: str
	ground: Mapping[str, Any]
	"""Where the customer stood at the refusal: values of `GROUND`; empty where there was none."""


GROUND = (
	"credit_decision",
	"credit_tier",
	"credit_days",
	"credit_limit",
	"unlimited",
	"exposure",
	"components",
	"overdue",
	"oldest_days",
	"cover",
	"reasons",
)
ASKED = (
	"reference_doctype",
	"reference_name",
	"reference_created_on",
	"customer",
	"company",
	"amount",
	"reason",
	"status",
	"requested_by",
	"impersonator",
	"requested_on",
	"barred",
)


# Reading


def valid_for(doctype: str, name: str | None, day: date, customer: str | None = None) -> Row | None:
	"""The release that a document may use on a day: approved and not expired; None without one.

	The highest of several. With `customer`, only one that was given for an order of that customer.
	"""
	found = [row for row in _of_document(doctype, name) if _is_open(row, day)]
	return _highest(found, customer)


def standing_for(order: str | None, day: date, customer: str | None = None) -> Row | None:
	"""The release by which a Sales Order and its deliveries pass up to the ceiling; None without one.

	Approved and not expired, or used by this very order, which is submitted since.
	"""
	rows = _of_document(ORDER, order)
	found = [row for row in rows if _is_open(row, day) or _stands(row)]
	return _highest(found, customer)


def _of_document(doctype: str, name: str | None) -> list[frappe._dict]:
	"""The releases of a document that were approved, with the state of the document.

	A document that was deleted leaves its name to the next one, which its releases were not given for.
	"""
	if not name:
		return []
	rows = GIVEN.run(as_dict=True, doctype=doctype, name=name)
	document = frappe.db.get_value(doctype, name, ["creation", "docstatus"], as_dict=True) if rows else None
	same = [row for row in rows if document and row.reference_created_on == document.creation]
	for row in same:
		row.docstatus = document.docstatus
	return same


def _given() -> QueryBuilder:
	release = DocType(RELEASE)
	fields = (*Row._fields, "reference_doctype", "reference_created_on")
	return (
		frappe.qb.from_(release)
		.select(*(release[field] for field in fields))
		.where(release.reference_doctype == given("doctype"))
		.where(release.reference_name == given("name"))
		.where(release.status.isin([str(ReleaseStatus.APPROVED), str(ReleaseStatus.USED)]))
	)


GIVEN = Prepared(_given)


def bounds_of(release: str) -> Bounds:
	"""What a release was given for. The days are known where the position of then was kept with it."""
	row = frappe.db.get_value(RELEASE, release, ["company", "credit_days", "reasons"], as_dict=True)
	return _bounds(row)


def _bounds(row: frappe._dict) -> Bounds:
	return Bounds(row.company, row.credit_days if row.reasons else None)


def last_asked(doctype: str, name: str | None) -> AskedRelease | None:
	"""The release of a document that was asked for last, whatever has become of it; None without one."""
	created = frappe.db.get_value(doctype, name, "creation") if name else None
	if not created:
		return None
	of_document = {"reference_doctype": doctype, "reference_name": name, "reference_created_on": created}
	fields = list(AskedRelease._fields)
	rows = frappe.get_all(RELEASE, of_document, fields, order_by="requested_on desc, name desc", limit=1)
	return AskedRelease(**rows[0]) if rows else None


def _is_open(row: frappe._dict, day: date) -> bool:
	return row.status == ReleaseStatus.APPROVED and row.expires_on >= day


def _stands(row: frappe._dict) -> bool:
	return row.status == ReleaseStatus.USED and row.docstatus == SUBMITTED


def _highest(rows: Iterable[frappe._dict], customer: str | None) -> Row | None:
	mine = [row for row in rows if customer in (None, row.customer)]
	# Of two as high, the one that is used already, so that the other is left.
	best = max(mine, key=lambda row: (row.ceiling, row.status == ReleaseStatus.USED), default=None)
	if best is None:
		return None
	ceiling = Decimal(str(best.ceiling))
	return Row(best.name, best.customer, best.company, ceiling, best.expires_on, best.status)


# Asking


def ask(asked: Asked, day: date) -> str:
	"""Write a request, and tell its name. Raises AskedReleaseError where another one makes it needless.

	The caller has checked that the user may work on the document.
	"""
	document = asked.document
	# Locks the series until the transaction ends: of two who ask at once, the second waits here, and then
	# sees the request of the first.
	name: str = make_autoname(SERIES, RELEASE)
	_must_be_needed(asked, day)
	user, real = frappe.session.user, impersonator()
	barred = sorted(barred_from(document, user, real))
	reference = (document.doctype, document.name, document.creation, document.customer, document.company)
	told = (asked.amount, asked.reason, ReleaseStatus.REQUESTED, user, real, now(), frappe.as_json(barred))
	ground = {field: asked.ground[field] for field in GROUND if field in asked.ground}
	bulk.insert(RELEASE, (*ASKED, *ground), [(name, (*reference, *told, *ground.values()))])
	return name


def _must_be_needed(asked: Asked, day: date) -> None:
	document = asked.document
	rows = _as_they_stand(document)
	waiting = next((row.name for row in rows if row.status == ReleaseStatus.REQUESTED), None)
	if waiting:
		message = _("A release was asked for already: {0}. It waits for a credit controller.")
		frappe.throw(message.format(frappe.bold(waiting)), AskedReleaseError, title=_("Asked Already"))
	given = _highest([row for row in rows if _is_open(row, day) and _is_for(row, asked)], document.customer)
	if given and given.ceiling >= asked.amount:
		message = _("{0} is released already, up to {1}: submit it again.")
		told = message.format(frappe.bold(escape_html(document.name)), money(given.ceiling, document.company))
		frappe.throw(told, AskedReleaseError, title=_("Released Already"))


def _as_they_stand(document: Document) -> Sequence[frappe._dict]:
	"""The releases of a document as they are committed, not as this transaction saw them when it began."""
	table = DocType(RELEASE)
	own = (table.reference_doctype == document.doctype) & (table.reference_name == document.name)
	rows: Sequence[frappe._dict] = (
		frappe.qb.from_(table).select("*").where(own).for_update().run(as_dict=True)
	)
	return [row for row in rows if row.reference_created_on == get_datetime(document.creation)]


def _is_for(row: frappe._dict, asked: Asked) -> bool:
	"""Whether a release would let the document pass as it is asked for now."""
	days = asked.ground.get("credit_days") or 0
	return _bounds(row).holds(asked.document.company, days)


def money(amount: Decimal | float, company: str | None) -> str:
	"""An amount as the reader is used to it, with the currency of the company."""
	currency = frappe.get_cached_value("Company", company, "default_currency") if company else None
	told: str = frappe.utils.fmt_money(amount, currency=currency)
	return told


# Deciding


def approve(name: str, ceiling: Decimal, expires_on: date, remark: str) -> None:
	"""Approve a request up to a ceiling, to be used until a day. Raises where the user may not decide it."""
	_decide(name, ReleaseStatus.APPROVED, remark, {"ceiling": ceiling, "expires_on": expires_on})
	_supersede(name)


def reject(name: str, remark: str) -> None:
	"""Reject a request, for a reason. Raises where the user may not decide it."""
	_decide(name, ReleaseStatus.REJECTED, remark, {})


def _supersede(name: str) -> None:
	"""End what was approved for the same document before and not used: the last decision counts."""
	new = frappe.db.get_value(RELEASE, name, ["reference_doctype", "reference_name"], as_dict=True)
	older = {**new, "status": ReleaseStatus.APPROVED, "name": ("!=", name)}
	for each in frappe.get_all(RELEASE, older, pluck="name"):
		_end(each, ReleaseStatus.APPROVED, ReleaseStatus.EXPIRED)


def _end(name: str, status: ReleaseStatus, last: ReleaseStatus) -> bool:
	"""Move a row that is still in a status to its last one; whether it was."""
	row = _locked(name)
	if row.status != status:
		return False
	_write(name, {"status": last})
	return True


def withdraw(name: str) -> None:
	"""Take back a request that nobody has decided. Raises OwnRequestError where it is not the user's own."""
	row = _locked(name)
	must_be_own(row)
	_must_wait(row)
	_write(name, {"status": ReleaseStatus.WITHDRAWN})


def lapse(doctype: str, name: str) -> None:
	"""Take back what was asked for a document that is cancelled or gone, so that nobody decides on it."""
	waiting = {"reference_doctype": doctype, "reference_name": name, "status": ReleaseStatus.REQUESTED}
	for each in frappe.get_all(RELEASE, waiting, pluck="name"):
		_end(each, ReleaseStatus.REQUESTED, ReleaseStatus.WITHDRAWN)


def _must_wait(row: frappe._dict) -> None:
	if row.status != ReleaseStatus.REQUESTED:
		message = _("{0} is decided already: {1}.").format(
			frappe.bold(row.name), _(row.status, context=RELEASE)
		)
		frappe.throw(message, DecidedReleaseError, title=_("Decided Already"))


def _decide(name: str, status: ReleaseStatus, remark: str, values: Mapping[str, Any]) -> None:
	must_decide()
	row = _locked(name)
	must_be_free(row)
	_must_wait(row)
	by = {"decided_by": frappe.session.user, "decided_on": now(), "decision_remark": remark}
	_write(name, {"status": status, **by, **values})


def _locked(name: str) -> frappe._dict:
	"""The row as it is now, which nobody else can move before this transaction ends."""
	table = DocType(RELEASE)
	rows: Sequence[frappe._dict] = (
		frappe.qb.from_(table).select("*").where(table.name == name).for_update().run(as_dict=True)
	)
	if not rows:
		frappe.throw(_("There is no release {0}.").format(escape_html(name)), frappe.DoesNotExistError)
	return rows[0]


def _write(name: str, values: Mapping[str, Any]) -> None:
	table = DocType(RELEASE)
	query = frappe.qb.update(table).set(table.modified, now()).set(table.modified_by, frappe.session.user)
	for field, value in values.items():
		query = query.set(table[field], value)
	query.where(table.name == name).run()
	frappe.clear_document_cache(RELEASE, name)


# Using


def use(release: str, doctype: str, name: str) -> None:
	"""Use up a release for a document, which is the one that it was given for or delivers its goods.

	The row is locked: of two at once the second finds it used, and is refused with UsedReleaseError. An order
	that was submitted by it stands, with its changes and deliveries, up to the ceiling.
	"""
	row = _locked(release)
	if row.status == ReleaseStatus.USED and _is_of_submitted_order(row):
		return
	_must_be_usable(row, doctype, name)
	used = {"used_on": now(), "used_by_doctype": doctype, "used_by_name": name}
	_write(release, {"status": ReleaseStatus.USED, **used})


def _is_of_submitted_order(row: frappe._dict) -> bool:
	if row.reference_doctype != ORDER:
		return False
	return frappe.db.get_value(ORDER, row.reference_name, "docstatus") == SUBMITTED


def _must_be_usable(row: frappe._dict, doctype: str, name: str) -> None:
	own = (row.reference_doctype, row.reference_name) == (doctype, name)
	if not own and row.reference_doctype != ORDER:
		_refuse_use(_("{0} was given for {1}, not for this document."), row.name, row.reference_name)
	if row.status != ReleaseStatus.APPROVED:
		_refuse_use(_("{0} cannot be used any more: {1}."), row.name, _(row.status, context=RELEASE))
	if row.expires_on < frappe.utils.getdate():
		_refuse_use(_("{0} could be used until {1}."), row.name, frappe.utils.formatdate(row.expires_on))


def _refuse_use(message: str, *values: str) -> None:
	advice = _("Ask for a new release.")
	told = message.format(*(frappe.bold(escape_html(value)) for value in values))
	frappe.throw(f"{told} {advice}", UsedReleaseError, title=_("Release Cannot Be Used"))


# Expiring


def expire(day: date) -> int:
	"""Mark the approved releases whose last day has passed; how many. They were not valid before either."""
	filters = {"status": ReleaseStatus.APPROVED, "expires_on": ("<", day)}
	names = frappe.get_all(RELEASE, filters=filters, pluck="name")
	return sum(_end(name, ReleaseStatus.APPROVED, ReleaseStatus.EXPIRED) for name in names)
