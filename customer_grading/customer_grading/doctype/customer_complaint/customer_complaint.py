from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now, nowdate

from customer_grading.facts.complaints import days_open, earlier, in_month, signs, step_facts
from customer_grading.records import alert, complaint_kept, dispute, satisfaction
from customer_grading.records.complaint import (
	ComplaintError,
	LevelChange,
	StepError,
	advice,
	handling,
	refuse_step,
	signed_roles,
)
from customer_grading.records.policy import current_policy
from customer_grading.records.reasons import dump, sentences
from customer_grading.rules.complaint import LevelAnswer, assess
from customer_grading.rules.complaint_steps import SIGNABLE, may_sign, missing
from customer_grading.rules.options import (
	ComplaintSource,
	ComplaintStep,
	Opinion,
	SatisfactionLevel,
)

Step = ComplaintStep
LEVEL_ROLES = (
	"Sales Manager",
	"Sales Management Manager",
	"Sales General Manager",
	"Group General Manager",
)
"""Who may set a level by hand."""
PAPERS = {
	"sales_order": "Sales Order",
	"delivery_note": "Delivery Note",
	"sales_invoice": "Sales Invoice",
	"warranty_claim": "Warranty Claim",
}
"""The documents that a complaint may be about: the customer's own."""
FEWEST_LETTERS = 4
"""Of a reason or an opinion: enough for four Chinese characters, too many for "ok"."""


class ForeignDocumentError(ComplaintError):
	"""A document of another customer is named."""


class ComplaintDateError(ComplaintError):
	"""Something is dated later than it can have happened."""


class SignatureRefusedError(ComplaintError):
	"""Somebody cannot sign: no person, not in line, or a second time."""


class LevelRefusedError(ComplaintError):
	"""A level cannot be set by hand like that."""


class Signature(NamedTuple):
	"""What somebody says who signs at this moment."""

	decision: Opinion
	opinion: str


class ByHand(NamedTuple):
	"""A level that somebody sets at this moment, and why."""

	level: SatisfactionLevel
	reason: str


