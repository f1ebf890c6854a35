"""The documents by which a follow-up can be proved."""

import frappe
from frappe import _
from frappe.model.document import Document


class ForeignEvidenceError(frappe.ValidationError):
	"""The document that was named proves nothing about this customer."""


def _of_order(order: Document, customer: str) -> bool:
	return order.customer == customer


def _of_quotation(quotation: Document, customer: str) -> bool:
	return quotation.quotation_to == "Customer" and quotation.party_name == customer


def _of_opportunity(opportunity: Document, customer: str) -> bool:
	return opportunity.opportunity_from == "Customer" and opportunity.party_name == customer


def _of_communication(message: Document, customer: str) -> bool:
	filed = (message.reference_doctype, message.reference_name)
	linked = {(link.link_doctype, link.link_name) for link in message.timeline_links}
	return ("Customer", customer) in {filed, *linked}


def _of_event(event: Document, customer: str) -> bool:
	present = {(guest.reference_doctype, guest.reference_docname) for guest in event.event_participants}
	return ("Customer", customer) in present


BELONGS = {
	"Communication": _of_communication,
	"Event": _of_event,
	"Quotation": _of_quotation,
	"Opportunity": _of_opportunity,
	"Sales Order": _of_order,
}
"""What can prove a follow-up, and how it is told whether it is about a customer."""


def must_belong(doctype: str | None, name: str | None, customer: str) -> None:
	"""Raise ForeignEvidenceError or PermissionError unless the user may read it and it is about the customer.

	No evidence is fine; half of it, a type without a document, is not.
	"""
	if not doctype and not name:
		return
	if doctype not in BELONGS:
		allowed = ", ".join(map(_, BELONGS))
		_refuse(_("Evidence is one of these: {0}.").format(allowed))
	if not name:
		_refuse(_("Name the {0} that is the evidence, or leave the type empty.").format(_(doctype)))
	document = frappe.get_doc(doctype, name)
	document.check_permission("read")
	if not BELONGS[doctype](document, customer):
		_refuse(
			_("{0} {1} is not about customer {2}.").format(
				_(doctype), frappe.bold(name), frappe.bold(frappe.utils.escape_html(customer))
			)
		)


def _refuse(message: str) -> None:
	frappe.throw(message, ForeignEvidenceError, title=_("No Evidence"))
