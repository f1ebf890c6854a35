"""The workflow of complaints and the roles that sign, shipped as a file, made where they are missing.

Frappe's own import of fixtures would overwrite at every update what a company has changed, and put our
workflow in place of its own.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe

from customer_grading.setup.levels import LINE

FILE = Path(__file__).with_suffix(".json")
DOCTYPE = "Customer Complaint"
FOUND = "customer_grading_found:"
"""How the defaults of a site begin that name what was there before the app: uninstalling leaves it then."""
USED_IN = {
	"Workflow State": (("Workflow Document State", "state"), ("Workflow Transition", "state")),
	"Workflow Action Master": (("Workflow Transition", "action"),),
}
"""Where a workflow names its states and actions."""


def records() -> list[dict[str, Any]]:
	"""States, actions and the workflow, in the order in which they need each other."""
	read: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
	return read


def _named(record: dict[str, Any]) -> tuple[str, str]:
	fields = {"Workflow State": "workflow_state_name", "Workflow Action Master": "workflow_action_name"}
	return record["doctype"], record[fields.get(record["doctype"], "workflow_name")]


def _brought() -> Iterator[tuple[str, str]]:
	"""What others might have, too: roles, states and actions, by DocType and name."""
	yield from (("Role", role) for role in LINE)
	yield from (_named(record) for record in records() if record["doctype"] in USED_IN)


def note_found() -> None:
	"""Note what of it is there before the app makes it."""
	for doctype, name in _brought():
		if frappe.db.exists(doctype, name):
			frappe.db.set_global(f"{FOUND}{doctype}:{name}", "1")


def make_workflow() -> None:
	"""Make what is missing; the workflow itself where complaints have none, active or not."""
	for record in records():
		doctype, name = _named(record)
		kept = frappe.db.exists(doctype, name)
		if doctype == "Workflow":
			kept = kept or frappe.db.exists(doctype, {"document_type": DOCTYPE})
		if not kept:
			# Whoever installs an app decides for the whole site.
			frappe.get_doc(record).insert(ignore_permissions=True)


def add_way(state: str, action: str) -> None:
	"""Add the transitions of a newer version from a state by an action to the workflow that we have made."""
	(shipped,) = (record for record in records() if record["doctype"] == "Workflow")
	name = shipped["workflow_name"]
	way = {"state": state, "action": action}
	has_way = frappe.db.exists("Workflow Transition", {"parent": name, **way})
	if has_way or not frappe.db.exists("Workflow", name):
		return
	workflow = frappe.get_doc("Workflow", name)
	added = [row for row in shipped["transitions"] if way.items() <= row.items()]
	workflow.extend("transitions", added)
	# An update runs when nobody is logged in.
	workflow.save(ignore_permissions=True)


def ours() -> dict[str, list[str]]:
	"""What leaves with the app, by DocType: what it has brought and nobody else has taken into use."""
	going: dict[str, list[str]] = {}
	for doctype, name in _brought():
		if not frappe.db.get_global(f"{FOUND}{doctype}:{name}") and not _is_used(doctype, name):
			going.setdefault(doctype, []).append(name)
	return going


def _is_used(doctype: str, name: str) -> bool:
	"""Whether a workflow of something else names it."""
	rows = [
		parent
		for table, field in USED_IN.get(doctype, ())
		for parent in frappe.get_all(table, filters={field: name, "parenttype": "Workflow"}, pluck="parent")
	]
	others = {"name": ("in", rows or [""]), "document_type": ("!=", DOCTYPE)}
	return bool(frappe.db.exists("Workflow", others))
