"""What a test in the browser needs of surveys and the portal: made on a site, and taken out of it again."""

from typing import Any

import frappe

from customer_grading.records import survey as surveys
from customer_grading.tests import factories as make_
from customer_grading.tests.complaint_case import today
from customer_grading.tests.survey_case import COMPLAINT, SURVEY, forget_limits, key_of

EVIDENCE = (COMPLAINT, SURVEY)


def make(mark: str, password: str, surveys_to_answer: int = 1) -> dict[str, Any]:
	"""A customer with a delivery, surveys of it, and somebody who logs in for them; as two such customers."""
	forget_limits()
	names = {side: make_.customer(f"{side} {mark}") for side in ("Northwind Bakery", "Harbour Diner")}
	made = [_one(name, password, surveys_to_answer) for name in names.values()]
	frappe.db.commit()
	return {"customers": [*names.values()], "sides": made}


def _one(customer: str, password: str, number: int) -> dict[str, Any]:
	user = make_.portal_user(customer)
	frappe.get_doc("User", user).update({"new_password": password, "language": "en"}).save()
	note = make_.delivery(customer, 250, today())
	return {"user": user, "note": note.name, "keys": [_key(customer, note.name) for _ in range(number)]}


def _key(customer: str, note: str) -> str:
	about = {"reference_doctype": "Delivery Note", "reference_name": note}
	return key_of(surveys.make_link(make_.insert(SURVEY, customer=customer, **about)))


def stored(customers: list[str]) -> dict[str, Any]:
	"""What there is of these customers by now."""
	of_them = {"customer": ("in", customers)}
	complaints = frappe.get_all(COMPLAINT, of_them, ["name", "customer", "subject", "source", "step"])
	files = {"attached_to_doctype": COMPLAINT, "attached_to_name": ("in", [each.name for each in complaints])}
	return {
		"answers": frappe.get_all(
			SURVEY, {**of_them, "answer": ("is", "set")}, ["answer", "reason", "complaint"]
		),
		"complaints": complaints,
		"files": frappe.get_all("File", files, ["file_url", "is_private"]),
		"errors": frappe.db.count("Error Log"),
	}


def strike(customers: list[str], users: list[str]) -> None:
	"""Take all of it out again. Evidence is kept from everybody, so that goes behind the app's back."""
	forget_limits()
	of_them = {"customer": ("in", customers)}
	complaints = frappe.get_all(COMPLAINT, of_them, pluck="name")
	for note in frappe.get_all("Delivery Note", of_them, pluck="name"):
		frappe.get_doc("Delivery Note", note).cancel()
		frappe.delete_doc("Delivery Note", note, force=True)
	for table in ("Complaint Evidence", "Complaint Level Change"):
		frappe.db.delete(table, {"parent": ("in", complaints)})
	# Files are kept as long as they are evidence.
	attached = {"attached_to_doctype": COMPLAINT, "attached_to_name": ("in", complaints or [""])}
	for file in frappe.get_all("File", attached, pluck="name"):
		frappe.delete_doc("File", file, force=True)
	for doctype in EVIDENCE:
		frappe.db.delete(doctype, of_them)
	for user in users:
		for contact in frappe.get_all("Contact", {"user": user}, pluck="name"):
			frappe.delete_doc("Contact", contact, force=True)
		frappe.delete_doc("User", user, force=True)
	for customer in customers:
		frappe.delete_doc("Customer", customer, force=True)
	frappe.db.commit()
