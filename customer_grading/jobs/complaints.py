"""Daily: open complaints are assessed anew, and those in line are told of what has changed or is overdue.

Set-based, in batches that are one transaction each. What has not changed is not written; of each change, and
of each time that a step's days have passed, people are told once, however often the job runs.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate, nowdate

from customer_grading.facts.complaints import open_after, signs
from customer_grading.jobs.retry import retried
from customer_grading.records import alert, satisfaction
from customer_grading.records.complaint import (
	Handling,
	LevelChange,
	append_changes,
	handlings,
	opinions_of,
	signed_roles,
	write,
)
from customer_grading.records.policy import current_policy
from customer_grading.records.reasons import dump
from customer_grading.rules.complaint import LevelAnswer, assess
from customer_grading.rules.complaint_steps import SIGNABLE
from customer_grading.rules.options import SatisfactionLevel
from customer_grading.rules.policy import SatisfactionPolicy

BATCH = 10_000


def run(day: str | None = None) -> Counter[str]:
	"""Assess the open complaints as of `day` (default: today); how many there were, rose and are overdue."""
	counts: Counter[str] = Counter(complaints=0, risen=0, overdue=0, written=0)
	work = Reassessment(getdate(day or nowdate()), current_policy().satisfaction, handlings())
	last: str | None = ""
	while last is not None:
		# A batch that is tried again counts once.
		told: Counter[str] = Counter()
		place = [last]
		retried(lambda place=place, told=told: place.append(work.batch(place[0], told)))
		counts += told
		last = place[-1]
	retried(satisfaction.catch_up)
	return counts


@dataclass
class Findings:
	"""What is written of one batch, and told."""

	values: dict[str, dict[str, Any]] = field(default_factory=dict)
	"""Fields to write, by complaint."""
	changes: list[LevelChange] = field(default_factory=list)
	news: list[alert.News] = field(default_factory=list)
	overdue: int = 0


@dataclass(frozen=True, slots=True)
class Reassessment:
	"""The work of one run."""

	day: date
	policy: SatisfactionPolicy
	handlings: Mapping[str, Handling]

	def batch(self, after: str, counts: Counter[str]) -> str | None:
		"""Assess the next complaints by name; the last of them, or None where there are no more."""
		counts.clear()
		rows = open_after(after, BATCH)
		found = Findings()
		for row in rows:
			self._assess(row, found)
		self._write(rows, found)
		risen = len(found.changes)
		counts.update(complaints=len(rows), risen=risen, overdue=found.overdue, written=len(found.values))
		return rows[-1].name if rows else None

	def _assess(self, row: frappe._dict, found: Findings) -> None:
		answer = assess(signs(row, self.day), self.policy, _level(row.level), _level(row.overruled_level))
		values = dict(self._changes(row, answer))
		level = values.get("level", row.level)
		how = self.handlings.get(level, Handling())
		if "level" in values:
			self._note_rise(row, level, answer, how, found)
		due = how.step_due(getdate(row.step_since))
		if (due, how.due(row.raised_on)) != (row.step_due, row.due_on):
			values |= {"days_allowed": how.days_allowed, "step_days": how.step_days}
		late = how.overdue(due, self.day)
		if late > row.overdue_told:
			values["overdue_told"] = late
			self._note_delay(row, level, how, late, found)
		if values:
			found.values[row.name] = values

	def _changes(self, row: frappe._dict, answer: LevelAnswer) -> Iterator[tuple[str, Any]]:
		"""Reasons count days, so that they are written with a level and not every day anew."""
		if answer.proposed != row.proposed_level:
			yield "proposed_level", str(answer.proposed)
		if answer.level != row.level:
			yield "level", str(answer.level)
			yield "overruled_level", None
		if answer.level != row.level or answer.proposed != row.proposed_level:
			yield "level_reasons", dump(answer.reasons)

	def _note_rise(
		self, row: frappe._dict, level: str, answer: LevelAnswer, how: Handling, found: Findings
	) -> None:
		found.changes.append(LevelChange(row.name, row.level or "", level, answer.reasons))
		if how.told:
			found.news.append(_news(row, level, how.told))

	def _note_delay(self, row: frappe._dict, level: str, how: Handling, late: int, found: Findings) -> None:
		found.overdue += 1
		roles = tuple(each.role for each in how.line[row.overdue_told : late])
		found.news.append(_news(row, level, roles, how.step_due(getdate(row.step_since))))

	def _write(self, rows: Sequence[frappe._dict], found: Findings) -> None:
		self._count_signatures(rows, found)
		write(found.values)
		append_changes(found.changes)
		alert.tell(found.news)

	def _count_signatures(self, rows: Sequence[frappe._dict], found: Findings) -> None:
		"""A level that has risen may need more signatures than were given."""
		risen = {change.complaint: change.new for change in found.changes}
		signable = [row for row in rows if row.name in risen and row.step in SIGNABLE]
		opinions = opinions_of([row.name for row in signable]) if signable else {}
		for row in signable:
			signed = signed_roles(opinions.get(row.name, ()), row.plan_round or 1)
			missing = len(set(self.handlings[risen[row.name]].signers) - signed)
			if missing != row.signatures_missing:
				found.values[row.name]["signatures_missing"] = missing


def _level(value: str | None) -> SatisfactionLevel | None:
	return SatisfactionLevel(value) if value else None


def _news(row: frappe._dict, level: str, roles: tuple[str, ...], due: date | None = None) -> alert.News:
	return alert.News(row.name, row.customer, row.subject, level, roles, row.complainant, row.step, due)
