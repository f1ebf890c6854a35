from collections.abc import Sequence
from datetime import date, timedelta

import frappe
from click.testing import CliRunner
from frappe.query_builder.functions import Count
from frappe.utils import getdate, nowdate
from frappe.utils.global_search import sync_global_search

from customer_grading.commands import commands
from customer_grading.gate.mode import mode_of
from customer_grading.setup.demo.book import BUYERS
from customer_grading.setup.demo.clock import on_day
from customer_grading.setup.demo.making import make
from customer_grading.setup.demo.masters import DemoError, leaf, user_of
from customer_grading.setup.demo.record import numbers, recorded
from customer_grading.setup.demo.removal import InUseError, remove
from customer_grading.setup.demo.story import WAYS, sales, talks
from customer_grading.setup.demo.words import GOODS, OFFICE, PEOPLE, STAFF, Words
from customer_grading.tests.base import SiteTestCase

CUSTOMERS, MONTHS = 3, 4
UNCOUNTED = {"tabError Log", "tabScheduled Job Log", "tabScheduled Job Type", "__global_search"}
"""What a site writes by itself, some of it late; of the search index the demo's own rows are counted."""
TODAY = date(2026, 11, 20)


def counts() -> dict[str, int]:
	"""The rows of each table of the site."""
	sync_global_search()
	tables = set(frappe.db.get_tables(cached=False)) - UNCOUNTED
	return {
		name: frappe.qb.from_(frappe.qb.Table(name)).select(Count("*")).run()[0][0] for name in sorted(tables)
	}


def owned(doctype: str, *users: str) -> list[str]:
	return frappe.get_all(doctype, filters={"owner": ("in", users)}, pluck="name")


