"""What goods are worth at the doors: not less than is asked for them, whatever their order says."""

import unittest
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_delivery_note as deliver_invoice
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as deliver_order
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as bill_order
from frappe.model.document import Document

from customer_grading.gate.goods import Source, goods_of
from customer_grading.rules.options import Door
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import GOODS, PIECES, RATE, WORTH, DeliveryDoor, DoorCase
from customer_grading.tests.test_door_goods import till

UNIT_PRICES = "allow_zero_qty_in_sales_order"
"""Not every release of ERPNext has it."""
NO_DISCOUNT = {"additional_discount_percentage": 0, "discount_amount": 0}


def priced(rate: float) -> dict[str, float]:
	"""A rate as ERPNext keeps it. One of 0 it would take from the price list, were there no discount."""
	if not rate:
		return {"rate": 0, "price_list_rate": RATE, "discount_percentage": 100}
	return {"rate": rate, "price_list_rate": rate, "discount_percentage": 0}


class LeavingWithABill(DoorCase):
	"""Goods of an order that leave with their bill."""

	door = Door.INVOICE
	refusal = DeliveryDoor.refusal
	title = DeliveryDoor.title

	def discounted(self, percent: float) -> Document:
		"""A submitted order with a discount on its total."""
		return self.order(apply_discount_on="Net Total", additional_discount_percentage=percent)

	def at_rate(self, rate: float, **values: object) -> Document:
		"""A submitted order of ten pieces at a rate."""
		order = self.draft(**values)
		order.items[0].update(priced(rate))
		return make.submit(order)

	def bill(self, order: Document, pieces: float = PIECES, **values: object) -> Document:
		"""A bill of some pieces of an order that delivers them, not saved."""
		bill = bill_order(order.name)
		bill.update({"update_stock": 1, "due_date": None, **values})
		bill.items[0].qty = pieces
		return bill

	def charged(self, order: Document, rate: float = RATE) -> Document:
		"""A bill of an order at another rate, not saved."""
		bill = self.bill(order)
		bill.items[0].update(priced(rate))
		return bill


class TestDearerBill(LeavingWithABill):
	"""A bill asks for more than its order did."""

	def test_a_discount_that_the_bill_leaves_out_is_asked_of_the_limit(self) -> None:
		self.assign("A", limit=WORTH / 10)
		order = self.discounted(90)
		self.assertEqual(order.grand_total, 100)
		self.assert_told(
			lambda: make.submit(self.bill(order, **NO_DISCOUNT)),
			"so nothing of the credit limit of 100.00 is left for this order of 900.00.",
		)
		self.assertEqual(make.submit(self.bill(order)).grand_total, 100)

	def test_money_that_was_paid_for_nothing_else_covers_what_is_asked_for_beyond_the_order(self) -> None:
		self.assign("C")
		order = self.discounted(90)
		self.pay(999)
		bill = self.bill(order, **NO_DISCOUNT)
		self.assert_told(lambda: make.submit(bill), "the goods wait for 1.00.")
		self.pay(1)
		self.assertEqual(make.submit(self.bill(order, **NO_DISCOUNT)).grand_total, WORTH)

	def test_goods_that_an_order_gives_away_are_asked_for_all_that_they_are_charged_for(self) -> None:
		self.assign("D")
		given = [self.discounted(100), self.at_rate(0)]
		self.assertEqual([order.grand_total for order in given], [0, 0])
		bills = [self.bill(given[0], **NO_DISCOUNT), self.charged(given[1])]
		for bill in bills:
			with self.subTest(order=bill.items[0].sales_order):
				frappe.db.savepoint("before_attempt")
				self.assert_refused_by(lambda bill=bill: make.submit(bill), "order_pay_before_order")
				frappe.db.rollback(save_point="before_attempt")

	def test_goods_that_an_order_gives_away_leave_with_a_bill_that_asks_for_nothing(self) -> None:
		self.assign("D")
		self.assertEqual(make.submit(self.bill(self.at_rate(0))).docstatus, 1)

	def test_what_a_bill_adds_to_the_order_is_worth_what_is_added(self) -> None:
		order = self.order()
		bill = self.bill(order)
		(freight,) = make.taxes(self.company, 0)
		bill.append("taxes", {**freight, "charge_type": "Actual", "tax_amount": 50})
		own = Source(self.buyer, self.company)
		self.assertEqual(goods_of(bill.insert()), {own._replace(order=order.name): WORTH, own: 50})


