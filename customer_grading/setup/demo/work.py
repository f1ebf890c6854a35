"""How the demo's customers are worked: follow-ups, quotations, regrades, and what people decide on them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from functools import partial

import frappe
from frappe.utils import getdate, nowdate

from customer_grading.facts.contact import last_touches
from customer_grading.facts.currency import rates
from customer_grading.facts.customer import averages
from customer_grading.facts.selection import Selection
from customer_grading.records import customer, grade_change, proposal, regrade_run, todo
from customer_grading.records.policy import current_policy
from customer_grading.records.responsible import responsible
from customer_grading.rules.options import CustomerGrade, Graded, RelationshipStatus
from customer_grading.rules.policy_file import fingerprint
from customer_grading.rules.relationship import relationship
from customer_grading.setup.demo.book import Buyer
from customer_grading.setup.demo.masters import Firm, insert, user_of
from customer_grading.setup.demo.steps import ASK, DECIDE, JUDGE, REGRADE, TALK, Step
from customer_grading.setup.demo.story import Talk, talks
from customer_grading.setup.demo.trade import submitted
from customer_grading.setup.demo.words import BY_HAND, CONTROLLER, GOODS, OPPORTUNITY, SALESPEOPLE

RUN_CHUNK = "customer_grading.jobs.regrade.run_chunk"
MONTHLY = range(210, 59, -30)
"""How many days ago customers were regraded, and everything proposed but limits was applied."""
RECENTLY = (30, 8, 1, 0)
"""How many days ago they were regraded last: of what was proposed then, part is decided today."""
JUDGED_DAYS_AGO = 20
MET_DAYS_AGO = 30
VALID_DAYS = 45
DECIDED_OF_EVERY = 3
"""Of so many customers, the last one's proposals are decided today."""

Names = Mapping[Buyer, str]
"""The customers that have been filed; grows as the demo is made."""


def talking(buyer: Buyer, number: int, names: Names, today: date, months: int) -> Iterator[Step]:
	"""The follow-ups of a customer."""
	seller = user_of(SALESPEOPLE[number % len(SALESPEOPLE)])
	for talk in talks(buyer, today, months):
		yield Step(talk.day, TALK, partial(_file, talk, buyer, names), seller)


def _file(talk: Talk, buyer: Buyer, names: Names) -> None:
	insert(
		"Customer Follow Up",
		customer=names[buyer],
		follow_up_date=talk.day,
		follow_up_type=talk.kind,
		learned=str(talk.learned),
		need=talk.need,
		expected_close=talk.close,
	)


def selling(buyer: Buyer, number: int, names: Names, today: date, firm: Firm) -> Iterator[Step]:
	"""The Opportunity and the Quotation of a customer, both still open."""
	seller = user_of(SALESPEOPLE[number % len(SALESPEOPLE)])
	if buyer.opportunity is not None:
		close = today + timedelta(days=buyer.opportunity)
		day = today - timedelta(days=MET_DAYS_AGO)
		yield Step(day, TALK, partial(_opportunity, buyer, names, close, firm), seller)
	if buyer.quoted is not None:
		day = today - timedelta(days=buyer.quoted)
		yield Step(day, TALK, partial(_quotation, buyer, names, firm), seller)


def _opportunity(buyer: Buyer, names: Names, close: date, firm: Firm) -> None:
	insert(
		"Opportunity",
		opportunity_from="Customer",
		party_name=names[buyer],
		company=firm.company,
		title=str(OPPORTUNITY),
		transaction_date=nowdate(),
		expected_closing=close,
		currency=firm.currency,
		conversion_rate=1,
		opportunity_amount=max(buyer.order, GOODS[0].price) * firm.scale,
		opportunity_owner=frappe.session.user,
	)


def _quotation(buyer: Buyer, names: Names, firm: Firm) -> None:
	goods = GOODS[0]
	quantity = max(1, round(buyer.order / goods.price))
	quotation = {
		"doctype": "Quotation",
		"quotation_to": "Customer",
		"party_name": names[buyer],
		"company": firm.company,
		"transaction_date": nowdate(),
		"valid_till": getdate(nowdate()) + timedelta(days=VALID_DAYS),
		"currency": firm.currency,
		"ignore_pricing_rule": 1,
		"items": [{"item_code": goods.code, "qty": quantity, "rate": goods.price * firm.scale}],
	}
	submitted(frappe.get_doc(quotation))


