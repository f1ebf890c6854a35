"""Whom the policy binds and how far: downgraded, untiered, internal, foreign, released, without a limit."""

from datetime import timedelta

import frappe
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as deliver_order
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as bill_order
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return
from frappe.model.document import Document

from customer_grading.customer_grading.doctype.credit_release.credit_release import approve, request_release
from customer_grading.gate.verdict import OrderRefusedError
from customer_grading.order_desk import affected_orders
from customer_grading.records import credit_limit
from customer_grading.rules.credit_limit import UNLIMITED
from customer_grading.rules.options import Await, Door, Mode
from customer_grading.tests import factories as make
from customer_grading.tests.doors_case import PIECES, WORTH, GoodsOfAnOrder


class TestDowngrade(GoodsOfAnOrder):
	def setUp(self) -> None:
		super().setUp()
		self.assign("A", limit=5 * WORTH)
		self.ordered = self.order()

	def test_the_delivery_of_an_open_order_is_bound_in_each_lower_tier(self) -> None:
		for tier, sentence in (
			("B", "Tier B pays cash on delivery"),
			("C", "Tier C pays before delivery"),
			("D", "Tier D pays before the order"),
		):
			with self.subTest(tier=tier):
				self.assign(tier)
				self.assert_waits_for(self.ordered, "1,000.00")
				self.assertIn(sentence, frappe.parse_json(frappe.message_log[-1])["message"])

	def test_the_order_shows_that_it_waits_for_a_credit_decision(self) -> None:
		self.assign("D")
		self.assert_shows(self.ordered, "Hold", Await.CREDIT, WORTH)

	def test_a_lower_limit_binds_the_goods_as_well(self) -> None:
		self.assign("A", limit=300)
		self.assert_waits_for(self.ordered, "700.00")

	def test_the_open_orders_that_a_downgrade_affects_are_listed(self) -> None:
		told = affected_orders([self.buyer])
		self.assertEqual((told["count"], told["orders"][0]["name"]), (1, self.ordered.name))
		self.assertEqual(told["orders"][0]["undelivered"], WORTH)

	def test_a_return_passes_in_every_tier(self) -> None:
		note = self.assert_leaves(self.ordered)
		self.assign("D")
		back = make.submit(make_sales_return(note.name))
		self.assertEqual(back.docstatus, 1)

	def test_pieces_that_leave_on_a_return_are_no_return(self) -> None:
		self.assign("C")
		note = self.draft("Delivery Note").insert()
		note.is_return = 1
		note.flags.ignore_validate = True
		self.assert_refused_by(note.submit, "order_pay_before_delivery")


class TestRelease(GoodsOfAnOrder):
	def setUp(self) -> None:
		super().setUp()
		self.clerk = make.user("Sales User", "Stock User", "Sales Manager")
		self.controller = make.user("Credit Controller", "Sales Manager")

	def release(self, document: Document, ceiling: float) -> str:
		"""Ask for a release as the clerk and approve it as the credit controller."""
		frappe.set_user(self.clerk)
		name = request_release(document.doctype, document.name, ceiling, "Known for years")
		frappe.set_user(self.controller)
		approve(name, ceiling, remark="Talked to them")
		frappe.set_user("Administrator")
		return name

	def test_a_released_order_passes_with_its_delivery(self) -> None:
		self.assign("D")
		order = self.draft().insert()
		name = self.release(order, WORTH)
		order.submit()
		kept = self.decisions()[-1]
		self.assertEqual((kept.outcome, kept.credit_release), ("Allow", name))
		self.assertEqual(frappe.db.get_value("Credit Release", name, "status"), "Used")
		self.assert_leaves(order, 4)
		self.assert_leaves(order)

	def test_a_release_of_an_open_order_lets_its_goods_leave_up_to_the_ceiling(self) -> None:
		order = self.order()
		self.assign("C")
		self.assert_waits_for(order, "1,000.00")
		name = self.release(order, 500)
		self.assert_waits_for(order, "600.00", 6)
		self.assert_leaves(order, 3)
		self.assertEqual(frappe.db.get_value("Credit Release", name, "status"), "Used")
		self.assert_leaves(order, 2)
		self.assert_waits_for(order, "100.00", 1)

	def test_a_release_of_a_note_without_an_order_is_used_up_by_it(self) -> None:
		self.assign("D")
		note = self.draft("Delivery Note").insert()
		name = self.release(note, WORTH)
		note.submit()
		used = frappe.db.get_value("Credit Release", name, ["status", "used_by_name"])
		self.assertEqual(used, ("Used", note.name))

	def test_the_ceiling_of_a_release_is_that_of_the_whole_note(self) -> None:
		first, second = self.order(), self.order()
		self.assign("C")
		note = deliver_order(second.name, deliver_order(first.name)).insert()
		self.release(note, WORTH)
		with self.assertRaises(self.refusal) as caught:
			note.submit()
		self.forget_refusals()
		self.assertIn("There is a release, but only up to", str(caught.exception))

	def test_an_order_above_the_ceiling_is_refused_with_the_ceiling_told(self) -> None:
		self.assign("D")
		order = self.draft().insert()
		self.release(order, 900)
		with self.assertRaises(OrderRefusedError) as caught:
			order.submit()
		self.forget_refusals()
		told = self.in_currency("There is a release, but only up to 900.00")
		self.assertIn(told, str(caught.exception))


