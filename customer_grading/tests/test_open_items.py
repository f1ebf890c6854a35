"""The copy of what is open follows ERPNext's documents, whatever happens to them."""

import frappe
from frappe.model.document import Document as FrappeDocument

from customer_grading.facts import changed
from customer_grading.facts.changed import Document
from customer_grading.facts.open_item_copy import stored_of_customers
from customer_grading.facts.selection import Selection
from customer_grading.gate.open_items import fill_customers, rebuild, selections, settle, settle_safely
from customer_grading.tests import factories as make
from customer_grading.tests.facts_case import day
from customer_grading.tests.position_case import DELIVERIES, LEDGER, ORDERS, PositionCase


def delete_with_ledgers(cancelled: FrappeDocument) -> None:
	"""Delete a cancelled document as a company does that wants its ledgers to forget it."""
	frappe.db.set_single_value("Accounts Settings", "delete_linked_ledger_entries", 1)
	frappe.delete_doc(cancelled.doctype, cancelled.name)


class TestLedger(PositionCase):
	"""Invoices, payments, credit notes and journal entries."""

	def test_an_invoice_is_open_until_it_is_paid(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(5, 1))
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 1000})
		make.payment(sold, day(5, 9), 300)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 700})
		make.payment(sold, day(5, 10))
		self.step()
		self.assertEqual(stored_of_customers(Selection.of(self.buyer)), {})

	def test_a_cancelled_payment_opens_its_invoice_again(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(5, 1))
		paid = make.payment(sold, day(5, 9))
		self.step()
		paid.cancel()
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 1000})
		delete_with_ledgers(paid)
		self.step()

	def test_an_invoice_that_is_cancelled_frees_what_paid_it(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(5, 1))
		make.payment(sold, day(5, 9), 400)
		self.step()
		sold.reload().cancel()
		self.step()
		self.assertEqual(self.parts(), {LEDGER: -400})
		self.assertEqual(self.position().on_account, 400)
		delete_with_ledgers(sold)
		self.step()

	def test_an_invoice_that_is_cancelled_without_validation_frees_what_paid_it_too(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(5, 1))
		make.payment(sold, day(5, 9), 400)
		make.journal(self.buyer, -70, day(5, 9), against=sold)
		self.step()
		sold.reload().flags.ignore_validate = True
		sold.cancel()
		self.step()
		self.assertEqual(self.position().on_account, 470)

	def test_a_cancelled_invoice_frees_the_advance_that_it_used(self) -> None:
		ordered = make.order(self.buyer, 500, day(5, 1))
		make.payment(ordered, day(5, 2), 200)
		sold = make.invoice_of_order(ordered, day(5, 3), advances=True)
		self.step()
		sold.reload().flags.ignore_validate = True
		sold.cancel()
		self.step()
		self.assertEqual(self.parts(), {LEDGER: -200, ORDERS: 500})

	def test_a_payment_of_several_invoices_and_money_left_over(self) -> None:
		one, two = (make.invoice(self.buyer, amount, day(5, 1)) for amount in (100, 200))
		paid = make.payment_of_many([one, two], day(5, 2), [100, 50])
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 150})
		paid.cancel()
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 300})

	def test_reconciling_uses_money_up_and_taking_it_away_gives_it_back(self) -> None:
		sold = make.invoice(self.buyer, 300, day(5, 1))
		money = make.money_on_account(self.buyer, 500, day(5, 2))
		self.step()
		self.assertEqual(self.position().on_account, 500)
		make.reconcile(self.buyer)
		self.step()
		self.assertEqual(self.position().on_account, 200)
		make.unreconcile(money.reload(), sold)
		self.step()
		self.assertEqual(self.position().on_account, 500)

	def test_money_that_reconciling_uses_up_altogether_is_gone(self) -> None:
		make.invoice(self.buyer, 300, day(5, 1))
		make.money_on_account(self.buyer, 300, day(5, 2))
		self.step()
		make.reconcile(self.buyer)
		self.step()
		self.assertEqual(stored_of_customers(Selection.of(self.buyer)), {})

	def test_a_journal_entry_that_is_reconciled_and_taken_away_again(self) -> None:
		sold = make.invoice(self.buyer, 300, day(5, 1))
		credit = make.journal(self.buyer, -120, day(5, 2))
		self.step()
		make.reconcile(self.buyer)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 180})
		make.unreconcile(credit.reload(), sold)
		self.step()
		credit.reload().cancel()
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 300})

	def test_a_debt_by_journal_entry_is_overdue_until_it_is_paid(self) -> None:
		debt = make.journal(self.buyer, 90, day(5, 1))
		self.step()
		self.assertEqual([line.document for line in self.position().overdue], [debt.name])
		make.journal(self.buyer, -90, day(5, 3), against=debt)
		self.step()
		self.assertEqual(self.position().overdue, ())

	def test_a_journal_entry_between_two_customers_moves_a_debt(self) -> None:
		other = make.customer()
		account = frappe.get_cached_value("Company", self.company, "default_receivable_account")
		rows = [
			{"account": account, "party_type": "Customer", "party": buyer, side: 70}
			for buyer, side in (
				(self.buyer, "debit_in_account_currency"),
				(other, "credit_in_account_currency"),
			)
		]
		values = {"company": self.company, "posting_date": day(5, 1), "accounts": rows}
		moved = make.submit(frappe.get_doc({"doctype": "Journal Entry", **values}))
		self.step(self.buyer, other)
		self.assertEqual((self.parts(), self.parts(other)), ({LEDGER: 70}, {LEDGER: -70}))
		moved.cancel()
		self.step(self.buyer, other)

	def test_a_credit_note_lowers_its_invoice_or_is_open_by_itself(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(5, 1), [(day(6, 1), 50), (day(7, 1), 50)])
		make.payment(sold, day(5, 2), 200)
		self.step()
		note = make.credit_note(sold, day(5, 3), part=0.3)
		self.step()
		note.cancel()
		self.step()
		make.credit_note(sold, day(5, 4), part=0.4, for_self=True)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 400})
		[line] = self.position().overdue
		self.assertEqual((line.document, line.amount), (sold.name, 400))
		make.reconcile(self.buyer)
		self.step()

	def test_a_credit_note_that_names_no_invoice_is_no_money(self) -> None:
		note = make.standalone_credit_note(self.buyer, 80, day(5, 1))
		self.step()
		self.assertEqual((self.parts(), self.position().on_account), ({LEDGER: -80}, 0))
		note.cancel()
		self.step()

	def test_a_write_off_and_a_refund(self) -> None:
		sold = make.invoice(self.buyer, 1000, day(5, 1), [(day(6, 1), 50), (day(7, 1), 50)])
		make.journal(self.buyer, -600, day(5, 3), against=sold, kind="Write Off Entry")
		self.step()
		make.money_on_account(self.buyer, 50, day(5, 4))
		make.refund(self.buyer, 20, day(5, 5))
		self.step()
		self.assertEqual(self.position().on_account, 30)

	def test_money_at_the_till_leaves_nothing_open(self) -> None:
		sold = make.sale_at_the_till(self.buyer, 100, day(5, 1))
		self.step()
		self.assertEqual(stored_of_customers(Selection.of(self.buyer)), {})
		sold.cancel()
		self.step()

	def test_a_disputed_invoice_is_not_overdue_and_an_opening_one_is(self) -> None:
		disputed = make.invoice(self.buyer, 100, day(5, 1))
		make.opening_invoice(self.buyer, 40, day(5, 1))
		frappe.db.set_value("Sales Invoice", disputed.name, "is_disputed", 1)
		self.step()
		self.assertEqual([line.amount for line in self.position().overdue], [40])

	def test_the_ledger_is_posted_anew(self) -> None:
		allowed = frappe.get_doc("Repost Accounting Ledger Settings")
		allowed.allowed_types = []
		for doctype in ("Sales Invoice", "Payment Entry"):
			allowed.append("allowed_types", {"document_type": doctype, "allowed": 1})
		allowed.save()
		sold = make.invoice(self.buyer, 300, day(5, 1))
		paid = make.payment(sold, day(5, 2), 100)
		for delete in (0, 1):
			posting = frappe.new_doc("Repost Accounting Ledger", company=self.company)
			posting.delete_cancelled_entries = delete
			for doc in (sold, paid):
				posting.append("vouchers", {"voucher_type": doc.doctype, "voucher_no": doc.name})
			make.submit(posting)
			self.step()
			self.assertEqual(self.parts(), {LEDGER: 200})

	def test_the_payment_ledger_is_posted_anew(self) -> None:
		from erpnext.accounts.doctype.repost_payment_ledger.repost_payment_ledger import (  # noqa: PLC0415  (only here)
			start_payment_ledger_repost,
		)

		sold = make.invoice(self.buyer, 300, day(5, 1))
		paid = make.payment(sold, day(5, 2), 100)
		posting = frappe.new_doc("Repost Payment Ledger", company=self.company, posting_date=day(5, 1))
		posting.add_manually = 1
		for doc in (sold, paid):
			posting.append("repost_vouchers", {"voucher_type": doc.doctype, "voucher_no": doc.name})
		make.submit(posting)
		start_payment_ledger_repost(posting.name)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 200})