class TestDearerSaleAtTheTill(LeavingWithABill):
	"""A POS Invoice asks for more than its order did."""

	door = Door.POS

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.till = till(cls.company, cls.warehouse)
		frappe.db.commit()

	def test_the_part_beyond_the_order_is_goods_without_an_order(self) -> None:
		order = self.discounted(90)
		sale = self.draft("POS Invoice", update_stock=1, is_pos=1, pos_profile=self.till)
		sale.items[0].update({"sales_order": order.name, "so_detail": order.items[0].name})
		sale.set_missing_values()
		sale.calculate_taxes_and_totals()
		own = Source(self.buyer, self.company)
		self.assertEqual(goods_of(sale), {own._replace(order=order.name): 100, own: 900})


class TestBillAsOrdered(LeavingWithABill):
	"""A bill asks for what was ordered, or for less."""

	def assert_as_ordered(self, bill: Document, worth: Decimal | float) -> None:
		"""All of the goods are of the order, and worth so much."""
		((source, amount),) = goods_of(bill).items()
		self.assertEqual((source.order, amount), (bill.items[0].sales_order, worth))

	def test_a_discount_that_only_the_bill_gives_changes_nothing(self) -> None:
		order = self.order()
		self.assert_as_ordered(self.charged(order, RATE / 2).insert(), WORTH)
		self.assert_as_ordered(
			self.bill(order, apply_discount_on="Net Total", additional_discount_percentage=20).insert(), WORTH
		)

	def test_taxes_that_are_rounded_up_in_each_part_make_nothing_dearer(self) -> None:
		order = self.at_rate(0.33, taxes=make.taxes(self.company, 19))
		part = self.bill(order, PIECES / 5).insert()
		self.assertEqual((order.grand_total, part.grand_total), (3.93, 0.79))
		self.assert_as_ordered(part, make.exact(0.78))

	def test_nor_does_a_total_that_is_rounded_up_in_each_part_and_down_in_the_order(self) -> None:
		self.round_totals()
		order = self.at_rate(9.92)
		part = self.bill(order, PIECES / 2).insert()
		self.assertEqual((order.rounded_total, part.rounded_total), (99, 50))
		self.assert_as_ordered(part, make.exact(49.5))

	def test_a_rate_of_exchange_that_has_risen_since_makes_nothing_dearer(self) -> None:
		self.buyer = make.foreign_customer("EUR", self.company)
		order = self.order(currency="EUR", conversion_rate=1.1, plc_conversion_rate=1.1)
		bill = self.bill(order, conversion_rate=1.3, plc_conversion_rate=1.3).insert()
		self.assertEqual((bill.grand_total, bill.base_grand_total), (WORTH, 1300))
		self.assert_as_ordered(bill, 1100)

	def test_goods_come_back_for_less_than_they_were_ordered_for(self) -> None:
		order = self.order()
		bill = make.submit(self.bill(order))
		self.assign("D")
		back = make_sales_return(bill.name)
		back.items[0].rate = RATE / 2
		self.assertEqual(make.submit(back).grand_total, -WORTH / 2)


