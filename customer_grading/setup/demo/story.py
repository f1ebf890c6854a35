"""When each customer of the demo orders, pays and is talked to: by rule and seed, nothing by chance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from customer_grading.rules.dates import add_months
from customer_grading.rules.options import Need
from customer_grading.setup.demo.book import Buyer
from customer_grading.setup.demo.words import GOODS, NEEDS, Words

WAYS = {
	"o": "on time",
	"e": "two weeks early",
	"p": "in full with the order",
	"l": "late",
	"L": "very late",
	"h": "half on time, half late",
	"u": "not at all",
	"q": "in part, the rest not at all",
	"x": "not at all, because it is disputed",
	"c": "on time, less a credit note",
}
"""How an invoice is paid."""

UNPAID, DISPUTED, CREDITED, PREPAID = "u", "x", "c", "p"
SETTLED_SINCE = timedelta(days=2)
"""Who pays late but does pay owes nothing any more by then."""
CHANGED_SINCE = timedelta(days=200)
"""Whose manners have changed has the new ones since then."""
TALKS_SINCE = timedelta(days=270)
KINDS = ("Call", "Visit", "Meeting", "E-mail")


@dataclass(frozen=True, slots=True)
class Payment:
	"""Money that comes on a day: a part of the invoice, above 0 and at most 1."""

	day: date
	share: float


@dataclass(frozen=True, slots=True)
class Sale:
	"""One order with all that follows from it."""

	number: int
	ordered: date
	delivered: date
	due: date
	lines: tuple[tuple[str, int, int], ...]
	"""Item code, quantity, price."""
	way: str = "o"
	payments: tuple[Payment, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
	"""What a salesperson learned from a customer."""

	day: date
	kind: str
	learned: Words
	need: Need
	close: date | None = None


def random_of(buyer: Buyer) -> Random:
	"""The same numbers each time, and others for each buyer."""
	return Random(buyer.name.en)  # noqa: S311  (nothing is to be kept secret)


def first_day(buyer: Buyer, today: date, months: int) -> date:
	"""The day on which a customer is filed."""
	return add_months(today, -min(buyer.since, months)) - timedelta(days=4)


def sales(buyer: Buyer, today: date, months: int, scale: int) -> list[Sale]:
	"""The orders of a buyer in the last months. Prices are `scale` times those of `words.GOODS`."""
	if not buyer.order:
		return []
	random = random_of(buyer)
	placed = [
		_sale(number, day, buyer, scale, random)
		for number, day in enumerate(_order_days(buyer, today, months, random))
	]
	return [
		_paid(sale, way, today, random) for sale, way in zip(placed, _ways(buyer, placed, today), strict=True)
	]


def _order_days(buyer: Buyer, today: date, months: int, random: Random) -> Iterator[date]:
	end = add_months(today, -buyer.until) if buyer.until else today - timedelta(days=3)
	day = add_months(today, -min(buyer.since, months))
	while day <= end:
		yield day
		day += timedelta(days=round(buyer.every * random.uniform(0.8, 1.2)))


def _sale(number: int, day: date, buyer: Buyer, scale: int, random: Random) -> Sale:
	delivered = day + timedelta(days=random.randint(4, 9))
	lines = tuple(_lines(buyer.order * random.uniform(0.75, 1.25), scale, random))
	return Sale(number, day, delivered, delivered + timedelta(days=buyer.terms), lines)


def _lines(worth: float, scale: int, random: Random) -> Iterator[tuple[str, int, int]]:
	affordable = [goods for goods in GOODS if goods.price <= worth]
	for goods in random.sample(affordable, k=min(len(affordable), random.randint(1, 3))):
		yield goods.code, max(1, round(worth / 2 / goods.price)), goods.price * scale


def _ways(buyer: Buyer, placed: Sequence[Sale], today: date) -> list[str]:
	ways = [
		_of_cycle(buyer.before if buyer.before and sale.ordered < today - CHANGED_SINCE else buyer.pays, at)
		for at, sale in enumerate(placed)
	]
	overdue = [at for at, sale in enumerate(placed) if sale.due < today - SETTLED_SINCE]
	for at, way in zip(reversed(overdue), reversed(buyer.last), strict=False):
		ways[at] = way
	return ways


def _of_cycle(ways: str, at: int) -> str:
	return ways[at % len(ways)]


def _paid(sale: Sale, way: str, today: date, random: Random) -> Sale:
	payments = tuple(_settled(payment, sale, today) for payment in _payments(sale, way, random))
	return replace(sale, way=way, payments=payments)


def _payments(sale: Sale, way: str, random: Random) -> list[Payment]:
	in_time = max(sale.delivered, sale.due - timedelta(days=random.randint(0, 3)))
	late = sale.due + timedelta(days=random.randint(8, 14))
	found = {
		"e": [Payment(max(sale.delivered, sale.due - timedelta(days=14)), 1)],
		PREPAID: [Payment(sale.ordered + timedelta(days=1), 1)],
		"l": [Payment(late, 1)],
		"L": [Payment(late + timedelta(days=30), 1)],
		"h": [Payment(in_time, 0.5), Payment(late + timedelta(days=9), 1)],
		"q": [Payment(in_time, 0.4)],
		UNPAID: [],
		DISPUTED: [],
	}
	return found.get(way, [Payment(in_time, 1)])


def _settled(payment: Payment, sale: Sale, today: date) -> Payment:
	"""The payment, no later than it takes to be nobody's debtor today."""
	latest = max(sale.due + timedelta(days=1), today - SETTLED_SINCE)
	return replace(payment, day=min(payment.day, latest))


def talks(buyer: Buyer, today: date, months: int) -> list[Talk]:
	"""The follow-ups of a buyer, the last one first."""
	if buyer.need is None:
		return []
	random = random_of(buyer)
	day = today - timedelta(days=buyer.talked)
	close = today + timedelta(days=buyer.close) if buyer.close is not None else None
	found = [_talk(day, buyer.need, close, random)]
	earliest = max(first_day(buyer, today, months), today - TALKS_SINCE)
	while (day := day - timedelta(days=random.randint(25, 60))) > earliest:
		found.append(_earlier(day, random))
	return found


def _earlier(day: date, random: Random) -> Talk:
	if random.random() < 0.35:  # noqa: PLR2004  (about a third)
		return _talk(day, Need.POTENTIAL, None, random)
	return _talk(day, Need.CLEAR, day + timedelta(days=random.choice((18, 55, 80, 130, 170))), random)


def _talk(day: date, need: Need, close: date | None, random: Random) -> Talk:
	return Talk(day, random.choice(KINDS), random.choice(NEEDS[need]), need, close)
