"""Goods leave by other ways: picked, sold by POS Invoice, sent by a supplier straight to the customer."""

import frappe
from erpnext.accounts.doctype.pos_invoice.pos_invoice import make_sales_return
from erpnext.buying.doctype.purchase_order.purchase_order import update_status as update_purchase
from erpnext.selling.doctype.sales_order.sales_order import (
	create_pick_list,
	make_purchase_order,
)
from frappe.model.document import Document

from customer_grading.facts.position import account
from customer_grading.gate.goods import goods_of
from customer_grading.gate.open_items import settle
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
	receive,
)


class TestPickList(OrderedGoodsDoor, DoorCase):
	door = Door.PICK

	def go(self) -> Document:
		return make.submit(create_pick_list(self.ordered.name))


class TestPickListOfBundles(OrderedGoodsDoor, DoorCase):
	"""Ten bundles of one piece and three others: what is picked are their components."""

	door = Door.PICK

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.bundle = bundle(cls.company, cls.warehouse)
		frappe.db.commit()

	def prepare(self) -> None:
		order = self.draft()
		order.items[0].item_code = self.bundle
		self.ordered = make.submit(order)

	def go(self) -> Document:
		return make.submit(create_pick_list(self.ordered.name))

	def test_a_part_of_a_bundle_is_worth_what_of_it_leaves(self) -> None:
		self.start("C", paid=400)
		picked = create_pick_list(self.ordered.name)
		picked.set("locations", [line for line in picked.locations if line.item_code == GOODS])
		picked.locations[0].update({"qty": 4, "stock_qty": 4})
		self.assertEqual(list(goods_of(picked).values()), [400])
		picked.locations[0].update({"qty": 5, "stock_qty": 5})
		self.assertEqual(list(goods_of(picked).values()), [500])


class TestDropShip(OrderedGoodsDoor, DoorCase):
	"""The supplier's delivery to the customer is noted on the Purchase Order."""

	door = Door.DROP_SHIP

	def prepare(self) -> None:
		supplier = make.insert("Supplier", supplier_name=f"Maker {frappe.generate_hash(length=8)}").name
		order = self.draft()
		order.items[0].update({"delivered_by_supplier": 1, "supplier": supplier})
		self.ordered = make.submit(order)
		self.purchase = make_purchase_order(self.ordered.name, [{"item_code": GOODS}])
		self.purchase.supplier = supplier
		self.purchase.items[0].rate = RATE / 2
		make.submit(self.purchase)

	def go(self) -> Document:
		update_purchase("Delivered", self.purchase.name)
		return self.purchase

	def assert_went_through(self, passed: Document) -> None:
		super().assert_went_through(passed)
		self.assertEqual(frappe.db.get_value("Purchase Order", passed.name, "status"), "Delivered")
		self.assertEqual(frappe.db.get_value("Sales Order", self.ordered.name, "per_delivered"), 100)


