"""A payment of a customer as a draft that a person completes: nothing is saved here."""

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.party import get_party_account
from frappe.model.document import Document
from frappe.utils import flt, nowdate


def for_order(order: Document, amount: float) -> Document:
	"""Money for a submitted order, allocated to it. `amount` is in company currency; 0: all that is open."""
	return get_payment_entry(
		order.doctype,
		order.name,
		party_amount=_in_account_currency(order, amount) or None,
		reference_date=nowdate(),
	)


def _in_account_currency(order: Document, amount: float) -> float:
	own = frappe.get_cached_value("Company", order.company, "default_currency")
	is_foreign = (order.get("party_account_currency") or own) != own
	return flt(amount / (flt(order.conversion_rate) or 1) if is_foreign else amount, 2)


def on_account(customer: str, company: str, amount: float) -> Document:
	"""Money for no document in particular. `amount` is in company currency."""
	payment = frappe.new_doc("Payment Entry")
	payment.update({"payment_type": "Receive", "company": company, "posting_date": nowdate()})
	payment.update({"party_type": "Customer", "party": customer, "reference_date": nowdate()})
	payment.paid_from = get_party_account("Customer", customer, company)
	payment.paid_to = _bank_or_cash(company)
	payment.setup_party_account_field()
	payment.set_missing_values()
	payment.set_exchange_rate()
	payment.paid_amount = flt(amount / (flt(payment.source_exchange_rate) or 1), 2)
	payment.received_amount = flt(amount / (flt(payment.target_exchange_rate) or 1), 2)
	payment.set_amounts()
	return payment


def _bank_or_cash(company: str) -> str | None:
	accounts = frappe.get_cached_value("Company", company, ["default_bank_account", "default_cash_account"])
	return next(filter(None, accounts), None)
