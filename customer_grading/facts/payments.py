"""How customers pay, from Payment Schedules and the Payment Ledger (R6).

Invoice by invoice, as `rules.settlement` settles them. Money on account that was paid for no order pays what
has been due longest, whether or not anybody has reconciled it.

Debts by Journal Entry count as arrears only: what was paid of them before, and when, is not in these books.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import partial

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Min, Sum
from pypika.queries import QueryBuilder

from customer_grading.facts.invoices import Booked, booked
from customer_grading.facts.on_account import received
from customer_grading.facts.selection import Key, Selection
from customer_grading.facts.values import ZERO, money
from customer_grading.rules.on_account import OverdueLine
from customer_grading.rules.policy import TierPolicy
from customer_grading.rules.settlement import HALF_A_CENT, Paying, Terms
from customer_grading.rules.tier import PaymentFacts
from customer_grading.rules.windows import Window

NOTHING = PaymentFacts(0, ZERO, ZERO, False, ZERO)
"""Of a customer without invoices."""


class PaymentsTally:
	"""How customers pay, told invoice by invoice."""

	def __init__(self, selection: Selection, day: date, policy: TierPolicy) -> None:
		self._selection, self._day = selection, day
		terms = Terms(day, Window.until(day, policy.window_months).start, policy.early_days)
		self._paying: dict[Key, Paying] = defaultdict(partial(Paying, terms))

	def add(self, invoice: Booked) -> None:
		"""Count an invoice."""
		if invoice.claim is not None:
			self._paying[invoice.customer, invoice.company].add(invoice.claim)

	def facts(self) -> dict[str, dict[str, PaymentFacts]]:
		"""By customer and company, when all invoices are counted."""
		for customer, company, due, unpaid in _overdue_debts(self._selection, self._day).run():
			debt = OverdueLine(due, money(unpaid), is_judged=False)
			self._paying[customer, company].overdue.append(debt)
		behind = {customer for (customer, _company), each in self._paying.items() if each.overdue}
		came = received(Selection.of(*behind), self._day) if behind else {}
		found: dict[str, dict[str, PaymentFacts]] = defaultdict(dict)
		for (customer, company), each in self._paying.items():
			found[customer][company] = each.facts(came.get((customer, company), ()))
		return dict(found)


def payments(selection: Selection, day: date, policy: TierPolicy) -> dict[str, dict[str, PaymentFacts]]:
	"""How each customer pays in each company, in company currency, from what was posted up to `day`.

	A line that is due on `day` is not late yet. By themselves; `facts.customer` tells them in one reading
	with sales.
	"""
	counted = PaymentsTally(selection, day, policy)
	for invoice in booked(selection, day):
		counted.add(invoice)
	return counted.facts()


def merged(facts: dict[str, PaymentFacts], rates: dict[str, Decimal]) -> PaymentFacts:
	"""The facts of all companies together, in the currency that `rates` lead to."""
	if not facts:
		return NOTHING
	return PaymentFacts(
		sum(each.paid_invoices for each in facts.values()),
		_total(facts, rates, "due_amount"),
		_total(facts, rates, "on_time_amount"),
		any(each.has_prepaid for each in facts.values()),
		_total(facts, rates, "arrears"),
		max(each.oldest_arrears_days for each in facts.values()),
	)


def _total(facts: dict[str, PaymentFacts], rates: dict[str, Decimal], name: str) -> Decimal:
	return sum((getattr(each, name) * rates[company] for company, each in facts.items()), ZERO)


def _overdue_debts(selection: Selection, day: date) -> QueryBuilder:
	"""What is past due of each debt that a Journal Entry made."""
	ledger = DocType("Payment Ledger Entry")
	of_customers = (ledger.party_type == "Customer") & (ledger.account_type == "Receivable")
	is_known = (ledger.delinked == 0) & (ledger.posting_date <= day)
	due = Min(Coalesce(ledger.due_date, ledger.posting_date))
	return (
		frappe.qb.from_(ledger)
		.select(ledger.party, ledger.company, due, Sum(ledger.amount))
		.where(of_customers & is_known & (ledger.against_voucher_type == "Journal Entry"))
		.where(selection.among(ledger.party))
		.groupby(ledger.party, ledger.company, ledger.against_voucher_no)
		.having((due < day) & (Sum(ledger.amount_in_account_currency) > HALF_A_CENT))
	)
