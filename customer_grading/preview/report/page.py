"""The replay as one self-contained HTML page that opens offline, for people who would rather look than read.

The page may load nothing, and run nothing but its own style and script: a content security policy names their
hashes. Everything but the full list of customers is plain HTML and inline SVG, which need no script.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from customer_grading.preview.book import Book
from customer_grading.preview.replay.results import Findings
from customer_grading.preview.report.backtest import BacktestView
from customer_grading.preview.report.charts import polyline
from customer_grading.preview.report.data import CustomerData
from customer_grading.preview.report.look import NEW_SIGN, SIGNS, watchlists
from customer_grading.preview.report.money import MoneyView
from customer_grading.preview.report.provenance import ReadingView
from customer_grading.preview.report.text import Pen
from customer_grading.preview.report.tiers import TierView
from customer_grading.rules.policy import Policy
from customer_grading.rules.reasons import ENGLISH, Language, Reason

CHUNK = 500
"""So many pieces of the page are handed on at a time."""


def render(  # noqa: PLR0913  (the replay's results, and how they are to be read out)
	findings: Findings,
	book: Book,
	policy: Policy,
	language: Language = ENGLISH,
	lang: str = "en",
	assumptions: Sequence[Reason] = (),
) -> Iterator[str]:
	"""The page, piece by piece.

	`lang` is the language's tag for browsers ("en", "zh"); `assumptions` say how the replay decided, on which
	terms, and are shown with their remedies. Amounts are in company currency.
	"""
	pen = Pen(language)
	stream = _template().stream(
		lang=lang,
		say=pen.say,
		stress=pen.stress,
		style=_asset("report.css"),
		script=_asset("report.js"),
		security=security_policy(),
		polyline=polyline,
		has_customers=bool(findings.standings),
		reading=ReadingView(findings, book, pen),
		backtest=BacktestView(findings.backtest, pen),
		tiers=TierView(findings, policy, pen),
		money=MoneyView(findings.standings, policy, pen),
		watchlists=watchlists(findings.standings, policy, pen),
		signs=[(sign.name, sign.title) for sign in SIGNS] + [NEW_SIGN],
		assumptions=assumptions,
		customer_data=CustomerData(policy, pen).write(findings.standings),
	)
	stream.enable_buffering(CHUNK)
	return stream


def security_policy() -> str:
	"""The content security policy of the page: nothing from elsewhere, and only its own style and script."""
	style, script = _hash(_asset("report.css")), _hash(_asset("report.js"))
	return f"default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
	digest = hashlib.sha256(text.encode()).digest()
	return f"'sha256-{base64.b64encode(digest).decode()}'"


def _asset(name: str) -> Markup:
	"""A file of ours, which goes into the page as it is."""
	folder = resources.files("customer_grading.preview.report") / "templates"
	return Markup((folder / name).read_text(encoding="utf-8"))  # noqa: S704  (shipped with the program, not from a user)


def _template() -> Template:
	environment = Environment(
		autoescape=True,
		undefined=StrictUndefined,
		trim_blocks=True,
		lstrip_blocks=True,
		keep_trailing_newline=True,
	)
	return environment.from_string(str(_asset("report.html.jinja")))