class CustomerComplaint(Document):
	"""A complaint in the steps of the handbook (R11), with its satisfaction level (R12)."""

	@property
	def explanation(self) -> str:
		"""Why the complaint has its level, in the reader's language."""
		return " ".join(sentences(self.level_reasons))

	@property
	def advice(self) -> str:
		"""How to deal with whoever complains, in the reader's language."""
		return "\n".join(advice(self.level, self.complainant))

	@property
	def days_open(self) -> int:
		"""Days from the complaint to its solution, or to today."""
		return days_open(self.as_row(), getdate(nowdate()))

	def as_row(self) -> dict[str, object]:
		"""The stored fields by name."""
		return self.__dict__

	def validate(self) -> None:
		"""Raise a ComplaintError that names what is missing; else take the level and the step."""
		self._check()

	def before_update_after_submit(self) -> None:
		"""The same for what is saved after the problem was confirmed."""
		self._check()

	def _check(self) -> None:
		before = self.get_doc_before_save()
		if before is None:
			self._raise()
		else:
			complaint_kept.refuse_changes(self, before)
		self._must_be_plausible(before)
		start = Step(before.step) if before else Step.RAISED
		if before is None or before.is_open:
			asked = self._asked_for(start)
			self._find_repeats()
			self._take_level()
			self._take_step(start, asked)

	def _raise(self) -> None:
		"""A new complaint begins at the first step, whatever was filled in."""
		complaint_kept.forget_derived(self)
		if self.flags.raised_outside:
			complaint_kept.forget_handling(self)
		else:
			self.source = ComplaintSource.DESK
		self.update({"step": Step.RAISED, "is_open": 1, "plan_round": 1, "step_since": now()})
		self.update({"raised_by": frappe.session.user, "raised_on": self.raised_on or nowdate()})
		self.company = self._company() or self.company

	def _company(self) -> str | None:
		"""The company that the papers name, else the one filled in, else the default one."""
		for field in ("sales_invoice", "delivery_note", "sales_order"):
			if self.get(field):
				return frappe.db.get_value(PAPERS[field], self.get(field), "company")
		return self.company or frappe.db.get_single_value("Global Defaults", "default_company")

	def _must_be_plausible(self, before: Document | None) -> None:
		for field, doctype in PAPERS.items():
			if self.get(field) and (before is None or before.get(field) != self.get(field)):
				_must_belong(doctype, self.get(field), self.customer)
		for label, day, latest in self._dates():
			if day and getdate(day) > latest:
				_refuse_date(label, latest)
		for talk in self.talks:
			talk.talked_by = talk.talked_by or frappe.session.user

	def _dates(self) -> Iterator[tuple[str, object, date]]:
		"""What is dated, when, and the last day that it can be of."""
		today = getdate(nowdate())
		yield _("Raised On"), self.raised_on, today
		yield _("Occurred On"), self.occurred_on, getdate(self.raised_on)
		yield from ((_("Date of the talk"), talk.talk_date, today) for talk in self.talks)
		yield from ((_("Done On"), row.done_on, today) for row in self.plan)

	def _find_repeats(self) -> None:
		"""What the customer complained of before about the same item; told times are never counted down."""
		raised = getdate(self.raised_on)
		before = earlier(self.customer, self.item_code, raised, self.name)
		self.repeat_of = before[0] if before else None
		self.times_in_month = max(self.times_in_month or 1, 1 + in_month(before, raised))

	def _take_level(self) -> None:
		"""The level that the rules give, or that somebody sets at this moment; each change is kept."""
		old = self.level or ""
		current = SatisfactionLevel(old) if old else None
		overruled = SatisfactionLevel(self.overruled_level) if self.overruled_level else None
		policy = current_policy().satisfaction
		answer = assess(signs(self.as_row(), getdate(nowdate())), policy, current, overruled)
		self.update({"proposed_level": str(answer.proposed), "level_reasons": dump(answer.reasons)})
		if self.flags.by_hand:
			self._set_by_hand(self.flags.by_hand, answer)
		elif answer.level != old:
			self.update({"level": str(answer.level), "overruled_level": None})
			self._append(LevelChange(self.name, old, str(answer.level), answer.reasons))
		self.flags.risen = self.level > old

	def _set_by_hand(self, chosen: ByHand, answer: LevelAnswer) -> None:
		"""The proposal that somebody has overruled does not raise the level again; a worse one does."""
		if chosen.level == self.level:
			_refuse_level(_("The complaint is at level {0} already.").format(self.level))
		is_lower = answer.proposed.is_worse_than(chosen.level)
		change = LevelChange(self.name, self.level, str(chosen.level), answer.reasons, chosen.reason, True)
		overruled = str(answer.proposed) if is_lower else None
		self.update({"level": str(chosen.level), "overruled_level": overruled})
		self._append(change)

	def _append(self, change: LevelChange) -> None:
		self.append("level_changes", change.row())

	def _take_step(self, start: ComplaintStep, end: ComplaintStep) -> None:
		"""Go to the step that was asked for, or that a signature leads to, if nothing is missing for it."""
		if self.flags.signature:
			end = self._sign(start, self.flags.signature)
		self.step = end
		self.signatures_missing = len(self._unsigned())
		if end is not start:
			self._must_be_possible(start, end)
			self._enter(end)
		if end not in SIGNABLE:
			self.signatures_missing = 0
		self._set_dates(end)

	def _asked_for(self, start: ComplaintStep) -> ComplaintStep:
		"""The step as it was filled in; submitting a raised complaint confirms the problem."""
		if self.step not in list(Step):
			_refuse_no_step(self.step)
		if start is Step.RAISED and self.step == Step.RAISED and self.docstatus == 1:
			return Step.CONFIRMED
		if self.step != Step.RAISED and self.docstatus == 0:
			_refuse_unsubmitted()
		return Step(self.step)

	def _must_be_possible(self, start: ComplaintStep, end: ComplaintStep) -> None:
		given = self.flags.signature
		reasons = missing(start, end, step_facts(self, start, given and given.decision, self._is_own()))
		if reasons:
			refuse_step(reasons)

	def _is_own(self) -> bool:
		return frappe.session.user in (self.raised_by, self.owner)

	def _unsigned(self) -> list[str]:
		"""The roles whose signatures the level still needs for the plan in hand, in their order."""
		signed = signed_roles(self.opinions, self.plan_round or 1)
		return [role for role in handling(self.level).signers if role not in signed]

	def _sign(self, start: ComplaintStep, given: Signature) -> ComplaintStep:
		"""Keep an opinion, and tell the step that it leads to."""
		if start not in SIGNABLE:
			_refuse_signature(
				_("At the step {0} there is nothing to sign.").format(_(start, context=self.doctype))
			)
		role = self._role_to_sign(given.decision)
		reasons = may_sign(step_facts(self, start, given.decision, self._is_own()))
		if given.decision is Opinion.AGREE and reasons:
			refuse_step(reasons)
		self._append_opinion(role, given)
		if given.decision is Opinion.SEND_BACK:
			return Step.JUDGED
		if self._unsigned():
			return Step.SIGNED if start is Step.PLANNED else start
		return Step.SIGNED if start is Step.PLANNED else Step.APPROVED

	def _role_to_sign(self, decision: Opinion) -> str:
		"""The role as which the user signs: the next in line, or to send back any in line that they hold."""
		_must_be_a_person()
		line, held = handling(self.level).signers, set(frappe.get_roles())
		unsigned = self._unsigned()
		turn = unsigned[:1] if decision is Opinion.AGREE and unsigned else list(line)
		role = next((each for each in turn if each in held), None)
		if role is None:
			told = _("It is for {0} to sign at level {1}.")
			_refuse_signature(told.format(_(turn[0]) if turn else "-", self.level))
		if decision is Opinion.AGREE:
			self._must_be_another_person()
		return role

	def _must_be_another_person(self) -> None:
		for each in self.opinions:
			is_theirs = each.user == frappe.session.user and each.decision == Opinion.AGREE
			if is_theirs and each.plan_round == (self.plan_round or 1):
				_refuse_signature(_("You have signed this plan already, as {0}.").format(_(each.role)))

	def _append_opinion(self, role: str, given: Signature) -> None:
		told = {"role": role, "user": frappe.session.user, "decision": str(given.decision)}
		told |= {"opinion": given.opinion, "signed_on": now(), "level": self.level}
		self.append("opinions", {**told, "plan_round": self.plan_round or 1})

	def _enter(self, end: ComplaintStep) -> None:
		"""What a step brings with it."""
		today = nowdate()
		self.update({"step_since": now(), "overdue_told": 0, "is_open": int(end.is_open)})
		if end is Step.JUDGED and self.plan:
			self.update({"plan_round": (self.plan_round or 1) + 1, "approved_on": None})
		elif end is Step.APPROVED:
			self.approved_on = today
		elif end is Step.EXECUTED:
			self.executed_on = today
		elif not end.is_open:
			self.closed_on = today

	def _set_dates(self, end: ComplaintStep) -> None:
		how = handling(self.level)
		self.due_on = how.due(getdate(self.raised_on))
		self.step_due = how.step_due(getdate(self.step_since)) if end.is_open else None
		if end in (Step.EXECUTED, Step.CLOSED) and self.executed_on:
			self.solved_in_time = int(not self.due_on or getdate(self.executed_on) <= self.due_on)

	def on_update(self) -> None:
		"""Mark the invoice, tell those in line, show the level on the Customer."""
		self._take_effect()

	def on_update_after_submit(self) -> None:
		"""The same for what is saved after the problem was confirmed."""
		self._take_effect()

	def _take_effect(self) -> None:
		before = self.get_doc_before_save()
		self._dispute(before)
		if self.flags.risen:
			alert.tell([self._news()])
		self.flags.update({"risen": None, "by_hand": None, "signature": None})
		satisfaction.refresh({self.customer, *([before.customer] if before else [])})

	def _dispute(self, before: Document | None) -> None:
		"""What a customer raises from outside marks no invoice before the problem is confirmed."""
		old = before.sales_invoice if before and self.disputes_invoice else None
		counts = self.docstatus == 1 or self.source == ComplaintSource.DESK
		wanted = self.sales_invoice if self.is_open and counts else None
		if old and old != wanted:
			dispute.give_back(self.name, old)
			self.disputes_invoice = 0
		if wanted and not self.disputes_invoice:
			self.disputes_invoice = int(dispute.take(self.name, wanted))

	def _news(self) -> alert.News:
		told = handling(self.level).told
		return alert.News(self.name, self.customer, self.subject, self.level, told, self.complainant)

	def before_cancel(self) -> None:
		"""A complaint is kept."""
		complaint_kept.forbid(self.name)

	def on_trash(self) -> None:
		"""A complaint is kept, whoever asks; only with the app itself it goes."""
		if not frappe.flags.in_uninstall:
			complaint_kept.forbid(self.name)


