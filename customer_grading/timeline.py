"""What the timeline of a Customer tells of its grading."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname

from customer_grading.records.reasons import CONTEXT, sentences

MOST = 50
CHANGE = ("creation", "owner", "what", "company", "from_value", "to_value", "by_hand", "remark", "reasons")
FOLLOW_UP = ("creation", "name", "follow_up_date", "follow_up_type", "learned", "followed_up_by")


def of_customer(_doctype: str, name: str) -> list[dict[str, Any]]:
	"""The history and the follow-ups of a Customer as timeline entries, as far as the reader may see them."""
	changes = [_entry(row, "milestone", _change(row)) for row in _readable("Grade Change", name, CHANGE)]
	told = _readable("Customer Follow Up", name, FOLLOW_UP)
	return [*changes, *(_entry(row, "call", _follow_up(row)) for row in told)]


def _readable(doctype: str, customer: str, fields: tuple[str, ...]) -> list[frappe._dict]:
	if not frappe.has_permission(doctype, "read"):
		return []
	filters, order = {"customer": customer}, "creation desc"
	return frappe.get_list(doctype, filters=filters, fields=list(fields), order_by=order, limit=MOST)


def _entry(row: frappe._dict, icon: str, content: str) -> dict[str, Any]:
	return {"icon": icon, "creation": row.creation, "is_card": False, "content": content}


def _change(row: frappe._dict) -> str:
	what = escape_html(_(row.what, context=CONTEXT) + (f" ({row.company})" if row.company else ""))
	step = f"{what}: {_value(row.from_value)} → {_value(row.to_value)}"
	why = " ".join(escape_html(sentence) for sentence in sentences(row.reasons))
	if row.by_hand:
		why = _("By {0}: {1}").format(escape_html(get_fullname(row.owner)), escape_html(row.remark or "-"))
	return f"<b>{step}</b><br>{why}"


def _value(value: str | None) -> str:
	return escape_html(_(value, context="Customer")) if value else "–"


def _follow_up(row: frappe._dict) -> str:
	kind = _(row.follow_up_type, context="Customer Follow Up")
	link = frappe.utils.get_link_to_form("Customer Follow Up", row.name, kind)
	day = frappe.format(row.follow_up_date, "Date")
	head = _("{0} on {1} by {2}").format(link, day, escape_html(get_fullname(row.followed_up_by)))
	return f"<b>{head}</b><br>{escape_html(row.learned)}"
