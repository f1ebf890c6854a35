"""What a night does, one after the other: at once, each would find customers that another has changed."""

import frappe

from customer_grading.jobs import complaints, follow_ups, holds, open_items, regrade, relationship


def run() -> None:
	"""One work after the other. One that fails is logged, and the others go on."""
	for work in (
		open_items.run,
		relationship.run,
		complaints.run,
		follow_ups.run,
		regrade.nightly,
		holds.refresh,
	):
		try:
			work()
			frappe.db.commit()
		except Exception:  # noqa: BLE001, PERF203  (whatever is wrong with one, the others go on)
			frappe.db.rollback()
			frappe.log_error(title=f"Customer Grading: {work.__module__} failed")
