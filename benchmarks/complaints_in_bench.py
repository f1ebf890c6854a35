"""The part of `complaints.py` that runs in the bench's own Python, within the folder `sites`."""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import frappe
from complaints import arguments
from frappe.utils import getdate, now_datetime, nowdate

from customer_grading.facts.complaints import SIGNS, signs
from customer_grading.jobs.complaints import run
from customer_grading.records import bulk
from customer_grading.records.policy import current_policy
from customer_grading.rules.complaint import assess
from customer_grading.rules.options import ComplaintStep, SatisfactionLevel

COMPLAINT = "Customer Complaint"
MARK = "Benchmark complaint"
DAYS = 60
PER_CUSTOMER = 4
SAMPLE = 1000
COLUMNS = (
	"customer",
	"subject",
	"complainant",
	"quality_problem",
	"tone",
	"loss",
	"times_in_month",
	"names_reason",
	"raised_on",
	"step",
	"step_since",
	"level",
	"proposed_level",
	"is_open",
	"plan_round",
)
STEPS = (
	ComplaintStep.RAISED,
	ComplaintStep.CONFIRMED,
	ComplaintStep.JUDGED,
	ComplaintStep.PLANNED,
	ComplaintStep.SIGNED,
	ComplaintStep.APPROVED,
)


def main() -> None:
	"""Make the complaints, assess them twice, and print the figures."""
	options = arguments()
	frappe.init(site=options.site)
	frappe.connect()
	try:
		print(json.dumps(measured(options.complaints)))
	finally:
		frappe.destroy()


def measured(number: int) -> dict[str, object]:
	"""The figures of two runs over so many complaints."""
	refuse_foreign()
	made(number)
	seconds, first = timed()
	say(f"First run: {seconds:.1f} s, {told(first)}")
	check_sample()
	again, second = timed()
	say(f"Second run: {again:.1f} s, {told(second)}")
	if first["complaints"] != number or not first["risen"]:
		sys.exit(f"The first run saw {first['complaints']} complaints, of which {first['risen']} rose.")
	return {"complaints": number, "seconds": round(seconds, 1), "second_run_writes": second["written"]}


def timed() -> tuple[float, Counter[str]]:
	"""Seconds of a run, and what it counted."""
	begun = time.perf_counter()
	counts = run()
	return time.perf_counter() - begun, counts


def told(counts: Counter[str]) -> str:
	"""The counts of a run in a line."""
	return ", ".join(f"{number:,} {name}" for name, number in counts.items())


def refuse_foreign() -> None:
	"""End where the site lacks the app, or has a customer or complaint that is not of this program."""
	if "customer_grading" not in frappe.get_installed_apps():
		sys.exit(f"{frappe.local.site} lacks the app: bench --site … install-app customer_grading")
	for doctype, field in (("Customer", "customer_name"), (COMPLAINT, "subject")):
		if frappe.db.count(doctype, {field: ("not like", f"{MARK}%")}):
			sys.exit(f"{frappe.local.site} has a {doctype} of its own. Use a site for nothing else.")


def made(number: int) -> None:
	"""So many open complaints in place of those of an earlier run, with somebody in line to be told."""
	begun = time.perf_counter()
	for doctype in (COMPLAINT, "Complaint Level Change", "Customer", "Notification Log", "Email Queue"):
		frappe.db.delete(doctype)
	people()
	names = [f"{MARK} {place:06}" for place in range(1 + (number - 1) // PER_CUSTOMER)]
	bulk.insert("Customer", ("customer_name",), ((name, (name,)) for name in names))
	bulk.insert(COMPLAINT, COLUMNS, complaints(number, names))
	table = frappe.qb.DocType(COMPLAINT)
	frappe.qb.update(table).set(table.docstatus, 1).where(table.step != ComplaintStep.RAISED).run()
	frappe.db.commit()
	say(f"{number:,} complaints of {len(names):,} customers made in {time.perf_counter() - begun:.0f} s")


def people() -> None:
	"""One user for each role in line."""
	for role in ("Sales Management Manager", "Sales General Manager", "Group General Manager"):
		email = f"{frappe.scrub(role)}@benchmark.example.com"
		if not frappe.db.exists("User", email):
			told_as = {"first_name": role, "send_welcome_email": 0, "roles": [{"role": role}]}
			frappe.get_doc({"doctype": "User", "email": email, **told_as}).insert(ignore_permissions=True)


def complaints(number: int, customers: list[str]) -> Iterator[tuple[str, tuple[object, ...]]]:
	"""The rows: calm and hostile ones, of all ages and steps, as they stood when they were raised."""
	draw, today, at = random.Random(1), getdate(nowdate()), now_datetime()
	for place in range(number):
		age = draw.randrange(DAYS)
		raised = today - timedelta(days=age)
		hostile = draw.random() < 0.05  # noqa: PLR2004  (one of twenty)
		level = SatisfactionLevel.E if hostile else SatisfactionLevel.C
		step = draw.choice(STEPS)
		yield (
			f"CC-B-{place:08}",
			(
				customers[place % len(customers)],
				f"{MARK} {place}",
				"Ordinary",
				"None",
				"Hostile" if hostile else "Calm",
				draw.choice((0, 0, 0, 120, 900)),
				1,
				0,
				raised,
				step,
				at - timedelta(days=draw.randrange(age + 1)),
				level,
				level,
				1,
				1,
			),
		)


def check_sample() -> None:
	"""End where a complaint does not stand as the rule says, or its history does not tell so."""
	fields = ["name", "customer", "level", *SIGNS]
	rows = frappe.get_all(COMPLAINT, fields=fields, limit=SAMPLE, order_by="rand()")
	policy, today = current_policy().satisfaction, getdate(nowdate())
	for row in rows:
		expected = assess(signs(row, today), policy).level
		shown = frappe.db.get_value("Customer", row.customer, "satisfaction_level") or ""
		last = frappe.get_all(
			"Complaint Level Change", {"parent": row.name}, pluck="to_level", order_by="idx desc", limit=1
		)
		if row.level != expected or (last and (last[0] != row.level or shown < row.level)):
			sys.exit(
				f"{row.name} is at level {row.level}, its customer at {shown}; the rule says {expected}."
			)
	say(f"{len(rows):,} complaints drawn at random stand as the rule says")


def say(text: str) -> None:
	"""Print at once, also into a file."""
	print(text, flush=True)


if __name__ == "__main__":
	main()
