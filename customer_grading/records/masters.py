"""What the masters have in common: their rows are the options that the rules know, no more and no fewer."""

import frappe
from frappe import _
from frappe.model.document import Document

from customer_grading.records.policy import policy_with
from customer_grading.records.policy_places import MASTERS, fields_of


class UnknownOptionError(frappe.ValidationError):
	"""A row of a master that no rule would ever use."""


class OptionNeededError(frappe.ValidationError):
	"""A row of a master that the rules use was to be deleted."""


class Master(Document):
	"""One option with what a company says of it. Saving checks the whole policy."""

	def validate(self) -> None:
		"""Raise UnknownOptionError, or PolicyRefusedError where the policy could not be used any more."""
		self._must_be_an_option()
		if fields_of(self.doctype) and not self.flags.policy_is_checked:
			policy_with(self)

	def on_trash(self) -> None:
		"""Raise OptionNeededError, except where the app itself leaves."""
		if not frappe.flags.in_uninstall:
			frappe.throw(
				_("{0} {1} cannot be deleted, because customers are graded by it. Change it instead.").format(
					_(self.doctype), frappe.bold(_(self.name, context=self.doctype))
				),
				OptionNeededError,
				title=_("Needed for Grading"),
			)

	def _must_be_an_option(self) -> None:
		options = MASTERS[self.doctype]
		if self.name not in list(options):
			frappe.throw(
				_("{0} is not a {1} that the rules know. Use one of these: {2}.").format(
					frappe.bold(frappe.utils.escape_html(self.name)),
					_(self.doctype),
					", ".join(_(option, context=self.doctype) for option in options),
				),
				UnknownOptionError,
				title=_("Unknown Option"),
			)
