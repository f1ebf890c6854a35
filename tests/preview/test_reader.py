"""Exported files become a book in which every row is accounted for and money lies where it belongs."""

import gc
import os
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_grading.preview.book import Account, Book, DueLine, InputError, Invoice, Receipt
from customer_grading.preview.reading.reader import read_book
from customer_grading.rules.options import Need
from customer_grading.rules.reasons import Reason

REPOSITORY = Path(__file__).parents[2]
IBM = Path(
	os.environ.get("CUSTOMER_GRADING_IBM") or REPOSITORY.parent / "shared/data/ibm_accounts_receivable.csv"
)
Read = Callable[..., Book]
HEADER = "Invoice,Customer,Date,Due Date,Amount"


def must_balance(book: Book) -> Book:
	used = book.invoices + book.credit_notes + book.orders + book.payments + book.customers
	dropped = sum(reject.row_dropped for reject in book.rejects)
	assert book.rows_read == used + book.rows_merged + dropped
	for account in book.accounts.values():
		for invoice in account.invoices:
			must_be_sound(invoice)
	return book


def must_be_sound(invoice: Invoice) -> None:
	received = sum(receipt.amount for receipt in invoice.receipts)
	assert 0 <= received + invoice.paid_on_unknown_day <= invoice.amount
	assert all(receipt.amount > 0 for receipt in invoice.receipts)
	assert [receipt.date for receipt in invoice.receipts] == sorted(
		receipt.date for receipt in invoice.receipts
	)
	assert invoice.due >= invoice.date
	if invoice.schedule:
		assert sum(line.amount for line in invoice.schedule) == invoice.amount
		assert list(invoice.schedule) == sorted(invoice.schedule)


@pytest.fixture
def read(tmp_path: Path) -> Read:
	"""Reads files that are given by kind, as text: `read(invoices="…", payments="…")`."""

	def write(mapping: Mapping[str, str] | None = None, **files: str) -> Book:
		folder = tmp_path / "book"
		folder.mkdir(exist_ok=True)
		for kind, text in files.items():
			(folder / f"{kind}.csv").write_text(text, encoding="utf-8")
		return must_balance(read_book(folder, mapping or {}))

	return write


def day(text: str) -> date:
	return date.fromisoformat(text)


def money(on: str, amount: str | int, *, is_money: bool = True) -> Receipt:
	return Receipt(day(on), Decimal(amount), is_money)


def invoices(*rows: str, header: str = HEADER) -> str:
	return "\n".join([header, *rows]) + "\n"


def only(book: Book) -> Invoice:
	(invoice,) = (invoice for account in book.accounts.values() for invoice in account.invoices)
	return invoice


def numbered(book: Book) -> dict[str, Invoice]:
	return {invoice.number: invoice for account in book.accounts.values() for invoice in account.invoices}


def codes(book: Book) -> list[str]:
	return [note.code for note in book.notes]


def note(book: Book, code: str) -> str:
	(found,) = (note for note in book.notes if note.code == code)
	return found.sentence()


def rejected(book: Book) -> list[tuple[int, str, str]]:
	return [(reject.line, reject.column, reject.why.code) for reject in book.rejects]