class TestPosInvoice(DeliveryDoor, DoorCase):
	"""At a till that allows customers to owe."""

	door = Door.POS
	tendered = 0.0

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.till = till(cls.company, cls.warehouse)
		frappe.db.commit()

	def prepare(self) -> None:
		opening = {"company": self.company, "pos_profile": self.till, "user": frappe.session.user}
		row = {"mode_of_payment": "Cash", "opening_amount": 0}
		when = {"period_start_date": frappe.utils.now(), "posting_date": self.today}
		opened = frappe.get_doc({"doctype": "POS Opening Entry", **opening, **when, "balance_details": [row]})
		make.submit(opened)

	def go(self) -> Document:
		return make.submit(self.sale())

	def sale(self) -> Document:
		"""A POS Invoice, not saved."""
		bill = self.draft("POS Invoice", update_stock=1, is_pos=1, pos_profile=self.till)
		account = frappe.get_cached_value("Company", self.company, "default_cash_account")
		bill.append("payments", {"mode_of_payment": "Cash", "amount": self.tendered, "account": account})
		return bill

	def test_what_is_paid_is_what_the_payments_come_to_whatever_the_till_says(self) -> None:
		self.start("D")
		bill = self.sale().insert()
		bill.update({"paid_amount": WORTH, "base_paid_amount": WORTH})
		self.assert_refused_by(bill.submit, "order_pay_before_order")

	def test_tier_d_leaves_when_it_is_paid_at_the_till(self) -> None:
		self.tendered = WORTH
		self.start("D")
		self.assert_passes()

	def test_what_the_till_has_sold_is_not_asked_again_when_it_is_summed_up(self) -> None:
		self.tendered = WORTH
		self.start("D")
		summed_up = sum_up(self.go())
		self.assertEqual((summed_up.docstatus, summed_up.is_consolidated, summed_up.update_stock), (1, 1, 1))
		self.assertEqual(self.decisions(), [])

	def test_what_is_not_paid_at_the_till_counts_before_it_is_closed_and_after(self) -> None:
		self.start("A", limit=2.5 * WORTH)
		sold = [self.go(), self.go()]
		for close in (lambda: None, settle, lambda: sum_up(sold[0]), settle):
			close()
			frappe.db.savepoint("before_attempt")
			with self.assertRaises(self.refusal) as caught:
				self.go()
			frappe.db.rollback(save_point="before_attempt")
			told = "With this order the exposure would be 3,000.00, which is 500.00 above"
			self.assertIn(self.in_currency(told), str(caught.exception))
		self.forget_refusals()

	def test_what_was_paid_at_the_till_counts_nothing(self) -> None:
		self.tendered = WORTH
		self.start("A", limit=WORTH)
		self.assertEqual([self.go().docstatus for _ in range(3)], [1, 1, 1])

	def test_a_sale_that_is_cancelled_counts_no_more(self) -> None:
		self.start("A", limit=WORTH)
		self.go().cancel()
		self.assert_passes()

	def test_goods_of_an_order_that_leave_at_the_till_are_counted_by_the_order(self) -> None:
		self.start("A", limit=5 * WORTH)
		make.submit(self.sale_of(self.order(), PIECES))
		exposure = account(self.buyer, self.company, self.today).exposure
		self.assertEqual([(part.kind, part.amount) for part in exposure], [("Unbilled orders", WORTH)])

	def test_goods_that_name_an_order_without_its_row_are_counted_beside_it(self) -> None:
		self.start("A", limit=5 * WORTH)
		order, bill = self.order(), self.sale()
		bill.items[0].sales_order = order.name
		make.submit(bill)
		exposure = account(self.buyer, self.company, self.today).exposure
		self.assertEqual([part.amount for part in exposure], [WORTH, WORTH])

	def sale_of(self, order: Document, pieces: float) -> Document:
		"""A POS Invoice of some pieces of an order, not saved."""
		bill = self.sale()
		bill.items[0].update({"sales_order": order.name, "so_detail": order.items[0].name, "qty": pieces})
		return bill

	def paid_order(self, amount: float) -> Document:
		"""An order of a customer of tier C who has paid so much of it; the till is open."""
		self.prepare()
		order = self.order()
		self.assign("C")
		self.pay(amount)
		return order

	def assert_falls_short_before_closing_and_after(
		self, sold: Document, order: Document, pieces: float, amount: str
	) -> None:
		"""So much is missing for some more pieces, whether a sale of others is summed up or not."""
		for close in (lambda: None, settle, lambda: sum_up(sold), settle):
			close()
			self.assert_falls_short(self.sale_of(order, pieces), amount)

	def test_money_that_is_paid_for_an_order_lets_its_goods_leave_at_the_till_once(self) -> None:
		order = self.paid_order(WORTH)
		sold = make.submit(self.sale_of(order, 6))
		self.assert_falls_short_before_closing_and_after(sold, order, 6, "200.00")
		make.submit(self.sale_of(order, 4))

	def test_goods_of_an_order_that_are_paid_at_the_till_use_none_of_the_money_on_account(self) -> None:
		order = self.paid_order(400)
		self.tendered = 600
		sold = make.submit(self.sale_of(order, 6))
		self.tendered = 0
		self.assert_falls_short_before_closing_and_after(sold, order, 5, "100.00")
		make.submit(self.sale_of(order, 4))

	def test_goods_of_an_order_that_came_back_to_the_till_may_leave_again(self) -> None:
		order = self.paid_order(WORTH)
		sold = make.submit(self.sale_of(order, 6))
		make.submit(make_sales_return(sold.name))
		make.submit(self.sale_of(order, PIECES))

	def cite(self, sold: Document, *pieces: float) -> Document:
		"""An invoice of lines that say they sum up a POS Invoice."""
		self.assign("C")
		self.door = Door.INVOICE
		bill = self.draft("Sales Invoice", update_stock=1)
		row = bill.items[0].as_dict() | {"pos_invoice": sold.name, "pos_invoice_item": sold.items[0].name}
		bill.set("items", [row | {"qty": each} for each in pieces])
		return bill

	def test_an_invoice_that_names_an_open_sale_sums_it_up_only_where_a_log_does(self) -> None:
		self.start(None)
		sold = self.go()
		self.assert_refused_by(lambda: make.submit(self.cite(sold, PIECES)), "order_pay_before_delivery")

	def test_an_invoice_does_not_take_the_open_sale_of_another_customer(self) -> None:
		self.start(None)
		sold = self.go()
		self.logged(sold)
		self.buyer = make.customer()
		self.assert_refused_by(lambda: make.submit(self.cite(sold, PIECES)), "order_pay_before_delivery")

	def test_an_invoice_does_not_sum_one_line_up_twice(self) -> None:
		self.start(None)
		sold = self.go()
		self.logged(sold)
		self.assertEqual(make.submit(self.cite(sold, 4, 6)).docstatus, 1)
		with self.assertRaises(self.refusal):
			make.submit(self.cite(sold, PIECES, PIECES))
		self.forget_refusals()

	def test_an_invoice_does_not_sum_up_again_what_was_summed_up_whatever_the_sale_says(self) -> None:
		self.tendered = WORTH
		self.start(None)
		sold = self.go()
		sum_up(sold)
		sold.reload().update({"consolidated_invoice": None})
		sold.save()
		self.assert_refused_by(lambda: make.submit(self.cite(sold, PIECES)), "order_pay_before_delivery")

	def logged(self, sold: Document) -> None:
		"""A log as it is while it sums a POS Invoice up: it is submitted, and the invoice is not made yet."""
		log = log_of(sold).insert()
		log.db_set("docstatus", 1)

	def test_an_invoice_that_only_says_it_sums_up_is_asked(self) -> None:
		self.start("C")
		self.door = Door.INVOICE
		bill = self.draft("Sales Invoice", update_stock=1).insert()
		bill.is_consolidated = 1
		bill.flags.ignore_validate = True
		self.assert_refused_by(bill.submit, "order_pay_before_delivery")


