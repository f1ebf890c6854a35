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
HERE = Path(__file__).parent
SERVER = ["--preload", "--workers", "2", "--threads", "4", "--pythonpath", str(HERE)]
"""Of Frappe's own web server. That of `bench serve` is one process, too slow for a flood."""


class Bench:
	"""The bench and site on which the tests work."""

	def __init__(self, folder: str, site: str) -> None:
		self.folder, self.site = Path(folder).expanduser(), site
		self.python = str(self.folder / "env/bin/python")
		self._process: subprocess.Popen[str] | None = None

	def execute(self, function: str, **values: Any) -> Any:
		"""Call a function on the site, as Administrator; what it returns."""
		inside = self._inside()
		inside.stdin.write(json.dumps({"function": function, "values": values}) + "\n")
		inside.stdin.flush()
		answer = json.loads(inside.stdout.readline() or '{"failed": "The process on the bench has ended."}')
		assert "returned" in answer, answer["failed"]
		return answer["returned"]

	def _inside(self) -> subprocess.Popen[str]:
		"""The process in which functions are called, for all of these tests."""
		if self._process is None:
			self._process = subprocess.Popen(
				[self.python, str(HERE / "inside.py"), self.site],
				cwd=self.folder / "sites",
				env=ENVIRONMENT,
				stdin=subprocess.PIPE,
				stdout=subprocess.PIPE,
				stderr=subprocess.DEVNULL,
				text=True,
			)
		return self._process

	def close(self) -> None:
		"""End what was started."""
		if self._process:
			self._process.communicate()

	def insert(self, doctype: str, **values: Any) -> dict[str, Any]:
		return self.execute("frappe.client.insert", doc={"doctype": doctype, **values})

	@contextmanager
	def served(self) -> Iterator[str]:
		"""The address of the site, served as in production for as long as it is needed."""
		port = free_port()
		server = subprocess.Popen(
			[self.python, "-m", "gunicorn", *SERVER, "--bind", f"127.0.0.1:{port}", "production:application"],
			cwd=self.folder / "sites",
			env={**ENVIRONMENT, "SITE_SERVED": self.site},
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
