"""A salesperson's day in Chromium: `days_work.py URL USER PASSWORD CUSTOMER LEARNED CLOSE [PICTURES]`.

Opens the due list, files a follow-up from it and looks at the customer. Prints what was to be seen, as JSON.
CLOSE is the expected close as the user types dates. With PICTURES, a folder, leaves screenshots there.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Day:
	"""What the salesperson has open, and works on."""

	page: Page
	url: str
	customer: str
	pictures: Path | None

	def log_in(self, user: str, password: str) -> None:
		self.page.goto(f"{self.url}/login")
		self.page.fill("#login_email", user)
		self.page.fill("#login_password", password)
		self.page.press("#login_password", "Enter")
		self.page.wait_for_function(
			"window.frappe && frappe.boot && frappe.boot.user && frappe.boot.user.name && frappe.router"
		)

	def open(self, path: str) -> None:
		"""Open a page of the desk, under the prefix that this version of Frappe has."""
		prefix = self.page.evaluate("frappe.router.slug ? '/' + location.pathname.split('/')[1] : '/app'")
		self.page.goto(f"{self.url}{prefix}/{path}")

	def picture(self, name: str) -> None:
		if self.pictures:
			self.page.wait_for_timeout(800)
			self.page.screenshot(path=self.pictures / f"{name}.png")

	def due(self) -> list[str]:
		"""The customers of the due list."""
		rows = self.page.locator("[data-follow-up]:visible")
		rows.first.wait_for()
		return [row.get_attribute("data-follow-up") for row in rows.all()]

	def is_done(self) -> bool:
		"""Whether the customer leaves the due list; an error of Playwright where it stays."""
		self.page.locator(f'[data-follow-up="{self.customer}"]').wait_for(state="hidden")
		return True

	def file_follow_up(self, learned: str, close: str) -> str:
		"""Fill in the dialog of the customer's row; the message that follows."""
		self.page.click(f'[data-follow-up="{self.customer}"]')
		dialog = self.page.locator(".modal.show")
		dialog.locator('[data-fieldname="follow_up_type"] select').select_option("Call")
		dialog.locator('[data-fieldname="need"] select').select_option("Clear")
		field = dialog.locator('[data-fieldname="expected_close"] input')
		field.wait_for()
		dialog.locator('[data-fieldname="learned"] textarea').fill(learned)
		field.fill(close)
		field.press("Tab")
		self.picture("follow-up-dialog")
		dialog.locator(".btn-modal-primary").click()
		message = self.page.locator(".desk-alert.green .alert-message")
		message.wait_for()
		return message.inner_text()

	def headline(self) -> str:
		"""What stands above the customer's form."""
		self.open(f"customer/{quote(self.customer)}")
		headline = self.page.locator(".form-message").first
		headline.wait_for()
		self.page.wait_for_selector(".new-timeline .timeline-item")
		self.page.locator(".form-tabs").get_by_text("Grading", exact=True).click()
		return headline.inner_text()

	def timeline(self) -> str:
		return self.page.locator(".new-timeline").inner_text()


def work(day: Day, learned: str, close: str) -> dict[str, object]:
	"""A day from the due list to the customer's form; what was to be seen."""
	day.open("query-report/Follow%20Ups%20Due")
	before = day.due()
	day.picture("follow-ups-due")
	told = day.file_follow_up(learned, close)
	done = day.is_done()
	headline = day.headline()
	day.picture("customer")
	return {"due": before, "told": told, "done": done, "headline": headline, "timeline": day.timeline()}


def main(url: str, user: str, password: str, customer: str, learned: str, close: str, *pictures: str) -> None:
	"""Work a day and print what was to be seen."""
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
		page = browser.new_page(viewport={"width": 1280, "height": 760})
		page.set_default_timeout(SECONDS * 1000)
		errors: list[str] = []
		page.on("pageerror", lambda error: errors.append(str(error)))
		day = Day(page, url, customer, Path(pictures[0]) if pictures else None)
		day.log_in(user, password)
		seen = work(day, learned, close)
		browser.close()
	print(json.dumps({**seen, "errors": errors}))


if __name__ == "__main__":
	main(*sys.argv[1:])
