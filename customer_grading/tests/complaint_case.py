"""What tests of complaints share: the people who work on them, and a complaint brought to any step."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, ClassVar

import frappe
from frappe.model.document import Document
from frappe.model.workflow import apply_workflow
from frappe.utils import getdate, nowdate

from customer_grading.customer_grading.doctype.customer_complaint.customer_complaint import (
	set_level,
	sign_plan,
)
from customer_grading.rules.options import ComplaintAction, ComplaintStep
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase

Action = ComplaintAction
Step = ComplaintStep
COMPLAINT = "Customer Complaint"
PEOPLE = MappingProxyType(
	{
		"sales": "Sales User",
		"support": "Support Team",
		"quality": "Quality Manager",
		"manager": "Sales Manager",
		"management": "Sales Management Manager",
		"general": "Sales General Manager",
		"group": "Group General Manager",
		"accounts": "Accounts Manager",
	}
)
"""Who works on complaints, each with one role."""


def today() -> date:
	"""The day on the site."""
	return getdate(nowdate())


def ago(days: int) -> date:
	"""A day in the past."""
	return today() - timedelta(days=days)


def department() -> str:
	"""Some department of the company."""
	name = frappe.db.get_value("Department", {"company": make.first_company(), "is_group": 0})
	return name or make.insert("Department", department_name="Workshop", company=make.first_company()).name


def proof(**values: Any) -> dict[str, Any]:
	"""A row of evidence."""
	return {"kind": "Statement", "remark": "The shaft is broken in two.", **values}


def action(**values: Any) -> dict[str, Any]:
	"""A row of a plan."""
	told = {"action": "Replace the shaft.", "department": department(), "due_date": today()}
	return {**told, **values}


def talk(outcome: str = "Nothing settled", **values: Any) -> dict[str, Any]:
	"""A row of the log of talks."""
	told = {"talk_date": today(), "with_whom": "Mr Lind", "said": "Wants a new one.", "outcome": outcome}
	return {**told, **values}


def draft(buyer: str, **values: Any) -> Document:
	"""A complaint as somebody types it, not saved."""
	told = {"subject": "Broken shaft", "description": "It broke on the second day.", "evidence": [proof()]}
	return frappe.get_doc({"doctype": COMPLAINT, "customer": buyer, **told, **values})


class ComplaintCase(GradingTestCase):
	"""With the people who work on complaints, and a customer who complains."""

	people: ClassVar[dict[str, str]]

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.people = {who: make.user(role) for who, role in PEOPLE.items()}

	def setUp(self) -> None:
		super().setUp()
		self.buyer = make.customer()

	def raised(self, by: str = "sales", **values: Any) -> Document:
		"""A complaint that somebody has raised."""
		with self.set_user(self.people[by]):
			return draft(self.buyer, **values).insert()

	def fill(self, complaint: Document, by: str = "manager", **values: Any) -> Document:
		"""Fill something in; rows of tables are added."""
		complaint.reload()
		for field, value in values.items():
			if isinstance(value, list):
				complaint.extend(field, value)
			else:
				complaint.set(field, value)
		with self.set_user(self.people[by]):
			complaint.save()
		return complaint

	def act(self, complaint: Document, action: str, by: str) -> Document:
		"""Take a step by the workflow, as somebody."""
		complaint.reload()
		with self.set_user(self.people[by]):
			apply_workflow(complaint, action)
		return complaint.reload()

	def sign(self, complaint: Document, by: str, decision: str = "Agree") -> Document:
		"""Sign as somebody."""
		with self.set_user(self.people[by]):
			sign_plan(complaint.name, decision, "The plan is sound.")
		return complaint.reload()

	def level(self, complaint: Document, level: str, by: str = "manager") -> Document:
		"""Set the level by hand."""
		with self.set_user(self.people[by]):
			set_level(complaint.name, level, "So agreed with the customer.")
		return complaint.reload()

	def at(self, step: Step, **values: Any) -> Document:
		"""A complaint brought to a step, by those who may; at Signed it waits for the second signature."""
		if step is Step.SIGNED and not values:
			values = {"tone": "Hostile"}
		complaint = self.raised(**values)
		for end, bring in self.way():
			if complaint.step == step:
				break
			if end in PATHS[step]:
				bring(complaint)
		self.assertEqual(complaint.step, step)
		return complaint

	def stations(self) -> Iterator[Document]:
		"""One complaint, of level E, at each step in turn; what is done to it meanwhile is taken back."""
		complaint = self.raised(tone="Hostile")
		yield complaint
		for end, bring in self.way():
			is_aside = end in (Step.DISMISSED, Step.LITIGATION)
			frappe.db.savepoint("aside")
			bring(complaint)
			yield complaint
			if is_aside:
				frappe.db.rollback(save_point="aside")
				complaint.reload()

	def way(self) -> list[tuple[Step, Callable[[Document], Any]]]:
		"""How each step is come to, in an order in which they can follow each other."""
		return [
			(Step.DISMISSED, self._dismiss),
			(Step.CONFIRMED, lambda doc: self.act(doc, Action.CONFIRM, "manager")),
			(Step.JUDGED, self._judge),
			(Step.PLANNED, self._plan),
			(Step.SIGNED, self._sign),
			(Step.APPROVED, self._approve),
			(Step.LITIGATION, self._litigate),
			(Step.NEGOTIATED, self._negotiate),
			(Step.EXECUTED, self._execute),
			(Step.CLOSED, self._close),
		]

	def _dismiss(self, doc: Document) -> None:
		self.fill(doc, dismissal_reason="Wear and tear after ten years.")
		self.act(doc, Action.DISMISS, "manager")

	def _judge(self, doc: Document) -> None:
		self.fill(doc, judgement="Quality problem", judgement_reason="The steel was too soft.")
		self.act(doc, Action.JUDGE, "quality")

	def _plan(self, doc: Document) -> None:
		self.fill(doc, plan=[action()])
		self.act(doc, Action.PLAN, "quality")

	def _sign(self, doc: Document) -> None:
		self.fill(doc, talks=[talk()])
		self.sign(doc, "management")

	def _approve(self, doc: Document) -> None:
		for who in ("general", "group"):
			if doc.step == Step.SIGNED:
				self.sign(doc, who)

	def _litigate(self, doc: Document) -> None:
		self.fill(doc, talks=[talk("Not agreed")], court="District Court", filed_on=today())
		self.act(doc, Action.LITIGATE, "general")

	def _negotiate(self, doc: Document) -> None:
		self.fill(doc, talks=[talk("Agreed")])
		self.act(doc, Action.AGREE, "sales")

	def _execute(self, doc: Document) -> None:
		doc.reload()
		for row in doc.plan:
			row.done_on = today()
		self.fill_loaded(doc)
		self.act(doc, Action.EXECUTE, "support")

	def fill_loaded(self, doc: Document) -> None:
		"""Save what a test has changed itself."""
		with self.set_user(self.people["manager"]):
			doc.save()

	def _close(self, doc: Document) -> None:
		self.fill(doc, solution="A harder steel is used from now on.", blame="Us", cost=120)
		self.act(doc, Action.CLOSE, "manager")


MAIN = (Step.CONFIRMED, Step.JUDGED, Step.PLANNED, Step.SIGNED, Step.APPROVED, Step.NEGOTIATED)
ALL = (*MAIN, Step.EXECUTED, Step.CLOSED)
PATHS: dict[Step, tuple[Step, ...]] = {
	**dict.fromkeys(ComplaintStep, ALL),
	Step.DISMISSED: (Step.DISMISSED,),
	Step.LITIGATION: (*MAIN[:-1], Step.LITIGATION),
}
"""The steps on the way to each step."""