class TestCurrencies(PositionCase):
	"""Amounts in company currency at the rates at which ERPNext posted them."""

	def test_a_foreign_invoice_its_payment_at_another_rate_and_the_gain(self) -> None:
		buyer = make.foreign_customer("EUR")
		make.bank_account("EUR", self.company)
		sold = make.invoice(buyer, 100, day(5, 1), conversion_rate=1.25)
		self.step(buyer)
		self.assertEqual(self.parts(buyer), {LEDGER: 125})
		paid = make.foreign_payment(sold, day(5, 9), 40, 1.5)
		self.step(buyer)
		rest = make.foreign_payment(sold.reload(), day(5, 10), 60, 1.1)
		self.step(buyer)
		self.assertEqual(self.parts(buyer), {})
		paid.reload().cancel()
		self.step(buyer)
		make.unreconcile(rest.reload(), sold)
		self.step(buyer)

	def test_a_revaluation_moves_the_exposure_and_owes_nothing(self) -> None:
		buyer = make.foreign_customer("EUR")
		make.invoice(buyer, 100, day(5, 1), conversion_rate=1.25)
		account = make.receivable_account("EUR", self.company)
		make.revalue(buyer, account, 15, day(5, 31))
		self.step(buyer)
		self.assertEqual(self.parts(buyer), {LEDGER: 140})

	def test_an_order_in_another_currency_and_its_advance(self) -> None:
		buyer = make.foreign_customer("EUR")
		make.bank_account("EUR", self.company)
		ordered = make.order(buyer, 100, day(5, 1), conversion_rate=1.5)
		make.foreign_payment(ordered, day(5, 2), 40, 1.4)
		self.step(buyer)
		self.assertEqual(self.parts(buyer), {LEDGER: -56, ORDERS: 150})
		self.assertEqual([order.paid for order in self.position(buyer).orders], [56])

	def test_foreign_goods_count_at_the_rate_of_their_note(self) -> None:
		buyer = make.foreign_customer("EUR")
		delivered = make.delivery(buyer, 100, day(5, 1), qty=10, conversion_rate=1.5)
		self.step(buyer, is_as_erpnext=False)
		make.invoice_of_delivery(delivered, day(5, 2), 0.4)
		self.step(buyer, is_as_erpnext=False)
		self.assertEqual(self.parts(buyer)[DELIVERIES], 90)

	def test_each_company_has_an_account_of_its_own(self) -> None:
		other = make.SECOND_COMPANY
		make.invoice(self.buyer, 70, day(5, 1), company=other, currency="EUR")
		make.order(self.buyer, 50, day(5, 1))
		self.step()
		self.step(company=other)
		self.assertEqual(self.parts(), {ORDERS: 50})


