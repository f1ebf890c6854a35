"""What the screens of the order desk ask for and do: permission first, then a call to gate or records."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.permissions import get_user_permissions
from frappe.utils import flt, getdate, nowdate

from customer_grading.facts import credit_panel as facts
from customer_grading.facts.complaints import crisis
from customer_grading.facts.values import FULLY, ZERO
from customer_grading.gate import holds
from customer_grading.gate.answer import for_client
from customer_grading.gate.judgement import Judgement
from customer_grading.gate.order import judge
from customer_grading.gate.panel import overdue_of, panel
from customer_grading.gate.released import bounded
from customer_grading.permissions import sees_credit
from customer_grading.records import order_hold, payment
from customer_grading.records.reasons import CONTEXT
from customer_grading.rules.options import CreditTier, Outcome, PaymentMeans
from customer_grading.rules.order import binding_tier

TYPED = (
	"customer",
	"company",
	"transaction_date",
	"delivery_date",
	"payment_terms_template",
	"payment_schedule",
	"grand_total",
	"base_grand_total",
	"base_rounded_total",
)
"""What a form tells of a draft, because it decides."""
MOST = 20
"""Orders that are listed by name at most; the others are counted."""
DONE = ("Closed", "Completed")
HELD = {
	"docstatus": 1,
	"credit_outcome": str(Outcome.HOLD),
	"status": ("not in", DONE),
	"per_delivered": ("<", FULLY),
}
"""The orders whose goods wait."""


class ReadinessError(frappe.ValidationError):
	"""A payment readiness that cannot be confirmed or taken back."""


@frappe.whitelist(methods=["POST"])
def headline(order: dict[str, Any] | str) -> dict[str, Any]:
	"""What the payment policy says of an order as its form shows it, saved or not; nothing is written.

	`order`: its name, or what the form holds of it, see TYPED. Answers as `gate.answer.for_client` does; that
	is empty where nothing binds, and for who may not read the customer or is kept to other companies. With
	`crisis`, the open complaints of level G, whatever binds (R12).
	"""
	is_name = isinstance(order, str) and not order.startswith("{")
	document = _as_typed({"name": order} if is_name else frappe.parse_json(order))
	if not document.customer or not document.company or document.docstatus.is_cancelled():
		return {}
	if not _may_ask_about(document.customer, document.company):
		return {}
	answer, open_crises = for_client(_judged(document)), crisis(document.customer)
	return {**answer, "crisis": open_crises} if open_crises else answer


def _may_ask_about(customer: str, company: str) -> bool:
	"""Whether the user may know how a customer stands with a company, which a form has only typed."""
	return frappe.has_permission("Customer", "read", customer) and sees_company(company)


def _as_typed(values: dict[str, Any]) -> Document:
	"""The order as it is saved, with what a form has changed of it since."""
	name = values.get("name")
	if name and frappe.db.exists("Sales Order", name):
		document = frappe.get_doc("Sales Order", name)
		document.check_permission("read")
	else:
		frappe.has_permission("Sales Order", "create", throw=True)
		document = frappe.new_doc("Sales Order", name=name)
	if document.docstatus.is_draft():
		document.update({field: values[field] for field in TYPED if field in values})
	return document


def _judged(order: Document) -> Judgement | None:
	"""What is said of a draft, or of the goods of a submitted order that have not left yet."""
	found = holds.judge(order) if order.docstatus.is_submitted() else judge(order)
	return bounded(found) if found else None


@frappe.whitelist(methods=["POST"])
def confirm_payment_ready(order: str, how: str) -> None:
	"""Note that the customer has been asked and has the money for a cash-on-delivery order ready (R6).

	`how` is one of PaymentMeans. Raises ReadinessError where the order does not wait for it.
	"""
	document = _to_change(order)
	means = _means(how)
	if not _pays_on_delivery(document):
		message = _("Order {0} does not wait for payment readiness, so there is nothing to confirm.")
		_refuse(message.format(frappe.bold(document.name)))
	order_hold.confirm_ready(document.name, means)
	document.add_comment("Info", _("Payment readiness confirmed: {0}.").format(_(means, context=CONTEXT)))
	_renew(document)


@frappe.whitelist(methods=["POST"])
def withdraw_payment_ready(order: str) -> None:
	"""Take the confirmation back, because the customer cannot pay after all.

	Raises ReadinessError where nothing was confirmed.
	"""
	document = _to_change(order)
	if not document.payment_ready:
		_refuse(_("No payment readiness is confirmed on order {0}.").format(frappe.bold(document.name)))
	order_hold.withdraw_ready(document.name)
	document.add_comment("Info", _("Payment readiness taken back."))
	_renew(document)


def _to_change(order: str) -> Document:
	frappe.has_permission("Sales Order", "write", throw=True)
	document = frappe.get_doc("Sales Order", order)
	document.check_permission("write")
	if document.docstatus.is_cancelled() or document.status in DONE:
		message = _("Order {0} is {1}; its payment readiness does not matter any more.")
		_refuse(message.format(frappe.bold(document.name), _(document.status)))
	return document


def _means(how: str) -> PaymentMeans:
	known = {str(each): each for each in PaymentMeans}
	if how not in known:
		told = ", ".join(_(each, context=CONTEXT) for each in PaymentMeans)
		_refuse(_("Say how the customer will pay. It can be one of these: {0}.").format(told))
	return known[how]


def _pays_on_delivery(order: Document) -> bool:
	judgement = judge(order)
	if judgement is None:
		return False
	return binding_tier(judgement.position.tier, judgement.policy) is CreditTier.B


def _renew(order: Document) -> None:
	"""Let the order show what it waits for now; a draft shows nothing before it is submitted."""
	if order.docstatus.is_submitted():
		holds.refresh(order.customer, order.company)


def _refuse(message: str) -> None:
	frappe.throw(message, ReadinessError, title=_("Payment Readiness"))


@frappe.whitelist(methods=["POST"])
def payment_draft(customer: str, company: str, amount: float, order: str | None = None) -> dict[str, Any]:
	"""A Payment Entry of a customer, not saved, for a person to complete. `amount` is in company currency.

	With a submitted `order` it is allocated to that, else it is on account. Raises PermissionError for who
	may not receive payments, not read the customer, or is kept to other companies.
	"""
	frappe.has_permission("Payment Entry", "create", throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)
	_must_see_company(company)
	ordered = frappe.get_doc("Sales Order", order) if order else None
	if ordered and ordered.docstatus.is_submitted():
		ordered.check_permission("read")
		return payment.for_order(ordered, flt(amount)).as_dict()
	return payment.on_account(customer, company, flt(amount)).as_dict()


@frappe.whitelist()
def affected_orders(customers: list[str] | str) -> dict[str, Any]:
	"""The open orders whose delivery a new credit tier of these customers binds: for whoever assigns one.

	Those that the user may read are listed, the newest first; all are counted.
	"""
	frappe.has_permission("Grade Assignment", "create", throw=True)
	chosen: list[str] = frappe.parse_json(customers)
	for customer in chosen:
		frappe.has_permission("Customer", "read", customer, throw=True)
	found = [each for each in facts.open_orders(chosen) if each.undelivered]
	shown = [each for each in found[:MOST] if frappe.has_permission("Sales Order", "read", each.name)]
	return {"count": len(found), "orders": [_told(each) for each in shown]}


def _told(order: facts.OpenOrder) -> dict[str, Any]:
	return {
		"name": order.name,
		"customer": order.customer,
		"placed": order.placed,
		"currency": frappe.get_cached_value("Company", order.company, "default_currency"),
		"undelivered": float(order.undelivered),
		"awaits": order.awaits,
		"awaited_amount": float(order.awaited_amount),
	}


@frappe.whitelist()
def credit_panel(customer: str, company: str | None = None) -> dict[str, Any]:
	"""What the Customer form shows of credit; see `gate.panel`. `company`: else the user's default one.

	Raises PermissionError for who may not see credit figures, or not that customer or company.
	"""
	if not sees_credit(frappe.session.user):
		raise frappe.PermissionError(_("You may not see credit figures."))
	frappe.has_permission("Customer", "read", customer, throw=True)
	chosen = company_for_user(company)
	return {**panel(customer, chosen), "companies": companies_seen()} if chosen else {}


def company_for_user(wanted: str | None) -> str | None:
	"""The company whose figures a user looks at: the wanted one, else the default; None where there is none.

	Where User Permissions keep the user to other companies, a default counts no more than the first of these,
	and PermissionError is raised for a wanted one.
	"""
	if wanted:
		_must_see_company(wanted)
		return wanted
	default: str | None = frappe.defaults.get_user_default("Company")
	allowed = _companies_allowed()
	return allowed[0] if allowed and default not in allowed else default


def customers_for_user() -> list[str] | None:
	"""The customers to whom User Permissions keep the user; None where they keep the user to none."""
	rows = get_user_permissions(frappe.session.user).get("Customer", ())
	return [row["doc"] for row in rows if row.get("applicable_for") in (None, "", "Customer")] or None


def companies_seen() -> list[str]:
	"""The companies whose figures the user may see, by name."""
	return [name for name in frappe.get_all("Company", pluck="name", order_by="name") if sees_company(name)]


def _must_see_company(company: str) -> None:
	if not sees_company(company):
		raise frappe.PermissionError(_("You may not see figures of company {0}.").format(company))


def sees_company(company: str) -> bool:
	"""Whether no User Permission keeps the user to other companies, for everything or for orders."""
	allowed = _companies_allowed()
	return not allowed or company in allowed


def _companies_allowed() -> list[str]:
	"""The companies to which User Permissions keep the user; empty where they keep the user to none."""
	rows = get_user_permissions(frappe.session.user).get("Company", ())
	return [row["doc"] for row in rows if row.get("applicable_for") in (None, "", "Sales Order")]


@frappe.whitelist()
def overdue_card(filters: str | None = None) -> dict[str, Any]:  # noqa: ARG001  (as Number Card calls it)
	"""The number card of what all customers owe past its due date, in the user's default company.

	Of those only to whom User Permissions keep the user.
	"""
	if not sees_credit(frappe.session.user):
		raise frappe.PermissionError
	company, only = company_for_user(None), customers_for_user()
	day = getdate(nowdate())
	if not company:
		amount = ZERO
	else:
		amount = facts.overdue(company, day) if only is None else overdue_of(only, company, day)
	route = ["query-report", "Accounts Receivable"]
	shown = {"company": company, "ageing_based_on": "Due Date"}
	return {"value": float(amount), "fieldtype": "Currency", "route": route, "route_options": shown}


@frappe.whitelist()
def held_value_card(filters: str | None = None) -> dict[str, Any]:  # noqa: ARG001  (as Number Card calls it)
	"""The number card of what the goods are worth that wait, in the user's default company.

	What has left of an order does not wait. Only of orders that the user may read.
	"""
	frappe.has_permission("Sales Order", "read", throw=True)
	company = company_for_user(None)
	held = {**HELD, "company": company}
	rows = frappe.get_list("Sales Order", held, ["base_grand_total", "per_delivered"], limit_page_length=0)
	value = sum(flt(row.base_grand_total) * (FULLY - flt(row.per_delivered)) / FULLY for row in rows)
	return {
		"value": value,
		"fieldtype": "Currency",
		"route": ["List", "Sales Order", "List"],
		"route_options": held,
	}
