"""A person can do the day's work in the browser: due list, follow-up, new grade and next date."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

BENCH, SITE = os.environ.get("BENCH"), os.environ.get("SITE")
SCRIPT = Path(__file__).with_name("days_work.py")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60

pytestmark = pytest.mark.skipif(
	not (BENCH and SITE),
	reason="needs BENCH, the folder of a bench, and SITE, one of its sites with this app",
)


class Bench:
	"""The bench and site on which the day is worked."""

	def __init__(self, folder: str, site: str) -> None:
		self.folder, self.site = Path(folder).expanduser(), site
		self.python = str(self.folder / "env/bin/python")

	def command(self, *arguments: str) -> list[str]:
		return [self.python, "-m", "frappe.utils.bench_helper", "frappe", "--site", self.site, *arguments]

	def execute(self, function: str, **values: Any) -> Any:
		"""Call a function on the site, as Administrator; what it returns."""
		command = self.command("execute", function, "--kwargs", repr(values))
		done = subprocess.run(
			command, cwd=self.folder / "sites", env=ENVIRONMENT, capture_output=True, text=True, check=False
		)
		assert done.returncode == 0, done.stderr
		printed = done.stdout.strip()
		return json.loads(printed.splitlines()[-1]) if printed else None

	def insert(self, doctype: str, **values: Any) -> dict[str, Any]:
		return self.execute("frappe.client.insert", doc={"doctype": doctype, **values})


@pytest.fixture(scope="module")
def bench() -> Bench:
	return Bench(str(BENCH), str(SITE))


@pytest.fixture(scope="module")
def browser_python(bench: Bench) -> str:
	"""A Python that has Playwright: the one of these tests, or that of the bench."""
	if not any(map(shutil.which, CHROMIUMS)):
		pytest.skip(f"needs one of {', '.join(CHROMIUMS)} on the path")
	for python in (sys.executable, bench.python):
		has = subprocess.run([python, "-c", "import playwright"], capture_output=True, check=False)
		if has.returncode == 0:
			return python
	return pytest.skip("needs the Python package playwright, here or in the bench's environment")


@pytest.fixture(scope="module")
def url(bench: Bench) -> Iterator[str]:
	"""The site, served for these tests alone."""
	with socket.socket() as free:
		free.bind(("127.0.0.1", 0))
		port = free.getsockname()[1]
	server = subprocess.Popen(
		bench.command("serve", "--port", str(port), "--noreload"),
		cwd=bench.folder / "sites",
		env=ENVIRONMENT,
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
		start_new_session=True,
	)
	try:
		wait_for(f"http://127.0.0.1:{port}/api/method/ping")
		yield f"http://127.0.0.1:{port}"
	finally:
		os.killpg(server.pid, signal.SIGTERM)
		server.wait()


def wait_for(address: str) -> None:
	until = time.monotonic() + PATIENCE
	while time.monotonic() < until and not answers(address):
		time.sleep(0.5)
	assert answers(address), f"{address} did not answer within {PATIENCE} seconds"


def answers(address: str) -> bool:
	try:
		urlopen(address, timeout=5).close()  # noqa: S310  (an address that this test has made)
	except OSError:
		return False
	return True


@pytest.fixture
def seller(bench: Bench) -> Iterator[tuple[str, str]]:
	"""A salesperson: user and password."""
	email, password = f"{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(18)
	bench.insert(
		"User",
		email=email,
		first_name="Sam",
		language="en",
		send_welcome_email=0,
		new_password=password,
		roles=[{"role": "Sales User"}],
	)
	yield email, password
	bench.execute("frappe.delete_doc", doctype="User", name=email, force=True, ignore_permissions=True)


@pytest.fixture
def customer(bench: Bench, seller: tuple[str, str]) -> Iterator[str]:
	"""A customer of hers whom nobody has called for forty days, and who is due therefore."""
	name = f"Northwind Bakery {secrets.token_hex(3)}"
	made = bench.insert("Customer", customer_name=name, customer_type="Company", account_manager=seller[0])
	long_ago = str(today(bench) - timedelta(days=40))
	told = {"follow_up_type": "Visit", "learned": "Perhaps next year.", "need": "Potential"}
	bench.insert("Customer Follow Up", customer=made["name"], follow_up_date=long_ago, **told)
	yield made["name"]
	# Evidence is kept from everybody, so what the test made is taken out behind the app's back.
	for doctype in ("Customer Follow Up", "Grade Change"):
		bench.execute("frappe.db.delete", doctype=doctype, filters={"customer": made["name"]})
	bench.execute("frappe.delete_doc", doctype="Customer", name=made["name"], force=True)


def test_a_salesperson_files_a_follow_up_from_the_due_list_and_sees_grade_and_next_date_change(
	bench: Bench, browser_python: str, url: str, seller: tuple[str, str], customer: str
) -> None:
	now = today(bench)
	pattern = bench.execute("frappe.db.get_single_value", doctype="System Settings", fieldname="date_format")
	close, tomorrow = (written(now + timedelta(days=days), pattern) for days in (10, 1))
	pictures = [os.environ["PICTURES"]] if os.environ.get("PICTURES") else []
	learned = "Wants two pallets before Christmas and asks for a quotation."
	seen = subprocess.run(
		[browser_python, SCRIPT, url, *seller, customer, learned, close, *pictures],
		capture_output=True,
		text=True,
		check=False,
	)
	assert seen.returncode == 0, seen.stderr
	day = json.loads(seen.stdout.splitlines()[-1])
	assert customer in day["due"]
	assert day["told"] == f"Grade D → A, next follow-up on {tomorrow}"
	assert day["done"]
	assert day["headline"].startswith("Grade A, Daily")
	assert f"next follow-up on {tomorrow}" in day["headline"]
	assert "Customer Grade: D → A" in day["timeline"]
	assert learned in day["timeline"]
	assert day["errors"] == []


def today(bench: Bench) -> date:
	"""The day that it is on the site."""
	return date.fromisoformat(bench.execute("frappe.utils.nowdate"))


def written(day: date, pattern: str) -> str:
	"""A date as users of the site write it: `mm-dd-yyyy` and the like."""
	return pattern.replace("yyyy", f"{day:%Y}").replace("mm", f"{day:%m}").replace("dd", f"{day:%d}")
