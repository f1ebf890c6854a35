"""How long the daily re-assessment of complaints takes, and that a second run writes nothing.

    python benchmarks/complaints.py --bench ~/frappe-bench --site benchmark.localhost

needs a bench whose MariaDB and Redis run, and a site with this app for nothing else: it makes its own
complaints there, and refuses a site that holds any other customer or complaint. Their ages are spread over
sixty days, so that the first run moves most of them, tells those in line, and brings the Customers up to
date; what it writes is counted, and checked by sample against the rule. The last line is JSON.
"""

import argparse
import os
import sys
from pathlib import Path


def main() -> None:
	"""Go on in the bench's own Python, where Frappe is."""
	options = arguments()
	sites = options.bench.expanduser().resolve() / "sites"
	python = sites.parent / "env" / "bin" / "python"
	if not python.exists():
		sys.exit(f"There is no bench in {sites.parent}: {python} is missing.")
	if not (sites / options.site / "site_config.json").exists():
		sys.exit(f"{sites.parent} has no site {options.site}. Make one with `bench new-site {options.site}`.")
	program = Path(__file__).resolve().with_name("complaints_in_bench.py")
	os.chdir(sites)
	os.execv(python, [str(python), str(program), *sys.argv[1:]])  # noqa: S606  (the bench's own Python)


def arguments() -> argparse.Namespace:
	"""What was asked for on the command line."""
	parser = argparse.ArgumentParser(description="Time the daily re-assessment of complaints.")
	parser.add_argument("--bench", type=Path, required=True, help="the folder of the bench")
	parser.add_argument("--site", required=True, help="a site for nothing else")
	parser.add_argument("--complaints", type=_positive, default=50_000, help="open complaints")
	return parser.parse_args()


def _positive(text: str) -> int:
	number = int(text)
	if number < 1:
		message = f"{text} is not a number of 1 or more"
		raise argparse.ArgumentTypeError(message)
	return number


if __name__ == "__main__":
	main()
