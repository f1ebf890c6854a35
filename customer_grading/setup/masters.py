"""The masters and settings as shipped. What is there already, a company may have edited: it is left alone."""

from collections.abc import Iterator, Mapping

import frappe
from frappe import _

from customer_grading.records.policy_places import MASTERS, SCALES, SETTINGS, Record, values_of
from customer_grading.rules.category import PRINCIPLES
from customer_grading.rules.options import StrEnum
from customer_grading.rules.policy import Policy
from customer_grading.setup import levels

Texts = Mapping[str, str]

GRADES: dict[str, Texts] = {
	"A": {"meaning": "Clear need, and a deal is expected within one month."},
	"B": {"meaning": "Clear need, and a deal is expected within three months."},
	"C": {"meaning": "Clear need, and a deal is expected within half a year."},
	"D": {"meaning": "Potential need, or a deal only after half a year."},
	"E": {"meaning": "No need or no chance of a deal: a dead customer."},
}
CLASSES: dict[str, Texts] = {
	"A": {"meaning": "Most valuable: serve first, and grant the most room for credit."},
	"B": {"meaning": "Valuable: keep, and develop towards class A."},
	"C": {"meaning": "Ordinary: keep with usual care."},
	"D": {"meaning": "Watch: find out what is wrong before granting more."},
	"E": {"meaning": "Phase out: no credit."},
}
TIERS: dict[str, Texts] = {
	"A": {
		"payment_policy": "Credit",
		"meaning": "Sound, has prepaid before, no arrears. Buys on credit within the limit, with grace days.",
	},
	"B": {
		"payment_policy": "Cash on delivery",
		"meaning": "Unstable. No credit terms, and goods leave once it is known that the money is ready.",
	},
	"C": {
		"payment_policy": "Payment before delivery",
		"meaning": "Often late. Orders are accepted, goods wait for the money. To be replaced over time.",
	},
	"D": {
		"payment_policy": "Payment before the order",
		"meaning": "In arrears or worse. No order without the money. Recover the arrears, then phase out.",
	},
}
LEVELS: dict[str, Texts] = {
	"A": {
		"meaning": "Very satisfied",
		"signs": "We exceeded the customer's expectations, with a concrete example.",
	},
	"B": {"meaning": "Satisfied", "signs": "We met the customer's expectations; nothing to complain of."},
	"C": {"meaning": "Neutral", "signs": "Details were neglected, or the service felt flat."},
	"D": {
		"meaning": "Dissatisfied",
		"signs": "Names a reason; charges not transparent; a general quality problem that does not stop use; "
		"parts late; handling slow for lack of skill.",
	},
	"E": {
		"meaning": "Very dissatisfied",
		"signs": "Hostile, or threatens with press or web; a major or critical quality problem; many repairs "
		"in a month; unsolved for long.",
	},
	"F": {
		"meaning": "Major customer",
		"signs": "Media, consumer association, regulator, police, government, lawyer, celebrity, official or "
		"taxi driver; major loss or injury; a batch problem of a group customer.",
	},
	"G": {
		"meaning": "Crisis",
		"signs": "Normal handling has failed and harm is possible: safety, large damages, repeated repairs "
		"that the customer refuses, outsiders involved.",
	},
}
CATEGORIES: dict[str, Texts] = {
	category: {"principle": principle, "focus": focus} for category, (principle, focus) in PRINCIPLES.items()
}

TEXTS: dict[str, Mapping[str, Texts]] = {
	"Customer Grade": GRADES,
	"Value Class": CLASSES,
	"Credit Tier": TIERS,
	"Satisfaction Level": LEVELS,
	"Customer Category": CATEGORIES,
}
"""What each row of each master says, in English; a new row is written in the language of the site."""


def make_masters() -> None:
	"""Make the rows of the masters, and give the settings, that are not there yet. Changes nothing else."""
	_fill_settings()
	for doctype, options in MASTERS.items():
		for option in options:
			if not frappe.db.exists(doctype, option):
				_make(doctype, option)


def _make(doctype: str, option: StrEnum) -> None:
	language = frappe.db.get_system_setting("language") or "en"
	row = frappe.new_doc(doctype)
	row.set(row.meta.autoname.removeprefix("field:"), str(option))
	row.update({field: _(text, language, doctype) for field, text in TEXTS[doctype][option].items()})
	row.update(values_of(Policy.default()).get(Record(doctype, option), {}))
	if doctype == levels.MASTER:
		levels.complete(row)
	row.flags.policy_is_checked = True
	# Nobody but the app makes rows, so that no role has the permission.
	row.insert(ignore_permissions=True)


def _fill_settings() -> None:
	settings = frappe.get_single(SETTINGS)
	defaults, points = dict(_missing_defaults()), _missing_points(settings)
	if defaults or points:
		settings.update(defaults)
		settings.extend(SCALES, points)
		# What is there already is no affair of a migration, even if it could not be saved today.
		settings.flags.policy_is_checked = True
		# Runs at install and migrate, when nobody is logged in.
		settings.save(ignore_permissions=True)


def _missing_defaults() -> Iterator[tuple[str, str]]:
	stored = frappe.db.get_singles_dict(SETTINGS)
	for field in frappe.get_meta(SETTINGS).fields:
		if field.default and field.fieldname not in stored:
			yield field.fieldname, field.default


def _missing_points(settings: frappe.model.document.Document) -> list[dict[str, str | float]]:
	known = {row.criterion for row in settings.get(SCALES)}
	shipped = values_of(Policy.default())[Record(SETTINGS, SETTINGS)][SCALES]
	return [point for point in shipped if point["criterion"] not in known]