def grading(buyers: Sequence[Buyer], names: Names, today: date) -> Iterator[Step]:
	"""The regrades, and what people decide on them."""
	controller = user_of(CONTROLLER)
	for days in MONTHLY:
		day = today - timedelta(days=days)
		yield Step(day, REGRADE, partial(_regrade, names))
		yield Step(day, DECIDE, partial(_apply_tiers, names), controller)
	for days in RECENTLY:
		yield Step(today - timedelta(days=days), REGRADE, partial(_regrade, names))
	yield Step(today, DECIDE, partial(_apply_some, buyers, names), controller)
	yield Step(today, ASK, partial(_relationships, names))
	yield Step(today, ASK, partial(_ask, names))
	for buyer in buyers:
		if buyer.by_hand:
			day = today - timedelta(days=JUDGED_DAYS_AGO)
			yield Step(day, JUDGE, partial(_assign, buyer, names), controller)


def _assign(buyer: Buyer, names: Names) -> None:
	values = {"what": Graded.CREDIT_TIER, "value": buyer.by_hand, "reason": str(BY_HAND)}
	insert("Grade Assignment", customer=names[buyer], **values)


def _regrade(names: Names) -> None:
	"""Regrade the demo's customers, by the job that does so at night."""
	if not names:
		return
	day, policy = getdate(nowdate()), current_policy()
	worth = rates(day)
	shared = {"averages": asdict(averages(day, policy, worth)), "rates": worth}
	mine = sorted(names.values())
	run = regrade_run.create(day, policy, shared, regrade_run.Scope.CHOSEN, mine, len(mine))
	# A chunk begins by rolling back.
	frappe.db.commit()
	for chunk in regrade_run.waiting_chunks(run.name):
		frappe.call(RUN_CHUNK, run=run.name, chunk=chunk)


def _apply(customers: Sequence[str], what: Sequence[Graded]) -> None:
	filters = {"customer": ("in", customers), "what": ("in", what), "status": proposal.Status.OPEN}
	if found := frappe.get_all("Grade Proposal", filters=filters, pluck="name", order_by="name"):
		proposal.apply(found, getdate(nowdate()))


def _apply_tiers(names: Names) -> None:
	everything = [what for what in Graded if what != Graded.CREDIT_LIMIT]
	_apply(list(names.values()), everything)


def _apply_some(buyers: Sequence[Buyer], names: Names) -> None:
	decided = [names[buyer] for buyer in buyers[DECIDED_OF_EVERY - 1 :: DECIDED_OF_EVERY]]
	_apply(decided, list(Graded))


def _relationships(names: Names) -> None:
	"""What the daily job would find."""
	day, policy = getdate(nowdate()), current_policy()
	found = {
		name: relationship(touched, day, policy.relationship)
		for name, touched in last_touches(Selection.of(*names.values()), day).items()
	}
	field = Graded.RELATIONSHIP_STATUS.field
	customer.write({name: {field: str(answer.status)} for name, answer in found.items()})
	changes = [
		grade_change.Change(name, Graded.RELATIONSHIP_STATUS, "", str(answer.status), answer.reasons)
		for name, answer in found.items()
	]
	grade_change.record(changes, grade_change.Source("", "demo", fingerprint(policy)), day)


def _ask(names: Names) -> None:
	"""The ToDos that the daily job would make."""
	if not frappe.db.get_single_value("Grading Settings", "make_todos"):
		return
	today = getdate(nowdate())
	due = frappe.get_all(
		"Customer",
		filters={"name": ("in", list(names.values())), "next_follow_up": ("<=", today)},
		fields=["name", "customer_name", "customer_grade", "next_follow_up", "relationship_status"],
	)
	users = responsible([each.name for each in due], None)
	for each in due:
		lost = each.relationship_status == RelationshipStatus.LOST
		if each.name in users and not (lost and each.customer_grade == CustomerGrade.E):
			asked = todo.Due(each.name, each.customer_name, each.customer_grade, each.next_follow_up)
			todo.ask(asked, users[each.name], today)
