"""A labelled bar, the one kind of chart that most of the report is made of."""

from dataclasses import dataclass

from customer_grading.preview.report.charts import Piece


@dataclass(frozen=True, slots=True)
class Bar:
	"""One bar with its label; `value` and `note` stand beside and below it."""

	label: str
	pieces: tuple[Piece, ...]
	value: str
	note: str = ""
	badge: str = ""