class TestOrders(PositionCase):
	"""What of an order is not billed, not delivered, and paid in advance."""

	def test_an_order_is_open_until_it_is_billed(self) -> None:
		ordered = make.order(self.buyer, 1000, day(5, 1), qty=10, taxes=make.taxes(self.company, 10))
		self.step()
		self.assertEqual(self.parts(), {ORDERS: 1100})
		sold = make.invoice_of_order(ordered, day(5, 2), 0.4)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 440, ORDERS: 660})
		make.invoice_of_order(ordered, day(5, 3))
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 1100})
		sold.reload().cancel()
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 660, ORDERS: 440})

	def test_it_is_held_closed_opened_again_cancelled_and_deleted(self) -> None:
		ordered = make.order(self.buyer, 100, day(5, 1))
		for status, expected in (("On Hold", 100), ("Closed", 0), ("Draft", 100)):
			ordered.update_status(status)
			self.step()
			self.assertEqual(self.parts().get(ORDERS, 0), expected)
		ordered.reload().cancel()
		self.step()
		ordered.delete()
		self.step()

	def test_update_items_raises_and_lowers_it(self) -> None:
		ordered = make.order(self.buyer, 100, day(5, 1), qty=10)
		make.update_items(ordered, 20, 10)
		self.step()
		self.assertEqual(self.parts(), {ORDERS: 200})
		make.invoice_of_order(ordered.reload(), day(5, 2), 0.5)
		make.update_items(ordered.reload(), 10, 10)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 100})

	def test_a_credit_note_reopens_an_order_if_it_is_told_to(self) -> None:
		ordered = make.order(self.buyer, 100, day(5, 1))
		sold = make.invoice_of_order(ordered, day(5, 2))
		self.step()
		make.credit_note(sold, day(5, 3), reopens_order=True)
		self.step()
		self.assertEqual(self.parts().get(ORDERS), 100)

	def test_goods_that_left_unbilled_are_told(self) -> None:
		ordered = make.order(self.buyer, 1000, day(5, 1), qty=10, taxes=make.taxes(self.company, 10))
		delivered = make.delivery_of_order(ordered, day(5, 2), 0.4)
		self.step()
		self.assertEqual(self.position().delivered_of(ordered.name), 440)
		make.invoice_of_order(ordered, day(5, 3), 0.3)
		self.step()
		self.assertEqual(self.position().delivered_of(ordered.name), 110)
		delivered.reload().cancel()
		self.step()
		self.assertEqual(self.position().delivered_of(ordered.name), 0)

	def test_an_advance_belongs_to_its_order_until_an_invoice_uses_it_up(self) -> None:
		ordered = make.order(self.buyer, 500, day(5, 1))
		make.payment(ordered, day(5, 2), 200)
		self.step()
		self.assertEqual(self.cover(ordered.name), 200)
		make.invoice_of_order(ordered, day(5, 3), advances=True)
		self.step()
		self.assertEqual((self.parts(), self.position().on_account), ({LEDGER: 300}, 0))

	def test_an_advance_by_journal_entry_belongs_to_its_order(self) -> None:
		ordered = make.order(self.buyer, 500, day(5, 1))
		paid = make.journal_for_order(ordered, 200, day(5, 2))
		self.step()
		self.assertEqual([order.paid for order in self.position().orders], [200])
		paid.cancel()
		self.step()
		self.assertEqual([order.paid for order in self.position().orders], [0])

	def test_an_advance_that_is_cancelled_or_taken_away_covers_no_more(self) -> None:
		ordered = make.order(self.buyer, 500, day(5, 1))
		one, two = make.payment(ordered, day(5, 2), 200), make.payment(ordered, day(5, 2), 100)
		self.step()
		self.assertEqual([order.paid for order in self.position().orders], [300])
		one.reload().cancel()
		self.step()
		make.unreconcile(two.reload(), ordered)
		self.step()
		self.assertEqual([order.paid for order in self.position().orders], [0])
		self.assertEqual(self.position().on_account, 100)

	def test_advances_in_an_account_of_their_own(self) -> None:
		make.book_advances_apart(self.company)
		ordered = make.order(self.buyer, 500, day(5, 1))
		paid = make.payment(ordered, day(5, 2), 200)
		self.step()
		self.assertEqual(self.cover(ordered.name), 200)
		sold = make.invoice_of_order(ordered, day(5, 3))
		make.reconcile(self.buyer)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 300})
		make.unreconcile(paid.reload(), sold)
		self.step()
		self.assertEqual(self.position().on_account, 200)
		paid.reload().cancel()
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 500})

	def test_cancelling_an_order_leaves_its_advance_as_money_on_account(self) -> None:
		ordered = make.order(self.buyer, 500, day(5, 1))
		make.payment(ordered, day(5, 2), 200)
		ordered.reload().cancel()
		self.step()
		self.assertEqual((self.parts(), self.cover()), ({LEDGER: -200}, 200))


