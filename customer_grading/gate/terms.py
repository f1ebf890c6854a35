"""What an order or a delivery asks for: its amount and the days of credit that its terms give."""

from datetime import date
from decimal import Decimal

from erpnext.accounts.party import get_due_date
from erpnext.controllers.accounts_controller import get_payment_terms
from frappe.model.document import Document
from frappe.utils import getdate

from customer_grading.facts.values import ZERO, money
from customer_grading.rules.order import OrderTerms

WITHOUT_TERMS = {"Pick List", "Purchase Order"}
"""They move goods of orders, and tell no terms of customers: those of a Purchase Order are the supplier's."""


def worth_of(document: Document) -> Decimal:
	"""What is to be paid for a document, in company currency: its total, rounded where that is less.

	Who pays the rounded total has paid.
	"""
	total, rounded = money(document.base_grand_total), money(document.get("base_rounded_total"))
	return min(total, rounded) if rounded > 0 else total


def terms_of(order: Document) -> OrderTerms:
	"""A Sales Order as the rules see it: what of it is not billed yet, in company currency."""
	amount = worth_of(order) * (1 - _billed_part(order))
	return OrderTerms(amount, credit_days(order), bool(order.get("payment_ready")))


def _billed_part(order: Document) -> Decimal:
	"""What of an order is billed by its lines, from 0 to 1.

	The percentage of the order is what it was before its lines were changed: ERPNext computes it anew only
	after they are saved, and as it is done here.
	"""
	ordered = [(abs(money(line.amount)), abs(money(line.get("billed_amt")))) for line in order.items]
	total = sum((amount for amount, _billed in ordered), ZERO)
	return sum((min(each) for each in ordered), ZERO) / total if total else ZERO


def credit_days(document: Document) -> int:
	"""Days from the first delivery to the last due date; 0 or less grants no credit.

	The last line of the payment schedule counts, and the line that leaves first: every part must fall due on
	or before delivery for the terms to grant no credit (R6).
	"""
	if document.doctype in WITHOUT_TERMS:
		return 0
	return (last_due(document) - _first_delivery(document)).days


def _first_delivery(document: Document) -> date:
	"""The date in the head of an order is that of the line that leaves last."""
	days = [getdate(line.delivery_date) for line in document.items if line.get("delivery_date")]
	return min(days, default=getdate(document.get("delivery_date") or _day_of(document)))


def last_due(document: Document) -> date:
	"""When the last part of a document falls due by its terms."""
	due = [getdate(line.due_date) for line in document.get("payment_schedule") or () if line.due_date]
	return max(due or _due_by_template(document) or [_due_by_customer(document)])


def _due_by_template(document: Document) -> list[date]:
	"""As the terms template will have it, for a draft whose schedule is not made yet."""
	template = document.get("payment_terms_template")
	if not template:
		return []
	lines = get_payment_terms(template, _day_of(document), document.grand_total, document.base_grand_total)
	return [getdate(line["due_date"]) for line in lines or () if line.get("due_date")]


def _due_by_customer(document: Document) -> date:
	"""Of a document without terms: an order is due at once; an invoice says when; a note is due by custom."""
	if document.get("due_date"):
		return getdate(document.due_date)
	if document.doctype != "Delivery Note":
		return _day_of(document)
	return getdate(get_due_date(document.posting_date, "Customer", document.customer, document.company))


def _day_of(document: Document) -> date:
	return getdate(document.get("transaction_date") or document.get("posting_date"))
