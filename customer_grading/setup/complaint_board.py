"""The board on which complaints stand by step. Frappe ships no boards as files, so it is made here.

Frappe deletes it with the DocType that it shows, and so it leaves with the app.
"""

import frappe

from customer_grading.rules.options import ComplaintStep

BOARD = "Complaints by Step"
DOCTYPE = "Customer Complaint"
COLOURS = {
	ComplaintStep.RAISED: "Blue",
	ComplaintStep.DISMISSED: "Gray",
	ComplaintStep.LITIGATION: "Red",
	ComplaintStep.EXECUTED: "Green",
	ComplaintStep.CLOSED: "Green",
}
FIELDS = '["customer", "level", "step_due"]'
"""What a card tells."""


def make_board() -> None:
	"""Make the board where there is none. What a company has changed of it stays."""
	if frappe.db.exists("Kanban Board", BOARD):
		return
	columns = [
		{"column_name": str(step), "status": "Active", "indicator": COLOURS.get(step, "Orange")}
		for step in ComplaintStep
	]
	board = frappe.get_doc({"doctype": "Kanban Board", "kanban_board_name": BOARD, "columns": columns})
	board.update({"reference_doctype": DOCTYPE, "field_name": "step", "private": 0, "show_labels": 1})
	board.update({"fields": FIELDS, "filters": "[]"})
	# Whoever installs an app decides for the whole site.
	board.insert(ignore_permissions=True)
