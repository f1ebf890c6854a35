"""How long the preview takes for a book of a given size, and how much memory its processes hold together.

    python benchmarks/preview.py --invoices 1000000 --customers 20000

makes the book, replays it by the command that users run, and ends with one line of JSON. `peak_mib` is the
highest sum of the memory of all processes, pages that they share being counted once; it needs Linux.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sample_book import make_bills, make_customers, write_invoices

FILES = ("summary.json", "customers.csv", "decisions.csv", "report.html")
SAMPLE_SECONDS = 0.5


def main() -> None:
	"""Make the book, replay it, and print the figures."""
	parser = argparse.ArgumentParser(description="Time the preview on a book made for it.")
	parser.add_argument("--invoices", type=int, default=100_000)
	parser.add_argument("--customers", type=int, default=2_000)
	options = parser.parse_args()
	with tempfile.TemporaryDirectory() as name:
		folder = Path(name)
		rng = random.Random(1)
		bills = make_bills(options.invoices, make_customers(options.customers, rng), rng)
		write_invoices(folder / "invoices.csv", bills)
		seconds, peak = replay(folder / "invoices.csv", folder / "out")
		figures = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))
		sizes = {file: (folder / "out" / file).stat().st_size for file in FILES}
	print(f"Written: {', '.join(f'{file} {size / 2**20:.1f} MiB' for file, size in sizes.items())}")
	print(
		json.dumps(
			{
				"invoices": figures["invoices"],
				"customers": figures["customers"],
				"seconds": round(seconds, 2),
				"peak_mib": round(peak / 2**20, 1),
			}
		)
	)


def replay(book: Path, out: Path) -> tuple[float, int]:
	"""Seconds that the preview of a book takes, and the highest memory of its processes in bytes."""
	begun = time.perf_counter()
	process = subprocess.Popen([sys.executable, "-m", "customer_grading.preview", book, "--out", out])
	peak = 0
	while _is_running(process):
		peak = max(peak, sum(map(memory, family(process.pid))))
	seconds = time.perf_counter() - begun
	if process.returncode:
		sys.exit(process.returncode)
	# What one process held at most, for runs that end before they are looked at.
	alone = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
	return seconds, max(peak, alone)


def _is_running(process: subprocess.Popen[bytes]) -> bool:
	"""Whether a process still runs after a sample's time, told at once where it ends before."""
	try:
		process.wait(SAMPLE_SECONDS)
	except subprocess.TimeoutExpired:
		return True
	return False


def family(pid: int) -> list[int]:
	"""A process with its children and theirs."""
	try:
		children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
	except OSError:
		return []
	return [pid, *(member for child in children for member in family(int(child)))]


def memory(pid: int) -> int:
	"""What a process holds in bytes, shared pages by its share; 0 where it has just ended."""
	try:
		rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
	except OSError:
		return 0
	return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))


if __name__ == "__main__":
	main()
