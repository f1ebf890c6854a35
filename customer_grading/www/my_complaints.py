"""The page of a customer's own people: their complaints, and a form to raise another one."""

from typing import Any

import frappe
from frappe import _

from customer_grading import website
from customer_grading.facts.portal import complaints_of, contact_of, customers_of, papers_of
from customer_grading.records import complaint_outside, setting, uploads
from customer_grading.records.complaint import ComplaintError
from customer_grading.records.complaint_outside import Told
from customer_grading.rules.options import ComplaintSource, ComplaintStep
from customer_grading.rules.outside_text import one_line

no_cache = 1
sitemap = 0

ROUTE = "my-complaints"
MOST_A_DAY = 20
"""Complaints that one user can raise in a day."""
MOST = {"subject": 140, "description": 5000, "wanted": 1000}
"""Characters of a field."""
PAPERS = {"Delivery Note": "delivery_note", "Sales Invoice": "sales_invoice"}
FIELDS = (*MOST, "customer", "paper", "occurred_on")
BEFORE = "before_the_form"

Refused = (website.FormRefusedError, uploads.UploadRefusedError, ComplaintError)


def get_context(context: dict[str, Any]) -> None:
	"""Show the user's complaints, or file what they send. Guests log in first."""
	is_post = website.is_post()
	customers = users_customers(ROUTE)
	context.update({"no_cache": 1, "show_sidebar": True, "title": _("Complaints"), "error": ""})
	context.update(
		{"typed": dict.fromkeys(FIELDS, ""), "csrf_token": website.token_of_session(), "most": _limits()}
	)
	if is_post and customers:
		_take(context, customers)
	context.complaints = [{**row, "status": status(row.step)} for row in complaints_of(customers)]
	context.customers, context.papers = customers, papers_of(customers)


def users_customers(route: str) -> list[str]:
	"""The customers of whoever has logged in; guests are sent to the login first."""
	if frappe.session.user == "Guest":
		frappe.local.flags.redirect_location = f"/login?redirect-to=/{route}"
		raise frappe.Redirect(302)
	return customers_of(frappe.session.user)


def status(step: str) -> tuple[str, str]:
	"""How far a complaint is, in words for the customer, with a colour."""
	if step == ComplaintStep.RAISED:
		return _("Received"), "blue"
	if step == ComplaintStep.DISMISSED:
		return _("Not accepted"), "gray"
	if ComplaintStep(step).is_solved:
		return _("Solved"), "green"
	return _("In work"), "orange"


def _limits() -> dict[str, int]:
	files, size = setting.number("outside_files"), setting.number("outside_file_mb")
	return {**MOST, "files": files, "megabytes": size}


def _take(context: dict[str, Any], customers: list[str]) -> None:
	"""File a complaint and go to its page; or tell beside the form what is wrong with it."""
	frappe.db.savepoint(BEFORE)
	try:
		website.must_come_from_here()
		website.limit_posts()
		told, good = _told(customers), uploads.checked(website.files("files"))
		website.limit_user(MOST_A_DAY)
		raised = complaint_outside.raise_complaint(told, ComplaintSource.PORTAL, good)
	except frappe.RateLimitExceededError:
		frappe.clear_messages()
		_again(context, _("You have sent very much in a short time. Please try again later."), 429)
	except (*Refused, website.ForeignOriginError) as error:
		frappe.db.rollback(save_point=BEFORE)
		_again(context, website.told(error), getattr(error, "http_status_code", 422))
	except Exception:  # noqa: BLE001  (a customer gets a sentence, and the administrator the traceback)
		website.failed("Customer Grading: a complaint from the portal failed")
		_again(context, _("Something went wrong on our side, and nothing was stored. Try again later."), 500)
	else:
		frappe.local.flags.redirect_location = f"/{ROUTE}/{raised}"
		raise frappe.Redirect(303)


def _again(context: dict[str, Any], error: str, code: int) -> None:
	typed = {name: str(frappe.request.form.get(name) or "") for name in FIELDS}
	context.update({"error": error, "http_status_code": code, "typed": typed})


def _told(customers: list[str]) -> Told:
	subject = one_line(website.typed("subject", _("The subject"), MOST["subject"]))
	description = website.typed("description", _("What happened"), MOST["description"])
	if not subject or not description:
		website.refuse(_("Please fill in the subject, and tell us what happened."))
	customer = _customer(customers)
	return Told(
		customer=customer,
		subject=subject,
		description=description,
		wanted=website.typed("wanted", _("What you expect of us"), MOST["wanted"]),
		occurred_on=website.chosen_day("occurred_on", _("The day on which it happened")),
		contact_person=contact_of(frappe.session.user, customer),
		**_paper(),
	)


def _customer(customers: list[str]) -> str:
	"""Theirs; of several the one that was chosen."""
	chosen = frappe.request.form.get("customer")
	if len(customers) > 1 and chosen not in customers:
		website.refuse(_("Please choose the customer for whom you complain."))
	return chosen if chosen in customers else customers[0]


def _paper() -> dict[str, str]:
	"""The chosen delivery or invoice. The complaint itself refuses those of other customers."""
	doctype, _colon, name = str(frappe.request.form.get("paper") or "").partition(":")
	if not name:
		return {}
	if doctype not in PAPERS or not frappe.db.exists(doctype, {"name": name, "docstatus": 1}):
		website.refuse(_("Please choose a delivery or an invoice from the list."))
	return {PAPERS[doctype]: name}
