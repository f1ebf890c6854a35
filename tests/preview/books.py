"""Made-up receivables. Days are counted from START, amounts are in company currency."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from customer_grading.preview.book import Account, Book, DueLine, Invoice, Order, Profile, Receipt
from customer_grading.preview.replay.decisions import Replay, Setting, Terms
from customer_grading.preview.replay.results import OrderDecision
from customer_grading.preview.replay.sales import Averages
from customer_grading.preview.replay.timeline import Timeline
from customer_grading.rules.options import Need
from customer_grading.rules.policy import Policy

START = date(2023, 11, 20)
POLICY = Policy.default()
END = 1200
"""A day after everything that is made up here."""

Amount = int | str


def on(days: int) -> date:
	"""The day so many days after START."""
	return START + timedelta(days)


def money(day: int, amount: Amount, *, is_money: bool = True) -> Receipt:
	"""Money received on a day."""
	return Receipt(on(day), Decimal(amount), is_money)


def credit(day: int, amount: Amount) -> Receipt:
	"""A credit note booked on a day."""
	return money(day, amount, is_money=False)


def bill(
	number: str = "SI-1",
	day: int = 0,
	due: int | None = None,
	amount: Amount = 100,
	paid: int | Sequence[Receipt] | None = None,
	unknown: Amount = 0,
	order: str | None = None,
	disputed: int | None = None,
	schedule: Sequence[tuple[int, Amount]] = (),
) -> Invoice:
	"""An invoice, due after 30 days; `paid` is the day on which all of it was paid, or what was received."""
	lines = tuple(DueLine(on(when), Decimal(part)) for when, part in schedule)
	last = lines[-1].due if lines else on(day + 30 if due is None else due)
	receipts = (money(paid, amount),) if isinstance(paid, int) else tuple(paid or ())
	return Invoice(
		number,
		on(day),
		last,
		Decimal(amount),
		receipts,
		Decimal(unknown),
		order,
		None if disputed is None else on(disputed),
		lines,
	)


def sale(number: str = "SO-1", day: int = 0, amount: Amount = 100, terms: int | None = None) -> Order:
	"""A sales order."""
	return Order(number, on(day), Decimal(amount), terms)


def account(
	*invoices: Invoice,
	orders: Iterable[Order] = (),
	on_account: Iterable[Receipt] = (),
	customer: str = "Delta Fittings",
	profile: Profile | None = None,
) -> Account:
	"""A customer with these documents."""
	return Account(customer, list(invoices), list(orders), list(on_account), profile or Profile())


def good_payer(count: int = 12, customer: str = "Delta Fittings", amount: Amount = 1000) -> Account:
	"""A customer in tier A: an invoice every 30 days, each paid 25 days ahead of its due date."""
	invoices = [bill(f"SI-{n:02}", 30 * n, 30 * n + 30, amount, paid=30 * n + 5) for n in range(count)]
	return account(*invoices, customer=customer)


def with_more(
	base: Account,
	*invoices: Invoice,
	orders: Iterable[Order] = (),
	on_account: Iterable[Receipt] = (),
) -> Account:
	"""The same customer with more documents."""
	return replace(
		base,
		invoices=[*base.invoices, *invoices],
		orders=[*base.orders, *orders],
		on_account=[*base.on_account, *on_account],
	)


def timeline(known: Account, policy: Policy = POLICY) -> Timeline:
	"""The timeline of a customer, before its first day."""
	return Timeline.of(known, policy.tier, on(END))


def replay(
	replayed: Account,
	*others: Account,
	as_of: int = END,
	policy: Policy = POLICY,
	terms: Terms = Terms.POLICY,
) -> Replay:
	"""The replay of a customer in a book with others."""
	averages = Averages([replayed, *others], policy.score.window_months)
	return Replay(replayed, Setting(policy, averages, on(as_of), terms))


def decisions(
	replayed: Account,
	*others: Account,
	as_of: int = END,
	policy: Policy = POLICY,
	terms: Terms = Terms.POLICY,
) -> dict[str, OrderDecision]:
	"""The decision on each order of a customer, by its number."""
	made = replay(replayed, *others, as_of=as_of, policy=policy, terms=terms).decisions()
	return {decision.number: decision for decision in made}


def codes(decision: OrderDecision) -> list[str]:
	"""The codes of a decision's reasons."""
	return [reason.code for reason in decision.decision.reasons]


def book(*accounts: Account, last_day: int = END) -> Book:
	"""A book of these customers, in this order."""
	return Book(
		{each.customer: each for each in accounts},
		[],
		[],
		sum(len(each.invoices) + len(each.orders) for each in accounts),
		0,
		0,
		None,
		on(last_day),
	)


