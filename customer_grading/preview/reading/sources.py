"""Which files a path stands for: one file of invoices, or a folder with a file of each kind."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from customer_grading.preview.book import InputError
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.columns import FileKind, squeeze

_ENDINGS = frozenset((".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls"))
# fmt: off
_NAMES: Mapping[FileKind, tuple[str, ...]] = {
	FileKind.INVOICES: (
		"invoices", "invoice", "Sales Invoice", "Sales Invoices", "销售发票", "销售费用清单", "发票",
	),
	FileKind.ORDERS: ("orders", "order", "Sales Order", "Sales Orders", "销售订单", "订单"),
	FileKind.PAYMENTS: (
		"payments", "payment", "Payment Entry", "Payment Entries", "收付款", "收付款凭证", "付款凭证", "收款",
		"回款",
	),
	FileKind.CUSTOMERS: ("customers", "customer", "客户", "顾客", "客户档案"),
}
# fmt: on
_KINDS = {squeeze(name): kind for kind, names in _NAMES.items() for name in names}
_COPY = re.compile(r"(?:[\s_(.-]*\d[\d\s_().:-]*)+$")
"""What programs put behind a name: a date, or the number of a copy."""


def find_files(source: Path) -> dict[FileKind, Path]:
	"""The file of each kind. InputError if there are no invoices, or more than one file of a kind."""
	if source.is_file():
		return {FileKind.INVOICES: source}
	if not source.is_dir():
		raise InputError(messages.NO_SUCH_SOURCE.because(str(source)))
	found: dict[FileKind, list[Path]] = {}
	for kind, path in _recognised(source):
		found.setdefault(kind, []).append(path)
	return _one_of_each(source, found)


def unread(source: Path, read: Collection[Path]) -> list[str]:
	"""The names of the tables in a folder that are not read; none where the source is a file."""
	return [path.name for path in _tables(source) if path not in read] if source.is_dir() else []


def _recognised(folder: Path) -> Iterator[tuple[FileKind, Path]]:
	for path in _tables(folder):
		if kind := _KINDS.get(squeeze(_COPY.sub("", path.stem))):
			yield kind, path


def _tables(folder: Path) -> Iterator[Path]:
	for path in sorted(folder.iterdir()):
		# Names like ~$invoices.xlsx are what Excel writes beside a workbook that is open.
		is_shown = not path.name.startswith(("~", "."))
		if is_shown and path.suffix.lower() in _ENDINGS and path.is_file():
			yield path


def _one_of_each(folder: Path, found: Mapping[FileKind, list[Path]]) -> dict[FileKind, Path]:
	for kind, paths in found.items():
		if len(paths) > 1:
			names = ", ".join(path.name for path in paths)
			raise InputError(messages.SEVERAL_FILES.because(str(folder), kind, names))
	if FileKind.INVOICES not in found:
		raise InputError(messages.NO_INVOICE_FILE.because(str(folder)))
	return {kind: found[kind][0] for kind in FileKind if kind in found}
