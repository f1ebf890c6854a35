"""Reasons as they are kept in a record, and read out in the reader's language."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from importlib import import_module
from pkgutil import iter_modules

import frappe
from frappe import _

from customer_grading import rules
from customer_grading.rules.reasons import Kind, Language, Reason, Value, declared

CONTEXT = "Customer Grading"
"""Marks our words in the catalogue that mean something else in the rest of ERPNext, such as Daily or New."""
NUMBERS = {Kind.MONEY, Kind.PERCENT, Kind.NUMBER}

# A reason is known by its code once the module that declares it is there, whoever reads it.
for _module in iter_modules(rules.__path__):
	import_module(f"{rules.__name__}.{_module.name}")


def language() -> Language:
	"""The language of whoever reads: that of the session."""
	return Language(partial(_, context=CONTEXT))


def dump(reasons: Iterable[Reason]) -> str:
	"""Reasons as JSON: the code and the values of each, without sentences."""
	return json.dumps([[each.code, *map(str, each.values)] for each in reasons])


def load(text: str | None) -> tuple[Reason, ...]:
	"""The reasons that `dump` wrote. Those that this version cannot tell are left out."""
	kept = json.loads(text or "[]")
	return tuple(reason for code, *values in kept if (reason := _reason(code, values)))


def _reason(code: str, values: list[str]) -> Reason | None:
	try:
		explanation = declared(code)
	except KeyError:
		return None
	kinds = [kind for _name, kind in explanation.fields]
	if len(kinds) != len(values):
		return None
	return explanation.because(*(_value(text, kind) for text, kind in zip(values, kinds, strict=True)))


def _value(text: str, kind: Kind) -> Value:
	if kind in NUMBERS:
		return Decimal(text)
	return date.fromisoformat(text) if kind is Kind.DATE else text


def sentences(text: str | None) -> list[str]:
	"""What is told to the reader: each reason as a sentence."""
	speech = language()
	return [reason.sentence(speech) for reason in load(text)]


def told(reasons: Iterable[Reason]) -> str:
	"""Reasons as one paragraph in the reader's language."""
	speech = language()
	return " ".join(reason.sentence(speech) for reason in reasons)


def refuse(reason: Reason, title: str, error: type[Exception]) -> None:
	"""Raise `error` with the sentence and the remedy of a reason, for the person at the screen."""
	speech = language()
	parts = (reason.sentence(speech), reason.remedy(speech))
	frappe.throw(" ".join(map(frappe.utils.escape_html, parts)), error, title=title)


def composition(components: str | None) -> str:
	"""The parts of an exposure as `records.credit_decision` keeps them, a line each, for the reader."""
	speech = language()
	parts = [(kind, Decimal(amount)) for kind, amount in json.loads(components or "[]")]
	return "\n".join(
		f"{speech.write(kind, Kind.WORD)}: {speech.write(amount, Kind.MONEY)}" for kind, amount in parts
	)
