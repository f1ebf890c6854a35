"""The languages in which the preview can be read, from the catalogue that the app itself uses."""

import csv
from functools import lru_cache
from pathlib import Path

from customer_grading.rules.reasons import ENGLISH, Language

CATALOGUES = Path(__file__).parent.parent / "translations"
LANGUAGES = ("en", "zh")
CONTEXT = "Customer Grading"
"""Marks the rows of words that mean something else in the rest of ERPNext, such as Daily or New."""


@lru_cache
def language_of(lang: str) -> Language:
	"""The language with this code. Texts that its catalogue lacks stay English."""
	if lang == "en":
		return ENGLISH
	with (CATALOGUES / f"{lang}.csv").open(encoding="utf-8", newline="") as catalogue:
		rows = [(*row, "")[:3] for row in csv.reader(catalogue) if row]
	texts = {text: told for text, told, context in rows if not context}
	texts |= {text: told for text, told, context in rows if context == CONTEXT}
	return Language(lambda text: texts.get(text, text))
