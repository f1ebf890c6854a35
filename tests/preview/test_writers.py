"""The files that a preview writes can be opened by a spreadsheet without harm and without loss."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal

import findings
import pytest
from books import account, bill, decisions, on, replay, sale
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.preview.book import Reject
from customer_grading.preview.language import language_of
from customer_grading.preview.writers import (
	CUSTOMER_COLUMNS,
	DECISION_COLUMNS,
	REJECT_COLUMNS,
	customer_rows,
	decision_rows,
	limit_text,
	money,
	reject_rows,
	rows_text,
	safe,
	yes_no,
)
from customer_grading.rules.credit_limit import UNLIMITED, CreditLimit
from customer_grading.rules.reasons import ENGLISH, TEXT, explain

CITED = explain("test_cited", "{0} is no amount.", "{0} must be a number.", value=TEXT)


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_text_that_a_spreadsheet_would_run_is_quoted(start: str) -> None:
	assert safe(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["Delta Fittings", "杭州远洋纺织", "A=B", " 1", "'=1", "3M"])
def test_other_text_stays_as_it_is(text: str) -> None:
	assert safe(text) == text


def test_no_text_is_an_empty_cell() -> None:
	assert safe(None) == ""
	assert safe("") == ""


@pytest.mark.parametrize(
	("amount", "text"),
	[
		("12.34", "12.34"),
		("12", "12.00"),
		("12.3", "12.30"),
		("12.345", "12.34"),
		("0", "0.00"),
		("-7.5", "-7.50"),
		("1E+3", "1000.00"),
		("123456789012.99", "123456789012.99"),
	],
)
def test_amounts_have_two_decimals(amount: str, text: str) -> None:
	assert money(Decimal(amount)) == text


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_an_amount_in_cents_is_written_without_loss(amount: Decimal) -> None:
	assert Decimal(money(amount)) == amount


def test_an_amount_that_is_not_known_is_an_empty_cell() -> None:
	assert money(None) == ""


def test_a_truth_is_yes_or_no() -> None:
	assert (yes_no(True), yes_no(False)) == ("yes", "no")


def test_no_limit_is_not_the_same_as_a_limit_of_nothing() -> None:
	assert limit_text(UNLIMITED) == "unlimited"
	assert limit_text(CreditLimit(Decimal(0))) == "0.00"


def test_rows_are_read_back_as_they_were() -> None:
	row = ['a "quoted" word', "two\nlines", "comma, semicolon;", "é中"]
	assert list(csv.reader(rows_text([row]).splitlines(keepends=True))) == [row]


def test_the_columns_of_the_decisions_are_those_of_the_manual() -> None:
	told = "date customer order amount terms_days tier provisional outcome reason_codes reason"
	happened = "really_happened settled_on days_late late_amount"
	assert [*told.split(), *happened.split()] == DECISION_COLUMNS


def test_the_columns_of_the_customers_hold_the_grade_summary_form() -> None:
	form = "no customer salesperson score coefficient average_monthly_sales fulfilment_rate credit_limit"
	more = "tier value_class typical_order category exposure overdue oldest_overdue_days reasons grade"
	assert {*form.split(), *more.split()} <= set(CUSTOMER_COLUMNS)
	assert len(set(CUSTOMER_COLUMNS)) == len(CUSTOMER_COLUMNS)


def test_the_columns_of_the_rejects_say_where_and_why() -> None:
	assert REJECT_COLUMNS == ["file", "line", "column", "value", "why", "remedy"]


def test_a_decision_is_one_row() -> None:
	decided = decisions(account(bill("-1", 5, due=20, amount=70, paid=29), customer="=A1"), as_of=100)
	(row,) = csv.DictReader(decision_rows(decided.values(), ENGLISH).splitlines(), DECISION_COLUMNS)
	assert row == {
		"date": "2023-11-25",
		"customer": "'=A1",
		"order": "'-1",
		"amount": "70.00",
		"terms_days": "15",
		"tier": "B",
		"provisional": "yes",
		"outcome": "Hold",
		"reason_codes": "order_cash_on_delivery",
		"reason": "Tier B pays cash on delivery: the goods wait until it is known "
		"that the customer has 70.00 ready.",
		"really_happened": "Paid late",
		"settled_on": "2023-12-19",
		"days_late": "9",
		"late_amount": "70.00",
	}


def test_what_is_not_known_of_an_order_is_an_empty_cell() -> None:
	decided = decisions(account(orders=[sale()]))
	(row,) = csv.DictReader(decision_rows(decided.values(), ENGLISH).splitlines(), DECISION_COLUMNS)
	assert (row["terms_days"], row["settled_on"], row["really_happened"]) == ("", "", "Not billed")
	assert (row["days_late"], row["late_amount"]) == ("0", "0.00")


def test_all_reasons_of_a_decision_are_told() -> None:
	decided = decisions(account(bill("SI-1", due=10), bill("SI-2", 50)))
	_, row = csv.DictReader(decision_rows(decided.values(), ENGLISH).splitlines(), DECISION_COLUMNS)
	assert row["reason_codes"] == "order_pay_before_order order_overdue"
	assert row["reason"] == (
		"Tier D pays before the order: 100.00 of it is not covered by money on account. "
		"100.00 is overdue, the oldest for 40 days; that stops new credit."
	)


def test_a_standing_is_one_row() -> None:
	standing = replay(account(bill(due=30), customer="Anders"), as_of=60).standing()
	standing = replace(standing, salesperson="@Li Na", group="+Agent")
	text = customer_rows([standing, standing], 7, ENGLISH)
	row, second = csv.DictReader(text.splitlines(), CUSTOMER_COLUMNS)
	assert (row["no"], second["no"]) == ("7", "8")
	assert (row["customer"], row["salesperson"], row["group"]) == ("Anders", "'@Li Na", "'+Agent")
	assert (row["tier"], row["tier_since"], row["provisional"]) == ("D", on(31).isoformat(), "no")
	assert (row["fulfilment_rate"], row["average_monthly_sales"]) == ("0.00", "33.33")
	assert (row["credit_limit"], row["typical_order"]) == ("0.00", "100.00")
	assert (row["exposure"], row["overdue"], row["oldest_overdue_days"]) == ("100.00", "100.00", "30")
	assert (row["category"], row["visit_days"], row["last_order"]) == ("New", "14", "2023-11-20")
	assert row["reason_codes"].split()[:2] == ["tier_arrears", "tier_since"]
	assert row["reasons"].startswith("100.00 is past due, the oldest for 30 days. Tier D holds since")


def test_a_customer_of_whom_little_is_known_has_empty_cells() -> None:
	standing = replay(account()).standing()
	(row,) = csv.DictReader(customer_rows([standing], 1, ENGLISH).splitlines(), CUSTOMER_COLUMNS)
	for column in ("fulfilment_rate", "typical_order", "category", "visit_days", "last_order", "salesperson"):
		assert row[column] == ""


def test_unlimited_credit_is_told_in_words() -> None:
	standing = findings.unlimited(findings.standing())
	(row,) = csv.DictReader(customer_rows([standing], 1, ENGLISH).splitlines(), CUSTOMER_COLUMNS)
	assert row["credit_limit"] == "unlimited"


def test_a_rejected_row_is_quoted_in_every_cell() -> None:
	reject = Reject("=a.csv", 3, "+Amount", "-x", CITED.because("=HYPERLINK(1)"))
	(row,) = csv.DictReader(reject_rows([reject], ENGLISH).splitlines(), REJECT_COLUMNS)
	assert row == {
		"file": "'=a.csv",
		"line": "3",
		"column": "'+Amount",
		"value": "'-x",
		"why": "'=HYPERLINK(1) is no amount.",
		"remedy": "'=HYPERLINK(1) must be a number.",
	}


def test_chinese_rows_tell_in_chinese() -> None:
	chinese = language_of("zh")
	decided = decisions(account(bill("SI-1", due=10)), as_of=60)
	(row,) = csv.DictReader(decision_rows(decided.values(), chinese).splitlines(), DECISION_COLUMNS)
	assert row["outcome"] == "Hold"
	assert not row["really_happened"].isascii()
	assert not row["reason"].isascii()


def test_texts_that_the_catalogue_lacks_stay_english() -> None:
	assert language_of("zh").translate("No such text.") == "No such text."
	assert language_of("en") is ENGLISH


def test_dates_are_written_as_iso() -> None:
	assert rows_text([[date(2024, 2, 29), True, None, Decimal("1.50")]]) == "2024-02-29,True,,1.50\n"