def cut(whole: Account, day: date) -> Account:
	"""The same customer as the files would have told when the day was over."""
	later = [invoice for invoice in whole.invoices if invoice.date > day]
	advances = [receipt for invoice in later for receipt in invoice.receipts]
	return replace(
		whole,
		invoices=[_cut_invoice(invoice, day) for invoice in whole.invoices if invoice.date <= day],
		orders=[order for order in whole.orders if order.date <= day],
		on_account=[receipt for receipt in (*whole.on_account, *advances) if receipt.date <= day],
	)


def _cut_invoice(invoice: Invoice, day: date) -> Invoice:
	disputed = invoice.disputed_on
	return replace(
		invoice,
		receipts=tuple(receipt for receipt in invoice.receipts if receipt.date <= day),
		disputed_on=disputed if disputed and disputed <= day else None,
	)


# Random books. Amounts are small whole numbers, so that sums often meet exactly.

HORIZON = 700
days = st.integers(0, HORIZON)
parts = st.integers(1, 60)


@st.composite
def invoices(draw: st.DrawFn, number: str, order: Order | None = None) -> Invoice:
	"""Any invoice, on any schedule: paid in parts, in advance, late, by credit note, or not at all."""
	made = draw(days) if order is None else (order.date - START).days + draw(st.integers(0, 40))
	lines = draw(st.lists(st.tuples(st.integers(0, 60), parts), min_size=1, max_size=3, unique_by=_first))
	lines.sort()
	amount = draw(st.sampled_from([0, sum(part for _, part in lines)])) if len(lines) == 1 else None
	schedule = tuple(DueLine(on(made + wait), Decimal(part)) for wait, part in lines)
	whole = sum(part for _, part in lines) if amount is None else amount
	receipts, left = draw(_receipts(made, whole))
	return Invoice(
		number,
		on(made),
		schedule[-1].due,
		Decimal(whole),
		receipts,
		Decimal(draw(st.sampled_from([0, 0, 0, left]))),
		order.number if order else None,
		draw(st.sampled_from([None, None, None, on(made + 10), on(made + 45)])),
		schedule if len(schedule) > 1 else (),
	)


def _first(pair: tuple[int, int]) -> int:
	return pair[0]


@st.composite
def _receipts(draw: st.DrawFn, made: int, whole: int) -> tuple[tuple[Receipt, ...], int]:
	"""Receipts of an invoice in order of date, and what they leave of it."""
	bounds = draw(st.lists(st.integers(0, whole), max_size=3)) if whole else []
	upto = sorted({*bounds, *draw(st.sampled_from([(), (whole,), (whole,)]))} - {0})
	amounts = [high - low for low, high in zip([0, *upto], upto, strict=False)]
	waits = draw(st.lists(st.integers(-15, 90), min_size=len(amounts), max_size=len(amounts)))
	kinds = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=4, max_size=4))
	receipts = tuple(
		money(made + wait, amount, is_money=kind)
		for wait, amount, kind in zip(sorted(waits), amounts, kinds, strict=False)
	)
	return receipts, whole - (upto[-1] if upto else 0)


@st.composite
def accounts(draw: st.DrawFn, customer: str = "Delta Fittings") -> Account:
	"""Any customer: invoices that stand for orders, orders that are billed in parts, money on account."""
	count = draw(st.integers(0, 3))
	orders = [
		Order(f"SO-{n}", on(draw(days)), Decimal(draw(parts)), draw(st.sampled_from([None, 0, 30])))
		for n in range(count)
	]
	named: list[Order | None] = [None] * draw(st.integers(0, 6))
	named += [order for order in orders for _ in range(draw(st.integers(0, 2)))]
	return Account(
		customer,
		[draw(invoices(f"SI-{n}", order)) for n, order in enumerate(named)],
		orders,
		draw(on_account),
		draw(st.sampled_from([Profile(), Profile(need=Need.CLEAR, expected_close=on(HORIZON))])),
	)


@st.composite
def _balances(draw: st.DrawFn) -> list[Receipt]:
	"""Money on account, of which some is given back, but never more than is there."""
	changes = draw(st.lists(st.tuples(days, st.integers(-40, 60)), max_size=4))
	changes.sort()
	kept: list[Receipt] = []
	for day, change in changes:
		there = sum((receipt.amount for receipt in kept), Decimal(0))
		if change and there + change >= 0:
			kept.append(money(day, change))
	return kept


on_account = _balances()
"""What a customer may have on account."""
