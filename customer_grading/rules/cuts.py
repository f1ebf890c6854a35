"""R3: four more ways to cut the customer list. All are derived, never typed twice."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customer_grading.rules.dates import add_days, add_months
from customer_grading.rules.options import DealStatus, Importance, Need, NeedCut, Urgency
from customer_grading.rules.policy import CutsPolicy
from customer_grading.rules.reasons import DATE, MONEY, WORD, Reason, explain

HAS_BOUGHT = explain(
	"cut_closed", "The customer has bought from us.", "Nothing: a deal that was made stays made."
)
IS_NEGOTIATING = explain(
	"cut_negotiating", "A quotation or an opportunity is open.", "Close the deal, or the opportunity."
)
NOT_YET = explain(
	"cut_potential", "There has been neither a deal nor a quotation.", "Make an offer to the customer."
)
DEALS_COMPARED = explain(
	"cut_importance",
	"The customer's deals are worth {0}; from {1} on a customer is key.",
	"Deals worth {1} make the customer key.",
	deal_value=MONEY,
	key_from=MONEY,
)
NO_COMPARISON = explain(
	"cut_no_deals",
	"There are no deals to compare the customer's with.",
	"Record the first deal.",
)
HANDLE_BY = explain(
	"cut_urgency",
	"The customer must be handled by {0}.",
	"File a follow-up with the new date.",
	handle_by=DATE,
)
NO_HANDLE_DATE = explain(
	"cut_no_date", "No date is known by which the customer must be handled.", "File a follow-up with a date."
)
BY_NEED = explain(
	"cut_need", "The customer's need is: {0}.", "File a follow-up when the need changes.", need=WORD
)
NEED_UNKNOWN = explain(
	"cut_need_unknown", "Nobody has asked yet what the customer needs.", "File the first follow-up."
)


@dataclass(frozen=True, slots=True)
class CutFacts:
	"""What the cuts are made from. Values in company currency."""

	has_bought: bool
	is_negotiating: bool
	deal_value: Decimal
	average_deal_value: Decimal
	handle_by: date | None
	need: Need | None


@dataclass(frozen=True, slots=True)
class Cuts:
	"""Where a customer stands in each of the four cuts."""

	deal_status: DealStatus
	importance: Importance
	urgency: Urgency
	need: NeedCut
	reasons: tuple[Reason, ...]


def cut(facts: CutFacts, today: date, policy: CutsPolicy) -> Cuts:
	"""All four cuts of one customer, each with its reason (R3)."""
	status, why_status = _deal_status(facts)
	importance, why_importance = _importance(facts, policy)
	urgency, why_urgency = _urgency(facts.handle_by, today, policy)
	need, why_need = _need(facts.need)
	return Cuts(status, importance, urgency, need, (why_status, why_importance, why_urgency, why_need))


def _deal_status(facts: CutFacts) -> tuple[DealStatus, Reason]:
	if facts.has_bought:
		return DealStatus.CLOSED, HAS_BOUGHT.because()
	if facts.is_negotiating:
		return DealStatus.NEGOTIATING, IS_NEGOTIATING.because()
	return DealStatus.POTENTIAL, NOT_YET.because()


def _importance(facts: CutFacts, policy: CutsPolicy) -> tuple[Importance, Reason]:
	key_from = facts.average_deal_value * policy.key_deal_ratio
	if key_from <= 0:
		return Importance.ORDINARY, NO_COMPARISON.because()
	is_key = facts.deal_value >= key_from
	why = DEALS_COMPARED.because(facts.deal_value, key_from)
	return (Importance.KEY if is_key else Importance.ORDINARY), why


def _urgency(handle_by: date | None, today: date, policy: CutsPolicy) -> tuple[Urgency, Reason]:
	if handle_by is None:
		return Urgency.SLOW, NO_HANDLE_DATE.because()
	bounds = (
		(Urgency.URGENT, add_days(today, policy.urgent_days)),
		(Urgency.SOON, add_months(today, policy.soon_months)),
		(Urgency.NOT_URGENT, add_months(today, policy.not_urgent_months)),
	)
	urgency = next((value for value, latest in bounds if handle_by <= latest), Urgency.SLOW)
	return urgency, HANDLE_BY.because(handle_by)


def _need(need: Need | None) -> tuple[NeedCut, Reason]:
	if need is None:
		return NeedCut.POTENTIAL, NEED_UNKNOWN.because()
	cuts = {Need.CLEAR: NeedCut.TARGET, Need.POTENTIAL: NeedCut.POTENTIAL, Need.NONE: NeedCut.DEAD}
	return cuts[need], BY_NEED.because(need)
