from contextlib import suppress
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from customer_grading.records.policy import (
	PolicyRefusedError,
	current_policy,
	policy_with,
	refuse,
	store_policy,
	where,
)
from customer_grading.records.policy_places import SETTINGS, Difference, differences, must_fit
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import dumps, fingerprint, loads
from customer_grading.rules.settings import PolicyError

BOUNDS = {
	"min_limit_change": (0, 100),
	"hold_by_hand_days": (0, 3650),
	"full_regrade_days": (0, 366),
	"regrade_chunk": (1, 100_000),
	"survey_days_after": (0, 365),
	"survey_pause_days": (1, 3650),
	"survey_valid_days": (1, 365),
	"outside_files": (0, 10),
	"outside_file_mb": (1, 20),
	"release_days": (1, 365),
}
"""From and to of what is no part of the policy."""


class SettingOutOfBoundsError(frappe.ValidationError):
	"""A setting outside of the policy that cannot be."""


class PolicyChangedError(frappe.ValidationError):
	"""Somebody changed the policy between the look at an import and its approval."""


class GradingSettings(Document):
	"""Every number of grading that stands in no master, and how regrades run."""

	def onload(self) -> None:
		"""Show by which fingerprint answers name the policy in force."""
		# A policy that cannot be used is told, and must not keep its own form from being opened.
		with suppress(PolicyRefusedError):
			self.set_onload("fingerprint", fingerprint(current_policy()))

	def validate(self) -> None:
		"""Raise PolicyRefusedError or SettingOutOfBoundsError where grading could not run on this."""
		for field, (lowest, highest) in BOUNDS.items():
			self._must_lie(field, lowest, highest)
		self._must_be_one_mode()
		if not self.flags.policy_is_checked:
			policy_with(self)

	def _must_lie(self, field: str, lowest: int, highest: int) -> None:
		if not lowest <= flt(self.get(field)) <= highest:
			frappe.throw(
				_("{0} must lie between {1} and {2}.").format(
					_(self.meta.get_label(field), context=self.doctype), lowest, highest
				),
				SettingOutOfBoundsError,
				title=_("Out of Bounds"),
			)

	def _must_be_one_mode(self) -> None:
		companies = [row.company for row in self.company_modes]
		twice = next((company for company in companies if companies.count(company) > 1), None)
		if twice:
			message = _("{0} stands twice in the modes of companies. Remove one of the rows.")
			told = message.format(frappe.bold(frappe.utils.escape_html(twice)))
			frappe.throw(told, SettingOutOfBoundsError, title=_("Two Modes of One Company"))


@frappe.whitelist(methods=["GET"])
def export_policy() -> None:
	"""Download the policy in force as the file that the preview takes and `apply_policy` takes back."""
	frappe.has_permission(SETTINGS, "read", throw=True)
	frappe.response.filename = "policy.toml"
	frappe.response.filecontent = dumps(current_policy()).encode()
	frappe.response.type = "binary"


@frappe.whitelist(methods=["POST"])
def preview_policy(toml: str) -> dict[str, Any]:
	"""What importing this file would change, and the fingerprints before and after. Changes nothing."""
	frappe.has_permission(SETTINGS, "write", throw=True)
	old, new = current_policy(), _read(toml)
	return {"changes": _told(differences(old, new)), "old": fingerprint(old), "new": fingerprint(new)}


@frappe.whitelist(methods=["POST"])
def apply_policy(toml: str, old: str) -> dict[str, Any]:
	"""Import the file, all of it or nothing, if the policy in force still has the fingerprint `old`."""
	frappe.has_permission(SETTINGS, "write", throw=True)
	policy = _read(toml)
	if fingerprint(current_policy()) != old:
		frappe.throw(
			_("Somebody has changed the policy meanwhile. Look at the changes again, then apply them."),
			PolicyChangedError,
			title=_("Policy Has Changed"),
		)
	return {"changes": _told(store_policy(policy)), "new": fingerprint(policy)}


def _read(toml: str) -> Policy:
	try:
		policy = loads(toml)
		must_fit(policy)
	except PolicyError as error:
		refuse(error)
	return policy


def _told(changes: list[Difference]) -> list[dict[str, str]]:
	return [
		{"setting": place.path, "where": where(place), "old": old, "new": new} for place, old, new in changes
	]
