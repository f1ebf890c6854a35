"""What a company's exported files say, in company currency: the input of the replay.

A million invoices must fit into memory, hence slots and tuples.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from customer_grading.rules.options import Need
from customer_grading.rules.reasons import Reason

Day = date
"""The type, for classes that have a field called date."""


class Receipt(NamedTuple):
	"""Money received, or a credit note booked, on a day."""

	date: Day
	amount: Decimal
	is_money: bool = True
	"""False for a credit note: it settles, but nobody has paid."""


class DueLine(NamedTuple):
	"""One line of a payment schedule."""

	due: Day
	amount: Decimal


@dataclass(slots=True)
class Invoice:
	"""One sales invoice. `amount` is zero or more."""

	number: str
	date: Day
	due: Day
	amount: Decimal
	receipts: tuple[Receipt, ...] = ()
	"""Money for this invoice in order of date; their sum never exceeds the amount."""
	paid_on_unknown_day: Decimal = Decimal(0)
	"""The part that is settled by the export's own figures, on a day that no file tells."""
	order: str | None = None
	disputed_on: Day | None = None
	schedule: tuple[DueLine, ...] = ()
	"""The payment schedule where it has more than one line, in order of due date; its sum is the amount."""

	@property
	def last_due(self) -> Day:
		"""The day on which the last line falls due."""
		return self.schedule[-1].due if self.schedule else self.due

	@property
	def lines(self) -> tuple[DueLine, ...]:
		"""The payment schedule, which has at least one line."""
		return self.schedule or (DueLine(self.due, self.amount),)


@dataclass(slots=True)
class Order:
	"""One sales order, with the terms that it was given, in days from its date to the last due date."""

	number: str
	date: Day
	amount: Decimal
	terms_days: int | None = None


@dataclass(slots=True)
class Profile:
	"""What the file of customers tells of one customer; None where it is silent."""

	group: str | None = None
	salesperson: str | None = None
	need: Need | None = None
	expected_close: Day | None = None
	supply_agreement: bool | None = None
	platform: bool | None = None
	market_share: Decimal | None = None
	growth_potential: Decimal | None = None
	name: str | None = None
	"""The customer's name, where the files tell it apart from the ID."""


@dataclass(slots=True)
class Account:
	"""Everything that the files tell of one customer."""

	customer: str
	invoices: list[Invoice] = field(default_factory=list)
	orders: list[Order] = field(default_factory=list)
	on_account: list[Receipt] = field(default_factory=list)
	"""Money (and credit notes) that no invoice is named for."""
	profile: Profile = field(default_factory=Profile)


class Reject(NamedTuple):
	"""One row, or one value of a row, that could not be used."""

	file: str
	line: int
	column: str
	value: str
	why: Reason
	row_dropped: bool = True
	"""False where only the value is left out and the row stays; only dropped rows count in the balance of
	rows.
	"""


@dataclass(slots=True)
class Book:
	"""A company's receivables as its files tell them. Every row read is counted exactly once."""

	accounts: dict[str, Account]
	rejects: list[Reject]
	notes: list[Reason]
	"""What was assumed while reading: the order of day and month, the columns found, rows merged…"""
	rows_read: int
	rows_merged: int
	"""Rows that only continue the document of an earlier row (child tables of an export)."""
	credit_notes: int
	currency: str | None
	last_day: Day
	"""The last day on which the files say that something happened (due dates do not count)."""
	payments: int = 0
	"""Rows of the file of payments that were used."""
	customers: int = 0
	"""Rows of the file of customers that were used."""

	invoices: int = field(init=False, default=0)
	"""Rows that made an invoice."""
	orders: int = field(init=False, default=0)
	"""Rows that made an order."""

	def __post_init__(self) -> None:
		self.count()

	def count(self) -> None:
		"""Count invoices and orders after accounts have changed. A replay uses them up; the counts stay."""
		self.invoices = sum(len(account.invoices) for account in self.accounts.values())
		self.orders = sum(len(account.orders) for account in self.accounts.values())

	@property
	def rows_dropped(self) -> int:
		"""Rows that could not be used."""
		return sum(reject.row_dropped for reject in self.rejects)


class InputError(Exception):
	"""The input cannot be used at all; the reason says what is wrong and what to do.

	`rejects` are the rows that were refused until then, where rows were read at all.
	"""

	def __init__(self, reason: Reason, rejects: Sequence[Reject] = ()) -> None:
		super().__init__(reason.sentence())
		self.reason = reason
		self.rejects = tuple(rejects)
