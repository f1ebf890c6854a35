"""Dunning: a complaint that was confirmed and is open pauses the dunning of its invoice (R15)."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from customer_grading.facts.complaints import open_on


class DunningPausedError(frappe.ValidationError):
	"""An invoice is dunned while a complaint about it is open."""


def before_submit(dunning: Document, _method: str | None = None) -> None:
	"""Raise DunningPausedError, naming invoices and complaints, where a complaint is open."""
	_refuse_disputed(dunning)


def on_submit(dunning: Document, _method: str | None = None) -> None:
	"""The same where `before_submit` was passed over."""
	_refuse_disputed(dunning)


def _refuse_disputed(dunning: Document) -> None:
	found = open_on({row.sales_invoice for row in dunning.overdue_payments if row.sales_invoice})
	if found:
		told = [_told(invoice, names) for invoice, names in sorted(found.items())]
		remedy = _("Close the complaint first, or take the invoice out of the dunning.")
		frappe.throw("<br>".join([*told, remedy]), DunningPausedError, title=_("Dunning Is Paused"))


def _told(invoice: str, complaints: list[str]) -> str:
	message = _("About invoice {0} a complaint is open: {1}.")
	return message.format(frappe.bold(escape_html(invoice)), escape_html(", ".join(complaints)))
