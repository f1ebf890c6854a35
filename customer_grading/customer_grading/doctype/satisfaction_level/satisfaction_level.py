import frappe
from frappe import _

from customer_grading.facts.complaint_ways import Blocked, blocked
from customer_grading.records.masters import Master


class NoSignerError(frappe.ValidationError):
	"""A level at which nobody signs: no plan of it could be approved by anybody."""


class SignerBlockedError(frappe.ValidationError):
	"""A role is to sign for which the workflow of complaints has no way."""


class SatisfactionLevel(Master):
	"""Who is at a satisfaction level, by which signs (R12), and who signs the plans at it (R11)."""

	def validate(self) -> None:
		"""Raise NoSignerError or SignerBlockedError, besides what is checked of every master."""
		super().validate()
		# Whoever writes the numbers of a policy, or the level as shipped, has not touched the line.
		if not self.flags.policy_is_checked:
			self._must_be_signed()

	def _must_be_signed(self) -> None:
		signers = [row.role for row in self.line if row.signs]
		if not signers:
			_refuse_unsigned(self.name)
		for each in blocked(signers):
			_refuse_blocked(each)


def _refuse_unsigned(level: str) -> None:
	message = _("At level {0} nobody signs, so that no plan could be approved. Let one role in line sign.")
	frappe.throw(message.format(frappe.bold(level)), NoSignerError, title=_("Nobody Signs"))


def _refuse_blocked(found: Blocked) -> None:
	message = _(
		"{0} cannot sign, because the workflow {1} does not lead that role from {2} to {3}. "
		"Add that transition to the workflow, or let another role sign."
	)
	steps = (_(step, context="Customer Complaint") for step in (found.start, found.end))
	named = (frappe.bold(_(found.role)), frappe.bold(frappe.utils.escape_html(found.workflow)))
	frappe.throw(message.format(*named, *steps), SignerBlockedError, title=_("Role Cannot Sign"))
