"""The way by which whoever is still to sign an approved plan sends it back."""

from customer_grading.setup.complaint_workflow import add_way


def execute() -> None:
	"""Add it to our workflow, where nobody has added one; what else a company has changed there stays."""
	add_way("Plan Approved", "Send Back")
