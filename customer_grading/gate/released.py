"""What a release lets pass: documents of its company, on terms no longer than it was given for."""

from dataclasses import replace

from customer_grading.gate.judgement import Judgement
from customer_grading.records.credit_release import bounds_of
from customer_grading.rules.order import decide
from customer_grading.rules.reasons import NUMBER, TEXT, Reason, explain

OTHER_COMPANY = explain(
	"order_release_other_company",
	"There is a release, but it was given for the company {0}.",
	"Choose the company {0}, or ask for a new release.",
	company=TEXT,
)
SHORTER_TERMS = explain(
	"order_release_shorter_terms",
	"There is a release, but it was given for {0} days of credit, and the terms give {1}.",
	"Shorten the terms to {0} days or fewer, or ask for a new release.",
	released_days=NUMBER,
	credit_days=NUMBER,
)


def bounded(judgement: Judgement) -> Judgement:
	"""A judgement as it is without a release that was given for something else, with the reason why.

	The release is read only where there is one and nothing else lets the document pass.
	"""
	against = _against(judgement) if judgement.release and judgement.by_release else None
	if against is None:
		return judgement
	position = replace(judgement.position, release=None)
	decision = decide(judgement.terms, position, judgement.policy)
	told = replace(decision, reasons=(*decision.reasons, against))
	return replace(judgement, position=position, decision=told, release=None)


def _against(judgement: Judgement) -> Reason | None:
	bounds, days = bounds_of(judgement.release or ""), judgement.terms.credit_days
	if bounds.holds(judgement.company, days):
		return None
	if bounds.company != judgement.company:
		return OTHER_COMPANY.because(bounds.company)
	return SHORTER_TERMS.because(max(bounds.credit_days or 0, 0), days)
