"""Background workers of a bench for the time of a benchmark, with a queue of their own, and their memory."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from preview import family, memory
from redis import Redis

SAMPLE_SECONDS = 0.5
GRACE_SECONDS = 30
DATABASES = 16
WORK = ("-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "long,default,short", "--quiet")


def unused_queue(url: str) -> str:
	"""The address of an empty database of a Redis, so that nobody else's jobs and workers are met."""
	for number in range(1, DATABASES):
		address = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
		with Redis.from_url(address) as connection:
			if not connection.dbsize():
				return address
	sys.exit(f"All databases of {url} are in use.")


class Workers:
	"""Some workers, started in the folder `sites` of their bench, with the queue of FRAPPE_REDIS_QUEUE."""

	def __init__(self, number: int) -> None:
		self.number = number
		self.samples: list[int] = []
		"""What all of them held together, in bytes, look by look."""
		self._processes: list[subprocess.Popen[bytes]] = []
		self._is_over = threading.Event()
		self._watch = threading.Thread(target=self._look, daemon=True)

	def start(self) -> None:
		"""Start them, and look at their memory from now on."""
		self._processes = [subprocess.Popen([sys.executable, *WORK]) for _ in range(self.number)]
		self._watch.start()

	def stop(self) -> None:
		"""End them, by force where they do not end by themselves."""
		self._is_over.set()
		self._watch.join()
		for process in self._processes:
			process.terminate()
		for process in self._processes:
			_wait(process)

	def are_alive(self) -> bool:
		"""Whether none has ended."""
		return all(process.poll() is None for process in self._processes)

	def _look(self) -> None:
		while not self._is_over.wait(SAMPLE_SECONDS):
			members = [pid for process in self._processes for pid in family(process.pid)]
			self.samples.append(sum(map(memory, members)))


def _wait(process: subprocess.Popen[bytes]) -> None:
	try:
		process.wait(GRACE_SECONDS)
	except subprocess.TimeoutExpired:
		process.kill()
		process.wait()


@contextmanager
def workers(number: int) -> Iterator[Workers]:
	"""Some workers for the time of a block."""
	crew = Workers(number)
	crew.start()
	try:
		yield crew
	finally:
		crew.stop()


def highest_by_third(samples: list[int]) -> list[int]:
	"""The highest of each third of some samples: about the same where memory is flat."""
	size = -(-len(samples) // 3)
	return [max(samples[start : start + size]) for start in range(0, len(samples), size)] if samples else []
