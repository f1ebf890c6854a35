"""One open ToDo a customer at most: for whom, when, in which language, and when it is closed."""

from collections import Counter
from datetime import date
from typing import Any

import frappe
from frappe.utils import add_days, getdate, nowdate

from customer_grading.jobs import follow_ups
from customer_grading.records.responsible import my_team, myself, responsible
from customer_grading.records.todo import PREFIX, Due, ask, close
from customer_grading.tests import factories as make
from customer_grading.tests.base import CommittingTestCase, GradingTestCase, delete


def today() -> date:
	return getdate(nowdate())


def due_customer(days_ago: int = 0, **values: Any) -> str:
	"""A customer whose follow-up is due since some days."""
	grading = {name: values.pop(name) for name in ("customer_grade", "relationship_status") if name in values}
	name = make.customer(**values)
	day = add_days(nowdate(), -days_ago)
	frappe.db.set_value("Customer", name, {"next_follow_up": day, "customer_grade": "B", **grading})
	return name


def open_todos(customer: str) -> list[frappe._dict]:
	filters = {"reference_type": "Customer", "reference_name": customer, "status": "Open"}
	return frappe.get_all("ToDo", filters=filters, fields=["name", "allocated_to", "date", "description"])


def ask_all() -> Counter[str]:
	"""What one run of the job does, in one transaction."""
	counts: Counter[str] = Counter()
	if batch := follow_ups.due(today(), size=1000):
		follow_ups.ask_for(batch, counts)
	return counts


def due_names() -> set[str]:
	return {each.customer for each in follow_ups.due(today(), size=1000)}


class TestWhoIsDue(GradingTestCase):
	def test_customers_from_their_day_on(self) -> None:
		tomorrow, now, long_ago = due_customer(-1), due_customer(0), due_customer(400)
		never = make.customer()
		self.assertLessEqual({now, long_ago}, due_names())
		self.assertFalse({tomorrow, never} & due_names())

	def test_disabled_ones_are_left_alone(self) -> None:
		gone = due_customer()
		frappe.db.set_value("Customer", gone, "disabled", 1)
		self.assertNotIn(gone, due_names())

	def test_lost_ones_are_asked_for_unless_they_have_no_need_either(self) -> None:
		for status, grade, is_due in (
			("Lost", "E", False),
			("Lost", "D", True),
			("Inactive", "E", True),
			(None, None, True),
		):
			with self.subTest(status=status, grade=grade):
				name = due_customer(relationship_status=status, customer_grade=grade)
				self.assertEqual(name in due_names(), is_due)

	def test_nobody_is_asked_twice_while_a_todo_is_open(self) -> None:
		name = due_customer(account_manager=make.user("Sales User"))
		ask_all()
		self.assertNotIn(name, due_names())
		ask_all()
		self.assertEqual(len(open_todos(name)), 1)

	def test_a_todo_of_somebody_elses_making_does_not_count(self) -> None:
		name = due_customer(account_manager=make.user("Sales User"))
		make.insert("ToDo", description="Send a card", reference_type="Customer", reference_name=name)
		self.assertIn(name, due_names())

	def test_batches_follow_one_another_by_name(self) -> None:
		first, second = sorted([due_customer(), due_customer()])
		after = [each.customer for each in follow_ups.due(today(), first, size=1000)]
		self.assertNotIn(first, after)
		self.assertIn(second, after)
		self.assertEqual(len(follow_ups.due(today(), size=1)), 1)

	def test_whoever_was_followed_up_meanwhile_is_not_asked_for(self) -> None:
		name = due_customer(account_manager=make.user("Sales User"))
		batch = [each for each in follow_ups.due(today(), size=1000) if each.customer == name]
		make.follow_up(name, today())
		counts: Counter[str] = Counter()
		follow_ups.ask_for(batch, counts)
		self.assertEqual((open_todos(name), counts), ([], Counter()))


