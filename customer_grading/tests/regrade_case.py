"""What the tests of regrades share: customers who pay in different ways, and whole runs over them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import getdate, nowdate

from customer_grading.facts.averages import averages
from customer_grading.facts.currency import rates
from customer_grading.jobs import regrade
from customer_grading.jobs.regrade_batch import Batch
from customer_grading.records import regrade_run
from customer_grading.records.policy import current_policy
from customer_grading.tests import factories as make
from customer_grading.tests.base import CommittingTestCase, GradingTestCase, delete

AT_ONCE = regrade_run.AT_ONCE
SETTINGS = "Grading Settings"


def today() -> date:
	"""The day of the tests: the real one, because persons decide today."""
	return getdate(nowdate())


def ago(days: int) -> date:
	return today() - timedelta(days=days)


def at_once(*names: str) -> None:
	"""Let what normally waits apply at once: `first_tier`, `upgrades`, `limits`."""
	for name in names:
		frappe.db.set_single_value(SETTINGS, f"apply_{name}", AT_ONCE)


def whole_run(day: date | None = None) -> Any:
	"""A regrade of all customers of the site, as workers do it, but within the transaction of the test."""
	return worked_off(regrade.start(str(day or today())))


def worked_off(run: str) -> Any:
	"""What a run that has begun comes to."""
	frappe.db.after_commit.reset()
	for chunk in regrade_run.waiting_chunks(run):
		claimed = regrade_run.claim(chunk)
		tally = Batch.of(regrade_run.order(run)).regrade(claimed.names)
		regrade_run.finish_chunk(claimed, tally)
	regrade_run.take_stock(run)
	return frappe.get_doc("Regrade Run", run)


def pays_ahead(buyer: str) -> None:
	"""Six months of 1,000.00, each paid twenty days before it is due: tier A."""
	for month in range(1, 7):
		billed = make.invoice(buyer, 1000, ago(30 * month + 30), ago(30 * month))
		make.payment(billed, ago(30 * month + 20))


def pays_late(buyer: str) -> None:
	"""Four invoices of 500.00, of which three are paid ten days late: tier D."""
	for month in range(1, 5):
		billed = make.invoice(buyer, 500, ago(30 * month + 30), ago(30 * month))
		make.payment(billed, ago(30 * month - (10 if month > 1 else 0)))


def owes(buyer: str) -> None:
	"""400.00 past due for 40 days: tier D."""
	make.invoice(buyer, 400, ago(70), ago(40))


def fields_of(customer: str, *names: str) -> Any:
	return frappe.db.get_value("Customer", customer, list(names) if len(names) > 1 else names[0])


def history(customer: str, **filters: Any) -> list[tuple[str, str, str]]:
	"""What stands in the history of a customer: what, from, to."""
	rows = frappe.get_all(
		"Grade Change",
		filters={"customer": customer, **filters},
		fields=["what", "from_value", "to_value"],
		order_by="creation, what",
	)
	return [(row.what, row.from_value or "", row.to_value or "") for row in rows]


def proposals(customer: str, status: str = "Open", **filters: Any) -> list[tuple[str, str, str]]:
	"""What is proposed for a customer: what, from, to."""
	rows = frappe.get_all(
		"Grade Proposal",
		filters={"customer": customer, "status": status, **filters},
		fields=["what", "from_value", "to_value"],
		order_by="what",
	)
	return [(row.what, row.from_value or "", row.to_value or "") for row in rows]


def proposal_of(customer: str, what: str = "Credit Tier", status: str = "Open") -> str | None:
	"""The name of a proposal."""
	filters = {"customer": customer, "what": what, "status": status}
	return frappe.db.get_value("Grade Proposal", filters, order_by="creation desc")


def user_with(*roles: str) -> str:
	"""A new user with these roles and no others."""
	email = f"{frappe.generate_hash(length=10)}@example.com"
	user = frappe.get_doc(
		{"doctype": "User", "email": email, "first_name": "Tester", "send_welcome_email": 0}
	)
	user.insert()
	user.add_roles(*roles)
	return user.name


class RegradeTestCase(GradingTestCase):
	"""Customers with real invoices and payments; each test is taken back."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		cls.company = make.first_company()
		cls.good, cls.late, cls.debtor, cls.newcomer = (
			make.customer(f"{name} {frappe.generate_hash(length=8)}")
			for name in ("Ahead", "Behind", "Debtor", "Newcomer")
		)
		pays_ahead(cls.good)
		pays_late(cls.late)
		owes(cls.debtor)
		cls.everybody = (cls.good, cls.late, cls.debtor, cls.newcomer)


