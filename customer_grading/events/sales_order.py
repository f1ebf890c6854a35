"""Sales Order: the payment policy is asked when it is submitted, raised, re-opened or resumed."""

from frappe.model.document import Document

from customer_grading.gate import order as desk
from customer_grading.gate.open_items import refresh_order
from customer_grading.gate.turn import taken
from customer_grading.records import order_hold


def validate(order: Document, _method: str | None = None) -> None:
	"""Keep the fields that the order desk fills."""
	order_hold.restore(order)


def before_submit(order: Document, _method: str | None = None) -> None:
	"""Refuse before anything is written."""
	desk.submitted(order)


def on_update(order: Document, _method: str | None = None) -> None:
	"""Refuse where the submit was told to ignore validation, and so came past `before_submit`."""
	desk.assure(order)


def on_submit(order: Document, _method: str | None = None) -> None:
	"""Write down what was decided, and count the order."""
	with taken(order.customer):
		desk.kept(order)
		refresh_order(order.name)


def before_update_after_submit(order: Document, _method: str | None = None) -> None:
	"""Ask again where the order asks for more than before."""
	order_hold.restore(order)
	desk.changed(order)


def on_update_after_submit(order: Document, _method: str | None = None) -> None:
	"""Write down what was decided, and count the order anew."""
	desk.kept(order)
	refresh_order(order.name)


def before_change(order: Document, _method: str | None = None) -> None:
	"""Ask again when a closed order is re-opened, or one on hold resumed."""
	desk.woken(order)


def on_change(order: Document, _method: str | None = None) -> None:
	"""Count the order anew: it may be closed, or billed in part."""
	if order.docstatus != 0:
		refresh_order(order.name)


def on_cancel(order: Document, _method: str | None = None) -> None:
	"""Count the order no more: what it was promised is free for others."""
	refresh_order(order.name)
