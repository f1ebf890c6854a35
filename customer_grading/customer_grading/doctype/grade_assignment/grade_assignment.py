from datetime import date, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from customer_grading.facts.follow_up import follow_up_facts
from customer_grading.facts.holidays import holidays
from customer_grading.gate.waiting import refresh_later
from customer_grading.records.assignment import assign, may_assign, value_of
from customer_grading.records.grade_change import Change, Source
from customer_grading.records.policy import current_policy
from customer_grading.rules.follow_up import follow_up_state
from customer_grading.rules.options import CustomerGrade, Graded

MOST_AT_ONCE = 500
"""Customers of one request: what the list shows at most. More are imported."""


class AssignmentError(frappe.ValidationError):
	"""An assignment that cannot be made, or was made and is kept."""


class GradeAssignment(Document):
	"""A person assigns a tier, class, category or grade. Takes effect when inserted; rules then hold back."""

	def validate(self) -> None:
		"""Check the value and the role; a made assignment is not changed."""
		if not self.is_new():
			self._refuse(_("An assignment is not changed after it was made. Make another one."))
		# Before the value can be checked, and with the message that Frappe has for it.
		self._validate_selects()
		self._validate_mandatory()
		what = Graded(self.what)
		self.value = value_of(what, self.value)
		if not may_assign(what, frappe.session.user):
			message = _("{0} may only be assigned by a Credit Controller or a Sales Master Manager.")
			frappe.throw(message.format(_(self.what)), frappe.PermissionError)
		# What a salesperson may not see, a salesperson may not grade.
		frappe.get_doc("Customer", self.customer).check_permission("read")
		self._set_term()
		self.old_value = frappe.db.get_value("Customer", self.customer, what.field, for_update=True) or ""

	def _set_term(self) -> None:
		today = getdate(nowdate())
		if not self.held_until:
			days = frappe.db.get_single_value("Grading Settings", "hold_by_hand_days") or 0
			self.held_until = today + timedelta(days=days)
		if getdate(self.held_until) < today:
			self._refuse(
				_("Held Until is {0}, which has passed.").format(frappe.format(self.held_until, "Date"))
			)

	def _refuse(self, message: str) -> None:
		frappe.throw(message, AssignmentError, title=_("Grade Assignment"))

	def after_insert(self) -> None:
		"""Set the value on the customer, and remember it."""
		change = Change(
			self.customer,
			Graded(self.what),
			self.old_value,
			self.value,
			remark=self.reason,
			held_until=getdate(self.held_until),
			by_hand=True,
		)
		today = getdate(nowdate())
		assign(change, Source(self.doctype, self.name), today, self._follows(today))
		if self.what == Graded.CREDIT_TIER:
			refresh_later(self.customer)

	def _follows(self, today: date) -> dict[str, str | date]:
		"""From a grade follows when the customer is handled next; from the other values nothing at once."""
		if self.what != Graded.CUSTOMER_GRADE:
			return {}
		policy = current_policy()
		known = follow_up_facts(self.customer, today, policy)
		state = follow_up_state(known, today, holidays(today), policy, held=CustomerGrade(self.value))
		urgency, cadence = str(state.urgency), str(state.cadence)
		return {"follow_up_cadence": cadence, "next_follow_up": state.next_date, "urgency": urgency}

	def on_trash(self) -> None:
		"""Assignments are evidence."""
		if not frappe.flags.in_uninstall:
			self._refuse(_("An assignment is kept. Make another one to correct it."))


@frappe.whitelist(methods=["POST"])
def assign_many(
	customers: list[str] | str, what: str, value: str, reason: str, held_until: str | None = None
) -> int:
	"""Assign one value to several customers, all or none; how many.

	Raises where the user may not, or where one of the customers cannot take it.
	"""
	frappe.has_permission("Grade Assignment", "create", throw=True)
	chosen: list[str] = frappe.parse_json(customers)
	if len(chosen) > MOST_AT_ONCE:
		message = _("{0} customers are too many at once. Import more than {1} from a file.")
		frappe.throw(message.format(len(chosen), MOST_AT_ONCE), AssignmentError)
	for customer in chosen:
		assignment = frappe.new_doc("Grade Assignment")
		assignment.update({"customer": customer, "what": what, "value": value})
		assignment.update({"reason": reason, "held_until": held_until})
		assignment.insert()
	return len(chosen)
