"""Accounts on their way to another process.

Pickling a decimal or a date costs more than deciding on an order, so accounts travel as plain numbers and
texts.
"""

import marshal
import pickle
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from customer_grading.preview.book import Account, DueLine, Invoice, Order, Profile, Receipt

WITHOUT_REFERENCES = 2
"""The version of marshal that does not look for objects that occur twice: quicker, and hardly larger."""

NO_PROFILE = Profile()
ZERO = Decimal(0)


def pack(accounts: Sequence[Account]) -> bytes:
	"""Accounts as bytes."""
	return marshal.dumps([_pack_account(account) for account in accounts], WITHOUT_REFERENCES)


def unpack(packed: bytes) -> list[Account]:
	"""The accounts again. Only for what `pack` made on this machine in this run."""
	return [_unpack_account(*parts) for parts in marshal.loads(packed)]  # noqa: S302  (made by pack)


def _pack_account(account: Account) -> tuple[Any, ...]:
	return (
		account.customer,
		[_pack_invoice(invoice) for invoice in account.invoices],
		[
			(order.number, order.date.toordinal(), str(order.amount), order.terms_days)
			for order in account.orders
		],
		[_pack_receipt(receipt) for receipt in account.on_account],
		None if account.profile == NO_PROFILE else pickle.dumps(account.profile),
	)


def _unpack_account(
	customer: str, invoices: Any, orders: Any, on_account: Any, profile: bytes | None
) -> Account:
	return Account(
		customer,
		[_unpack_invoice(*parts) for parts in invoices],
		[
			Order(number, date.fromordinal(day), Decimal(amount), terms)
			for number, day, amount, terms in orders
		],
		[_unpack_receipt(*parts) for parts in on_account],
		pickle.loads(profile) if profile else Profile(),  # noqa: S301  (made by pack)
	)


def _pack_invoice(invoice: Invoice) -> tuple[Any, ...]:
	return (
		invoice.number,
		invoice.date.toordinal(),
		invoice.due.toordinal(),
		str(invoice.amount),
		[_pack_receipt(receipt, invoice.amount) for receipt in invoice.receipts],
		str(invoice.paid_on_unknown_day) if invoice.paid_on_unknown_day else None,
		invoice.order,
		invoice.disputed_on.toordinal() if invoice.disputed_on else None,
		[(due.toordinal(), str(amount)) for due, amount in invoice.schedule],
	)


def _unpack_invoice(  # noqa: PLR0913  (the parts of one invoice)
	number: str,
	day: int,
	due: int,
	amount: str,
	receipts: Any,
	unknown: str | None,
	order: str | None,
	disputed: int | None,
	schedule: Any,
) -> Invoice:
	whole = Decimal(amount)
	return Invoice(
		number,
		date.fromordinal(day),
		date.fromordinal(due),
		whole,
		tuple([_unpack_receipt(on, part, is_money, whole) for on, part, is_money in receipts]),
		Decimal(unknown) if unknown else ZERO,
		order,
		date.fromordinal(disputed) if disputed else None,
		tuple([DueLine(date.fromordinal(due_on), Decimal(part)) for due_on, part in schedule])
		if schedule
		else (),
	)


def _pack_receipt(receipt: Receipt, whole: Decimal | None = None) -> tuple[int, str | None, bool]:
	"""The amount is left out where it is the `whole` invoice, as it mostly is."""
	amount = None if receipt.amount is whole else str(receipt.amount)
	return receipt.date.toordinal(), amount, receipt.is_money


def _unpack_receipt(day: int, amount: str | None, is_money: bool, whole: Decimal = ZERO) -> Receipt:
	return Receipt(date.fromordinal(day), whole if amount is None else Decimal(amount), is_money)
