"""Keeping up to date what open orders wait for: after money has moved, and each night."""

from collections.abc import Sequence
from functools import partial

from customer_grading.gate import holds
from customer_grading.jobs.retry import retried


def refresh(customers: Sequence[str] = ()) -> None:
	"""Bring the open orders of these customers up to date; those of all where none is named."""
	for customer, company in list(holds.waiting(*customers)):
		retried(partial(_refresh, customer, company))


def _refresh(customer: str, company: str) -> None:
	holds.refresh(customer, company)
