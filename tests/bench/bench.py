"""A bench from outside: its commands, and Python on one of its sites.

As a command: `bench.py BENCH make SITE`, `bench.py BENCH drop SITE`, `bench.py BENCH services`.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
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

	def drop(self, site: str) -> None:
		"""Remove a site with its data. The folder goes too, which Frappe would only move away."""
		with TemporaryDirectory() as away:
			self.run("drop-site", site, "--force", "--no-backup", "--archived-sites-path", away, *CREDENTIALS)

	def make(self, site: str) -> None:
		"""A new site with ERPNext and a company, in place of an older one of that name."""
		if self.has_site(site):
			self.drop(site)
		self.run("new-site", site, "--admin-password", "admin", "--install-app", "erpnext", *CREDENTIALS)
		self.python(site, SETUP_WIZARD)
		self.run("--site", site, "set-config", "allow_tests", "true")

	def services(self) -> list[tuple[str, int]]:
		"""Host and port of the database, the cache and the queue."""
		config = json.loads((self.path / "sites/common_site_config.json").read_text("utf-8"))
		urls = [urlsplit(config.get(name) or default) for name, default in REDIS.items()]
		database = config.get("db_host") or "127.0.0.1", config.get("db_port") or 3306
		return [database, *((url.hostname or "127.0.0.1", url.port or 6379) for url in urls)]


def main(folder: str, verb: str, *site: str) -> None:
	"""The command line."""
	bench = Bench(Path(folder))
	if verb == "services":
		print(*(f"{host} {port}" for host, port in bench.services()), sep="\n")
	else:
		{"make": bench.make, "drop": bench.drop}[verb](*site)


if __name__ == "__main__":
	main(*sys.argv[1:])
