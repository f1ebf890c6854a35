"""What the satisfaction levels say of handling complaints, as shipped (R11, R12).

Advice is that of the handbook for each kind of complainant; days and lines are ours to begin with.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document

from customer_grading.rules.options import Complainant, SatisfactionLevel
from customer_grading.rules.policy import Policy

MASTER = "Satisfaction Level"
SALES_MANAGEMENT = "Sales Management Manager"
SALES_GENERAL = "Sales General Manager"
GROUP_GENERAL = "Group General Manager"
LINE = (SALES_MANAGEMENT, SALES_GENERAL, GROUP_GENERAL)
"""Who is told and signs, from the first to the last."""


class Handling(NamedTuple):
	"""How long a level allows, and how many of the line are told at once and sign."""

	days_allowed: int
	step_days: int
	told: int
	sign: int


HANDLING: Mapping[str, Handling] = {
	"A": Handling(20, 3, 0, 1),
	"B": Handling(20, 3, 0, 1),
	"C": Handling(7, 2, 0, 1),
	"D": Handling(7, 2, 1, 1),
	"E": Handling(5, 1, 2, 2),
	"F": Handling(3, 1, 3, 3),
	"G": Handling(2, 1, 3, 3),
}

PROOFS = "Provide the proofs that belong to the complaint, and find out what they know."
RECORD = "Judge by the tone of the call. Record how the complaint came about and what they demand."
BY_KIND: Mapping[str, str] = {
	Complainant.MEDIA: "Find out who they are, and confirm it. "
	"Record time, place and persons of what happened.",
	Complainant.CONSUMER_ASSOCIATION: PROOFS,
	Complainant.REGULATOR: PROOFS,
	Complainant.POLICE: PROOFS,
	Complainant.GOVERNMENT: PROOFS,
	Complainant.LAWYER: "React quickly once you know who is speaking. Say little, listen, and commit to "
	"nothing. Stay calm, and end the call politely and soon.",
	Complainant.CELEBRITY: RECORD,
	Complainant.OFFICIAL: "Provide the proofs that belong to the complaint. "
	"Record how it came about and what they demand.",
	Complainant.TAXI_DRIVER: RECORD,
	Complainant.GROUP_CUSTOMER: "Find out which deliveries the batch problem reaches, "
	"and answer for all of them at once.",
}
"""Advice of the handbook for those who are major customers by who they are."""

FOR_ALL: Mapping[str, str] = {
	"A": "Thank the customer, and keep the example for others to learn from.",
	"B": "Thank the customer, and ask what would have made it better still.",
	"C": "Ask which details were missed, and look after them.",
	"D": "Say who handles the complaint and until when, and keep to it.",
	"E": "Calm the customer first. Let an experienced colleague take over, and answer within the day.",
	"F": "Help those who were hurt first. Record what happened, and tell those in line at once.",
	"G": "One person speaks for the company, and commits to nothing alone. "
	"Where safety is concerned, stop the use of the goods at once.",
}
"""Advice for whoever else complains, by level."""


def complete(row: Document) -> None:
	"""Fill in what a row of the master says of handling, in the language of the site."""
	handling = HANDLING[row.satisfaction_level]
	row.update({"days_allowed": handling.days_allowed, "step_days": handling.step_days})
	row.set("line", _line(handling))
	row.set("advice", _advice(row.satisfaction_level))


def _line(handling: Handling) -> list[dict[str, Any]]:
	return [
		{"role": role, "told_at_once": int(place < handling.told), "signs": int(place < handling.sign)}
		for place, role in enumerate(LINE)
	]


def _advice(level: str) -> list[dict[str, Any]]:
	language = frappe.db.get_system_setting("language") or "en"
	kinds = BY_KIND if SatisfactionLevel(level).is_worse_than(SatisfactionLevel.E) else {}
	told = [*kinds.items(), ("", FOR_ALL[level])]
	return [{"complainant": str(kind), "advice": _(text, language, MASTER)} for kind, text in told]


def fill() -> None:
	"""Complete the rows that an older version has made, where nobody has filled in anything yet."""
	weights = Policy.default().satisfaction.complaint_weights
	for level in SatisfactionLevel:
		if frappe.db.exists(MASTER, level):
			row = frappe.get_doc(MASTER, level)
			if not (row.line or row.advice or row.days_allowed):
				complete(row)
				row.complaint_weight = float(weights[level])
				row.flags.policy_is_checked = True
				# An update runs when nobody is logged in.
				row.save(ignore_permissions=True)
