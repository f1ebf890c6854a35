"""A file is what its content says."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from customer_grading.rules.file_kind import TAIL, kind_of
from customer_grading.rules.options import FileKind

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.mark.parametrize(
	("content", "kind"),
	[
		(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", FileKind.PNG),
		(b"\xff\xd8\xff\xe0\0\x10JFIF", FileKind.JPEG),
		(b"RIFF\x24\0\0\0WEBPVP8 ", FileKind.WEBP),
		(PDF, FileKind.PDF),
		(b"", None),
		(b"<script>alert(1)</script>", None),
		(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
		(b"GIF89a", None),
		(b"MZ\x90\0", None),
		(b"RIFF\x24\0\0\0AVI LIST", None),
		(b"%PDF-1.7\nno end", None),
		(b"%PDF-1.7\n%%EOF" + b" " * TAIL, None),
		(b" " + PDF, None),
		(b"PK\x03\x04", None),
	],
)
def test_a_kind_is_told_by_the_first_bytes(content: bytes, kind: FileKind | None) -> None:
	assert kind_of(content) is kind


@given(some.binary())
def test_no_bytes_at_all_are_too_strange_to_be_judged(content: bytes) -> None:
	assert kind_of(content) in (None, *FileKind)


@given(some.text())
def test_text_is_no_file_that_is_taken(text: str) -> None:
	assert kind_of(text.encode("utf-8", "replace")) in (None, FileKind.PDF)
