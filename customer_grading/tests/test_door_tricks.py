"""What a document says of itself, or of others, takes nothing past the doors."""

import json
from datetime import date, timedelta
from typing import Any

import frappe
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_delivery_note as deliver_invoice
from erpnext.selling.doctype.sales_order.sales_order import create_pick_list
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as deliver_order
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as bill_order
from frappe.model.document import Document

from customer_grading.gate.verdict import OrderRefusedError
from customer_grading.rules.options import Await, Door, Mode
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import GOODS, PIECES, RATE, WORTH, DoorCase, GoodsOfAnOrder
from customer_grading.tests.test_door_changes import UPDATE_ITEMS, update_items

LINE_DONE = {"billed_amt": WORTH, "delivered_qty": -PIECES}
DONE = {"per_billed": 100, "per_delivered": 100}


class TestNewOrder(DoorCase):
	"""A new order says that it is billed, and that goods have come back which never left."""

	def post(self) -> Document:
		"""Insert an order as submitted, as REST lets everybody do who may submit."""
		order = self.draft(docstatus=1, **DONE)
		order.items[0].update(LINE_DONE)
		return order.insert()

	def progress(self, order: Document) -> list[float]:
		"""What of the order is billed and delivered, in the database."""
		line = frappe.db.get_value("Sales Order Item", {"parent": order.name}, list(LINE_DONE))
		return [*frappe.db.get_value("Sales Order", order.name, list(DONE)), *line]

	def test_it_is_asked_for_all_that_it_is_worth(self) -> None:
		self.assign("D")
		self.assert_refused_by(self.post, "order_pay_before_order")

	def test_it_begins_with_nothing_billed_and_counts_as_a_whole(self) -> None:
		self.assign("A", limit=WORTH)
		order = self.post()
		self.assertEqual(self.progress(order), [0, 0, 0, 0])
		with self.assertRaises(OrderRefusedError) as caught:
			self.order()
		self.forget_refusals()
		self.assertIn(f"The exposure is {self.in_currency('1,000.00')} already", str(caught.exception))

	def test_so_does_one_that_is_submitted_without_validation(self) -> None:
		self.assign("C")
		order = self.draft().insert()
		order.db_set(dict(DONE))
		order.items[0].db_set(dict(LINE_DONE))
		order.reload()
		order.flags.ignore_validate = True
		order.submit()
		self.assertEqual(self.progress(order), [0, 0, 0, 0])
		self.assertEqual(frappe.db.get_value("Sales Order", order.name, "status"), "To Deliver and Bill")
		self.assert_order_shows(order, "Hold", Await.ADVANCE, WORTH)

	def test_an_import_may_bring_what_was_done_elsewhere_where_nothing_binds(self) -> None:
		self.assertEqual(self.progress(self.post())[:2], [100, 100])


class TestNamedSource(GoodsOfAnOrder):
	"""A Delivery Note names what its goods were sold by."""

	def setUp(self) -> None:
		super().setUp()
		self.set_settings(mode=Mode.OFF)

	def bind(self) -> None:
		"""From now on the customer is of tier C."""
		self.set_settings(mode=Mode.ENFORCE)
		self.assign("C")

	def two_orders(self) -> tuple[Document, Document]:
		"""One that is paid, and one that is not."""
		paid, unpaid = self.order(), self.order()
		make.payment(paid, self.today)
		self.bind()
		return paid, unpaid

	def two_bills(self) -> tuple[Document, Document]:
		"""One that is paid, and one that is not."""
		paid, unpaid = (make.submit(self.draft("Sales Invoice")) for _ in range(2))
		make.payment(paid, self.today)
		self.bind()
		return paid, unpaid

	def assert_kept_back(self, note: Document) -> None:
		"""All of the goods wait for all of their money."""
		self.assert_refused_by(lambda: make.submit(note), "order_pay_before_delivery")

	def assert_kept_back_unchecked(self, note: Document, **values: Any) -> None:
		"""The same where ERPNext does not check the line: it is told to ignore validation."""
		note.items[0].update({"base_net_amount": 0, **values})
		note.flags.ignore_validate = True
		self.assert_refused_by(note.submit, "order_pay_before_delivery")

	def free(self, note: Document) -> Document:
		"""The note with a rate of zero."""
		note.items[0].update({"rate": 0, "price_list_rate": 0})
		return note

	def test_goods_of_an_invoice_are_worth_what_was_billed_for_them(self) -> None:
		_paid, unpaid = self.two_bills()
		self.assert_kept_back(self.free(deliver_invoice(unpaid.name)))

	def test_free_samples_of_no_order_and_no_invoice_leave(self) -> None:
		self.bind()
		note = make.submit(self.free(self.draft("Delivery Note")))
		self.assertEqual((note.docstatus, note.grand_total), (1, 0))

	def test_a_row_of_an_unpaid_order_under_a_paid_one_is_of_the_unpaid_one(self) -> None:
		paid, unpaid = self.two_orders()
		note = deliver_order(unpaid.name)
		note.items[0].against_sales_order = paid.name
		self.assert_kept_back(self.free(note))

	def test_a_row_of_a_paid_order_under_an_unpaid_one_leaves(self) -> None:
		paid, unpaid = self.two_orders()
		note = deliver_order(paid.name)
		note.items[0].against_sales_order = unpaid.name
		self.assertEqual(make.submit(note).docstatus, 1)

	def test_a_row_of_an_unpaid_invoice_under_a_paid_one_is_of_the_unpaid_one(self) -> None:
		paid, unpaid = self.two_bills()
		note = deliver_invoice(unpaid.name)
		note.items[0].against_sales_invoice = paid.name
		self.assert_kept_back(self.free(note))

	def test_a_paid_order_that_is_named_without_a_row_covers_nothing(self) -> None:
		paid, _unpaid = self.two_orders()
		note = deliver_order(paid.name).insert()
		self.assert_kept_back_unchecked(note, so_detail=None)

	def test_a_row_of_somebody_else_s_paid_order_covers_nothing(self) -> None:
		paid, _unpaid = self.two_orders()
		self.buyer = make.customer()
		self.bind()
		note = self.draft("Delivery Note").insert()
		self.assert_kept_back_unchecked(note, so_detail=paid.items[0].name)


