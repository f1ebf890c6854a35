"""Money on account that was paid for no order, with the day on which it came (R6).

It settles what is overdue before anybody reconciles it. A credit note that names no invoice is no money, and
is left out until it is reconciled.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import IfNull, Max, Min, Sum
from pypika.queries import QueryBuilder

from customer_grading.facts.selection import Selection
from customer_grading.facts.values import ZERO, money
from customer_grading.rules.on_account import Received, less_paid_back

PAYMENT, JOURNAL, ORDER = "Payment Entry", "Journal Entry", "Sales Order"

NOT_MONEY = ("Credit Note", "Write Off Entry")
"""The kinds of Journal Entry that lower a debt although nobody has paid."""


def received(selection: Selection, day: date) -> dict[tuple[str, str], list[Received]]:
	"""Money on account by customer and company, in company currency, from what was posted up to `day`.

	Of a payment that is what ERPNext calls unallocated: what was paid for a Sales Order waits for its bill.
	What was paid back is gone.
	"""
	found: dict[tuple[str, str], list[Received]] = defaultdict(list)
	paid_back: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
	for customer, company, kind, came, *figures in _vouchers(selection, day).run():
		amount, open_amount, unallocated = map(money, figures)
		if open_amount > 0:
			part = min(unallocated / open_amount, Decimal(1)) if kind == PAYMENT else Decimal(1)
			found[customer, company].append(Received(came, amount * part))
		elif kind == PAYMENT:
			paid_back[customer, company] -= amount
	left = {key: less_paid_back(money, paid_back.get(key, ZERO)) for key, money in found.items()}
	return {key: money for key, money in left.items() if money}


def _vouchers(selection: Selection, day: date) -> QueryBuilder:
	"""What is open of each payment and Journal Entry by itself; above zero is in the customer's favour."""
	entry, payment = DocType("Payment Ledger Entry"), DocType(PAYMENT)
	journal, line = DocType(JOURNAL), DocType("Journal Entry Account")
	kind, number = entry.against_voucher_type, entry.against_voucher_no
	kept = (entry.party_type == "Customer") & (entry.account_type == "Receivable") & (entry.delinked == 0)
	is_for_order = (line.parent == journal.name) & (line.reference_type == ORDER)
	is_money = line.name.isnull() & (journal.name.isnull() | journal.voucher_type.notin(NOT_MONEY))
	return (
		frappe.qb.from_(entry)
		.left_join(payment)
		.on(payment.name == Case().when(kind == PAYMENT, number))
		.left_join(journal)
		.on(journal.name == Case().when(kind == JOURNAL, number))
		.left_join(line)
		.on(is_for_order)
		.select(
			entry.party,
			entry.company,
			kind,
			Min(entry.posting_date),
			-Sum(entry.amount),
			-Sum(entry.amount_in_account_currency),
			Max(IfNull(payment.unallocated_amount, 0)),
		)
		.where(kept & kind.isin((PAYMENT, JOURNAL)) & (entry.posting_date <= day) & is_money)
		.where(selection.among(entry.party))
		.groupby(entry.party, entry.company, kind, number)
	)
