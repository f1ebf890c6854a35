"""Many proposals at once: applied in the background, batch by batch."""

import frappe
from frappe.utils import getdate, nowdate

from customer_grading.gate.waiting import refresh_later
from customer_grading.jobs.retry import retried
from customer_grading.records import proposal

BATCH = 500


def apply_all(what: str, to_value: str | None = None) -> int:
	"""Apply all open proposals of a kind, as the user who asked for it; how many. Commits batch by batch."""
	filters = {"what": what, "status": proposal.Status.OPEN}
	if to_value:
		filters["to_value"] = to_value
	# Through the user's own permissions: who is fenced to some customers decides on those only.
	fields = ["name", "customer"]
	chosen = frappe.get_list("Grade Proposal", filters=filters, fields=fields, limit_page_length=0)
	names = [row.name for row in chosen]
	applied: list[str] = []
	for start in range(0, len(names), BATCH):
		part = names[start : start + BATCH]
		retried(lambda part=part: applied.extend(proposal.apply(part, getdate(nowdate()))))
	refresh_later(*{row.customer for row in chosen})
	return len(applied)
