"""Orders, deliveries, invoices, payments and credit notes of the demo: real, submitted documents."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as make_invoice_of_delivery
from frappe.model.document import Document

from customer_grading.setup.demo.masters import Firm
from customer_grading.setup.demo.steps import BILL, CREDIT, DELIVER, ORDER, PAY, Step
from customer_grading.setup.demo.story import CREDITED, DISPUTED, PREPAID, Payment, Sale
from customer_grading.setup.demo.words import DISPUTE

WITH_NOTE = 3
"""Every so many sales have a Delivery Note; of the others only the invoice is filed."""


def submitted(document: Document) -> Document:
	"""Insert and submit a document."""
	document.insert()
	document.submit()
	return document


def lines(sale: Sale) -> list[dict[str, Any]]:
	"""The rows of a Sales Order or Quotation."""
	return [
		{"item_code": code, "qty": quantity, "rate": price, "delivery_date": sale.delivered}
		for code, quantity, price in sale.lines
	]


class Trade:
	"""One sale as it is filed, step by step."""

	def __init__(self, sale: Sale, customer: Callable[[], str], firm: Firm) -> None:
		"""`customer` has been filed before the first step is done."""
		self.sale, self.customer, self.firm = sale, customer, firm
		self.order = self.note = self.invoice = ""

	def steps(self) -> Iterator[Step]:
		"""What happens, each on its day."""
		sale = self.sale
		yield Step(sale.ordered, ORDER, self.place)
		if self._has_note():
			yield Step(sale.delivered, DELIVER, self.deliver)
		yield Step(sale.delivered, BILL, self.bill)
		if sale.way == CREDITED:
			yield Step(sale.delivered, CREDIT, self.credit)
		for payment in sale.payments:
			yield Step(payment.day, PAY, lambda payment=payment: self.pay(payment))

	def _has_note(self) -> bool:
		return self.sale.number % WITH_NOTE == 0

	def place(self) -> None:
		"""The order."""
		order = frappe.get_doc(
			{
				"doctype": "Sales Order",
				"company": self.firm.company,
				"customer": self.customer(),
				"transaction_date": self.sale.ordered,
				"delivery_date": self.sale.delivered,
				"currency": self.firm.currency,
				"skip_delivery_note": int(not self._has_note()),
				"ignore_pricing_rule": 1,
				"items": lines(self.sale),
			}
		)
		self.order = submitted(order).name

	def deliver(self) -> None:
		"""The Delivery Note."""
		self.note = submitted(_dated(make_delivery_note(self.order), self.sale.delivered)).name

	def bill(self) -> None:
		"""The invoice, which takes what was paid with the order."""
		made = make_invoice_of_delivery(self.note) if self.note else make_sales_invoice(self.order)
		invoice = _dated(made, self.sale.delivered)
		invoice.allocate_advances_automatically = int(self.sale.way == PREPAID)
		invoice.is_disputed = int(self.sale.way == DISPUTED)
		if invoice.is_disputed:
			invoice.remarks = str(DISPUTE)
		self.invoice = submitted(invoice).name

	def credit(self) -> None:
		"""A credit note over about a quarter of the first line."""
		note = _dated(make_sales_return(self.invoice), self.sale.delivered)
		note.items = note.items[:1]
		note.items[0].qty = -max(1, round(self.sale.lines[0][1] / 4))
		submitted(note)

	def pay(self, payment: Payment) -> None:
		"""Money for the invoice, or for the order where there is none yet."""
		kind, name = ("Sales Invoice", self.invoice) if self.invoice else ("Sales Order", self.order)
		entry = get_payment_entry(kind, name, bank_account=self.firm.account)
		entry.update({"posting_date": payment.day, "reference_date": payment.day})
		entry.reference_no = f"{name}-{payment.day:%m%d}"
		if payment.share < 1:
			_reduce(entry, payment.share)
		submitted(entry)


def _dated(document: Document, day: date) -> Document:
	document.update({"posting_date": day, "set_posting_time": 1})
	return document


def _reduce(entry: Document, share: float) -> None:
	amount = round(entry.paid_amount * share, 2)
	entry.update({"paid_amount": amount, "received_amount": amount})
	entry.references = entry.references[:1]
	entry.references[0].allocated_amount = amount
