"""Calendar arithmetic that the rules share."""

import calendar
from datetime import date, timedelta

SHORTEST_MONTH = 28
"""Days. Up to the 28th every month has the same day."""


def add_days(day: date, days: int) -> date:
	"""The day `days` later, held at the last day that Python knows. Days may be negative."""
	return day + timedelta(days=min(days, (date.max - day).days))


def add_months(day: date, months: int) -> date:
	"""The same day `months` calendar months on, or the last day of that month: 31 Jan + 1 is 28 or 29 Feb.

	Months may be negative. A result after the last or before the first day that Python knows is held at that
	day.
	"""
	year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
	if year < date.min.year:
		return date.min
	if year > date.max.year:
		return date.max
	if day.day <= SHORTEST_MONTH:
		return date(year, month + 1, day.day)
	last = calendar.monthrange(year, month + 1)[1]
	return date(year, month + 1, min(day.day, last))


def first_of_month(day: date) -> date:
	"""The first day of the month in which a day lies."""
	return day.replace(day=1)


def next_month(day: date) -> date:
	"""The first day of the month after that in which a day lies, held at the last day that Python knows."""
	return add_months(first_of_month(day), 1)


def months_between(start: date, end: date) -> int:
	"""Whole calendar months begun between two days: 0 on the same day, 1 up to a month later, and so on."""
	months = calendar_months(start, end)
	return max(0, months + (add_months(start, months) < end))


def calendar_months(start: date, end: date) -> int:
	"""Months from one day to another by the calendar: how often a month has begun after the first of them."""
	return (end.year - start.year) * 12 + end.month - start.month
