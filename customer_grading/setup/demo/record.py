"""What is remembered of a demo, so that it is removed exactly.

Everything that the demo makes is owned by its users. Besides these, only what existed before and was changed
needs to be remembered.
"""

import json
from dataclasses import asdict, dataclass, field

import frappe
from frappe.query_builder import DocType

KEY = "customer_grading_demo"


@dataclass(slots=True)
class Record:
	"""A demo on this site."""

	company: str
	users: list[str]
	series: dict[str, int | None] = field(default_factory=dict)
	"""The numbers that documents had reached before; see `since`."""
	reached: dict[str, int] = field(default_factory=dict)
	"""The numbers that the demo has brought them to; empty until it is complete."""
	gave_holidays: bool = False
	"""Whether the company had no Holiday List of its own."""
	mode: str | None = None
	"""The company's own mode at the order desk before the demo was begun, until it has been put back."""

	@property
	def complete(self) -> bool:
		"""Whether nothing failed."""
		return bool(self.reached)

	def complete_now(self) -> None:
		"""Note that nothing is missing, and which numbers were used up for it."""
		after = numbers()
		self.reached = {name: number for name, number in after.items() if number != self.series.get(name)}
		self.series = {name: self.series.get(name) for name in self.reached}
		self.save()

	def save(self) -> None:
		"""Keep it with the site."""
		frappe.db.set_global(KEY, json.dumps(asdict(self)))

	def forget(self) -> None:
		"""There is no demo any more."""
		frappe.db.delete("DefaultValue", {"parent": "__global", "defkey": KEY})
		frappe.clear_cache()


def recorded() -> Record | None:
	"""The demo of this site, if there is one."""
	kept = frappe.db.get_value("DefaultValue", {"parent": "__global", "defkey": KEY}, "defvalue")
	return Record(**json.loads(kept)) if kept else None


def numbers() -> dict[str, int]:
	"""The number that each naming series has reached."""
	series = DocType("Series")
	return dict(frappe.qb.from_(series).select(series.name, series.current).run())
