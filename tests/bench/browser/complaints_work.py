"""A complaint from ① to ⑧, and one to ⑦, in Chromium: `complaints_work.py URL SCENE [PICTURES]`.

SCENE is the JSON of `complaint_scene.make` with the passwords. Prints what was to be seen, as JSON. Leaves
screenshots in PICTURES, a folder.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from desk import Desk, browser, desk
from playwright.sync_api import Browser

OPINION = "The plan is sound, and the customer knows of it."


class ComplaintDesk(Desk):
	"""The desk of somebody who works on complaints."""

	def raise_complaint(self, values: dict[str, Any]) -> str:
		"""Fill in a new complaint, and save it; its name."""
		self.open("customer-complaint/new")
		self.page.wait_for_function(
			"window.cur_frm && cur_frm.doctype == 'Customer Complaint' && cur_frm.is_new()"
		)
		self.page.wait_for_timeout(800)
		self.fill(values)
		self.page.wait_for_timeout(800)
		return self.page.evaluate("cur_frm.doc.name")

	def picture(self, name: str) -> None:
		"""Without the notices of what was saved, which cover the form."""
		self.page.evaluate("$('.desk-alert').remove()")
		super().picture(name)

	def complaint(self, name: str) -> None:
		self.open(f"customer-complaint/{quote(name)}")
		self.page.wait_for_function(f"window.cur_frm && cur_frm.doc && cur_frm.doc.name == {name!r}")
		self.page.locator(".complaint-progress:visible").wait_for()

	def fill(self, values: dict[str, Any], **rows: dict[str, Any]) -> None:
		"""Fill in fields, add a row to each of some tables, and save by keyboard."""
		self.page.evaluate("(values) => cur_frm.set_value(values)", values)
		for table, row in rows.items():
			self.page.evaluate("([table, row]) => cur_frm.add_child(table, row)", [table, row])
			self.page.evaluate("(table) => { cur_frm.refresh_field(table); cur_frm.dirty(); }", table)
		self.page.wait_for_timeout(500)
		self.page.keyboard.press("Control+s")
		self.page.wait_for_function("!cur_frm.is_new() && !cur_frm.is_dirty()")

	def offered(self) -> list[str]:
		"""What the menu of actions offers."""
		menu = self.page.locator(".actions-btn-group:visible")
		menu.locator("button").first.click()
		labels = [each.strip() for each in menu.locator(".dropdown-menu .dropdown-item").all_inner_texts()]
		self.page.keyboard.press("Escape")
		return [label for label in labels if label and label != "Help"]

	def act(self, action: str, step: str) -> list[str]:
		"""Take a step from the menu; what the line of steps shows then."""
		self.choose(action)
		return self.reached(step)

	def choose(self, action: str) -> None:
		menu = self.page.locator(".actions-btn-group:visible")
		menu.locator("button").first.click()
		menu.locator(".dropdown-menu .dropdown-item", has_text=action).first.click()

	def sign(self, action: str, step: str, picture: str | None = None) -> list[str]:
		"""Sign with an opinion, in the dialog that the action opens."""
		self.choose(action)
		dialog = self.page.locator(".modal.show")
		dialog.locator('textarea[data-fieldname="opinion"]').fill(OPINION)
		if picture:
			self.picture(picture)
		dialog.locator(".btn-modal-primary").click()
		return self.reached(step)

	def reached(self, step: str) -> list[str]:
		self.page.wait_for_function(f"cur_frm.doc.step == {step!r} && !cur_frm.is_dirty()")
		self.page.wait_for_timeout(800)
		return self.steps()

	def steps(self) -> list[str]:
		"""The state of each of the nine steps, as the line shows it."""
		return [
			each.get_attribute("class") for each in self.page.locator(".complaint-progress:visible li").all()
		]

	def headline(self) -> str:
		return self.page.locator(".form-message:visible").first.inner_text()

	def headlines(self) -> int:
		return self.page.locator(".form-message:visible").count()

	def print_in_chinese(self, name: str, picture: str) -> str:
		"""What the form of the handbook says in Chinese, with a picture of it."""
		what = f"doctype=Customer%20Complaint&name={quote(name)}&format=Complaint%20Form&_lang=zh"
		self.page.goto(f"{self.url}/printview?{what}")
		told = self.page.locator(".print-format").inner_text()
		if self.pictures:
			self.page.screenshot(path=self.pictures / f"{picture}.png", full_page=True)
		self.page.go_back()
		self.page.wait_for_function("window.frappe && frappe.router")
		return told

	def show(self, section: str, picture: str) -> None:
		"""A picture with a section in view."""
		self.page.evaluate(
			"(field) => frappe.utils.scroll_to(cur_frm.get_field(field).$wrapper, false)", section
		)
		self.picture(picture)


def raised(seller: ComplaintDesk, scene: dict[str, Any], **values: Any) -> tuple[str, int]:
	"""A complaint with a statement as evidence, and how many headlines it had when it was saved first."""
	told = {
		"customer": scene["customer"],
		"subject": "Pump shaft broke on the second day",
		"description": "The shaft of the new pump broke, and the cellar is under water.",
		"wanted": "A new pump this week.",
	}
	name = seller.raise_complaint({**told, **values})
	headlines = seller.headlines()
	seller.fill(
		{}, evidence={"kind": "Statement", "remark": "The shaft lies in two pieces, the break is grey."}
	)
	return name, headlines


def judged(desks: dict[str, ComplaintDesk], name: str, scene: dict[str, Any]) -> dict[str, Any]:
	"""From ② to ④: a problem, a judgement, a plan."""
	manager, quality = desks["manager"], desks["quality"]
	manager.complaint(name)
	seen: dict[str, Any] = {"offered": manager.offered(), "raised": manager.steps()}
	seen["confirmed"] = manager.act("Confirm Problem", "Problem Confirmed")
	quality.complaint(name)
	quality.fill({"judgement": "Quality problem", "judgement_reason": "The steel of the shaft was too soft."})
	seen["judged"] = quality.act("Judge", "Judged")
	today = quality.page.evaluate("frappe.datetime.get_today()")
	row = {"action": "Replace the pump.", "department": scene["department"], "due_date": today}
	quality.fill({}, plan=row)
	seen["planned"] = quality.act("Propose Plan", "Planned")
	return seen


def talked(by: ComplaintDesk, outcome: str, said: str, **values: Any) -> None:
	by.fill(values, talks={"with_whom": "Mr Lind", "said": said, "outcome": outcome})


def to_the_end(desks: dict[str, ComplaintDesk], scene: dict[str, Any]) -> dict[str, Any]:
	"""A complaint from ① to ⑧, and closed."""
	name, headlines = raised(desks["seller"], scene, quality_problem="General")
	desks["seller"].picture("complaint-raised")
	seen = {"headlines": headlines, **judged(desks, name, scene)}
	management, seller, manager = desks["management"], desks["seller"], desks["manager"]
	management.complaint(name)
	talked(management, "Nothing settled", "Is angry, but would take a new pump.")
	seen["signed"] = management.sign("Sign", "Plan Approved", "complaint-opinion")
	seen["headline"] = management.headline()
	management.picture("complaint-signed")
	management.show("talks", "complaint-signatures")
	seller.complaint(name)
	talked(seller, "Agreed", "Takes the new pump, and a discount on the next one.")
	seen["negotiated"] = seller.act("Customer Agrees", "Negotiated")
	manager.complaint(name)
	done = "'Complaint Plan', cur_frm.doc.plan[0].name, 'done_on', frappe.datetime.get_today()"
	manager.page.evaluate(f"frappe.model.set_value({done})")
	manager.fill({"blame": "Us", "solution": "A new pump; shafts of harder steel from now on.", "cost": 420})
	seen["executed"] = manager.act("Plan Executed", "Executed")
	manager.picture("complaint-executed")
	seen["closed"] = manager.act("Close Complaint", "Closed")
	seen["printed"] = manager.print_in_chinese(name, "complaint-form.zh")
	return seen


def to_court(desks: dict[str, ComplaintDesk], scene: dict[str, Any]) -> dict[str, Any]:
	"""A complaint of a hostile customer, signed by two, to ⑦."""
	name, _headlines = raised(desks["seller"], scene, tone="Hostile", threatens_publicity=1)
	judged(desks, name, scene)
	management, general = desks["management"], desks["general"]
	management.complaint(name)
	talked(management, "Nothing settled", "Will go to the newspaper.")
	seen: dict[str, Any] = {"signed": management.sign("Sign", "Signed")}
	general.complaint(name)
	seen["headline"] = general.headline()
	seen["approved"] = general.sign("Approve Plan", "Plan Approved")
	today = general.page.evaluate("frappe.datetime.get_today()")
	talked(general, "Not agreed", "Wants ten times the price.", court="District Court", filed_on=today)
	seen["litigation"] = general.act("Go to Court", "Litigation")
	general.picture("complaint-litigation")
	general.open("List/Customer Complaint")
	general.page.locator(".list-row .list-subject:visible").first.wait_for()
	general.picture("complaints")
	return seen


def work(opened: Browser, url: str, scene: dict[str, Any], pictures: Path | None) -> dict[str, Any]:
	"""All of it, each person with a browser of their own; what was to be seen."""
	desks = {role: desk(opened, url, pictures, ComplaintDesk) for role in scene["people"]}
	for role, each in desks.items():
		each.log_in(scene["people"][role], scene["passwords"][role])
	seen = {"to_the_end": to_the_end(desks, scene), "to_court": to_court(desks, scene)}
	return {**seen, "errors": [error for each in desks.values() for error in each.errors]}


def main(url: str, scene: str, *pictures: str) -> None:
	with browser() as opened:
		seen = work(opened, url, json.loads(scene), Path(pictures[0]) if pictures else None)
	print(json.dumps(seen))


if __name__ == "__main__":
	main(*sys.argv[1:])
