"""Each night the copy of what is open is compared with ERPNext's own documents, and put right."""

from functools import partial

import frappe
from frappe import _

from customer_grading.facts.selection import Selection
from customer_grading.gate.open_items import rebuild, selections
from customer_grading.jobs.retry import retried


def run() -> int:
	"""Compare all customers, some thousands at a time; how many documents the copy was wrong of.

	It is wrong where ERPNext's tables were changed past its documents, and that is told in the Error Log.
	"""
	counts: dict[int, int] = {}
	for number, selection in enumerate(selections()):
		retried(partial(_compare, selection, number, counts))
	wrong = sum(counts.values())
	if wrong:
		message = _("The open items of {0} documents differed from ERPNext's own tables, and were put right.")
		frappe.log_error(title="Customer Grading: open items put right", message=message.format(wrong))
	return wrong


def _compare(selection: Selection, number: int, counts: dict[int, int]) -> None:
	counts[number] = rebuild(selection)
