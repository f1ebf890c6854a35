"""Dates, amounts and choices are read as people and programs write them, and nothing else is."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.preview.reading.values import (
	Amounts,
	Dates,
	DayOrder,
	PaymentKind,
	State,
	decimal_mark,
	is_customer_type,
	is_order_type,
	parse_amount,
	parse_date,
	parse_docstatus,
	parse_need,
	parse_payment_kind,
	parse_state,
	parse_yes,
)
from customer_grading.rules.options import Need

JANUARY_31 = date(2024, 1, 31)
DAY_FIRST = dict.fromkeys("/.-", DayOrder.DAY_FIRST)
MONTH_FIRST = dict.fromkeys("/.-", DayOrder.MONTH_FIRST)


@pytest.mark.parametrize(
	"text",
	[
		"2024-01-31",
		"2024/1/31",
		"2024.01.31",
		"2024-01-31 10:22:33",
		"2024-01-31 10:22:33.123456",
		"2024-01-31T10:22:33Z",
		"2024-01-31T10:22:33.000+08:00",
		"2024/1/31 9:05",
		"20240131",
		"20240131.0",
		"1/31/2024",
		"01/31/2024 12:00 AM",
		"31.1.2024",
		"31-01-2024",
		"2024年1月31日",
		"2024 年 01 月 31 日",
		"2024年1月31日 10:20",
		"31-Jan-2024",
		"31 January 2024",
		"Jan 31, 2024",
		" 2024-01-31 ",
		"２０２４－０１－３１",
	],
)
def test_dates_are_read_in_every_usual_form(text: str) -> None:
	assert parse_date(text) == JANUARY_31


@pytest.mark.parametrize(
	"text",
	[
		"",
		"soon",
		"2024-02-30",
		"2024-13-01",
		"31/31/2024",
		"1/2/24",
		"2024-01-31 or so",
		"2024-01",
		"45322",
		"31 Foo 2024",
		"2024-01/31",
		"0000-00-00",
		"2024-01-31" * 1000,
	],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
	assert parse_date(text) is None


def test_the_order_of_day_and_month_is_that_of_the_file() -> None:
	assert parse_date("1/2/2024", DAY_FIRST) == date(2024, 2, 1)
	assert parse_date("1/2/2024", MONTH_FIRST) == date(2024, 1, 2)
	assert parse_date("2024-01-02", DAY_FIRST) == date(2024, 1, 2)


def test_without_evidence_slashes_are_american_and_points_are_not() -> None:
	assert parse_date("1/2/2024") == date(2024, 1, 2)
	assert parse_date("1.2.2024") == date(2024, 2, 1)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_date_is_read_back_from_every_form(day: date) -> None:
	forms = [day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日"]
	assert [parse_date(form) for form in forms] == [day] * 3
	assert parse_date(f"{day:%m/%d/%Y}", MONTH_FIRST) == parse_date(f"{day:%d.%m.%Y}", DAY_FIRST) == day


@pytest.mark.parametrize("text", ["1989-12-31", "2101-01-01", "0001-01-01", "9999-12-31"])
def test_dates_of_impossible_years_are_not_used_and_say_why(text: str) -> None:
	dates = Dates()
	assert dates[text] is None
	reason = dates.why(text, "Date")
	assert reason is not None
	assert reason.code == "impossible_date"
	assert text in reason.sentence()


@pytest.mark.parametrize("text", ["1990-01-01", "2100-12-31"])
def test_the_first_and_the_last_year_are_possible(text: str) -> None:
	assert Dates()[text] == date.fromisoformat(text)


@pytest.mark.parametrize("text", ["", "  ", "-", "N/A", "nan", "NaT", "NULL", "未付", "0000-00-00"])
def test_a_cell_that_says_nothing_is_no_error(text: str) -> None:
	assert Dates()[text] is None
	assert Dates().why(text, "Paid") is None
	assert Amounts()[text] is None
	assert Amounts().why(text, "Paid") is None


def test_a_text_that_is_no_date_is_told_with_its_column() -> None:
	reason = Dates().why("someday", "Due Date")
	assert reason is not None
	assert reason.sentence() == "“someday” in the column Due Date is not a date."
	assert "2024-01-31" in reason.remedy()


def test_a_date_against_the_order_of_its_file_says_so() -> None:
	reason = Dates(MONTH_FIRST).why("31/1/2024", "Date")
	assert reason is not None
	assert reason.code == "date_against_order"
	assert "month first" in reason.sentence()


def test_a_date_that_exists_in_no_order_is_just_no_date() -> None:
	reason = Dates(MONTH_FIRST).why("31/31/2024", "Date")
	assert reason is not None
	assert reason.code == "unreadable_date"


def test_long_texts_are_cut_in_messages() -> None:
	reason = Dates().why("x" * 1000, "Date")
	assert reason is not None
	assert len(reason.sentence()) < 150


@pytest.mark.parametrize(
	("text", "amount"),
	[
		("1234.56", "1234.56"),
		("1,234.56", "1234.56"),
		("1.234,56", "1234.56"),
		("1 234,56", "1234.56"),
		("1\u00a0234,56", "1234.56"),
		("1\u202f234,56", "1234.56"),
		("1'234.50", "1234.50"),
		("1,234,567", "1234567"),
		("1.234.567", "1234567"),
		("1,23,456.78", "123456.78"),
		("1,234", "1234"),
		("1.234", "1.234"),
		("0,123", "0.123"),
		("12,5", "12.5"),
		("¥1,234.00", "1234.00"),
		("￥1,234", "1234"),
		("$ 99", "99"),
		("US$ 10", "10"),
		("€12,50", "12.50"),
		("12,50 €", "12.50"),
		("CNY 5", "5"),
		("5 元", "5"),
		("5.00 usd", "5.00"),
		("-5", "-5"),
		("5-", "-5"),
		("-$5", "-5"),
		("$-5", "-5"),
		("(5.00)", "-5.00"),
		("($5)", "-5"),
		("−5", "-5"),
		("１，２３４．５", "1234.5"),
		(".5", "0.5"),
		("5.", "5"),
		(" 7 ", "7"),
		("0", "0"),
		("007", "7"),
	],
)
def test_amounts_are_read_in_every_usual_form(text: str, amount: str) -> None:
	assert parse_amount(text) == Decimal(amount)
	assert Amounts()[text] == Decimal(amount)


@pytest.mark.parametrize(
	"text",
	[
		"NaN",
		"inf",
		"Infinity",
		"1e5",
		"1E+05",
		"1_000",
		"--5",
		"-(5)",
		"-5-",
		"1,2,3",
		"1 2 3",
		"1,234,56",
		"1234,567.00",
		"1.2.3.4",
		"5 apples",
		"#REF!",
		"100 CR",
		"=1+1",
		"1" * 100,
	],
)
def test_what_is_no_amount_is_not_read_and_says_why(text: str) -> None:
	amounts = Amounts()
	assert amounts[text] is None
	reason = amounts.why(text, "Amount")
	assert reason is None if text == "NaN" else reason is not None
	if reason:
		assert reason.code == "unreadable_amount"


def test_in_a_file_with_decimal_commas_a_comma_is_one() -> None:
	amounts = Amounts(",")
	assert amounts["1,234"] == Decimal("1.234")
	assert amounts["1.234"] == Decimal(1234)
	assert amounts["1234.5"] == Decimal("1234.5")


@pytest.mark.parametrize(
	("number", "mark"),
	[
		("1,234.5", "."),
		("1.234,5", ","),
		("1,5", ","),
		("1.5", "."),
		("1,234,567", "."),
		("1,234", None),
		("5", None),
	],
)
def test_the_decimal_mark_is_known_where_the_digits_leave_no_choice(number: str, mark: str | None) -> None:
	assert decimal_mark(number) == mark


@pytest.mark.parametrize("text", ["1000000000000000", "-1e15", "-1,000,000,000,000,000", "9" * 30])
def test_absurd_amounts_are_not_used(text: str) -> None:
	assert Amounts()[text] is None


def test_an_absurd_amount_says_why_and_the_largest_one_is_read() -> None:
	reason = Amounts().why("1000000000000000", "Amount")
	assert reason is not None
	assert reason.code == "absurd_amount"
	assert Amounts()["999999999999999.99"] == Decimal("999999999999999.99")


def test_currency_signs_are_counted() -> None:
	amounts = Amounts()
	assert [amounts[text] for text in ("¥1", "usd 2", "3")] == [1, 2, 3]
	assert dict(amounts.signs) == {"¥": 1, "USD": 1}


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False, allow_infinity=False))
def test_every_amount_is_read_back_from_every_form(amount: Decimal) -> None:
	grouped = f"{amount:,.2f}"
	european = grouped.translate(str.maketrans(",.", ".,"))
	assert parse_amount(str(amount)) == parse_amount(grouped) == parse_amount(european, ",") == amount
	assert Amounts()[str(amount)] == amount


@given(st.text())
def test_any_text_is_either_read_or_explained(text: str) -> None:
	for values in (Dates(), Amounts(), Amounts(",")):
		if values[text] is None and values.why(text, "Column") is None:
			assert len(text.strip()) < 12
		parse_yes(text)
		parse_state(text)


def test_a_full_cache_is_emptied_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr("customer_grading.preview.reading.values._CACHED", 2)
	amounts, dates = Amounts(), Dates()
	assert [amounts[str(number)] for number in range(10)] == list(range(10))
	assert [dates[f"2024-01-{day:02}"] for day in range(1, 10)] == [
		date(2024, 1, day) for day in range(1, 10)
	]
	assert len(amounts) <= 2
	assert len(dates) <= 2


@pytest.mark.parametrize(
	("text", "answer"),
	[
		("Yes", True),
		("1", True),
		("是", True),
		("TRUE", True),
		("No", False),
		("0", False),
		("否", False),
		("", False),
		("perhaps", None),
	],
)
def test_answers_are_understood(text: str, answer: bool | None) -> None:
	assert parse_yes(text) is answer


@pytest.mark.parametrize(
	("text", "need"),
	[
		("Clear", Need.CLEAR),
		("明确", Need.CLEAR),
		("潜在", Need.POTENTIAL),
		("none", Need.NONE),
		("无", Need.NONE),
		("x", None),
	],
)
def test_needs_are_understood(text: str, need: Need | None) -> None:
	assert parse_need(text) is need


@pytest.mark.parametrize(
	("text", "state"),
	[
		("Draft", State.DRAFT),
		("草案", State.DRAFT),
		("Cancelled", State.CANCELLED),
		("取消", State.CANCELLED),
		("已作废", State.CANCELLED),
		("Return", State.RETURN),
		("Paid", State.PAID),
		("已付款", State.PAID),
		("Partly Paid", State.OTHER),
		("Overdue", State.OTHER),
		("", State.OTHER),
	],
)
def test_states_are_understood(text: str, state: State) -> None:
	assert parse_state(text) is state


@pytest.mark.parametrize(
	("text", "state"),
	[
		("0", State.DRAFT),
		("1", State.OTHER),
		("2", State.CANCELLED),
		("Draft", State.DRAFT),
		("已取消", State.CANCELLED),
	],
)
def test_docstatus_is_understood_as_number_and_word(text: str, state: State) -> None:
	assert parse_docstatus(text) is state


@pytest.mark.parametrize(
	("text", "kind"),
	[
		("Receive", PaymentKind.RECEIVE),
		("收款", PaymentKind.RECEIVE),
		("", PaymentKind.RECEIVE),
		("Pay", PaymentKind.PAY),
		("支付", PaymentKind.PAY),
		("Internal Transfer", PaymentKind.INTERNAL),
		("内部转账", PaymentKind.INTERNAL),
	],
)
def test_kinds_of_payment_are_understood(text: str, kind: PaymentKind) -> None:
	assert parse_payment_kind(text) is kind


@pytest.mark.parametrize(
	("text", "is_one"), [("Customer", True), ("客户", True), ("", True), ("Supplier", False)]
)
def test_parties_are_told_apart(text: str, is_one: bool) -> None:
	assert is_customer_type(text) is is_one


@pytest.mark.parametrize(
	("text", "is_one"), [("Sales Order", True), ("销售订单", True), ("Sales Invoice", False)]
)
def test_references_are_told_apart(text: str, is_one: bool) -> None:
	assert is_order_type(text) is is_one
