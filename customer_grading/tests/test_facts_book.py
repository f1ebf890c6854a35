"""Facts of made-up books, as varied as those of a company, against ERPNext's own figures."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from customer_grading.facts.customer import Averages, gather
from customer_grading.facts.exposure import exposure
from customer_grading.facts.payments import payments
from customer_grading.facts.position import account
from customer_grading.facts.prepaid import prepaid
from customer_grading.facts.sales import sales
from customer_grading.facts.selection import Selection
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import LAST_DAY, POLICY, TODAY, FactsTestCase, day, receivable

SEED = 20261120
BUYERS = 4
DEEDS = 9
"""So many things each of them does."""


class Life:
	"""One customer who does things at random, on days that go forward."""

	def __init__(self, buyer: str, dice: random.Random) -> None:
		self.buyer, self.dice = buyer, dice
		self.today = day(1, 5)
		self.invoices: list[make.Document] = []
		self.orders: list[make.Document] = []
		self.deliveries: list[make.Document] = []

	def go_on(self, days: int = 25) -> date:
		self.today += timedelta(self.dice.randint(1, days))
		return self.today

	def amount(self) -> float:
		return self.dice.randint(100, 99_999) / 10

	def buy(self) -> None:
		on = self.go_on()
		due = on + timedelta(self.dice.randint(0, 40))
		self.invoices.append(make.invoice(self.buyer, self.amount(), on, due))

	def buy_in_parts(self) -> None:
		on = self.go_on()
		first, second = on + timedelta(self.dice.randint(0, 20)), on + timedelta(self.dice.randint(21, 60))
		self.invoices.append(make.invoice(self.buyer, self.amount(), on, [(first, 30), (second, 70)]))

	def order(self) -> None:
		values = {"qty": 8, "taxes": make.taxes(make.first_company(), 10)}
		self.orders.append(make.order(self.buyer, self.amount(), self.go_on(), **values))
		if self.dice.random() < 1 / 3:
			make.payment(self.orders[-1], self.go_on(5), 50)

	def bill_order(self) -> None:
		if self.orders:
			part = self.dice.choice((0.25, 0.5, 1))
			billed = make.invoice_of_order(self.orders.pop(), self.go_on(), part, advances=True)
			self.invoices.append(billed)

	def put_order_aside(self) -> None:
		if self.orders:
			self.orders.pop().update_status(self.dice.choice(("On Hold", "Closed")))

	def deliver(self) -> None:
		self.deliveries.append(make.delivery(self.buyer, self.amount(), self.go_on(), qty=4))

	def bill_delivery(self) -> None:
		if self.deliveries:
			billed = make.invoice_of_delivery(self.deliveries.pop(), self.go_on(), self.dice.choice((0.5, 1)))
			self.invoices.append(billed)

	def pay(self) -> None:
		if self.invoices:
			paid = self.dice.choice(self.invoices).reload()
			amount = round(paid.outstanding_amount * self.dice.choice((0.3, 1)), 2)
			if amount > 0:
				done = make.payment(paid, self.go_on(), amount)
				if self.dice.random() < 1 / 6:
					done.cancel()

	def return_goods(self) -> None:
		if self.invoices:
			returned = self.invoices.pop().reload()
			make.credit_note(returned, self.go_on(), self.dice.choice((0.1, 0.4)))

	def leave_money(self) -> None:
		make.money_on_account(self.buyer, self.amount(), self.go_on())

	def owe_by_journal(self) -> None:
		make.journal(self.buyer, self.dice.choice((-1, 1)) * self.amount(), self.go_on())

	def complain(self) -> None:
		make.standalone_credit_note(self.buyer, 12.5, self.go_on())

	def deeds(self) -> tuple[Callable[[], None], ...]:
		often = (self.buy, self.buy_in_parts, self.order, self.bill_order, self.pay, self.pay)
		seldom = (self.put_order_aside, self.deliver, self.bill_delivery, self.return_goods)
		return (*often, *seldom, self.leave_money, self.owe_by_journal, self.complain)

	def live(self) -> None:
		self.buy()
		for _ in range(DEEDS):
			self.dice.choice(self.deeds())()


class TestBooks(FactsTestCase):
	def book(self) -> list[str]:
		dice = random.Random(SEED)  # noqa: S311  (a book, not a secret)
		buyers = [make.customer() for _ in range(BUYERS)]
		for buyer in buyers:
			Life(buyer, dice).live()
		return buyers

	def test_the_facts_of_a_book_are_those_of_erpnext(self) -> None:
		buyers = self.book()
		for buyer in buyers:
			self.assert_as_erpnext(buyer)
			self.assert_arrears_as_erpnext(buyer)
			self.assert_on_account_as_erpnext(buyer)
			make.reconcile(buyer)
			self.assert_as_erpnext(buyer)
			self.assert_arrears_as_erpnext(buyer)
			self.assert_on_account_as_erpnext(buyer)
		self.assert_one_as_all(buyers)

	def assert_arrears_as_erpnext(self, buyer: str) -> None:
		"""On the last day all is due: arrears are what invoices, debts and money for no order leave open."""
		returned = {}
		rows = receivable(buyer, self.company, LAST_DAY)
		for row in rows:
			original = make.returned(row["voucher_no"])
			if original:
				returned[original] = returned.get(original, 0) - row["outstanding"]
		opened = [
			max(0, row["outstanding"] - returned.get(row["voucher_no"], 0))
			for row in rows
			if row["voucher_type"] in ("Sales Invoice", "Journal Entry")
		]
		free = account(buyer, self.company, LAST_DAY).unbound
		arrears = float(self.paid(buyer, LAST_DAY).arrears)
		self.assertAlmostEqual(arrears, max(0, sum(opened) - float(free)), places=2)

	def assert_on_account_as_erpnext(self, buyer: str) -> None:
		rows = receivable(buyer, self.company, LAST_DAY)
		opened = [
			-row["outstanding"]
			for row in rows
			if row["outstanding"] < 0 and row["voucher_type"] in ("Payment Entry", "Journal Entry")
		]
		ours = prepaid(Selection.of(buyer)).get(buyer, {}).get(self.company, 0)
		self.assertAlmostEqual(float(ours), sum(opened), places=2)

	def assert_one_as_all(self, buyers: list[str]) -> None:
		"""One customer's facts are the same whoever else is asked for."""
		means, worth = Averages(Decimal(1000), Decimal(500)), {self.company: Decimal(1)}
		ends = min(buyers, key=str.casefold), max(buyers, key=str.casefold)
		for find in (
			exposure,
			prepaid,
			lambda selection: sales(selection, TODAY, POLICY),
			lambda selection: payments(selection, TODAY, POLICY.tier),
			lambda selection: gather(selection, TODAY, POLICY, means, worth),
		):
			everyone, some = find(Selection.everyone()), find(Selection.between(*ends))
			for buyer in buyers:
				alone = find(Selection.of(buyer)).get(buyer)
				self.assertEqual(alone, everyone.get(buyer))
				self.assertEqual(alone, some.get(buyer))
