"""Money on account that was paid for no open order, with the day on which it came (R6).

It settles what is overdue before anybody reconciles it. A credit note that names no invoice is no money, and
is left out until it is reconciled.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Min, Sum
from pypika.queries import QueryBuilder

from customer_grading.facts.open_items import open_orders
from customer_grading.facts.selection import Key, Selection
from customer_grading.facts.values import money
from customer_grading.rules.on_account import Received, less


def received(selection: Selection, day: date) -> dict[Key, list[Received]]:
	"""Money on account by customer and company, in company currency, from what was posted up to `day`.

	What was paid back is gone, and what was paid for an open order waits for its bill: the newest first.
	"""
	found: dict[Key, list[Received]] = defaultdict(list)
	gone: dict[Key, Decimal] = defaultdict(Decimal)
	for customer, company, came, amount in _vouchers(selection, day).run():
		if amount > 0:
			found[customer, company].append(Received(came, money(amount)))
		else:
			gone[customer, company] -= money(amount)
	if found:
		for order, account in open_orders(Selection.of(*{customer for customer, _company in found})):
			gone[account] += order.own
	left = {key: less(gone[key], each) for key, each in found.items()}
	return {key: each for key, each in left.items() if each}


def _vouchers(selection: Selection, day: date) -> QueryBuilder:
	"""What is open of each payment and each credit by Journal Entry, as `facts.prepaid` takes them.

	Above zero is in the customer's favour; below zero was paid back.
	"""
	entry = DocType("Payment Ledger Entry")
	kind = entry.against_voucher_type
	kept = (entry.party_type == "Customer") & (entry.account_type == "Receivable") & (entry.delinked == 0)
	amount, open_amount = -Sum(entry.amount), -Sum(entry.amount_in_account_currency)
	return (
		frappe.qb.from_(entry)
		.select(entry.party, entry.company, Min(entry.posting_date), amount)
		.where(kept & kind.isin(("Payment Entry", "Journal Entry")) & (entry.posting_date <= day))
		.where(selection.among(entry.party))
		.groupby(entry.party, entry.company, kind, entry.against_voucher_no)
		.having((open_amount > 0) | ((kind == "Payment Entry") & (open_amount < 0)))
	)