class TestNoteOfAnOrder(LeavingWithABill):
	"""Goods leave by a Delivery Note, which asks for no money."""

	door = Door.DELIVERY

	def note(self, order: Document, rate: float) -> Document:
		"""A note of an order at a rate, not saved."""
		note = deliver_order(order.name)
		note.items[0].update(priced(rate))
		return note

	def test_a_higher_rate_on_the_note_makes_nothing_dearer(self) -> None:
		order = self.order()
		make.payment(order, self.today)
		self.assign("D")
		self.assertEqual(make.submit(self.note(order, 2 * RATE)).docstatus, 1)

	def test_goods_that_the_order_gives_away_are_worth_what_the_note_says(self) -> None:
		order = self.at_rate(0)
		self.assign("D")
		self.assert_refused_by(lambda: make.submit(self.note(order, RATE)), "order_pay_before_order")

	def test_goods_that_order_and_note_give_away_leave(self) -> None:
		order = self.at_rate(0)
		self.assign("D")
		self.assertEqual(make.submit(self.note(order, 0)).docstatus, 1)


class TestUnitPrices(LeavingWithABill):
	"""An order that tells the price of a piece and not how many: it comes to nothing, its goods do not."""

	door = Door.DELIVERY

	def setUp(self) -> None:
		super().setUp()
		if not frappe.get_meta("Selling Settings").has_field(UNIT_PRICES):
			raise unittest.SkipTest("This release has no orders without quantities.")
		frappe.db.set_single_value("Selling Settings", UNIT_PRICES, 1)
		self.ordered = self.order(0)

	def note(self, rate: float = RATE) -> Document:
		"""A note of ten pieces, not saved."""
		note = deliver_order(self.ordered.name)
		note.items[0].update({"qty": PIECES, "rate": rate, "price_list_rate": rate})
		return note

	def test_a_note_of_them_is_asked(self) -> None:
		self.assign("D")
		self.assertEqual(self.ordered.grand_total, 0)
		self.assert_refused_by(lambda: make.submit(self.note()), "order_pay_before_order")

	def test_a_rate_of_zero_on_the_note_opens_no_door(self) -> None:
		self.assign("D")
		self.assert_refused_by(lambda: make.submit(self.note(0)), "order_pay_before_order")

	def test_a_bill_that_delivers_them_is_asked(self) -> None:
		self.door = Door.INVOICE
		self.assign("D")
		self.assert_refused_by(lambda: make.submit(self.bill(self.ordered)), "order_pay_before_order")

	def test_they_leave_by_money_on_account(self) -> None:
		self.assign("D")
		self.pay(WORTH)
		self.assertEqual(make.submit(self.note()).docstatus, 1)

	def test_they_leave_within_the_limit(self) -> None:
		self.assign("A", limit=WORTH)
		self.assertEqual(make.submit(self.note()).docstatus, 1)

	def test_what_was_billed_first_leaves_by_the_note_of_its_bill_once_it_is_paid(self) -> None:
		bill = make.submit(self.bill(self.ordered, update_stock=0))
		self.assign("C")
		self.assert_refused_by(lambda: make.submit(deliver_invoice(bill.name)), "order_pay_before_delivery")
		make.payment(bill, self.today)
		self.assertEqual(make.submit(deliver_invoice(bill.name)).docstatus, 1)

	def test_picked_they_are_worth_their_price(self) -> None:
		place = {"item_code": GOODS, "qty": PIECES, "stock_qty": PIECES, "warehouse": self.warehouse}
		place |= {"sales_order": self.ordered.name, "sales_order_item": self.ordered.items[0].name}
		values = {"purpose": "Delivery", "company": self.company, "customer": self.buyer}
		picked = frappe.get_doc({"doctype": "Pick List", **values, "locations": [place]})
		self.assertEqual(goods_of(picked), {Source(self.buyer, self.company): WORTH})
		self.assign("D")
		self.door = Door.PICK
		self.assert_refused_by(lambda: make.submit(picked), "order_pay_before_order")

	def test_an_order_that_is_told_its_quantity_later_is_like_any_other(self) -> None:
		make.update_items(self.ordered, PIECES, RATE)
		self.ordered.reload()
		make.payment(self.ordered, self.today)
		self.assign("D")
		self.assertEqual(make.submit(deliver_order(self.ordered.name)).docstatus, 1)