class TestDeliveries(PositionCase):
	"""Goods that left without an order."""

	def test_they_count_until_they_are_billed(self) -> None:
		delivered = make.delivery(self.buyer, 80, day(5, 1), qty=8, taxes=make.taxes(self.company, 25))
		self.step()
		self.assertEqual(self.parts(), {DELIVERIES: 100})
		sold = make.invoice_of_delivery(delivered, day(5, 2), 0.5)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 50, DELIVERIES: 50})
		sold.cancel()
		self.step()
		self.assertEqual(self.parts(), {DELIVERIES: 100})

	def test_a_closed_opened_and_cancelled_note(self) -> None:
		delivered = make.delivery(self.buyer, 80, day(5, 1))
		for status, expected in (("Closed", {}), ("Draft", {DELIVERIES: 80})):
			delivered.update_status(status)
			self.step()
			self.assertEqual(self.parts(), expected)
		delivered.reload().cancel()
		self.step()

	def test_those_of_an_order_at_unit_prices_count_until_the_order_is_billed(self) -> None:
		ordered = make.order_at_unit_price(self.buyer, 10, day(5, 1))
		make.delivery_of_pieces(ordered, 8, day(5, 2))
		self.step(is_as_erpnext=False)
		self.assertEqual((self.parts(), self.position().owed), ({DELIVERIES: 80}, 80))
		make.invoice_of_pieces(ordered, 6, day(5, 3))
		self.step(is_as_erpnext=False)
		self.assertEqual(self.parts(), {LEDGER: 60, DELIVERIES: 20})
		make.invoice_of_pieces(ordered, 2, day(5, 4))
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 80})

	def test_those_of_an_order_at_unit_prices_count_until_the_note_is_billed(self) -> None:
		ordered = make.order_at_unit_price(self.buyer, 10, day(5, 1))
		delivered = make.delivery_of_pieces(ordered, 8, day(5, 2))
		make.invoice_of_delivery(delivered, day(5, 3), 0.25)
		self.step(is_as_erpnext=False)
		self.assertEqual(self.parts(), {LEDGER: 20, DELIVERIES: 60})

	def test_they_take_of_the_money_on_account_before_any_new_order(self) -> None:
		make.money_on_account(self.buyer, 100, day(5, 1))
		make.delivery(self.buyer, 80, day(5, 2))
		self.assertEqual(self.cover(), 20)


