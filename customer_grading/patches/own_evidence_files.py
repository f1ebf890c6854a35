"""Files that complaints name as evidence: an older version kept them wherever they were attached."""

import frappe

from customer_grading.records.complaint import COMPLAINT
from customer_grading.records.complaint_files import own


def execute() -> None:
	"""Give each complaint its own. What is not there any more stays named."""
	named = {"file": ("is", "set"), "parenttype": COMPLAINT}
	fields = ["name", "parent", "file"]
	for row in frappe.get_all("Complaint Evidence", named, fields, order_by="creation", limit=0):
		address = own(row.file, row.parent) or row.file
		frappe.db.set_value("Complaint Evidence", row.name, "file", address, update_modified=False)
