"""Files that come from outside: taken for what their content says, kept private, or refused."""

from collections.abc import Iterable
from io import BytesIO
from typing import NamedTuple, Protocol

import frappe
from frappe import _
from PIL import Image
from pypdf import PdfReader

from customer_grading.records import setting
from customer_grading.rules.file_kind import kind_of
from customer_grading.rules.options import FileKind

MEGABYTE = 1024 * 1024
MOST_PIXELS = 64_000_000
"""More than cameras of telephones make by themselves; an image of more would cost those who open it."""
DECODERS = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG", FileKind.WEBP: "WEBP"}


class UploadRefusedError(frappe.ValidationError):
	"""A file that is not taken."""

	http_status_code = 422


class TooManyFilesError(UploadRefusedError):
	"""More files than a complaint may bring."""


class FileTooLargeError(UploadRefusedError):
	"""A file that is too large."""

	http_status_code = 413


class FileKindError(UploadRefusedError):
	"""A file that is neither image nor PDF, whatever its name says."""

	http_status_code = 415


class DamagedFileError(UploadRefusedError):
	"""A file that begins like an image or a PDF, and cannot be read as one."""


class Stream(Protocol):
	"""What can be read."""

	def read(self, size: int = -1, /) -> bytes:
		"""The next bytes."""


class Upload(NamedTuple):
	"""A file that was found good."""

	kind: FileKind
	content: bytes


def checked(streams: Iterable[Stream]) -> list[Upload]:
	"""The files, in their order, each once. Raises an UploadRefusedError for the first that is not taken.

	Nothing is stored yet, and what a browser calls them is not looked at.
	"""
	limit = setting.number("outside_file_mb") * MEGABYTE
	contents = [content for stream in streams if (content := stream.read(limit + 1))]
	distinct = list(dict.fromkeys(contents))
	_must_be_few(len(distinct))
	for content in distinct:
		_must_be_small(content, limit)
	return [Upload(_kind(content), content) for content in distinct]


def _must_be_few(number: int) -> None:
	most = setting.number("outside_files")
	if number > most:
		message = _("You can send at most {0} files, and these are {1}. Choose the most important ones.")
		frappe.throw(message.format(most, number), TooManyFilesError, title=_("Too Many Files"))


def _must_be_small(content: bytes, limit: int) -> None:
	if len(content) > limit:
		message = _("A file is larger than {0} MB. Make the photo smaller, or leave it out.")
		frappe.throw(message.format(limit // MEGABYTE), FileTooLargeError, title=_("File Too Large"))


def _kind(content: bytes) -> FileKind:
	kind = kind_of(content)
	if kind is None:
		frappe.throw(
			_("A file is not taken. Send photos (JPEG, PNG, WebP) or PDF documents."),
			FileKindError,
			title=_("File Not Taken"),
		)
	try:
		is_sound = _is_sound(kind, content)
	except Exception:  # noqa: BLE001  (whatever a decoder raises for bytes that strangers have made)
		is_sound = False
	if not is_sound:
		_refuse_damaged()
	return kind


def _refuse_damaged() -> None:
	frappe.throw(
		_("A file cannot be read. Take the photo again, or save the document anew as PDF."),
		DamagedFileError,
		title=_("File Cannot Be Read"),
	)


def _is_sound(kind: FileKind, content: bytes) -> bool:
	"""Whether a file can be read as what it says it is; decoders raise all kinds of errors besides."""
	if kind is FileKind.PDF:
		return _is_sound_pdf(content)
	# Only the decoder of the kind is asked: others would take what merely looks like it.
	with Image.open(BytesIO(content), formats=[DECODERS[kind]]) as image:
		if image.width * image.height > MOST_PIXELS:
			return False
		image.verify()
	return True


def _is_sound_pdf(content: bytes) -> bool:
	"""With pages to look at, and without programs, as far as that can be seen."""
	reader = PdfReader(BytesIO(content))
	names = reader.trailer["/Root"].get("/Names") or {}
	return b"/JavaScript" not in content and "/JavaScript" not in names and len(reader.pages) > 0


def attach(uploads: Iterable[Upload], doctype: str, name: str) -> list[str]:
	"""Keep files with a document, so that only those see them who may read it; their addresses."""
	return [_attach(upload, doctype, name) for upload in uploads]


def _attach(upload: Upload, doctype: str, name: str) -> str:
	file = frappe.get_doc(
		{
			"doctype": "File",
			# A name of our own: what strangers call a file is not repeated anywhere.
			"file_name": f"{frappe.scrub(name)}-{frappe.generate_hash(length=12)}.{upload.kind}",
			"attached_to_doctype": doctype,
			"attached_to_name": name,
			"is_private": 1,
			"content": upload.content,
		}
	)
	# Whoever complains from outside may not write complaints; the complaint itself was checked.
	return file.insert(ignore_permissions=True).file_url
