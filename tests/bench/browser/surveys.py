"""A customer on a telephone, and on the portal: `surveys.py URL SCENE PASSWORD PHOTO [PICTURES]`.

SCENE: what `survey_scene.make` returned, as JSON. Prints what was to be seen, as JSON.
"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desk import SECONDS, browser
from playwright.sync_api import Browser, Page

PHONE = {
	"viewport": {"width": 390, "height": 844},
	"device_scale_factor": 2,
	"is_mobile": True,
	"has_touch": True,
}


@dataclass
class Visit:
	"""A page that a customer has open."""

	page: Page
	url: str
	pictures: Path | None
	errors: list[str] = field(default_factory=list)

	def picture(self, name: str) -> None:
		if self.pictures:
			self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

	def open(self, path: str) -> None:
		self.page.goto(f"{self.url}{path}")

	def text(self) -> str:
		return self.page.locator("main").last.inner_text()

	def is_wider_than_the_screen(self) -> bool:
		return self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def visit(opened: Browser, url: str, pictures: Path | None, **how: Any) -> Visit:
	"""A new visitor, with cookies of their own."""
	page = opened.new_context(**how).new_page()
	page.set_default_timeout(SECONDS * 1000)
	made = Visit(page, url, pictures)
	page.on("pageerror", lambda error: made.errors.append(str(error)))
	return made


def answer(phone: Visit, key: str, photo: str) -> dict[str, Any]:
	"""A dissatisfied customer, without scripts: answer, complaint with a photo, and the link once more."""
	phone.open(f"/satisfaction?key={key}")
	asked, wide = phone.text(), phone.is_wider_than_the_screen()
	phone.page.locator(".answer").nth(3).click()
	phone.page.fill("#reason", "The tap drips since Monday.")
	phone.picture("survey")
	phone.page.click("button")
	phone.page.wait_for_selector("#description")
	offered = phone.text()
	phone.page.fill("#wanted", "A new washer, please.")
	phone.page.set_input_files("#files", photo)
	phone.picture("survey-complaint")
	phone.page.click("button")
	phone.page.wait_for_selector("#description", state="detached")
	thanked = phone.text()
	phone.picture("survey-thanks")
	phone.open(f"/satisfaction?key={key}")
	return {"asked": asked, "wide": wide, "offered": offered, "thanked": thanked, "again": phone.text()}


def in_chinese(phone: Visit, key: str) -> dict[str, Any]:
	"""The page in the language of the browser, and a link that nobody has made."""
	phone.open(f"/satisfaction?key={key}")
	asked = phone.text()
	phone.picture("survey.zh")
	phone.open("/satisfaction?key=forged")
	return {"asked": asked, "forged": phone.text(), "language": phone.page.get_attribute("html", "lang")}


def portal(desk: Visit, user: str, password: str, note: str, photo: str) -> dict[str, Any]:
	"""Somebody of the customer logs in, raises a complaint and finds it in the list."""
	desk.open("/my-complaints")
	desk.page.fill("#login_email", user)
	desk.page.fill("#login_password", password)
	desk.page.press("#login_password", "Enter")
	desk.page.wait_for_selector("[data-raise]")
	before = desk.page.locator("main").last.inner_text()
	desk.page.fill("#subject", "Oven door does not close")
	desk.page.fill("#description", "It opens by itself while baking.")
	desk.page.select_option("#paper", f"Delivery Note:{note}")
	desk.page.set_input_files("#files", photo)
	desk.page.click("[data-raise] button[type=submit]")
	desk.page.wait_for_selector("[data-complaint]")
	filed = desk.page.locator("main").last.inner_text()
	desk.picture("portal-complaint")
	link = desk.page.locator("[data-complaint] a").first.get_attribute("href")
	own = desk.page.request.get(f"{desk.url}{link}").status
	desk.open("/my-complaints")
	listed = desk.page.locator("[data-complaints]").inner_text()
	desk.picture("portal")
	number = desk.page.locator("[data-complaints] a").first.get_attribute("href")
	return {"before": before, "filed": filed, "listed": listed, "page": number, "file": link, "own": own}


def stranger(desk: Visit, user: str, password: str, page: str, file: str) -> dict[str, Any]:
	"""Somebody of another customer tries to get at it."""
	desk.open("/my-complaints")
	desk.page.fill("#login_email", user)
	desk.page.fill("#login_password", password)
	desk.page.press("#login_password", "Enter")
	desk.page.wait_for_selector("[data-raise]")
	name = page.rpartition("/")[2]
	paths = {
		"page": page,
		"file": file,
		"rest": f"/api/resource/Customer Complaint/{name}",
		"list": "/api/resource/Customer Complaint",
		"print": f"/printview?doctype=Customer Complaint&name={name}",
		"pdf": f"/api/method/frappe.utils.print_format.download_pdf?doctype=Customer Complaint&name={name}",
	}
	got = {what: desk.page.request.get(f"{desk.url}{path}") for what, path in paths.items()}
	told = {what: "Oven door" in response.text() for what, response in got.items()}
	return {"codes": {what: response.status for what, response in got.items()}, "told": told}


def main(url: str, scene: str, password: str, photo: str, *pictures: str) -> None:
	"""Visit, and print what was to be seen."""
	sides = json.loads(scene)["sides"]
	folder = Path(pictures[0]) if pictures else None
	with browser() as opened:
		phone = visit(opened, url, folder, java_script_enabled=False, locale="en-US", **PHONE)
		chinese = visit(opened, url, folder, locale="zh-CN", **PHONE)
		theirs, other = (visit(opened, url, folder, locale="en-US") for _ in range(2))
		seen: dict[str, Any] = {"phone": answer(phone, sides[0]["keys"][0], photo)}
		seen["chinese"] = in_chinese(chinese, sides[0]["keys"][1])
		seen["portal"] = portal(theirs, sides[0]["user"], password, sides[0]["note"], photo)
		found = seen["portal"]
		seen["stranger"] = stranger(other, sides[1]["user"], password, found["page"], found["file"])
		seen["errors"] = [*chinese.errors, *theirs.errors, *other.errors]
	print(json.dumps(seen))


if __name__ == "__main__":
	main(*sys.argv[1:])
