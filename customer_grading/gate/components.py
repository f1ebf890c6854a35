"""The parts of an exposure as the browser gets them."""

from typing import Any

from frappe import _

from customer_grading.records.reasons import CONTEXT
from customer_grading.rules.order import Component


def components(exposure: tuple[Component, ...]) -> list[dict[str, Any]]:
	"""The parts of an exposure, each with its name in the reader's language."""
	return [
		{"kind": str(part.kind), "label": _(part.kind, context=CONTEXT), "amount": float(part.amount)}
		for part in exposure
	]
