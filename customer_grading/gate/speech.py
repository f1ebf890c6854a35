"""How a reason is told to the person at the screen: money with its currency, and no figures of credit but to
those who may see them (R6).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import frappe
from frappe import _

from customer_grading.permissions import sees_credit
from customer_grading.records.reasons import CONTEXT
from customer_grading.rules.options import Outcome
from customer_grading.rules.reasons import MONEY, WORD, Explanation, Kind, Language, Reason, Value, explain

TOLD = "_told"
"""Ends the code of a reason that is told without figures of credit."""

COVERED = explain(
	"order_covered_told",
	"The order is fully covered by money received in advance.",
	"Taking the advance back would uncover the order.",
	amount=MONEY,
	cover=MONEY,
)
OVER_LIMIT = explain(
	"order_over_limit_told",
	"The order is {2} more than the credit of the customer allows.",
	"Receive {2} on account, reduce the order by {2}, or ask for a release.",
	exposure_after=MONEY,
	limit=MONEY,
	excess=MONEY,
	room=MONEY,
)
NO_ROOM = explain(
	"order_no_room_told",
	"Nothing of the customer's credit is left for this order.",
	"Receive {3} on account, or ask for a release.",
	exposure=MONEY,
	limit=MONEY,
	amount=MONEY,
	excess=MONEY,
)
NO_CREDIT = explain(
	"order_no_credit_told",
	"The customer has no credit.",
	"Receive {0} before the order, or ask for a release.",
	needed=MONEY,
)
PAYMENT_READY = explain(
	"order_payment_ready_told",
	"It is confirmed that the customer has the money ready.",
	"Take the confirmation back if the customer cannot pay after all.",
	tier=WORD,
	needed=MONEY,
)
RELEASED = explain(
	"order_released_told",
	"The order is released by a credit controller.",
	"A larger order needs a new release.",
	amount=MONEY,
	ceiling=MONEY,
)
DISCREET = {
	"order_covered": COVERED,
	"order_no_credit": NO_CREDIT,
	"order_no_room": NO_ROOM,
	"order_over_limit": OVER_LIMIT,
	"order_payment_ready": PAYMENT_READY,
	"order_released": RELEASED,
}
"""How a reason is told without the customer's exposure, limit and money; the values are the same. What is to
be received is told: whoever is refused must know what would change it."""
SHARED_IF_ALLOWED = {"order_covered", "order_payment_ready", "order_released"}
"""What is told of an order that passes to those who may not see credit figures: no figure stands in it."""


@dataclass(frozen=True, slots=True)
class Speech(Language):
	"""The reader's language, with money in a currency."""

	currency: str | None = None

	def write(self, value: Value, kind: Kind) -> str:
		"""One value as a reader expects it; money in the currency, as the site writes it."""
		if kind is MONEY:
			told: str = frappe.utils.fmt_money(value, currency=self.currency)
			return told
		return Language.write(self, value, kind)


def speech_of(company: str | None) -> Speech:
	"""The language of whoever reads, with money in the currency of a company."""
	currency = frappe.get_cached_value("Company", company, "default_currency") if company else None
	return Speech(partial(_, context=CONTEXT), currency)


def for_reader(reasons: Iterable[Reason], outcome: Outcome | str) -> Iterator[Reason]:
	"""The reasons as the user may know them: those who see no credit figures are told none.

	Of what passes they learn only what has no figure in it.
	"""
	if sees_credit(frappe.session.user):
		yield from reasons
		return
	for reason in reasons:
		if outcome != Outcome.ALLOW or reason.code in SHARED_IF_ALLOWED:
			yield _discreet(reason)


def _discreet(reason: Reason) -> Reason:
	known: Explanation | None = DISCREET.get(reason.code)
	return replace(reason, explanation=known) if known else reason


def sentence(reason: Reason, speech: Language) -> dict[str, Any]:
	"""A reason as the browser gets it: why, and what would change it."""
	return {"sentence": reason.sentence(speech), "remedy": reason.remedy(speech)}
