"""What every readable file becomes: a recognised header, wherever it stands, and the rows below it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from customer_grading.preview.book import InputError
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.columns import Layout
from customer_grading.rules.reasons import Reason

Row = tuple[int, list[str]]
"""The line on which a row begins, counted from 1, and its cells."""
Recognise = Callable[[Sequence[str]], Layout]

HEADER_WITHIN = 30
"""The header stands among so many first rows; above it, exports write titles and filters."""


@dataclass(frozen=True, slots=True)
class Table:
	"""A file whose header is found."""

	name: str
	layout: Layout
	rows: Callable[[], Iterator[Row]]
	"""The rows below the header that are not blank; may be called again and again."""
	cells: Callable[[], Iterator[list[str]]]
	"""The same without lines, and with blank rows: what a survey needs, and faster."""
	notes: list[Reason] = field(default_factory=list)


class Header(NamedTuple):
	"""A row that may be the header: which of the rows given it is, counted from 0, and what it is recognised
	as.
	"""

	at: int
	layout: Layout


def best_header(rows: Sequence[Sequence[str]], recognise: Recognise) -> Header | None:
	"""The row with the most recognised columns, the first of them; complete ones go before all others."""
	found = [Header(index, recognise([cell.strip() for cell in row])) for index, row in enumerate(rows)]
	return max(found, key=header_rank, default=None)


def header_rank(header: Header) -> tuple[bool, int]:
	"""The higher, the more likely it is that a row is the header."""
	return not header.layout.missing, len(header.layout.places)


def accept_header(name: str, headers: Iterable[Header | None]) -> Header:
	"""The best of the headers found. InputError names what is missing, if none is complete."""
	found = [header for header in headers if header is not None]
	best = max(found, key=header_rank, default=None)
	if best is None or best.layout.missing:
		raise no_header(name, best)
	return best


def no_header(name: str, nearest: Header | None) -> InputError:
	"""The error for a file without a complete header, with what the nearest one lacks."""
	if nearest is None:
		return InputError(messages.EMPTY_FILE.because(name))
	missing = nearest.layout.missing
	labels = ", ".join(filter(None, nearest.layout.header))
	return InputError(messages.NO_HEADER.because(name, ", ".join(missing), labels, missing[0]))


def title_note(name: str, line: int) -> list[Reason]:
	"""A note where the header is not the first line."""
	return [messages.LINES_ABOVE_HEADER.because(name, line)] if line > 1 else []