def bundle(company: str, warehouse: str) -> str:
	"""An item of one piece of the goods and three of others, of which enough are there; its name."""
	name, other = "Grading Test Bundle", "Grading Test Part"
	if not frappe.db.exists("Product Bundle", name):
		make.insert("Item", item_code=other, item_group="Products", is_stock_item=1, stock_uom="Nos")
		make.insert("Item", item_code=name, item_group="Products", is_stock_item=0, stock_uom="Nos")
		parts = [{"item_code": GOODS, "qty": 1}, {"item_code": other, "qty": 3}]
		make.insert("Product Bundle", new_item_code=name, items=parts)
	receive(company, warehouse, 100 * PIECES, other)
	return name


def sum_up(sold: Document) -> Document:
	"""The Sales Invoice by which a POS Invoice is closed."""
	return frappe.get_doc("Sales Invoice", make.submit(log_of(sold)).consolidated_invoice)


def log_of(sold: Document) -> Document:
	"""The log by which a POS Invoice is closed, not saved."""
	row = {"pos_invoice": sold.name, "posting_date": sold.posting_date, "grand_total": sold.grand_total}
	row["customer"] = sold.customer
	log = {"customer": sold.customer, "posting_date": sold.posting_date, "posting_time": "23:59:59"}
	log |= {"merge_invoices_based_on": "Customer", "company": sold.company}
	return frappe.get_doc({"doctype": "POS Invoice Merge Log", **log, "pos_invoices": [row]})


def till(company: str, warehouse: str) -> str:
	"""A POS Profile whose customers may pay in part; returns its name."""
	name = "Grading Test Till"
	if not frappe.db.exists("POS Profile", name):
		defaults = frappe.get_cached_doc("Company", company)
		account = {"parent": "Cash", "company": company}
		if not frappe.db.exists("Mode of Payment Account", account):
			cash = frappe.get_doc("Mode of Payment", "Cash")
			cash.append("accounts", {"company": company, "default_account": defaults.default_cash_account})
			cash.save()
		values = {"company": company, "warehouse": warehouse, "currency": defaults.default_currency}
		values |= {
			"write_off_account": defaults.write_off_account,
			"write_off_cost_center": defaults.cost_center,
		}
		values |= {"selling_price_list": "Standard Selling", "allow_partial_payment": 1}
		values |= {"payments": [{"mode_of_payment": "Cash", "default": 1}]}
		frappe.get_doc({"doctype": "POS Profile", "name": name, **values}).insert()
	return name
