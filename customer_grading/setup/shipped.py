"""What the app brings as files, which Frappe makes into records of a site."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe

APP = "customer_grading"
MODULE = "Customer Grading"


def shipped() -> Iterator[tuple[str, str]]:
	"""DocType and name of each record that comes as a file: DocTypes, reports, charts…"""
	for record in _files():
		yield record["doctype"], record["name"]


def _files() -> Iterator[dict[str, Any]]:
	for path in sorted(Path(frappe.get_module_path(MODULE)).glob("*/*/*.json")):
		if path.stem == path.parent.name:
			yield json.loads(path.read_text("utf-8"))


def doctypes() -> list[str]:
	"""The names of the app's own DocTypes."""
	return [name for doctype, name in shipped() if doctype == "DocType"]


def series() -> set[str]:
	"""How the names of the app's numbered documents begin."""
	names = [record.get("autoname") or "" for record in _files()]
	heads = {name.removeprefix("format:").partition(".")[0].partition("{")[0] for name in names}
	return {head for head in heads if head.endswith("-")}