class TestWhoIsAsked(GradingTestCase):
	def team_of(self, *persons: str) -> list[dict[str, Any]]:
		share = 100 / len(persons)
		return [{"sales_person": person, "allocated_percentage": share} for person in persons]

	def test_the_account_manager_before_the_sales_team_before_the_role(self) -> None:
		manager, seller, fallback = (make.user("Sales User") for _ in range(3))
		role = make.insert("Role", role_name=frappe.generate_hash(length=8)).name
		frappe.get_doc("User", fallback).add_roles(role)
		person = make.sales_person(seller)
		of_all = make.customer(account_manager=manager, sales_team=self.team_of(person))
		of_team = make.customer(sales_team=self.team_of(make.sales_person(), person))
		of_nobody = make.customer()
		found = responsible([of_all, of_team, of_nobody], role)
		self.assertEqual(found, {of_all: manager, of_team: seller, of_nobody: fallback})

	def test_the_first_of_a_sales_team_is_the_one_of_its_first_row(self) -> None:
		first, second = make.user("Sales User"), make.user("Sales User")
		name = make.customer(sales_team=self.team_of(make.sales_person(first), make.sales_person(second)))
		self.assertEqual(responsible([name], None), {name: first})

	def test_users_who_are_disabled_are_passed_over(self) -> None:
		manager, first, second = (make.user("Sales User") for _ in range(3))
		persons = [make.sales_person(first), make.sales_person(second)]
		name = make.customer(account_manager=manager, sales_team=self.team_of(*persons))
		for gone, then in ((manager, first), (first, second)):
			frappe.db.set_value("User", gone, "enabled", 0)
			self.assertEqual(responsible([name], None), {name: then})
		frappe.db.set_value("User", second, "enabled", 0)
		self.assertEqual(responsible([name], None), {})

	def test_where_there_is_nobody_it_is_counted_and_no_todo_is_made(self) -> None:
		frappe.db.set_single_value("Grading Settings", "follow_up_role", None)
		name = due_customer()
		self.assertGreaterEqual(ask_all()["nobody"], 1)
		self.assertEqual(open_todos(name), [])

	def test_administrator_has_every_role_but_is_nobody_to_ask(self) -> None:
		role = make.insert("Role", role_name=frappe.generate_hash(length=8)).name
		frappe.get_doc("User", "Administrator").add_roles(role)
		self.assertEqual(responsible([make.customer()], role), {})


class TestTeams(GradingTestCase):
	def works(self, team: Any) -> set[str]:
		table = frappe.qb.DocType("Customer")
		return set(frappe.qb.from_(table).select(table.name).where(team.works(table)).run(pluck=True))

	def test_a_boss_sees_the_customers_of_all_below_and_a_seller_only_her_own(self) -> None:
		boss, seller = make.user("Sales Manager"), make.user("Sales User")
		top = make.sales_person(boss)
		below = make.sales_person(seller, boss=top)
		without_user = make.sales_person(boss=below)
		row = [{"sales_person": without_user, "allocated_percentage": 100}]
		managed, sold = make.customer(account_manager=seller), make.customer(sales_team=row)
		own, foreign = make.customer(account_manager=boss), make.customer()
		self.assertEqual(self.works(my_team(boss)), {managed, sold, own})
		self.assertEqual(self.works(myself(boss)), {own})
		self.assertEqual(self.works(myself(seller)), {managed})
		self.assertEqual(self.works(my_team(seller)), {managed, sold})
		self.assertNotIn(foreign, self.works(my_team(boss)))

	def test_whoever_was_asked_works_the_customer_too(self) -> None:
		helper, name = make.user("Sales User"), make.customer()
		ask(Due(name, name, "B", today()), helper, today())
		self.assertEqual(self.works(myself(helper)), {name})


