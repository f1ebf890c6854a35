"""Whether a customer is active, inactive or lost: by the days without an order or a contact."""

from dataclasses import dataclass
from datetime import date

from customer_grading.rules.options import RelationshipStatus
from customer_grading.rules.policy import RelationshipPolicy
from customer_grading.rules.reasons import DATE, NUMBER, Reason, explain

IN_TOUCH = explain(
	"relationship_active",
	"The last order or contact was on {0}, {1} days ago.",
	"After {2} days without order or contact the customer is inactive.",
	last_touch=DATE,
	days=NUMBER,
	limit=NUMBER,
)
OUT_OF_TOUCH = explain(
	"relationship_silent",
	"The last order or contact was on {0}, {1} days ago, more than {2}.",
	"Talk to the customer and file a follow-up.",
	last_touch=DATE,
	days=NUMBER,
	limit=NUMBER,
)


@dataclass(frozen=True, slots=True)
class RelationshipAnswer:
	"""The relationship status with its reason."""

	status: RelationshipStatus
	reasons: tuple[Reason, ...]


def relationship(last_touch: date, today: date, policy: RelationshipPolicy) -> RelationshipAnswer:
	"""The status by the day of the last order or contact, or of getting to know the customer.

	A day that lies ahead counts as today.
	"""
	days = max(0, (today - last_touch).days)
	for status, limit in (
		(RelationshipStatus.LOST, policy.lost_after_days),
		(RelationshipStatus.INACTIVE, policy.inactive_after_days),
	):
		if days > limit:
			return RelationshipAnswer(status, (OUT_OF_TOUCH.because(last_touch, days, limit),))
	active = IN_TOUCH.because(last_touch, days, policy.inactive_after_days)
	return RelationshipAnswer(RelationshipStatus.ACTIVE, (active,))
