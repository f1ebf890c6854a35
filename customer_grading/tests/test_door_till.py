"""What pays at the till besides money, and which sales are summed up, whatever a document says of itself."""

from decimal import Decimal
from typing import Any

import frappe
from erpnext.accounts.doctype.pos_invoice.pos_invoice import make_sales_return
from frappe.model.document import Document

from customer_grading.facts.open_item_copy import differing, stored_of_customers
from customer_grading.facts.open_items import of_customers
from customer_grading.facts.position import account
from customer_grading.facts.selection import Selection
from customer_grading.gate.open_items import settle
from customer_grading.gate.verdict import DeliveryHeldError
from customer_grading.rules.options import Door
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import PIECES, WORTH, DoorCase
from customer_grading.tests.test_door_goods import log_of, till

POS, BILL = "POS Invoice", "Sales Invoice"
POINTS = 100
"""What the customer has of loyalty points, each worth 1.00."""


class TillCase(DoorCase):
	"""A customer at an open till that lets customers owe."""

	door = Door.POS
	refusal = DeliveryHeldError
	title = "Goods Are Kept Back"

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.till = till(cls.company, cls.warehouse)
		frappe.db.commit()

	def setUp(self) -> None:
		super().setUp()
		opening = {"company": self.company, "pos_profile": self.till, "user": frappe.session.user}
		opening |= {"period_start_date": frappe.utils.now(), "posting_date": self.today}
		opening["balance_details"] = [{"mode_of_payment": "Cash", "opening_amount": 0}]
		make.submit(frappe.get_doc({"doctype": "POS Opening Entry", **opening}))

	def sale(self, tendered: float, doctype: str = POS, **values: Any) -> Document:
		"""A sale at the till, not saved."""
		bill = self.draft(doctype, update_stock=1, is_pos=1, pos_profile=self.till, **values)
		cash = frappe.get_cached_value("Company", self.company, "default_cash_account")
		bill.append("payments", {"mode_of_payment": "Cash", "amount": tendered, "account": cash})
		return bill

	def sale_of(self, order: Document, pieces: float, tendered: float = 0, **values: Any) -> Document:
		"""A sale of some pieces of an order, not saved."""
		bill = self.sale(tendered, **values)
		bill.items[0].update({"sales_order": order.name, "so_detail": order.items[0].name, "qty": pieces})
		return bill

	def assert_counted(self, *amounts: float) -> None:
		"""The parts of the exposure are these, before they are copied and after; the night finds no other."""
		for write in (lambda: None, settle):
			write()
			exposure = account(self.buyer, self.company, self.today).exposure
			self.assertEqual([part.amount for part in exposure], [Decimal(str(each)) for each in amounts])
		selection = Selection.of(self.buyer)
		self.assertEqual(differing(of_customers(selection), stored_of_customers(selection)), set())


class TestLoyaltyPoints(TillCase):
	"""Of a customer who has bought once and paid, and has points for it."""

	def setUp(self) -> None:
		super().setUp()
		company = frappe.get_cached_doc("Company", self.company)
		program = {"loyalty_program_type": "Single Tier Program", "from_date": "2020-01-01"}
		program |= {"company": self.company, "conversion_factor": 1, "expiry_duration": 9999}
		program |= {"expense_account": company.default_expense_account, "cost_center": company.cost_center}
		program["collection_rules"] = [{"tier_name": "All", "collection_factor": WORTH / POINTS}]
		name = f"Points {frappe.generate_hash(length=8)}"
		self.program = make.insert("Loyalty Program", loyalty_program_name=name, **program).name
		frappe.db.set_value("Customer", self.buyer, "loyalty_program", self.program)
		for doctype in (POS, BILL):
			make.submit(self.sale(WORTH, doctype, loyalty_program=self.program))

	def points(self, points: int = POINTS, **values: Any) -> dict[str, Any]:
		"""The fields of a sale that redeems points."""
		redeems = {"redeem_loyalty_points": 1, "loyalty_points": points, "loyalty_program": self.program}
		return {**redeems, **values}

	def test_they_pay_at_the_till_together_with_money(self) -> None:
		self.assign("C")
		for doctype in (POS, BILL):
			with self.subTest(doctype):
				sold = make.submit(self.sale(WORTH - POINTS, doctype, **self.points(loyalty_amount=POINTS)))
				self.assertEqual(sold.docstatus, 1)

	def test_an_amount_that_is_typed_pays_no_more_than_the_points_are_worth(self) -> None:
		self.assign("C")
		for doctype in (POS, BILL):
			with self.subTest(doctype):
				bill = self.sale(0, doctype, **self.points(loyalty_amount=WORTH))
				self.assert_falls_short(bill, "900.00")

	def test_an_amount_without_points_pays_nothing(self) -> None:
		self.assign("C")
		bill = self.sale(0, BILL, **self.points(0, loyalty_amount=WORTH))
		self.assert_falls_short(bill, "1,000.00")

	def test_points_that_nobody_has_looked_for_pay_nothing(self) -> None:
		self.assign("C")
		bill = self.sale(0, **self.points(loyalty_amount=POINTS)).insert()
		bill.loyalty_points = bill.loyalty_amount = WORTH
		bill.flags.ignore_validate = True
		self.assert_refused_by(bill.submit, "order_pay_before_delivery")

	def test_they_pay_without_a_till_as_well(self) -> None:
		self.assign("C")
		self.pay(WORTH - POINTS)
		bill = self.draft(BILL, update_stock=1, **self.points(loyalty_amount=POINTS))
		self.assertEqual(make.submit(bill).docstatus, 1)

	def test_what_they_pay_is_owed_no_more_before_the_till_is_closed(self) -> None:
		self.assign("A", limit=5 * WORTH)
		make.submit(self.sale(0, **self.points(loyalty_amount=POINTS)))
		self.assert_counted(WORTH - POINTS)

	def test_what_a_typed_amount_says_is_owed_all_the_same(self) -> None:
		self.assign("A", limit=5 * WORTH)
		make.submit(self.sale(0, **self.points(loyalty_amount=WORTH)))
		self.assert_counted(WORTH - POINTS)

	def test_what_they_pay_of_an_order_uses_none_of_the_money_on_account(self) -> None:
		order = self.order()
		self.assign("C")
		self.pay(400)
		make.submit(self.sale_of(order, 6, 500, **self.points(loyalty_amount=POINTS)))
		self.assert_falls_short(self.sale_of(order, 5), "100.00")
		make.submit(self.sale_of(order, 4))


