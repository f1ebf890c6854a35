"""Active, inactive or lost: by the days without an order or contact."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.options import RelationshipStatus
from customer_grading.rules.policy import RelationshipPolicy
from customer_grading.rules.relationship import relationship

from .facts import TODAY, assert_speaks, codes, sections

POLICY = RelationshipPolicy()
ORDER = [RelationshipStatus.ACTIVE, RelationshipStatus.INACTIVE, RelationshipStatus.LOST]


def ago(days: int) -> date:
	return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
	("days", "status"),
	[
		(0, "Active"),
		(90, "Active"),
		(91, "Inactive"),
		(365, "Inactive"),
		(366, "Lost"),
		(9999, "Lost"),
		(-5, "Active"),
	],
)
def test_bounds_are_inclusive_and_a_day_ahead_counts_as_today(days: int, status: str) -> None:
	assert relationship(ago(days), TODAY, POLICY).status == status


def test_the_answer_says_since_when_and_what_bound_it_went_by() -> None:
	(active,) = relationship(ago(3), TODAY, POLICY).reasons
	assert active.sentence() == f"The last order or contact was on {ago(3)}, 3 days ago."
	assert active.remedy() == "After 90 days without order or contact the customer is inactive."
	for days, limit in ((91, 90), (400, 365)):
		(silent,) = relationship(ago(days), TODAY, POLICY).reasons
		assert silent.sentence() == (
			f"The last order or contact was on {ago(days)}, {days} days ago, more than {limit}."
		)
		assert silent.remedy() == "Talk to the customer and file a follow-up."


@given(st.dates(), st.dates(), sections(RelationshipPolicy))
def test_every_customer_has_a_status_with_one_reason(
	touch: date, today: date, policy: RelationshipPolicy
) -> None:
	answer = relationship(touch, today, policy)
	is_active = answer.status is RelationshipStatus.ACTIVE
	assert codes(answer.reasons) == ["relationship_active" if is_active else "relationship_silent"]
	assert_speaks(answer.reasons)


@given(st.dates(), st.dates(), st.dates(), sections(RelationshipPolicy))
def test_a_later_touch_never_makes_it_worse(
	one: date, other: date, today: date, policy: RelationshipPolicy
) -> None:
	earlier, later = sorted([one, other])
	worse, better = (relationship(touch, today, policy).status for touch in (earlier, later))
	assert ORDER.index(better) <= ORDER.index(worse)
