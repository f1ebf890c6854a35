"""The fields of the app, made anew. In patches.txt the number behind its name goes up when they change."""

from customer_grading.setup.install import make_custom_fields


def execute() -> None:
	"""Add what is missing and bring the rest up to date."""
	make_custom_fields()
