"""One preview from input to files."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from customer_grading.preview.assumptions import LATER_LEFT_OUT, PAYMENTS_UNKNOWN, assumptions
from customer_grading.preview.book import Account, Book, InputError, Reject
from customer_grading.preview.language import language_of
from customer_grading.preview.reading.reader import read_book
from customer_grading.preview.replay.decisions import Terms
from customer_grading.preview.replay.engine import crew, replay_book
from customer_grading.preview.replay.results import Findings
from customer_grading.preview.report.page import render
from customer_grading.preview.summary import summary
from customer_grading.preview.writers import (
	CUSTOMER_COLUMNS,
	DECISION_COLUMNS,
	REJECT_COLUMNS,
	reject_rows,
	rows_text,
)
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import loads
from customer_grading.rules.reasons import DATE, MONEY, NUMBER, PERCENT, TEXT, Language, Reason, explain

NOTHING_LEFT = explain(
	"input_nothing_left",
	"No invoice and no order is left of {0} rows up to {1}; {2} rows were rejected.",
	"See rejected.csv for the reasons, or choose a later --as-of.",
	rows=NUMBER,
	as_of=DATE,
	rejected=NUMBER,
)
POLICY_ENCODING = explain(
	"policy_encoding", "The policy file {0} is not UTF-8 text.", "Save it as UTF-8.", path=TEXT
)
HEADLINE = explain(
	"run_headline",
	"{0} customers, {1} invoices, {2} in all.",
	"The report shows them.",
	customers=NUMBER,
	invoices=NUMBER,
	amount=MONEY,
)
ON_TIME = explain(
	"run_on_time",
	"{0} % of the money that can be judged came on time.",
	"The report shows who did not pay.",
	on_time_rate=PERCENT,
)
NOT_JUDGED = explain(
	"run_not_judged",
	"No payment can be judged, because nothing fell due or no file says when it was paid.",
	"Add the day of payment to the invoices, or a file of payments.",
)
BACKTEST = explain(
	"run_backtest",
	"Of {0} late orders the policy would have held or refused {1}, and {2} that were paid on time.",
	"decisions.csv shows each of them.",
	late_orders=NUMBER,
	late_caught=NUMBER,
	on_time_restricted=NUMBER,
)
REJECTED = explain(
	"run_rejected",
	"{0} rows could not be used: see {1}.",
	"Correct them and run again.",
	rejected=NUMBER,
	path=TEXT,
)
REPORT_AT = explain("run_report", "Report: {0}", "Open it in a browser.", path=TEXT)

NOT_UNICODE = "backslashreplace"
"""What becomes of bytes in the name of a file that are not text."""


@dataclass(frozen=True)
class Request:
	"""What a preview is asked to do. `as_of` None: the last day of the files."""

	source: Path
	out: Path
	policy_file: Path | None = None
	mapping: Mapping[str, str] | None = None
	as_of: date | None = None
	terms: Terms = Terms.POLICY
	lang: str = "en"


@dataclass(frozen=True)
class Job:
	"""A request with all that was read for it. `left_out`: documents after the day of the report."""

	request: Request
	book: Book
	policy: Policy
	as_of: date
	left_out: int

	@property
	def language(self) -> Language:
		"""The language of the files."""
		return language_of(self.request.lang)


def run(request: Request, progress: Callable[[int], object], elapsed: Callable[[], float]) -> list[str]:
	"""Read, replay and write all files; returns what to tell the user.

	The files appear in the folder together, when all are complete. Raises InputError and PolicyError, and
	OSError where a path cannot be read or written.
	"""
	policy = read_policy(request.policy_file)
	request.out.mkdir(parents=True, exist_ok=True)
	with crew(_size(request.source)) as pool:
		return _run(request, policy, progress, elapsed, pool)


def _size(source: Path) -> int:
	"""Bytes of a file, or of all files of a folder; 0 where there is nothing, which the reader will tell."""
	files = source.iterdir() if source.is_dir() else [source]
	return sum(file.stat().st_size for file in files if file.is_file())


def _run(
	request: Request,
	policy: Policy,
	progress: Callable[[int], object],
	elapsed: Callable[[], float],
	pool: Executor | None,
) -> list[str]:
	book = _read(request, progress)
	as_of = request.as_of or book.last_day
	left_out = cut_after(book, as_of)
	job = Job(request, book, policy, as_of, left_out)
	if not any(account.invoices or account.orders for account in book.accounts.values()):
		_write_rejects(request, request.out, book.rejects)
		raise InputError(NOTHING_LEFT.because(book.rows_read, as_of, book.rows_dropped))
	with tempfile.TemporaryDirectory(prefix=".preview-", dir=request.out) as name:
		folder = Path(name)
		findings = _replay(job, folder, progress, pool)
		_write_reports(job, findings, folder)
		figures = summary(book, findings, request.terms, elapsed())
		(folder / "summary.json").write_text(json.dumps(figures, indent="\t") + "\n", encoding="utf-8")
		for written in sorted(folder.iterdir()):
			written.replace(request.out / written.name)
	return _headline(job, findings)


def read_policy(path: Path | None) -> Policy:
	"""The policy of a TOML file, or the shipped one. PolicyError, or OSError where it cannot be read."""
	if path is None:
		return Policy.default()
	try:
		return loads(path.read_text(encoding="utf-8-sig"))
	except UnicodeDecodeError:
		raise InputError(POLICY_ENCODING.because(str(path))) from None


def _read(request: Request, progress: Callable[[int], object]) -> Book:
	so_far = 0

	def tell(rows: int) -> None:
		nonlocal so_far
		progress(rows - so_far)
		so_far = rows

	try:
		return read_book(request.source, request.mapping or {}, tell)
	except InputError as error:
		# Without any, those of an earlier run stay beside its report.
		if error.rejects:
			_write_rejects(request, request.out, error.rejects)
		raise


def cut_after(book: Book, as_of: date) -> int:
	"""Leave out every invoice and order after a day; returns how many. The replay ignores later money."""
	if as_of >= book.last_day:
		return 0
	before = book.invoices + book.orders
	begun = {name: account for name, account in book.accounts.items() if _has_begun(account, as_of)}
	for account in begun.values():
		_cut_account(account, as_of)
	book.accounts = begun
	book.count()
	return before - book.invoices - book.orders


def _has_begun(account: Account, as_of: date) -> bool:
	"""Whether a customer was known by a day; those that only the file of customers names have no day."""
	days = [invoice.date for invoice in account.invoices] + [order.date for order in account.orders]
	days += [money.date for money in account.on_account]
	days += [money.date for invoice in account.invoices for money in invoice.receipts]
	return not days or min(days) <= as_of


def _cut_account(account: Account, as_of: date) -> None:
	"""Money that had come by the day for an invoice after it was, on that day, money on account."""
	later = [invoice for invoice in account.invoices if invoice.date > as_of]
	advances = [money for invoice in later for money in invoice.receipts if money.date <= as_of]
	account.on_account = [*account.on_account, *advances]
	account.invoices = [invoice for invoice in account.invoices if invoice.date <= as_of]
	account.orders = [order for order in account.orders if order.date <= as_of]


def _replay(job: Job, folder: Path, progress: Callable[[int], object], pool: Executor | None) -> Findings:
	request = job.request
	with (
		_csv(request, folder / "decisions.csv") as decisions,
		_csv(request, folder / "customers.csv") as customers,
	):
		decisions.write(rows_text([DECISION_COLUMNS]))
		customers.write(rows_text([CUSTOMER_COLUMNS]))
		writes = decisions.write, customers.write
		told = job.book, job.policy, job.as_of, request.terms, request.lang
		return replay_book(*told, *writes, progress, pool)


def _write_reports(job: Job, findings: Findings, folder: Path) -> None:
	request = job.request
	assumed = list(assumptions(request.terms, job.as_of, request.as_of is not None, job.left_out))
	_write_rejects(request, folder, job.book.rejects)
	with (folder / "report.html").open("w", encoding="utf-8", errors=NOT_UNICODE) as report:
		report.writelines(render(findings, job.book, job.policy, job.language, request.lang, assumed))


def _write_rejects(request: Request, folder: Path, rejects: Sequence[Reject]) -> None:
	with _csv(request, folder / "rejected.csv") as rejected:
		rejected.write(rows_text([REJECT_COLUMNS]))
		rejected.write(reject_rows(rejects, language_of(request.lang)))


def _csv(request: Request, path: Path) -> TextIO:
	# Spreadsheets on a Chinese system take a file without a mark for GBK.
	encoding = "utf-8" if request.lang == "en" else "utf-8-sig"
	return path.open("w", encoding=encoding, errors=NOT_UNICODE, newline="")


def _on_time(rate: float | None) -> Reason:
	if rate is None:
		return NOT_JUDGED.because()
	return ON_TIME.because(Decimal(str(round(100 * rate, 1))))


def _headline(job: Job, findings: Findings) -> list[str]:
	book, out, backtest = job.book, job.request.out, findings.backtest
	everything, restricted = backtest.all_orders, backtest.restricted
	invoiced = sum((standing.total_sales for standing in findings.standings), Decimal(0))
	lines = [
		HEADLINE.because(len(findings.standings), book.invoices, invoiced),
		_on_time(everything.on_time_rate),
		BACKTEST.because(everything.late_orders, restricted.late_orders, restricted.on_time_orders),
	]
	if unknown := backtest.unknown.orders:
		lines.append(PAYMENTS_UNKNOWN.because(unknown, everything.orders))
	if job.left_out:
		lines.append(LATER_LEFT_OUT.because(job.left_out, job.as_of))
	if book.rows_dropped:
		lines.append(REJECTED.because(book.rows_dropped, str(out / "rejected.csv")))
	lines.append(REPORT_AT.because(str(out / "report.html")))
	return [line.sentence(job.language) for line in lines]