class TestTermsOfTheInvoice(GoodsOfAnOrder):
	"""Goods leave by an invoice, whose terms may be others than those of the order."""

	door = Door.INVOICE

	def assert_terms_too_long(self, days: int, told: str) -> None:
		"""An invoice of the order that is due so late keeps its goods back."""
		bill = bill_order(self.ordered.name)
		due = self.today + timedelta(days=days)
		bill.update({"update_stock": 1, "due_date": due, "payment_schedule": []})
		with self.assertRaises(self.refusal) as caught:
			make.submit(bill)
		self.forget_refusals()
		self.assertIn(told, str(caught.exception))

	def test_in_tier_a_they_may_not_be_longer_than_the_order_might_have_been(self) -> None:
		self.assign("A", limit=WORTH)
		self.ordered = self.order()
		self.assert_terms_too_long(90, "The terms give 90 days of credit, more than the 15 days")

	def test_in_tier_b_they_may_grant_no_credit(self) -> None:
		self.assign("B")
		self.ordered = self.order()
		self.confirm_ready(self.ordered)
		self.assert_terms_too_long(30, "The terms give 30 days of credit, but tier B pays cash on delivery.")


class TestFirstDelivery(DoorCase):
	"""Tier B, on terms that grant no credit if all leaves as late as the last line."""

	def setUp(self) -> None:
		super().setUp()
		self.assign("B")
		self.credit_days = 10
		self.late = self.today + timedelta(days=10)

	def late_order(self) -> Document:
		"""An order that leaves as it is due."""
		order = self.draft(delivery_date=self.late)
		return make.submit(order)

	def move(self, order: Document, day: date) -> None:
		"""Move the day of the only line by Update Items."""
		line = order.items[0]
		row = {"docname": line.name, "name": line.name, "item_code": GOODS, "qty": line.qty, "rate": RATE}
		row |= {"delivery_date": str(day), "uom": line.uom, "conversion_factor": 1, "idx": 1}
		command = frappe.override_whitelisted_method(UPDATE_ITEMS)
		frappe.call(command, "Sales Order", json.dumps([row]), order.name)

	def test_the_line_that_leaves_first_counts(self) -> None:
		order = self.draft(pieces=PIECES - 1)
		last: dict[str, Any] = order.items[0].as_dict()
		order.append("items", {**last, "name": None, "qty": 1, "delivery_date": self.late})
		order.items[0].delivery_date = self.today
		self.assert_refused_by(lambda: make.submit(order), "order_terms_grant_credit")

	def test_a_day_that_is_moved_to_the_front_by_update_items_is_asked(self) -> None:
		order = self.late_order()
		self.door = Door.UPDATE
		self.assert_refused_by(lambda: self.move(order, self.today), "order_terms_grant_credit")

	def test_a_day_that_is_moved_to_the_front_on_the_form_is_asked(self) -> None:
		order = self.late_order()
		self.door = Door.UPDATE
		order.items[0].delivery_date = self.today
		self.assert_refused_by(order.save, "order_terms_grant_credit")

	def test_a_day_that_is_moved_to_the_back_is_not(self) -> None:
		order = self.late_order()
		self.move(order, self.late + timedelta(days=5))
		self.assertEqual(len(self.decisions()), 1)


class TestPartlyBilled(DoorCase):
	"""An order of which a part is billed asks for the rest, whatever it is raised to."""

	door = Door.UPDATE

	def test_what_it_is_raised_by_is_asked_in_full(self) -> None:
		self.assign("A", limit=1500)
		order = self.order()
		make.invoice_of_order(order, self.today, part=0.9)
		with self.assertRaises(OrderRefusedError) as caught:
			update_items(order, 2 * PIECES)
		self.forget_refusals()
		told = "With this order the exposure would be 2,000.00, which is 500.00 above"
		self.assertIn(self.in_currency(told), str(caught.exception))

	def test_a_raise_that_the_limit_holds_passes(self) -> None:
		self.assign("A", limit=2000)
		order = self.order()
		make.invoice_of_order(order, self.today, part=0.9)
		update_items(order, 2 * PIECES)
		self.assertEqual(frappe.db.get_value("Sales Order", order.name, "base_grand_total"), 2000)


class TestSeveralCustomers(DoorCase):
	"""One document with goods of several customers."""

	def test_they_are_asked_in_one_order_whichever_stands_first(self) -> None:
		mark = frappe.generate_hash(length=8)
		names = [make.customer(f"Door {mark} {letter}") for letter in "ZAM"]
		picked = None
		for self.buyer in names:
			picked = create_pick_list(self.order().name, picked)
			self.assign("C")
		self.set_settings(mode=Mode.SHADOW)
		make.submit(picked)
		kept = {"reference_name": picked.name, "customer": ("in", names)}
		asked = frappe.get_all("Credit Decision", kept, pluck="customer", order_by="creation, name")
		self.assertEqual(asked, sorted(names))
