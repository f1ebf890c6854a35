"""What really became of an order."""

from decimal import Decimal

import pytest
from books import HORIZON, bill, credit, invoices, money, on
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.preview.book import Invoice
from customer_grading.preview.replay.ending import course, ending, paid_at_once
from customer_grading.preview.replay.results import Ending, Fate

TOLERANCE = Decimal(1)


def ended(*billed: Invoice, as_of: int = 365) -> Ending:
	return ending(billed, on(as_of), TOLERANCE)


def late(fate: Fate, amount: int | str, days: int, settled: int | None) -> Ending:
	return Ending(fate, Decimal(amount), days, None if settled is None else on(settled))


@pytest.mark.parametrize("paid", [0, 12, 30])
def test_money_up_to_the_due_date_is_on_time(paid: int) -> None:
	assert ended(bill(due=30, paid=paid)) == Ending(Fate.ON_TIME, settled_on=on(paid))


def test_money_after_the_due_date_is_late_by_so_many_days() -> None:
	assert ended(bill(due=30, paid=37)) == late(Fate.LATE, 100, 7, 37)


def test_money_that_never_came_is_overdue_until_the_report() -> None:
	assert ended(bill(due=30), as_of=80) == late(Fate.OVERDUE, 100, 50, None)


def test_what_was_due_on_the_day_of_the_report_is_overdue_for_a_day() -> None:
	assert ended(bill(due=30), as_of=30) == late(Fate.OVERDUE, 100, 1, None)


def test_what_is_not_due_yet_is_open() -> None:
	assert ended(bill(due=30), as_of=29) == Ending(Fate.OPEN)


def test_money_after_the_report_has_not_come() -> None:
	assert ended(bill(due=30, paid=37), as_of=36) == late(Fate.OVERDUE, 100, 6, None)
	assert ended(bill(due=30, paid=25), as_of=24) == Ending(Fate.OPEN)


def test_an_order_without_invoices_was_not_billed() -> None:
	assert ended() == Ending(Fate.NOT_BILLED)


def test_an_invoice_of_nothing_is_settled_when_it_is_made() -> None:
	assert ended(bill(day=4, amount=0)) == Ending(Fate.ON_TIME, settled_on=on(4))


def test_only_what_was_missing_on_the_due_date_is_late() -> None:
	paid = [money(20, 60), money(40, 30), money(50, 10)]
	assert ended(bill(due=30, paid=paid)) == late(Fate.LATE, 40, 20, 50)


def test_a_credit_note_settles() -> None:
	paid = [credit(20, 60), money(30, 40)]
	assert ended(bill(due=30, paid=paid)) == Ending(Fate.ON_TIME, settled_on=on(30))


@pytest.mark.parametrize(("missing", "fate"), [("1.00", Fate.ON_TIME), ("1.01", Fate.LATE)])
def test_late_amounts_up_to_the_tolerance_are_trivial(missing: str, fate: Fate) -> None:
	rest = Decimal(100) - Decimal(missing)
	invoice = bill(due=30, paid=[money(30, str(rest)), money(60, missing)])
	assert ended(invoice).fate is fate
	assert ended(bill(due=30, amount=missing, paid=60)).fate is fate


def test_a_trivial_rest_that_never_came_leaves_the_order_open() -> None:
	assert ended(bill(due=30, paid=[money(30, "99.5")])) == Ending(Fate.OPEN)


def test_the_lines_of_a_schedule_are_late_one_by_one() -> None:
	invoice = bill(schedule=[(10, 40), (50, 60)], paid=[money(25, 40), money(50, 60)])
	assert ended(invoice) == late(Fate.LATE, 40, 15, 50)
	assert ended(invoice, as_of=20) == late(Fate.OVERDUE, 40, 10, None)


def test_an_order_of_several_invoices_is_late_by_all_of_them() -> None:
	first, second = bill("SI-1", due=30, paid=35), bill("SI-2", due=30, amount=50, paid=70)
	punctual = bill("SI-3", due=30, paid=1)
	assert ended(first, second, punctual) == late(Fate.LATE, 150, 40, 70)


def test_an_order_is_settled_with_its_last_invoice() -> None:
	first, second = bill("SI-1", paid=5), bill("SI-2", paid=20)
	assert ended(first, second) == Ending(Fate.ON_TIME, settled_on=on(20))
	assert ended(first, bill("SI-2", due=400)) == Ending(Fate.OPEN)


def test_one_overdue_invoice_makes_the_order_overdue() -> None:
	assert ended(bill("SI-1", paid=40), bill("SI-2"), as_of=60) == late(Fate.OVERDUE, 200, 30, None)


def test_money_on_an_unknown_day_leaves_it_unknown_whether_it_was_late() -> None:
	assert ended(bill(unknown=100)) == Ending(Fate.UNKNOWN_DAY)
	assert ended(bill("SI-1", paid=5), bill("SI-2", unknown=100)) == Ending(Fate.UNKNOWN_DAY)
	assert ended(bill(unknown=60, paid=[money(10, 40)])) == Ending(Fate.UNKNOWN_DAY)


def test_what_is_left_beside_money_of_an_unknown_day_is_overdue_for_certain() -> None:
	assert ended(bill(due=30, unknown=60), as_of=40) == late(Fate.OVERDUE, 40, 10, None)
	assert ended(bill(due=30, unknown=60), as_of=29) == Ending(Fate.UNKNOWN_DAY)


def test_known_late_money_is_late_beside_money_of_an_unknown_day() -> None:
	assert ended(bill(due=30, unknown=60, paid=[money(50, 40)])) == late(Fate.LATE, 40, 20, None)


@given(invoices("SI-1"), st.integers(0, HORIZON))
def test_the_short_way_ends_as_the_long_way_does(invoice: Invoice, day: int) -> None:
	found = ended(invoice, as_of=day)
	if not paid_at_once(invoice, on(day)):
		return
	long_way = course(invoice, on(day))
	assert found.settled_on == long_way.settled_on
	if long_way.late > TOLERANCE:
		assert found == Ending(Fate.LATE, long_way.late, long_way.days_late, long_way.settled_on)
	else:
		assert found.fate is Fate.ON_TIME


@given(st.lists(invoices("SI-1"), min_size=1, max_size=3), st.integers(0, HORIZON + 300))
def test_an_ending_does_not_contradict_itself(billed: list[Invoice], day: int) -> None:
	found = ended(*billed, as_of=day)
	assert 0 <= found.late_amount <= sum(invoice.amount for invoice in billed)
	assert (found.late_amount > TOLERANCE) == found.fate.is_late == (found.days_late > 0)
	assert found.settled_on is None or found.settled_on <= max(on(day), *(each.date for each in billed))
