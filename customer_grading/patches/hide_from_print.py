"""The fields of the app on documents of ERPNext: in an older version customers read them in print."""

from customer_grading.setup.install import hide_from_print


def execute() -> None:
	"""Keep them out of print, once: a company may choose to print one afterwards."""
	hide_from_print()
