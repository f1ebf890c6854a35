"""The desk in Chromium, as one person sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chromium import CHROMIUM
from playwright.sync_api import Browser, Page, sync_playwright

SECONDS = 30


@dataclass
class Desk:
	"""A page on which somebody is logged in."""

	page: Page
	url: str
	pictures: Path | None
	errors: list[str] = field(default_factory=list)
	"""What went wrong in scripts of the page."""

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


@contextmanager
def browser() -> Iterator[Browser]:
	with sync_playwright() as playwright:
		arguments = ["--no-sandbox", "--disable-background-networking"]
		opened = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
		yield opened
		opened.close()


def desk(opened: Browser, url: str, pictures: Path | None, kind: type[Desk] = Desk) -> Desk:
	"""A new desk, with cookies of its own."""
	page = opened.new_page(viewport={"width": 1280, "height": 760})
	page.set_default_timeout(SECONDS * 1000)
	made = kind(page, url, pictures)
	page.on("pageerror", lambda error: made.errors.append(str(error)))
	return made
