"""XLSX workbooks as tables of texts: numbers and dates are written out as the text readers expect them."""

import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from customer_grading.preview.book import InputError
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.columns import Content
from customer_grading.preview.reading.headers import (
	HEADER_WITHIN,
	Header,
	Recognise,
	Row,
	Table,
	best_header,
	header_rank,
	no_header,
	title_note,
)

_LAST_SERIAL = 2_958_465
"""31 December 9999, as Excel counts days."""
_DECIMALS = 9
"""More are noise of binary fractions; exchange rates have up to nine."""


def open_workbook(path: Path, recognise: Recognise) -> Table:
	"""The first sheet of a workbook that has a recognised header. InputError says what is wrong and what to
	do.
	"""
	try:
		with warnings.catch_warnings():
			# openpyxl warns of styles and extensions that it does not know, which do not matter here.
			warnings.simplefilter("ignore")
			_must_be_workbook(path)
			return _open_sheet(_openpyxl(path), path, recognise)
	except InputError:
		raise
	except Exception:  # noqa: BLE001 - a damaged workbook makes openpyxl raise nearly everything
		raise InputError(messages.BROKEN_WORKBOOK.because(path.name)) from None


def _must_be_workbook(path: Path) -> None:
	with zipfile.ZipFile(path) as archive:
		if not any(name.lower().endswith("workbook.xml") for name in archive.namelist()):
			raise InputError(messages.NOT_A_TABLE.because(path.name))


def _openpyxl(path: Path) -> ModuleType:
	try:
		import openpyxl  # noqa: PLC0415 - only who has a workbook needs it
	except ImportError:
		raise InputError(messages.NO_OPENPYXL.because(path.name)) from None
	return openpyxl


def _open_sheet(openpyxl: ModuleType, path: Path, recognise: Recognise) -> Table:
	# Opened here, as openpyxl refuses files whose name does not end in .xlsx.
	with (
		path.open("rb") as file,
		closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book,
	):
		sheet, header = _choose(path.name, book.worksheets, recognise)
		dates = header.layout.places_of(Content.DATE)
		rows = list(_rows(sheet, header.at + 1, dates, book.epoch))
		notes = title_note(path.name, header.at + 1)
		if len(book.worksheets) > 1:
			notes.append(messages.SHEET_READ.because(path.name, sheet.title))
	# Copies, as a reader may change the rows that it is given.
	return Table(
		path.name,
		header.layout,
		lambda: ((line, [*cells]) for line, cells in rows),
		lambda: (cells for _, cells in rows),
		notes,
	)


def _choose(name: str, sheets: Sequence[Any], recognise: Recognise) -> tuple[Any, Header]:
	nearest: list[Header] = []
	for sheet in sheets:
		header = _header_of(sheet, recognise)
		if header and not header.layout.missing:
			return sheet, header
		nearest += [header] if header else []
	raise no_header(name, max(nearest, key=header_rank, default=None))


def _header_of(sheet: Any, recognise: Recognise) -> Header | None:
	# Some programs write wrong dimensions, which would cut rows and columns off.
	sheet.reset_dimensions()
	first = islice(sheet.iter_rows(values_only=True), HEADER_WITHIN)
	return best_header([[text_of(value) for value in row] for row in first], recognise)


def _rows(sheet: Any, skipped: int, dates: Collection[int], epoch: datetime) -> Iterator[Row]:
	for line, values in enumerate(sheet.iter_rows(values_only=True, min_row=skipped + 1), skipped + 1):
		cells = [text_of(value) for value in values]
		for place in dates:
			if place < len(cells):
				cells[place] = _date_text(values[place], cells[place], epoch)
		if any(cells):
			yield line, cells


def text_of(value: Any) -> str:
	"""A cell as text: dates in ISO form, 611365.0 as 611365, yes and no in words."""
	if value is None:
		return ""
	if isinstance(value, bool):
		return "Yes" if value else "No"
	if isinstance(value, float):
		return _number_text(value)
	if isinstance(value, datetime):
		return value.isoformat(" ", "seconds") if value.time() != time() else value.date().isoformat()
	return value.isoformat() if isinstance(value, date) else str(value)


def _number_text(value: float) -> str:
	if value.is_integer():
		return str(int(value))
	# Never in powers of ten, as 1E-05 is no way to write an amount.
	return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".") or "0"


def _date_text(value: Any, text: str, epoch: datetime) -> str:
	"""A number in a column of dates counts days; a text that looks like a number stays what it is."""
	if not isinstance(value, (int, float)) or isinstance(value, bool) or not 1 <= value <= _LAST_SERIAL:
		return text
	# Excel believes that 1900 was a leap year. Days up to then are shifted, but are no business dates anyway.
	return (epoch + timedelta(days=int(value))).date().isoformat()
