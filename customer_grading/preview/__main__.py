"""The command `python -m customer_grading.preview`."""

import argparse
import io
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tqdm import tqdm

from customer_grading.preview.book import InputError
from customer_grading.preview.language import LANGUAGES, language_of
from customer_grading.preview.memory import collector_off
from customer_grading.preview.reading.values import EARLIEST, LATEST
from customer_grading.preview.replay.decisions import Terms
from customer_grading.preview.run import NOT_UNICODE, Request, run
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import dumps
from customer_grading.rules.reasons import TEXT, Reason, explain
from customer_grading.rules.settings import PolicyError

UNUSABLE = 2
"""Exit code where nothing usable was given or is left."""

BAD_MAP = explain(
	"cli_map",
	"--map {0} is not of the form column=name.",
	"Write --map amount='Rounded Total', with one of our columns on the left "
	"and one of your file on the right.",
	given=TEXT,
)
BAD_DATE = explain("cli_date", "{0} is not a date.", "Write it as 2025-12-31.", given=TEXT)
IMPOSSIBLE_DAY = explain(
	"cli_as_of",
	"--as-of {0} lies outside of the years 1990 to 2100.",
	"Give the day up to which the files are to be read, such as 2025-12-31.",
	given=TEXT,
)
STOPPED = 130
"""Exit code after Ctrl-C, as shells expect it."""

INTERRUPTED = explain("cli_interrupted", "Stopped; nothing was written.", "Run the command again.")
CANNOT_WRITE = explain(
	"cli_write",
	"{0} could not be read or written: {1}.",
	"Check the path and its permissions.",
	path=TEXT,
	problem=TEXT,
)


def main(arguments: Sequence[str] | None = None) -> int:
	"""Run the preview; 0 where the files were written, 2 where nothing usable was given or is left."""
	options = parser().parse_args(arguments)
	if isinstance(sys.stdout, io.TextIOWrapper):
		sys.stdout.reconfigure(errors=NOT_UNICODE)
	if options.print_policy:
		sys.stdout.write(dumps(Policy.default()))
		return 0
	try:
		_preview(options)
	except (InputError, PolicyError) as error:
		return _failed(error.reason, options.lang)
	except KeyboardInterrupt:
		return _failed(INTERRUPTED.because(), options.lang, STOPPED)
	except OSError as error:
		path, problem = str(error.filename or options.out), error.strerror or str(error)
		return _failed(CANNOT_WRITE.because(path, problem), options.lang)
	return 0


def parser() -> argparse.ArgumentParser:
	"""The options of the command."""
	made = argparse.ArgumentParser(
		prog="python -m customer_grading.preview",
		description="Grade the customers of an invoice export, and replay a credit policy over past orders.",
	)
	made.add_argument(
		"input",
		type=Path,
		nargs="?",
		metavar="INPUT",
		help="CSV or XLSX file of invoices, or a folder with invoices and, if you have them, orders, "
		"payments and customers",
	)
	made.add_argument(
		"--as-of", metavar="DATE", help="the day of the report (default: the last day of the files)"
	)
	made.add_argument(
		"--policy", type=Path, metavar="FILE", help="a policy as TOML (default: the shipped policy)"
	)
	made.add_argument(
		"--out",
		type=Path,
		default=Path("credit-preview"),
		metavar="DIR",
		help="where to write (default: ./credit-preview)",
	)
	made.add_argument(
		"--map", action="append", default=[], metavar="COLUMN=NAME", help="our column = the name in your file"
	)
	made.add_argument("--lang", choices=LANGUAGES, default="en", help="language of sentences and report")
	_add_choices(made)
	return made


def _add_choices(made: argparse.ArgumentParser) -> None:
	made.add_argument(
		"--terms",
		choices=[each.value for each in Terms],
		default=Terms.POLICY.value,
		help="decide past orders on the terms that the policy grants (default), or as they were granted",
	)
	made.add_argument(
		"--print-policy", action="store_true", help="print the shipped policy as TOML, to be edited"
	)


def _preview(options: argparse.Namespace) -> None:
	begun = time.perf_counter()
	request = _request(options)
	with collector_off(), tqdm(unit=" rows", leave=False, disable=not sys.stderr.isatty()) as bar:
		headline = run(request, bar.update, lambda: time.perf_counter() - begun)
	sys.stdout.write("\n".join(headline) + "\n")


def _request(options: argparse.Namespace) -> Request:
	if options.input is None:
		parser().error("INPUT is missing: name a file of invoices, or a folder")
	return Request(
		source=options.input,
		out=options.out,
		policy_file=options.policy,
		mapping=_mapping(options.map),
		as_of=_date(options.as_of),
		terms=Terms(options.terms),
		lang=options.lang,
	)


def _mapping(given: Sequence[str]) -> dict[str, str]:
	mapping = {}
	for pair in given:
		column, equals, name = pair.partition("=")
		if not (column.strip() and equals and name.strip()):
			raise InputError(BAD_MAP.because(pair))
		mapping[column.strip()] = name.strip()
	return mapping


def _date(given: str | None) -> date | None:
	if given is None:
		return None
	try:
		day = date.fromisoformat(given)
	except ValueError:
		raise InputError(BAD_DATE.because(given)) from None
	if not EARLIEST <= day <= LATEST:
		raise InputError(IMPOSSIBLE_DAY.because(given))
	return day


def _failed(reason: Reason, lang: str, code: int = UNUSABLE) -> int:
	language = language_of(lang)
	sys.stderr.write(f"{reason.sentence(language)} {reason.remedy(language)}\n")
	return code


if __name__ == "__main__":
	sys.exit(main())
