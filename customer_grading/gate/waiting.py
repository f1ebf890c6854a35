"""Whose open orders may wait for something, and having that looked at again (R6).

Apart from the looking itself: a nightly regrade only says whose tier has changed, and need not load all that
decides on orders.
"""

from collections.abc import Iterator

import frappe

from customer_grading.facts.values import FULLY

REFRESH = "customer_grading.jobs.holds.refresh"
"""The job, by name: nothing imports jobs."""


def refresh_later(*customers: str) -> None:
	"""Have what these customers' orders wait for brought up to date, once the transaction is committed."""
	if not customers:
		return
	concerned = sorted({customer for customer, _company in waiting(*customers)})
	if concerned:
		frappe.enqueue(REFRESH, queue="short", customers=concerned, enqueue_after_commit=True)


def waiting(*customers: str) -> Iterator[tuple[str, str]]:
	"""Customers and companies with open orders that the payment policy may say something of.

	Of all customers, where none is named.
	"""
	order, customer = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Customer")
	is_open = (order.docstatus == 1) & order.status.notin(("Closed", "Completed"))
	said = (order.credit_outcome != "") | (customer.credit_tier != "")
	query = frappe.qb.from_(order).join(customer).on(customer.name == order.customer)
	query = query.select(order.customer, order.company).distinct()
	query = query.where(is_open & (order.per_delivered < FULLY) & said)
	if customers:
		query = query.where(order.customer.isin(customers))
	yield from query.run()
