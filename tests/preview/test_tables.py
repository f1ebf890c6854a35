"""Files of every kind and condition become rows of text, or a clear error."""

import io
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_grading.preview.book import InputError
from customer_grading.preview.reading.columns import FileKind, recognise
from customer_grading.preview.reading.headers import Table
from customer_grading.preview.reading.tables import open_table
from customer_grading.preview.reading.texts import find_encoding
from customer_grading.preview.reading.workbooks import text_of

HEADER = "Customer,Date,Amount"
ROW = "Foo,2024-01-31,5"
WorkBook = Callable[..., Path]


def opened(path: Path) -> Table:
	return open_table(path, partial(recognise, FileKind.INVOICES, mapping={}))


def table(tmp_path: Path, content: str | bytes, name: str = "invoices.csv") -> Table:
	path = tmp_path / name
	path.write_bytes(content.encode() if isinstance(content, str) else content)
	return opened(path)


def rows(tmp_path: Path, content: str | bytes) -> list[tuple[int, list[str]]]:
	return list(table(tmp_path, content).rows())


def error(tmp_path: Path, content: str | bytes, name: str = "invoices.csv") -> InputError:
	with pytest.raises(InputError) as caught:
		list(table(tmp_path, content, name).rows())
	assert name in caught.value.reason.sentence()
	assert caught.value.reason.remedy()
	return caught.value


def codes(table: Table) -> list[str]:
	return [note.code for note in table.notes]


@pytest.fixture
def workbook(tmp_path: Path) -> WorkBook:
	def write(*sheets: Iterable[Sequence[Any]], name: str = "invoices.xlsx") -> Path:
		book = openpyxl.Workbook()
		book.remove(book.worksheets[0])
		for number, lines in enumerate(sheets, 1):
			sheet = book.create_sheet(f"Sheet {number}")
			for line in lines:
				sheet.append(line)
		book.save(tmp_path / name)
		return tmp_path / name

	return write


def test_a_csv_file_is_its_header_and_its_rows(tmp_path: Path) -> None:
	found = table(tmp_path, f"{HEADER}\n{ROW}\n")
	assert found.layout.header == ("Customer", "Date", "Amount")
	assert list(found.rows()) == [(2, ["Foo", "2024-01-31", "5"])]
	assert found.notes == []


