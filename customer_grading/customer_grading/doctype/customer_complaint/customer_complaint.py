from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now, nowdate

from customer_grading.facts.complaints import days_open, earlier, in_month, signs, step_facts
from customer_grading.facts.contact import is_contact_of
from customer_grading.records import alert, complaint_files, complaint_kept, dispute, satisfaction
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
from customer_grading.rules.complaint import LevelAnswer, assess, level_to_sign
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
FIRST_LINE = ("Support Team",)
"""Who is told of what a customer raises, where nobody is their account manager."""
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
	"""A document or a contact of another customer is named."""


class ComplaintDateError(ComplaintError):
	"""Something is dated later than it can have happened, or than it was said to have."""


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
	def level_to_sign(self) -> str:
		"""The level whose line signs: the worse of what stands and of what a person has overruled."""
		return level_to_sign(self.level or "", self.overruled_level)

	@property
	def signing_roles(self) -> list[str]:
		"""The roles whose opinions the plan in hand needs or bears, in their order: for the printed form."""
		given = [row.role for row in self.opinions if (row.plan_round or 1) == (self.plan_round or 1)]
		return list(dict.fromkeys((*handling(self.level_to_sign).signers, *given)))

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
		complaint_files.take(self, before)
		self._must_be_theirs(before)
		self._must_be_dated(before)
		self._name_who_talked(before)
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

	def _must_be_theirs(self, before: Document | None) -> None:
		for field, doctype in PAPERS.items():
			if self._is_new_for_customer(field, before):
				_must_belong(doctype, self.get(field), self.customer)
		if self._is_new_for_customer("contact_person", before):
			_must_be_their_contact(self.contact_person, self.customer)

	def _must_be_dated(self, before: Document | None) -> None:
		for label, day, latest in self._dates():
			if day and getdate(day) > latest:
				_refuse_date(label, latest)
		if before and getdate(self.raised_on) > getdate(before.raised_on):
			_refuse_later(before.raised_on)

	def _name_who_talked(self, before: Document | None) -> None:
		"""A talk is of whoever logs it."""
		logged = {talk.name for talk in before.talks} if before else set()
		for talk in self.talks:
			if talk.name not in logged:
				talk.talked_by = frappe.session.user

	def _is_new_for_customer(self, field: str, before: Document | None) -> bool:
		"""Whether something is named that was not named for this customer before."""
		told = (self.get(field), self.customer)
		return bool(self.get(field)) and (before is None or told != (before.get(field), before.customer))

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
		self.flags.old_level = old

	def _set_by_hand(self, chosen: ByHand, answer: LevelAnswer) -> None:
		"""The proposal that somebody has overruled does not raise the level again; a worse one does."""
		if chosen.level == self.level:
			_refuse_level(_("The complaint is at level {0} already.").format(self.level))
		if self.level > chosen.level:
			_must_lower(self.level_to_sign)
		change = LevelChange(self.name, self.level, str(chosen.level), answer.reasons, chosen.reason, True)
		# What was overruled before stays so, though its signs may be gone: its line signs.
		overruled = max(str(answer.proposed), self.overruled_level or "")
		self.update({"level": str(chosen.level), "overruled_level": None})
		if overruled > chosen.level:
			self.overruled_level = overruled
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
		return [role for role in handling(self.level_to_sign).signers if role not in signed]

	def _sign(self, start: ComplaintStep, given: Signature) -> ComplaintStep:
		"""Keep an opinion, and tell the step that it leads to."""
		if start not in SIGNABLE:
			_refuse_signature(
				_("At the step {0} there is nothing to sign.").format(_(start, context=self.doctype))
			)
		role = self._role_to_sign(start, given.decision)
		reasons = may_sign(step_facts(self, start, given.decision, self._is_own()))
		if given.decision is Opinion.AGREE and reasons:
			refuse_step(reasons)
		self._append_opinion(role, given)
		if given.decision is Opinion.SEND_BACK:
			return Step.JUDGED
		if self._unsigned():
			return Step.SIGNED if start is Step.PLANNED else start
		return Step.SIGNED if start is Step.PLANNED else Step.APPROVED

	def _role_to_sign(self, start: ComplaintStep, decision: Opinion) -> str:
		"""The role as which the user signs."""
		_must_be_a_person()
		held, turn = set(frappe.get_roles()), self._turn(start, decision)
		role = next((each for each in turn if each in held), None)
		if role is None:
			told = _("It is for {0} to sign at level {1}.")
			_refuse_signature(told.format(_(turn[0]) if turn else "-", self.level_to_sign))
		if decision is Opinion.AGREE:
			self._must_be_another_person()
		return role

	def _turn(self, start: ComplaintStep, decision: Opinion) -> list[str]:
		"""Who may sign now: the next in line; or send back: all, and once approved those still to sign."""
		line, unsigned = handling(self.level_to_sign).signers, self._unsigned()
		if decision is Opinion.AGREE:
			unsigned = unsigned[:1]
		elif start is not Step.APPROVED:
			unsigned = []
		return unsigned or list(line)

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
		alert.tell(list(self._news()))
		self.flags.update({"old_level": None, "by_hand": None, "signature": None})
		satisfaction.refresh({self.customer, *([before.customer] if before else [])})

	def _dispute(self, before: Document | None) -> None:
		"""Mark the invoice once it comes to be disputed. What a person then takes off stays off."""
		old = before.sales_invoice if before and self.disputes_invoice else None
		wanted = _disputed(self)
		if old and old != wanted:
			dispute.give_back(self.name, old)
			self.disputes_invoice = 0
		if wanted and wanted != (_disputed(before) if before else None):
			self.disputes_invoice = int(dispute.take(self.name, wanted))

	def _news(self) -> Iterator[alert.News]:
		"""A level that has risen is told to its own line, one that somebody has lowered to the old one."""
		old, by_hand = self.flags.old_level, self.flags.by_hand
		about = (self.name, self.customer, self.subject, self.level)
		if old == "" and self.flags.raised_outside:
			manager = frappe.db.get_value("Customer", self.customer, "account_manager") or ""
			yield alert.News(*about, FIRST_LINE, person=manager, is_from_outside=True)
		if old is not None and self.level > old:
			yield alert.News(*about, handling(self.level).told, self.complainant)
		elif old and self.level < old and by_hand:
			lowered = alert.Lowered(old, frappe.utils.get_fullname(), by_hand.reason)
			yield alert.News(*about, handling(old).concerned, self.complainant, lowered=lowered)

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


