"""What one unit of a company's currency is worth in the currency of the default company."""

from datetime import date
from decimal import Decimal

import frappe
from frappe import _

ONE = Decimal(1)


class MissingRateError(frappe.ValidationError):
	"""Amounts of a company cannot be compared, because an exchange rate is missing."""


def rates(day: date) -> dict[str, Decimal]:
	"""Company -> what a unit of its currency is worth in that of the default company on a day.

	1 where both are the same; otherwise ERPNext's own exchange rate. Throws MissingRateError, naming the
	company and the two currencies, where ERPNext knows none.
	"""
	currencies = dict(frappe.get_all("Company", fields=["name", "default_currency"], as_list=True))
	main = currencies.get(_default_company(currencies))
	return {
		company: _rate(company, currency, main, day)
		for company, currency in currencies.items()
		if currency == main or _has_customers(company)
	}


def _has_customers(company: str) -> bool:
	"""Whether anything was ever sold by a company, or is owed to it: the rate of no other is asked for."""
	owed = {"company": company, "party_type": "Customer"}
	ordered = {"company": company, "docstatus": 1}
	return bool(frappe.db.exists("Payment Ledger Entry", owed) or frappe.db.exists("Sales Order", ordered))


def _default_company(currencies: dict[str, str]) -> str | None:
	"""The default company of the site; where none is set, the first that was made."""
	default = frappe.db.get_single_value("Global Defaults", "default_company")
	return (
		default if default in currencies else frappe.db.get_value("Company", {}, "name", order_by="creation")
	)


def _rate(company: str, currency: str, main: str, day: date) -> Decimal:
	if currency == main:
		return ONE
	# By name: to import ERPNext takes as long as to grade a hundred customers, and few companies need it.
	get_exchange_rate = frappe.get_attr("erpnext.setup.utils.get_exchange_rate")
	found = Decimal(str(get_exchange_rate(currency, main, day) or 0))
	if not found:
		message = _(
			"There is no exchange rate from {0} to {1} on {2}, so the sales of {3} cannot be compared."
		)
		advice = _("Add a Currency Exchange for it.")
		explained = message.format(currency, main, frappe.format(day, "Date"), frappe.bold(company))
		frappe.throw(f"{explained} {advice}", MissingRateError, _("Exchange rate missing"))
	return found
