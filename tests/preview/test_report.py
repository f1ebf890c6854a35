"""The HTML report: self-contained, safe, complete, in both languages."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from findings import (
	COLUMN_GUESSED,
	FINGERPRINT,
	NO_DATE,
	POLICY,
	TODAY,
	book,
	findings,
	nothing,
	standing,
	unlimited,
)

import customer_grading
from customer_grading.preview.assumptions import assumptions
from customer_grading.preview.replay.decisions import Terms
from customer_grading.preview.replay.results import Backtest, Count, CustomerStanding, Fate, Findings, Kind
from customer_grading.preview.report.backtest import REASONS
from customer_grading.preview.report.charts import Pareto, polyline, share, stack
from customer_grading.preview.report.data import COLUMNS, embed, number
from customer_grading.preview.report.look import SHOWN, watchlists
from customer_grading.preview.report.money import MoneyView
from customer_grading.preview.report.page import render, security_policy
from customer_grading.preview.report.text import NO_BREAK, Pen
from customer_grading.preview.report.tiers import sum_by_tier
from customer_grading.rules import order
from customer_grading.rules.grade import GradeAnswer
from customer_grading.rules.options import CreditTier, Outcome
from customer_grading.rules.reasons import ENGLISH, Explanation, Language

CATALOGUES = Path(customer_grading.__file__).parent / "translations"
OWN_TEXTS = (COLUMN_GUESSED.sentence, COLUMN_GUESSED.remedy, NO_DATE.sentence, NO_DATE.remedy)
"""What only these tests say."""
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \"' & {{ 7*7 }} {0}"
PEN = Pen(ENGLISH)
VOID = frozenset({"meta", "input", "link", "br", "img", "rect", "line", "circle", "polyline"})


class Page(HTMLParser):
	"""What a browser finds in a page: its elements, and the text outside of scripts and styles."""

	def __init__(self, html: str) -> None:
		super().__init__()
		self.elements: list[tuple[str, dict[str, str | None]]] = []
		self.texts: list[str] = []
		self.scripts: list[str] = []
		self.unclosed: list[str] = []
		self.feed(html)
		self.close()

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.elements.append((tag, dict(attrs)))
		if tag not in VOID:
			self.unclosed.append(tag)

	def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		self.elements.append((tag, dict(attrs)))

	def handle_endtag(self, tag: str) -> None:
		assert self.unclosed.pop() == tag

	def handle_data(self, data: str) -> None:
		inside = self.unclosed[-1] if self.unclosed else ""
		target = self.scripts if inside == "script" else self.texts
		if inside != "style":
			target.append(data)

	@property
	def text(self) -> str:
		"""All that can be read, with single spaces."""
		return " ".join(" ".join(self.texts).replace(NO_BREAK, " ").split())

	def attributes(self, name: str) -> Iterator[str]:
		"""The values of an attribute on all elements."""
		return (attributes[name] or "" for _, attributes in self.elements if name in attributes)


def page(found: Findings, language: Language = ENGLISH, lang: str = "en") -> str:
	"""The report of some findings."""
	assumed = tuple(assumptions(Terms.POLICY, TODAY, as_of_given=False, left_out=0))
	return "".join(render(found, book(), POLICY, language, lang, assumed))


def data_of(html: str) -> dict[str, list[list[object]]]:
	"""The customers that a page carries."""
	loaded: dict[str, list[list[object]]] = json.loads(Page(html).scripts[0])
	return loaded


def column(html: str, name: str) -> list[object]:
	"""One column of the customers that a page carries."""
	return [row[list(COLUMNS).index(name)] for row in data_of(html)["rows"]]


def with_standings(*standings: CustomerStanding) -> Findings:
	"""Findings of these customers, without orders."""
	return Findings(TODAY, list(standings), Backtest(), FINGERPRINT)


@pytest.fixture(scope="module")
def english() -> str:
	return page(findings(60))


@pytest.fixture(scope="module")
def chinese_texts() -> dict[str, str]:
	rows = [
		row
		for catalogue in sorted(CATALOGUES.glob("zh*.csv"))
		for row in csv.reader(catalogue.read_text(encoding="utf-8").splitlines())
	]
	return {row[0]: row[1] for row in rows if row} | dict.fromkeys(OWN_TEXTS, "测试")


def test_the_page_is_well_formed(english: str) -> None:
	assert Page(english).unclosed == []


def test_ids_are_unique_and_links_within_the_page_lead_somewhere(english: str) -> None:
	ids = list(Page(english).attributes("id"))
	assert len(ids) == len(set(ids))
	assert {target.removeprefix("#") for target in Page(english).attributes("href")} <= set(ids)


def test_the_page_refers_to_nothing_outside_of_itself(english: str) -> None:
	assert not re.search(r"https?:|//[a-z]|@import|url\(", english, re.IGNORECASE)
	assert not list(Page(english).attributes("src"))
	assert all(target.startswith("#") for target in Page(english).attributes("href"))


def test_the_security_policy_allows_nothing_but_the_pages_own_style_and_script(english: str) -> None:
	assert security_policy() in Page(english).attributes("content")
	assert security_policy().startswith("default-src 'none'; style-src 'sha256-")
	assert "unsafe" not in security_policy()


def test_the_page_has_no_inline_styles_or_handlers_which_the_security_policy_would_block(
	english: str,
) -> None:
	names = {name for _, attributes in Page(english).elements for name in attributes}
	assert "style" not in names
	assert not [name for name in names if name.startswith("on")]


@pytest.mark.parametrize("field", ["customer", "group", "salesperson"])
def test_hostile_names_of_customers_stay_text(field: str) -> None:
	hostile = replace(standing(tier=CreditTier.D, seed=4), **{field: HOSTILE})  # type: ignore[arg-type]
	html = page(with_standings(hostile))
	assert not [tag for tag, _ in Page(html).elements if tag == "img"]
	assert sum(tag == "script" for tag, _ in Page(html).elements) == 2
	value = column(html, field)[0]
	assert (value if field == "customer" else data_of(html)["words"][value]) == HOSTILE  # type: ignore[call-overload]


def test_a_hostile_name_is_shown_as_it_is_among_the_customers_to_look_at() -> None:
	hostile = replace(standing(tier=CreditTier.D, seed=4), customer=HOSTILE)
	assert HOSTILE in Page(page(with_standings(hostile))).text


def test_hostile_cells_of_rejected_rows_stay_text() -> None:
	refused = book()
	refused.rejects[0] = refused.rejects[0]._replace(value=HOSTILE, column=HOSTILE, file=HOSTILE)
	read = Page("".join(render(findings(1), refused, POLICY)))
	assert read.text.count(HOSTILE) == 3
	assert not [tag for tag, _ in read.elements if tag == "img"]


def test_embedded_json_can_neither_end_nor_open_an_element() -> None:
	assert "<" not in embed([HOSTILE, "<!--", "<SCRIPT"])
	assert json.loads(embed([HOSTILE, "<!--"])) == [HOSTILE, "<!--"]


@pytest.mark.parametrize(("given", "written"), [("12.00", 12), ("0.125", 0.12), ("-3.456", -3.46), ("0", 0)])
def test_embedded_numbers_have_at_most_two_decimals(given: str, written: float) -> None:
	assert number(Decimal(given)) == written


def test_the_headline_says_what_was_caught_and_at_what_price() -> None:
	found = findings(60)
	restricted, everything = found.backtest.restricted, found.backtest.all_orders
	caught, price = f"{restricted.late_amount:,.2f}", f"{restricted.on_time_amount:,.2f}"
	headline = (
		f"Of {everything.orders} orders, {everything.late_orders} were paid late. The policy would have "
		f"caught {restricted.late_orders} of them ( {caught} ), and would have held or refused "
		f"{restricted.on_time_orders} that were paid on time ( {price} )."
	)
	assert headline in Page(page(found)).text


def test_every_figure_of_the_backtest_is_on_the_page(english: str) -> None:
	backtest = findings(60).backtest
	text = Page(english).text
	tallies = [*backtest.by_outcome.values(), *backtest.by_tier.values(), *backtest.by_reason.values()]
	assert len(backtest.by_reason) > 5
	for tally in tallies:
		assert (
			f"{tally.late_orders} of {tally.orders} orders paid late" in text
			or f"{tally.amount:,.2f}" in text
		)
	for tally in backtest.by_outcome.values():
		assert f"{tally.on_time_amount:,.2f}" in text
		assert f"{tally.late_amount:,.2f}" in text


def test_orders_of_an_outcome_are_late_on_time_or_not_known() -> None:
	found = findings(60)
	rows = re.findall(r'<tr role="row" class="o-(\w+)">(.*?)</tr>', page(found), re.DOTALL)
	assert [name for name, _ in rows] == [*(outcome.lower() for outcome in Outcome), "all"]
	for _, cells in rows:
		orders, on_time, late, unknown = (int(count) for count in re.findall(r'">(\d+)<small>', cells))
		assert orders == on_time + late + unknown


def test_every_tier_shows_its_customers_and_money(english: str) -> None:
	text = Page(english).text
	for tier, found in sum_by_tier(findings(60).standings).items():
		assert f"{found.customers}" in text, tier
		for amount in (found.sales, found.exposure, found.overdue):
			assert f"{amount:,.2f}" in text, tier


def test_the_sums_by_tier_add_up_to_all_customers() -> None:
	found = findings(60)
	sums = sum_by_tier(found.standings)
	assert {tier: each.customers for tier, each in sums.items()} == {
		tier: found.tiers[tier] for tier in CreditTier
	}
	assert sum(each.sales for each in sums.values()) == sum(each.total_sales for each in found.standings)


def test_grades_and_classes_show_how_many_customers_they_have(english: str) -> None:
	text = Page(english).text
	found = findings(60)
	for count in (*found.grades.values(), *found.classes.values()):
		assert f"{count} ({count / 60 * 100:.1f} %)" in text


def test_the_page_says_as_of_when_and_by_which_policy(english: str) -> None:
	text = Page(english).text
	assert f"As of {TODAY.isoformat()}" in text
	assert FINGERPRINT in text
	assert "CNY" in text


def test_an_unknown_currency_is_called_company_currency() -> None:
	html = "".join(render(findings(1), book(currency=None), POLICY))
	assert "company currency" in Page(html).text


def test_notes_and_rejected_rows_are_told(english: str) -> None:
	text = Page(english).text
	assert "Dates of invoices.csv are read day first." in text
	assert "Rows that could not be used: 2 ; single values of other rows: 0 ." in text
	assert "rejected.csv" in text


def test_a_book_without_rejected_rows_says_so() -> None:
	html = "".join(render(findings(1), book(rejects=0), POLICY))
	assert "Every row and every value could be used." in Page(html).text


def test_what_the_replay_assumed_is_told(english: str) -> None:
	text = Page(english).text
	for reason in assumptions(Terms.POLICY, TODAY, as_of_given=False, left_out=0):
		assert reason.sentence() in text
		assert reason.remedy() in text


def test_every_customer_is_in_the_full_list(english: str) -> None:
	assert column(english, "customer") == [each.customer for each in findings(60).standings]


def test_the_list_carries_every_reason_of_every_customer(english: str) -> None:
	data = data_of(english)
	reasons = column(english, "reasons")
	for carried, each in zip(reasons, findings(60).standings, strict=True):
		groups = (
			each.tier_reasons,
			each.limit.reasons,
			each.score.reasons,
			each.grade.reasons,
			each.category.reasons,
		)
		codes = [[data["sentences"][reason[0]][0] for reason in group] for group in carried]  # type: ignore[attr-defined]
		assert codes == [[reason.explanation.sentence for reason in group] for group in groups]


def test_unlimited_credit_is_not_a_limit_of_zero() -> None:
	html = page(with_standings(unlimited(standing()), standing(tier=CreditTier.D)))
	assert column(html, "limit")[0] is None
	assert column(html, "limit")[1] is not None


def test_without_a_script_the_page_says_where_the_full_list_is(english: str) -> None:
	assert "<noscript>" in english
	assert "The full list needs JavaScript" in Page(english).text


@pytest.mark.parametrize("name", ["overdue", "weak", "limit", "lapsed"])
def test_the_customers_to_look_at_first_come_by_what_is_at_stake(name: str) -> None:
	found = findings(120)
	listed = next(each for each in watchlists(found.standings, POLICY, PEN) if each.sign.name == name)
	amounts = [Decimal(entry.amount.replace(",", "")) for entry in listed.entries]
	assert len(amounts) == min(SHOWN, listed.count)
	assert amounts == sorted(amounts, reverse=True)
	assert all(found.standings[entry.index].customer == entry.customer for entry in listed.entries)


def test_a_customer_of_a_weak_tier_is_listed_once_although_it_is_overdue() -> None:
	late = standing(tier=CreditTier.D, seed=4)
	assert late.overdue > POLICY.tier.tolerance
	shown = {each.sign.name: each.count for each in watchlists([late], POLICY, PEN)}
	assert (shown["overdue"], shown["weak"], shown["limit"]) == (1, 0, 0)


def test_a_trivial_overdue_amount_is_nothing_to_look_at() -> None:
	trivial = replace(standing(tier=CreditTier.B), overdue=POLICY.tier.tolerance)
	assert watchlists([trivial], POLICY, PEN)[0].count == 0


def test_unlimited_credit_is_never_exceeded() -> None:
	shown = watchlists([unlimited(standing(tier=CreditTier.A, seed=3))], POLICY, PEN)
	assert next(each for each in shown if each.sign.name == "limit").count == 0


def test_a_lapsed_deal_is_listed_with_its_reason() -> None:
	lapsed = replace(
		standing(), grade=GradeAnswer(standing().grade.grade, lapsed=True, reasons=standing().grade.reasons)
	)
	entry = next(each for each in watchlists([lapsed], POLICY, PEN) if each.sign.name == "lapsed").entries[0]
	assert entry.sentence == lapsed.grade.reasons[0].sentence()


def recovery_of(days: int) -> str:
	late = replace(standing(), oldest_overdue_days=days, ageing=(*[Decimal(0)] * 5, Decimal(1000)))
	return unescape(re.sub("<.*?>", "", str(MoneyView([late], POLICY, PEN).recovery())))


def test_debts_of_up_to_two_years_are_expected_back_at_eighty_percent() -> None:
	assert recovery_of(730).startswith("1,000.00 is overdue, of which 800.00 can be expected back")


def test_older_debts_are_expected_back_at_twenty_percent() -> None:
	assert recovery_of(731).startswith("1,000.00 is overdue, of which 200.00 can be expected back")


def test_the_open_amounts_by_age_are_on_the_page(english: str) -> None:
	text = Page(english).text
	for place in range(6):
		amount = sum((each.ageing[place] for each in findings(60).standings), Decimal(0))
		assert f"{amount:,.2f}" in text


def test_pareto_tells_the_share_of_the_largest_customers() -> None:
	pareto = Pareto.of([Decimal(10)] * 8 + [Decimal(60), Decimal(60)])
	assert pareto.customers_in(20) == 2
	assert pareto.share_of_largest(2) == 60
	assert pareto.customers_for(80) == 6


def test_pareto_takes_sales_below_zero_for_none() -> None:
	assert Pareto.of([Decimal(-5), Decimal(5)]).sums == (Decimal(5), Decimal(5))


def test_a_curve_of_many_customers_is_thinned_out_but_keeps_its_ends() -> None:
	points = list(Pareto.of([Decimal(1)] * 20_000).points())
	assert len(points) < 250
	assert (points[0], points[-1]) == ((0, 0), (100, 100))


def test_svg_counts_from_the_top() -> None:
	assert polyline([(0, 0), (50, 75.5), (100, 100)]) == "0,100 50,24.5 100,0"


def test_a_share_of_nothing_is_nothing() -> None:
	assert (share(5, 0), share(-5, 10), share(15, 10)) == (0, 0, 100)


def test_the_pieces_of_a_bar_follow_each_other_without_gaps() -> None:
	pieces = stack([("A", 1), ("B", 0), ("C", 3)], 4, named=True)
	assert [(piece.name, piece.x, piece.width, piece.text) for piece in pieces] == [
		("A", 0, 25, "A"),
		("C", 25, 75, "C"),
	]


def test_a_letter_is_only_written_where_it_has_room() -> None:
	narrow, wide = stack([("A", 1), ("B", 99)], 100, named=True)
	assert (narrow.has_room, wide.has_room) == (False, True)


def test_findings_of_nothing_make_a_page_that_says_so() -> None:
	read = Page(page(nothing()))
	assert read.unclosed == []
	assert "The files hold no orders that could be decided on." in read.text
	assert data_of(page(nothing()))["rows"] == []


def test_a_single_customer_makes_a_page_without_a_curve() -> None:
	read = Page(page(findings(1)))
	assert read.unclosed == []
	assert "polyline" not in {tag for tag, _ in read.elements}


def test_a_policy_that_allows_nothing_says_so() -> None:
	found = findings(20)
	counts = found.backtest.counts
	found.backtest.counts = {
		kind: count for kind, count in counts.items() if kind.outcome is not Outcome.ALLOW
	}
	assert "The policy would not have allowed any order as it was." in Page(page(found)).text


def test_the_same_findings_make_the_same_page() -> None:
	assert page(findings(5)) == page(findings(5))


def test_twenty_thousand_customers_make_a_page_of_less_than_ten_megabytes() -> None:
	found = findings(20)
	found.standings = [replace(found.standings[n % 20], customer=f"Customer {n}") for n in range(20_000)]
	assert sum(len(piece.encode()) for piece in render(found, book(), POLICY)) < 10_000_000


def test_every_reason_to_hold_or_refuse_an_order_has_a_name() -> None:
	never = {
		order.COVERED,
		order.UNTIERED,
		order.WITHIN_LIMIT,
		order.UNLIMITED,
		order.PAYMENT_READY,
		order.RELEASED,
		order.NOTHING_TO_PAY,
		order.RELEASE_TOO_SMALL,
	}
	declared = {each for each in vars(order).values() if isinstance(each, Explanation)}
	assert {each.code for each in declared - never} == set(REASONS)


def test_a_reason_without_a_name_is_counted_by_its_code() -> None:
	found = findings(5)
	unheard_of = Kind(Outcome.REFUSE, "A", "order_unheard_of", Fate.OPEN)
	found.backtest.counts[unheard_of] = Count(3, Decimal(300))
	assert "order_unheard_of" in Page(page(found)).text


@pytest.mark.parametrize("customers", [0, 1, 120])
def test_the_chinese_page_leaves_no_text_in_english(customers: int, chinese_texts: dict[str, str]) -> None:
	missing: set[str] = set()

	def translate(text: str) -> str:
		missing.update({text} - chinese_texts.keys())
		return chinese_texts.get(text, text)

	html = page(findings(customers) if customers else nothing(), Language(translate), "zh")
	assert missing == set()
	assert '<html lang="zh-Hans">' in html


def test_chinese_texts_use_the_places_of_their_english_ones(chinese_texts: dict[str, str]) -> None:
	places = re.compile(r"\{\d\}")
	for english_text, text in chinese_texts.items():
		assert set(places.findall(text)) <= set(places.findall(english_text)), english_text
