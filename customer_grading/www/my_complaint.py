"""One complaint, as the customer's own people see it."""

from typing import Any

import frappe
from frappe import _

from customer_grading import website
from customer_grading.facts.portal import complaint_of, own_files
from customer_grading.www.my_complaints import ROUTE, status, users_customers

no_cache = 1
sitemap = 0


def get_context(context: dict[str, Any]) -> None:
	"""Show a complaint of the user's own customers. Any other is not there, whether it exists or not."""
	website.is_post()
	name = str(frappe.form_dict.get("name") or "")
	found = complaint_of(name, users_customers(ROUTE)) if name else None
	if not found:
		raise frappe.PageDoesNotExistError
	context.update({"no_cache": 1, "show_sidebar": True, "title": found.name, "complaint": found})
	context.update({"status": status(found.step), "files": own_files(name, frappe.session.user)})
	context.parents = [{"name": ROUTE, "route": f"/{ROUTE}", "title": _("Complaints")}]
