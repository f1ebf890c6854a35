"""Changes that wait for a person: kept in step with what rules find, and applied."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Sum
from frappe.utils import now
from pypika.queries import QueryBuilder

from customer_grading.records import bulk, credit_limit, customer, grade_change
from customer_grading.records.grade_change import Change, Source, record
from customer_grading.records.reasons import dump, load
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.options import Graded, StrEnum
from customer_grading.rules.regrade import Move, is_other_limit


class Status(StrEnum):
	"""What has become of a proposal."""

	OPEN = "Open"
	APPLIED = "Applied"
	REJECTED = "Rejected"
	SUPERSEDED = "Superseded"


class Key(NamedTuple):
	"""What a proposal is about: there is never more than one open proposal of a key."""

	customer: str
	what: str
	company: str


class Bound(NamedTuple):
	"""Open orders that a new tier would bind: how many, and their amount in company currency."""

	orders: int
	amount: float


COLUMNS = (
	"customer",
	"what",
	"company",
	"status",
	"from_value",
	"to_value",
	"provisional",
	"reasons",
	"open_orders",
	"open_order_amount",
	"regrade_run",
	"policy_fingerprint",
)


def synchronise(
	customers: Collection[str],
	waiting: Mapping[str, Sequence[Move]],
	source: Source,
	day: date,
	min_limit_change: Decimal = Decimal(0),
) -> int:
	"""Make the open proposals of these customers those that wait now; how many are new.

	What rules no longer find is superseded. What a person has rejected is not proposed again before the day
	that was set, unless something else is found; limits are the same within `min_limit_change` percent.
	"""
	wanted = {_key(name, move): move for name, moves in waiting.items() for move in moves}
	stale: list[str] = []
	known: set[Key] = set()
	for row in _standing(customers, day):
		key = Key(row.customer, row.what, row.company or "")
		is_same = key in wanted and _is_same(row, wanted[key], min_limit_change)
		if is_same:
			known.add(key)
		elif row.status == Status.OPEN:
			stale.append(row.name)
	_supersede(stale)
	new = {key: move for key, move in wanted.items() if key not in known}
	_insert(new, source)
	return len(new)


def _key(name: str, move: Move) -> Key:
	return Key(name, move.what, move.company)


def _is_same(row: frappe._dict, move: Move, min_limit_change: Decimal) -> bool:
	if (row.from_value or "", row.to_value) == (move.old, move.new):
		return True
	if move.what is not Graded.CREDIT_LIMIT or (row.from_value or "") != move.old:
		return False
	return not is_other_limit(Decimal(row.to_value), Decimal(move.new), min_limit_change)


def _standing(customers: Collection[str], day: date) -> list[frappe._dict]:
	"""The proposals that are open, and those that were rejected and are held back."""
	rows = standing_proposals(customers).run(as_dict=True)
	return [row for row in rows if row.status == Status.OPEN or (row.held_until and row.held_until > day)]


def standing_proposals(customers: Collection[str]) -> QueryBuilder:
	"""What of these customers is open or was rejected; by their index, as in `grade_change.by_hand`."""
	table = DocType("Grade Proposal")
	fields = ("name", "customer", "what", "company", "from_value", "to_value", "status", "held_until")
	query = frappe.qb.from_(table).force_index("customer").select(*(table[field] for field in fields))
	query = query.where(table.customer.isin(tuple(customers) or ("",)))
	return query.where(table.status.isin([str(Status.OPEN), str(Status.REJECTED)]))


def released(since: date, day: date) -> set[str]:
	"""The customers of rejected proposals that may come again on a day from `since` to `day`."""
	filters = {"status": Status.REJECTED, "held_until": ("between", (since, day))}
	return set(frappe.get_all("Grade Proposal", filters=filters, pluck="customer"))


def _supersede(names: Sequence[str]) -> None:
	if not names:
		return
	table = frappe.qb.DocType("Grade Proposal")
	query = frappe.qb.update(table).set(table.status, Status.SUPERSEDED).set(table.modified, now())
	query.where(table.name.isin(names)).run()


def _insert(moves: Mapping[Key, Move], source: Source) -> None:
	if not moves:
		return
	bound = open_orders({key.customer for key in moves if key.what == Graded.CREDIT_TIER})
	rows = (
		(frappe.generate_hash(length=20), _row(key, move, bound.get(key.customer), source))
		for key, move in moves.items()
	)
	bulk.insert("Grade Proposal", COLUMNS, rows)


def _row(key: Key, move: Move, bound: Bound | None, source: Source) -> Sequence[object]:
	is_tier = key.what == Graded.CREDIT_TIER
	orders, amount = bound if bound and is_tier else Bound(0, 0)
	told = (key.customer, key.what, key.company or None, Status.OPEN, move.old, move.new)
	why = (int(move.provisional), dump(move.reasons), orders, amount)
	return (*told, *why, source.name, source.fingerprint)


def open_orders(customers: Collection[str]) -> dict[str, Bound]:
	"""Submitted orders that are not yet delivered or billed in full: what a tier binds from now on."""
	if not customers:
		return {}
	order = frappe.qb.DocType("Sales Order")
	is_open = (order.docstatus == 1) & order.status.notin(("Closed", "Completed"))
	query = (
		frappe.qb.from_(order)
		.select(order.customer, Count(order.name), Sum(order.base_grand_total))
		.where(order.customer.isin(list(customers)) & is_open)
		.groupby(order.customer)
	)
	return {name: Bound(count, float(amount or 0)) for name, count, amount in query.run()}


def apply(names: Sequence[str], day: date) -> list[str]:
	"""Apply open proposals; the names of those that were.

	Those that somebody has decided meanwhile are left alone; those whose customer stands differently by now
	are superseded, as are those of what a person has assigned meanwhile. The caller has checked permission.
	"""
	rows = _locked(names)
	held = grade_change.held([row.customer for row in rows], day) if rows else {}
	free = [row for row in rows if (row.customer, Graded(row.what)) not in held]
	current = {row.name: row for row in free if _still_stands(row)}
	_supersede([row.name for row in rows if row.name not in current])
	_apply_fields(current.values(), day)
	_apply_limits([row for row in current.values() if row.what == Graded.CREDIT_LIMIT], day)
	for row in current.values():
		_remember(row, day)
	_decide(list(current), Status.APPLIED)
	return list(current)


def _locked(names: Sequence[str]) -> list[frappe._dict]:
	table = frappe.qb.DocType("Grade Proposal")
	query = frappe.qb.from_(table).select("*").where(table.name.isin(list(names)))
	return query.where(table.status == Status.OPEN).orderby(table.name).for_update().run(as_dict=True)


def _still_stands(row: frappe._dict) -> bool:
	"""Whether the customer still has the value that the proposal would change."""
	if row.what != Graded.CREDIT_LIMIT:
		name, field = row.customer, Graded(row.what).field
		now_is = frappe.db.get_value("Customer", name, ["name", field], for_update=True)
		return bool(now_is) and (now_is[1] or "") == (row.from_value or "")
	limit = credit_limit.limits_of([row.customer], lock=True).get(row.customer, {}).get(row.company)
	return (limit is None) == (not row.from_value) and (
		limit is None or limit.amount == Decimal(row.from_value)
	)


def _apply_fields(rows: Iterable[frappe._dict], day: date) -> None:
	values: dict[str, dict[str, Any]] = {}
	for row in rows:
		values.setdefault(row.customer, {}).update(_values(row, day))
	customer.write(values)


def _values(row: frappe._dict, day: date) -> dict[str, Any]:
	if row.what == Graded.CREDIT_TIER:
		return tier_values(row.to_value, day, bool(row.provisional))
	# Limits stand in rows of their own.
	return {} if row.what == Graded.CREDIT_LIMIT else {Graded(row.what).field: row.to_value}


def tier_values(tier: str, day: date, provisional: bool = False) -> dict[str, Any]:
	"""The Customer's fields of a tier that begins on a day, with no better one in waiting."""
	return {
		"credit_tier": tier,
		"credit_tier_provisional": int(provisional),
		"credit_tier_since": day,
		"credit_tier_candidate": None,
		"credit_tier_held": 0,
		"credit_tier_counted_on": None,
	}


def _apply_limits(rows: Iterable[frappe._dict], day: date) -> None:
	limits = {(row.customer, row.company): CreditLimit(Decimal(row.to_value)) for row in rows}
	credit_limit.write(limits, day)


def _remember(row: frappe._dict, day: date) -> None:
	change = Change(
		row.customer,
		Graded(row.what),
		row.from_value or "",
		row.to_value,
		load(row.reasons),
		company=row.company or "",
	)
	record([change], Source("Grade Proposal", row.name, row.policy_fingerprint or ""), day)


def _decide(names: Sequence[str], status: Status) -> None:
	if not names:
		return
	table = frappe.qb.DocType("Grade Proposal")
	query = frappe.qb.update(table).set(table.status, status).set(table.modified, now())
	query = query.set(table.decided_by, frappe.session.user).set(table.decided_on, now())
	query.where(table.name.isin(list(names))).run()


def reject(name: str, remark: str, held_until: date) -> bool:
	"""Reject an open proposal, for a reason; it does not come again before `held_until`.

	False where somebody has decided it meanwhile.
	"""
	if not _locked([name]):
		return False
	_decide([name], Status.REJECTED)
	frappe.db.set_value("Grade Proposal", name, {"remark": remark, "held_until": held_until})
	return True
