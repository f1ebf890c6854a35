"""How an answer explains itself: a code, a sentence, the numbers behind it and what would change it.

Sentences are templates with positional places, so that they can be translated by their English text; they are
only put together when somebody reads them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customer_grading.rules.options import StrEnum

Value = Decimal | int | date | str


class Kind(StrEnum):
	"""How a number of a reason is written."""

	MONEY = "money"
	PERCENT = "percent"
	NUMBER = "number"
	DATE = "date"
	WORD = "word"
	TEXT = "text"


MONEY, PERCENT, NUMBER, DATE, WORD, TEXT = Kind


def untranslated(text: str) -> str:
	"""The English text itself."""
	return text


def plain(value: Decimal | int) -> str:
	"""A number with at most two decimals and no trailing zeros: 96.40 is written 96.4."""
	text = f"{Decimal(value):,.2f}"
	return text.rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Language:
	"""How sentences are read out: `translate` takes an English template or word to the reader's language."""

	translate: Callable[[str], str] = untranslated

	def write(self, value: Value, kind: Kind) -> str:
		"""One value as a reader expects it: money in company currency with two decimals, dates as ISO."""
		if kind is MONEY:
			return f"{value:,.2f}"
		if kind is WORD:
			return self.translate(str(value))
		if isinstance(value, (Decimal, int)):
			return plain(value)
		return str(value)

	def fill(self, template: str, values: Sequence[str]) -> str:
		"""The translated template with the values in its places."""
		return self.translate(template).format(*values)


ENGLISH = Language()


@dataclass(frozen=True, slots=True)
class Explanation:
	"""The fixed part of a reason. Places {0}, {1}… of both templates stand for `fields` in their order."""

	code: str
	sentence: str
	remedy: str
	fields: tuple[tuple[str, Kind], ...]

	def because(self, *values: Value) -> "Reason":
		"""A reason with these values, one for each field."""
		return Reason(self, values)

	def __reduce__(self) -> "tuple[Callable[[str], Explanation], tuple[str]]":
		# Pickled by its code: answers travel between processes, the templates need not.
		return declared, (self.code,)


_DECLARED: dict[str, Explanation] = {}


def explain(code: str, sentence: str, remedy: str, **fields: Kind) -> Explanation:
	"""Declare an explanation: `explain("over", "Over by {0}.", "Pay {0}.", excess=MONEY)`.

	Each code is declared once, at import.
	"""
	explanation = Explanation(code, sentence, remedy, tuple(fields.items()))
	if _DECLARED.setdefault(code, explanation) != explanation:
		message = f"The reason code {code} is declared twice"
		raise ValueError(message)
	return explanation


def declared(code: str) -> Explanation:
	"""The explanation of a code. KeyError where the module that declares it was never imported."""
	return _DECLARED[code]


@dataclass(frozen=True, slots=True)
class Reason:
	"""Why an answer is what it is: an explanation and the values that it holds for."""

	explanation: Explanation
	values: tuple[Value, ...]

	def __reduce__(self) -> "tuple[Callable[..., Reason], tuple[Value, ...]]":
		return _because, (self.explanation.code, *self.values)

	@property
	def code(self) -> str:
		"""The stable name of the reason, for reports and tests."""
		return self.explanation.code

	@property
	def numbers(self) -> dict[str, Value]:
		"""The values by name."""
		return {name: value for (name, _), value in zip(self.explanation.fields, self.values, strict=True)}

	def sentence(self, language: Language = ENGLISH) -> str:
		"""The whole sentence, fit to be read aloud."""
		return language.fill(self.explanation.sentence, self._written(language))

	def remedy(self, language: Language = ENGLISH) -> str:
		"""What would change the answer."""
		return language.fill(self.explanation.remedy, self._written(language))

	def _written(self, language: Language) -> list[str]:
		fields, write = self.explanation.fields, language.write
		return [write(value, kind) for (_, kind), value in zip(fields, self.values, strict=True)]


def _because(code: str, *values: Value) -> Reason:
	return Reason(_DECLARED[code], values)
