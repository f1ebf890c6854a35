"""Money on account and the open orders it is promised to (R6)."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.cover import OpenOrder, allot, left, pool, unbound, unsettled
from customer_grading.rules.order import Overdue

ZERO = Decimal(0)
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def order(name: str, needs: int, paid: int = 0, placed: date = MONDAY) -> OpenOrder:
	return OpenOrder(name, placed, Decimal(needs), Decimal(paid))


def promised(free: int, *orders: OpenOrder) -> dict[str, int]:
	return {name: int(amount) for name, amount in allot(Decimal(free), orders).items()}


def pooled(on_account: int, owed: int, *orders: OpenOrder) -> int:
	return int(pool(Decimal(on_account), Decimal(owed), orders))


def test_without_orders_nothing_is_promised() -> None:
	assert promised(100) == {}
	assert left(Decimal(100), ()) == 100


def test_the_oldest_order_is_covered_first() -> None:
	assert promised(100, order("A", 80, placed=TUESDAY), order("B", 70)) == {"B": 70, "A": 30}


def test_of_one_day_the_lower_name_is_first() -> None:
	assert promised(100, order("SO-2", 80), order("SO-1", 70)) == {"SO-1": 70, "SO-2": 30}


def test_money_paid_for_an_order_stays_with_it_although_an_older_one_needs_it() -> None:
	assert promised(0, order("A", 80), order("B", 70, paid=70, placed=TUESDAY)) == {"A": 0, "B": 70}


def test_what_was_paid_for_an_order_beyond_its_need_is_for_others() -> None:
	orders = (order("A", 80), order("B", 70, paid=100, placed=TUESDAY))
	assert pooled(100, 0, *orders) == 30
	assert promised(30, *orders) == {"A": 30, "B": 70}


def test_the_pool_tops_up_an_order_that_is_paid_in_part() -> None:
	assert promised(20, order("A", 80, paid=70), order("B", 70)) == {"A": 80, "B": 10}


def test_open_invoices_are_paid_from_the_pool_first() -> None:
	assert pooled(100, 60) == 40
	assert pooled(100, 160) == 0


def test_open_invoices_do_not_take_what_was_paid_for_an_order() -> None:
	assert pooled(100, 60, order("A", 80, paid=80)) == 0
	assert promised(0, order("A", 80, paid=80)) == {"A": 80}


def test_credit_notes_beyond_the_invoices_are_no_money() -> None:
	assert pooled(100, -60) == 100


def test_when_money_was_paid_back_the_newest_order_loses_its_own_first() -> None:
	orders = (order("A", 80, paid=80), order("B", 70, paid=70, placed=TUESDAY))
	assert pooled(100, 0, *orders) == -50
	assert promised(-50, *orders) == {"A": 80, "B": 20}
	assert promised(-100, *orders) == {"A": 50, "B": 0}
	assert left(Decimal(-50), orders) == 0


def test_a_new_order_comes_after_all_that_are_open() -> None:
	assert left(Decimal(100), (order("A", 80, paid=30),)) == 50
	assert left(Decimal(40), (order("A", 80, paid=30),)) == 0


def test_an_order_with_nothing_to_be_billed_is_promised_nothing() -> None:
	assert promised(100, order("A", 0, paid=50), order("B", -5, paid=50)) == {"A": 0, "B": 0}
	assert left(Decimal(100), (order("B", -5, paid=50),)) == 100


money = st.decimals(-1000, 1000, places=2)
amounts = st.decimals(0, 1000, places=2)
days = st.dates(MONDAY, date(2026, 11, 20))
orders_of_any_kind = st.lists(
	st.builds(OpenOrder, st.sampled_from([f"SO-{number}" for number in range(8)]), days, amounts, amounts),
	unique_by=lambda each: each.name,
	max_size=6,
)


@given(amounts, money, orders_of_any_kind)
def test_never_more_is_promised_than_there_is(
	on_account: Decimal, owed: Decimal, orders: list[OpenOrder]
) -> None:
	free = pool(on_account, owed, orders)
	together = sum(allot(free, orders).values(), ZERO) + left(free, orders)
	assert ZERO <= together <= on_account


@given(amounts, money, orders_of_any_kind)
def test_no_order_is_promised_less_than_nothing_or_more_than_it_needs(
	on_account: Decimal, owed: Decimal, orders: list[OpenOrder]
) -> None:
	given_out = allot(pool(on_account, owed, orders), orders)
	assert given_out.keys() == {each.name for each in orders}
	assert all(ZERO <= given_out[each.name] <= each.needs for each in orders)


@given(amounts, money, orders_of_any_kind)
def test_what_was_paid_for_an_order_stays_with_it_as_long_as_the_money_is_there(
	on_account: Decimal, owed: Decimal, orders: list[OpenOrder]
) -> None:
	own = sum((each.own for each in orders), ZERO)
	given_out = allot(pool(on_account + own, owed, orders), orders)
	assert all(given_out[each.name] >= each.own for each in orders)


@given(amounts, orders_of_any_kind)
def test_the_pool_goes_to_no_order_before_all_older_ones_are_covered(
	free: Decimal, orders: list[OpenOrder]
) -> None:
	given_out = allot(free, orders)
	oldest_first = sorted(orders, key=lambda each: (each.placed, each.name))
	wanting = [given_out[each.name] < each.needs for each in oldest_first]
	if any(wanting):
		after = oldest_first[wanting.index(True) + 1 :]
		assert all(given_out[each.name] == each.own for each in after)


@given(amounts, money, orders_of_any_kind, amounts)
def test_a_newer_order_takes_nothing_from_the_others(
	on_account: Decimal, owed: Decimal, orders: list[OpenOrder], needs: Decimal
) -> None:
	before = pool(on_account, owed, orders)
	more = [*orders, OpenOrder("SO-new", date(2026, 12, 1), needs)]
	after = pool(on_account, owed, more)
	promises, new = allot(before, orders), allot(after, more)
	assert {**promises, "SO-new": new["SO-new"]} == new
	assert new["SO-new"] == min(left(before, orders), needs)


@given(amounts, amounts, orders_of_any_kind)
def test_more_money_never_lowers_a_promise(
	on_account: Decimal, more: Decimal, orders: list[OpenOrder]
) -> None:
	before = allot(pool(on_account, ZERO, orders), orders)
	after = allot(pool(on_account + more, ZERO, orders), orders)
	assert all(after[name] >= before[name] for name in before)


@given(money, st.permutations([order("A", 80), order("B", 70, paid=60), order("C", 90, placed=TUESDAY)]))
def test_the_order_in_which_orders_are_handed_in_does_not_matter(
	free: Decimal, orders: list[OpenOrder]
) -> None:
	assert allot(free, orders) == allot(free, sorted(orders, key=lambda each: each.name))


def late(document: str, amount: int, days: int) -> Overdue:
	return Overdue(document, Decimal(amount), days)


def test_money_on_account_pays_what_has_been_overdue_longest() -> None:
	debts = [late("new", 50, 3), late("old", 70, 40)]
	assert list(unsettled(debts, Decimal(0))) == [late("old", 70, 40), late("new", 50, 3)]
	assert list(unsettled(debts, Decimal(60))) == [late("old", 10, 40), late("new", 50, 3)]
	assert list(unsettled(debts, Decimal(70))) == [late("new", 50, 3)]
	assert list(unsettled(debts, Decimal(500))) == []


def test_money_that_was_paid_for_an_open_order_pays_nothing_else() -> None:
	order = OpenOrder("SO-1", date(2026, 1, 1), needs=Decimal(100), paid=Decimal(80))
	assert unbound(Decimal(100), [order]) == 20
	assert unbound(Decimal(30), [order]) == 0
