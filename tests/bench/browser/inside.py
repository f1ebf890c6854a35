"""Calls functions on a site for tests from outside, one line of JSON each; runs in the bench's own Python.

One process for all calls: that of `bench execute` would import Frappe and ERPNext for each of them.
"""

import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils.response import json_handler


def main(site: str) -> None:
	"""Answer each call that is read: what the function returns, or why it could not."""
	# What functions print is no answer.
	answers, sys.stdout = sys.stdout, sys.stderr
	for line in sys.stdin:
		print(_answer(site, json.loads(line)), file=answers, flush=True)


def _answer(site: str, call: dict[str, Any]) -> str:
	frappe.init(site=site, force=True)
	frappe.connect()
	try:
		returned = _named(call["function"])(**call["values"])
		frappe.db.commit()
		return json.dumps({"returned": returned}, default=json_handler)
	except Exception:  # noqa: BLE001  (whatever it is, the test shows it)
		return json.dumps({"failed": traceback.format_exc()})
	finally:
		frappe.destroy()


def _named(path: str) -> Callable[..., Any]:
	"""A function of a module, or of the database, which is none."""
	if path.startswith("frappe.db."):
		return getattr(frappe.db, path.removeprefix("frappe.db."))
	return frappe.get_attr(path)


if __name__ == "__main__":
	main(*sys.argv[1:])