class TestWriteOff(TillCase):
	"""ERPNext writes off whatever it is told; the policy calls up to 1.00 a trifle."""

	def setUp(self) -> None:
		super().setUp()
		self.assign("C")

	def test_a_trifle_that_is_written_off_keeps_nothing_back(self) -> None:
		for doctype in (POS, BILL):
			for told in ({"write_off_outstanding_amount_automatically": 1}, {"write_off_amount": 0.4}):
				with self.subTest(doctype, **told):
					sold = make.submit(self.sale(WORTH - 0.4, doctype, **told))
					self.assertEqual(sold.docstatus, 1)

	def test_more_than_a_trifle_is_waited_for(self) -> None:
		for doctype in (POS, BILL):
			for told in ({"write_off_outstanding_amount_automatically": 1}, {"write_off_amount": 600}):
				with self.subTest(doctype, **told):
					self.assert_falls_short(self.sale(WORTH - 600, doctype, **told), "600.00")

	def test_a_trifle_that_is_not_written_off_is_waited_for(self) -> None:
		self.assert_falls_short(self.sale(WORTH - 0.4), "0.40")

	def test_a_trifle_is_owed_no_more_and_more_than_that_is(self) -> None:
		self.assign("A", limit=5 * WORTH)
		make.submit(self.sale(WORTH - 0.4, write_off_amount=0.4))
		self.assert_counted()
		make.submit(self.sale(WORTH - 600, write_off_amount=600))
		self.assert_counted(600)


class TestSummedUp(TillCase):
	"""A sale is summed up where the rows of an invoice do it, not where its own field says so."""

	def say_it_is_summed_up(self, sold: Document) -> None:
		"""Write the field after the submit, as a REST call may, with somebody else's invoice."""
		other = make.invoice(make.customer(), 5, self.today)
		sold.reload().update({"consolidated_invoice": other.name})
		sold.save()

	def close_till(self, *sold: Document) -> Document:
		"""Sum sales and returns up as ERPNext does when a till is closed; returns the log that does it."""
		log = log_of(sold[0])
		for other in sold[1:]:
			row = {"pos_invoice": other.name, "customer": other.customer, "is_return": other.is_return}
			log.append("pos_invoices", {**row, "return_against": other.return_against})
		return make.submit(log)

	def test_an_unpaid_sale_that_says_so_is_owed_all_the_same(self) -> None:
		self.assign("A", limit=5 * WORTH)
		sold = make.submit(self.sale(400))
		self.assert_counted(600)
		self.say_it_is_summed_up(sold)
		self.assert_counted(600)

	def test_goods_of_a_paid_order_do_not_leave_twice_because_a_sale_says_so(self) -> None:
		order = self.order()
		self.assign("C")
		self.pay(WORTH)
		sold = make.submit(self.sale_of(order, PIECES))
		self.say_it_is_summed_up(sold)
		self.assert_falls_short(self.sale_of(order, 1), "100.00")

	def test_an_invoice_that_only_names_a_sale_does_not_sum_it_up(self) -> None:
		self.assign("A", limit=5 * WORTH)
		sold = make.submit(self.sale(0))
		bill = self.draft(BILL)
		bill.items[0].update({"pos_invoice": sold.name, "pos_invoice_item": sold.items[0].name, "rate": 1})
		make.submit(bill)
		self.assert_counted(PIECES, WORTH)

	def test_closing_the_till_and_opening_it_again_counts_each_sale_once(self) -> None:
		self.assign("A", limit=5 * WORTH)
		sold = make.submit(self.sale(400))
		log = self.close_till(sold)
		self.assert_counted(600)
		sold.reload().update({"consolidated_invoice": None})
		sold.save()
		self.assert_counted(600)
		log.reload().cancel()
		self.assert_counted(600)

	def test_goods_that_came_back_before_the_till_is_closed_may_leave_again_after(self) -> None:
		order = self.order()
		self.assign("C")
		self.pay(WORTH)
		sold = make.submit(self.sale_of(order, 6))
		back = make.submit(make_sales_return(sold.name))
		self.close_till(sold, back)
		make.submit(self.sale_of(order, PIECES))
		self.assert_falls_short(self.sale_of(order, 1), "100.00")
