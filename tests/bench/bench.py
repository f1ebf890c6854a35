"""A bench from outside: its commands, and Python on one of its sites.

As a command: `bench.py BENCH make SITE …`, `bench.py BENCH drop SITE …`, `bench.py BENCH test SITE …`,
`bench.py BENCH services`.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Without compiled files each command would compile the whole of Frappe again."""

REDIS = {"redis_cache": "redis://127.0.0.1:13000", "redis_queue": "redis://127.0.0.1:11000"}
"""Where a bench keeps them unless it says otherwise."""

PASSWORD = os.environ.get("DB_ROOT_PASSWORD")
USER = os.environ.get("DB_ROOT_USER", "root")
CREDENTIALS = ["--db-root-username", USER, "--db-root-password", PASSWORD] if PASSWORD else []
"""Of the database's administrator, unless common_site_config.json holds root_login and root_password."""

PARTS = 5
"""Into how many parts for each site the tests are cut, so that all sites are busy to the end."""

PREAMBLE = """
import json, os, sys
import frappe
frappe.init(site=sys.argv[1])
frappe.connect()
frappe.set_user("Administrator")
"""

SETUP_WIZARD = """
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

year = frappe.utils.getdate().year
answer = setup_complete({
	"language": "english", "country": "United States", "timezone": "America/New_York", "currency": "USD",
	"company_name": "Grading Co", "company_abbr": "GC", "chart_of_accounts": "Standard",
	"fy_start_date": f"{year}-01-01", "fy_end_date": f"{year}-12-31", "bank_account": "Test Bank",
})
assert frappe.db.exists("Company", "Grading Co")
"""
"""What ERPNext asks at first use. Without the answers there is neither a company nor a customer group."""


@dataclass(frozen=True, slots=True)
class Bench:
	"""The bench in a folder."""

	path: Path

	def run(self, *arguments: str, check: bool = True) -> str:
		"""What a command of the bench prints. Raises AssertionError with it if the command fails."""
		return self._python("-m", "frappe.utils.bench_helper", "frappe", *arguments, check=check)

	def python(self, site: str, source: str) -> Any:
		"""Run Python connected to a site; returns what it leaves in `answer`."""
		script = f"{PREAMBLE}\nanswer = None\n{source}\nfrappe.db.commit()\nprint('\\n' + json.dumps(answer))"
		return json.loads(self._python("-c", script, site).splitlines()[-1])

	def _python(self, *arguments: str, check: bool = True) -> str:
		sites = self.path / "sites"
		command = [str(self.path / "env/bin/python"), *arguments]
		done = subprocess.run(
			command, cwd=sites, env=ENVIRONMENT, stdin=DEVNULL, capture_output=True, text=True, check=False
		)
		assert done.returncode == 0 or not check, done.stdout[-3000:] + done.stderr[-3000:]
		return done.stdout + done.stderr if not check else done.stdout

	def has_site(self, site: str) -> bool:
		"""Whether there is a folder of that site."""
		return (self.path / "sites" / site).exists()

	def drop(self, *sites: str) -> None:
		"""Remove sites with data and folders, if they are there; Frappe would only move the folders."""
		for site in filter(self.has_site, sites):
			with TemporaryDirectory() as away:
				how = ["--force", "--no-backup", "--archived-sites-path", away]
				self.run("drop-site", site, *how, *CREDENTIALS)

	def make(self, site: str) -> None:
		"""A new site with ERPNext and a company, in place of an older one of that name."""
		self.drop(site)
		self.run("new-site", site, "--admin-password", "admin", "--install-app", "erpnext", *CREDENTIALS)
		self.python(site, SETUP_WIZARD)
		self.run("--site", site, "set-config", "allow_tests", "true")

	def make_with_app(self, site: str, *others: str) -> None:
		"""New sites with this app too, the others being copies of the first. Ends where one is there."""
		for each in filter(self.has_site, (site, *others)):
			sys.exit(f"{self.path} has a site {each} already. Take another name, or drop that site yourself.")
		self.make(site)
		self.run("--site", site, "install-app", "customer_grading")
		for other in others:
			self.copy(other, site)

	def copy(self, site: str, source: str) -> None:
		"""A site with the data of another, in place of an older one of that name: sooner than a new one."""
		self.drop(site)
		with TemporaryDirectory() as folder:
			dump = Path(folder) / "site.sql.gz"
			self.run("--site", source, "backup", "--backup-path-db", str(dump), "--backup-path", folder)
			self.run("new-site", site, "--admin-password", "admin", "--source-sql", str(dump), *CREDENTIALS)
		self.run("--site", site, "set-config", "allow_tests", "true")

	def test(self, *sites: str) -> None:
		"""Run each test of the app on one of these sites. Ends with what has failed, if anything has."""
		free: SimpleQueue[str] = SimpleQueue()
		for site in sites:
			free.put(site)
		parts = PARTS * len(sites) if len(sites) > 1 else 1

		def run(part: int) -> bool:
			site = free.get()
			try:
				return self._test_part(site, part, parts)
			finally:
				free.put(site)

		with ThreadPoolExecutor(len(sites)) as pool:
			passed = list(pool.map(run, range(1, parts + 1)))
		if not all(passed):
			sys.exit("Some tests on the site have failed; see above.")

	def _test_part(self, site: str, part: int, parts: int) -> bool:
		command = ["--site", site, "run-parallel-tests", "--app", "customer_grading"]
		told = self.run(*command, "--build-number", str(part), "--total-builds", str(parts), check=False)
		counts = [line for line in told.splitlines() if line.startswith("Tests: ")]
		has_passed = counts[-1:] != [] and counts[-1].endswith("Failing: 0, Errors: 0")
		print(counts[-1] if has_passed else told, f"(part {part} of {parts}, on {site})", flush=True)
		return has_passed

	def services(self) -> list[tuple[str, int]]:
		"""Host and port of the database, the cache and the queue."""
		config = json.loads((self.path / "sites/common_site_config.json").read_text("utf-8"))
		urls = [urlsplit(config.get(name) or default) for name, default in REDIS.items()]
		database = config.get("db_host") or "127.0.0.1", config.get("db_port") or 3306
		return [database, *((url.hostname or "127.0.0.1", url.port or 6379) for url in urls)]


def main(folder: str, verb: str, *sites: str) -> None:
	"""The command line."""
	bench = Bench(Path(folder).expanduser())
	if verb == "services":
		print(*(f"{host} {port}" for host, port in bench.services()), sep="\n")
	else:
		{"make": bench.make_with_app, "drop": bench.drop, "test": bench.test}[verb](*sites)


if __name__ == "__main__":
	main(*sys.argv[1:])