class TestCustomers(PositionCase):
	"""Customers that are renamed, merged and deleted."""

	def test_a_renamed_customer_keeps_what_is_open(self) -> None:
		sold = make.invoice(self.buyer, 100, day(5, 1))
		make.order(self.buyer, 30, day(5, 1))
		self.step()
		new = frappe.rename_doc("Customer", self.buyer, f"{self.buyer} New", force=True)
		self.step(new)
		self.assertEqual(self.parts(new), {LEDGER: 100, ORDERS: 30})
		self.assertEqual(stored_of_customers(Selection.of(self.buyer)), {})
		make.payment(sold.reload(), day(5, 2))
		self.step(new)
		self.assertEqual(frappe.db.count("Credit Account", {"customer": new}), 1)

	def test_merged_customers_have_one_account(self) -> None:
		other = make.customer()
		for buyer, amount in ((self.buyer, 100), (other, 30)):
			make.invoice(buyer, amount, day(5, 1))
			make.order(buyer, amount, day(5, 2))
		self.step(self.buyer, other)
		frappe.rename_doc("Customer", other, self.buyer, merge=True, force=True)
		self.step()
		self.assertEqual(self.parts(), {LEDGER: 130, ORDERS: 130})
		self.assertEqual(frappe.db.count("Credit Account", {"customer": self.buyer}), 1)

	def test_nothing_stays_of_a_customer_that_is_deleted(self) -> None:
		make.order(self.buyer, 30, day(5, 1)).cancel()
		settle()
		account = {"customer": self.buyer}
		frappe.db.set_value("Sales Order", account, "customer", make.customer())
		frappe.delete_doc("Customer", self.buyer)
		for doctype in ("Open Item", "Credit Account"):
			self.assertEqual(frappe.db.count(doctype, account), 0)


