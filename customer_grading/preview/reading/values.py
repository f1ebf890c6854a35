"""Dates, amounts and choices as people and programs write them into files.

A million rows have few different dates and texts, so that everything is looked up in dictionaries that read a
text when they first meet it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from customer_grading.preview.reading import messages
from customer_grading.rules.options import Need, StrEnum
from customer_grading.rules.reasons import Reason

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
LARGEST = Decimal(10) ** 15
"""Amounts from here on are taken for numbers of something else."""
_SHORT = 15
"""A plain number with so few characters lies below that."""
_CACHED = 200_000
"""How many different texts are remembered: every date, and amounts without using up the memory."""
_LONGEST = 60
"""A longer text is no date and no amount, and is cut where a message cites it."""

# fmt: off
NOTHING = frozenset((
	"", "-", "--", "—", "/", "n/a", "#n/a", "na", "nan", "nat", "null", "none", "无", "0000-00-00", "未付",
	"未收", "未付款", "未收款", "未结清", "open", "unpaid",
))
# fmt: on
"""What programs and people write into a cell that has no date or amount."""


def is_nothing(text: str) -> bool:
	"""Whether a cell of a date or an amount says that there is none."""
	return text.strip().casefold() in NOTHING


class DayOrder(StrEnum):
	"""How a date such as 1/2/2024 is read."""

	DAY_FIRST = "day first"
	MONTH_FIRST = "month first"

	@property
	def other(self) -> "DayOrder":
		"""The opposite order."""
		return DayOrder.MONTH_FIRST if self is DayOrder.DAY_FIRST else DayOrder.DAY_FIRST


SEPARATORS = "/.-"
DayOrders = Mapping[str, DayOrder]
"""The order of day and month for each separator."""
USUAL: DayOrders = {"/": DayOrder.MONTH_FIRST, ".": DayOrder.DAY_FIRST, "-": DayOrder.DAY_FIRST}
"""The United States write 1/31/2024; 31.1.2024 and 31-1-2024 are written elsewhere."""

_TIME = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?Z| ?[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME, re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + _TIME, re.ASCII)
_CHINESE = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?" + _TIME, re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:\.0)?", re.ASCII)
_DAY_NAMED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*\.?,?[- ](\d{4})" + _TIME, re.ASCII)
_MONTH_NAMED = re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})" + _TIME, re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _clean(text: str) -> str:
	return unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip() if len(text) <= _LONGEST else ""


def cited(text: str) -> str:
	"""A cell as a message cites it."""
	return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def year_last(text: str) -> tuple[int, int, str] | None:
	"""First number, second number and separator of a date such as 1/2/2024; None if it is not written so."""
	found = _YEAR_LAST.fullmatch(_clean(text))
	return (int(found[1]), int(found[3]), found[2]) if found else None


def parse_date(text: str, orders: DayOrders = USUAL) -> date | None:
	"""The date that a text says; None if it says none. The years are not judged."""
	numbers = _numbers_of_date(_clean(text), orders)
	try:
		return date(*numbers) if numbers else None
	except ValueError:
		return None


def _numbers_of_date(text: str, orders: DayOrders) -> tuple[int, int, int] | None:
	if found := _YEAR_FIRST.fullmatch(text):
		return int(found[1]), int(found[3]), int(found[4])
	if found := _YEAR_LAST.fullmatch(text):
		first, second, year = int(found[1]), int(found[3]), int(found[4])
		return (year, second, first) if orders[found[2]] is DayOrder.DAY_FIRST else (year, first, second)
	if found := _CHINESE.fullmatch(text) or _COMPACT.fullmatch(text):
		return int(found[1]), int(found[2]), int(found[3])
	return _numbers_with_month_name(text)


def _numbers_with_month_name(text: str) -> tuple[int, int, int] | None:
	if found := _DAY_NAMED.fullmatch(text):
		day, name, year = found.groups()
	elif found := _MONTH_NAMED.fullmatch(text):
		name, day, year = found.groups()
	else:
		return None
	month = name.casefold()
	return (int(year), _MONTHS.index(month) + 1, int(day)) if month in _MONTHS else None


class Dates(dict[str, "date | None"]):
	"""Text → date. None stands for an empty cell as well as for a text that is no date; `why` tells them
	apart.
	"""

	def __init__(self, orders: DayOrders = USUAL) -> None:
		super().__init__()
		self.orders = orders

	def __missing__(self, text: str) -> date | None:
		if len(self) >= _CACHED:
			self.clear()
		day = parse_date(text, self.orders)
		self[text] = day = day if day is not None and EARLIEST <= day <= LATEST else None
		return day

	def why(self, text: str, column: str) -> Reason | None:
		"""Why a text is no date that can be used; None if the cell just says that there is none."""
		if is_nothing(text):
			return None
		if parse_date(text, self.orders) is not None:
			return messages.IMPOSSIBLE_DATE.because(column, text)
		written = year_last(text)
		if written and parse_date(text, {mark: order.other for mark, order in self.orders.items()}):
			return messages.DATE_AGAINST_ORDER.because(column, text, self.orders[written[2]])
		return messages.UNREADABLE_DATE.because(column, cited(text))


_CODES = (
	"CNY|RMB|USD|EUR|GBP|HKD|TWD|JPY|INR|KRW|SGD|AUD|CAD|CHF|MYR|THB|VND|AED|SAR|ZAR|BRL|MXN|SEK|NOK|DKK|PLN"
)
_SIGN = rf"(?:{_CODES}|US\$|HK\$|NT\$|Rs\.?|[¥$€£₹]|元|人民币|圆)"
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_DRESSED = re.compile(
	rf"(?P<minus>-?) ?(?P<before>{_SIGN}?) ?(?P<minus2>-?)"
	r"(?P<number>[\d.,' ]*\d[.,]?)"
	rf" ?(?P<minus3>-?) ?(?P<after>{_SIGN}?)",
	re.ASCII | re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:([,. '])\d{2,3})(?:\1\d{2,3})*", re.ASCII)
_LAST_GROUP = re.compile(r"[,. ']\d{3}", re.ASCII)
_ONE_GROUP = re.compile(r"[1-9]\d{0,2}[,.]\d{3}", re.ASCII)


def _split_amount(text: str) -> tuple[bool, str, str] | None:
	"""Whether an amount is negative, its number as it is written, and its currency sign."""
	clean = _clean(text)
	in_brackets = clean.startswith("(") and clean.endswith(")")
	found = _DRESSED.fullmatch(clean[1:-1].strip() if in_brackets else clean)
	if found is None:
		return None
	minuses = [found["minus"], found["minus2"], found["minus3"], "-" if in_brackets else ""]
	if minuses.count("-") > 1:
		return None
	return "-" in minuses, found["number"], (found["before"] or found["after"]).upper()


def decimal_mark(number: str) -> str | None:
	"""The decimal mark that the digits of an amount can only be read with: "." or ","; None if they leave it
	open.
	"""
	commas, points = number.count(","), number.count(".")
	if commas and points:
		return max(",.", key=number.rindex)
	if commas + points == 0 or _ONE_GROUP.fullmatch(number):
		return None
	mark, other = (",", ".") if commas else (".", ",")
	return mark if commas + points == 1 else other


def mark_of(text: str) -> str | None:
	"""The decimal mark that an amount, as it stands in a cell, can only be read with."""
	split = _split_amount(text)
	return decimal_mark(split[1]) if split else None


def parse_amount(text: str, usual_mark: str = ".") -> Decimal | None:
	"""The amount that a text says; None if it says none. `usual_mark` reads what could be either, such as
	1,234.
	"""
	split = _split_amount(text)
	if split is None:
		return None
	negative, number, _ = split
	whole, _, fraction = number.rstrip().partition(decimal_mark(number) or usual_mark)
	digits = _ungrouped(whole)
	if digits is None or not (fraction.isdigit() or fraction == ""):
		return None
	return Decimal(f"{'-' if negative else ''}{digits}.{fraction}".rstrip("."))


def _ungrouped(whole: str) -> str | None:
	if whole.isdigit() or whole == "":
		return whole or "0"
	if _GROUPED.fullmatch(whole) and _LAST_GROUP.fullmatch(whole[-4:]):
		return re.sub(r"\D", "", whole)
	return None


class Amounts(dict[str, "Decimal | None"]):
	"""Text → amount. None stands for an empty cell as well as for a text that is no amount; `why` tells them
	apart.
	"""

	def __init__(self, usual_mark: str = ".") -> None:
		super().__init__()
		self.usual_mark = usual_mark
		self.signs: Counter[str] = Counter()
		"""The currency signs that were met."""

	def __missing__(self, text: str) -> Decimal | None:
		if len(self) >= _CACHED:
			self.clear()
		# So short that it cannot be too large.
		plain = len(text) <= _SHORT and self.usual_mark == "." and _PLAIN.fullmatch(text)
		self[text] = amount = Decimal(text) if plain else self._dressed(text)
		return amount

	def _dressed(self, text: str) -> Decimal | None:
		split = _split_amount(text)
		if split and split[2]:
			self.signs[split[2]] += 1
		amount = parse_amount(text, self.usual_mark)
		return amount if amount is not None and abs(amount) < LARGEST else None

	def why(self, text: str, column: str) -> Reason | None:
		"""Why a text is no amount that can be used; None if the cell just says that there is none."""
		if is_nothing(text):
			return None
		absurd = parse_amount(text, self.usual_mark) is not None
		return (messages.ABSURD_AMOUNT if absurd else messages.UNREADABLE_AMOUNT).because(column, cited(text))


_YES = frozenset(("1", "1.0", "yes", "y", "true", "t", "x", "是", "有", "对", "√", "✓"))
_NO = frozenset(("0", "0.0", "no", "n", "false", "f", "否", "没有", "不是", "×")) | NOTHING
_NEEDS = {
	"clear": Need.CLEAR,
	"明确": Need.CLEAR,
	"明确需求": Need.CLEAR,
	"有明确需求": Need.CLEAR,
	"potential": Need.POTENTIAL,
	"潜在": Need.POTENTIAL,
	"潜在需求": Need.POTENTIAL,
	"none": Need.NONE,
	"no need": Need.NONE,
	"无": Need.NONE,
	"无需求": Need.NONE,
	"没有需求": Need.NONE,
}


@lru_cache
def parse_yes(text: str) -> bool | None:
	"""Yes, no, or None for a text that is neither. An empty cell means no."""
	word = _clean(text).casefold()
	if word in _YES:
		return True
	return False if word in _NO else None


def parse_need(text: str) -> Need | None:
	"""A customer's need in English or Chinese; None for anything else."""
	return _NEEDS.get(_clean(text).casefold())


