"""What is known of a customer's next deal, and when somebody was last in touch."""

from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Date, Max, Min
from pypika import Order, analytics
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion

from customer_grading.facts.selection import Selection
from customer_grading.rules.dates import add_days
from customer_grading.rules.options import Need

CANCELLED = 2

OPEN_QUOTATIONS = ("Open", "Replied", "Partially Ordered")
OPEN_OPPORTUNITIES = ("Open", "Quotation", "Replied")


@dataclass(frozen=True, slots=True)
class PipelineFacts:
	"""What is known of the next deal of one customer."""

	need: Need | None = None
	"""As the last follow-up tells; None before the first."""
	expected_close: date | None = None
	"""As the last follow-up tells."""
	last_follow_up: date | None = None
	is_negotiating: bool = False
	"""Whether a Quotation or an Opportunity is open."""
	opportunity_close: date | None = None
	"""The earliest day on which an open Opportunity is expected to close."""
	last_contact: date | None = None
	"""The latest of follow-ups, Communications, Quotations and Opportunities; orders are not looked at."""


def pipeline(selection: Selection, day: date) -> dict[str, PipelineFacts]:
	"""The pipeline of each customer of whom anything is known on `day`; what is dated later is not."""
	scope = (selection, day)
	follow_ups = {customer: told for customer, *told in _last_follow_ups(*scope).run()}
	quotations = {customer: told for customer, *told in _quotations(*scope).run()}
	opportunities = {customer: told for customer, *told in _opportunities(*scope).run()}
	written, linked = dict(_communications(*scope).run()), dict(_linked_communications(*scope).run())
	found = {}
	for customer in {*follow_ups, *quotations, *opportunities, *written, *linked}:
		need, close, last_follow_up = follow_ups.get(customer, (None, None, None))
		quoted, is_quoted = quotations.get(customer, (None, 0))
		met, is_opportunity, opportunity_close = opportunities.get(customer, (None, 0, None))
		contacts = (last_follow_up, quoted, met, written.get(customer), linked.get(customer))
		found[customer] = PipelineFacts(
			Need(need) if need else None,
			close,
			last_follow_up,
			bool(is_quoted or is_opportunity),
			opportunity_close,
			max((contact for contact in contacts if contact), default=None),
		)
	return found


def _last_follow_ups(selection: Selection, day: date) -> QueryBuilder:
	filed = DocType("Customer Follow Up")
	place = analytics.RowNumber().over(filed.customer)
	for column in (filed.follow_up_date, filed.creation):
		place = place.orderby(column, order=Order.desc)
	last = (
		frappe.qb.from_(filed)
		.select(filed.customer, filed.need, filed.expected_close, filed.follow_up_date, place.as_("place"))
		.where((filed.docstatus < CANCELLED) & (filed.follow_up_date <= day))
		.where(selection.among(filed.customer))
	)
	return (
		frappe.qb.from_(last)
		.select(last.customer, last.need, last.expected_close, last.follow_up_date)
		.where(last.place == 1)
	)


def _quotations(selection: Selection, day: date) -> QueryBuilder:
	"""The last submitted Quotation of each customer, and whether one is still open."""
	quotation = DocType("Quotation")
	is_valid = quotation.valid_till.isnull() | (quotation.valid_till >= day)
	is_open = quotation.status.isin(OPEN_QUOTATIONS) & is_valid
	is_known = (quotation.docstatus == 1) & (quotation.transaction_date <= day)
	return (
		frappe.qb.from_(quotation)
		.select(quotation.party_name, Max(quotation.transaction_date), Max(_flag(is_open)))
		.where((quotation.quotation_to == "Customer") & is_known)
		.where(selection.among(quotation.party_name))
		.groupby(quotation.party_name)
	)


def _opportunities(selection: Selection, day: date) -> QueryBuilder:
	"""The last Opportunity of each customer, whether one is open, and the first expected close."""
	chance = DocType("Opportunity")
	is_open = chance.status.isin(OPEN_OPPORTUNITIES)
	of_customer = (chance.opportunity_from == "Customer") & (chance.transaction_date <= day)
	return (
		frappe.qb.from_(chance)
		.select(
			chance.party_name,
			Max(chance.transaction_date),
			Max(_flag(is_open)),
			Min(Case().when(is_open, chance.expected_closing)),
		)
		.where(of_customer)
		.where(selection.among(chance.party_name))
		.groupby(chance.party_name)
	)


def _flag(condition: Criterion) -> Case:
	return Case().when(condition, 1).else_(0)


def _communications(selection: Selection, day: date) -> QueryBuilder:
	"""The last one that was filed with each customer."""
	message = DocType("Communication")
	return (
		frappe.qb.from_(message)
		.select(message.reference_name, Date(Max(message.communication_date)))
		.where(message.reference_doctype == "Customer")
		.where(selection.among(message.reference_name))
		.where(_is_contact(message, day))
		.groupby(message.reference_name)
	)


def _linked_communications(selection: Selection, day: date) -> QueryBuilder:
	"""The last one that Frappe linked to each customer, by a contact's address for example."""
	message, link = DocType("Communication"), DocType("Communication Link")
	return (
		frappe.qb.from_(link)
		.join(message)
		.on(message.name == link.parent)
		.select(link.link_name, Date(Max(message.communication_date)))
		.where(link.link_doctype == "Customer")
		.where(selection.among(link.link_name))
		.where(_is_contact(message, day))
		.groupby(link.link_name)
	)


def _is_contact(message: Table, day: date) -> Criterion:
	"""Talks and letters, not the notices that Frappe sends by itself."""
	return (message.communication_type == "Communication") & (message.communication_date < add_days(day, 1))
