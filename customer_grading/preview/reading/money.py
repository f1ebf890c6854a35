"""The amounts of a file in company currency."""

from decimal import Decimal

from customer_grading.preview.reading import messages
from customer_grading.preview.reading.sheets import Refused, Sheet
from customer_grading.preview.reading.values import LARGEST
from customer_grading.rules.reasons import Reason

_CENT = Decimal("0.01")
_ONE = Decimal(1)


class Money:
	"""Reads the amounts of a row in company currency.

	Amounts that the file gives in company currency go first; others are turned into it by their exchange
	rate, or refused where there is none and the currency is not that of the file.
	"""

	def __init__(self, sheet: Sheet) -> None:
		self._sheet = sheet
		layout = sheet.layout
		self._in_company_currency = "base_amount" in layout or "base_rounded" in layout
		names = ("base_rounded", "base_amount") if self._in_company_currency else ("rounded", "amount")
		*self._rounded, self._last = (name for name in names if name in layout)
		self._may_be_foreign = not self._in_company_currency and ("currency" in layout or "rate" in layout)
		self._place = layout.place(self._last)
		self._amounts = sheet.style.amounts
		self._is_simple = not self._rounded and not self._may_be_foreign

	def total(self, cells: list[str]) -> Decimal:
		"""The amount of the document. Refused if there is none."""
		if self._is_simple and (simple := self._amounts[cells[self._place]]) is not None:
			return simple
		amount = self._given(cells)
		return self._converted(amount, self._factor(cells)) if self._may_be_foreign else amount

	def figure(self, cells: list[str], name: str) -> Decimal | None:
		"""Another amount of the document, such as what is outstanding; None where the cell is empty."""
		amount = self._sheet.amount(cells, name)
		return None if amount is None else self._converted(amount, self._factor_of_account(cells))

	def part(self, cells: list[str], name: str) -> Decimal | None:
		"""An amount in the currency of the document itself; None where the cell is empty."""
		amount = self._sheet.amount(cells, name)
		return None if amount is None else self._converted(amount, self._rate(cells) or _ONE)

	def notes(self) -> list[Reason]:
		"""What was assumed."""
		sheet, layout = self._sheet, self._sheet.layout
		signs = ", ".join(sorted(sheet.style.amounts.signs))
		converted = self._may_be_foreign and "rate" in layout
		return [
			*([messages.CONVERTED.because(sheet.table.name, layout.label("rate"))] if converted else []),
			*([messages.SEVERAL_SIGNS.because(sheet.table.name, signs)] if "," in signs else []),
		]

	def _given(self, cells: list[str]) -> Decimal:
		# A rounded total is what is owed, but is 0 where totals are not rounded.
		for name in self._rounded:
			if amount := self._sheet.amount(cells, name):
				return amount
		amount = self._sheet.amount(cells, self._last)
		if amount is None:
			raise self._sheet.missing(self._last)
		return amount

	def _converted(self, amount: Decimal, factor: Decimal) -> Decimal:
		if factor == _ONE:
			return amount
		product = amount * factor
		if abs(product) >= LARGEST:
			raise Refused("rate", str(factor), messages.ABSURD_AMOUNT.because(self._last, f"{product:f}"))
		return product.quantize(_CENT)

	def _factor(self, cells: list[str]) -> Decimal:
		currency, company = self._sheet.text(cells, "currency"), self._sheet.style.currency
		rate = self._rate(cells)
		if rate is not None:
			return rate
		if not currency or currency == company:
			return _ONE
		if "rate" in self._sheet.layout:
			label = self._sheet.layout.label("rate")
			raise Refused("rate", "", messages.NO_RATE.because(currency, label))
		raise Refused("currency", currency, messages.OTHER_CURRENCY.because(currency, company or ""))

	def _rate(self, cells: list[str]) -> Decimal | None:
		if "rate" not in self._sheet.layout:
			return None
		rate = self._sheet.amount(cells, "rate")
		# Frappe writes 0 where a number was never filled in.
		return rate if rate is not None and rate > 0 else None

	def _factor_of_account(self, cells: list[str]) -> Decimal:
		"""ERPNext keeps what is outstanding in the currency of the customer's account."""
		if "account_currency" not in self._sheet.layout:
			return self._factor(cells) if self._may_be_foreign else _ONE
		currency = self._sheet.text(cells, "account_currency")
		if currency in ("", self._sheet.style.currency):
			return _ONE
		return self._rate(cells) or _ONE