@frappe.whitelist(methods=["POST"])
def sign_plan(complaint: str, decision: str, opinion: str) -> dict[str, str]:
	"""Sign the plan of a complaint, or send it back, with an opinion; the step that it is at then.

	`decision`: Agree or Send back. The user signs as the next in line for the level. Raises StepError or
	SignatureRefusedError where that cannot be.
	"""
	frappe.has_permission("Customer Complaint", "write", throw=True)
	document = frappe.get_doc("Customer Complaint", complaint)
	document.check_permission("write")
	if decision not in list(Opinion):
		_refuse_signature(_("Agree to the plan, or send it back."))
	_must_say_why(opinion, SignatureRefusedError)
	document.flags.signature = Signature(Opinion(decision), opinion.strip())
	document.save()
	if document.step == Step.SIGNED and decision == Opinion.AGREE and not document.signatures_missing:
		document.step = Step.APPROVED
		document.save()
	return {"step": document.step}


@frappe.whitelist(methods=["POST"])
def set_level(complaint: str, level: str, reason: str) -> dict[str, str]:
	"""Set the level of an open complaint by hand, with a reason that is kept in its history."""
	frappe.has_permission("Customer Complaint", "write", throw=True)
	_must_set_levels()
	document = frappe.get_doc("Customer Complaint", complaint)
	document.check_permission("write")
	if level not in list(SatisfactionLevel):
		_refuse_level(_("A level is one of these: {0}.").format(", ".join(SatisfactionLevel)))
	if not document.is_open:
		_refuse_level(_("The complaint is closed, and its level stays."))
	_must_say_why(reason, LevelRefusedError)
	document.flags.by_hand = ByHand(SatisfactionLevel(level), reason.strip())
	document.save()
	return {"level": document.level}


