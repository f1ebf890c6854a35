"""What was asked of the rules at a door, and what they answered."""

from dataclasses import dataclass

from customer_grading.rules.options import Door, Mode, Outcome
from customer_grading.rules.order import Decision, OrderTerms, Position
from customer_grading.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Judgement:
	"""One decision with everything that it was made from. Money is in the currency of the company."""

	door: Door
	customer: str
	company: str
	reference: tuple[str, str]
	"""DocType and name of the document at the door."""
	order: str | None
	"""The Sales Order that the goods belong to; None for goods without an order."""
	mode: Mode
	policy: Policy
	terms: OrderTerms
	position: Position
	decision: Decision
	release: str | None = None
	"""The Credit Release that was there for it, whether it was needed or not."""

	@property
	def binds(self) -> bool:
		"""Whether the decision is enforced, or only recorded."""
		return self.mode is Mode.ENFORCE

	@property
	def outcome(self) -> Outcome:
		"""What was decided."""
		return self.decision.outcome

	@property
	def by_release(self) -> bool:
		"""Whether it was the release that let the order or the goods pass."""
		return self.decision.reasons[0].code == "order_released"