class PlainOrder(GoodsOfAnOrder):
	"""By the plainest of doors."""

	door = Door.ORDER
	refusal = OrderRefusedError
	title = "Order Refused"

	def go(self) -> Document:
		return make.submit(self.draft())


class TestBinding(PlainOrder):
	"""Whom the policy binds."""

	def test_restrict_untiered_binds_customers_without_a_tier_to_the_provisional_one(self) -> None:
		self.set_settings(order_restrict_untiered=1, tier_provisional="C")
		self.start(None)
		self.assert_held(Await.ADVANCE, "order_pay_before_delivery")

	def test_internal_customers_without_a_tier_are_not_restricted(self) -> None:
		self.set_settings(order_restrict_untiered=1, tier_provisional="D")
		self.start(None)
		self.call_internal()
		self.assert_passes()

	def test_a_tier_binds_whoever_calls_the_customer_internal(self) -> None:
		self.start("D")
		self.call_internal()
		self.assert_refused("order_pay_before_order")

	def call_internal(self) -> None:
		"""Tick what whoever edits customers may tick."""
		internal = frappe.get_doc("Customer", self.buyer)
		internal.update({"is_internal_customer": 1, "represents_company": make.SECOND_COMPANY})
		internal.append("companies", {"company": self.company})
		internal.save()

	def test_the_mode_of_a_company_goes_before_that_of_the_site(self) -> None:
		self.start("D")
		settings = frappe.get_doc("Grading Settings")
		settings.append("company_modes", {"company": self.company, "mode": str(Mode.OFF)})
		settings.save()
		self.assert_passes()

	def test_what_is_simply_allowed_is_kept_where_the_settings_say_so(self) -> None:
		self.set_settings(record_allowed=1)
		self.start("A", limit=WORTH)
		self.go()
		(kept,) = self.decisions()
		self.assertEqual((kept.outcome, kept.door, kept.amount), ("Allow", "Sales Order", WORTH))

	def test_an_overdue_beyond_tolerance_stops_new_credit_in_tiers_a_and_b(self) -> None:
		for tier in "AB":
			with self.subTest(tier=tier):
				self.buyer = make.customer()
				self.start(tier, limit=10 * WORTH)
				make.invoice(
					self.buyer, 250, self.today - timedelta(days=40), self.today - timedelta(days=30)
				)
				with self.assertRaises(OrderRefusedError) as caught:
					self.go()
				self.forget_refusals()
				self.assertIn("250.00 is overdue, the oldest for 30 days", str(caught.exception))

	def test_tier_d_fully_paid_with_arrears_is_accepted_and_waits_for_their_settlement(self) -> None:
		self.start("D")
		old = make.invoice(self.buyer, 250, self.today - timedelta(days=40), self.today - timedelta(days=30))
		make.payment(self.go_unbound(), self.today)
		self.assert_shows(self.ordered, "Hold", Await.ARREARS, 250)
		make.payment(old, self.today)
		self.assert_shows(self.ordered, "Allow")

	def go_unbound(self) -> Document:
		"""An order that was accepted in mode Off, so that it can be paid for itself."""
		self.set_settings(mode=Mode.OFF)
		self.ordered = self.go()
		self.set_settings(mode=Mode.ENFORCE)
		return self.ordered


