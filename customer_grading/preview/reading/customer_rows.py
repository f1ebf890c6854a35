"""The rows of a file of customers."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from customer_grading.preview.book import Account, Profile
from customer_grading.preview.reading import messages
from customer_grading.preview.reading.directory import Directory
from customer_grading.preview.reading.invoice_rows import unreadable_answer
from customer_grading.preview.reading.sheets import Refused, Sheet
from customer_grading.preview.reading.values import parse_need, parse_yes
from customer_grading.rules.options import Need
from customer_grading.rules.reasons import Reason

_HUNDRED = Decimal(100)
_T = TypeVar("_T")


class CustomerRows:
	"""Takes the rows of a file of customers into accounts."""

	def __init__(self, sheet: Sheet, directory: Directory) -> None:
		self._sheet = sheet
		self._directory = directory
		self._seen: dict[str, int] = {}
		self._merges = sheet.layout.has_child_columns
		self.accepted = 0
		"""Rows that were used."""

	def accept(self, line: int, cells: list[str]) -> None:
		"""Take one row. Refused if it cannot be used."""
		customer, name = (self._sheet.text(cells, column) for column in ("customer", "customer_name"))
		key = customer or name
		if not key:
			self._continue()
		elif key in self._seen:
			self._repeat(key)
		else:
			self._seen[key] = line
			self._fill(self._directory.open(key, name), line, cells)
			self.accepted += 1

	def _continue(self) -> None:
		if not (self._merges and self._seen):
			raise self._sheet.missing("customer" if "customer" in self._sheet.layout else "customer_name")
		self._sheet.rows_merged += 1

	def _repeat(self, key: str) -> None:
		if not self._merges:
			raise Refused("customer", key, messages.DUPLICATE.because(key, self._seen[key]))
		self._sheet.rows_merged += 1

	def _fill(self, account: Account, line: int, cells: list[str]) -> None:
		sheet, profile = self._sheet, account.profile
		profile.group = sheet.text(cells, "group") or None
		profile.salesperson = sheet.text(cells, "salesperson") or None
		profile.need = self._optional(line, lambda: self._need(cells))
		profile.expected_close = self._optional(line, lambda: sheet.date(cells, "expected_close"))
		self._fill_answers(profile, line, cells)
		profile.market_share = self._optional(line, lambda: self._percent(cells, "market_share"))
		profile.growth_potential = self._optional(line, lambda: self._percent(cells, "growth_potential"))

	def _fill_answers(self, profile: Profile, line: int, cells: list[str]) -> None:
		profile.supply_agreement = self._optional(line, lambda: self._answer(cells, "supply_agreement"))
		profile.platform = self._optional(line, lambda: self._answer(cells, "platform"))

	def _optional(self, line: int, read: Callable[[], _T | None]) -> _T | None:
		try:
			return read()
		except Refused as refused:
			self._sheet.leave_out(line, refused)
			return None

	def _need(self, cells: list[str]) -> Need | None:
		text = self._sheet.text(cells, "need")
		need = parse_need(text)
		if text and need is None:
			choices = ", ".join(Need)
			reason = messages.UNREADABLE_CHOICE.because(self._sheet.layout.label("need"), text, choices)
			raise Refused("need", text, reason)
		return need

	def _answer(self, cells: list[str], name: str) -> bool | None:
		text = self._sheet.text(cells, name)
		if not text:
			return None
		answer = parse_yes(text)
		if answer is None:
			raise unreadable_answer(self._sheet, name, text)
		return answer

	def _percent(self, cells: list[str], name: str) -> Decimal | None:
		text = self._sheet.text(cells, name).removesuffix("%").removesuffix("％")
		if not text:
			return None
		number = self._sheet.style.amounts[text]
		if number is None or not 0 <= number <= _HUNDRED:
			reason = messages.OUT_OF_RANGE.because(self._sheet.layout.label(name), text, 0, 100)
			raise Refused(name, text, reason)
		return number

	def finish(self) -> list[Reason]:
		"""What was assumed: nothing."""
		return []
