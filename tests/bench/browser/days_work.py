"""A salesperson's day in Chromium: `days_work.py URL USER PASSWORD CUSTOMER LEARNED CLOSE [PICTURES]`.

Opens the due list, files a follow-up from it and looks at the customer. Prints what was to be seen, as JSON.
CLOSE is the expected close as the user types dates. With PICTURES, a folder, leaves screenshots there.
"""

import json
import sys
from pathlib import Path
from urllib.parse import quote

from desk import Desk, browser, desk


class Day(Desk):
	"""What the salesperson has open, and works on."""

	customer = ""

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
	with browser() as opened:
		day = desk(opened, url, Path(pictures[0]) if pictures else None, Day)
		day.customer = customer
		day.log_in(user, password)
		seen = work(day, learned, close)
	print(json.dumps({**seen, "errors": day.errors}))


if __name__ == "__main__":
	main(*sys.argv[1:])
