"""How the report writes numbers and sentences in the reader's language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup, escape

from customer_grading.rules.reasons import DATE, MONEY, NUMBER, Language, Reason

NOTHING = "–"
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Pen:
	"""Writes in one language. Texts are given in English, whole sentences with positional places."""

	language: Language

	def say(self, template: str, *values: str) -> str:
		"""The translated text with the values in its places."""
		return self.language.fill(template, values) if values else self.word(template)

	def stress(self, template: str, *values: str) -> Markup:
		"""The translated text as HTML, with the values stressed."""
		stressed = (Markup("<strong>{}</strong>").format(value) for value in values)
		return escape(self.language.translate(template)).format(*stressed)

	def word(self, english: str) -> str:
		"""One translated word or text without places."""
		return self.language.translate(english)

	def money(self, amount: Decimal) -> str:
		"""An amount in company currency."""
		return self.language.write(amount, MONEY)

	def number(self, value: Decimal | int) -> str:
		"""A number with at most two decimals."""
		return self.language.write(value, NUMBER)

	def day(self, day: date | None) -> str:
		"""A date, or a dash where there is none."""
		return NOTHING if day is None else self.language.write(day, DATE)

	def percent(self, value: Decimal | float | None) -> str:
		"""Percent of 0 to 100 with one decimal, or a dash where nothing is known."""
		return NOTHING if value is None else self.say("{0} %", f"{value:.1f}").replace(" ", NO_BREAK)

	def whole(self, value: float) -> str:
		"""Percent of 0 to 100 without decimals."""
		return self.say("{0} %", f"{value:.0f}").replace(" ", NO_BREAK)

	def rate(self, fraction: float | None) -> str:
		"""A share of 0 to 1 as percent, or a dash where there is none."""
		return NOTHING if fraction is None else self.percent(fraction * 100)

	def sentence(self, reason: Reason) -> str:
		"""What a reason says."""
		return reason.sentence(self.language)

	def remedy(self, reason: Reason) -> str:
		"""What would change it."""
		return reason.remedy(self.language)