class TestDemo(SiteTestCase):
	"""The demo commits, so these tests remove what they make by the product's own removal."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.set_user("Administrator")
		remove()
		cls.before, cls.numbers = counts(), numbers()
		cls.company = frappe.db.get_single_value("Global Defaults", "default_company")
		cls.sales_of_month = frappe.db.get_value("Company", cls.company, "total_monthly_sales")
		cls.made = make(CUSTOMERS, MONTHS, force=True)
		cls.users = [user_of(person) for person in PEOPLE]
		cls.customers = owned("Customer", *cls.users)

	@classmethod
	def tearDownClass(cls) -> None:
		frappe.set_user("Administrator")
		remove()
		super().tearDownClass()

	def tearDown(self) -> None:
		frappe.set_user("Administrator")
		super().tearDown()

	def test_a_demo_is_made_of_submitted_documents(self) -> None:
		self.assertEqual(len(self.customers), CUSTOMERS)
		for kind in ("Sales Order", "Sales Invoice", "Payment Entry"):
			names = owned(kind, *self.users)
			self.assertEqual(self.made[kind], len(names))
			self.assertGreater(len(names), 3)
			self.assertFalse(frappe.get_all(kind, {"name": ("in", names), "docstatus": ("!=", 1)}), kind)

	def test_documents_are_filed_on_the_day_that_they_are_dated(self) -> None:
		orders = frappe.get_all(
			"Sales Order",
			{"owner": ("in", self.users)},
			["transaction_date", "creation"],
			order_by="creation",
		)
		self.assertLess(orders[0].transaction_date, getdate(nowdate()) - timedelta(days=80))
		self.assertEqual(
			[each.transaction_date for each in orders], [getdate(each.creation) for each in orders]
		)

	def test_customers_are_graded_and_some_proposals_wait(self) -> None:
		fields = ["customer_grade", "value_class", "credit_tier", "relationship_status", "next_follow_up"]
		for customer in frappe.get_all("Customer", {"name": ("in", self.customers)}, fields):
			self.assertTrue(customer.customer_grade and customer.value_class and customer.next_follow_up)
			self.assertEqual(customer.relationship_status, "Active")
		self.assertTrue(frappe.get_all("Customer", {"name": ("in", self.customers), "credit_tier": "D"}))
		self.assertTrue(
			frappe.get_all("Grade Proposal", {"status": "Open", "customer": ("in", self.customers)})
		)
		self.assertTrue(
			frappe.get_all("Grade Proposal", {"status": "Applied", "customer": ("in", self.customers)})
		)

	def test_the_order_desk_has_noted_what_it_would_have_decided_and_enforces_again(self) -> None:
		noted = frappe.get_all("Credit Decision", {"customer": ("in", self.customers)}, ["mode", "outcome"])
		self.assertEqual({each.mode for each in noted}, {"Shadow"})
		self.assertIn("Refuse", {each.outcome for each in noted})
		self.assertEqual(mode_of(self.company), "Enforce")

	def test_the_staff_can_log_in_once_they_have_a_password_and_the_office_never(self) -> None:
		self.assertFalse(frappe.db.get_value("User", user_of(OFFICE), "enabled"))
		for person in STAFF:
			self.assertTrue(frappe.db.get_value("User", user_of(person), "enabled"))

	def test_it_is_not_made_twice(self) -> None:
		with self.assertRaises(DemoError) as refusal:
			make(force=True)
		self.assertIn("is there already", str(refusal.exception))

	def test_removal_stops_where_others_depend_on_the_demo_and_takes_what_was_tried_out(self) -> None:
		tried = frappe.get_doc(
			{
				"doctype": "Comment",
				"comment_type": "Comment",
				"reference_doctype": "Customer",
				"reference_name": self.customers[0],
				"content": "Looks real",
			}
		).insert()
		price = {"doctype": "Item Price", "item_code": GOODS[0].code, "price_list_rate": 1}
		price["price_list"] = frappe.get_all("Price List", {"selling": 1}, pluck="name")[0]
		real = frappe.get_doc({**price, "valid_from": "2001-01-01"}).insert()
		frappe.db.commit()
		with self.assertRaises(InUseError) as refusal:
			remove()
		self.assertIn(f"Item Price {real.name} uses {GOODS[0].code}.", str(refusal.exception))
		self.assertTrue(frappe.db.exists("Comment", tried.name))
		# `delete` would leave a line in the timeline of the price, and the counts of this class would differ.
		sync_global_search()
		for table in ("Item Price", "__global_search"):
			frappe.db.delete(table, {"name": real.name})
		frappe.db.commit()

	def test_z_nothing_is_left_when_it_is_removed(self) -> None:
		self.assertGreater(remove(), 100)
		after = counts()
		changed = {table for table in self.before | after if self.before.get(table) != after.get(table)}
		self.assertEqual({table: (self.before.get(table), after.get(table)) for table in changed}, {})
		self.assertEqual(frappe.db.count("__global_search", {"name": ("in", self.customers)}), 0)
		self.assertEqual(numbers(), self.numbers)
		self.assertIsNone(recorded())
		now = frappe.db.get_value("Company", self.company, "total_monthly_sales")
		self.assertEqual(now, self.sales_of_month)
		self.assertEqual(remove(), 0)


class TestRefusals(SiteTestCase):
	"""Where no demo is made."""

	def setUp(self) -> None:
		super().setUp()
		frappe.set_user("Administrator")

	def tearDown(self) -> None:
		frappe.db.rollback()
		super().tearDown()

	def test_a_site_with_real_transactions_is_refused_by_name(self) -> None:
		entry = frappe.new_doc("GL Entry", name="real-entry", is_cancelled=0)
		entry.db_insert()
		with self.assertRaises(DemoError) as refusal:
			make()
		self.assertIn("has real transactions", str(refusal.exception))
		self.assertIn("--force", str(refusal.exception))

	def test_what_fails_half_way_is_taken_back_and_what_was_there_before_stays(self) -> None:
		company = frappe.db.get_single_value("Global Defaults", "default_company")
		for goods in GOODS:
			real = {
				"doctype": "Item",
				"item_code": goods.code,
				"item_group": leaf("Item Group"),
				"disabled": 1,
			}
			frappe.get_doc({**real, "stock_uom": "Nos", "is_stock_item": 0}).insert()
		frappe.db.commit()
		before = counts()
		with self.assertRaises(frappe.ValidationError) as failure:
			make(2, 3, force=True)
		self.assertRegex(str(failure.exception), "CGD-.* is disabled")
		after = counts()
		self.assertEqual({name: after[name] for name in before if after[name] != before[name]}, {})
		self.assertEqual(mode_of(company), "Enforce")
		for goods in GOODS:
			frappe.delete_doc("Item", goods.code, force=True, delete_permanently=True)
		frappe.db.commit()

	def test_a_site_without_company_is_told_to_complete_the_wizard(self) -> None:
		frappe.db.set_single_value("Global Defaults", "default_company", None)
		with self.assertRaises(DemoError) as refusal:
			make(force=True)
		self.assertIn("setup wizard", str(refusal.exception))


class TestStory(SiteTestCase):
	"""What happens is planned without a site."""

	def test_the_command_knows_how_many_customers_there_are(self) -> None:
		result = CliRunner().invoke(commands[0], ["--help"])
		self.assertIn(f"2<=x<={len(BUYERS)}", result.output)
		self.assertIn("--remove", result.output)

	def all_sales(self) -> Sequence:
		return [(buyer, sales(buyer, TODAY, 24, 1)) for buyer in BUYERS]

	def test_every_way_to_pay_occurs(self) -> None:
		ways = {sale.way for _, found in self.all_sales() for sale in found}
		self.assertEqual(ways, set(WAYS))

	def test_the_same_day_tells_the_same_story(self) -> None:
		self.assertEqual(self.all_sales(), self.all_sales())
		self.assertEqual(
			[talks(each, TODAY, 24) for each in BUYERS], [talks(each, TODAY, 24) for each in BUYERS]
		)

	def test_prices_follow_the_currency(self) -> None:
		dollars, yen = (sales(BUYERS[0], TODAY, 24, scale)[0].lines for scale in (1, 100))
		self.assertEqual([(code, count, 100 * price) for code, count, price in dollars], list(yen))

	def test_who_pays_late_but_pays_owes_nothing_that_is_past_due_today(self) -> None:
		for buyer, found in self.all_sales():
			for sale in found:
				if sale.way in "oepLlh" and sale.due < TODAY - timedelta(days=2):
					self.assertLess(max(each.day for each in sale.payments), TODAY, buyer.name.en)

	def test_names_are_in_the_language_of_the_site(self) -> None:
		words = Words("Pump", "泵")
		for language, text in (("en", "Pump"), ("zh", "泵"), ("zh-TW", "泵"), ("de", "Pump")):
			frappe.db.set_single_value("System Settings", "language", language)
			self.assertEqual(str(words), text)
		frappe.db.rollback()

	def test_a_past_day_is_today_only_within_its_block(self) -> None:
		real = nowdate()
		with on_day(date(2020, 2, 29)):
			self.assertEqual(nowdate(), "2020-02-29")
		self.assertEqual(nowdate(), real)
