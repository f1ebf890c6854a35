"""R11, step 9: complaints of a time by level, kind, item, department and more, with a chart."""

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from customer_grading.facts.complaint_cases import cases
from customer_grading.records.complaint_statistics import CONTEXT, name_of, numbers, title_of
from customer_grading.rules.complaint_statistics import Case, Figures, by, total
from customer_grading.rules.options import ComplaintCut

Row = dict[str, Any]
LINKS = {
	ComplaintCut.ITEM: "Item",
	ComplaintCut.DEPARTMENT: "Department",
	ComplaintCut.CUSTOMER: "Customer",
}
MOST_BARS = 12


class ReportError(frappe.ValidationError):
	"""Filters of which nothing can be told."""


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, no message, a chart and a summary of what the user may read.

	Filters: `company`, `from_date`, `to_date`, `cut`, one of ComplaintCut.
	"""
	chosen = filters or {}
	cut, start, end = _checked(chosen)
	company = chosen["company"]
	found = _readable(company, start, end)
	groups = by(cut, found, start, end)
	currency = frappe.get_cached_value("Company", company, "default_currency")
	rows = [{**_row(cut, value, figures), "currency": currency} for value, figures in groups]
	if not rows:
		return _columns(cut), [], None, None, None
	return _columns(cut), rows, None, _chart(rows), _summary(currency, total(found, start, end))


def _checked(chosen: dict[str, Any]) -> tuple[ComplaintCut, date, date]:
	if not all(map(chosen.get, ("company", "from_date", "to_date"))):
		_refuse(_("Choose a company and both dates."))
	start, end = getdate(chosen["from_date"]), getdate(chosen["to_date"])
	if start > end:
		_refuse(_("From Date must not be after To Date."))
	cut = chosen.get("cut") or ComplaintCut.LEVEL
	if cut not in list(ComplaintCut):
		_refuse(_("Choose what the complaints are counted by."))
	return ComplaintCut(cut), start, end


def _refuse(message: str) -> None:
	frappe.throw(message, ReportError, title=_("Filters"))


def _readable(company: str, start: date, end: date) -> list[Case]:
	"""Through the user's own permissions: who is fenced to some customers counts those only."""
	filters = {"company": company, "raised_on": ("<=", end)}
	names = frappe.get_list("Customer Complaint", filters=filters, pluck="name", limit_page_length=0)
	return cases(company, start, end, set(names))


def _row(cut: ComplaintCut, value: str, figures: Figures) -> Row:
	told = numbers(figures)
	if not figures.closed:
		# Of nothing there is neither an average nor a share.
		told.update({"average_days": None, "in_time_share": None})
	return {"value": value, "told": name_of(cut, value, title_of(cut, value)), **told}


def _columns(cut: ComplaintCut) -> list[Row]:
	label, link = _(cut, context=CONTEXT), LINKS.get(cut)
	first = _column("value", label, 160, "Link", link) if link else _column("told", label, 220)
	names = [_column("told", _("Name"), 220)] if link else []
	return [
		first,
		*names,
		_column("raised", _("Raised"), 90, "Int"),
		_column("repeats", _("Repeats"), 90, "Int"),
		_column("dismissed", _("Dismissed"), 100, "Int"),
		_column("closed", _("Closed"), 90, "Int"),
		_column("open", _("Still Open"), 100, "Int"),
		{**_column("average_days", _("Days to Close"), 130, "Float"), "precision": 1},
		{**_column("in_time_share", _("Solved in Time"), 130, "Percent"), "precision": 1},
		_column("cost", _("Cost"), 120, "Currency", "currency"),
	]


def _column(name: str, label: str, width: int, kind: str = "Data", options: str | None = None) -> Row:
	return {"fieldname": name, "label": label, "fieldtype": kind, "options": options, "width": width}


def _chart(rows: list[Row]) -> Row:
	shown = rows[:MOST_BARS]
	datasets = [
		{"name": label, "values": [row[name] for row in shown]}
		for name, label in (("raised", _("Raised")), ("closed", _("Closed")), ("open", _("Still Open")))
	]
	data = {"labels": [row["told"] for row in shown], "datasets": datasets}
	return {"data": data, "type": "bar", "colors": ["#2490EF", "#29CD42", "#ECAD4B"]}


def _summary(currency: str, figures: Figures) -> list[Row]:
	told = [
		_number(_("Raised"), figures.raised, "Int", "blue"),
		_number(_("Still Open"), figures.open, "Int", "orange" if figures.open else "green"),
	]
	if figures.closed:
		told.append(_number(_("Days to Close"), str(figures.average_days), "Data", "blue"))
		told.append(_number(_("Solved in Time"), f"{figures.in_time_share} %", "Data", "green"))
	return [*told, {**_number(_("Cost"), float(figures.cost), "Currency", "red"), "currency": currency}]


def _number(label: str, value: float | str, kind: str, indicator: str) -> Row:
	return {"label": label, "value": value, "datatype": kind, "indicator": indicator}