def failure(tmp_path: Path, mapping: Mapping[str, str] | None = None, **files: str) -> InputError:
	for name, text in files.items():
		(tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
	with pytest.raises(InputError) as caught:
		read_book(tmp_path, mapping or {})
	assert caught.value.reason.remedy()
	return caught.value


# The real file.

needs_ibm = pytest.mark.skipif(not IBM.is_file(), reason=f"the receivables of IBM are not at {IBM}")


@needs_ibm
def test_the_real_receivables_are_read_without_options() -> None:
	book = must_balance(read_book(IBM))
	assert len(book.accounts) == 100
	assert book.invoices == book.rows_read == 2466
	assert sum(invoice.amount for invoice in numbered(book).values()) == Decimal("147703.18")
	assert book.rejects == []
	assert book.last_day == date(2014, 1, 9)
	late = [invoice for invoice in numbered(book).values() if invoice.receipts[0].date > invoice.due]
	assert len(late) == 877
	assert sum(invoice.amount for invoice in late) == Decimal("53960.78")


@needs_ibm
def test_what_was_assumed_of_the_real_receivables_is_told() -> None:
	book = read_book(IBM)
	assert "month first" in note(book, "order_shown")
	assert "without a date is 561;" in note(book, "disputed_without_day")
	assert all(invoice.disputed_on is None for invoice in numbered(book).values())


@needs_ibm
def test_an_invoice_of_the_real_receivables_keeps_the_zeros_of_its_number() -> None:
	first = numbered(read_book(IBM))["0000611365"]
	assert first == Invoice(
		"0000611365", day("2013-01-02"), day("2013-02-01"), Decimal("55.94"), (money("2013-01-15", "55.94"),)
	)


# One file of invoices.


def test_a_single_file_is_a_file_of_invoices(tmp_path: Path) -> None:
	path = tmp_path / "whatever.csv"
	path.write_text(invoices("1,Foo,2024-01-01,2024-01-31,100"), encoding="utf-8")
	book = must_balance(read_book(path))
	assert only(book) == Invoice(
		"1", day("2024-01-01"), day("2024-01-31"), Decimal(100), paid_on_unknown_day=Decimal(100)
	)
	assert book.accounts.keys() == {"Foo"}
	assert book.currency is None


def test_a_chinese_file_is_read(read: Read) -> None:
	header = "发票号,客户名称,开票日期,到期日,金额（元）,结清日期"
	book = read(
		invoices=invoices('A1,上海公司,2024年1月1日,2024年1月31日,"¥1,234.50",2024/2/1', header=header)
	)
	invoice = only(book)
	assert invoice == Invoice(
		"A1", day("2024-01-01"), day("2024-01-31"), Decimal("1234.50"), (money("2024-02-01", "1234.50"),)
	)
	assert list(book.accounts) == ["上海公司"]


def test_a_workbook_is_read_like_text(tmp_path: Path) -> None:
	workbook = openpyxl.Workbook()
	for line in (HEADER.split(","), [611365.0, "Foo", date(2024, 1, 1), 45322, 55.94]):
		workbook.worksheets[0].append(line)
	workbook.save(tmp_path / "Sales Invoice.xlsx")
	assert only(must_balance(read_book(tmp_path))) == Invoice(
		"611365",
		day("2024-01-01"),
		day("2024-01-31"),
		Decimal("55.94"),
		paid_on_unknown_day=Decimal("55.94"),
	)


def test_invoices_stand_in_order_of_their_dates(read: Read) -> None:
	book = read(
		invoices=invoices(
			"2,Foo,2024-02-01,2024-02-01,1", "1,Foo,2024-01-01,2024-01-01,1", "3,Foo,2024-02-01,2024-02-01,1"
		)
	)
	assert [invoice.number for invoice in book.accounts["Foo"].invoices] == ["1", "2", "3"]


def test_without_numbers_rows_are_called_by_their_lines(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,5", "Foo,2024-01-01,5", header="Customer,Date,Amount"))
	assert list(numbered(book)) == ["line 2", "line 3"]
	assert "no_numbers" in codes(book)


def test_where_no_file_tells_of_payments_nobody_owes_and_nobody_is_judged(read: Read) -> None:
	book = read(invoices=invoices("1,Foo,2024-01-01,2024-01-31,5", "2,Foo,2024-02-01,2024-02-28,-2"))
	assert numbered(book)["1"].paid_on_unknown_day == Decimal(3)
	assert [code for code in codes(book) if "payment" in code] == ["no_payments_at_all"]


def test_an_empty_column_of_payment_days_says_that_nothing_is_paid(read: Read) -> None:
	book = read(invoices=invoices("1,Foo,2024-01-01,5,", header="Invoice,Customer,Date,Amount,Paid On"))
	assert only(book).paid_on_unknown_day == 0


@pytest.mark.parametrize("column", ["Date", "Paid On"])
def test_what_lies_in_the_future_has_not_happened_yet(read: Read, column: str) -> None:
	days = {"Date": "2024-01-01", "Paid On": ""} | {column: "2099-01-02"}
	row = f"1,Foo,{days['Date']},2099-02-01,5,{days['Paid On']}"
	good = "2,Foo,2024-01-01,2099-02-01,5,"
	book = read(invoices=invoices(row, good, header="Invoice,Customer,Date,Due Date,Amount,Paid On"))
	assert only(book).number == "2"
	assert [reject.why.sentence() for reject in book.rejects] == [
		f"“2099-01-02” in the column {column} lies in the future, where nothing can have happened yet."
	]


def test_a_blank_number_does_not_cost_the_row(read: Read) -> None:
	assert only(read(invoices=invoices(",Foo,2024-01-01,2024-01-31,5"))).number == "line 2"


def test_without_due_dates_invoices_are_due_at_once_and_that_is_told(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,5", header="Customer,Date,Amount"))
	assert only(book).due == day("2024-01-01")
	assert "no_due_dates" in codes(book)


def test_days_of_credit_make_the_due_date(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,30,5", header="客户,日期,账期,金额"))
	assert only(book).due == day("2024-01-31")
	assert "no_due_dates" not in codes(book)


def test_days_of_credit_that_cannot_be_are_left_out_and_the_row_stays(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,soon,5", header="客户,日期,账期,金额"))
	assert rejected(book) == [(2, "账期", "out_of_range")]
	assert not book.rejects[0].row_dropped
	assert only(book).due == day("2024-01-01")


def test_single_blank_due_dates_are_filled_and_counted(read: Read) -> None:
	book = read(invoices=invoices("1,Foo,2024-01-01,,5", "2,Foo,2024-01-01,2024-01-31,5"))
	assert numbered(book)["1"].due == day("2024-01-01")
	assert "without a due date is 1;" in note(book, "due_dates_filled")


def test_an_amount_of_zero_is_accepted(read: Read) -> None:
	assert only(read(invoices=invoices("1,Foo,2024-01-01,2024-01-01,0.00"))).amount == 0


def test_text_like_a_formula_is_left_as_it_is(read: Read) -> None:
	book = read(invoices=invoices("=1+1,@SUM(A1),2024-01-01,2024-01-01,5"))
	assert only(book).number == "=1+1"
	assert list(book.accounts) == ["@SUM(A1)"]


@pytest.mark.parametrize(
	("row", "column", "code"),
	[
		("1,,2024-01-01,2024-01-31,5", "Customer", "missing"),
		("1,Foo,,2024-01-31,5", "Date", "missing"),
		("1,Foo,2024-01-01,2024-01-31,", "Amount", "missing"),
		("1,Foo,2024-02-30,2024-03-31,5", "Date", "unreadable_date"),
		("1,Foo,1024-02-20,2024-03-31,5", "Date", "impossible_date"),
		("1,Foo,2024-01-01,someday,5", "Due Date", "unreadable_date"),
		("1,Foo,2024-01-01,2204-01-01,5", "Due Date", "impossible_date"),
		("1,Foo,2024-01-31,2024-01-01,5", "Due Date", "due_before_date"),
		("1,Foo,2024-01-01,2024-01-31,five", "Amount", "unreadable_amount"),
		("1,Foo,2024-01-01,2024-01-31,NaN5", "Amount", "unreadable_amount"),
		("1,Foo,2024-01-01,2024-01-31,inf", "Amount", "unreadable_amount"),
		("1,Foo,2024-01-01,2024-01-31,1000000000000000", "Amount", "absurd_amount"),
		("1,Foo,2024-01-01,2024-01-31,1,234.56", "", "too_many_cells"),
		("Total,,,,5", "", "total_row"),
		("合计,,,,5", "", "total_row"),
		("1,Foo", "Date", "missing"),
	],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(
	read: Read, row: str, column: str, code: str
) -> None:
	book = read(invoices=invoices("0,Good,2024-01-01,2024-01-31,5", row))
	assert rejected(book) == [(3, column, code)]
	reject = book.rejects[0]
	assert reject.row_dropped
	assert reject.file == "invoices.csv"
	assert reject.why.sentence().endswith(".")
	assert reject.why.remedy().endswith(".")
	assert list(book.accounts) == ["Good"]


def test_empty_cells_beyond_the_header_do_no_harm(read: Read) -> None:
	assert only(read(invoices=invoices("1,Foo,2024-01-01,2024-01-31,5,,")))


def test_the_value_that_was_refused_is_kept_but_cut(read: Read) -> None:
	book = read(
		invoices=invoices("0,Foo,2024-01-01,2024-01-31,5", f"1,Foo,2024-01-01,2024-01-31,{'x' * 500}")
	)
	assert book.rejects[0].value == "x" * 60 + "…"


def test_a_second_row_with_the_same_number_is_refused_and_names_the_first(read: Read) -> None:
	row = "A1,Foo,2024-01-01,2024-01-31,5"
	book = read(invoices=invoices(row, "A2,Foo,2024-01-01,2024-01-31,5", row))
	assert [reject.why.sentence() for reject in book.rejects] == ["The number A1 stands on line 2 already."]
	assert rejected(book) == [(4, "Invoice", "duplicate")]


def test_repeated_headers_are_told(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,5,2025-01-01", header="Customer,Date,Amount,Date"))
	assert only(book).date == day("2024-01-01")
	assert "more than one column called Date" in note(book, "header_repeated")


def test_the_columns_that_are_read_are_told(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,5,x", header="Customer,Date,Amount,Colour"))
	assert "customer = Customer, date = Date, amount = Amount; not used: Colour." in note(
		book, "columns_read"
	)


def test_columns_can_be_named(read: Read) -> None:
	text = invoices("Foo,2024-01-01,5", header="Wer,Wann,Wieviel")
	assert only(read({"customer": "Wer", "Wann": "date", "amount": "wieviel"}, invoices=text)).amount == 5


def test_a_named_column_that_no_file_has_is_an_error(tmp_path: Path) -> None:
	caught = failure(tmp_path, {"paid_on": "Cleared"}, invoices=invoices("1,Foo,2024-01-01,2024-01-31,5"))
	assert caught.reason.code == "mapped_header_missing"
	assert "Due Date" in caught.reason.remedy()


# Dates and amounts, decided for the whole file.


@pytest.mark.parametrize(
	("dates", "code", "first"),
	[
		(["1/2/2024", "31/1/2024"], "order_shown", "2024-02-01"),
		(["1/2/2024", "1/31/2024"], "order_shown", "2024-01-02"),
		(["1.2.2024", "1.31.2024"], "order_shown", "2024-01-02"),
		(["1/2/2024"], "order_by_custom", "2024-01-02"),
		(["1.2.2024"], "order_by_custom", "2024-02-01"),
		(["1-2-2024"], "order_by_custom", "2024-02-01"),
	],
)
def test_the_order_of_day_and_month_is_decided_and_told(
	read: Read, dates: list[str], code: str, first: str
) -> None:
	book = read(invoices=invoices(*(f"Foo,{text},5" for text in dates), header="Customer,Date,Amount"))
	assert numbered(book)["line 2"].date == day(first)
	assert dates[0] in note(book, code)


def test_the_majority_decides_on_the_order_and_the_others_are_refused(read: Read) -> None:
	texts = ["13/1/2024", "14/1/2024", "1/2/2024", "1/15/2024"]
	book = read(invoices=invoices(*(f"Foo,{text},5" for text in texts), header="Customer,Date,Amount"))
	assert rejected(book) == [(5, "Date", "date_against_order")]
	assert numbered(book)["line 4"].date == day("2024-02-01")
	assert "those that contradict it, 1, are refused" in note(book, "order_by_majority")


def test_a_tie_on_the_order_is_left_to_the_sequence_of_the_dates(read: Read) -> None:
	texts = ["13/1/2024", "1/15/2024"]
	book = read(invoices=invoices(*(f"Foo,{text},5" for text in texts), header="Customer,Date,Amount"))
	assert "order_by_custom" in codes(book)
	assert rejected(book) == [(2, "Date", "date_against_order")]


def test_where_nothing_else_decides_fewer_due_dates_before_their_invoices_do(read: Read) -> None:
	# Month first, the first row would be due five months before its date.
	book = read(invoices=invoices("1,Foo,10/2/2024,1/5/2024,5", "2,Foo,1/1/2024,1/2/2024,5"))
	assert numbered(book)["1"].due == day("2024-05-01")
	assert "1 due or paid dates" not in note(book, "order_by_sequence")
	assert "day first, as 0 due or paid dates then lie before" in note(book, "order_by_sequence")


def test_other_files_follow_the_order_of_the_invoices_where_they_show_none(read: Read) -> None:
	book = read(
		invoices=invoices("1,Foo,31/1/2024,31/3/2024,5"), payments="Customer,Date,Amount\nFoo,1/2/2024,5\n"
	)
	assert only(book).receipts == (money("2024-02-01", 5),)
	assert "those of invoices.csv" in note(book, "order_as_elsewhere")


def test_iso_dates_need_no_decision(read: Read) -> None:
	book = read(invoices=invoices("1,Foo,2024-01-02,2024-03-04,5"))
	assert not [code for code in codes(book) if code.startswith("order_")]


@pytest.mark.parametrize(
	("amounts", "first", "code"),
	[
		(["1,234", "5"], "1234", "thousands_comma"),
		(["1,234", "12,50"], "1.234", "decimal_comma"),
		(["1,234", "1.234,50"], "1.234", "decimal_comma"),
		(["1,234", "1,234.50"], "1234", "thousands_comma"),
		(["1.234", "12,50"], "1234", "decimal_comma"),
		(["1.234", "12.50"], "1.234", None),
		(["12.50", "7"], "12.50", None),
	],
)
def test_the_decimal_mark_is_decided_for_the_whole_file(
	read: Read, amounts: list[str], first: str, code: str | None
) -> None:
	book = read(
		invoices=invoices(*(f"Foo;2024-01-01;{text}" for text in amounts), header="Customer;Date;Amount")
	)
	assert numbered(book)["line 2"].amount == Decimal(first)
	assert [found for found in codes(book) if found.endswith("comma")] == ([code] if code else [])


def test_several_currency_signs_are_told(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,$5", "Foo,2024-01-01,€5", header="Customer,Date,Amount"))
	assert "($, €)" in note(book, "several_signs")


# Documents that are not in force, and credit notes.


@pytest.mark.parametrize(
	("column", "value", "code"),
	[
		("Status", "Draft", "draft"),
		("Status", "Cancelled", "cancelled"),
		("状态", "草稿", "draft"),
		("状态", "已取消", "cancelled"),
		("docstatus", "0", "draft"),
		("docstatus", "2", "cancelled"),
		("文档状态", "取消", "cancelled"),
	],
)
def test_drafts_and_cancelled_documents_are_refused(read: Read, column: str, value: str, code: str) -> None:
	header = f"Customer,Date,Amount,{column}"
	book = read(invoices=invoices("Foo,2024-01-01,5,1", f"Foo,2024-01-01,5,{value}", header=header))
	assert rejected(book) == [(3, column, code)]


RETURNS = "Invoice,Customer,Date,Amount,Is Return (Credit Note),Return Against,Settled Date"


def test_a_negative_invoice_is_a_credit_note_against_the_invoice_that_it_names(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,0,,", "B,Foo,2024-02-01,-30,1,A,"]
	book = read(invoices=invoices(*rows, header=RETURNS))
	assert only(book).receipts == (money("2024-02-01", 30, is_money=False),)
	assert book.credit_notes == 1
	assert book.rows_dropped == 0
	assert book.last_day == day("2024-02-01")


def test_a_return_with_a_positive_amount_is_a_credit_note_too(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,No,,", "B,Foo,2024-02-01,30,Yes,A,"]
	assert only(read(invoices=invoices(*rows, header=RETURNS))).receipts[0].amount == 30


def test_the_status_of_a_return_is_enough(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,Unpaid", "B,Foo,2024-02-01,30,Return"]
	assert read(invoices=invoices(*rows, header="Invoice,Customer,Date,Amount,Status")).credit_notes == 1


def test_a_credit_note_beyond_its_invoice_goes_on_account(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,0,,", "B,Foo,2024-02-01,-130,1,A,"]
	book = read(invoices=invoices(*rows, header=RETURNS))
	assert book.accounts["Foo"].on_account == [money("2024-02-01", 30, is_money=False)]
	assert "first in B" in note(book, "too_much_allocated")


def test_a_credit_note_after_the_payment_goes_on_account(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,0,,2024-01-20", "B,Foo,2024-02-01,-30,1,A,"]
	book = read(invoices=invoices(*rows, header=RETURNS))
	assert only(book).receipts == (money("2024-01-20", 100),)
	assert book.accounts["Foo"].on_account == [money("2024-02-01", 30, is_money=False)]


def test_a_credit_note_before_the_payment_leaves_less_to_pay(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,0,,2024-03-01", "B,Foo,2024-02-01,-30,1,A,"]
	assert only(read(invoices=invoices(*rows, header=RETURNS))).receipts == (
		money("2024-02-01", 30, is_money=False),
		money("2024-03-01", 70),
	)


def test_a_credit_note_without_an_invoice_counts_for_what_is_open(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,0,,", "B,Foo,2024-02-01,-30,1,,"]
	assert only(read(invoices=invoices(*rows, header=RETURNS))).receipts == (
		money("2024-02-01", 30, is_money=False),
	)


def test_a_credit_note_of_a_customer_without_invoices_goes_on_account(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,0,,", "B,Bar,2024-02-01,-30,1,,"]
	book = read(invoices=invoices(*rows, header=RETURNS))
	assert book.accounts["Bar"].on_account == [money("2024-02-01", 30, is_money=False)]


def test_a_credit_note_for_an_unknown_invoice_is_told_and_pays_for_nothing_else(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,0,,", "B,Foo,2024-02-01,-30,1,Old,"]
	book = read(invoices=invoices(*rows, header=RETURNS))
	assert rejected(book) == [(3, "Return Against", "unknown_invoice")]
	assert not book.rejects[0].row_dropped
	assert only(book).receipts == ()
	assert book.accounts["Foo"].on_account == [money("2024-02-01", 30, is_money=False)]


def test_the_number_of_a_credit_note_is_not_used_twice(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,100,0,,", "A,Foo,2024-02-01,-30,1,,"]
	assert rejected(read(invoices=invoices(*rows, header=RETURNS))) == [(3, "Invoice", "duplicate")]


# What is paid, by the file of invoices alone.

PAID = "Invoice,Customer,Date,Amount,Settled Date,Outstanding Amount,Paid Amount,Status"


def test_a_settled_date_is_a_receipt_of_the_whole(read: Read) -> None:
	invoice = only(read(invoices=invoices("1,Foo,2024-01-01,100,2024-02-01,,,", header=PAID)))
	assert invoice.receipts == (money("2024-02-01", 100),)
	assert invoice.paid_on_unknown_day == 0


def test_what_is_outstanding_limits_the_receipt(read: Read) -> None:
	invoice = only(read(invoices=invoices("1,Foo,2024-01-01,100,2024-02-01,40,,", header=PAID)))
	assert invoice.receipts == (money("2024-02-01", 60),)


def test_what_was_paid_limits_the_receipt(read: Read) -> None:
	invoice = only(read(invoices=invoices("1,Foo,2024-01-01,100,2024-02-01,,25,", header=PAID)))
	assert invoice.receipts == (money("2024-02-01", 25),)


def test_what_was_paid_beyond_the_amount_goes_on_account(read: Read) -> None:
	book = read(invoices=invoices("1,Foo,2024-01-01,100,2024-02-01,,125,", header=PAID))
	assert only(book).receipts == (money("2024-02-01", 100),)
	assert book.accounts["Foo"].on_account == [money("2024-02-01", 25)]
	assert "too_much_allocated" in codes(book)


def test_a_settled_date_before_the_invoice_is_a_prepayment(read: Read) -> None:
	invoice = only(read(invoices=invoices("1,Foo,2024-01-10,100,2024-01-01,,,", header=PAID)))
	assert invoice.receipts == (money("2024-01-01", 100),)


def test_a_settled_date_that_cannot_be_read_costs_the_row(read: Read) -> None:
	rows = ["1,Foo,2024-01-01,100,,,,", "2,Foo,2024-01-01,100,someday,,,"]
	assert rejected(read(invoices=invoices(*rows, header=PAID))) == [(3, "Settled Date", "unreadable_date")]


@pytest.mark.parametrize("text", ["-", "N/A", "NaT", "未付"])
def test_a_settled_date_that_says_nothing_means_unpaid(read: Read, text: str) -> None:
	assert only(read(invoices=invoices(f"1,Foo,2024-01-01,100,{text},,,", header=PAID))).receipts == ()


@pytest.mark.parametrize(
	("figures", "settled"),
	[
		("0,,", 100),
		("30,,", 70),
		("100,,", 0),
		("130,,", 0),
		("-20,,", 100),
		(",100,", 100),
		(",40,", 40),
		(",140,", 100),
		(",,Paid", 100),
		(",,已付款", 100),
		(",,Unpaid", 0),
		(",0,Paid", 100),
		(",,Partly Paid", 0),
	],
)
def test_without_a_date_what_is_settled_was_settled_on_an_unknown_day(
	read: Read, figures: str, settled: int
) -> None:
	book = read(invoices=invoices(f"1,Foo,2024-01-01,100,,{figures}", header=PAID))
	assert only(book).paid_on_unknown_day == settled
	assert only(book).receipts == ()
	assert ("payment_days_unknown" in codes(book)) is bool(settled)


def test_the_note_on_unknown_days_says_how_to_export_payments(read: Read) -> None:
	book = read(invoices=invoices("1,Foo,2024-01-01,100,,0,,", header=PAID))
	assert "is 1; how they were paid" in note(book, "payment_days_unknown")
	(reason,) = (note for note in book.notes if note.code == "payment_days_unknown")
	assert "payments.csv" in reason.remedy()


def test_a_figure_that_cannot_be_read_is_left_out_and_the_row_stays(read: Read) -> None:
	book = read(invoices=invoices("1,Foo,2024-01-01,100,2024-02-01,much,,", header=PAID))
	assert rejected(book) == [(2, "Outstanding Amount", "unreadable_amount")]
	assert not book.rejects[0].row_dropped
	assert only(book).receipts == (money("2024-02-01", 100),)


def test_a_file_that_says_nothing_of_payments_is_told(read: Read) -> None:
	assert "no_payments_at_all" in codes(read(invoices=invoices("1,Foo,2024-01-01,2024-01-31,5")))


# Disputes.


def test_a_date_of_dispute_is_kept(read: Read) -> None:
	header = "Customer,Date,Amount,Dispute Date"
	assert only(read(invoices=invoices("Foo,2024-01-01,5,2024-01-20", header=header))).disputed_on == day(
		"2024-01-20"
	)


def test_a_date_of_dispute_that_cannot_be_read_is_left_out_and_the_row_stays(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,5,often", header="Customer,Date,Amount,Dispute Date"))
	assert [(reject.why.code, reject.row_dropped) for reject in book.rejects] == [("unreadable_date", False)]
	assert only(book).disputed_on is None


def test_a_mark_of_dispute_counts_for_open_invoices_only_and_from_the_last_day_on(read: Read) -> None:
	rows = ["1,Foo,2024-01-01,5,Yes,2024-02-01", "2,Foo,2024-01-02,5,Yes,", "3,Foo,2024-01-03,5,No,"]
	book = read(invoices=invoices(*rows, header="Invoice,Customer,Date,Amount,Disputed,Settled Date"))
	assert {number: invoice.disputed_on for number, invoice in numbered(book).items()} == {
		"1": None,
		"2": day("2024-02-01"),
		"3": None,
	}
	assert "without a date is 2;" in note(book, "disputed_without_day")
	assert "still open, 1, count" in note(book, "disputed_without_day")


def test_a_mark_of_dispute_that_says_neither_is_left_out(read: Read) -> None:
	book = read(invoices=invoices("Foo,2024-01-01,5,perhaps", header="Customer,Date,Amount,Disputed"))
	assert [(reject.why.code, reject.row_dropped) for reject in book.rejects] == [
		("unreadable_choice", False)
	]


# Currencies.


def test_amounts_in_company_currency_go_first(read: Read) -> None:
	header = "Customer,Date,Grand Total,Grand Total (Company Currency),Currency,Exchange Rate"
	book = read(
		invoices=invoices("Foo,2024-01-01,10,71.5,USD,7.15", "Foo,2024-01-01,8,8,CNY,1", header=header)
	)
	assert [invoice.amount for invoice in numbered(book).values()] == [Decimal("71.5"), 8]
	assert book.currency == "CNY"


def test_a_rounded_total_is_what_is_owed_unless_it_is_zero(read: Read) -> None:
	header = "Customer,Date,Rounded Total (Company Currency),Grand Total (Company Currency)"
	book = read(invoices=invoices("Foo,2024-01-01,100,100.4", "Foo,2024-01-01,0,55.5", header=header))
	assert [invoice.amount for invoice in numbered(book).values()] == [100, Decimal("55.5")]


def test_other_amounts_are_converted_by_their_rates(read: Read) -> None:
	header = "Invoice,Customer,Date,Grand Total,Currency,Exchange Rate,Outstanding Amount"
	rows = ["1,Foo,2024-01-01,10,USD,7.153,4", "2,Foo,2024-01-01,8,CNY,1,8", "3,Foo,2024-01-01,9,CNY,,9"]
	book = read(invoices=invoices(*rows, header=header))
	assert numbered(book)["1"].amount == Decimal("71.53")
	assert numbered(book)["1"].paid_on_unknown_day == Decimal("42.92")
	assert numbered(book)["3"].amount == 9
	assert "converted" in codes(book)


@pytest.mark.parametrize("rate", ["", "0", "-1"])
def test_a_foreign_amount_without_a_rate_is_refused(read: Read, rate: str) -> None:
	header = "Customer,Date,Grand Total,Currency,Exchange Rate"
	book = read(invoices=invoices("Foo,2024-01-01,8,CNY,1", f"Foo,2024-01-01,9,USD,{rate}", header=header))
	assert rejected(book) == [(3, "Exchange Rate", "no_rate")]


def test_an_amount_that_a_rate_makes_absurd_is_refused(read: Read) -> None:
	header = "Customer,Date,Grand Total,Currency,Exchange Rate"
	rows = ["Foo,2024-01-01,8,CNY,1", "Foo,2024-01-01,99999999999999,USD,99999999999999"]
	assert rejected(read(invoices=invoices(*rows, header=header))) == [(3, "Exchange Rate", "absurd_amount")]


def test_without_rates_the_minority_currencies_are_refused(read: Read) -> None:
	rows = ["Foo,2024-01-01,8,CNY", "Foo,2024-01-01,9,USD", "Foo,2024-01-01,7,CNY", "Foo,2024-01-01,6,"]
	book = read(invoices=invoices(*rows, header="Customer,Date,Amount,Currency"))
	assert rejected(book) == [(3, "Currency", "other_currency")]
	assert "Grand Total (Company Currency)" in book.rejects[0].why.remedy()
	assert book.currency == "CNY"
	assert book.invoices == 3


def test_what_is_outstanding_is_converted_if_the_account_is_foreign(read: Read) -> None:
	header = (
		"Invoice,Customer,Date,Grand Total (Company Currency),Currency,Exchange Rate,Outstanding Amount,"
		"Party Account Currency"
	)
	rows = [
		"1,Foo,2024-01-01,70,USD,7,4,USD",
		"2,Foo,2024-01-01,70,USD,7,28,CNY",
		"3,Foo,2024-01-01,5,CNY,1,5,CNY",
	]
	book = read(invoices=invoices(*rows, header=header))
	assert [invoice.paid_on_unknown_day for invoice in numbered(book).values()] == [42, 42, 0]


def test_the_currency_of_the_invoices_is_that_of_the_orders_too(read: Read) -> None:
	book = read(
		invoices=invoices("Foo,2024-01-01,8,CNY", header="Customer,Date,Amount,Currency"),
		orders="Order,Customer,Date,Amount,Currency\nO1,Foo,2024-01-01,8,USD\n",
	)
	assert [(reject.file, reject.why.code) for reject in book.rejects] == [("orders.csv", "other_currency")]


# Documents over several rows.

SCHEDULE = (
	"ID,Customer,Date,Payment Due Date,Grand Total,Sales Order (Items),Due Date (Payment Schedule),"
	"Payment Amount (Payment Schedule)"
)


def test_rows_that_continue_a_document_are_merged(read: Read) -> None:
	rows = [
		"A,Foo,2024-01-01,2024-03-31,100,SO-1,2024-03-31,60",
		",,,,,SO-2,2024-02-29,40",
		",,,,,SO-2,,",
		"B,Foo,2024-01-05,2024-01-31,5,,2024-01-31,5",
	]
	book = read(invoices=invoices(*rows, header=SCHEDULE))
	first = numbered(book)["A"]
	assert first.schedule == (
		DueLine(day("2024-02-29"), Decimal(40)),
		DueLine(day("2024-03-31"), Decimal(60)),
	)
	assert first.order == "SO-1"
	assert numbered(book)["B"].schedule == ()
	assert book.rows_merged == 2


def test_rows_that_repeat_their_document_are_merged(read: Read) -> None:
	rows = [
		"A,Foo,2024-01-01,2024-03-31,100,,2024-02-29,40",
		"B,Foo,2024-01-01,2024-01-31,7,SO-9,2024-01-31,7",
		"A,Foo,2024-01-01,2024-03-31,100,SO-1,2024-03-31,60",
	]
	book = read(invoices=invoices(*rows, header=SCHEDULE))
	assert [line.amount for line in numbered(book)["A"].schedule] == [40, 60]
	assert numbered(book)["A"].order == "SO-1"
	assert book.rows_merged == 1


def test_a_repeated_number_with_other_values_is_no_continuation(read: Read) -> None:
	rows = [
		"A,Foo,2024-01-01,2024-03-31,100,,2024-02-29,40",
		"A,Foo,2024-01-01,2024-03-31,101,,2024-03-31,60",
		"A,Bar,2024-01-01,2024-03-31,100,,2024-03-31,60",
	]
	book = read(invoices=invoices(*rows, header=SCHEDULE))
	assert rejected(book) == [(3, "ID", "duplicate"), (4, "ID", "duplicate")]


def test_rows_that_continue_a_refused_document_are_refused(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,2024-03-31,much,,,", ",,,,,SO-2,,", "B,Foo,2024-01-01,2024-03-31,5,,,"]
	assert rejected(read(invoices=invoices(*rows, header=SCHEDULE))) == [
		(2, "Grand Total", "unreadable_amount"),
		(3, "", "continues_nothing"),
	]


def test_lines_that_a_report_repeats_count_once(read: Read) -> None:
	rows = [
		f"A,Foo,2024-01-01,2024-03-31,100,{order},{line}"
		for order in ("SO-1", "SO-2")
		for line in ("2024-02-29,40", "2024-03-31,60")
	]
	book = read(invoices=invoices(*rows, header=SCHEDULE))
	assert [line.amount for line in only(book).schedule] == [40, 60]


def test_a_schedule_that_does_not_add_up_is_scaled_and_told(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,2024-03-31,100,,2024-02-29,1", ",,,,,,2024-03-31,2"]
	book = read(invoices=invoices(*rows, header=SCHEDULE))
	assert [line.amount for line in only(book).schedule] == [Decimal("33.33"), Decimal("66.67")]
	assert "schedules_scaled" in codes(book)


def test_a_schedule_with_a_line_before_the_invoice_is_left_out(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,2024-03-31,100,,2023-02-28,40", ",,,,,,2024-03-31,60"]
	book = read(invoices=invoices(*rows, header=SCHEDULE))
	assert only(book).schedule == ()
	assert only(book).due == day("2024-03-31")
	assert [(reject.why.code, reject.row_dropped) for reject in book.rejects] == [
		("schedule_before_date", False)
	]


def test_without_a_due_date_the_last_line_of_the_schedule_is_it(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,,100,,2024-02-29,40", ",,,,,,2024-03-31,60"]
	assert only(read(invoices=invoices(*rows, header=SCHEDULE))).due == day("2024-03-31")


def test_a_schedule_line_that_cannot_be_read_is_left_out(read: Read) -> None:
	rows = ["A,Foo,2024-01-01,2024-03-31,100,,soon,40", ",,,,,,2024-03-31,60"]
	book = read(invoices=invoices(*rows, header=SCHEDULE))
	assert [(reject.line, reject.why.code, reject.row_dropped) for reject in book.rejects] == [
		(2, "unreadable_date", False)
	]


def test_a_credit_note_may_go_on_over_several_rows(read: Read) -> None:
	rows = [
		"A,Foo,2024-01-01,2024-03-31,100,,,",
		"B,Foo,2024-01-02,2024-03-31,-5,,,",
		",,,,,SO,,",
		"B,Foo,2024-01-02,,-5,,,",
	]
	book = read(invoices=invoices(*rows, header=SCHEDULE))
	assert (book.credit_notes, book.rows_merged) == (1, 2)


# Orders.

ORDERS = "ID,Customer,Date,Grand Total,Status,Due Date (Payment Schedule)"


def one_invoice(extra: str = "") -> str:
	return invoices(f"A,Foo,2024-02-01,100,{extra}", header="Invoice,Customer,Date,Amount,Sales Order")


def test_orders_are_read_with_their_terms(read: Read) -> None:
	rows = ["O1,Foo,2024-01-01,100,To Bill,2024-01-31", ",,,,,2024-03-01", "O2,Foo,2024-01-05,50,Completed,"]
	book = read(invoices=one_invoice("O1"), orders="\n".join([ORDERS, *rows]))
	assert [(order.number, order.terms_days) for order in book.accounts["Foo"].orders] == [
		("O1", 60),
		("O2", None),
	]
	assert only(book).order == "O1"
	assert book.rows_merged == 1


def test_orders_take_their_terms_from_days_too(read: Read) -> None:
	book = read(invoices=one_invoice(), orders="订单号,客户,下单日期,订单金额,账期\nO1,Foo,2024-01-01,5,45\n")
	assert book.accounts["Foo"].orders[0].terms_days == 45


@pytest.mark.parametrize(
	("row", "code"),
	[
		("O9,Foo,2024-01-01,-5,,", "negative_order"),
		("O9,Foo,2024-01-01,5,Draft,", "draft"),
		("O9,Foo,2024-01-01,5,,2023-01-01", "due_before_date"),
		("O1,Foo,2024-01-01,6,,", "duplicate"),
		("O9,,2024-01-01,5,,", "missing"),
	],
)
def test_orders_that_cannot_be_used_are_refused(read: Read, row: str, code: str) -> None:
	book = read(invoices=one_invoice(), orders=f"{ORDERS}\nO1,Foo,2024-01-01,5,,\n{row}\n")
	assert [(reject.file, reject.line, reject.why.code) for reject in book.rejects] == [
		("orders.csv", 3, code)
	]


def test_rows_that_continue_a_refused_order_are_refused(read: Read) -> None:
	book = read(invoices=one_invoice(), orders=f"{ORDERS}\nO1,Foo,2024-01-01,5,Draft,\n,,,,,2024-02-01\n")
	assert [reject.why.code for reject in book.rejects] == ["draft", "continues_nothing"]


def test_rows_that_repeat_their_order_are_merged(read: Read) -> None:
	rows = ["O1,Foo,2024-01-01,100,,2024-01-31", "O1,Foo,2024-01-01,100,,2024-03-01", ",,,,,"]
	rows += [",,,,Completed,", "O1,Foo,2024-01-01,100,,"]
	book = read(invoices=one_invoice(), orders="\n".join([ORDERS, *rows]))
	assert book.accounts["Foo"].orders[0].terms_days == 60
	assert book.rows_merged == 3


def test_orders_without_numbers_are_called_by_their_lines(read: Read) -> None:
	book = read(invoices=one_invoice(), orders="Customer,Date,Amount\nFoo,2024-01-01,5\n")
	assert book.accounts["Foo"].orders[0].number == "line 2"


def test_blanks_around_names_and_dates_do_no_harm(read: Read) -> None:
	book = read(invoices=invoices(" A , Foo , 2024-01-01 , 2024-01-31 , 5 ", "B,Foo,2024-01-02,2024-01-31,5"))
	assert list(book.accounts) == ["Foo"]
	assert list(numbered(book)) == ["A", "B"]


def test_a_customer_may_have_orders_only(read: Read) -> None:
	book = read(invoices=one_invoice(), orders="Order,Customer,Date,Amount\nO1,Bar,2024-05-01,5\n")
	assert len(book.accounts["Bar"].orders) == 1
	assert book.last_day == day("2024-05-01")


# Customers.


def test_customers_bring_what_is_known_of_them(read: Read) -> None:
	header = (
		"ID,Customer Name,Customer Group,Account Manager,Need,Expected Close,Supply Agreement,Platform,"
		"Market Share,成长潜力"
	)
	row = "C1,Foo Ltd,Retail,Ann,明确,2024-09-01,是,No,35%,80"
	book = read(invoices=invoices("A,C1,2024-02-01,2024-03-01,5"), customers=f"{header}\n{row}\n")
	profile = book.accounts["C1"].profile
	assert (profile.name, profile.group, profile.salesperson) == ("Foo Ltd", "Retail", "Ann")
	assert (profile.need, profile.expected_close) == (Need.CLEAR, day("2024-09-01"))
	assert (profile.supply_agreement, profile.platform) == (True, False)
	assert profile.market_share == 35
	assert profile.growth_potential == 80
	assert book.customers == 1
	assert book.last_day == day("2024-02-01")


def test_values_of_customers_that_cannot_be_read_are_left_out(read: Read) -> None:
	text = "ID,Need,Expected Close,Platform,Market Share\nC1,much,soon,perhaps,135\n"
	book = read(invoices=invoices("A,C1,2024-02-01,2024-03-01,5"), customers=text)
	assert [(reject.column, reject.why.code, reject.row_dropped) for reject in book.rejects] == [
		("Need", "unreadable_choice", False),
		("Expected Close", "unreadable_date", False),
		("Platform", "unreadable_choice", False),
		("Market Share", "out_of_range", False),
	]
	assert "Clear, Potential, None" in book.rejects[0].why.sentence()


def test_files_may_name_customers_by_id_or_by_name(read: Read) -> None:
	book = read(
		invoices=invoices("A,Foo Ltd,2024-01-01,2024-02-01,5", "B,C1,2024-01-02,2024-02-01,5"),
		orders="Order,Customer Name,Date,Amount\nO1,Foo Ltd,2024-01-01,5\n",
		payments="Party,Posting Date,Paid Amount\nFoo Ltd,2024-01-10,5\n",
		customers="ID,Customer Name\nC1,Foo Ltd\n",
	)
	assert list(book.accounts) == ["C1"]
	assert len(book.accounts["C1"].invoices) == 2
	assert len(book.accounts["C1"].orders) == 1
	assert book.payments == 1


def test_invoices_with_both_columns_tell_the_names_too(read: Read) -> None:
	book = read(
		invoices=invoices("A,C1,Foo Ltd,2024-01-01,5", header="Invoice,Customer,Customer Name,Date,Amount"),
		payments="Customer Name,Date,Amount\nFoo Ltd,2024-01-10,5\n",
	)
	assert list(book.accounts) == ["C1"]
	assert book.accounts["C1"].profile.name == "Foo Ltd"
	assert only(book).receipts == (money("2024-01-10", 5),)


def test_payments_by_id_find_invoices_by_name(read: Read) -> None:
	book = read(
		invoices=invoices("A,Foo Ltd,2024-01-01,5", header="Invoice,Customer Name,Date,Amount"),
		payments="Party,Party Name,Posting Date,Amount\nC1,Foo Ltd,2024-01-10,5\n",
	)
	assert list(book.accounts) == ["Foo Ltd"]
	assert only(book).receipts == (money("2024-01-10", 5),)


def test_a_name_that_customers_share_is_kept_apart_and_told(read: Read) -> None:
	book = read(
		invoices=invoices("A,Foo,2024-01-01,2024-02-01,5", "B,C1,2024-01-01,2024-02-01,5"),
		customers="ID,Customer Name\nC1,Foo\nC2,Foo\n",
	)
	assert set(book.accounts) == {"C1", "C2", "Foo"}
	assert "such as Foo;" in note(book, "names_shared")


def test_customers_repeated_or_without_a_name_are_refused(read: Read) -> None:
	book = read(
		invoices=invoices("A,C1,2024-01-01,2024-02-01,5"),
		customers="ID,Customer Name,Group\nC1,Foo,x\nC1,Foo,y\n,,z\n",
	)
	assert [(reject.line, reject.why.code) for reject in book.rejects] == [(3, "duplicate"), (4, "missing")]
	assert book.accounts["C1"].profile.group == "x"


def test_rows_of_a_customer_s_sales_team_are_merged(read: Read) -> None:
	book = read(
		invoices=invoices("A,C1,2024-01-01,2024-02-01,5"),
		customers="ID,Sales Person (Sales Team)\nC1,Ann\n,Bob\nC1,Cleo\n",
	)
	assert book.accounts["C1"].profile.salesperson == "Ann"
	assert book.rows_merged == 2


# Payments.

THREE = invoices(
	"A,Foo,2024-01-01,2024-01-31,100", "B,Foo,2024-01-02,2024-01-20,50", "C,Foo,2024-03-01,2024-03-31,70"
)


def paid(
	read: Read, *rows: str, header: str = "Payment,Customer,Date,Amount,Invoice", text: str = THREE
) -> Book:
	return read(invoices=text, payments="\n".join([header, *rows]) + "\n")


def receipts(book: Book) -> dict[str, tuple[Receipt, ...]]:
	return {number: invoice.receipts for number, invoice in numbered(book).items()}


def on_account(book: Book) -> list[Receipt]:
	return book.accounts["Foo"].on_account


def test_a_payment_goes_to_the_invoice_that_it_names(read: Read) -> None:
	book = paid(read, "P1,Foo,2024-01-10,60,A", "P2,Foo,2024-01-12,40,A")
	assert receipts(book) == {"A": (money("2024-01-10", 60), money("2024-01-12", 40)), "B": (), "C": ()}
	assert book.payments == 2
	assert on_account(book) == []


def test_a_payment_before_its_invoice_is_a_prepayment(read: Read) -> None:
	assert receipts(paid(read, "P1,Foo,2024-02-01,70,C"))["C"] == (money("2024-02-01", 70),)


def test_a_payment_without_a_reference_goes_to_what_was_due_first(read: Read) -> None:
	book = paid(read, "P1,Foo,2024-01-10,60,")
	assert receipts(book) == {"A": (money("2024-01-10", 10),), "B": (money("2024-01-10", 50),), "C": ()}


def test_free_money_waits_on_account_for_the_next_invoice(read: Read) -> None:
	book = paid(read, "P1,Foo,2024-01-10,180,", "P2,Foo,2024-03-05,100,")
	assert receipts(book)["C"] == (money("2024-01-10", 30), money("2024-03-05", 40))
	assert on_account(book) == [money("2024-03-05", 60)]


def test_money_on_account_is_taken_in_order_of_its_dates(read: Read) -> None:
	text = invoices("A,Foo,2024-03-01,2024-03-31,100")
	book = paid(read, "P1,Foo,2024-02-01,80,", "P2,Foo,2024-01-01,70,", text=text)
	assert receipts(book)["A"] == (money("2024-01-01", 70), money("2024-02-01", 30))
	assert on_account(book) == [money("2024-02-01", 50)]


def test_free_money_goes_to_the_lines_of_schedules_as_they_fall_due(read: Read) -> None:
	text = invoices(
		"A,Foo,2024-01-01,2024-03-31,100,,2024-02-10,50",
		",,,,,,2024-03-31,50",
		"B,Foo,2024-01-02,2024-02-20,30,,2024-02-20,30",
		header=SCHEDULE,
	)
	book = paid(read, "P1,Foo,2024-01-10,90,", text=text)
	assert receipts(book) == {
		"A": (money("2024-01-10", 50), money("2024-01-10", 10)),
		"B": (money("2024-01-10", 30),),
	}


def test_what_an_invoice_cannot_take_is_free_and_told(read: Read) -> None:
	book = paid(read, "P1,Foo,2024-01-10,160,A")
	assert receipts(book) == {
		"A": (money("2024-01-10", 100),),
		"B": (money("2024-01-10", 50),),
		"C": (money("2024-01-10", 10),),
	}
	assert "first in P1" in note(book, "too_much_allocated")


def test_a_payment_for_an_unknown_invoice_is_told_and_pays_for_nothing_else(read: Read) -> None:
	book = paid(read, "P1,Foo,2024-01-10,60,Old")
	assert rejected(book) == [(2, "Invoice", "unknown_invoice")]
	assert "Old of the customer Foo" in book.rejects[0].why.sentence()
	assert not book.rejects[0].row_dropped
	assert receipts(book) == {"A": (), "B": (), "C": ()}
	assert on_account(book) == [money("2024-01-10", 60)]


def test_a_payment_for_another_customer_s_invoice_is_told(read: Read) -> None:
	text = invoices("A,Foo,2024-01-01,2024-01-31,100", "B,Bar,2024-01-01,2024-01-31,100")
	book = paid(read, "P1,Foo,2024-01-10,60,B", text=text)
	assert [reject.why.code for reject in book.rejects] == ["unknown_invoice"]
	assert receipts(book) == {"A": (), "B": ()}


def test_a_payment_of_an_unknown_customer_is_refused(read: Read) -> None:
	book = paid(read, "P1,Bar,2024-01-10,60,")
	assert rejected(book) == [(2, "Customer", "unknown_customer")]
	assert book.rejects[0].row_dropped
	assert list(book.accounts) == ["Foo"]


def test_a_payment_of_a_customer_who_only_stands_in_the_file_of_customers_is_kept(read: Read) -> None:
	book = read(invoices=THREE, payments="Customer,Date,Amount\nC1,2024-01-10,60\n", customers="ID\nC1\n")
	assert book.accounts["C1"].on_account == [money("2024-01-10", 60)]


PAYMENT_ENTRY = (
	"ID,Party,Posting Date,Paid Amount,Payment Type,Party Type,Type (Payment References),"
	"Name (Payment References),Allocated (Payment References),Status"
)


def test_a_payment_entry_is_shared_out_as_it_says(read: Read) -> None:
	rows = [
		"P1,Foo,2024-01-10,120,Receive,Customer,Sales Invoice,A,70,Submitted",
		",,,,,,Sales Invoice,B,20,",
		"P1,Foo,2024-01-10,120,Receive,Customer,Sales Invoice,A,10,Submitted",
	]
	book = paid(read, *rows, header=PAYMENT_ENTRY)
	assert receipts(book) == {
		"A": (money("2024-01-10", 70), money("2024-01-10", 10)),
		"B": (money("2024-01-10", 20), money("2024-01-10", 20)),
		"C": (),
	}
	assert (book.payments, book.rows_merged) == (1, 2)


def test_a_payment_gives_no_more_than_it_is(read: Read) -> None:
	rows = ["P1,Foo,2024-01-10,60,Receive,Customer,Sales Invoice,A,100,", ",,,,,,Sales Invoice,B,50,"]
	assert receipts(paid(read, *rows, header=PAYMENT_ENTRY)) == {
		"A": (money("2024-01-10", 60),),
		"B": (),
		"C": (),
	}


@pytest.mark.parametrize(
	("row", "column", "code"),
	[
		("P9,Foo,2024-01-10,5,Internal Transfer,,,,,", "Payment Type", "internal_transfer"),
		("P9,Foo,2024-01-10,5,内部转账,,,,,", "Payment Type", "internal_transfer"),
		("P9,Foo,2024-01-10,5,Pay,Supplier,,,,", "Party Type", "not_a_customer"),
		("P9,Foo,2024-01-10,5,Receive,Customer,,,,Draft", "Status", "draft"),
		("P9,Foo,2024-01-10,5,Receive,Customer,,,,Cancelled", "Status", "cancelled"),
		("P9,Foo,,5,Receive,Customer,,,,", "Posting Date", "missing"),
		("P9,Foo,2024-01-10,,Receive,Customer,,,,", "Paid Amount", "missing"),
		("P1,Foo,2024-01-10,7,Receive,Customer,,,,", "ID", "duplicate"),
	],
)
def test_payments_that_cannot_be_used_are_refused(read: Read, row: str, column: str, code: str) -> None:
	book = paid(read, "P1,Foo,2024-01-10,5,Receive,Customer,,,,", row, header=PAYMENT_ENTRY)
	assert [(reject.line, reject.column, reject.why.code) for reject in book.rejects] == [(3, column, code)]


def test_rows_that_continue_a_refused_payment_are_refused(read: Read) -> None:
	rows = ["P1,Foo,2024-01-10,5,Pay,Supplier,,,,", ",,,,,,Sales Invoice,B,50,"]
	book = paid(read, *rows, header=PAYMENT_ENTRY)
	assert [reject.why.code for reject in book.rejects] == ["not_a_customer", "continues_nothing"]


@pytest.mark.parametrize("allocated", ["-5", "much"])
def test_a_share_that_cannot_be_is_left_out_and_the_money_is_free(read: Read, allocated: str) -> None:
	book = paid(
		read, f"P1,Foo,2024-01-10,5,Receive,Customer,Sales Invoice,A,{allocated},", header=PAYMENT_ENTRY
	)
	assert [reject.row_dropped for reject in book.rejects] == [False]
	assert receipts(book)["B"] == (money("2024-01-10", 5),)


def test_rows_with_one_number_are_parts_of_a_payment_if_each_names_another_invoice(read: Read) -> None:
	rows = ["P1,Foo,2024-01-10,60,A", "P1,Foo,2024-01-10,20,B", "P1,Foo,2024-01-10,20,B"]
	book = paid(read, *rows)
	assert receipts(book) == {"A": (money("2024-01-10", 60),), "B": (money("2024-01-10", 20),), "C": ()}
	assert rejected(book) == [(4, "Payment", "duplicate")]


def test_an_advance_waits_for_the_invoice_of_its_order(read: Read) -> None:
	text = invoices(
		"A,Foo,2024-01-01,100,", "B,Foo,2024-02-01,50,SO-1", header="Invoice,Customer,Date,Amount,Sales Order"
	)
	row = "P1,Foo,2024-01-10,80,Receive,Customer,Sales Order,SO-1,80,"
	book = paid(read, row, header=PAYMENT_ENTRY, text=text)
	assert receipts(book) == {"A": (), "B": (money("2024-01-10", 50),)}
	assert on_account(book) == [money("2024-01-10", 30)]


def test_an_advance_pays_an_invoice_of_its_order_that_is_there(read: Read) -> None:
	text = invoices("A,Foo,2024-01-01,100,SO-1", header="Invoice,Customer,Date,Amount,Sales Order")
	book = paid(read, "Foo,2024-01-10,80,SO-1", header="Customer,Date,Amount,Order No", text=text)
	assert receipts(book) == {"A": (money("2024-01-10", 80),)}


def test_a_reference_without_a_type_may_be_an_order(read: Read) -> None:
	text = invoices("A,Foo,2024-02-01,100,SO-1", header="Invoice,Customer,Date,Amount,Sales Order")
	book = paid(read, "P1,Foo,2024-01-10,80,SO-1", text=text)
	assert receipts(book) == {"A": (money("2024-01-10", 80),)}
	assert book.rejects == []


def test_where_invoices_do_not_name_orders_an_advance_is_free(read: Read) -> None:
	row = "P1,Foo,2024-01-10,80,Receive,Customer,Sales Order,SO-1,80,"
	assert receipts(paid(read, row, header=PAYMENT_ENTRY))["B"] == (money("2024-01-10", 50),)


def test_money_given_back_reduces_what_is_on_account(read: Read) -> None:
	rows = ["P1,Foo,2023-12-01,40,Receive,Customer,,,,", "P2,Foo,2023-12-15,30,Pay,Customer,,,,"]
	book = paid(read, *rows, header=PAYMENT_ENTRY)
	assert receipts(book)["A"] == (money("2023-12-01", 10),)
	assert on_account(book) == [money("2023-12-01", 30), money("2023-12-15", -30)]


def test_money_given_back_before_it_came_is_made_up_for_first(read: Read) -> None:
	rows = ["P1,Foo,2023-12-01,40,Pay,Customer,,,,", "P2,Foo,2023-12-15,50,Receive,Customer,,,,"]
	book = paid(read, *rows, header=PAYMENT_ENTRY)
	assert receipts(book)["A"] == (money("2023-12-15", 10),)
	assert on_account(book) == [money("2023-12-01", -40), money("2023-12-15", 40)]


def test_a_negative_payment_is_money_given_back(read: Read) -> None:
	assert on_account(paid(read, "P1,Foo,2024-01-10,-60,")) == [money("2024-01-10", -60)]


def test_payments_go_before_the_paid_date_of_the_invoice(read: Read) -> None:
	text = invoices("A,Foo,2024-01-01,100,2024-02-01", header="Invoice,Customer,Date,Amount,Settled Date")
	book = paid(read, "P1,Foo,2024-01-10,30,A", text=text)
	assert receipts(book)["A"] == (money("2024-01-10", 30), money("2024-02-01", 70))


def test_what_no_payment_explains_was_settled_on_an_unknown_day(read: Read) -> None:
	text = invoices("A,Foo,2024-01-01,100,10", header="Invoice,Customer,Date,Amount,Outstanding Amount")
	book = paid(read, "P1,Foo,2024-01-10,30,A", text=text)
	assert receipts(book)["A"] == (money("2024-01-10", 30),)
	assert only(book).paid_on_unknown_day == 60


def test_where_payments_explain_everything_no_day_is_unknown(read: Read) -> None:
	text = invoices("A,Foo,2024-01-01,100,0", header="Invoice,Customer,Date,Amount,Outstanding Amount")
	book = paid(read, "P1,Foo,2024-01-10,100,A", text=text)
	assert only(book).paid_on_unknown_day == 0
	assert "payment_days_unknown" not in codes(book)


def test_a_foreign_payment_is_taken_in_company_currency(read: Read) -> None:
	header = (
		"ID,Party,Posting Date,Paid Amount (Company Currency),Source Exchange Rate,Name (Payment References),"
		"Allocated (Payment References)"
	)
	assert receipts(paid(read, "P1,Foo,2024-01-10,70,7,A,8", header=header)) == {
		"A": (money("2024-01-10", 56),),
		"B": (money("2024-01-10", 14),),
		"C": (),
	}


def test_the_last_day_is_the_last_on_which_something_happened(read: Read) -> None:
	assert read(invoices=THREE).last_day == day("2024-03-01")
	assert paid(read, "P1,Foo,2024-06-30,1,A").last_day == day("2024-06-30")


def test_money_for_an_invoice_to_come_beyond_its_amount_waits_for_the_next(read: Read) -> None:
	book = paid(read, "P1,Foo,2024-02-01,90,C")
	assert receipts(book) == {"A": (), "B": (), "C": (money("2024-02-01", 70),)}
	assert on_account(book) == [money("2024-02-01", 20)]
	assert "first in C" in note(book, "too_much_allocated")


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_what_is_put_to_invoices_does_not_depend_on_what_comes_later(
	data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
	days = st.dates(date(2024, 1, 1), date(2024, 3, 31))
	amounts = st.integers(0, 50)
	made = data.draw(st.lists(st.tuples(days, amounts, st.integers(0, 40)), min_size=1, max_size=8))
	given_money = data.draw(st.lists(st.tuples(days, st.integers(-20, 80), st.integers(-1, 8)), max_size=8))
	cut = data.draw(days)

	def book_of(last: date) -> Account | None:
		folder = tmp_path_factory.mktemp("book")
		rows = [
			f"{number},Foo,{on},{date.fromordinal(on.toordinal() + terms)},{amount}"
			for number, (on, amount, terms) in enumerate(made)
			if on <= last
		]
		sums = [
			f"Foo,{on},{amount},{'' if number < 0 else number}"
			for on, amount, number in given_money
			if on <= last
		]
		if not rows:
			return None
		(folder / "invoices.csv").write_text(invoices(*rows))
		(folder / "payments.csv").write_text("\n".join(["Customer,Date,Amount,Invoice", *sums]) + "\n")
		return must_balance(read_book(folder)).accounts["Foo"]

	part, whole = book_of(cut), book_of(date(2024, 12, 31))
	if part is None or whole is None:
		return

	def received(account: Account) -> dict[str, list[Receipt]]:
		return {
			invoice.number: [receipt for receipt in invoice.receipts if receipt.date <= cut]
			for invoice in account.invoices
			if invoice.date <= cut
		}

	def total(account: Account) -> Decimal:
		sums = [receipt.amount for receipt in account.on_account if receipt.date <= cut]
		sums += [
			receipt.amount
			for invoice in account.invoices
			for receipt in invoice.receipts
			if receipt.date <= cut
		]
		return sum(sums, Decimal(0))

	assert received(part) == received(whole)
	assert total(part) == total(whole) == sum(amount for on, amount, _ in given_money if on <= cut)


# Where the files are.


@pytest.mark.parametrize(
	"name",
	[
		"invoices.csv",
		"INVOICES.CSV",
		"Sales Invoice.csv",
		"Sales Invoice (1).csv",
		"sales_invoice_2024-06-30.csv",
		"销售发票.csv",
		"销售费用清单.txt",
	],
)
def test_files_are_found_by_their_names(tmp_path: Path, name: str) -> None:
	(tmp_path / name).write_text(THREE)
	(tmp_path / "Sales Invoice Item.csv").write_text("nonsense")
	(tmp_path / "~$invoices.xlsx").write_text("locked")
	(tmp_path / "notes.txt").write_text("nothing")
	assert read_book(tmp_path).invoices == 3


@pytest.mark.parametrize(
	"names",
	[
		("Sales Order.csv", "Payment Entry.csv", "Customer.csv"),
		("销售订单.csv", "收付款.csv", "客户.csv"),
		("Orders.csv", "Payments.csv", "Customers.csv"),
	],
)
def test_all_kinds_of_files_are_found(tmp_path: Path, names: tuple[str, str, str]) -> None:
	(tmp_path / "invoices.csv").write_text(THREE)
	for name, text in zip(
		names, ["Customer,Date,Amount\nFoo,2024-01-01,5\n"] * 2 + ["ID\nFoo\n"], strict=True
	):
		(tmp_path / name).write_text(text)
	book = must_balance(read_book(tmp_path))
	assert (book.invoices, book.orders, book.payments, book.customers) == (3, 1, 1, 1)


def test_a_file_whose_name_tells_no_kind_is_named(tmp_path: Path) -> None:
	(tmp_path / "invoices.csv").write_text(THREE)
	(tmp_path / "Rechnungen.csv").write_text(THREE)
	(tmp_path / "receipts.xlsx").write_text("nonsense")
	(tmp_path / "~$invoices.xlsx").write_text("locked")
	(tmp_path / "logo.png").write_text("picture")
	told = note(read_book(tmp_path), "unread_files")
	assert told.endswith("because their names do not tell what they hold: Rechnungen.csv, receipts.xlsx.")


def test_a_file_that_is_named_itself_says_nothing_of_its_neighbours(tmp_path: Path) -> None:
	(tmp_path / "invoices.csv").write_text(THREE)
	(tmp_path / "Rechnungen.csv").write_text(THREE)
	assert "unread_files" not in codes(read_book(tmp_path / "invoices.csv"))


def test_two_files_of_one_kind_are_an_error(tmp_path: Path) -> None:
	(tmp_path / "Sales Invoice.csv").write_text(THREE)
	caught = failure(tmp_path, invoices=THREE)
	assert caught.reason.code == "several_files"
	assert "Sales Invoice.csv, invoices.csv" in caught.reason.sentence()


def test_a_folder_without_invoices_is_an_error(tmp_path: Path) -> None:
	assert failure(tmp_path, orders="Customer,Date,Amount\n").reason.code == "no_invoice_file"


def test_a_path_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
	with pytest.raises(InputError) as caught:
		read_book(tmp_path / "nowhere")
	assert caught.value.reason.code == "no_such_source"


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
	(tmp_path / "invoices.csv").write_text(THREE)

	def refuse(self: Path, *_: object, **__: object) -> None:
		raise PermissionError(13, "Permission denied", str(self))

	monkeypatch.setattr(Path, "open", refuse)
	with pytest.raises(InputError) as caught:
		read_book(tmp_path)
	assert caught.value.reason.sentence() == "The file invoices.csv cannot be opened: Permission denied."


def test_a_header_without_rows_is_an_error_for_invoices_only(tmp_path: Path, read: Read) -> None:
	assert failure(tmp_path, invoices=HEADER).reason.code == "only_header"
	assert read(invoices=THREE, payments="Customer,Date,Amount\n").payments == 0


def test_where_nothing_can_be_used_the_error_brings_the_refused_rows(tmp_path: Path) -> None:
	caught = failure(tmp_path, invoices=invoices("1,Foo,2024-01-01,2024-01-31,much", "2,,2024-01-01,,5"))
	assert caught.reason.code == "nothing_usable"
	assert "None of the 2 rows of the file invoices.csv" in caught.reason.sentence()
	assert "line 2, column Amount" in caught.reason.remedy()
	assert [reject.line for reject in caught.rejects] == [2, 3]


def test_credit_notes_alone_are_an_error(tmp_path: Path) -> None:
	assert (
		failure(tmp_path, invoices=invoices("1,Foo,2024-01-01,2024-01-31,-5")).reason.code
		== "only_credit_notes"
	)


# How it is read.


def test_progress_is_told_over_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr("customer_grading.preview.reading.sheets._EVERY", 2)
	(tmp_path / "invoices.csv").write_text(THREE)
	(tmp_path / "customers.csv").write_text("ID\nFoo\n")
	told: list[int] = []
	read_book(tmp_path, progress=told.append)
	assert told == [1, 3, 4]


@pytest.mark.parametrize("was_on", [True, False])
def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path, *, was_on: bool) -> None:
	(tmp_path / "invoices.csv").write_text("")
	if not was_on:
		gc.disable()
	try:
		with pytest.raises(InputError):
			read_book(tmp_path)
		assert gc.isenabled() is was_on
	finally:
		gc.enable()


def test_rejects_stand_in_order_of_files_and_lines(read: Read) -> None:
	row = "1,Foo,2024-01-01,2024-01-31,5"
	book = read(
		invoices=invoices(row, row, "2,,2024-01-01,,5"),
		payments="Customer,Date,Amount,Invoice\nFoo,2024-01-01,5,Old\nBar,2024-01-01,5,\n",
	)
	assert [(reject.file, reject.line) for reject in book.rejects] == [
		("invoices.csv", 3),
		("invoices.csv", 4),
		("payments.csv", 2),
		("payments.csv", 3),
	]


def test_reading_twice_gives_the_same(read: Read) -> None:
	assert read(invoices=THREE) == read(invoices=THREE)


CELLS = st.one_of(
	st.sampled_from(
		["", "Foo", "2024-01-01", "1/2/2024", "31.1.2024", "5", "-5", "1,5", "Yes", "Draft", "Total", "0"]
	),
	st.text(max_size=8),
)
# fmt: off
KNOWN = (
	"ID", "Customer", "Customer Name", "Date", "Due Date", "Amount", "Settled Date", "Outstanding Amount",
	"Paid Amount", "Currency", "Exchange Rate", "Status", "Is Return (Credit Note)", "Return Against",
	"Sales Order (Items)", "Disputed", "Dispute Date", "Due Date (Payment Schedule)",
	"Payment Amount (Payment Schedule)", "Payment Terms Days", "Payment Type", "Invoice",
	"Name (Payment References)", "Allocated (Payment References)", "Party", "Order", "Need", "Platform",
	"Market Share", "Grand Total (Company Currency)",
)
# fmt: on
HEADERS = st.lists(st.sampled_from(KNOWN), max_size=8)


@st.composite
def tables(draw: st.DrawFn) -> str:
	"""A file as it might be: a plausible header and rows of plausible and implausible cells."""
	header = draw(st.permutations(["Customer", "Date", "Amount", *draw(HEADERS)]))
	rows = draw(st.lists(st.lists(CELLS, min_size=len(header) - 1, max_size=len(header) + 1), max_size=12))
	quoted = ['"' + cell.replace('"', '""') + '"' for row in rows for cell in row]
	lines, at = [",".join(header)], 0
	for row in rows:
		lines.append(",".join(quoted[at : at + len(row)]))
		at += len(row)
	return "\n".join(lines).replace("\0", "")


def outcome(source: Path) -> list[Reason]:
	"""Everything that a reading tells, whether it ends in a book that adds up or in an input error."""
	try:
		book = must_balance(read_book(source))
	except InputError as refused:
		return [refused.reason, *(reject.why for reject in refused.rejects)]
	return [*book.notes, *(reject.why for reject in book.rejects)]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
	tables(), st.one_of(st.none(), tables()), st.one_of(st.none(), tables()), st.one_of(st.none(), tables())
)
def test_any_files_give_a_book_that_adds_up_or_an_input_error(
	tmp_path_factory: pytest.TempPathFactory,
	invoice_text: str,
	order_text: str | None,
	payment_text: str | None,
	customer_text: str | None,
) -> None:
	folder = tmp_path_factory.mktemp("book")
	texts = {
		"invoices": invoice_text,
		"orders": order_text,
		"payments": payment_text,
		"customers": customer_text,
	}
	for name, text in texts.items():
		if text is not None:
			(folder / f"{name}.csv").write_bytes(text.encode("utf-8", "replace"))
	reasons = outcome(folder)
	assert all(reason.sentence() and reason.remedy() for reason in reasons)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_give_a_book_or_an_input_error(
	tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
	path = tmp_path_factory.mktemp("book") / "invoices.csv"
	path.write_bytes(content)
	assert all(reason.sentence() and reason.remedy() for reason in outcome(path))
