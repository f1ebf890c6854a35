"""One chunk of a regrade: facts of all its customers at once, rules one by one, writes at once."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from customer_grading.facts.customer import Averages, CustomerFacts, gather
from customer_grading.facts.follow_up import expected_close
from customer_grading.facts.holidays import holidays
from customer_grading.facts.selection import Selection
from customer_grading.gate.waiting import refresh_later
from customer_grading.jobs.retry import is_deadlock
from customer_grading.records import credit_limit, customer, grade_change, proposal, regrade_run, standing
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.follow_up import FollowUpFacts
from customer_grading.rules.next_change import next_change
from customer_grading.rules.options import Graded
from customer_grading.rules.regrade import Move, Regrade, Regraded, RegradeFacts

MISSED = "Changed by somebody else meanwhile; regraded the next night."


@dataclass(frozen=True, slots=True)
class Batch:
	"""The work on some customers of a run, within one transaction."""

	order: regrade_run.Order
	rule: Regrade
	means: Averages

	@classmethod
	def of(cls, order: regrade_run.Order) -> "Batch":
		"""The work that a run asks for."""
		rule = Regrade(order.day, holidays(order.day), order.policy, order.approval)
		means = {name: _decimal(value) for name, value in order.shared["averages"].items()}
		return cls(order, rule, Averages(**means))

	def regrade(self, names: Sequence[str]) -> regrade_run.Tally:
		"""Regrade these customers; what became of them."""
		kept = standing.standings(names)
		tally = regrade_run.Tally()
		found = dict(self._found(kept, tally))
		self._write(kept, found, tally)
		return tally

	def _found(
		self, kept: Mapping[str, standing.Kept], tally: regrade_run.Tally
	) -> Iterator[tuple[str, Regraded]]:
		facts = self._facts(tuple(kept), tally)
		limits, held = credit_limit.limits_of(list(kept)), self._held(list(kept))
		for name in facts:
			stands = kept[name]
			try:
				known = self._known(facts[name], stands)
				yield name, self._regraded(name, stands, limits.get(name, {}), known, held.get(name, {}))
			# Whatever is wrong with one customer, the others go on.
			except Exception as error:  # noqa: BLE001
				tally.failures[name] = f"{type(error).__name__}: {error}"

	def _regraded(
		self,
		name: str,
		stands: standing.Kept,
		limits: Mapping[str, CreditLimit],
		known: RegradeFacts,
		held: Mapping[Graded, date],
	) -> Regraded:
		place = zlib.crc32(name.encode())
		regraded = self.rule(stands.standing, limits, known, held, place)
		due = next_change(regraded.standing, known, held.values(), self.order.day, self.order.policy)
		return replace(regraded, standing=replace(regraded.standing, regrade_due=due))

	def _facts(self, names: tuple[str, ...], tally: regrade_run.Tally) -> dict[str, CustomerFacts]:
		"""The facts of all at once; where that fails of ever fewer, until it is known for whom it does."""
		try:
			return self._gathered(names) if names else {}
		# Whatever is wrong with one customer, the others go on.
		except Exception as error:
			if is_deadlock(error):
				raise
			if len(names) == 1:
				tally.failures[names[0]] = f"{type(error).__name__}: {error}"
				return {}
		half = len(names) // 2
		return self._facts(names[:half], tally) | self._facts(names[half:], tally)

	def _gathered(self, names: tuple[str, ...]) -> dict[str, CustomerFacts]:
		shared = self.order.shared
		worth = {company: Decimal(rate) for company, rate in shared["rates"].items()}
		day, policy = self.order.day, self.order.policy
		return gather(Selection.of(*names), day, policy, self.means, worth)

	def _known(self, facts: CustomerFacts, stands: standing.Kept) -> RegradeFacts:
		pipeline = facts.pipeline
		return RegradeFacts(
			score=facts.score,
			payments=facts.payments,
			limits={company: known.limit for company, known in facts.companies.items()},
			category=facts.category,
			next_change=facts.next_change,
			follow_up=FollowUpFacts(
				need=pipeline.need,
				expected_close=expected_close(pipeline),
				last=stands.last_follow_up,
				due=stands.standing.next_follow_up,
				rhythm=facts.rhythm,
				has_bought=facts.has_bought,
				is_negotiating=pipeline.is_negotiating,
				deal_value=facts.deal_value,
				average_deal_value=self.means.deal_value,
			),
		)

	def _held(self, names: Sequence[str]) -> dict[str, dict[Graded, date]]:
		held: dict[str, dict[Graded, date]] = {}
		for (name, what), until in grade_change.held(names, self.order.day).items():
			held.setdefault(name, {})[what] = until
		return held

	def _write(
		self, kept: Mapping[str, standing.Kept], found: Mapping[str, Regraded], tally: regrade_run.Tally
	) -> None:
		changes = {
			name: values
			for name, regraded in found.items()
			# Who gets another limit is changed as well, and must not have been meanwhile.
			if (values := standing.changed(kept[name].standing, regraded.standing)) or regraded.limits
		}
		missed = customer.write(changes, {name: kept[name].modified for name in changes})
		# Whom somebody else has changed meanwhile, or who failed, is due the next time, whatever happens.
		tally.failures.update(dict.fromkeys(missed, MISSED))
		customer.write({name: {} for name in tally.failures})
		done = {name: regraded for name, regraded in found.items() if name not in missed}
		self._write_limits(done)
		moves = [(name, move) for name, regraded in done.items() for move in regraded.moved]
		history = (_change(name, move) for name, move in moves)
		grade_change.record(history, self.order.source, self.order.day)
		refresh_later(*{name for name, move in moves if move.what is Graded.CREDIT_TIER})
		waiting = {name: regraded.waiting for name, regraded in done.items()}
		given = (self.order.source, self.order.day, self.order.approval.min_limit_change)
		tally.waiting = proposal.synchronise(list(done), waiting, *given)
		tally.moved = len(moves)

	def _write_limits(self, done: Mapping[str, Regraded]) -> None:
		limits = {
			(name, company): limit
			for name, regraded in done.items()
			for company, limit in regraded.limits.items()
		}
		credit_limit.write(limits, self.order.day)


def _decimal(text: str | None) -> Decimal | None:
	return None if text is None else Decimal(text)


def _change(name: str, move: Move) -> grade_change.Change:
	return grade_change.Change(name, move.what, move.old, move.new, move.reasons, company=move.company)
