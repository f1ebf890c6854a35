"""CSV and TSV files as tables, in the encodings and with the separators that exports have."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol, TextIO

from customer_grading.preview.book import InputError
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.headers import (
	HEADER_WITHIN,
	Recognise,
	Row,
	Table,
	accept_header,
	best_header,
	title_note,
)
from customer_grading.rules.reasons import Reason

_DELIMITERS = ",\t;"
_CHUNK = 1 << 20
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class _Reader(Protocol):
	"""What `csv.reader` makes; its own type has no public name."""

	@property
	def line_num(self) -> int:
		"""How many lines are read."""

	def __iter__(self) -> Iterator[list[str]]:
		"""Return itself."""

	def __next__(self) -> list[str]:
		"""Read a row."""


@dataclass(frozen=True, slots=True)
class _Text:
	"""How a text file is read."""

	path: Path
	encoding: str
	delimiter: str = ","

	def open(self) -> TextIO:
		# The csv module wants line ends as they are, to keep those within quotation marks.
		return self.path.open(encoding=self.encoding, newline="")

	def first_rows(self) -> list[list[str]]:
		"""The rows among which the header is looked for, as far as they can be read with this delimiter."""
		found: list[list[str]] = []
		with self.open() as lines:
			try:
				found.extend(islice(csv.reader(lines, delimiter=self.delimiter), HEADER_WITHIN))
			except csv.Error:
				return found
		return found

	def cells(self, skipped: int) -> Iterator[list[str]]:
		"""Yield the rows after the first `skipped` as they are, fast."""
		with self._reading(skipped) as reader:
			yield from reader

	def rows(self, skipped: int) -> Iterator[Row]:
		"""Yield the rows after the first `skipped` that are not blank, with their lines."""
		with self._reading(skipped) as reader:
			before = reader.line_num
			for cells in reader:
				line, before = before + 1, reader.line_num
				if any(cells) and (len(cells) > 1 or cells[0].strip()):
					yield line, cells

	@contextmanager
	def _reading(self, skipped: int) -> Iterator[_Reader]:
		with self.open() as lines:
			# Strict, as a quotation mark that is not closed would silently swallow the rows behind it.
			reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
			try:
				for _ in islice(reader, skipped):
					pass
				yield reader
			except csv.Error as problem:
				raise InputError(self._broken(reader.line_num, problem)) from None

	def _broken(self, line: int, problem: csv.Error) -> Reason:
		if "field limit" in str(problem):
			return messages.LONG_CELL.because(self.path.name, line, csv.field_size_limit())
		return messages.BROKEN_QUOTES.because(self.path.name, line)


def open_text(path: Path, recognise: Recognise) -> Table:
	"""The table of a text file. InputError says what is wrong with the file and what to do."""
	encoding = find_encoding(path)
	texts = [_Text(path, encoding, delimiter) for delimiter in _DELIMITERS]
	rows = [text.first_rows() for text in texts]
	headers = [best_header(first, recognise) for first in rows]
	header = accept_header(path.name, headers)
	chosen = headers.index(header)
	line = 1 + sum(_lines_of(row) for row in rows[chosen][: header.at])
	notes = title_note(path.name, line)
	if encoding == "gb18030":
		notes.append(messages.READ_AS_GB18030.because(path.name))
	text, skipped = texts[chosen], header.at + 1
	return Table(path.name, header.layout, partial(text.rows, skipped), partial(text.cells, skipped), notes)


def _lines_of(row: Sequence[str]) -> int:
	return 1 + sum(cell.count("\n") for cell in row)


def find_encoding(path: Path) -> str:
	"""The encoding in which the whole file can be read. InputError where there is none, or it is no text at
	all.
	"""
	with path.open("rb") as file:
		start = file.read(_CHUNK)
	marked = start.startswith(_UTF_16_MARKS)
	if b"\0" in start and not marked:
		raise InputError(messages.NOT_A_TABLE.because(path.name))
	for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
		if _decodes(path, encoding) and (encoding != "gb18030" or _is_chinese(path)):
			return encoding
	raise InputError(messages.WRONG_ENCODING.because(path.name))


def _decodes(path: Path, encoding: str) -> bool:
	try:
		for text in _decoded(path, encoding):
			if "\0" in text:
				raise InputError(messages.NOT_A_TABLE.because(path.name))
	except UnicodeDecodeError:
		return False
	return True


def _decoded(path: Path, encoding: str) -> Iterator[str]:
	decoder = codecs.getincrementaldecoder(encoding)()
	with path.open("rb") as file:
		while chunk := file.read(_CHUNK):
			yield decoder.decode(chunk)
	yield decoder.decode(b"", final=True)


def _is_chinese(path: Path) -> bool:
	"""Whether at least three of four characters beyond ASCII are everyday Chinese.

	Western letters in Latin-1 can often be read as GB18030 too, but then make characters that nobody uses,
	which the older standard GB2312 does not have.
	"""
	beyond = "".join(char for char in next(_decoded(path, "gb18030")) if not char.isascii())
	everyday = beyond.encode("gb2312", "ignore").decode("gb2312")
	return len(everyday) * 4 >= len(beyond) * 3
