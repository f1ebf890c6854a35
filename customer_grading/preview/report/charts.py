"""Geometry of the report's inline SVG: the pieces of a bar in percent of its width, and the Pareto curve."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from math import ceil

Amount = Decimal | int
Point = tuple[float, float]

ROOM_FOR_LETTER = 5.0
"""A piece narrower than this, in percent of the bar, has no room for its letter."""
MOST_POINTS = 200
"""More points than this cannot be told apart on a curve of the report's size."""


@dataclass(frozen=True, slots=True)
class Piece:
	"""One part of a bar, in percent of the bar's width. `name` decides its colour, `text` stands in it."""

	name: str
	x: float
	width: float
	text: str = ""

	@property
	def middle(self) -> float:
		"""Where the text is centred."""
		return round(self.x + self.width / 2, 3)

	@property
	def has_room(self) -> bool:
		"""Whether the text fits into the piece."""
		return bool(self.text) and self.width >= ROOM_FOR_LETTER


def share(part: Amount, whole: Amount) -> float:
	"""A part in percent of the whole, 0 to 100; 0 where there is no whole, or the part is below zero."""
	return round(min(max(float(part) / float(whole), 0), 1) * 100, 3) if whole > 0 else 0.0


def stack(parts: Sequence[tuple[str, Amount]], whole: Amount, *, named: bool = False) -> tuple[Piece, ...]:
	"""The parts one after the other, in percent of the whole; with their names written in if wished."""
	widths = [share(part, whole) for _, part in parts]
	starts = accumulate(widths, initial=0.0)
	pieces = (
		Piece(name, round(x, 3), width, name if named else "")
		for (name, _), width, x in zip(parts, widths, starts, strict=False)
	)
	return tuple(piece for piece in pieces if piece.width > 0)


def _positive(amounts: Iterable[Decimal]) -> list[Decimal]:
	return sorted((max(amount, Decimal(0)) for amount in amounts), reverse=True)


@dataclass(frozen=True, slots=True)
class Pareto:
	"""How few customers make how much of the sales. Amounts below zero count as zero."""

	sums: tuple[Decimal, ...]
	"""Cumulated sales, from the largest customer to the smallest."""

	@classmethod
	def of(cls, amounts: Iterable[Decimal]) -> "Pareto":
		"""The distribution of these amounts, one a customer."""
		return cls(tuple(accumulate(_positive(amounts))))

	@property
	def total(self) -> Decimal:
		"""All sales."""
		return self.sums[-1] if self.sums else Decimal(0)

	def share_of_largest(self, customers: int) -> float:
		"""What so many of the largest customers make, in percent of the sales."""
		return share(self.sums[customers - 1], self.total) if 0 < customers <= len(self.sums) else 0.0

	def customers_in(self, percent: int) -> int:
		"""How many customers so many percent of all are, at least one."""
		return max(1, ceil(len(self.sums) * percent / 100)) if self.sums else 0

	def customers_for(self, percent: int) -> int:
		"""How many of the largest customers it takes for so many percent of the sales."""
		needed = self.total * percent / 100
		return next((count for count, made in enumerate(self.sums, 1) if made >= needed), 0)

	def points(self) -> Iterator[Point]:
		"""The curve from 0,0 to 100,100: percent of the customers, percent of the sales; thinned out."""
		yield 0.0, 0.0
		count = len(self.sums)
		step = max(1, ceil(count / MOST_POINTS))
		for customers in sorted({*range(1, count + 1, step), count} - {0}):
			yield share(customers, count), self.share_of_largest(customers)


def polyline(points: Iterable[Point]) -> str:
	"""Points in percent as SVG writes them, with y pointing down."""
	return " ".join(f"{x:g},{round(100 - y, 3):g}" for x, y in points)
