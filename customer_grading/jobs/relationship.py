"""Daily: who is active, inactive or lost, by the days without an order or contact."""

from collections.abc import Iterator, Mapping
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.utils import getdate, now, nowdate

from customer_grading.facts.contact import last_touches
from customer_grading.facts.selection import Selection
from customer_grading.jobs.retry import retried
from customer_grading.records.customer import write
from customer_grading.records.grade_change import Change, Source, record
from customer_grading.records.policy import current_policy
from customer_grading.rules.options import Graded
from customer_grading.rules.policy import Policy, RelationshipPolicy
from customer_grading.rules.policy_file import fingerprint
from customer_grading.rules.relationship import relationship

BATCH = 2000


def run() -> int:
	"""Set the status of all customers who are not disabled, a batch a transaction; how many have changed."""
	policy = current_policy()
	day, changed = getdate(nowdate()), 0
	for selection in _batches():
		found: list[Change] = []
		retried(lambda selection=selection, found=found: renew(selection, day, policy, found))
		changed += len(found)
	return changed


def _batches() -> Iterator[Selection]:
	table = DocType("Customer")
	names = frappe.qb.from_(table).select(table.name).orderby(table.name).run(pluck=True)
	for first in range(0, len(names), BATCH):
		batch = names[first : first + BATCH]
		yield Selection.between(batch[0], batch[-1])


def renew(selection: Selection, day: date, policy: Policy, found: list[Change]) -> None:
	"""Set the status of some customers; `found` is filled with what has changed."""
	found[:] = changes(last_touches(selection, day), _standing(selection), day, policy.relationship)
	write({change.customer: {Graded.RELATIONSHIP_STATUS.field: change.new} for change in found})
	record(found, Source("", "", fingerprint(policy), moment=now()), day)


def changes(
	touched: Mapping[str, date], standing: Mapping[str, str | None], day: date, policy: RelationshipPolicy
) -> Iterator[Change]:
	"""What changes on `day` for customers who were last in touch on some day and stand as they stand."""
	for customer, last_touch in touched.items():
		answer = relationship(last_touch, day, policy)
		old = standing.get(customer) or ""
		if answer.status != old:
			yield Change(customer, Graded.RELATIONSHIP_STATUS, old, str(answer.status), answer.reasons)


def _standing(selection: Selection) -> dict[str, str | None]:
	table = DocType("Customer")
	query = frappe.qb.from_(table).select(table.name, table.relationship_status)
	return dict(query.where(selection.among(table.name)).for_update().run())
