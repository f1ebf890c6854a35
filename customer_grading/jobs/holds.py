"""Keeping up to date what open orders wait for: after money has moved, and each night."""

from collections.abc import Sequence
from functools import partial

from customer_grading.gate.holds import refresh as refresh_orders
from customer_grading.gate.waiting import waiting
from customer_grading.jobs.retry import retried


def refresh(customers: Sequence[str] = ()) -> None:
	"""Bring the open orders of these customers up to date; those of all where none is named."""
	for customer, company in list(waiting(*customers)):
		retried(partial(_refresh, customer, company))


def _refresh(customer: str, company: str) -> None:
	refresh_orders(customer, company)
