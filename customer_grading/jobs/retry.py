"""Work in transactions that others may get in the way of: Frappe 15 does not try it again by itself."""

import time
from collections.abc import Callable

import frappe

TRIES = 4
DEADLOCKS = {1020, 1205, 1213}
"""MariaDB: the row has changed since it was read, the lock was waited for in vain, a deadlock."""


def retried(work: Callable[[], None]) -> None:
	"""Do a transaction's work and commit; again, from the start, where others were in its way."""
	for attempt in range(1, TRIES + 1):
		# What was read before may be older than what is about to be locked.
		frappe.db.rollback()
		try:
			work()
		except Exception as error:
			if attempt == TRIES or not is_deadlock(error):
				frappe.db.rollback()
				raise
			time.sleep(0.1 * attempt)
		else:
			frappe.db.commit()
			return


def is_deadlock(error: Exception) -> bool:
	"""Whether others were in the way, so that the same work may pass the next time."""
	if isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)):
		return True
	return bool(error.args) and error.args[0] in DEADLOCKS
