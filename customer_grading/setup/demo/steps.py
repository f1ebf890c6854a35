"""What the demo does on which day, as which user."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import frappe

from customer_grading.setup.demo.clock import on_day

FILE, ORDER, DELIVER, BILL, CREDIT, PAY, TALK, JUDGE, REGRADE, DECIDE, ASK = range(11)
"""In which order things of one day are done."""


@dataclass(frozen=True, slots=True)
class Step:
	"""One thing that is filed."""

	day: date
	rank: int
	do: Callable[[], None]
	user: str = ""
	"""Who files it; the demo's office, if nobody is named."""


def take(step: Step, office: str) -> None:
	"""Do what the step says as of its day, and commit."""
	frappe.set_user(step.user or office)
	with on_day(step.day):
		step.do()
	frappe.clear_messages()
	frappe.db.commit()
