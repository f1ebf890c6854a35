from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import fmt_money, getdate, nowdate

from customer_grading.gate.waiting import refresh_later
from customer_grading.records import proposal
from customer_grading.records.reasons import sentences

APPLY_ALL = "customer_grading.jobs.proposals.apply_all"
MOST_AT_ONCE = 500


class ProposalError(frappe.ValidationError):
	"""A proposal that cannot be decided, or was and is kept."""


class GradeProposal(Document):
	"""A change that rules have found and a person decides. Written by `records.proposal`."""

	@property
	def explanation(self) -> str:
		"""Why it is proposed, in the reader's language."""
		return " ".join(sentences(self.reasons))

	@property
	def effect(self) -> str:
		"""What applying it would change, in the reader's language."""
		if self.what == "Credit Tier":
			return self._effect_of_tier()
		if self.what == "Credit Limit":
			return self._effect_of_limit()
		return _("The value class would be {0} instead of {1}, and credit limits follow the class.").format(
			self.to_value, self.from_value
		)

	def _effect_of_tier(self) -> str:
		policy = frappe.get_cached_value("Credit Tier", self.to_value, "payment_policy")
		told = _(
			"From then on tier {0} ({1}) binds each order. {2} open orders worth {3} would be bound, too."
		)
		return told.format(self.to_value, _(policy), self.open_orders, fmt_money(self.open_order_amount))

	def _effect_of_limit(self) -> str:
		amount = fmt_money(self.to_value)
		if not self.from_value:
			return self._effect_of_first_limit(amount)
		told = _("The credit limit in {0} would be {1} instead of {2}.")
		return told.format(self.company, amount, fmt_money(self.from_value))

	def _effect_of_first_limit(self, amount: str) -> str:
		filters = {"parenttype": "Customer", "parent": self.customer, "company": self.company}
		typed = frappe.db.get_value("Customer Credit Limit", filters, "credit_limit")
		if not typed:
			return _("The credit limit in {0} would be {1}. None is set yet.").format(self.company, amount)
		told = _("The credit limit in {0} would be {1}, and replace the {2} that was typed in ERPNext.")
		return told.format(self.company, amount, fmt_money(typed))

	def validate(self) -> None:
		"""Proposals are written by rules, and decided by the buttons."""
		self._refuse(_("A proposal is not typed or changed. Apply it, or reject it."))

	def on_trash(self) -> None:
		"""A decided proposal is evidence."""
		if not frappe.flags.in_uninstall:
			self._refuse(_("A proposal is kept. Reject it where it is wrong."))

	def _refuse(self, message: str) -> None:
		frappe.throw(message, ProposalError, title=_("Grade Proposal"))


@frappe.whitelist(methods=["POST"])
def apply(names: list[str] | str) -> int:
	"""Apply open proposals; how many of them were, because others may have been decided meanwhile."""
	frappe.has_permission("Grade Proposal", "write", throw=True)
	chosen: list[str] = frappe.parse_json(names)
	if len(chosen) > MOST_AT_ONCE:
		message = _("{0} proposals are too many at once. Use {1} for more than {2}.")
		frappe.throw(message.format(len(chosen), _("Apply All"), MOST_AT_ONCE), ProposalError)
	proposals = [frappe.get_doc("Grade Proposal", name) for name in chosen]
	for each in proposals:
		each.check_permission("write")
	applied = proposal.apply(chosen, getdate(nowdate()))
	refresh_later(*{each.customer for each in proposals})
	return len(applied)


@frappe.whitelist(methods=["POST"])
def apply_all(what: str, to_value: str | None = None) -> None:
	"""Apply all open proposals of a kind (and value), in the background."""
	frappe.has_permission("Grade Proposal", "write", throw=True)
	frappe.enqueue(APPLY_ALL, queue="long", enqueue_after_commit=True, what=what, to_value=to_value)


@frappe.whitelist(methods=["POST"])
def reject(names: list[str] | str, remark: str) -> int:
	"""Reject open proposals for a reason; how many. They do not come again before the settings' term."""
	frappe.has_permission("Grade Proposal", "write", throw=True)
	if not remark.strip():
		frappe.throw(_("Say why, so that others understand the rejection."), ProposalError)
	days = frappe.db.get_single_value("Grading Settings", "hold_by_hand_days") or 0
	chosen: list[str] = frappe.parse_json(names)
	for name in chosen:
		document: Any = frappe.get_doc("Grade Proposal", name)
		document.check_permission("write")
		if not proposal.reject(name, remark, getdate(nowdate()) + timedelta(days=days)):
			message = _("The proposal for {0} is decided already: {1}.")
			status = frappe.db.get_value("Grade Proposal", name, "status", for_update=True)
			frappe.throw(message.format(document.customer, _(status)), ProposalError)
	return len(chosen)