def _disputed(complaint: Document) -> str | None:
	"""The invoice that a complaint disputes: no claim does before somebody has confirmed the problem."""
	is_disputed = complaint.is_open and complaint.docstatus == 1
	return complaint.sales_invoice if is_disputed else None


def _must_say_why(text: str, error: type[ComplaintError]) -> None:
	if sum(map(str.isalnum, text)) < FEWEST_LETTERS:
		frappe.throw(_("Say why in a few words: it is kept, and others go by it."), error, title=_("Say Why"))


def _must_set_levels() -> None:
	if not set(LEVEL_ROLES) & set(frappe.get_roles()):
		message = _("The level is set by one of these: {0}.").format(", ".join(map(_, LEVEL_ROLES)))
		frappe.throw(message, frappe.PermissionError, title=_("Not Permitted"))


def _must_lower(level: str) -> None:
	"""Raise LevelRefusedError unless the user holds the role that signs last at a level."""
	last = handling(level).signers[-1:]
	if not set(last) <= set(frappe.get_roles()):
		message = _("A level {0} is lowered only by whoever signs last at it: {1}. Ask them to lower it.")
		_refuse_level(message.format(level, _(last[0])))


def _must_be_a_person() -> None:
	user = frappe.session.user
	data = frappe.session.get("data") or {}
	if user in ("Administrator", "Guest") or data.get("impersonated_by"):
		_refuse_signature(_("Sign as yourself: a signature needs a person who has logged in."))


def _must_belong(doctype: str, name: str, customer: str) -> None:
	if frappe.db.get_value(doctype, name, "customer") != customer:
		_refuse_foreign(_(doctype), name, customer)


def _must_be_their_contact(name: str, customer: str) -> None:
	if not is_contact_of(name, customer):
		_refuse_foreign(_("Contact"), name, customer)


def _refuse_foreign(kind: str, name: str, customer: str) -> NoReturn:
	frappe.throw(
		_("{0} {1} does not belong to customer {2}. Name one of theirs, or leave it empty.").format(
			kind, frappe.bold(frappe.utils.escape_html(name)), frappe.utils.escape_html(customer)
		),
		ForeignDocumentError,
		title=_("Another Customer's Document"),
	)


def _refuse_date(label: str, latest: date) -> NoReturn:
	message = _("{0} cannot be later than {1}. Correct the date.")
	frappe.throw(message.format(label, frappe.format(latest, "Date")), ComplaintDateError, title=_("Not Yet"))


def _refuse_later(raised: date) -> NoReturn:
	"""A later date would keep the level from rising with time."""
	message = _("The complaint was raised on {0}, and is not dated later. Put that date back.")
	frappe.throw(message.format(frappe.format(raised, "Date")), ComplaintDateError, title=_("Raised Earlier"))


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
