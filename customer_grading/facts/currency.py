"""What one unit of a company's currency is worth in the currency of the default company."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import frappe
from frappe import _

from customer_grading.facts.values import ZERO

ONE = Decimal(1)


class MissingRateError(frappe.ValidationError):
	"""Amounts of a company cannot be compared, because an exchange rate is missing."""


def rates(day: date, known: Mapping[str, Decimal] = MappingProxyType({})) -> dict[str, Decimal]:
	"""Company -> what a unit of its currency is worth in that of the default company on a day.

	1 where both are the same; else ERPNext's own exchange rate; where ERPNext tells none, what was `known`
	before. Throws MissingRateError, naming the company and both currencies, where there is none.
	"""
	currencies, main = _currencies()
	found = {company: _rate(currencies[company], main, day) for company in _compared(currencies, main)}
	found = {company: rate or known.get(company, ZERO) for company, rate in found.items()}
	for company, rate in found.items():
		if not rate:
			_miss(company, currencies[company], main, day)
	return found


def compared() -> set[str]:
	"""The companies whose customers are compared with each other, and of which a rate is needed."""
	return _compared(*_currencies())


def _compared(currencies: Mapping[str, str], main: str | None) -> set[str]:
	return {
		company for company, currency in currencies.items() if currency == main or _has_customers(company)
	}


def _currencies() -> tuple[dict[str, str], str | None]:
	"""The currency of each company, and that of the default company."""
	currencies = dict(frappe.get_all("Company", fields=["name", "default_currency"], as_list=True))
	return currencies, currencies.get(_default_company(currencies))


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


def _rate(currency: str, main: str, day: date) -> Decimal:
	"""The rate that ERPNext tells; 0 where it tells none."""
	if currency == main:
		return ONE
	# By name: to import ERPNext takes as long as to grade a hundred customers, and few companies need it.
	get_exchange_rate = frappe.get_attr("erpnext.setup.utils.get_exchange_rate")
	return Decimal(str(get_exchange_rate(currency, main, day) or 0))


def _miss(company: str, currency: str, main: str, day: date) -> None:
	message = _("There is no exchange rate from {0} to {1} on {2}, so the sales of {3} cannot be compared.")
	advice = _("Add a Currency Exchange for it.")
	explained = message.format(currency, main, frappe.format(day, "Date"), frappe.bold(company))
	frappe.throw(f"{explained} {advice}", MissingRateError, _("Exchange rate missing"))
