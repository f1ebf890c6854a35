"""An order from its refusal to its delivery in Chromium: `orders_work.py URL SCENE [PICTURES]`.

SCENE is the JSON of `order_scene.make` with the passwords. Prints what was to be seen, as JSON. Leaves
screenshots in PICTURES, a folder.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from desk import Desk, browser, desk
from playwright.sync_api import Browser, Locator


class OrderDesk(Desk):
	"""The desk of somebody who works on orders."""

	def headline(self, words: str) -> str:
		"""What stands above the order, once it says these words."""
		place = self.page.locator(".credit-headline:visible")
		place.filter(has_text=words).wait_for()
		return place.inner_text()

	def order(self, name: str) -> None:
		self.open(f"sales-order/{quote(name)}")
		self.page.wait_for_function(f"window.cur_frm && cur_frm.doc && cur_frm.doc.name == {name!r}")

	def type_rate(self, rate: str) -> None:
		"""Change the price of the only line, as one types it in the grid."""
		row = self.page.locator('[data-fieldname="items"] .grid-row[data-idx="1"]')
		row.locator('[data-fieldname="rate"]').first.click()
		field = row.locator('[data-fieldname="rate"] input')
		field.fill(rate)
		# On from the last field, a new row would begin.
		field.press("Shift+Tab")

	def save(self) -> None:
		self.page.keyboard.press("Control+s")
		self.page.wait_for_function("!cur_frm.is_dirty()")

	def submit(self) -> None:
		"""Submit what is open, and confirm it."""
		self.page.locator(".page-actions:visible .primary-action", has_text="Submit").click()
		self.dialog().locator(".btn-primary:visible").click()

	def submitted(self) -> bool:
		"""Whether what is open gets submitted; an error of Playwright where it does not."""
		self.submit()
		self.page.wait_for_function("cur_frm.doc.docstatus == 1")
		return True

	def dialog(self) -> Locator:
		return self.page.locator(".modal.show")

	def refusal(self) -> dict[str, Any]:
		"""What the dialog says, which buttons it has, and where the focus is."""
		dialog = self.page.locator(".modal.show", has=self.page.locator(".credit-refusal"))
		dialog.wait_for()
		self.page.wait_for_timeout(500)
		buttons = dialog.locator(".modal-footer button:visible").all_inner_texts()
		focused = self.page.evaluate("document.activeElement.innerText.trim()")
		told = dialog.locator(".credit-refusal").inner_text()
		return {"told": told, "buttons": [each.strip() for each in buttons], "focused": focused}


def refused(clerk: OrderDesk, order: str) -> dict[str, Any]:
	"""The clerk raises an order above the limit, is refused, and asks for a release by keyboard."""
	clerk.order(order)
	seen: dict[str, Any] = {"draft": clerk.headline("may be submitted")}
	clerk.type_rate("4500")
	seen["typed"] = clerk.headline("would be refused")
	clerk.picture("order-headline")
	clerk.save()
	clerk.submit()
	seen["refusal"] = clerk.refusal()
	clerk.picture("order-refused")
	clerk.page.get_by_role("button", name="Ask for Release").last.press("Enter")
	reason = clerk.dialog().locator('textarea[data-fieldname="reason"]')
	reason.wait_for()
	clerk.page.wait_for_timeout(500)
	seen["focused"] = clerk.page.evaluate("document.activeElement.dataset.fieldname")
	clerk.page.keyboard.type("Paid every bill of this year on time.")
	clerk.picture("ask-for-release")
	clerk.dialog().locator(".btn-primary:visible").click()
	clerk.page.locator(".desk-alert.green", has_text="Asked").wait_for()
	return seen


def approved(controller: OrderDesk) -> str:
	"""The controller finds the request in the list, and approves it."""
	controller.open("credit-release?status=Requested")
	controller.page.locator(".list-row .list-subject a").first.click()
	controller.page.locator(".page-actions:visible .primary-action", has_text="Approve").click()
	controller.dialog().locator(".btn-primary:visible").click()
	status = controller.page.locator(".desk-alert.green", has_text="Released")
	status.wait_for()
	return status.inner_text()


def released(clerk: OrderDesk, order: str) -> dict[str, Any]:
	clerk.order(order)
	told = clerk.headline("may be submitted")
	return {"headline": told, "submitted": clerk.submitted()}


def held(clerk: OrderDesk, order: str) -> dict[str, Any]:
	"""The clerk submits the order of a customer who pays in advance, and sees in the list that it waits."""
	clerk.order(order)
	seen: dict[str, Any] = {"submitted": clerk.submitted()}
	seen["headline"] = clerk.headline("wait for Advance payment")
	clerk.picture("order-held")
	clerk.open(f"sales-order?name={quote(order)}")
	pill = clerk.page.locator(".list-row .indicator-pill:visible", has_text="Waits for")
	pill.first.wait_for()
	seen["list"] = pill.first.inner_text()
	clerk.picture("orders-held")
	return seen


def deliver(clerk: OrderDesk, order: str) -> None:
	"""Make the Delivery Note of an order, and save it."""
	clerk.order(order)
	clerk.page.evaluate("cur_frm.cscript.make_delivery_note()")
	clerk.page.wait_for_function("cur_frm.doctype == 'Delivery Note' && cur_frm.doc.items.length")
	clerk.page.wait_for_timeout(500)
	clerk.save()


def kept_back(clerk: OrderDesk, order: str) -> dict[str, Any]:
	deliver(clerk, order)
	clerk.submit()
	seen = clerk.refusal()
	clerk.picture("goods-kept-back")
	return seen


def paid(controller: OrderDesk, order: str) -> bool:
	"""The controller records the payment from the order."""
	controller.order(order)
	controller.headline("wait for Advance payment")
	controller.page.locator('.credit-headline [data-action="payment"]').press("Enter")
	controller.page.wait_for_function("cur_frm.doctype == 'Payment Entry'")
	controller.page.wait_for_timeout(1000)
	controller.page.evaluate(
		"cur_frm.set_value({reference_no: 'Slip 4711', reference_date: cur_frm.doc.posting_date})"
	)
	controller.save()
	return controller.submitted()


def delivered(clerk: OrderDesk, order: str) -> dict[str, Any]:
	clerk.order(order)
	told = clerk.headline("may go")
	deliver(clerk, order)
	return {"headline": told, "submitted": clerk.submitted()}


def overseen(manager: OrderDesk, customer: str) -> dict[str, Any]:
	"""The sales manager looks at the workspace, and at the credit of a customer."""
	manager.open("order-desk")
	cards = manager.page.locator(".number-widget-box .number:visible")
	cards.nth(3).wait_for()
	manager.page.wait_for_timeout(2000)
	seen: dict[str, Any] = {"cards": manager.page.locator(".number-widget-box:visible").all_inner_texts()}
	seen["charts"] = manager.page.locator(".dashboard-widget-box:visible .widget-title").all_inner_texts()
	manager.picture("order-desk")
	manager.open(f"customer/{quote(customer)}")
	manager.page.locator('.form-tabs [data-fieldname="dashboard_tab"]').click()
	panel = manager.page.locator(".credit-panel:visible")
	panel.locator(".credit-chart").wait_for()
	manager.page.wait_for_timeout(800)
	seen["panel"] = panel.inner_text()
	manager.picture("credit-panel")
	return seen


def work(opened: Browser, url: str, scene: dict[str, Any], pictures: Path | None) -> dict[str, Any]:
	"""All of it, each person with a browser of their own; what was to be seen."""
	desks = {role: desk(opened, url, pictures, OrderDesk) for role in scene["people"]}
	for role, each in desks.items():
		each.log_in(scene["people"][role], scene["passwords"][role])
	clerk, controller, manager = desks["clerk"], desks["controller"], desks["manager"]
	credit, prepaid = scene["orders"]["credit"], scene["orders"]["prepaid"]
	seen = {
		"refused": refused(clerk, credit),
		"approved": approved(controller),
		"released": released(clerk, credit),
		"held": held(clerk, prepaid),
		"kept_back": kept_back(clerk, prepaid),
		"overseen": overseen(manager, scene["customers"]["credit"]),
		"paid": paid(controller, prepaid),
		"delivered": delivered(clerk, prepaid),
	}
	return {**seen, "errors": [error for each in desks.values() for error in each.errors]}


def main(url: str, scene: str, *pictures: str) -> None:
	with browser() as opened:
		seen = work(opened, url, json.loads(scene), Path(pictures[0]) if pictures else None)
	print(json.dumps(seen))


if __name__ == "__main__":
	main(*sys.argv[1:])
