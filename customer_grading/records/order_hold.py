"""What a Sales Order shows of the payment policy: what its goods wait for, and whether the payment is ready.

These fields are derived: whatever a form, a REST call or an import says of them is put back to what the order
desk has written. Nobody is refused for it, because a form that was open meanwhile says what was true before.
"""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import flt, now

from customer_grading.rules.options import PaymentMeans
from customer_grading.rules.order import Decision
from customer_grading.setup.custom_fields import DECIDED

SHOWN = ("credit_outcome", "credit_awaits", "credit_awaited_amount")
CENTS = 2
"""Decimals: what totals differ by beyond them is no difference."""
NOTHING: Mapping[str, Any] = dict(zip(SHOWN, (None, None, 0), strict=True))
NOT_READY: Mapping[str, Any] = {
	"payment_ready": 0,
	"payment_ready_how": None,
	"payment_ready_by": None,
	"payment_ready_on": None,
}


WHO_PAYS = ("customer", "company", "currency")
TOTALS = ("grand_total", "base_grand_total")


def restore(order: Document) -> None:
	"""Put back what the order desk has written, before a document is saved; nothing where it is new.

	Readiness was confirmed by one customer for one amount: it falls away where the order becomes another.
	"""
	before = order.get_doc_before_save()
	for name in DECIDED:
		order.set(name, before.get(name) if before else None)
	if before and _asks_for_more(order, before):
		order.update(NOT_READY)


def _asks_for_more(order: Document, before: Document) -> bool:
	if any(order.get(name) != before.get(name) for name in WHO_PAYS):
		return True
	return any(flt(order.get(name), CENTS) > flt(before.get(name), CENTS) for name in TOTALS)


def fill(order: Document, decision: Decision) -> None:
	"""Let an order that is being saved show what was decided on it."""
	order.update(shown(decision))


def shown(decision: Decision) -> dict[str, Any]:
	"""A decision as the fields of the order: the outcome, and the first thing that its goods wait for."""
	first = next(iter(decision.requirements), None)
	awaited = (str(first.awaits), flt(first.amount)) if first else (None, 0.0)
	return dict(zip(SHOWN, (str(decision.outcome), *awaited), strict=True))


def store(order: Document, decision: Decision) -> bool:
	"""Write what an order waits for now; whether that is something new.

	The time of change stays, so that whoever has the order open can save it; `restore` keeps this.
	"""
	return _write(order.name, shown(decision))


def clear(order: str) -> bool:
	"""Show nothing any more: nothing binds the order."""
	return _write(order, NOTHING)


def confirm_ready(order: str, how: PaymentMeans) -> None:
	"""Note that the customer has the money ready, who has asked, and how it will be paid."""
	_write(
		order,
		{
			"payment_ready": 1,
			"payment_ready_how": str(how),
			"payment_ready_by": frappe.session.user,
			"payment_ready_on": now(),
		},
	)


def withdraw_ready(order: str) -> None:
	"""Take the confirmation back."""
	_write(order, NOT_READY)


def _write(order: str, values: Mapping[str, Any]) -> bool:
	names = list(values)
	kept = frappe.db.get_value("Sales Order", order, names, as_dict=True) or {}
	if all(_same(kept.get(name), values[name]) for name in names):
		return False
	frappe.db.set_value("Sales Order", order, dict(values), update_modified=False)
	_tell_open_forms(order)
	return True


def _same(kept: Any, value: Any) -> bool:
	"""Whether two values of a field say the same; nothing and zero do."""
	if isinstance(kept, (int, float)) or isinstance(value, (int, float)):
		return flt(kept) == flt(value)
	return (kept or "") == (value or "")


def _tell_open_forms(order: str) -> None:
	"""Forms and lists that show the order load it again once this is committed."""
	about = {"doctype": "Sales Order", "name": order}
	frappe.publish_realtime(
		"doc_update", {**about, "modified": now()}, doctype="Sales Order", docname=order, after_commit=True
	)
	frappe.publish_realtime(
		"list_update", {**about, "user": frappe.session.user}, doctype="Sales Order", after_commit=True
	)
