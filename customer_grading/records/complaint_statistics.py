"""The complaints of a month, counted and kept (R11, step 9)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_last_day, getdate, now

from customer_grading.rules.complaint_statistics import Case, Figures, by, total
from customer_grading.rules.options import ComplaintCut

STATISTICS = "Complaint Statistics Month"
CUTS = (
	ComplaintCut.LEVEL,
	ComplaintCut.KIND,
	ComplaintCut.PROBLEM,
	ComplaintCut.ITEM,
	ComplaintCut.DEPARTMENT,
	ComplaintCut.COMPLAINANT,
)
"""By what the complaints of a month are counted."""
CONTEXT = "Customer Complaint"
WORDS = (ComplaintCut.KIND, ComplaintCut.PROBLEM, ComplaintCut.COMPLAINANT)
"""Cuts whose values are options of a complaint, which are translated."""


def dates_of(month: str) -> tuple[date, date]:
	"""The first and the last day of a month, written as YYYY-MM. Raises ValueError for what is none."""
	first = date.fromisoformat(f"{month}-01")
	return first, getdate(get_last_day(first))


def fill(document: Document, cases: Sequence[Case]) -> None:
	"""Write the figures of a month into its document."""
	start, end = dates_of(document.month)
	document.update(
		{"from_date": start, "to_date": end, "made_on": now(), **numbers(total(cases, start, end))}
	)
	document.set("rows", [])
	for row in _rows(cases, start, end):
		document.append("rows", row)


def _rows(cases: Sequence[Case], start: date, end: date) -> Iterator[dict[str, Any]]:
	for cut in CUTS:
		for value, figures in by(cut, cases, start, end):
			yield {"cut": str(cut), "value": value, "title": title_of(cut, value), **numbers(figures)}


def numbers(figures: Figures) -> dict[str, Any]:
	"""Figures as they are stored and shown; averages and shares of nothing are zero."""
	return {
		"raised": figures.raised,
		"repeats": figures.repeats,
		"dismissed": figures.dismissed,
		"closed": figures.closed,
		"open": figures.open,
		"average_days": float(figures.average_days or 0),
		"in_time_share": float(figures.in_time_share or 0),
		"cost": float(figures.cost),
	}


def title_of(cut: ComplaintCut, value: str) -> str:
	"""What an item is called, where that is not its code."""
	if cut is ComplaintCut.ITEM and value:
		return frappe.db.get_value("Item", value, "item_name") or ""
	if cut is ComplaintCut.CUSTOMER and value:
		return frappe.db.get_value("Customer", value, "customer_name") or ""
	return ""


def name_of(cut: str, value: str, title: str = "") -> str:
	"""What a row is about, for its reader: not escaped."""
	if not value:
		return _("Not known")
	if cut in WORDS:
		return _(value, context=CONTEXT)
	return f"{value}: {title}" if title and title != value else value
