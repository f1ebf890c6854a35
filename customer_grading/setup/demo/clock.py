"""The day on which a thing is filed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from frappe.utils import data


@contextmanager
def on_day(day: date) -> Iterator[None]:
	"""Let Frappe take `day` for today, in this process.

	Frappe dates what it files by the clock only; two years of history would all be of today.
	"""
	real = data.now_datetime

	def then() -> datetime:
		return datetime.combine(day, real().time())

	data.now_datetime = then
	try:
		yield
	finally:
		data.now_datetime = real
