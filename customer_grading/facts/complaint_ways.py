"""By which workflow complaints take their steps, and for whom it leads where (R11)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import frappe
from frappe.model.workflow import get_workflow_name

from customer_grading.rules.options import ComplaintStep

COMPLAINT = "Customer Complaint"
EVERYBODY = "All"


class Blocked(NamedTuple):
	"""A role that is to sign, and the step to which the workflow does not lead it."""

	role: str
	workflow: str
	start: ComplaintStep
	end: ComplaintStep


def blocked(signers: Sequence[str]) -> Iterator[Blocked]:
	"""The signers, in their order, for whom the active workflow has no transition by which they sign.

	Nobody where a company works without the workflow.
	"""
	workflow = get_workflow_name(COMPLAINT)
	if not workflow or frappe.get_cached_value("Workflow", workflow, "workflow_state_field") != "step":
		return
	for role, start, end in _ways(signers):
		if not {role, EVERYBODY} & _allowed(workflow, start, end):
			yield Blocked(role, workflow, start, end)


def _ways(signers: Sequence[str]) -> Iterator[tuple[str, ComplaintStep, ComplaintStep]]:
	"""The first signs what is planned; whoever comes later, or is alone, approves what is signed."""
	if signers:
		yield signers[0], ComplaintStep.PLANNED, ComplaintStep.SIGNED
	for role in signers[1:] or signers:
		yield role, ComplaintStep.SIGNED, ComplaintStep.APPROVED


def _allowed(workflow: str, start: ComplaintStep, end: ComplaintStep) -> set[str]:
	filters = {"parent": workflow, "parenttype": "Workflow", "state": start, "next_state": end}
	return set(frappe.get_all("Workflow Transition", filters=filters, pluck="allowed"))
