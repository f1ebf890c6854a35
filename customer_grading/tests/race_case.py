"""What the tests of two at once share: processes of their own, and customers that leave nothing behind."""

import json
import subprocess
import sys
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import ClassVar

import frappe
from frappe.utils import getdate, nowdate

from customer_grading.facts.open_item_copy import differing, stored_of_customers
from customer_grading.facts.open_items import of_customers
from customer_grading.facts.position import account
from customer_grading.facts.selection import Selection
from customer_grading.records import credit_limit
from customer_grading.records.customer import write
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.options import CreditTier, Mode
from customer_grading.tests import factories as make
from customer_grading.tests.base import CommittingTestCase

SETTINGS = "Grading Settings"
PROCESSES = 8
MADE = ("Sales Order", "Delivery Note", "Sales Invoice", "Payment Entry")
BY_VOUCHER = ("GL Entry", "Payment Ledger Entry", "Advance Payment Ledger Entry")
OURS = ("Credit Decision", "Credit Account", "Open Item", "Customer Grading Limit", "Customer Credit Limit")


class Worker:
	"""One process that submits what it is told to."""

	def __init__(self) -> None:
		command = [sys.executable, "-m", "customer_grading.tests.race_worker", frappe.local.site]
		sites = frappe.utils.get_bench_path() + "/sites"
		pipe = subprocess.PIPE
		self.process = subprocess.Popen(  # noqa: S603  (this project's own program)
			command, cwd=sites, stdin=pipe, stdout=pipe, stderr=pipe, text=True
		)

	def say(self, line: str) -> None:
		"""Send one line."""
		self.process.stdin.write(f"{line}\n")
		self.process.stdin.flush()

	def hear(self) -> str:
		"""One line of its answer; what it wrote to its error stream, where it ended instead."""
		line = self.process.stdout.readline().strip()
		return line or self.process.stderr.read()

	def end(self) -> str:
		"""End it; what it told in the end."""
		return self.process.communicate(timeout=60)[1]


class RaceCase(CommittingTestCase):
	"""Workers that wait for each other, and customers that leave nothing behind."""

	workers: ClassVar[list[Worker]] = []
	with_workers = True

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		make.service()
		cls.company = make.first_company()
		frappe.db.commit()
		cls.workers = [Worker() for _ in range(PROCESSES if cls.with_workers else 0)]

	@classmethod
	def tearDownClass(cls) -> None:
		for worker in cls.workers:
			worker.end()
		super().tearDownClass()

	def setUp(self) -> None:
		super().setUp()
		self.today = getdate(nowdate())
		mode = frappe.db.get_single_value(SETTINGS, "mode")
		self.addCleanup(self.set_mode, mode)
		self.set_mode(Mode.ENFORCE)

	def set_mode(self, mode: str) -> None:
		"""Let workers see a mode."""
		frappe.db.set_single_value(SETTINGS, "mode", mode)
		frappe.db.commit()
		frappe.clear_document_cache(SETTINGS, SETTINGS)

	def buyer(self, tier: CreditTier | None = CreditTier.A, limit: int = 1000) -> str:
		"""A customer with a limit, to be removed with all its documents when the test ends."""
		name = make.customer()
		self.addCleanup(remove_all_of, name)
		write({name: {"credit_tier": tier}})
		credit_limit.write({(name, self.company): CreditLimit(Decimal(limit))}, self.today)
		frappe.db.commit()
		return name

	def drafts(self, buyer: str, amounts: Sequence[float]) -> list[str]:
		"""Saved orders."""
		names = [make.draft_order(buyer, amount, self.today).insert().name for amount in amounts]
		frappe.db.commit()
		return names

	def race(self, shares: Collection[Sequence[str]], doctype: str = "Sales Order") -> list[list[str]]:
		"""Let each worker submit a share of documents, all at once; what became of each."""
		taking_part = self.workers[: len(shares)]
		for worker, share in zip(taking_part, shares, strict=True):
			worker.say(json.dumps([doctype, share]))
		for worker in taking_part:
			self.assertEqual(worker.hear(), "ready")
		for worker in taking_part:
			worker.say("go")
		outcomes = [json.loads(worker.hear()) for worker in taking_part]
		frappe.db.rollback()
		return outcomes

	def exposure(self, buyer: str) -> Decimal:
		"""The exposure now, by the copy, which must be as the documents are."""
		selection = Selection.of(buyer)
		self.assertEqual(differing(of_customers(selection), stored_of_customers(selection)), set())
		return sum(part.amount for part in account(buyer, self.company, self.today).exposure)


def remove_all_of(buyer: str) -> None:
	"""Delete a customer and its documents past all controllers, which would keep its ledgers."""
	frappe.db.rollback()
	for doctype in MADE:
		field = "party" if doctype == "Payment Entry" else "customer"
		names = frappe.get_all(doctype, {field: buyer}, pluck="name") or [""]
		for ledger in BY_VOUCHER:
			frappe.db.delete(ledger, {"voucher_no": ("in", names)})
		for child in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(child.options, {"parent": ("in", names), "parenttype": doctype})
		for trace in ("Comment", "Version"):
			key = "reference_name" if trace == "Comment" else "docname"
			frappe.db.delete(trace, {key: ("in", names)})
		frappe.db.delete(doctype, {"name": ("in", names)})
	for doctype in OURS:
		field = "parent" if frappe.get_meta(doctype).istable else "customer"
		frappe.db.delete(doctype, {field: buyer})
	frappe.db.delete("Customer", {"name": buyer})
	frappe.db.commit()
