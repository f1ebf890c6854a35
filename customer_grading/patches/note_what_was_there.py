"""Roles and workflow states that a site had before this version: they stay when the app leaves."""

from customer_grading.setup.complaint_workflow import note_found


def execute() -> None:
	"""Note them, before the app's own are made."""
	note_found()
