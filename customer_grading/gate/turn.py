"""One decision at a time for a customer: who comes second waits, and is told where that fails."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import escape_html

IN_THE_WAY = {1020, 1205, 1213}
"""MariaDB: the row has changed since it was read, the lock was waited for in vain, a deadlock."""


class TryAgainError(frappe.ValidationError):
	"""Somebody else was just deciding on the same customer; nothing was written."""


@contextmanager
def taken(customer: str | None) -> Iterator[None]:
	"""Tell the user to try again where another order of the customer was in the way.

	Raises TryAgainError. MariaDB has rolled the transaction back by then, or the error rolls it back.
	"""
	try:
		yield
	except Exception as error:
		if not is_in_the_way(error):
			raise
		message = _("Another order of customer {0} was just submitted. Please try again.")
		told = message.format(frappe.bold(escape_html(customer or "")))
		frappe.throw(told, TryAgainError, title=_("Please Try Again"))


def is_in_the_way(error: Exception) -> bool:
	"""Whether the database could not go on because of what another transaction does."""
	if isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)):
		return True
	return isinstance(error, frappe.db.OperationalError) and error.args[0] in IN_THE_WAY