def _must_say_why(text: str, error: type[ComplaintError]) -> None:
	if sum(map(str.isalnum, text)) < FEWEST_LETTERS:
		frappe.throw(_("Say why in a few words: it is kept, and others go by it."), error, title=_("Say Why"))


def _must_set_levels() -> None:
	if not set(LEVEL_ROLES) & set(frappe.get_roles()):
		message = _("The level is set by one of these: {0}.").format(", ".join(map(_, LEVEL_ROLES)))
		frappe.throw(message, frappe.PermissionError, title=_("Not Permitted"))


def _must_be_a_person() -> None:
	user = frappe.session.user
	data = frappe.session.get("data") or {}
	if user in ("Administrator", "Guest") or data.get("impersonated_by"):
		_refuse_signature(_("Sign as yourself: a signature needs a person who has logged in."))


def _must_belong(doctype: str, name: str, customer: str) -> None:
	if frappe.db.get_value(doctype, name, "customer") != customer:
		frappe.throw(
			_("{0} {1} does not belong to customer {2}. Name one of theirs, or leave it empty.").format(
				_(doctype), frappe.bold(frappe.utils.escape_html(name)), frappe.utils.escape_html(customer)
			),
			ForeignDocumentError,
			title=_("Another Customer's Document"),
		)


def _refuse_date(label: str, latest: date) -> NoReturn:
	message = _("{0} cannot be later than {1}. Correct the date.")
	frappe.throw(message.format(label, frappe.format(latest, "Date")), ComplaintDateError, title=_("Not Yet"))


def _refuse_no_step(step: str) -> NoReturn:
	message = _("{0} is no step of a complaint. Use the actions of the form.")
	frappe.throw(
		message.format(frappe.bold(frappe.utils.escape_html(step or "-"))), StepError, title=_("Unknown Step")
	)


def _refuse_unsubmitted() -> NoReturn:
	frappe.throw(
		_("Confirm the problem first, or dismiss the complaint, by the actions of the form."),
		StepError,
		title=_("Step Not Possible Yet"),
	)


def _refuse_signature(message: str) -> NoReturn:
	frappe.throw(message, SignatureRefusedError, title=_("Cannot Sign"))


def _refuse_level(message: str) -> NoReturn:
	frappe.throw(message, LevelRefusedError, title=_("Level Not Set"))
