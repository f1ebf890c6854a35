"""What a follow-up's grade hangs on, for one customer and at once."""

from datetime import date

import frappe

from customer_grading.facts.pipeline import PipelineFacts, pipeline
from customer_grading.facts.sales import merged, orders
from customer_grading.facts.selection import Selection
from customer_grading.facts.values import ZERO
from customer_grading.rules.follow_up import FollowUpFacts
from customer_grading.rules.options import Need
from customer_grading.rules.policy import Policy


def follow_up_facts(customer: str, day: date, policy: Policy) -> FollowUpFacts:
	"""What is known of one customer on `day`.

	Nothing is compared with other customers, which would read the whole book: importance is for the regrade.
	"""
	told = pipeline(Selection.of(customer), day).get(customer, PipelineFacts())
	bought = list(orders(customer, day, policy).values())
	# Rates only matter for amounts, which nobody asks for here.
	placed = merged(bought, [ZERO] * len(bought))
	return FollowUpFacts(
		need=told.need,
		expected_close=expected_close(told),
		last=told.last_follow_up,
		due=frappe.db.get_value("Customer", customer, "next_follow_up"),
		rhythm=placed.rhythm(),
		has_bought=bool(placed.days),
		is_negotiating=told.is_negotiating,
		deal_value=ZERO,
		average_deal_value=ZERO,
	)


def expected_close(told: PipelineFacts) -> date | None:
	"""The day that the last follow-up named, else of the first open Opportunity, if the need is clear."""
	if told.need is not Need.CLEAR:
		return None
	return told.expected_close or told.opportunity_close
