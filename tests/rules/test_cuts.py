"""R3: deal status, importance, urgency and need."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.cuts import CutFacts, Cuts, cut
from customer_grading.rules.dates import add_days, add_months
from customer_grading.rules.options import Importance, Need, Urgency
from customer_grading.rules.policy import CutsPolicy

from .facts import TODAY, assert_speaks, cents, sections

POLICY = CutsPolicy()


def cut_of(
	has_bought: bool = False,
	is_negotiating: bool = False,
	deals: int | str = 0,
	average: int = 100,
	handle_by: str | None = None,
	need: Need | None = None,
) -> Cuts:
	day = date.fromisoformat(handle_by) if handle_by else None
	facts = CutFacts(has_bought, is_negotiating, Decimal(deals), Decimal(average), day, need)
	return cut(facts, TODAY, POLICY)


@pytest.mark.parametrize(
	("has_bought", "is_negotiating", "expected", "sentence", "remedy"),
	[
		(
			True,
			False,
			"Closed",
			"The customer has bought from us.",
			"Nothing: a deal that was made stays made.",
		),
		(
			True,
			True,
			"Closed",
			"The customer has bought from us.",
			"Nothing: a deal that was made stays made.",
		),
		(
			False,
			True,
			"Negotiating",
			"A quotation or an opportunity is open.",
			"Close the deal, or the opportunity.",
		),
		(
			False,
			False,
			"Potential",
			"There has been neither a deal nor a quotation.",
			"Make an offer to the customer.",
		),
	],
)
def test_the_deal_status_is_how_far_a_deal_has_come(
	has_bought: bool, is_negotiating: bool, expected: str, sentence: str, remedy: str
) -> None:
	cuts = cut_of(has_bought, is_negotiating)
	assert cuts.deal_status == expected
	assert (cuts.reasons[0].sentence(), cuts.reasons[0].remedy()) == (sentence, remedy)


@pytest.mark.parametrize(
	("deals", "average", "expected", "code"),
	[
		("200", 100, "Key", "cut_importance"),
		("199.99", 100, "Ordinary", "cut_importance"),
		("0", 100, "Ordinary", "cut_importance"),
		("500", 0, "Ordinary", "cut_no_deals"),
		("500", -10, "Ordinary", "cut_no_deals"),
	],
)
def test_deals_worth_twice_the_average_make_a_key_customer(
	deals: str, average: int, expected: str, code: str
) -> None:
	cuts = cut_of(deals=deals, average=average)
	assert cuts.importance == expected
	assert cuts.reasons[1].code == code


def test_importance_says_from_where_on_a_customer_is_key() -> None:
	reason = cut_of(deals=150).reasons[1]
	assert reason.sentence() == "The customer's deals are worth 150.00; from 200.00 on a customer is key."
	assert reason.remedy() == "Deals worth 200.00 make the customer key."


def test_without_any_deals_importance_says_so() -> None:
	reason = cut_of(average=0).reasons[1]
	assert reason.sentence() == "There are no deals to compare the customer's with."
	assert reason.remedy() == "Record the first deal."


@pytest.mark.parametrize(
	("handle_by", "expected"),
	[
		("2023-12-01", "Urgent"),
		("2024-02-07", "Urgent"),
		("2024-02-08", "Soon"),
		("2024-02-29", "Soon"),
		("2024-03-01", "Not urgent"),
		("2024-04-30", "Not urgent"),
		("2024-05-01", "Slow"),
	],
)
def test_urgency_has_inclusive_bounds_of_a_week_and_calendar_months(handle_by: str, expected: str) -> None:
	cuts = cut_of(handle_by=handle_by)
	assert cuts.urgency == expected
	assert cuts.reasons[2].sentence() == f"The customer must be handled by {handle_by}."
	assert cuts.reasons[2].remedy() == "File a follow-up with the new date."


def test_without_a_date_nothing_is_urgent() -> None:
	cuts = cut_of()
	assert cuts.urgency is Urgency.SLOW
	assert cuts.reasons[2].sentence() == "No date is known by which the customer must be handled."
	assert cuts.reasons[2].remedy() == "File a follow-up with a date."


@pytest.mark.parametrize(
	("need", "expected", "sentence", "remedy"),
	[
		(Need.CLEAR, "Target", "The customer's need is: Clear.", "File a follow-up when the need changes."),
		(
			Need.POTENTIAL,
			"Potential",
			"The customer's need is: Potential.",
			"File a follow-up when the need changes.",
		),
		(Need.NONE, "Dead", "The customer's need is: None.", "File a follow-up when the need changes."),
		(None, "Potential", "Nobody has asked yet what the customer needs.", "File the first follow-up."),
	],
)
def test_the_list_is_cut_by_need(need: Need | None, expected: str, sentence: str, remedy: str) -> None:
	cuts = cut_of(need=need)
	assert cuts.need == expected
	assert (cuts.reasons[3].sentence(), cuts.reasons[3].remedy()) == (sentence, remedy)


facts = st.builds(
	CutFacts,
	st.booleans(),
	st.booleans(),
	cents(-100),
	cents(-100),
	st.none() | st.dates(),
	st.none() | st.sampled_from(Need),
)


@given(facts, st.dates(), sections(CutsPolicy))
def test_every_customer_falls_into_each_cut_with_a_reason(
	facts: CutFacts, today: date, policy: CutsPolicy
) -> None:
	cuts = cut(facts, today, policy)
	assert len(cuts.reasons) == 4
	assert_speaks(cuts.reasons)


@given(st.dates(), st.dates(), st.dates(), sections(CutsPolicy))
def test_a_later_date_is_never_more_urgent(today: date, one: date, other: date, policy: CutsPolicy) -> None:
	earlier, later = (
		cut(CutFacts(False, False, Decimal(0), Decimal(0), day, None), today, policy).urgency
		for day in sorted((one, other))
	)
	assert list(Urgency).index(earlier) <= list(Urgency).index(later)


@given(st.dates(), sections(CutsPolicy))
def test_each_urgency_ends_on_its_very_day(today: date, policy: CutsPolicy) -> None:
	for latest, within in (
		(add_days(today, policy.urgent_days), {"Urgent"}),
		(add_months(today, policy.soon_months), {"Urgent", "Soon"}),
		(add_months(today, policy.not_urgent_months), {"Urgent", "Soon", "Not urgent"}),
	):
		for day in (latest, add_days(latest, 1)):
			facts = CutFacts(False, False, Decimal(0), Decimal(0), day, None)
			assert (cut(facts, today, policy).urgency in within) == (day == latest)


@given(cents(), cents(), cents(1))
def test_more_deals_never_make_a_customer_less_important(
	one: Decimal, other: Decimal, average: Decimal
) -> None:
	fewer, more = (
		cut(CutFacts(True, False, deals, average, None, None), TODAY, POLICY).importance
		for deals in sorted((one, other))
	)
	assert (fewer, more) != (Importance.KEY, Importance.ORDINARY)