class State(StrEnum):
	"""What the status of a document means for reading it."""

	DRAFT = "draft"
	CANCELLED = "cancelled"
	RETURN = "return"
	PAID = "paid"
	OTHER = "other"


_STATES = {
	"draft": State.DRAFT,
	"草案": State.DRAFT,
	"草稿": State.DRAFT,
	"cancelled": State.CANCELLED,
	"canceled": State.CANCELLED,
	"void": State.CANCELLED,
	"voided": State.CANCELLED,
	"取消": State.CANCELLED,
	"已取消": State.CANCELLED,
	"作废": State.CANCELLED,
	"已作废": State.CANCELLED,
	"return": State.RETURN,
	"回报": State.RETURN,
	"退货": State.RETURN,
	"paid": State.PAID,
	"settled": State.PAID,
	"closed": State.PAID,
	"已付款": State.PAID,
	"已付": State.PAID,
	"已支付": State.PAID,
	"已收款": State.PAID,
	"已结清": State.PAID,
	"已核销": State.PAID,
}
_DOCSTATUS = {"0": State.DRAFT, "0.0": State.DRAFT, "2": State.CANCELLED, "2.0": State.CANCELLED}


@lru_cache
def parse_state(text: str) -> State:
	"""What a status says, in English or Chinese."""
	return _STATES.get(_clean(text).casefold(), State.OTHER)


