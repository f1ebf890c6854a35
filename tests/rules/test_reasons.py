"""How an answer explains itself."""

import copy
import pickle
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.options import CreditTier
from customer_grading.rules.order import OVERDUE
from customer_grading.rules.reasons import (
	DATE,
	ENGLISH,
	MONEY,
	NUMBER,
	PERCENT,
	TEXT,
	WORD,
	Explanation,
	Kind,
	Language,
	Value,
	declared,
	explain,
	plain,
)

EVERY_KIND = Explanation(
	"test_every_kind",
	"{0}, {1}, {2}, {3}, {4}, {5}.",
	"Only {0}.",
	tuple((kind.value, kind) for kind in (MONEY, PERCENT, NUMBER, DATE, WORD, TEXT)),
)
VALUES: tuple[Value, ...] = (
	Decimal("1234.5"),
	Decimal("96.40"),
	12000,
	date(2024, 2, 29),
	CreditTier.A,
	"{0}",
)
CHINESE = {"Only {0}.": "只有{0}。", "A": "甲", "{0}, {1}, {2}, {3}, {4}, {5}.": "{4}:{0}"}


def test_each_kind_of_number_is_written_in_its_own_way() -> None:
	assert EVERY_KIND.because(*VALUES).sentence() == "1,234.50, 96.4, 12,000, 2024-02-29, A, {0}."


def test_a_remedy_may_leave_out_what_the_sentence_says() -> None:
	assert EVERY_KIND.because(*VALUES).remedy() == "Only 1,234.50."


def test_a_reason_has_its_code_and_its_numbers_by_name() -> None:
	reason = OVERDUE.because(Decimal(7), 3)
	assert reason.code == "order_overdue"
	assert reason.numbers == {"overdue": Decimal(7), "oldest_days": 3}


def test_a_language_may_put_the_places_in_another_order_and_translates_words_but_no_text() -> None:
	language = Language(lambda text: CHINESE.get(text, text))
	reason = EVERY_KIND.because(*VALUES)
	assert reason.sentence(language) == "甲:1,234.50"
	assert reason.remedy(language) == "只有1,234.50。"


def test_text_of_users_is_never_taken_for_a_place() -> None:
	reason = explain("test_text", "Said: {0}.", "Ask {0}.", said=TEXT).because("{0} {missing} {")
	assert reason.sentence() == "Said: {0} {missing} {."


@pytest.mark.parametrize("values", [(), (Decimal(1),), (Decimal(1), 2, 3)])
def test_a_reason_with_too_few_or_too_many_values_is_refused_when_it_is_read(
	values: tuple[Value, ...],
) -> None:
	reason = OVERDUE.because(*values)
	with pytest.raises(ValueError, match="zip"):
		reason.sentence()
	with pytest.raises(ValueError, match="zip"):
		_ = reason.numbers


@pytest.mark.parametrize(
	("value", "written"),
	[
		(Decimal("96.40"), "96.4"),
		(Decimal(100), "100"),
		(Decimal(0), "0"),
		(10, "10"),
		(1_000_000, "1,000,000"),
		(Decimal("0.005"), "0"),
		(Decimal("33.333"), "33.33"),
		(Decimal("-2.50"), "-2.5"),
	],
)
def test_numbers_lose_the_zeros_that_say_nothing(value: Decimal | int, written: str) -> None:
	assert plain(value) == written


@given(st.integers(-(10**18), 10**18))
def test_no_zero_of_a_whole_number_is_lost(number: int) -> None:
	assert int(plain(number).replace(",", "")) == number
	assert int(plain(Decimal(number)).replace(",", "")) == number


@given(st.text(), st.sampled_from(Kind))
def test_a_text_is_written_as_it_is_where_it_is_no_number(text: str, kind: Kind) -> None:
	if kind is not MONEY:
		assert ENGLISH.write(text, kind) == text


def test_a_code_is_declared_once() -> None:
	explain("test_once", "One.", "None.")
	explain("test_once", "One.", "None.")
	with pytest.raises(ValueError, match="test_once is declared twice"):
		explain("test_once", "Another.", "None.")


def test_an_explanation_is_found_by_its_code() -> None:
	assert declared("order_overdue") is OVERDUE
	with pytest.raises(KeyError):
		declared("nowhere")


def test_reasons_travel_between_processes_and_stay_the_same() -> None:
	reason = OVERDUE.because(Decimal(7), 3)
	arrived = pickle.loads(pickle.dumps(reason))  # noqa: S301  (our own bytes)
	assert arrived == reason
	assert arrived.explanation is OVERDUE
	assert copy.deepcopy(reason) == reason


def test_reasons_cannot_be_changed() -> None:
	with pytest.raises(AttributeError):
		OVERDUE.because(Decimal(7), 3).values = ()  # type: ignore[misc]
	with pytest.raises(AttributeError):
		OVERDUE.code = "other"  # type: ignore[misc]


def test_an_explanation_travels_by_its_code_and_is_the_same_one_again() -> None:
	reason = OVERDUE.because(Decimal("12.50"), 3)
	arrived = pickle.loads(pickle.dumps((OVERDUE, reason)))  # noqa: S301  (made here)
	assert arrived == (OVERDUE, reason)
	assert arrived[0] is OVERDUE
	assert b"stops new credit" not in pickle.dumps((OVERDUE, reason))
