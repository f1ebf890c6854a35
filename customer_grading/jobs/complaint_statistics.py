"""On the first of the month: the complaints of the last one are counted, kept, and told (R11, step 9)."""

from datetime import date, timedelta

import frappe
from frappe.utils import getdate, nowdate

from customer_grading.facts.complaint_cases import companies
from customer_grading.jobs.retry import retried
from customer_grading.records import statistics_mail
from customer_grading.records.complaint_statistics import STATISTICS


def run() -> list[str]:
	"""Make the statistics of the last month for each company that was ever complained of; their names.

	A transaction each. What was made already is neither made nor sent again.
	"""
	last = getdate(nowdate()).replace(day=1) - timedelta(days=1)
	made: list[str] = []
	for company in companies(last):
		try:
			retried(lambda company=company: made.extend(make(company, last)))
		except Exception:  # noqa: BLE001, PERF203  (whatever is wrong with one company, the others go on)
			frappe.db.rollback()
			frappe.log_error(title=f"Customer Grading: no complaint statistics for {company}")
			frappe.db.commit()
	return made


def make(company: str, day: date) -> list[str]:
	"""Make and send the statistics of the month of a day, unless they are there; the name, if it is new."""
	month = f"{day:%Y-%m}"
	if frappe.db.exists(STATISTICS, {"company": company, "month": month}):
		return []
	document = frappe.new_doc(STATISTICS)
	document.update({"company": company, "month": month})
	# The scheduler counts in the company's name; whoever runs a job by hand needs no right to do so.
	document.insert(ignore_permissions=True)
	try:
		statistics_mail.send(document)
	except frappe.OutgoingEmailError:
		# The figures are kept even where nobody has set up e-mail.
		frappe.clear_last_message()
		frappe.log_error(title="Customer Grading: no e-mail account to send statistics")
	return [document.name]