class TestLimit(PlainOrder):
	"""What binds a customer of tier A."""

	def test_erpnext_s_limit_of_the_customer_binds_where_there_is_none_of_ours(self) -> None:
		self.assign("A")
		self.erpnext_limit("Customer", self.buyer, 400)
		self.assert_refused_by(self.go, "order_over_limit")

	def test_then_that_of_its_group(self) -> None:
		self.assign("A")
		group = frappe.db.get_value("Customer", self.buyer, "customer_group")
		self.erpnext_limit("Customer Group", group, 400)
		self.assert_refused_by(self.go, "order_over_limit")

	def test_then_that_of_the_company(self) -> None:
		self.assign("A")
		frappe.db.set_value("Company", self.company, "credit_limit", 400)
		self.addCleanup(frappe.clear_document_cache, "Company", self.company)
		self.assert_refused_by(self.go, "order_over_limit")

	def test_where_that_means_unlimited_one_typical_order_binds(self) -> None:
		for months in (2, 3, 4):
			day = self.today - timedelta(days=30 * months)
			make.payment(make.invoice(self.buyer, 400, day), day)
		self.assign("A")
		self.assert_refused_by(self.go, "order_over_limit")

	def test_a_customer_who_never_bought_has_no_typical_order_and_no_credit(self) -> None:
		self.assign("A")
		with self.assertRaises(OrderRefusedError) as caught:
			self.go()
		self.forget_refusals()
		self.assertIn("The customer has no credit: the limit is 0.00.", str(caught.exception))

	def test_unlimited_by_choice_passes(self) -> None:
		self.assign("A")
		credit_limit.write({(self.buyer, self.company): UNLIMITED}, self.today)
		self.assert_passes()

	def test_money_on_account_makes_room(self) -> None:
		self.start("A", limit=400, paid=600)
		self.assert_passes()

	def erpnext_limit(self, doctype: str, name: str, amount: float) -> None:
		"""A limit as ERPNext keeps it, on a customer or a group."""
		place = {
			"parent": name,
			"parenttype": doctype,
			"parentfield": "credit_limits",
			"company": self.company,
		}
		frappe.get_doc({"doctype": "Customer Credit Limit", **place, "credit_limit": amount}).db_insert()
		frappe.clear_document_cache(doctype, name)


class TestErpnextsOwnCheck(GoodsOfAnOrder):
	"""It stands back where the policy binds and is enforced, and nowhere else."""

	def setUp(self) -> None:
		super().setUp()
		place = {"parent": self.buyer, "parenttype": "Customer", "parentfield": "credit_limits"}
		row = {"doctype": "Customer Credit Limit", **place, "company": self.company, "credit_limit": 100}
		frappe.get_doc(row).db_insert()

	def assert_erpnext_refuses(self) -> None:
		with self.assertRaises(frappe.ValidationError) as caught:
			self.order()
		self.assertNotIsInstance(caught.exception, OrderRefusedError)
		self.assertIn("credit limit", str(caught.exception).lower())

	def test_the_cash_order_of_a_customer_with_a_small_limit_passes(self) -> None:
		self.assign("B")
		order = self.order()
		self.confirm_ready(order)
		self.assert_leaves(order)

	def test_an_untiered_customer_is_held_to_erpnext_s_limit(self) -> None:
		self.assert_erpnext_refuses()

	def test_mode_off_leaves_erpnext_s_check_as_it_was(self) -> None:
		self.assign("B")
		self.set_settings(mode=Mode.OFF)
		self.assert_erpnext_refuses()

	def test_shadow_mode_leaves_erpnext_s_check_as_it_was(self) -> None:
		self.assign("B")
		self.set_settings(mode=Mode.SHADOW)
		self.assert_erpnext_refuses()

	def test_the_order_of_a_customer_above_the_limit_can_be_saved_again(self) -> None:
		self.assign("C")
		order = self.order()
		order.reload()
		order.save()
		self.assertEqual(order.docstatus, 1)


class TestForeignCurrency(GoodsOfAnOrder):
	"""Amounts are decided on in the currency of the company."""

	currency = "EUR"
	rate = 80

	def setUp(self) -> None:
		super().setUp()
		make.one_account_for_all_currencies()
		self.assign("C")

	def draft(self, doctype: str = "Sales Order", pieces: float = PIECES, **values: object) -> Document:
		given = {"conversion_rate": self.rate, "plc_conversion_rate": 1, "price_list_currency": "INR"}
		return super().draft(doctype, pieces, **{**given, **values})

	def test_the_hold_is_in_company_currency(self) -> None:
		order = self.order()
		self.assertEqual((order.grand_total, order.base_grand_total), (WORTH, WORTH * self.rate))
		self.assert_shows(order, "Hold", Await.ADVANCE, WORTH * self.rate)
		self.pay(WORTH * self.rate)
		self.assert_leaves(order)

	def test_the_limit_is_in_company_currency(self) -> None:
		self.assign("A", limit=WORTH * self.rate - 1)
		order = self.draft().insert()
		with self.assertRaises(OrderRefusedError) as caught:
			order.submit()
		self.forget_refusals()
		told = self.in_currency("the exposure would be 80,000.00, which is 1.00 above")
		self.assertIn(told, str(caught.exception))

	def test_a_bill_that_was_paid_at_another_rate_is_paid(self) -> None:
		order = self.order()
		bill = bill_order(order.name)
		bill.conversion_rate = self.rate - 5
		make.submit(bill)
		self.pay((self.rate - 5) * WORTH)
		make.reconcile(self.buyer)
		self.assert_leaves(order)
