"""What the tests of the order desk's doors share: customers of each tier, goods, money, and what is expected.

Each door is a class: `prepare` makes what is there before the customer is given a tier, and `go` passes
through the door. `OrderDoor` and `DeliveryDoor` say what must happen there in each tier and mode.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import frappe
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as deliver_order
from frappe.model.document import Document
from frappe.utils import add_days, getdate, nowdate

from customer_grading.gate import holds
from customer_grading.gate.verdict import DeliveryHeldError, OrderRefusedError
from customer_grading.order_desk import confirm_payment_ready
from customer_grading.records import credit_limit
from customer_grading.records.customer import write
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.options import Await, Door, Mode
from customer_grading.tests import factories as make
from customer_grading.tests.base import CommittingTestCase, delete
from customer_grading.tests.order_scene import EVIDENCE, LEDGERS

SETTINGS = "Grading Settings"
GOODS = "Grading Test Goods"
PIECES = 10
RATE = 100
WORTH = 1000
"""What each order, or each delivery, comes to: ten pieces."""

OVER_LIMIT = (
	"With this order the exposure would be 1,000.00, which is 600.00 above the credit limit of 400.00. "
	"Receive 600.00 on account, reduce the order to 400.00, or ask for a release."
)
CREDIT_TERMS = (
	"The terms give 10 days of credit, but tier B pays cash on delivery. "
	"Shorten the terms to due on delivery."
)
NOT_READY = (
	"Tier B pays cash on delivery: the goods wait until it is known that the customer has 1,000.00 ready. "
	"Ask the customer and confirm the payment readiness."
)
UNPAID_C = "Tier C pays before delivery: the goods wait for 1,000.00. Receive 1,000.00 on account."
UNPAID_D = (
	"Tier D pays before the order: 1,000.00 of it is not covered by money on account. "
	"Receive 1,000.00 on account, then submit again."
)
AMOUNT = re.compile(r"\d[\d,]*\.\d\d")
FIRST_WORDS = {
	"order_over_limit": OVER_LIMIT,
	"order_terms_grant_credit": CREDIT_TERMS,
	"order_cash_on_delivery": NOT_READY,
	"order_pay_before_delivery": UNPAID_C,
	"order_pay_before_order": UNPAID_D,
}


class DoorCase(CommittingTestCase):
	"""One customer at one door. What a test writes is rolled back as a refused request would be."""

	door = Door.ORDER
	refusal: type[Exception] = OrderRefusedError
	title = "Order Refused"

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.company = make.first_company()
		cls.warehouse = stock(cls.company)
		frappe.db.commit()

	def setUp(self) -> None:
		super().setUp()
		self.today = getdate(nowdate())
		self.credit_days = 0
		self.set_settings(mode=Mode.ENFORCE, record_allowed=0)
		self.buyer = make.customer()

	def tearDown(self) -> None:
		frappe.local.response.pop("credit_refusal", None)
		super().tearDown()
		frappe.clear_document_cache(SETTINGS, SETTINGS)

	# What is there

	def set_settings(self, **values: Any) -> None:
		"""Set fields of Grading Settings until the test ends."""
		for field, value in values.items():
			frappe.db.set_single_value(SETTINGS, field, value)
		frappe.clear_document_cache(SETTINGS, SETTINGS)

	def round_totals(self) -> None:
		"""Have totals rounded to whole units of the currency until the test ends."""
		frappe.db.set_value("Currency", self.currency, "smallest_currency_fraction_value", 1)
		# ERPNext keeps this value for as long as it is connected.
		frappe.db.value_cache.clear()
		self.addCleanup(frappe.db.value_cache.clear)

	def assign(self, tier: str | None, limit: float | None = None) -> None:
		"""Give the customer a credit tier and a limit of its own."""
		write({self.buyer: {"credit_tier": tier}})
		if limit is not None:
			granted = CreditLimit(Decimal(str(limit)))
			credit_limit.write({(self.buyer, self.company): granted}, self.today)

	def pay(self, amount: float) -> Document:
		"""Receive money on account."""
		return make.money_on_account(self.buyer, amount, self.today)

	def draft(self, doctype: str = "Sales Order", pieces: float = PIECES, **values: Any) -> Document:
		"""A sale of goods to the customer, not saved; with `credit_days` it is due so long after delivery."""
		line = {"item_code": GOODS, "qty": pieces, "rate": RATE, "warehouse": self.warehouse}
		line["cost_center"] = frappe.get_cached_value("Company", self.company, "cost_center")
		head = {"customer": self.buyer, "company": self.company, "currency": self.currency, "items": [line]}
		doc = frappe.get_doc(
			{"doctype": doctype, "ignore_pricing_rule": 1, **head, **self._days(doctype), **values}
		)
		if self.credit_days:
			due = add_days(self.today, self.credit_days)
			doc.append("payment_schedule", {"due_date": due, "invoice_portion": 100})
		return doc

	def _days(self, doctype: str) -> Mapping[str, Any]:
		if doctype in ("Sales Order", "Quotation"):
			return {"transaction_date": self.today, "delivery_date": self.today}
		return {"posting_date": self.today, "set_posting_time": 1, "due_date": self.today}

	@property
	def currency(self) -> str:
		return frappe.get_cached_value("Company", self.company, "default_currency")

	def order(self, pieces: float = PIECES, **values: Any) -> Document:
		"""A submitted Sales Order of the customer."""
		return make.submit(self.draft("Sales Order", pieces, **values))

	def confirm_ready(self, order: Document) -> None:
		"""Confirm that the customer has the money for an order ready."""
		confirm_payment_ready(order.name, "Cash")

	# The door

	def prepare(self) -> None:
		"""Make what is there before the customer is given a tier."""

	def go(self) -> Document:
		"""Pass through the door with goods worth 1,000.00; returns the order, or what delivers the goods."""
		raise NotImplementedError

	def start(
		self, tier: str | None, *, limit: float | None = None, paid: float = 0, credit_days: int = 0
	) -> None:
		"""Come to the door as a customer of a tier, with a limit, and with money on account."""
		self.credit_days = credit_days
		self.prepare()
		self.assign(tier, limit)
		if paid:
			self.pay(paid)

	# What is expected

	def decisions(self) -> list[frappe._dict]:
		"""The decisions on the customer that are kept, the oldest first."""
		fields = ["name", "door", "mode", "outcome", "credit_tier", "amount", "credit_limit", "awaits"]
		fields += [
			"awaited_amount",
			"reasons",
			"reference_doctype",
			"reference_name",
			"user",
			"credit_release",
		]
		return frappe.get_all("Credit Decision", {"customer": self.buyer}, fields, order_by="creation")

	def assert_refused(self, code: str) -> frappe._dict:
		"""The door refuses for one reason, and the refusal outlives the rollback of the request."""
		self.assert_refused_by(self.go, code)
		return self.assert_kept(code)

	def assert_refused_by(self, act: Callable[[], Any], code: str) -> None:
		"""An act is refused for one reason: exception, title, sentence and remedy."""
		self.forget_refusals()
		with self.assertRaises(self.refusal) as caught:
			act()
		self.assertEqual(str(caught.exception), frappe.utils.escape_html(self.in_currency(FIRST_WORDS[code])))
		told = frappe.parse_json(frappe.message_log[-1])
		self.assertEqual(told["title"], self.title)
		self.assertEqual(frappe.local.response["credit_refusal"]["outcome"], self.outcome_of(code))

	def assert_told(self, act: Callable[[], object], told: str) -> None:
		"""An act is refused with these words; the attempt leaves nothing."""
		frappe.db.savepoint("before_attempt")
		with self.assertRaises(self.refusal) as caught:
			act()
		frappe.db.rollback(save_point="before_attempt")
		self.forget_refusals()
		self.assertIn(self.in_currency(told), str(caught.exception))

	def assert_falls_short(self, document: Document, amount: str) -> None:
		"""Goods are kept back until so much more is paid."""
		self.assert_told(lambda: make.submit(document), f"the goods wait for {amount}.")

	def in_currency(self, told: str) -> str:
		"""A sentence with each of its amounts in the currency of the company."""
		currency = frappe.get_cached_value("Company", self.company, "default_currency")
		symbol = frappe.db.get_value("Currency", currency, "symbol") or currency
		return AMOUNT.sub(lambda found: f"{symbol} {found[0]}", told)

	def forget_refusals(self) -> None:
		"""Refusals of a test are kept when it is rolled back: remove them afterwards."""
		self.addCleanup(forget_decisions, self.buyer)

	def outcome_of(self, code: str) -> str:
		"""What was decided where this is the reason."""
		return "Hold" if code in ("order_cash_on_delivery", "order_pay_before_delivery") else "Refuse"

	def assert_kept(self, code: str) -> frappe._dict:
		"""After the rollback of the request one decision is there, with its reason."""
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("Customer", self.buyer))
		kept = self.decisions()
		self.assertEqual(len(kept), 1, kept)
		self.assert_decision(kept[0], code, Mode.ENFORCE)
		return kept[0]

	def assert_decision(self, kept: frappe._dict, code: str, mode: Mode) -> None:
		"""A decision tells door, mode, outcome, amount, user and the reason."""
		self.assertEqual((kept.door, kept.mode), (str(self.door), str(mode)))
		self.assertEqual((kept.outcome, kept.amount), (self.outcome_of(code), WORTH))
		self.assertEqual(frappe.parse_json(kept.reasons)[0][0], code)
		self.assertEqual(kept.user, frappe.session.user)

	def assert_passes(self) -> Document:
		"""The door lets pass; what is simply allowed leaves no decision."""
		passed = self.go()
		self.assert_went_through(passed)
		self.assertEqual(self.decisions(), [])
		return passed

	def assert_went_through(self, passed: Document) -> None:
		"""The document is submitted."""
		self.assertEqual(frappe.db.get_value(passed.doctype, passed.name, "docstatus"), 1)

	def assert_passes_noted(self, code: str) -> None:
		"""In Shadow mode the door lets pass and writes down what it would have done."""
		self.set_settings(mode=Mode.SHADOW)
		self.assert_went_through(self.go())
		(kept,) = self.decisions()
		self.assert_decision(kept, code, Mode.SHADOW)

	def assert_passes_unnoticed(self) -> None:
		"""In mode Off the door lets pass and writes nothing."""
		self.set_settings(mode=Mode.OFF)
		self.assert_went_through(self.go())
		self.assertEqual(self.decisions(), [])

	def assert_held(self, awaits: Await, code: str) -> None:
		"""The order is accepted, shows what its goods wait for, and the hold is kept."""
		order = self.go()
		self.assert_went_through(order)
		self.assert_order_shows(order, "Hold", awaits, WORTH)
		(kept,) = self.decisions()
		self.assert_decision(kept, code, Mode.ENFORCE)
		self.assertEqual((kept.awaits, kept.awaited_amount), (str(awaits), WORTH))
		self.assertEqual((kept.reference_doctype, kept.reference_name), ("Sales Order", order.name))

	def assert_order_shows(
		self, order: Document, outcome: str | None, awaits: Await | None, amount: float
	) -> None:
		"""What the fields of an order say, in the database."""
		shown = ["credit_outcome", "credit_awaits", "credit_awaited_amount"]
		kept = frappe.db.get_value("Sales Order", order.name, shown)
		expected = (outcome, str(awaits) if awaits else None, amount)
		self.assertEqual((*(value or None for value in kept[:2]), kept[2]), expected)


class OrderDoor:
	"""A door by which a Sales Order is accepted."""

	def test_tier_a_within_the_limit_passes(self) -> None:
		self.start("A", limit=WORTH)
		self.assert_shows("Allow", None, 0)

	def test_tier_a_above_the_limit_is_refused(self) -> None:
		self.start("A", limit=400)
		kept = self.assert_refused("order_over_limit")
		self.assertEqual((kept.credit_tier, kept.credit_limit), ("A", 400))

	def test_tier_b_on_terms_of_credit_is_refused(self) -> None:
		self.start("B", credit_days=10)
		self.assert_refused("order_terms_grant_credit")

	def test_tier_b_without_credit_waits_for_readiness(self) -> None:
		self.start("B")
		self.assert_held(Await.READINESS, "order_cash_on_delivery")

	def test_tier_b_fully_paid_passes(self) -> None:
		self.start("B", paid=WORTH, credit_days=10)
		self.assert_shows("Allow", None, 0)

	def test_tier_c_unpaid_is_accepted_and_waits_for_the_money(self) -> None:
		self.start("C")
		self.assert_held(Await.ADVANCE, "order_pay_before_delivery")

	def test_tier_c_fully_paid_passes(self) -> None:
		self.start("C", paid=WORTH)
		self.assert_shows("Allow", None, 0)

	def test_tier_d_unpaid_is_refused(self) -> None:
		self.start("D")
		self.assert_refused("order_pay_before_order")

	def test_tier_d_fully_paid_passes(self) -> None:
		self.start("D", paid=WORTH)
		self.assert_shows("Allow", None, 0)

	def test_without_a_tier_nothing_is_restricted(self) -> None:
		self.start(None, credit_days=10)
		self.assert_shows(None, None, 0)

	def test_shadow_mode_lets_pass_and_notes_the_refusal(self) -> None:
		self.start("D")
		self.assert_passes_noted("order_pay_before_order")

	def test_mode_off_lets_pass_and_notes_nothing(self) -> None:
		self.start("D")
		self.assert_passes_unnoticed()

	def assert_shows(self, outcome: str | None, awaits: Await | None, amount: float) -> None:
		"""The order passes, and shows what it waits for."""
		self.assert_order_shows(self.assert_passes(), outcome, awaits, amount)


class DeliveryDoor:
	"""A door by which goods leave that were not sold by an order."""

	refusal = DeliveryHeldError
	title = "Goods Are Kept Back"

	def test_tier_a_within_the_limit_leaves(self) -> None:
		self.start("A", limit=WORTH)
		self.assert_passes()

	def test_tier_a_above_the_limit_is_kept_back(self) -> None:
		self.start("A", limit=400)
		self.assert_refused("order_over_limit")

	def test_tier_b_unpaid_is_kept_back(self) -> None:
		self.start("B")
		self.assert_refused("order_cash_on_delivery")

	def test_tier_b_fully_paid_leaves(self) -> None:
		self.start("B", paid=WORTH)
		self.assert_passes()

	def test_tier_c_unpaid_is_kept_back(self) -> None:
		self.start("C")
		self.assert_refused("order_pay_before_delivery")

	def test_tier_c_fully_paid_leaves(self) -> None:
		self.start("C", paid=WORTH)
		self.assert_passes()

	def test_tier_d_unpaid_is_kept_back(self) -> None:
		self.start("D")
		self.assert_refused("order_pay_before_order")

	def test_tier_d_fully_paid_leaves(self) -> None:
		self.start("D", paid=WORTH)
		self.assert_passes()

	def test_without_a_tier_nothing_is_restricted(self) -> None:
		self.start(None)
		self.assert_passes()

	def test_shadow_mode_lets_pass_and_notes_the_refusal(self) -> None:
		self.start("C")
		self.assert_passes_noted("order_pay_before_delivery")

	def test_mode_off_lets_pass_and_notes_nothing(self) -> None:
		self.start("C")
		self.assert_passes_unnoticed()


class OrderedGoodsDoor(DeliveryDoor):
	"""A door by which the goods of an order leave, that was accepted before the customer was given a tier."""

	def prepare(self) -> None:
		self.ordered = self.order()

	def test_tier_b_leaves_once_readiness_is_confirmed(self) -> None:
		self.start("B")
		self.confirm_ready(self.ordered)
		self.assert_passes()

	def test_tier_b_on_terms_of_credit_is_kept_back(self) -> None:
		self.start("B", credit_days=10)
		self.assert_refused("order_terms_grant_credit")


class GoodsOfAnOrder(DoorCase):
	"""Orders of a customer, and their goods by Delivery Note."""

	door = Door.DELIVERY
	refusal = DeliveryDoor.refusal
	title = DeliveryDoor.title

	def deliver(self, order: Document, pieces: float | None = None) -> Document:
		"""A submitted Delivery Note of an order, or of some pieces of it."""
		note = deliver_order(order.name)
		if pieces:
			note.items[0].qty = pieces
		return make.submit(note)

	def assert_leaves(self, order: Document, pieces: float | None = None) -> Document:
		"""The goods leave."""
		return self.deliver(order, pieces)

	def assert_waits_for(self, order: Document, amount: str, pieces: float | None = None) -> None:
		"""The goods are kept back until so much is there; the attempt leaves nothing."""
		frappe.db.savepoint("before_attempt")
		with self.assertRaises(self.refusal) as caught:
			self.deliver(order, pieces)
		self.assertIn(f" {amount}", str(caught.exception))
		frappe.db.rollback(save_point="before_attempt")
		self.forget_refusals()

	def assert_shows(
		self, order: Document, outcome: str, awaits: Await | None = None, amount: float = 0
	) -> None:
		"""What the order shows once that is brought up to date, as a job does when money has moved."""
		holds.refresh(self.buyer, self.company)
		self.assert_order_shows(order, outcome, awaits, amount)


def forget_decisions(buyer: str) -> None:
	"""Remove what was kept of a customer whose test was rolled back."""
	frappe.db.delete("Credit Decision", {"customer": buyer})
	frappe.db.commit()


def strike(buyer: str) -> None:
	"""Take a customer and its documents out of the site, behind the back of the app: evidence is kept."""
	for name in frappe.get_all("Sales Order", {"customer": buyer, "docstatus": 1}, pluck="name"):
		frappe.get_doc("Sales Order", name).cancel()
	for doctype, field in {"Sales Order": "customer", "Payment Entry": "party"}.items():
		for name in frappe.get_all(doctype, {field: buyer}, pluck="name"):
			remove(doctype, name)
	for doctype in EVIDENCE:
		frappe.db.delete(doctype, {"customer": buyer})
	delete("Customer", buyer)


def remove(doctype: str, name: str) -> None:
	"""Take a document out with what its submission has written."""
	for ledger in LEDGERS:
		frappe.db.delete(ledger, {"voucher_no": name})
	for table in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(table.options, {"parent": name})
	frappe.db.delete("Comment", {"reference_doctype": doctype, "reference_name": name})
	frappe.db.delete(doctype, {"name": name})


def stock(company: str) -> str:
	"""Enough goods in a warehouse, for good; returns the warehouse."""
	if not frappe.db.exists("Item", GOODS):
		make.insert("Item", item_code=GOODS, item_group="Products", is_stock_item=1, stock_uom="Nos")
	warehouse = frappe.db.get_value("Warehouse", {"company": company, "warehouse_name": "Stores"})
	there = frappe.db.get_value("Bin", {"item_code": GOODS, "warehouse": warehouse}, "actual_qty") or 0
	if there < 100 * PIECES:
		receive(company, warehouse, 1000 * PIECES)
	return warehouse


def receive(company: str, warehouse: str, pieces: float, item: str = GOODS) -> Document:
	"""A submitted Stock Entry by which goods come in."""
	line = {"item_code": item, "qty": pieces, "t_warehouse": warehouse, "basic_rate": 1}
	kind = {"stock_entry_type": "Material Receipt", "purpose": "Material Receipt", "company": company}
	return make.submit(frappe.get_doc({"doctype": "Stock Entry", **kind, "items": [line]}))
