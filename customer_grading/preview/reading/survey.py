"""How the dates and amounts of one file are to be read, decided from all its rows before the first of them is
read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from customer_grading.preview.reading import messages
from customer_grading.preview.reading.columns import Content, Layout
from customer_grading.preview.reading.headers import Table
from customer_grading.preview.reading.values import (
	SEPARATORS,
	USUAL,
	Amounts,
	Dates,
	DayOrder,
	DayOrders,
	mark_of,
	parse_amount,
	parse_date,
	year_last,
)
from customer_grading.rules.reasons import Reason

_CHUNK = 10_000
_MONTHS = 12
"""A larger number is a day."""
_ENOUGH = 100_000
"""So many different amounts with a comma tell how all of them are written."""

Leaning = tuple[DayOrder, str]
"""The order of day and month that another file shows, and the name of that file."""


@dataclass(slots=True)
class _Shown:
	"""What the cells of a file show."""

	dates: Counter[tuple[int, int, str]] = field(default_factory=Counter)
	"""First number, second number and separator of dates such as 1/2/2024 → how many."""
	date_example: str = ""
	commas: Counter[str] = field(default_factory=Counter)
	"""Amounts with a comma, or several points."""
	points: int = 0
	"""Amounts that end in a point and one or two digits."""
	currencies: Counter[tuple[str, str]] = field(default_factory=Counter)
	"""Currency and exchange rate → how many."""


@dataclass(frozen=True, slots=True)
class Style:
	"""How a file is to be read."""

	dates: Dates
	amounts: Amounts
	currency: str | None
	"""The currency of its amounts: that of the company where the file shows it, else the most frequent
	one.
	"""
	leaning: Leaning | None
	"""The order of day and month, where this file shows it."""
	notes: list[Reason]


def survey(table: Table, leaning: Leaning | None = None, currency: str | None = None) -> Style:
	"""Read a table through once. What it leaves open is taken from `leaning` and `currency`, those of other
	files.
	"""
	shown = _Shown()
	rows = table.cells()
	while chunk := list(islice(rows, _CHUNK)):
		_look(shown, table.layout, chunk)
	decided = _decide(table, shown, leaning)
	mark, notes = _decimal_mark(table.name, shown)
	return Style(
		Dates(decided.orders),
		Amounts(mark),
		currency or _currency(table.layout, shown.currencies),
		decided.leaning,
		decided.notes + notes,
	)


def _look(shown: _Shown, layout: Layout, chunk: list[list[str]]) -> None:
	for place in layout.places_of(Content.DATE):
		_look_at_dates(shown, Counter(_cells(chunk, place)))
	for place in layout.places_of(Content.AMOUNT):
		_look_at_amounts(shown, _cells(chunk, place))
	if "currency" in layout:
		rates = _cells(chunk, layout.place("rate")) if "rate" in layout else [""] * len(chunk)
		shown.currencies.update(zip(_cells(chunk, layout.place("currency")), rates, strict=True))


def _cells(chunk: list[list[str]], place: int) -> list[str]:
	try:
		return [cells[place] for cells in chunk]
	except IndexError:
		return [cells[place] if place < len(cells) else "" for cells in chunk]


def _look_at_dates(shown: _Shown, texts: Counter[str]) -> None:
	for text, count in texts.items():
		if written := year_last(text):
			shown.dates[written] += count
			shown.date_example = shown.date_example or text.strip()


def _look_at_amounts(shown: _Shown, texts: list[str]) -> None:
	shown.points += sum(text[-3:-2] == "." or text[-2:-1] == "." for text in texts)
	if len(shown.commas) < _ENOUGH:
		shown.commas.update(text for text in texts if "," in text or text.count(".") > 1)


@dataclass(frozen=True, slots=True)
class _Decided:
	orders: DayOrders = field(default_factory=lambda: USUAL)
	leaning: Leaning | None = None
	notes: list[Reason] = field(default_factory=list)


def _decide(table: Table, shown: _Shown, leaning: Leaning | None) -> _Decided:
	if not shown.dates:
		return _Decided()
	votes = Counter[DayOrder]()
	for (first, second, _), count in shown.dates.items():
		if (first > _MONTHS) != (second > _MONTHS):
			votes[DayOrder.DAY_FIRST if first > _MONTHS else DayOrder.MONTH_FIRST] += count
	days, months = votes[DayOrder.DAY_FIRST], votes[DayOrder.MONTH_FIRST]
	if days != months:
		return _by_votes(table.name, shown.date_example, votes)
	return _by_circumstances(table, shown.date_example, leaning)


def _by_votes(name: str, example: str, votes: Counter[DayOrder]) -> _Decided:
	(order, most), *others = votes.most_common()
	against = sum(count for _, count in others)
	if against:
		note = messages.ORDER_BY_MAJORITY.because(name, example, order, most, against)
	else:
		note = messages.ORDER_SHOWN.because(name, example, order, most)
	return _Decided(_always(order), (order, name), [note])


def _by_circumstances(table: Table, example: str, leaning: Leaning | None) -> _Decided:
	backward = {order: _backward(table, order) for order in DayOrder}
	order = min(DayOrder, key=lambda order: backward[order])
	if backward[order] != backward[order.other]:
		numbers = backward[order], backward[order.other]
		note = messages.ORDER_BY_SEQUENCE.because(table.name, example, order, *numbers)
		return _Decided(_always(order), (order, table.name), [note])
	if leaning:
		order, other = leaning
		return _Decided(
			_always(order), None, [messages.ORDER_AS_ELSEWHERE.because(table.name, example, order, other)]
		)
	written = year_last(example)
	usual = USUAL[written[2]] if written else DayOrder.MONTH_FIRST
	return _Decided(USUAL, None, [messages.ORDER_BY_CUSTOM.because(table.name, example, usual)])


def _always(order: DayOrder) -> DayOrders:
	return dict.fromkeys(SEPARATORS, order)


def _backward(table: Table, order: DayOrder) -> int:
	"""How many due and paid dates lie before the date of their document, if dates are read in this order."""
	orders = _always(order)
	return sum(
		count
		for (date, later), count in Counter(_date_pairs(table)).items()
		if (day := parse_date(date, orders)) and (after := parse_date(later, orders)) and after < day
	)


def _date_pairs(table: Table) -> Iterator[tuple[str, str]]:
	layout = table.layout
	first = layout.place("date")
	later = [layout.place(name) for name in ("due", "paid_on", "schedule_due") if name in layout]
	for cells in table.cells():
		for place in later:
			if max(first, place) < len(cells):
				yield cells[first], cells[place]


def _decimal_mark(name: str, shown: _Shown) -> tuple[str, list[Reason]]:
	votes = Counter({".": shown.points})
	for text, count in shown.commas.items():
		votes[mark_of(text) or ""] += count
	mark = "," if votes[","] > votes["."] else "."
	example = _open_example(shown.commas)
	if mark == ",":
		return mark, [messages.DECIMAL_COMMA.because(name, example or next(iter(shown.commas)))]
	return mark, [messages.THOUSANDS_COMMA.because(name, example)] if example else []


def _open_example(texts: Iterable[str]) -> str:
	"""The first amount that could be read either way."""
	open_texts = (text for text in texts if mark_of(text) is None and parse_amount(text) is not None)
	return next(open_texts, "").strip()


def _currency(layout: Layout, shown: Counter[tuple[str, str]]) -> str | None:
	counts = Counter[str]()
	for (currency, rate), count in shown.items():
		if currency.strip() and ("rate" not in layout or parse_amount(rate) == Decimal(1)):
			counts[currency.strip()] += count
	# Without exchange rates, amounts in company currency do not tell which currency that is.
	told = "rate" in layout or not {"base_amount", "base_rounded"} & set(layout.places)
	return counts.most_common(1)[0][0] if counts and told else None
