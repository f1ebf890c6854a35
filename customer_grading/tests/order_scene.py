"""What the browser tests of the order desk find on the site: three persons, two customers, an order of each.

`bench execute` calls `make` before and `strike` after.
"""

from datetime import date, timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from customer_grading.records import customer
from customer_grading.records.credit_limit import write as write_limits
from customer_grading.records.proposal import tier_values
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.tests import factories

LIMIT = 5000
OWED = 1200
BILLED = {150: 2100, 120: 1600, 90: 2400, 60: 1900, 10: OWED}
"""What was billed to the customer of tier A so many days ago; all but the last is paid."""
TERM = 30
"""Days of credit."""
DELIVERY = 7
"""Days until the goods are wanted."""
PEOPLE = {
	"clerk": ("Olga", ["Sales User", "Stock User"]),
	"controller": ("Carl", ["Credit Controller", "Accounts Manager", "Accounts User"]),
	"manager": ("Mia", ["Sales Manager"]),
}
EVIDENCE = ("Credit Decision", "Credit Release", "Grade Change", "Open Item", "Credit Account")
"""What names the customer and nobody may delete."""
LEDGERS = ("GL Entry", "Payment Ledger Entry", "Stock Ledger Entry")
SALES = {
	"Delivery Note": "customer",
	"Payment Entry": "party",
	"Sales Invoice": "customer",
	"Sales Order": "customer",
}


def make(mark: str, passwords: dict[str, str], language: str = "en") -> dict[str, Any]:
	"""Persons with these passwords, a customer of tier A with a limit and one of tier C, each with a draft.

	`mark` is in all names, so that scenes do not meet.
	"""
	people = {role: _person(role, mark, passwords[role], language) for role in PEOPLE}
	credit = _buyer(f"Almond Bakery {mark}", "A")
	write_limits(
		{(credit, factories.first_company()): CreditLimit(factories.exact(LIMIT))}, getdate(nowdate())
	)
	prepaid = _buyer(f"Copper Kettle {mark}", "C")
	_trade(credit)
	_bill(prepaid, 300, 50)
	frappe.set_user(people["clerk"])
	orders = {"credit": _draft(credit, 2000), "prepaid": _draft(prepaid, 500)}
	frappe.set_user("Administrator")
	return {"people": people, "customers": {"credit": credit, "prepaid": prepaid}, "orders": orders}


def _person(role: str, mark: str, password: str, language: str) -> str:
	name, roles = PEOPLE[role]
	values = {"email": f"{role}.{mark}@example.com", "first_name": name, "language": language}
	given = [{"role": each} for each in roles]
	return factories.insert("User", **values, send_welcome_email=0, new_password=password, roles=given).name


def _buyer(name: str, tier: str) -> str:
	buyer = factories.customer(name)
	customer.write({buyer: tier_values(tier, getdate(nowdate()))})
	return buyer


def _trade(buyer: str) -> None:
	"""Some months of bills, paid as they fell due."""
	for days, amount in BILLED.items():
		bill = _bill(buyer, amount, days)
		if bill and amount != OWED:
			factories.payment(bill, _ago(days - TERM))


def _bill(buyer: str, amount: float, days: int) -> Document | None:
	"""An invoice of so many days ago, if the books of that day are open."""
	around = {"year_start_date": ("<=", _ago(days)), "year_end_date": (">=", _ago(days))}
	if not frappe.db.exists("Fiscal Year", around):
		return None
	return factories.invoice(buyer, amount, _ago(days), _ago(days - TERM))


def _ago(days: int) -> date:
	return getdate(nowdate()) - timedelta(days=days)


def _draft(buyer: str, amount: float) -> str:
	# Not the same day: where the browser is it may be tomorrow already, and the order overdue.
	return factories.draft_order(buyer, amount, _ago(0), delivery_date=_ago(-DELIVERY)).insert().name


def strike(scene: dict[str, Any]) -> None:
	"""Take everything out again, behind the back of the app: evidence is kept from everybody."""
	for buyer in scene["customers"].values():
		for doctype, field in SALES.items():
			_delete(doctype, frappe.get_all(doctype, {field: buyer}, pluck="name"))
		for doctype in EVIDENCE:
			frappe.db.delete(doctype, {"customer": buyer})
		frappe.delete_doc("Customer", buyer, force=True)
	for person in scene["people"].values():
		frappe.db.delete("ToDo", {"allocated_to": person})
		frappe.delete_doc("User", person, force=True, ignore_permissions=True)


def _delete(doctype: str, names: list[str]) -> None:
	for name in names:
		for ledger in LEDGERS:
			frappe.db.delete(ledger, {"voucher_no": name})
		for table in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(table.options, {"parent": name})
		frappe.db.delete("Comment", {"reference_doctype": doctype, "reference_name": name})
		frappe.db.delete(doctype, {"name": name})
