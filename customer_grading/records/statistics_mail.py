"""The mail that brings the statistics of a month: to each reader singly, in their language."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.translate import print_language
from frappe.utils import get_url_to_form

from customer_grading.records import setting

TEMPLATE = "complaint_statistics"
NOT_PERSONS = ("Administrator", "Guest")


def send(statistics: Document) -> int:
	"""Put a mail in the queue for everybody with the role that the settings name; how many.

	Raises OutgoingEmailError where the site sends no mail.
	"""
	readers = _readers(setting.text("complaint_statistics_role"), statistics)
	for reader in readers:
		with print_language(reader.language or frappe.db.get_default("lang") or "en"):
			frappe.sendmail(
				recipients=[reader.email],
				subject=_("Complaints of {0}, {1}").format(statistics.month, statistics.company),
				template=TEMPLATE,
				args={"doc": statistics, "link": get_url_to_form(statistics.doctype, statistics.name)},
				reference_doctype=statistics.doctype,
				reference_name=statistics.name,
				add_unsubscribe_link=0,
			)
	return len(readers)


def _readers(role: str, statistics: Document) -> list[frappe._dict]:
	"""Who has the role and may read the statistics, by name."""
	if not role:
		return []
	owned, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	has_role = (owned.parenttype == "User") & (owned.role == role) & user.name.notin(NOT_PERSONS)
	rows = (
		frappe.qb.from_(owned)
		.join(user)
		.on((user.name == owned.parent) & (user.enabled == 1))
		.select(user.name, user.email, user.language)
		.where(has_role)
		.orderby(user.name)
		.run(as_dict=True)
	)
	return [row for row in rows if statistics.has_permission("read", user=row.name)]
