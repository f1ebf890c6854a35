"""What a file is, told by its content and never by its name."""

from customer_grading.rules.options import FileKind

TAIL = 1024
"""So many bytes of the end of a PDF must hold its end mark."""


def kind_of(content: bytes) -> FileKind | None:
	"""The kind of a file that may be taken from outside; None for whatever else it is."""
	if content.startswith(b"\x89PNG\r\n\x1a\n"):
		return FileKind.PNG
	if content.startswith(b"\xff\xd8\xff"):
		return FileKind.JPEG
	if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
		return FileKind.WEBP
	if content.startswith(b"%PDF-") and b"%%EOF" in content[-TAIL:]:
		return FileKind.PDF
	return None