@lru_cache
def parse_docstatus(text: str) -> State:
	"""What Frappe's docstatus says, as a number or as a word."""
	return _DOCSTATUS.get(_clean(text)) or parse_state(text)


class PaymentKind(StrEnum):
	"""Which way the money of a payment went."""

	RECEIVE = "receive"
	PAY = "pay"
	INTERNAL = "internal"


_PAYMENT_KINDS = {
	"pay": PaymentKind.PAY,
	"支付": PaymentKind.PAY,
	"付款": PaymentKind.PAY,
	"refund": PaymentKind.PAY,
	"退款": PaymentKind.PAY,
	"internal transfer": PaymentKind.INTERNAL,
	"内部转账": PaymentKind.INTERNAL,
	"内部转帐": PaymentKind.INTERNAL,
}
_CUSTOMER_TYPES = frozenset(("", "customer", "客户", "顾客"))


@lru_cache
def parse_payment_kind(text: str) -> PaymentKind:
	"""What a payment type says; money that comes in where it is silent."""
	return _PAYMENT_KINDS.get(_clean(text).casefold(), PaymentKind.RECEIVE)


@lru_cache
def is_customer_type(text: str) -> bool:
	"""Whether a party type means customers; an empty one does."""
	return _clean(text).casefold() in _CUSTOMER_TYPES


@lru_cache
def is_order_type(text: str) -> bool:
	"""Whether a reference type means sales orders."""
	word = _clean(text).casefold()
	return "order" in word or "订单" in word
