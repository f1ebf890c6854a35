"""The copy follows whatever is done to a customer's documents, in whatever order."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import frappe
from frappe.model.document import Document

from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import day
from customer_grading.tests.position_case import PositionCase

STEPS = 30
KINDS = ("Sales Order", "Sales Invoice", "Delivery Note", "Payment Entry", "Journal Entry")
FIRST_DAY = day(5, 1)


class Walk:
	"""Does something at random with the documents of a customer, again and again."""

	def __init__(self, seed: int, buyer: str) -> None:
		self.random = Random(seed)  # noqa: S311  (the same walk each time)
		self.buyer = buyer
		self.day = FIRST_DAY
		self.done: list[str] = []

	def step(self) -> bool:
		"""Do one thing; whether ERPNext let it be done."""
		act: Callable[[], object] = self.random.choice(self.acts())
		self.day += timedelta(1)
		self.done.append(act.__name__)
		frappe.db.savepoint("before_step")
		try:
			act()
		except frappe.ValidationError:
			# What was noted of it stays noted, and must not do harm.
			frappe.db.rollback(save_point="before_step")
			return False
		return True

	def acts(self) -> list[Callable[[], object]]:
		"""What can be done. The beginning of a business comes up more often than its end."""
		begin = [self.order, self.bill, self.receive, self.deliver, self.bill_order]
		follow = [self.deliver_order, self.bill_delivery, self.pay, self.pay_order, self.credit, self.change]
		money = [self.reconcile, self.take_away, self.owe, self.favour, self.pay_back]
		return [*begin, *begin, *follow, *follow, *money, self.close, self.open_again, self.cancel]

	def amount(self) -> int:
		"""An amount with many divisors."""
		return 60 * self.random.randint(1, 20)

	def any_of(self, doctype: str, **filters: object) -> Document:
		"""One of the customer's submitted documents. Raises where there is none."""
		field = "party" if doctype == "Payment Entry" else "customer"
		given = {field: self.buyer, "docstatus": 1, **filters}
		names = frappe.get_all(doctype, given, pluck="name", order_by="name")
		if not names:
			raise frappe.DoesNotExistError
		return frappe.get_doc(doctype, self.random.choice(names))

	def part(self) -> float:
		"""A part of a whole."""
		return self.random.choice((0.25, 0.5, 1))

	def order(self) -> None:
		make.order(self.buyer, self.amount(), self.day, qty=4)

	def bill(self) -> None:
		later = self.day + timedelta(30)
		terms = self.random.choice((None, later, [(self.day, 40), (later, 60)]))
		make.invoice(self.buyer, self.amount(), self.day, terms, qty=4)

	def receive(self) -> None:
		make.money_on_account(self.buyer, self.amount(), self.day)

	def deliver(self) -> None:
		make.delivery(self.buyer, self.amount(), self.day, qty=4)

	def bill_order(self) -> None:
		ordered = self.any_of("Sales Order", per_billed=("<", 100))
		make.invoice_of_order(ordered, self.day, self.part(), advances=self.random.random() < 0.5)

	def deliver_order(self) -> None:
		make.delivery_of_order(self.any_of("Sales Order", per_delivered=("<", 100)), self.day, self.part())

	def bill_delivery(self) -> None:
		make.invoice_of_delivery(self.any_of("Delivery Note", per_billed=("<", 100)), self.day, self.part())

	def pay(self) -> None:
		billed = self.any_of("Sales Invoice", outstanding_amount=(">", 0))
		make.payment(billed, self.day, billed.outstanding_amount * self.part())

	def pay_order(self) -> None:
		ordered = self.any_of("Sales Order", per_billed=("<", 100))
		make.payment(ordered, self.day, ordered.grand_total * self.part())

	def credit(self) -> None:
		billed = self.any_of("Sales Invoice", is_return=0)
		make.credit_note(
			billed, self.day, self.part(), *(self.random.random() < 0.5 for _ in ("for itself", "reopens"))
		)

	def change(self) -> None:
		make.update_items(
			self.any_of("Sales Order"), self.random.randint(2, 8), 15 * self.random.randint(1, 40)
		)

	def reconcile(self) -> None:
		make.reconcile(self.buyer)

	def take_away(self) -> None:
		payment = self.any_of("Payment Entry")
		line = self.random.choice(payment.references or [None])
		if line:
			make.unreconcile(payment, frappe.get_doc(line.reference_doctype, line.reference_name))

	def owe(self) -> None:
		make.journal(self.buyer, self.amount(), self.day)

	def favour(self) -> None:
		make.journal(self.buyer, -self.amount(), self.day)

	def pay_back(self) -> None:
		make.refund(self.buyer, self.amount(), self.day)

	def close(self) -> None:
		self.any_of(self.random.choice(("Sales Order", "Delivery Note"))).update_status("Closed")

	def open_again(self) -> None:
		self.any_of(self.random.choice(("Sales Order", "Delivery Note")), status="Closed").update_status(
			"Draft"
		)

	def cancel(self) -> None:
		doctype = self.random.choice(KINDS[:-1])
		self.any_of(doctype).cancel()


class TestWalk(PositionCase):
	"""Three walks, the same each time."""

	def walk(self, seed: int) -> None:
		"""Compare after each step; the message of a failure tells the way."""
		walk, last = Walk(seed, self.buyer), date(2026, 12, 31)
		done = 0
		for _ in range(STEPS):
			done += walk.step()
			with self.subTest(seed=seed, way=walk.done):
				self.step()
		self.assertLess(walk.day, last)
		self.assertGreater(done, STEPS / 3, walk.done)

	def test_one_walk(self) -> None:
		self.walk(1)

	def test_another_walk(self) -> None:
		self.walk(2)

	def test_a_walk_with_advances_in_an_account_of_their_own(self) -> None:
		make.book_advances_apart(self.company)
		self.walk(3)
