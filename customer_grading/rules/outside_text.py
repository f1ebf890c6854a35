"""What people outside type, made fit to be kept."""

import re

UNWANTED = re.compile(
	"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""Control characters, halves of characters, and what turns the direction of the text around it."""
MANY_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
	"""Text without control characters, blanks around it and more than one empty line at a time."""
	lines = text.replace("\r\n", "\n").replace("\r", "\n")
	return MANY_LINES.sub("\n\n", UNWANTED.sub("", lines)).strip()


def one_line(text: str) -> str:
	"""Clean text in a single line."""
	return " ".join(clean(text).split())
