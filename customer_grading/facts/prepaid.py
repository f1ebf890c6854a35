"""Money on account: what customers have paid that no invoice has used up."""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from pypika.queries import QueryBuilder

from customer_grading.facts.selection import Selection
from customer_grading.facts.values import money


def prepaid(selection: Selection) -> dict[str, dict[str, Decimal]]:
	"""Money on account now, above zero, by customer and company in company currency.

	Payments that are not allocated to an invoice, advances against orders included, less what was paid back;
	and credits by Journal Entry. Neither credit notes (nobody has paid) nor debts of other kinds. Taken from
	the Payment Ledger at the exchange rate of the payment, because an order's own figure goes stale.
	"""
	found: dict[str, dict[str, Decimal]] = defaultdict(dict)
	for customer, company, amount in _on_account(selection).run():
		found[customer][company] = money(amount)
	return dict(found)


def _on_account(selection: Selection) -> QueryBuilder:
	voucher = _by_voucher(selection)
	is_open = (voucher.open_amount < 0) | (voucher.against_voucher_type != "Journal Entry")
	total = -Sum(voucher.amount)
	return (
		frappe.qb.from_(voucher)
		.select(voucher.party, voucher.company, total)
		.where(is_open & (voucher.open_amount != 0))
		.groupby(voucher.party, voucher.company)
		.having(total > 0)
	)


def _by_voucher(selection: Selection) -> QueryBuilder:
	"""What is open of each voucher but invoices; below zero is in the customer's favour."""
	entry = DocType("Payment Ledger Entry")
	kept = (entry.party_type == "Customer") & (entry.account_type == "Receivable") & (entry.delinked == 0)
	return (
		frappe.qb.from_(entry)
		.select(
			entry.party,
			entry.company,
			entry.against_voucher_type,
			Sum(entry.amount).as_("amount"),
			Sum(entry.amount_in_account_currency).as_("open_amount"),
		)
		.where(kept & (entry.against_voucher_type != "Sales Invoice"))
		.where(selection.among(entry.party))
		.groupby(entry.party, entry.company, entry.against_voucher_type, entry.against_voucher_no)
	)
