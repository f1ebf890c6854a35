"""Goods leave with the bill: an invoice that updates stock, at the till, by Subscription or Auto Repeat."""

import frappe
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as bill_order
from frappe.automation.doctype.auto_repeat.auto_repeat import create_repeated_entries
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.document import Document

from customer_grading.rules.options import Door
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import (
	GOODS,
	PIECES,
	RATE,
	WORTH,
	DeliveryDoor,
	DoorCase,
	OrderedGoodsDoor,
)


class TestInvoiceOfAnOrder(OrderedGoodsDoor, DoorCase):
	door = Door.INVOICE

	def go(self) -> Document:
		bill = bill_order(self.ordered.name)
		bill.update({"update_stock": 1, "due_date": None})
		return make.submit(bill)


class TestInvoiceWithoutAnOrder(DeliveryDoor, DoorCase):
	door = Door.INVOICE

	def go(self) -> Document:
		return make.submit(self.draft("Sales Invoice", update_stock=1))

	def test_an_invoice_that_delivers_nothing_is_not_asked(self) -> None:
		self.start("D")
		self.assert_went_through(make.submit(self.draft("Sales Invoice")))
		self.assertEqual(self.decisions(), [])


class TestInvoiceIgnoringValidation(DeliveryDoor, DoorCase):
	door = Door.INVOICE

	def go(self) -> Document:
		bill = self.draft("Sales Invoice", update_stock=1).insert()
		bill.flags.ignore_validate = True
		bill.submit()
		return bill


class TestInvoiceAtTheTill(DeliveryDoor, DoorCase):
	"""A Sales Invoice with its own payment, of which nothing is paid as a rule."""

	door = Door.INVOICE
	tendered = 0.0

	def go(self) -> Document:
		return make.submit(self.sale())

	def sale(self) -> Document:
		bill = self.draft("Sales Invoice", update_stock=1, is_pos=1)
		account = frappe.get_cached_value("Company", self.company, "default_cash_account")
		bill.append("payments", {"mode_of_payment": "Cash", "amount": self.tendered, "account": account})
		return bill

	def test_tier_d_leaves_when_it_is_paid_at_the_till(self) -> None:
		self.tendered = WORTH
		self.start("D")
		self.assert_passes()

	def test_tier_c_leaves_when_the_till_and_the_account_pay_together(self) -> None:
		self.tendered = 600
		self.start("C", paid=400)
		self.assert_passes()

	def test_the_rounded_total_is_all_that_the_till_asks_for(self) -> None:
		self.round_totals()
		self.tendered = WORTH
		self.start("D")
		bill = self.sale()
		bill.items[0].rate = 100.04
		self.assertEqual((make.submit(bill).grand_total, bill.rounded_total), (1000.4, WORTH))

	def test_what_neither_the_till_nor_the_account_pays_is_told(self) -> None:
		self.tendered = 600
		self.start("C", paid=300)
		with self.assertRaises(self.refusal) as caught:
			self.go()
		self.forget_refusals()
		self.assertIn(self.in_currency("the goods wait for 100.00"), str(caught.exception))


class TestInvoiceOfAnOrderAtTheTill(OrderedGoodsDoor, DoorCase):
	door = Door.INVOICE
	tendered = 0.0

	def go(self) -> Document:
		bill = bill_order(self.ordered.name)
		bill.update({"update_stock": 1, "due_date": None, "is_pos": 1})
		account = frappe.get_cached_value("Company", self.company, "default_cash_account")
		bill.append("payments", {"mode_of_payment": "Cash", "amount": self.tendered, "account": account})
		return make.submit(bill)

	def test_tier_d_leaves_when_it_is_paid_at_the_till(self) -> None:
		self.tendered = WORTH
		self.start("D")
		self.assert_passes()


class TestInvoiceOfASubscription(DeliveryDoor, DoorCase):
	"""A company that bills subscriptions with stock has made that the default of its invoices."""

	door = Door.INVOICE

	def prepare(self) -> None:
		make_property_setter("Sales Invoice", "update_stock", "default", "1", "Text")
		make_property_setter("Sales Invoice", "set_warehouse", "default", self.warehouse, "Text")
		self.addCleanup(frappe.clear_cache, doctype="Sales Invoice")
		plan = {"item": GOODS, "price_determination": "Fixed Rate", "cost": RATE, "currency": self.currency}
		plan |= {"billing_interval": "Month", "billing_interval_count": 1}
		name = f"Plan {frappe.generate_hash(length=8)}"
		make.insert("Subscription Plan", plan_name=name, **plan)
		values = {"party_type": "Customer", "party": self.buyer, "company": self.company, "submit_invoice": 1}
		values |= {"start_date": self.today, "plans": [{"plan": name, "qty": PIECES}]}
		values |= {"generate_invoice_at": "Beginning of the current subscription period"}
		self.subscription = make.insert("Subscription", **values)

	def go(self) -> Document:
		self.subscription.process(self.today)
		made = {"subscription": self.subscription.name}
		return frappe.get_doc("Sales Invoice", frappe.db.get_value("Sales Invoice", made))

	def assert_went_through(self, passed: Document) -> None:
		super().assert_went_through(passed)
		self.assertEqual(passed.update_stock, 1)


class TestInvoiceOfAutoRepeat(DeliveryDoor, DoorCase):
	"""The job makes and submits the next invoice; what is refused stays a draft, and the series stops."""

	door = Door.INVOICE

	def prepare(self) -> None:
		first = self.draft("Sales Invoice", update_stock=1).insert()
		self.repeat = repeated(first)

	def go(self) -> Document:
		create_repeated_entries([self.repeat])
		made = {"auto_repeat": self.repeat.name, "name": ("!=", self.repeat.reference_document)}
		return frappe.get_doc("Sales Invoice", frappe.db.get_value("Sales Invoice", made))

	def assert_refused(self, code: str) -> frappe._dict:
		assert_series_stops(self)
		return self.assert_kept(code)


def repeated(first: Document) -> Document:
	"""An Auto Repeat of a document that is due today and submits what it makes."""
	values = {"reference_doctype": first.doctype, "reference_document": first.name, "frequency": "Daily"}
	repeat = make.insert("Auto Repeat", start_date=frappe.utils.nowdate(), submit_on_creation=1, **values)
	repeat.db_set({"next_schedule_date": frappe.utils.nowdate(), "status": "Active"})
	return repeat


def assert_series_stops(test: DoorCase) -> None:
	"""The document that was made stays a draft, the series is disabled, and the log tells why."""
	made = test.go()
	test.assertEqual(made.docstatus, 0)
	test.assertEqual(frappe.db.get_value("Auto Repeat", test.repeat.name, "disabled"), 1)
	told = frappe.get_last_doc("Error Log", {"reference_name": test.repeat.name}).error
	test.assertIn(test.refusal.__name__, told)
