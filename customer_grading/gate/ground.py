"""Where a customer stands when a release is asked for: by it the controller decides (R6)."""

from collections.abc import Sequence
from typing import Any

from frappe.model.document import Document

from customer_grading.gate import holds, order
from customer_grading.gate.delivery import judge
from customer_grading.gate.goods import goods_of
from customer_grading.gate.judgement import Judgement
from customer_grading.gate.verdict import decided, passes
from customer_grading.records.credit_decision import decisions_on, stood
from customer_grading.records.credit_release import GROUND, ORDER
from customer_grading.rules.options import Outcome

KEPT = tuple(field for field in GROUND if field != "credit_decision")


def ground_of(document: Document) -> dict[str, Any]:
	"""The position of now, and what the document comes to; else that of its last refusal; empty without both.

	`amount` is in company currency.
	"""
	last = _last_refusal(document)
	found = _judged(document)
	if not found:
		return last
	against = next((each for each in found if not passes(each)), found[0])
	amount = sum(each.terms.amount for each in found)
	now = {**stood(decided(against), *KEPT), "amount": amount}
	return {**now, "credit_decision": last["credit_decision"]} if last else now


def _judged(document: Document) -> Sequence[Judgement]:
	if document.doctype == ORDER:
		own = holds.judge(document) if document.docstatus.is_submitted() else order.judge(document)
		return [own] if own else []
	if not document.docstatus.is_draft():
		return []
	goods = goods_of(document)
	return [found for source in goods if (found := judge(document, source, goods))]


def _last_refusal(document: Document) -> dict[str, Any]:
	"""As it was refused or held last, for the same customer."""
	refused = [row for row in decisions_on(document) if row.outcome != Outcome.ALLOW]
	row = next((row for row in refused if row.customer == document.customer), None)
	if row is None:
		return {}
	return {"credit_decision": row.name, **{field: row[field] for field in (*KEPT, "amount")}}
