"""What a night does, one after the other: at once, each would find customers that another has changed."""

import frappe

from customer_grading.jobs import follow_ups, regrade, relationship


def run() -> None:
	"""Relationship status, ToDos, regrade. One that fails is logged, and the others go on."""
	for work in (relationship.run, follow_ups.run, regrade.nightly):
		try:
			work()
			frappe.db.commit()
		except Exception:  # noqa: BLE001, PERF203  (whatever is wrong with one, the others go on)
			frappe.db.rollback()
			frappe.log_error(title=f"Customer Grading: {work.__module__} failed")
