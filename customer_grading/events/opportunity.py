"""Opportunity: when a deal is expected elsewhere than before, its customer is graded anew."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now, nowdate

from customer_grading.facts.follow_up import follow_up_facts
from customer_grading.facts.holidays import holidays
from customer_grading.records.follow_up import locked, stand
from customer_grading.records.grade_change import Source
from customer_grading.records.policy import current_policy
from customer_grading.rules.follow_up import follow_up_state
from customer_grading.rules.policy_file import fingerprint

DECISIVE = ("expected_closing", "status", "opportunity_from", "party_name")


def on_update(opportunity: Document, _method: str | None = None) -> None:
	"""Grade the customer anew where the Opportunity tells something else about the next deal."""
	if any(map(opportunity.has_value_changed, DECISIVE)):
		_grade_customers(opportunity)


def after_delete(opportunity: Document, _method: str | None = None) -> None:
	"""Grade the customer anew without this Opportunity."""
	_grade_customers(opportunity)


def _grade_customers(opportunity: Document) -> None:
	"""A failure of ours must not lose the Opportunity: it is logged and told, and the night mends it."""
	frappe.db.savepoint("before_grading")
	told = len(frappe.local.message_log)
	try:
		for customer in _customers(opportunity):
			_grade(customer, opportunity.name)
	except frappe.QueryDeadlockError:
		# The database has rolled back everything, the Opportunity too: only trying again helps.
		raise
	except Exception:  # noqa: BLE001  (whatever it is, the Opportunity is worth more)
		frappe.db.rollback(save_point="before_grading")
		del frappe.local.message_log[told:]
		frappe.log_error(
			title="Customer could not be graded",
			reference_doctype="Opportunity",
			reference_name=opportunity.name,
		)
		frappe.msgprint(
			_("The Opportunity is saved, but its customer could not be graded. The next regrade will do it."),
			alert=True,
			indicator="orange",
		)


def _customers(opportunity: Document) -> set[str]:
	"""The customer, and that of before where somebody has exchanged it."""
	versions = filter(None, (opportunity, opportunity.get_doc_before_save()))
	return {each.party_name for each in versions if each.opportunity_from == "Customer" and each.party_name}


def _grade(customer: str, opportunity: str) -> None:
	today, policy = getdate(nowdate()), current_policy()
	before = locked(customer, today)
	known = follow_up_facts(customer, today, policy)
	state = follow_up_state(known, today, holidays(today), policy, held=before.held_grade)
	# An Opportunity can move a grade more than once, and history tells each move apart by its source.
	stand(before, state, Source("Opportunity", opportunity, fingerprint(policy), now()), today)
