"""Daily: customers are asked how satisfied they were, each by a mail of their own (R12)."""

from collections import Counter
from datetime import date, timedelta

import frappe
from frappe.utils import getdate, nowdate

from customer_grading.facts.survey_occasions import Occasion, asked, due
from customer_grading.jobs.retry import retried
from customer_grading.records import setting, survey_mail
from customer_grading.records import survey as surveys

SWITCHES = {
	"Customer Complaint": "survey_after_complaint",
	"Maintenance Visit": "survey_after_visit",
	"Delivery Note": "survey_after_delivery",
}
"""After what customers are asked, and the setting that says so."""


def run() -> Counter[str]:
	"""Ask those whose turn it is, a transaction each; how many were asked, and of how many nobody could be.

	Links that nobody has used are marked as expired. Run again it asks nobody twice.
	"""
	counts: Counter[str] = Counter(sent=0, nobody=0, failed=0)
	retried(lambda: counts.update(expired=surveys.expire()))
	today, pause = getdate(nowdate()), setting.number("survey_pause_days")
	chosen = [doctype for doctype, switch in SWITCHES.items() if setting.number(switch)]
	for occasion in due(chosen, today, setting.number("survey_days_after"), pause):
		if not occasion.email:
			counts["nobody"] += 1
		elif not _asked(occasion, today - timedelta(days=pause), counts):
			break
	return counts


def _asked(occasion: Occasion, since: date, counts: Counter[str]) -> bool:
	"""Ask one customer; False where the site sends no mail at all, so that it makes no sense to go on."""
	try:
		retried(lambda: ask(occasion, since))
		counts["sent"] += 1
	except frappe.OutgoingEmailError:
		_log("Customer Grading: no e-mail account to send surveys")
		return False
	except Exception:  # noqa: BLE001  (whatever is wrong with one customer, the others are asked)
		counts["failed"] += 1
		_log(f"Customer Grading: no survey for {occasion.customer}")
	return True


def _log(title: str) -> None:
	frappe.db.rollback()
	frappe.clear_messages()
	frappe.log_error(title=title)
	frappe.db.commit()


def ask(occasion: Occasion, since: date) -> None:
	"""Make and send a survey, unless the customer was asked meanwhile: of two jobs the second finds that."""
	frappe.db.get_value("Customer", occasion.customer, "name", for_update=True)
	if occasion.customer in asked(since).run(pluck=True):
		return
	survey = frappe.new_doc(surveys.SURVEY)
	survey.update(
		{
			"customer": occasion.customer,
			"company": occasion.company,
			"contact_person": occasion.contact,
			"email_id": occasion.email,
			"spoken_language": occasion.language or None,
			"reference_doctype": occasion.doctype,
			"reference_name": occasion.name,
		}
	)
	# The scheduler asks in the company's name; whoever runs a job by hand needs no right to write surveys.
	survey.insert(ignore_permissions=True)
	survey_mail.send(survey)
