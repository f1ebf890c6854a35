"""R6: money that came without naming an invoice pays what has been due longest, from its own day on."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)


class Received(NamedTuple):
	"""Money on account, in company currency."""

	day: date
	amount: Decimal


class OverdueLine(NamedTuple):
	"""What is past due and unpaid of one line, in company currency."""

	due: date
	unpaid: Decimal
	is_judged: bool
	"""Whether the line says how the customer pays: it fell due in the window, and is no opening debt."""


@dataclass(frozen=True, slots=True)
class Settled:
	"""What money on account leaves of the overdue lines, in company currency."""

	on_time: Decimal
	"""What of the judged lines had come by their due dates."""
	arrears: Decimal
	oldest_due: date | None
	"""Since when the oldest line is due that is left; None where none is."""


def settle(lines: Iterable[OverdueLine], received: Iterable[Received]) -> Settled:
	"""Let money on account pay overdue lines: the oldest line first, with the money that came first."""
	on_time, arrears, oldest = ZERO, ZERO, None
	purse = deque(sorted(received))
	for line in sorted(lines):
		owed = line.unpaid
		while owed > 0 and purse:
			came = purse.popleft()
			used = min(owed, came.amount)
			owed -= used
			if line.is_judged and came.day <= line.due:
				on_time += used
			if used < came.amount:
				purse.appendleft(Received(came.day, came.amount - used))
		if owed > 0:
			arrears += owed
			oldest = oldest or line.due
	return Settled(on_time, arrears, oldest)


def less(gone: Decimal, received: Iterable[Received]) -> list[Received]:
	"""What is left of money on account when so much is gone or kept for something else: the newest first."""
	left = []
	for came in sorted(received, reverse=True):
		taken = min(gone, came.amount)
		gone -= taken
		if taken < came.amount:
			left.append(Received(came.day, came.amount - taken))
	return left
