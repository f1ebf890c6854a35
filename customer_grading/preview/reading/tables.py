"""A file → its header, recognised, and its rows as texts. What a file is, is told by its content, not by its
name.
"""

from pathlib import Path

from customer_grading.preview.book import InputError
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.headers import Recognise, Table
from customer_grading.preview.reading.texts import open_text
from customer_grading.preview.reading.workbooks import open_workbook
from customer_grading.rules.reasons import Reason

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


def open_table(path: Path, recognise: Recognise) -> Table:
	"""The table of a CSV, TSV or XLSX file. InputError says what is wrong with the file and what to do."""
	with path.open("rb") as file:
		start = file.read(len(_OLE))
	if not start:
		raise InputError(messages.EMPTY_FILE.because(path.name))
	if start.startswith(_ZIP):
		return open_workbook(path, recognise)
	if start == _OLE:
		raise InputError(_ole_problem(path))
	return open_text(path, recognise)


def _ole_problem(path: Path) -> Reason:
	encrypted = "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
	return (messages.PASSWORD if encrypted else messages.OLD_EXCEL).because(path.name)