class TestCopy(PositionCase):
	"""How the copy is filled, compared and put right."""

	def book(self) -> None:
		"""One document of each kind."""
		make.invoice(self.buyer, 100, day(5, 1))
		make.order(self.buyer, 30, day(5, 1))
		make.delivery(self.buyer, 7, day(5, 1))

	def test_it_is_written_in_one_go_however_many_documents_are_noted(self) -> None:
		for _ in range(3):
			make.order(self.buyer, 30, day(5, 1))
		with self.assertQueryCount(8):
			settle()
		with self.assertQueryCount(0):
			settle()

	def test_putting_right_counts_what_was_wrong(self) -> None:
		self.book()
		settle()
		self.assertEqual(rebuild(Selection.of(self.buyer)), 0)
		mine = {"customer": self.buyer}
		frappe.db.delete("Open Item", {**mine, "kind": LEDGER})
		frappe.db.set_value("Open Item", {**mine, "kind": ORDERS}, "amount", 5)
		self.assertEqual(rebuild(Selection.of(self.buyer)), 2)
		self.step()

	def test_what_is_not_open_any_more_is_removed(self) -> None:
		self.book()
		settle()
		frappe.db.set_value("Sales Order", {"customer": self.buyer}, "status", "Closed")
		self.assertEqual(rebuild(Selection.of(self.buyer)), 1)
		self.step()

	def test_a_site_is_filled_with_what_is_open_and_nothing_is_overwritten(self) -> None:
		self.book()
		settle()
		frappe.db.delete("Open Item", {"customer": self.buyer, "kind": ORDERS})
		frappe.db.set_value("Open Item", {"customer": self.buyer, "kind": LEDGER}, "amount", 5)
		fill_customers(Selection.of(self.buyer))
		self.assertEqual(self.parts(), {LEDGER: 5, ORDERS: 30, DELIVERIES: 7})

	def test_all_customers_are_in_one_of_the_parts(self) -> None:
		parts = list(selections())
		table = frappe.qb.DocType("Customer")
		for name in frappe.get_all("Customer", pluck="name"):
			query = frappe.qb.from_(table).select(table.name).where(table.name == name)
			self.assertEqual(sum(len(query.where(part.among(table.name)).run()) for part in parts), 1)

	def test_a_failure_of_the_copy_does_not_lose_the_document_and_is_told(self) -> None:
		ordered = make.order(self.buyer, 30, day(5, 1))
		changed.documents().add(Document(LEDGER, "Sales Invoice", frozenset(("no name",))))
		told = {"method": "Customer Grading: open items could not be kept"}
		before = frappe.db.count("Error Log", told)
		settle_safely()
		self.assertEqual(frappe.db.count("Error Log", told), before + 1)
		self.assertTrue(frappe.db.exists("Sales Order", ordered.name))
		self.assertEqual(rebuild(Selection.of(self.buyer)), 1)
