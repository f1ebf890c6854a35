"""What really became of an order: paid on time, late, or still open when the day of the report is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customer_grading.preview.book import Invoice, Receipt
from customer_grading.preview.replay.results import Ending, Fate
from customer_grading.rules.credit_limit import ZERO


@dataclass(slots=True)
class Course:
	"""How the payment of one invoice went."""

	late: Decimal = ZERO
	days_late: int = 0
	is_overdue: bool = False
	settled_on: date | None = None


def ending(invoices: Sequence[Invoice], as_of: date, tolerance: Decimal) -> Ending:
	"""The ending of an order by its invoices. Late amounts up to the tolerance are trivial."""
	if not invoices:
		return Ending(Fate.NOT_BILLED)
	if len(invoices) == 1 and paid_at_once(invoices[0], as_of):
		return _ending_at_once(invoices[0], tolerance)
	courses = [course(invoice, as_of) for invoice in invoices]
	days = [each.settled_on for each in courses if each.settled_on]
	settled_on = max(days) if len(days) == len(courses) else None
	late = sum((each.late for each in courses), ZERO)
	if late <= tolerance:
		return Ending(_not_late(invoices, settled_on), settled_on=settled_on)
	fate = Fate.OVERDUE if any(each.is_overdue for each in courses) else Fate.LATE
	return Ending(fate, late, max(each.days_late for each in courses), settled_on)


def _not_late(invoices: Sequence[Invoice], settled_on: date | None) -> Fate:
	if any(invoice.paid_on_unknown_day for invoice in invoices):
		return Fate.UNKNOWN_DAY
	return Fate.ON_TIME if settled_on else Fate.OPEN


def paid_at_once(invoice: Invoice, as_of: date) -> bool:
	"""Whether one receipt settled the whole invoice: the usual case, which needs no arithmetic."""
	if len(invoice.receipts) != 1 or invoice.schedule:
		return False
	received_on, amount, _ = invoice.receipts[0]
	return amount == invoice.amount and received_on <= as_of


def _ending_at_once(invoice: Invoice, tolerance: Decimal) -> Ending:
	received_on = invoice.receipts[0].date
	if received_on <= invoice.due or invoice.amount <= tolerance:
		return Ending(Fate.ON_TIME, ZERO, 0, received_on)
	return Ending(Fate.LATE, invoice.amount, (received_on - invoice.due).days, received_on)


def course(invoice: Invoice, as_of: date) -> Course:
	"""How one invoice was paid up to the end of a day. Its lines are settled in order of due date."""
	receipts = [receipt for receipt in invoice.receipts if receipt.date <= as_of]
	result = Course(settled_on=_settled(receipts, invoice.amount, invoice.date))
	if invoice.paid_on_unknown_day:
		receipts = _with_unknown_day(receipts, invoice)
	billed = ZERO
	for due, amount in invoice.lines:
		billed += amount
		if due > as_of:
			break
		missing = billed - sum((receipt.amount for receipt in receipts if receipt.date <= due), ZERO)
		if missing > 0:
			_note_late_line(result, min(amount, missing), due, _settled(receipts, billed, due), as_of)
	return result


def _with_unknown_day(receipts: Sequence[Receipt], invoice: Invoice) -> list[Receipt]:
	"""What was paid on an unknown day may have come in time: only what is left can be told to be late."""
	guess = Receipt(invoice.lines[0].due, invoice.paid_on_unknown_day, is_money=False)
	return sorted([*receipts, guess])


def _note_late_line(result: Course, late: Decimal, due: date, settled_on: date | None, as_of: date) -> None:
	result.late += late
	result.is_overdue |= settled_on is None
	# A line that is due on the day of the report has passed when that day is over: one day at least.
	days = max(1, ((settled_on or as_of) - due).days)
	result.days_late = max(result.days_late, days)


def _settled(receipts: Sequence[Receipt], amount: Decimal, at_once: date) -> date | None:
	"""The day on which the receipts reached an amount; None where they have not."""
	if not amount:
		return at_once
	received = ZERO
	for receipt in receipts:
		received += receipt.amount
		if received >= amount:
			return receipt.date
	return None
