"""What people outside type is kept as they mean it, without what only computers read."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from customer_grading.rules.outside_text import UNWANTED, clean, one_line


@pytest.mark.parametrize(
	("typed", "kept"),
	[
		("The valve leaks.", "The valve leaks."),
		("  阀门漏水　两次 \r\n", "阀门漏水　两次"),
		("a\r\nb\rc", "a\nb\nc"),
		("a\n\n\n\n\nb", "a\n\nb"),
		("a\0b\x1b[31mc\x7f", "ab[31mc"),
		("invoice\u202efdp.exe", "invoicefdp.exe"),
		("half \ud83d only", "half  only"),
		("👩‍🔧 came", "👩‍🔧 came"),
		("<script>alert(1)</script>", "<script>alert(1)</script>"),
		(" \t\n ", ""),
	],
)
def test_only_what_nobody_reads_is_taken_out(typed: str, kept: str) -> None:
	assert clean(typed) == kept


def test_a_subject_is_one_line() -> None:
	assert one_line("Leaks\r\nBcc: all@example.com\t now") == "Leaks Bcc: all@example.com now"


@given(some.text())
def test_clean_text_stays_as_it_is_and_can_be_stored(typed: str) -> None:
	kept = clean(typed)
	assert clean(kept) == kept
	assert not UNWANTED.search(kept)
	kept.encode("utf-8")
	assert len(one_line(typed)) <= len(kept)
