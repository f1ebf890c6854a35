"""How complaints are handled: what masters say of each level, why a step is refused, history of the level."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple, NoReturn

import frappe
from frappe import _
from frappe.query_builder.functions import Date, Max
from frappe.utils import now
from pypika import CustomFunction
from pypika.terms import Parameter

from customer_grading.records import bulk
from customer_grading.records.reasons import dump, language
from customer_grading.rules.options import ComplaintStep, SatisfactionLevel
from customer_grading.rules.reasons import Reason

AddDays = CustomFunction("ADDDATE", ["day", "days"])
COMPLAINT = "Customer Complaint"
CHANGES = "Complaint Level Change"
MASTER = "Satisfaction Level"


class ComplaintError(frappe.ValidationError):
	"""A complaint that cannot be as it is about to be."""


class StepError(ComplaintError):
	"""A step that leads nowhere from where the complaint is."""


class EvidenceMissingError(StepError):
	"""A problem is confirmed without evidence."""


class JudgementMissingError(StepError):
	"""A judgement, or the reason to dismiss, is missing."""


class PlanMissingError(StepError):
	"""There is no plan, or not all of one."""


class TalkMissingError(StepError):
	"""Nobody has talked with the customer, or not to the end that the step needs."""


class OpinionMissingError(StepError):
	"""A step that needs a signature was taken without an opinion, or with another one."""


class OwnComplaintError(StepError):
	"""Somebody signs a complaint of their own."""


class SignatureMissingError(StepError):
	"""Not all have signed whom the level needs."""


class AllSignedError(StepError):
	"""An approved plan is sent back that nobody is to sign any more."""


class CourtMissingError(StepError):
	"""Court, day or outcome of a lawsuit are missing."""


class NotExecutedError(StepError):
	"""The plan is not done, or what was done is not told."""


ERRORS: Mapping[str, type[StepError]] = {
	"step_no_way": StepError,
	"step_no_evidence": EvidenceMissingError,
	"step_not_dismissed": JudgementMissingError,
	"step_not_judged": JudgementMissingError,
	"step_no_plan": PlanMissingError,
	"step_plan_incomplete": PlanMissingError,
	"step_no_talk": TalkMissingError,
	"step_not_negotiated": TalkMissingError,
	"step_other_outcome": TalkMissingError,
	"step_no_opinion": OpinionMissingError,
	"step_other_opinion": OpinionMissingError,
	"step_own_complaint": OwnComplaintError,
	"step_signatures_missing": SignatureMissingError,
	"step_all_signed": AllSignedError,
	"step_no_court": CourtMissingError,
	"step_no_court_outcome": CourtMissingError,
	"step_not_done": NotExecutedError,
	"step_no_solution": NotExecutedError,
	"step_no_blame": NotExecutedError,
}
"""The error of each reason for which a step is refused."""


def refuse_step(reasons: Sequence[Reason]) -> NoReturn:
	"""Raise the error of the first reason, with the sentences and remedies of all."""
	speech = language()
	told = [f"{each.sentence(speech)} {each.remedy(speech)}" for each in reasons]
	message = "<br>".join(map(frappe.utils.escape_html, told))
	frappe.throw(message, ERRORS[reasons[0].code], title=_("Step Not Possible Yet"))


class InLine(NamedTuple):
	"""A role that is told of complaints of a level, or signs their plans."""

	role: str
	told_at_once: bool
	signs: bool


@dataclass(frozen=True, slots=True)
class Handling:
	"""How a level is handled. Days of 0: no limit."""

	days_allowed: int = 0
	step_days: int = 0
	line: tuple[InLine, ...] = ()

	@property
	def signers(self) -> tuple[str, ...]:
		"""The roles that sign, in their order."""
		return tuple(each.role for each in self.line if each.signs)

	@property
	def told(self) -> tuple[str, ...]:
		"""The roles that are told as soon as a complaint reaches the level."""
		return tuple(each.role for each in self.line if each.told_at_once)

	@property
	def concerned(self) -> tuple[str, ...]:
		"""The roles that are told as soon as a complaint reaches the level, or sign at it."""
		return tuple(each.role for each in self.line if each.told_at_once or each.signs)

	def step_due(self, since: date) -> date | None:
		"""Until when a step that began on a day is to be done."""
		return since + timedelta(days=self.step_days) if self.step_days else None

	def due(self, raised: date) -> date | None:
		"""Until when a complaint that was raised on a day is to be solved."""
		return raised + timedelta(days=self.days_allowed) if self.days_allowed else None

	def overdue(self, due: date | None, day: date) -> int:
		"""How many of the line are told by `day` that a step is overdue: one more each time it passes."""
		if due is None or day <= due:
			return 0
		return min(len(self.line), 1 + ((day - due).days - 1) // max(1, self.step_days))


NOTHING = Handling()


def handlings() -> dict[str, Handling]:
	"""How each level is handled, as the master says."""
	return {str(level): handling(level) for level in SatisfactionLevel}


def handling(level: str | None) -> Handling:
	"""How one level is handled; not at all where there is none."""
	if not level:
		return NOTHING
	row = frappe.get_cached_doc(MASTER, level)
	line = tuple(InLine(each.role, bool(each.told_at_once), bool(each.signs)) for each in row.line)
	return Handling(row.days_allowed or 0, row.step_days or 0, line)


def advice(level: str | None, complainant: str | None, lang: str | None = None) -> list[str]:
	"""How to deal with a complainant at a level, in a language: for their kind, then for all."""
	rows = frappe.get_cached_doc(MASTER, level).advice if level else ()
	theirs = [row.advice for row in rows if row.complainant and row.complainant == complainant]
	general = [row.advice for row in rows if not row.complainant]
	return [_(text, lang, MASTER) for text in (*theirs, *general)]


class LevelChange(NamedTuple):
	"""A level that a complaint has come to, and why."""

	complaint: str
	old: str
	new: str
	reasons: tuple[Reason, ...] = ()
	remark: str = ""
	by_hand: bool = False

	def row(self, at: str | None = None) -> dict[str, object]:
		"""The line of the history, as a row of the complaint; of now, unless told when."""
		return {
			"from_level": self.old,
			"to_level": self.new,
			"by_hand": int(self.by_hand),
			"remark": self.remark,
			"reasons": dump(self.reasons),
			"changed_by": frappe.session.user,
			"changed_on": at or now(),
		}


def append_changes(changes: Sequence[LevelChange]) -> None:
	"""Append many changes to the histories of their complaints, which are not saved for it."""
	places = _last_places([change.complaint for change in changes])
	rows, moment = [], now()
	for change in changes:
		told = change.row(moment)
		place = places.get(change.complaint, 0) + 1
		at = (change.complaint, COMPLAINT, "level_changes", place)
		rows.append((frappe.generate_hash(length=16), (*at, *told.values())))
	if rows:
		bulk.insert(CHANGES, ("parent", "parenttype", "parentfield", "idx", *told), rows)


def _last_places(complaints: Collection[str]) -> dict[str, int]:
	table = frappe.qb.DocType(CHANGES)
	query = frappe.qb.from_(table).select(table.parent, Max(table.idx)).groupby(table.parent)
	return dict(query.where(table.parent.isin(list(complaints) or [""])).run())


def signed_roles(opinions: Iterable[frappe._dict], plan_round: int) -> set[str]:
	"""The roles that have agreed to the plan in hand, from rows of opinions."""
	return {
		each.role for each in opinions if each.decision == "Agree" and (each.plan_round or 1) == plan_round
	}


def opinions_of(complaints: Collection[str]) -> dict[str, list[frappe._dict]]:
	"""The opinions on some complaints, by complaint."""
	found: dict[str, list[frappe._dict]] = {}
	fields = ["parent", "role", "decision", "plan_round"]
	filters = {"parent": ("in", list(complaints) or [""]), "parenttype": COMPLAINT}
	for row in frappe.get_all("Complaint Opinion", filters=filters, fields=fields):
		found.setdefault(row.parent, []).append(row)
	return found


def write(changes: Mapping[str, Mapping[str, object]]) -> None:
	"""Write derived fields of complaints, all that are alike at once. The documents are not saved.

	Among the values may be `days_allowed` and `step_days`: the dates follow from them.
	"""
	alike: dict[tuple[tuple[str, object], ...], list[str]] = {}
	for name, values in changes.items():
		alike.setdefault(tuple(sorted(values.items())), []).append(name)
	for values, names in alike.items():
		_write(dict(values), names)
	if changes:
		frappe.clear_document_cache(COMPLAINT, next(iter(changes)) if len(changes) == 1 else None)


def _write(values: Mapping[str, object], names: Sequence[str]) -> None:
	told = {"modified": now(), "modified_by": frappe.session.user, **values}
	# No days are no limit, and a date counted by nothing is none.
	given = [None if name in COUNTED and not value else value for name, value in told.items()]
	frappe.db.sql(_update(tuple(told)), [*given, tuple(names)])


COUNTED = {"days_allowed": ("due_on", "raised_on"), "step_days": ("step_due", "step_since")}
"""Days that a level allows, the date that follows from them, and since when they are counted."""


@cache
def _update(columns: tuple[str, ...]) -> str:
	"""An UPDATE with places for values and names; kept, because it takes longer to build than to run."""
	table, place = frappe.qb.DocType(COMPLAINT), Parameter("%s")
	query = frappe.qb.update(table)
	for name in columns:
		if name in COUNTED:
			field, since = COUNTED[name]
			query = query.set(table[field], AddDays(Date(table[since]), place))
		else:
			query = query.set(table[name], place)
	return query.where(table.name.isin(place)).get_sql()


def note_satisfaction(complaint: str, level: str) -> None:
	"""Keep what a customer says of a complaint that is closed: a level from A to E.

	The caller has checked who answers. Raises ComplaintError where the complaint is not closed.
	"""
	kept = frappe.db.get_value(COMPLAINT, complaint, "step", for_update=True)
	if kept != ComplaintStep.CLOSED or SatisfactionLevel(level).is_worse_than(SatisfactionLevel.E):
		frappe.throw(
			_("Only a closed complaint has a satisfaction after closing, from A to E."),
			ComplaintError,
			title=_("Not Closed Yet"),
		)
	frappe.db.set_value(COMPLAINT, complaint, "satisfaction_after", level)
