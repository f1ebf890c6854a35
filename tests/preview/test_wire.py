"""Accounts travel to another process and arrive as they were."""

from decimal import Decimal

from books import account, accounts, bill, credit, money, sale
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.preview.book import Account, Profile
from customer_grading.preview.replay.wire import pack, unpack
from customer_grading.rules.options import Need


@given(st.lists(accounts(), max_size=3))
def test_accounts_arrive_as_they_were(customers: list[Account]) -> None:
	assert unpack(pack(customers)) == customers


@given(st.text(), st.decimals(allow_nan=False, allow_infinity=False), st.text())
def test_any_text_and_any_amount_arrives(customer: str, amount: Decimal, number: str) -> None:
	known = account(
		bill(number, paid=[money(3, "0.10"), credit(5, "0.20")], order=number),
		orders=[sale(number)],
		on_account=[money(1, "-7.50"), money(2, "7.5")._replace(amount=amount)],
		customer=customer,
	)
	known.invoices[0].amount = amount
	(arrived,) = unpack(pack([known]))
	assert arrived == known
	assert str(arrived.invoices[0].amount) == str(amount)


def test_an_invoice_paid_at_once_arrives_with_its_receipt() -> None:
	known = account(bill(paid=3), bill("SI-2", paid=[credit(3, 100)]))
	assert unpack(pack([known])) == [known]


def test_a_profile_arrives() -> None:
	profile = Profile("Agent", "Li Na", Need.NONE, None, True, False, Decimal(40), None, "德尔塔配件")
	(arrived,) = unpack(pack([account(profile=profile)]))
	assert arrived.profile == profile
	assert arrived.profile.need is Need.NONE


def test_customers_without_a_profile_do_not_share_one() -> None:
	first, second = unpack(pack([account(), account()]))
	assert first.profile is not second.profile


def test_nobody_is_a_book_too() -> None:
	assert unpack(pack([])) == []