class TestTheToDo(GradingTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.seller = make.user("Sales User")
		self.customer = make.customer(
			f"Müller & Sons {frappe.generate_hash(length=6)}", account_manager=self.seller
		)

	def due(self, **values: Any) -> Due:
		return Due(**{"customer": self.customer, "customer_name": self.customer, "grade": "B", **values})

	def test_it_tells_who_and_when_to_whom_it_may_concern(self) -> None:
		ask(self.due(day=today()), self.seller, today())
		(todo,) = open_todos(self.customer)
		self.assertTrue(todo.name.startswith(PREFIX))
		self.assertEqual((todo.allocated_to, todo.date), (self.seller, today()))
		day = frappe.utils.formatdate(today())
		name = self.customer.replace("&", "&amp;")
		self.assertIn(f"Follow up {name} (grade B), due on {day}.", todo.description)
		self.assertIn(self.seller, frappe.db.get_value("Customer", self.customer, "_assign"))

	def test_it_speaks_the_language_of_whoever_gets_it(self) -> None:
		reader = make.user("Sales User", language="zh")
		ask(self.due(day=today(), grade="A"), reader, today())
		(todo,) = open_todos(self.customer)
		self.assertIn("跟进", todo.description)

	def test_asking_again_on_the_same_day_makes_no_other(self) -> None:
		self.assertTrue(ask(self.due(day=today()), self.seller, today()))
		self.assertFalse(ask(self.due(day=today()), self.seller, today()))
		self.assertEqual(len(open_todos(self.customer)), 1)

	def test_filing_the_follow_up_closes_it_whoever_files(self) -> None:
		ask(self.due(day=today()), self.seller, today())
		frappe.set_user(make.user("Sales User"))
		make.follow_up(self.customer, today())
		self.assertEqual(open_todos(self.customer), [])
		self.assertFalse(frappe.parse_json(frappe.db.get_value("Customer", self.customer, "_assign") or "[]"))

	def test_an_older_follow_up_than_the_last_closes_nothing(self) -> None:
		make.follow_up(self.customer, today())
		ask(self.due(day=today()), self.seller, today())
		make.follow_up(self.customer, getdate(add_days(nowdate(), -3)))
		self.assertEqual(len(open_todos(self.customer)), 1)

	def test_what_others_asked_stays_open(self) -> None:
		card = make.insert(
			"ToDo", description="Send a card", reference_type="Customer", reference_name=self.customer
		)
		ask(self.due(day=today()), self.seller, today())
		self.assertEqual(len(close(self.customer)), 1)
		self.assertEqual([todo.name for todo in open_todos(self.customer)], [card.name])

	def test_closed_by_hand_without_a_follow_up_it_comes_back_on_another_day(self) -> None:
		ask(self.due(day=today()), self.seller, today())
		close(self.customer)
		self.assertFalse(ask(self.due(day=today()), self.seller, today()))
		self.assertTrue(ask(self.due(day=today()), self.seller, getdate(add_days(nowdate(), 1))))


class TestTheJob(CommittingTestCase):
	"""Commits after each batch, so each test deletes what it made."""

	def setUp(self) -> None:
		super().setUp()
		self.addCleanup(
			self.settings, make_todos=frappe.db.get_single_value("Grading Settings", "make_todos")
		)
		self.settings(make_todos=1)
		self.seller = make.user("Sales User")
		self.customer = due_customer(account_manager=self.seller)
		frappe.db.commit()
		self.addCleanup(delete, "User", self.seller)
		self.addCleanup(delete, "Customer", self.customer)
		self.addCleanup(self.forget_todos)

	def settings(self, **values: Any) -> None:
		frappe.db.set_single_value("Grading Settings", values)
		frappe.db.commit()

	def forget_todos(self) -> None:
		"""Of other customers that happen to be due on this site as well."""
		for name in frappe.get_all("ToDo", {"name": ("like", f"{PREFIX}%")}, pluck="name"):
			delete("ToDo", name)

	def test_run_twice_it_makes_each_todo_once(self) -> None:
		self.assertGreaterEqual(follow_ups.run()["made"], 1)
		(todo,) = open_todos(self.customer)
		self.assertEqual(todo.allocated_to, self.seller)
		self.assertEqual(follow_ups.run()["made"], 0)
		self.assertEqual(len(open_todos(self.customer)), 1)

	def test_customers_whom_nobody_works_are_told_of_in_the_error_log(self) -> None:
		role = frappe.db.get_single_value("Grading Settings", "follow_up_role")
		self.addCleanup(self.settings, follow_up_role=role)
		self.settings(follow_up_role=None)
		frappe.db.set_value("Customer", self.customer, "account_manager", None)
		frappe.db.commit()
		number = follow_ups.run()["nobody"]
		logged = frappe.get_last_doc("Error Log", {"method": ("like", "%nobody works them")})
		self.addCleanup(delete, "Error Log", logged.name)
		self.assertGreaterEqual(number, 1)
		self.assertEqual(logged.method, f"{number} customers are due, and nobody works them")

	def test_where_the_settings_say_so_it_makes_none(self) -> None:
		self.settings(make_todos=0)
		self.assertEqual(follow_ups.run()["made"], 0)
		self.assertEqual(open_todos(self.customer), [])
