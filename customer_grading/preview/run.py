"""One preview from input to files."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from customer_grading.preview.assumptions import assumptions
from customer_grading.preview.book import Account, Book, InputError, Reject
from customer_grading.preview.engine import replay_book
from customer_grading.preview.language import language_of
from customer_grading.preview.reader import read_book
from customer_grading.preview.replay import Terms
from customer_grading.preview.report import render
from customer_grading.preview.results import Findings
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
	"{0} customers, {1} invoices, {2} in all; {3} % of the money came on time.",
	"The report shows who did not pay.",
	customers=NUMBER,
	invoices=NUMBER,
	amount=MONEY,
	on_time_rate=PERCENT,
)
BACKTEST = explain(
	"run_backtest",
	"Of {0} late orders the policy would have held or refused {1}, and {2} that were paid on time.",
	"decisions.csv shows each of them.",
	late_orders=NUMBER,
	late_caught=NUMBER,
	on_time_restricted=NUMBER,
)
REJECTED = explain("run_rejected", "{0} rows could not be used.", "See {1}.", rejected=NUMBER, path=TEXT)
REPORT_AT = explain("run_report", "Report: {0}", "Open it in a browser.", path=TEXT)


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


def run(request: Request, progress: Callable[[int], object], elapsed: Callable[[], float]) -> list[str]:
	"""Read, replay and write all files; returns what to tell the user.

	The files appear in the folder together, when all are complete. Raises InputError and PolicyError, and
	OSError where a path cannot be read or written.
	"""
	language = language_of(request.lang)
	policy = read_policy(request.policy_file)
	request.out.mkdir(parents=True, exist_ok=True)
	book = _read(request, progress)
	as_of = request.as_of or book.last_day
	left_out = cut_after(book, as_of)
	if not any(account.invoices or account.orders for account in book.accounts.values()):
		_write_rejects(request, request.out, book.rejects)
		raise InputError(NOTHING_LEFT.because(book.rows_read, as_of, book.rows_dropped))
	assumed = list(assumptions(request.terms, as_of, request.as_of is not None, left_out))
	with tempfile.TemporaryDirectory(prefix=".preview-", dir=request.out) as name:
		folder = Path(name)
		findings = _replay(request, book, policy, as_of, folder, progress)
		_write_reports(request, book, policy, findings, assumed, folder)
		figures = summary(book, findings, request.terms, elapsed())
		(folder / "summary.json").write_text(json.dumps(figures, indent="\t") + "\n", encoding="utf-8")
		for written in sorted(folder.iterdir()):
			written.replace(request.out / written.name)
	return _headline(request, book, findings, language)


def read_policy(path: Path | None) -> Policy:
	"""The policy of a TOML file, or the shipped one. PolicyError, or OSError where it cannot be read."""
	if path is None:
		return Policy.default()
	try:
		return loads(path.read_text(encoding="utf-8-sig"))
	except UnicodeDecodeError:
		raise InputError(POLICY_ENCODING.because(str(path))) from None


def _read(request: Request, progress: Callable[[int], object]) -> Book:
	try:
		return read_book(request.source, request.mapping or {}, progress)
	except InputError as error:
		_write_rejects(request, request.out, error.rejects)
		raise


def cut_after(book: Book, as_of: date) -> int:
	"""Leave out every invoice and order after a day; returns how many. The replay ignores later money."""
	if as_of >= book.last_day:
		return 0
	before = book.invoices + book.orders
	for account in book.accounts.values():
		account.invoices = [invoice for invoice in account.invoices if invoice.date <= as_of]
		account.orders = [order for order in account.orders if order.date <= as_of]
	book.accounts = {name: account for name, account in book.accounts.items() if _has_begun(account, as_of)}
	return before - book.invoices - book.orders


def _has_begun(account: Account, as_of: date) -> bool:
	return bool(account.invoices or account.orders) or any(
		money.date <= as_of for money in account.on_account
	)


def _replay(
	request: Request, book: Book, policy: Policy, as_of: date, folder: Path, progress: Callable[[int], object]
) -> Findings:
	with (
		_csv(request, folder / "decisions.csv") as decisions,
		_csv(request, folder / "customers.csv") as customers,
	):
		decisions.write(rows_text([DECISION_COLUMNS]))
		customers.write(rows_text([CUSTOMER_COLUMNS]))
		writes = decisions.write, customers.write
		return replay_book(book, policy, as_of, request.terms, request.lang, *writes, progress)


def _write_reports(
	request: Request, book: Book, policy: Policy, findings: Findings, assumed: Sequence[Reason], folder: Path
) -> None:
	language = language_of(request.lang)
	_write_rejects(request, folder, book.rejects)
	with (folder / "report.html").open("w", encoding="utf-8") as report:
		report.writelines(render(findings, book, policy, language, request.lang, assumed))


def _write_rejects(request: Request, folder: Path, rejects: Sequence[Reject]) -> None:
	with _csv(request, folder / "rejected.csv") as rejected:
		rejected.write(rows_text([REJECT_COLUMNS]))
		rejected.write(reject_rows(rejects, language_of(request.lang)))


def _csv(request: Request, path: Path) -> TextIO:
	# Spreadsheets on a Chinese system take a file without a mark for GBK.
	encoding = "utf-8" if request.lang == "en" else "utf-8-sig"
	return path.open("w", encoding=encoding, newline="")


def _headline(request: Request, book: Book, findings: Findings, language: Language) -> list[str]:
	backtest = findings.backtest
	everything, restricted = backtest.all_orders, backtest.restricted
	invoiced = sum((standing.total_sales for standing in findings.standings), Decimal(0))
	on_time = Decimal(str(round(100 * (everything.on_time_rate or 0), 1)))
	lines = [
		HEADLINE.because(len(findings.standings), book.invoices, invoiced, on_time),
		BACKTEST.because(everything.late_orders, restricted.late_orders, restricted.on_time_orders),
	]
	if book.rows_dropped:
		lines.append(REJECTED.because(book.rows_dropped, str(request.out / "rejected.csv")))
	lines.append(REPORT_AT.because(str(request.out / "report.html")))
	return [line.sentence(language) for line in lines]
