"""What the browser tests of complaints find on the site: five persons, and a customer who complains.

`bench execute` calls `make` before and `strike` after.
"""

from typing import Any

import frappe

from customer_grading.tests import factories
from customer_grading.tests.complaint_case import COMPLAINT, department

PEOPLE = {
	"seller": ("Nina", ["Sales User"]),
	"manager": ("Mia", ["Sales Manager"]),
	"quality": ("Quentin", ["Quality Manager"]),
	"management": ("Mona", ["Sales Management Manager"]),
	"general": ("Georg", ["Sales General Manager"]),
}
TABLES = (
	"Complaint Evidence",
	"Complaint Level Change",
	"Complaint Opinion",
	"Complaint Plan",
	"Complaint Talk",
)


def make(mark: str, passwords: dict[str, str], language: str = "en") -> dict[str, Any]:
	"""Persons with these passwords and a customer. `mark` is in all names, so that scenes do not meet."""
	people = {role: _person(role, mark, passwords[role], language) for role in PEOPLE}
	buyer = factories.customer(f"Harbour Pumps {mark}")
	return {"people": people, "customer": buyer, "department": department()}


def _person(role: str, mark: str, password: str, language: str) -> str:
	name, roles = PEOPLE[role]
	values = {"email": f"{role}.{mark}@example.com", "first_name": name, "language": language}
	given = [{"role": each} for each in roles]
	return factories.insert("User", **values, send_welcome_email=0, new_password=password, roles=given).name


def strike(scene: dict[str, Any]) -> None:
	"""Take all of it away: complaints are kept from everybody, so behind the app's back."""
	names = frappe.get_all(COMPLAINT, {"customer": scene["customer"]}, pluck="name")
	for doctype in TABLES:
		frappe.db.delete(doctype, {"parent": ("in", names or [""])})
	frappe.db.delete("Notification Log", {"document_type": COMPLAINT, "document_name": ("in", names or [""])})
	frappe.db.delete(COMPLAINT, {"customer": scene["customer"]})
	for user in scene["people"].values():
		frappe.delete_doc("User", user, force=True, ignore_permissions=True)
	frappe.delete_doc("Customer", scene["customer"], force=True, ignore_permissions=True)
	frappe.db.commit()
