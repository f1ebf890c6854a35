"""A site of a bench as these tests use it: functions called on it, and its desk served."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import urlopen

BENCH = os.environ.get("BENCH")
SITE = next(iter(os.environ.get("SITE", "").split()), None)
"""The first, where the tests are shared by several."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
PATIENCE = 60


class Bench:
	"""The bench and site on which the tests work."""

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

	@contextmanager
	def served(self) -> Iterator[str]:
		"""The address of the site, served for as long as it is needed."""
		port = free_port()
		server = subprocess.Popen(
			self.command("serve", "--port", str(port), "--noreload"),
			cwd=self.folder / "sites",
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

	def work(self, python: str, script: Path, *arguments: str) -> dict[str, Any]:
		"""What a script in the browser has seen."""
		seen = subprocess.run([python, script, *arguments], capture_output=True, text=True, check=False)
		assert seen.returncode == 0, seen.stderr
		return json.loads(seen.stdout.splitlines()[-1])


def free_port() -> int:
	with socket.socket() as free:
		free.bind(("127.0.0.1", 0))
		return free.getsockname()[1]


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


def today(bench: Bench) -> date:
	"""The day that it is on the site."""
	return date.fromisoformat(bench.execute("frappe.utils.nowdate"))


def written(day: date, pattern: str) -> str:
	"""A date as users of the site write it: `mm-dd-yyyy` and the like."""
	return pattern.replace("yyyy", f"{day:%Y}").replace("mm", f"{day:%m}").replace("dd", f"{day:%d}")


def pictures() -> list[str]:
	"""The folder that PICTURES names for screenshots, if any."""
	return [os.environ["PICTURES"]] if os.environ.get("PICTURES") else []