class RunTestCase(CommittingTestCase):
	"""Customers and runs that other processes see. Each test removes what it made."""

	def customers(self, count: int) -> list[str]:
		"""New customers in the order of the database, with no other one between them."""
		stem = f"Regraded {frappe.generate_hash(length=10)}"
		group = {"customer_group": "Commercial", "territory": "Rest Of The World"}
		for number in range(count):
			values = {"doctype": "Customer", "customer_name": f"{stem} {number}", **group}
			self.keep(frappe.get_doc(values))
		names = [f"{stem} {number}" for number in range(count)]
		self.addCleanup(forget_grading, names)
		return names

	def run_over(self, names: Sequence[str], size: int) -> str:
		"""A run over these customers alone, which no worker has been told of yet."""
		day, worth = today(), rates(today())
		policy = current_policy()
		means = asdict(averages(day, policy, worth))
		shared, scope = {"averages": means, "rates": worth}, regrade_run.Scope.CHOSEN
		run = regrade_run.create(day, policy, shared, scope, names, size)
		frappe.db.commit()
		self.addCleanup(forget_run, run.name)
		return run.name

	def work_off(self, run: str) -> Any:
		"""Do what is left of a run, one chunk after the other; how it has ended."""
		for chunk in regrade_run.waiting_chunks(run):
			regrade.run_chunk(run, chunk)
		return frappe.get_doc("Regrade Run", run)

	def assert_each_is_graded_once(self, names: Iterable[str], run: str) -> None:
		"""One row of history for each of the values that a first regrade sets, as all processes see it."""
		frappe.db.rollback()
		for name in names:
			whats = [what for what, _old, _new in history(name)]
			self.assertEqual(whats, ["Customer Grade", "Value Class"], name)
			self.assertEqual(proposals(name), [("Credit Tier", "", "B")], name)
		counts = frappe.db.get_value("Regrade Run", run, ["status", "moved", "waiting", "failed", "progress"])
		total = len(list(names))
		self.assertEqual(counts, ("Completed", 2 * total, total, 0, 100))


def forget_grading(customers: Sequence[str]) -> None:
	"""Remove what runs and persons have left of these customers."""
	for doctype in ("Grade Change", "Grade Proposal", "Grade Assignment"):
		frappe.db.delete(doctype, {"customer": ("in", customers)})
	frappe.db.commit()


def forget_user(user: str) -> None:
	"""Remove a user with all that Frappe makes for one."""
	contact = frappe.db.get_value("Contact", {"email_id": user})
	for doctype, filters in (
		("User Permission", {"user": user}),
		("Notification Settings", {"name": user}),
		("DefaultValue", {"parent": user}),
		("Contact Email", {"parent": contact}),
		("Contact", {"name": contact}),
	):
		frappe.db.delete(doctype, filters)
	delete("User", user)


def forget_run(run: str) -> None:
	"""Remove a run, which Frappe would refuse, because history names it."""
	for doctype in ("Regrade Chunk", "Regrade Failure"):
		frappe.db.delete(doctype, {"parent": run})
	frappe.db.delete("Regrade Run", {"name": run})
	frappe.db.commit()
