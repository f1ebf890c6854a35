"""Making the demo."""

import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

import click
import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from customer_grading.setup.demo import desk, record
from customer_grading.setup.demo.book import BUYERS, Buyer
from customer_grading.setup.demo.masters import (
	DemoError,
	Firm,
	firm,
	give_holidays,
	make_company_masters,
	make_customer,
	make_users,
	user_of,
)
from customer_grading.setup.demo.removal import remove
from customer_grading.setup.demo.steps import FILE, Step, take
from customer_grading.setup.demo.story import first_day, sales
from customer_grading.setup.demo.trade import Trade
from customer_grading.setup.demo.words import OFFICE, PEOPLE
from customer_grading.setup.demo.work import grading, selling, talking

MONTHS = 24


def make(customers: int = len(BUYERS), months: int = MONTHS, force: bool = False) -> Counter[str]:
	"""Make the demo with so many customers and months; how many documents of the main kinds there are.

	Raises DemoError where that cannot be; on any failure everything that was made is removed again.
	"""
	frappe.set_user("Administrator")
	_must_be_free(force)
	company = firm()
	kept = record.Record(company.company, [user_of(person) for person in PEOPLE], dict(record.numbers()))
	kept.save()
	frappe.db.commit()
	try:
		_make(company, BUYERS[:customers], months, kept)
	except BaseException:
		_take_back(kept, traceback.format_exc())
		raise
	finally:
		frappe.set_user("Administrator")
	return tally(kept.users)


def _must_be_free(force: bool) -> None:
	kept = record.recorded()
	if kept and kept.complete:
		frappe.throw(
			_("The demo is there already. Remove it with --remove before you make it anew."), DemoError
		)
	if kept:
		frappe.throw(
			_("Making the demo was broken off. Remove what there is of it with --remove."), DemoError
		)
	real = _real_transactions()
	if real and not force:
		frappe.throw(
			_(
				"This site has real transactions, {0} for example. Make the demo on another site, or with"
				" --force on this one, if you do not mind that its books show the demo until it is removed."
			).format(real),
			DemoError,
		)
	if frappe.db.exists("User", user_of(OFFICE)):
		frappe.throw(_("The user {0} exists already.").format(user_of(OFFICE)), DemoError)


def _real_transactions() -> str:
	for doctype, filters in (
		("Sales Invoice", {"docstatus": 1}),
		("Sales Order", {"docstatus": 1}),
		("GL Entry", {"is_cancelled": 0}),
	):
		if name := frappe.db.get_value(doctype, filters):
			return f"{_(doctype)} {name}"
	return ""


def _make(company: Firm, buyers: Sequence[Buyer], months: int, kept: record.Record) -> None:
	today = getdate(nowdate())
	make_users()
	make_company_masters(company, buyers, today, months)
	kept.gave_holidays = give_holidays(company, today)
	kept.mode = desk.only_note(company.company)
	kept.save()
	frappe.db.commit()
	steps = sorted(_steps(company, buyers, today, months), key=lambda step: (step.day, step.rank))
	with click.progressbar(steps, label=_("Making the demo")) as bar:
		for step in bar:
			take(step, user_of(OFFICE))
	desk.put_back(company.company, kept.mode)
	kept.mode = None
	kept.complete_now()
	frappe.db.commit()
	frappe.clear_cache()


def _steps(company: Firm, buyers: Sequence[Buyer], today: date, months: int) -> Iterator[Step]:
	names: dict[Buyer, str] = {}
	for number, buyer in enumerate(buyers):
		filed = partial(_file, buyer, number, company, names)
		yield Step(first_day(buyer, today, months), FILE, filed)
		for sale in sales(buyer, today, months, company.scale):
			for step in Trade(sale, lambda buyer=buyer: names[buyer], company).steps():
				if step.day <= today:
					yield step
		yield from talking(buyer, number, names, today, months)
		yield from selling(buyer, number, names, today, company)
	yield from grading(buyers, names, today)


def _file(buyer: Buyer, number: int, company: Firm, names: dict[Buyer, str]) -> None:
	names[buyer] = make_customer(buyer, number, company)


def _take_back(kept: record.Record, trace: str) -> None:
	"""Remove what was made. What went wrong is in the log of the site."""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	kept.complete_now()
	remove()
	frappe.log_error(title="The demo could not be made", message=trace)
	frappe.db.commit()
	click.echo(_("The demo could not be made. What there was of it is removed; the Error Log tells more."))


def tally(users: Sequence[str]) -> Counter[str]:
	"""How many documents these users own, of the kinds that people ask for."""
	kinds = (
		"Customer",
		"Sales Order",
		"Sales Invoice",
		"Payment Entry",
		"Customer Follow Up",
		"Grade Proposal",
	)
	return Counter({kind: frappe.db.count(kind, {"owner": ("in", users)}) for kind in kinds})
