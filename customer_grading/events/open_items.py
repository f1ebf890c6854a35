"""Whatever changes what is open of a customer notes it, so that the copy for the order desk follows.

Most of what ERPNext does ends in an entry of the Payment Ledger. What it does by raw SQL is noted where the
document that causes it is saved.
"""

from collections.abc import Iterator

import frappe
from frappe.model.document import Document

from customer_grading.gate.open_items import (
	refresh_ledger,
	refresh_note,
	refresh_order,
	refresh_till,
	renamed,
)
from customer_grading.records.open_item import forget_customer

ORDER = "Sales Order"
CANCELLED = 2


def entered(entry: Document, _method: str | None = None) -> None:
	"""Payment Ledger Entry: note what it is against, and what it comes from."""
	if entry.party_type == "Customer":
		refresh_ledger(entry.against_voucher_type, entry.against_voucher_no)
		refresh_ledger(entry.voucher_type, entry.voucher_no)


def billed(invoice: Document, _method: str | None = None) -> None:
	"""Sales Invoice: note what it bills or sums up; cancelled, also the payments it lets go."""
	for line in invoice.items:
		if line.pos_invoice:
			refresh_till(line.pos_invoice)
		if line.sales_order:
			refresh_order(line.sales_order)
		if line.delivery_note:
			refresh_note(line.delivery_note)
	if invoice.docstatus == CANCELLED:
		_note_freed(invoice)


def delivered(note: Document, _method: str | None = None) -> None:
	"""Delivery Note: note it, and the orders whose goods it brings."""
	if note.docstatus == 0:
		return
	refresh_note(note.name)
	for line in note.items:
		if line.against_sales_order:
			refresh_order(line.against_sales_order)


def sold_at_till(sale: Document, _method: str | None = None) -> None:
	"""POS Invoice: note it."""
	if sale.docstatus != 0:
		refresh_till(sale.name)


def paid(payment: Document, _method: str | None = None) -> None:
	"""Payment Entry and Journal Entry: note what they are for now, and what they were for before."""
	for version in filter(None, (payment, payment.get_doc_before_save())):
		for doctype, name in _references(version):
			_note_reference(doctype, name)
	if payment.docstatus == CANCELLED:
		_note_freed(payment)


def _references(payment: Document) -> Iterator[tuple[str | None, str | None]]:
	if payment.doctype == "Payment Entry":
		return ((line.reference_doctype, line.reference_name) for line in payment.references)
	return ((line.reference_type, line.reference_name) for line in payment.accounts)


def _note_reference(doctype: str | None, name: str | None) -> None:
	if not doctype or not name:
		return
	if doctype == ORDER:
		refresh_order(name)
	refresh_ledger(doctype, name)


def _note_freed(cancelled: Document) -> None:
	"""Note the payments that ERPNext has freed by raw SQL as it cancelled what they had paid."""
	filters = {"party_type": "Customer", "delinked": 0, "modified": (">=", cancelled.modified)}
	fields = ["voucher_type", "voucher_no"]
	for entry in frappe.get_all("Payment Ledger Entry", filters, fields, distinct=True, order_by=None):
		refresh_ledger(entry.voucher_type, entry.voucher_no)


def unreconciled(freed: Document, _method: str | None = None) -> None:
	"""Unreconcile Payment: note the payment, and what it is taken away from."""
	refresh_ledger(freed.voucher_type, freed.voucher_no)
	for line in freed.allocations:
		_note_reference(line.reference_doctype, line.reference_name)


def customer_renamed(_customer: Document, _method: str, _old: str, new: str, _merge: bool = False) -> None:
	"""Customer: what is kept under the old name is kept under the new one."""
	renamed(new)


def customer_deleted(customer: Document, _method: str | None = None) -> None:
	"""Customer: nothing of it stays."""
	forget_customer(customer.name)