def test_rows_can_be_read_again(tmp_path: Path) -> None:
	found = table(tmp_path, f"{HEADER}\n{ROW}\n")
	assert list(found.rows()) == list(found.rows())
	assert list(found.cells()) == [cells for _, cells in found.rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found(tmp_path: Path, delimiter: str) -> None:
	content = f"{HEADER}\n{ROW}\n".replace(",", delimiter)
	assert rows(tmp_path, content) == [(2, ["Foo", "2024-01-31", "5"])]


def test_commas_in_the_cells_of_a_file_with_semicolons_do_no_harm(tmp_path: Path) -> None:
	assert rows(tmp_path, "Customer;Date;Amount\nFoo, Bar;31.1.2024;1.234,56\n")[0][1][2] == "1.234,56"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one(tmp_path: Path, end: str) -> None:
	assert rows(tmp_path, f"{HEADER}{end}{ROW}{end}{ROW}{end}") == [
		(2, ["Foo", "2024-01-31", "5"]),
		(3, ["Foo", "2024-01-31", "5"]),
	]


@pytest.mark.parametrize(
	("encoding", "mark"),
	[("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
)
def test_unicode_is_read_with_and_without_a_mark(tmp_path: Path, encoding: str, mark: bytes) -> None:
	found = table(tmp_path, mark + "客户,日期,金额\n上海公司,2024年1月31日,5\n".encode(encoding))
	assert found.layout.header[0] == "客户"
	assert [cells[0] for _, cells in found.rows()] == ["上海公司"]
	assert found.notes == []


def test_gb18030_is_read_and_told(tmp_path: Path) -> None:
	found = table(tmp_path, "客户,日期,金额\n上海公司,2024-01-31,5\n".encode("gb18030"))
	assert [cells[0] for _, cells in found.rows()] == ["上海公司"]
	assert codes(found) == ["read_as_gb18030"]


@pytest.mark.parametrize("name", ["Müller", "Café Noël", "Señor", "Ångström", "Größe und Länge"])
def test_latin_1_is_not_taken_for_chinese(tmp_path: Path, name: str) -> None:
	content = f"{HEADER}\n{name},2024-01-31,5\n".encode("latin-1")
	assert error(tmp_path, content).reason.code == "wrong_encoding"


def test_a_character_may_lie_on_the_edge_of_what_is_read_at_once(
	tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr("customer_grading.preview.reading.texts._CHUNK", 3)
	path = tmp_path / "invoices.csv"
	path.write_text("a客户公司", encoding="utf-8")
	assert find_encoding(path) == "utf-8-sig"


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
	assert error(tmp_path, "").reason.code == "empty_file"


@pytest.mark.parametrize("content", ["\n\n\n", "   \n \n", "\ufeff"])
def test_a_blank_file_is_an_error(tmp_path: Path, content: str) -> None:
	assert error(tmp_path, content).reason.code in {"empty_file", "no_header"}


def test_only_a_header_gives_no_rows(tmp_path: Path) -> None:
	assert rows(tmp_path, HEADER) == []


def test_nul_bytes_are_an_error(tmp_path: Path) -> None:
	assert error(tmp_path, f"{HEADER}\nFo\0o,2024-01-31,5\n").reason.code == "not_a_table"


def test_nul_characters_in_utf_16_are_an_error(tmp_path: Path) -> None:
	assert error(tmp_path, f"{HEADER}\nFo\0o,,\n".encode("utf-16")).reason.code == "not_a_table"


def test_utf_32_is_an_error(tmp_path: Path) -> None:
	assert error(tmp_path, HEADER.encode("utf-32")).reason.code == "not_a_table"


def test_binary_is_an_error(tmp_path: Path) -> None:
	assert error(tmp_path, bytes(range(1, 256)) * 20).reason.code == "wrong_encoding"


def test_an_old_excel_file_is_told_apart_from_a_protected_one(tmp_path: Path) -> None:
	ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
	assert error(tmp_path, ole, "invoices.xls").reason.code == "old_excel"
	assert error(tmp_path, ole, "renamed.csv").reason.code == "old_excel"
	assert error(tmp_path, ole + "EncryptedPackage".encode("utf-16-le"), "a.xlsx").reason.code == "password"


def test_an_archive_that_is_no_workbook_is_an_error(tmp_path: Path) -> None:
	content = io.BytesIO()
	with zipfile.ZipFile(content, "w") as archive:
		archive.writestr("invoices.csv", HEADER)
	assert error(tmp_path, content.getvalue()).reason.code == "not_a_table"


def test_a_damaged_archive_is_an_error(tmp_path: Path) -> None:
	assert error(tmp_path, b"PK\x03\x04 and then nothing", "a.xlsx").reason.code == "broken_workbook"


def test_a_damaged_workbook_is_an_error(tmp_path: Path) -> None:
	content = io.BytesIO()
	with zipfile.ZipFile(content, "w") as archive:
		archive.writestr("xl/workbook.xml", "<nonsense")
	assert error(tmp_path, content.getvalue(), "a.xlsx").reason.code == "broken_workbook"


def test_titles_above_the_header_are_skipped_and_told(tmp_path: Path) -> None:
	found = table(tmp_path, f'Receivables\n"Filter:\nall"\n\n{HEADER}\n{ROW}\n')
	assert list(found.rows()) == [(6, ["Foo", "2024-01-31", "5"])]
	assert [note.sentence() for note in found.notes] == [
		"The header of invoices.csv is line 5; what stands above it is not read."
	]


def test_a_header_after_the_thirtieth_row_is_not_found(tmp_path: Path) -> None:
	assert rows(tmp_path, "title\n" * 29 + f"{HEADER}\n{ROW}\n")
	assert error(tmp_path, "title\n" * 30 + f"{HEADER}\n{ROW}\n").reason.code == "no_header"


def test_without_a_header_the_missing_columns_and_the_nearest_header_are_named(tmp_path: Path) -> None:
	reason = error(tmp_path, "ID,Customer,Sum of all\n1,Foo,5\n").reason
	assert reason.code == "no_header"
	assert "date, amount" in reason.sentence()
	assert "ID, Customer, Sum of all" in reason.sentence()
	assert "--map date=NAME" in reason.remedy()


def test_blank_rows_are_left_out_and_lines_still_counted(tmp_path: Path) -> None:
	assert [line for line, _ in rows(tmp_path, f"{HEADER}\n\n{ROW}\n,,\n  \n{ROW}\n")] == [3, 6]


def test_line_ends_within_quotation_marks_belong_to_the_cell(tmp_path: Path) -> None:
	content = f'{HEADER}\n"Foo\nand ""Sons""",2024-01-31,5\n{ROW}\n'
	assert rows(tmp_path, content) == [
		(2, ['Foo\nand "Sons"', "2024-01-31", "5"]),
		(4, ["Foo", "2024-01-31", "5"]),
	]


def test_rows_of_other_lengths_are_handed_on_as_they_are(tmp_path: Path) -> None:
	assert [len(cells) for _, cells in rows(tmp_path, f"{HEADER}\nFoo\n{ROW},6,7\n")] == [1, 5]


@pytest.mark.parametrize("line", ['"Foo,2024-01-31,5', '"Foo"s,2024-01-31,5'])
def test_a_quotation_mark_that_is_not_closed_is_an_error_and_swallows_nothing(
	tmp_path: Path, line: str
) -> None:
	reason = error(tmp_path, f"{HEADER}\n{ROW}\n{line}\n{ROW}\n").reason
	assert reason.code == "broken_quotes"
	assert reason.numbers["line"] in {3, 4}


def test_a_huge_cell_is_an_error(tmp_path: Path) -> None:
	reason = error(tmp_path, f"{HEADER}\n{ROW}\n{'x' * 200_000},2024-01-31,5\n").reason
	assert reason.code == "long_cell"
	assert reason.numbers["line"] == 3


def test_a_huge_cell_above_the_header_is_an_error(tmp_path: Path) -> None:
	assert error(tmp_path, "x" * 200_000 + f"\n{HEADER}\n{ROW}\n").reason.code == "empty_file"


def test_headers_are_recognised_with_blanks_around_them(tmp_path: Path) -> None:
	assert table(tmp_path, f" Customer , Date , Amount\n{ROW}\n").layout.header == (
		"Customer",
		"Date",
		"Amount",
	)


def test_a_workbook_is_read_as_text(workbook: WorkBook) -> None:
	path = workbook(
		[
			["Customer", "Date", "Amount", "Invoice", "Disputed"],
			["Foo", date(2024, 1, 31), 1234.5, 611365.0, True],
			["Bar", datetime.fromisoformat("2024-01-31 10:20"), "1,234.50", "0000611365", False],
			[None, None, None, None, None],
			["Baz", 45322, 0.1 + 0.2, 7, None],
		]
	)
	assert list(opened(path).rows()) == [
		(2, ["Foo", "2024-01-31", "1234.5", "611365", "Yes"]),
		(3, ["Bar", "2024-01-31 10:20:00", "1,234.50", "0000611365", "No"]),
		(5, ["Baz", "2024-01-31", "0.3", "7"]),
	]


def test_only_numbers_count_days_and_only_in_columns_of_dates(workbook: WorkBook) -> None:
	path = workbook([["Customer", "Date", "Amount"], [45322, "45322", 45322], ["Foo", 20240131, 1]])
	assert [cells for _, cells in opened(path).rows()] == [
		["45322", "45322", "45322"],
		["Foo", "20240131", "1"],
	]


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
	book = openpyxl.Workbook()
	book.epoch = datetime.fromisoformat("1904-01-01")
	sheet = book.worksheets[0]
	sheet.append(["Customer", "Date", "Amount"])
	sheet.append(["Foo", 43860, 5])
	book.save(tmp_path / "mac.xlsx")
	assert [cells[1] for _, cells in opened(tmp_path / "mac.xlsx").rows()] == ["2024-01-31"]


def test_rows_of_a_workbook_can_be_changed_without_harm(workbook: WorkBook) -> None:
	found = opened(workbook([HEADER.split(","), ROW.split(",")]))
	for _, cells in found.rows():
		cells.append("more")
	assert [cells for _, cells in found.rows()] == list(found.cells()) == [ROW.split(",")]


def test_the_first_sheet_with_a_header_is_read_and_told(workbook: WorkBook) -> None:
	found = opened(workbook([["Notes"]], [["Title"], HEADER.split(","), ROW.split(",")], [HEADER.split(",")]))
	assert list(found.rows()) == [(3, ROW.split(","))]
	assert codes(found) == ["lines_above_header", "sheet_read"]
	assert "Sheet 2" in found.notes[1].sentence()


def test_a_workbook_is_known_by_its_content(workbook: WorkBook) -> None:
	assert list(opened(workbook([HEADER.split(","), ROW.split(",")], name="invoices.csv")).rows())


def test_a_workbook_without_a_header_names_what_is_missing(workbook: WorkBook) -> None:
	with pytest.raises(InputError) as caught:
		opened(workbook([["Foo"]], [["Customer", "Date", "Whatever"]]))
	assert "Customer, Date, Whatever" in caught.value.reason.sentence()
	assert "amount" in caught.value.reason.sentence()


def test_an_empty_workbook_is_an_error(workbook: WorkBook) -> None:
	with pytest.raises(InputError) as caught:
		opened(workbook([]))
	assert caught.value.reason.code == "empty_file"


def test_without_openpyxl_the_error_says_what_to_install(
	workbook: WorkBook, monkeypatch: pytest.MonkeyPatch
) -> None:
	path = workbook([HEADER.split(",")])
	monkeypatch.setitem(sys.modules, "openpyxl", None)
	with pytest.raises(InputError) as caught:
		opened(path)
	assert "pip install" in caught.value.reason.remedy()


@pytest.mark.parametrize(
	("value", "text"),
	[
		(None, ""),
		(1e-05, "0.00001"),
		(1e15, "1000000000000000"),
		(-0.0, "0"),
		(float("inf"), "inf"),
		(time(10, 20), "10:20:00"),
		(datetime.fromisoformat("2024-01-31"), "2024-01-31"),
		("=1+1", "=1+1"),
	],
)
def test_cells_are_written_out_plainly(value: object, text: str) -> None:
	assert text_of(value) == text


def rows_or_nothing(tmp_path: Path, content: bytes) -> list[tuple[int, list[str]]]:
	with suppress(InputError):
		return rows(tmp_path, content)
	return []


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
	st.one_of(
		st.binary(max_size=300),
		st.binary(max_size=200).map(lambda end: HEADER.encode() + b"\n" + end),
		st.binary(max_size=200).map(lambda end: b"PK\x03\x04" + end),
		st.text(max_size=200).map(lambda text: f"{HEADER}\n{text}".encode("utf-8", "replace")),
		st.text(max_size=200).map(lambda text: text.encode("utf-16", "replace")),
	)
)
def test_random_bytes_give_rows_or_an_input_error(tmp_path: Path, content: bytes) -> None:
	assert all(line > 1 and any(cells) for line, cells in rows_or_nothing(tmp_path, content))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0, 5000), byte=st.integers(0, 255))
def test_a_workbook_with_one_wrong_byte_gives_rows_or_an_input_error(
	tmp_path: Path, at: int, byte: int
) -> None:
	content = io.BytesIO()
	book = openpyxl.Workbook()
	for line in (HEADER, ROW, ROW):
		book.worksheets[0].append(line.split(","))
	book.save(content)
	damaged = bytearray(content.getvalue())
	damaged[at % len(damaged)] = byte
	assert len(rows_or_nothing(tmp_path, bytes(damaged))) <= 3
