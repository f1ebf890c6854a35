from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from customer_grading.facts.complaint_cases import cases
from customer_grading.records.complaint_statistics import dates_of, fill


class StatisticsError(frappe.ValidationError):
	"""Statistics of what is no month that is over."""


class StatisticsKeptError(frappe.ValidationError):
	"""Somebody tried to change or delete statistics."""


class ComplaintStatisticsMonth(Document):
	"""The complaints of a month of a company, as known when they were counted (R11, step 9). Kept."""

	def before_validate(self) -> None:
		"""Count, whatever was filled in. Raises StatisticsError unless the month is over."""
		if self.is_new():
			start, end = self._dates()
			fill(self, cases(self.company, start, end))

	def by_cut(self) -> list[tuple[str, list[Document]]]:
		"""The rows in their order, by what they are counted by: for print and mail."""
		return [(cut, list(rows)) for cut, rows in groupby(self.rows, key=attrgetter("cut"))]

	def _dates(self) -> tuple[date, date]:
		try:
			start, end = dates_of(str(self.month or ""))
		except ValueError:
			_refuse(_("Write the month as YYYY-MM, such as 2026-01."))
		if end >= getdate(nowdate()):
			_refuse(
				_("The month {0} is not over yet. Its statistics are made once it is.").format(self.month)
			)
		return start, end

	def validate(self) -> None:
		"""Counted once; what was known later is no part of it."""
		if not self.is_new():
			_forbid(_("The statistics of {0} are kept as they are.").format(self.month))

	def on_trash(self) -> None:
		"""Kept, whoever asks; only with the app itself they go."""
		if not frappe.flags.in_uninstall:
			_forbid(_("The statistics of {0} cannot be deleted.").format(self.month))


def _refuse(message: str) -> NoReturn:
	frappe.throw(message, StatisticsError, title=_("No Such Month"))


def _forbid(message: str) -> NoReturn:
	frappe.throw(message, StatisticsKeptError, title=_("Statistics Are Kept"))
