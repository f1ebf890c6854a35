"""Every sentence that a user may read is there in Chinese."""

import importlib
import pkgutil
import string

import customer_grading.preview
import customer_grading.rules
from customer_grading.preview.language import language_of
from customer_grading.rules.reasons import Explanation


def explanations() -> list[Explanation]:
	"""Those of the product's modules; tests declare some of their own."""
	modules = [
		importlib.import_module(module.name)
		for package in (customer_grading.rules, customer_grading.preview)
		for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
	]
	return [each for module in modules for each in vars(module).values() if isinstance(each, Explanation)]


def places(template: str) -> set[str]:
	return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_sentence_and_remedy_is_translated_with_its_places() -> None:
	chinese = language_of("zh")
	told = [text for each in explanations() for text in (each.sentence, each.remedy)]
	assert len(told) > 200
	for text in told:
		translated = chinese.translate(text)
		assert translated != text or text == "-", text
		assert places(translated) <= places(text), text
		assert not translated.isascii(), text
