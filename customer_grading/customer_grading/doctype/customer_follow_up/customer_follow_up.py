from dataclasses import replace
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from customer_grading.customer_grading.doctype.grade_change.grade_change import EvidenceError
from customer_grading.facts.follow_up import follow_up_facts
from customer_grading.facts.holidays import holidays
from customer_grading.records import todo
from customer_grading.records.evidence import must_belong
from customer_grading.records.follow_up import locked, stand
from customer_grading.records.grade_change import Source
from customer_grading.records.policy import current_policy
from customer_grading.records.reasons import dump, sentences
from customer_grading.rules.follow_up import FollowUpState, follow_up_state
from customer_grading.rules.options import CustomerGrade, Need
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import fingerprint

RESULTS = ("grade_before", "grade_after", "follow_up_cadence", "next_follow_up", "reasons")
FEWEST_LETTERS = 4
"""Of what was learned: enough for four Chinese characters, too many for "ok"."""


class FollowUpError(frappe.ValidationError):
	"""A follow-up that cannot be filed as it is."""


class CustomerFollowUp(Document):
	"""What was learned from a customer, and by which evidence (R2). Filed once, then kept."""

	@property
	def explanation(self) -> str:
		"""Why the customer has its grade now, in the reader's language."""
		return " ".join(sentences(self.reasons))

	def validate(self) -> None:
		"""Raise FollowUpError, EvidenceError or PermissionError where the follow-up cannot be filed."""
		if not self.is_new():
			_refuse_change(self.name)
		self.update(dict.fromkeys(RESULTS))
		if not self.flags.ignore_permissions:
			frappe.has_permission("Customer", "read", doc=self.customer, throw=True)
		self._must_be_own()
		self._must_be_over()
		self._must_tell_something()
		self._must_close_later()
		must_belong(self.reference_doctype, self.reference_name, self.customer)

	def _must_be_own(self) -> None:
		"""Evidence in somebody else's name is filed by a Sales Manager only."""
		user = frappe.session.user
		self.followed_up_by = self.followed_up_by or user
		may_file_for_others = self.flags.ignore_permissions or "Sales Manager" in frappe.get_roles(user)
		if self.followed_up_by != user and not may_file_for_others:
			frappe.throw(
				_("You may only file follow-ups of your own. A Sales Manager may file those of others."),
				FollowUpError,
				title=_("Not Your Follow-up"),
			)

	def _must_be_over(self) -> None:
		self.follow_up_date = getdate(self.follow_up_date or nowdate())
		if self.follow_up_date > getdate(nowdate()):
			frappe.throw(
				_("The follow-up is dated {0}, which is still to come. File it once you have talked.").format(
					frappe.format(self.follow_up_date, "Date")
				),
				FollowUpError,
				title=_("Not Yet"),
			)

	def _must_tell_something(self) -> None:
		if self.learned and sum(map(str.isalnum, self.learned)) < FEWEST_LETTERS:
			frappe.throw(
				_("Tell in a few words what you learned from the customer."),
				FollowUpError,
				title=_("What Did You Learn?"),
			)

	def _must_close_later(self) -> None:
		"""An expected close belongs to a clear need; with any other it means nothing, and is left out."""
		if self.need != Need.CLEAR:
			self.expected_close = None
		if self.expected_close and getdate(self.expected_close) < self.follow_up_date:
			frappe.throw(
				_("A deal cannot be expected on {0}, before the follow-up itself.").format(
					frappe.format(self.expected_close, "Date")
				),
				FollowUpError,
				title=_("Expected Close Has Passed"),
			)

	def after_insert(self) -> None:
		"""Grade the customer anew and close its ToDo; one that is older than the last is only filed."""
		today = getdate(nowdate())
		before = locked(self.customer, today)
		if before.last_follow_up and self.follow_up_date < before.last_follow_up:
			frappe.msgprint(
				_("There is a newer follow-up, of {0}: grade and next date stay as they are.").format(
					frappe.format(before.last_follow_up, "Date")
				)
			)
			return
		policy = current_policy()
		state = self._graded(today, policy, before.held_grade)
		source = Source(self.doctype, self.name, fingerprint(policy))
		stand(before, state, source, today, self.follow_up_date)
		todo.close(self.customer)
		self._tell(before.customer_grade, state)

	def _graded(self, today: date, policy: Policy, held: CustomerGrade | None) -> FollowUpState:
		known = follow_up_facts(self.customer, today, policy)
		# Only this, a follow-up, ever moves a date that stands.
		known = replace(known, last=self.follow_up_date, due=None)
		return follow_up_state(known, today, holidays(today), policy, held=held)

	def _tell(self, before: str, state: FollowUpState) -> None:
		self.db_set(
			{
				"grade_before": before,
				"grade_after": str(state.grade),
				"follow_up_cadence": str(state.cadence),
				"next_follow_up": state.next_date,
				"reasons": dump(state.reasons),
			},
			update_modified=False,
		)

	def on_trash(self) -> None:
		"""Evidence is kept, whoever asks; only with the app itself it goes."""
		if not frappe.flags.in_uninstall:
			frappe.throw(
				_("The follow-up {0} is kept and cannot be deleted.").format(self.name),
				EvidenceError,
				title=_("Evidence Is Kept"),
			)


def _refuse_change(name: str) -> None:
	frappe.throw(
		_("The follow-up {0} is kept as it was filed. File another one with what you know now.").format(name),
		EvidenceError,
		title=_("Evidence Is Kept"),
	)
