"""How long the nightly regrade takes on a book of a given size, against the database's own scans and ERPNext.

    python benchmarks/regrade.py --bench ~/frappe-bench --site benchmark.localhost

needs a bench whose MariaDB and Redis run, and a site with this app for nothing else: it makes its own book
there, and refuses a site that holds any other customer or transaction. Everything is measured in one run:

- `first_seconds`: the first regrade, which writes every customer;
- `seconds`: the regrade of the next morning, after a day's invoices and payments, when MariaDB has cleared up
  behind the first regrade; never the first of a month;
- `scan_seconds`: one `GROUP BY` customer over each table that the facts of a regrade come from, each the
  better of two, after the night;
- `speedup_over_erpnext`: ERPNext's `get_customer_outstanding` for each customer in turn, extrapolated from
  some drawn at random, against `seconds`;
- `peak_mib`: the highest memory of all workers together, shared pages being counted once; it needs Linux.

With `--first-of-month`, days pass until the first of the next month, when windows move on and everyone is
regraded: `first_of_month_seconds`.

`ledger_rows` are those of the Payment Ledger; the General Ledger has as many of customers. With `--twice`, a
second book, twice as large, takes the place of the first and is measured too. The last line is JSON.
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
	program = Path(__file__).resolve().with_name("regrade_in_bench.py")
	os.chdir(sites)
	os.execv(python, [str(python), str(program), *sys.argv[1:]])  # noqa: S606  (the bench's own Python)


def arguments() -> argparse.Namespace:
	"""What was asked for on the command line."""
	parser = argparse.ArgumentParser(description="Time the nightly regrade on a book made for it.")
	parser.add_argument("--bench", type=Path, required=True, help="the folder of the bench")
	parser.add_argument("--site", required=True, help="a site for nothing else")
	parser.add_argument("--customers", type=_positive, default=100_000)
	parser.add_argument("--ledger-rows", type=_positive, default=2_000_000)
	parser.add_argument("--workers", type=_positive, default=2, help="background workers to start")
	parser.add_argument("--sample", type=_positive, default=2_000, help="customers to ask ERPNext about")
	parser.add_argument("--first-of-month", action="store_true", help="measure the first of a month as well")
	parser.add_argument("--twice", action="store_true", help="measure a book of twice the size as well")
	return parser.parse_args()


def _positive(text: str) -> int:
	number = int(text)
	if number < 1:
		message = f"{text} is not a number of 1 or more"
		raise argparse.ArgumentTypeError(message)
	return number


if __name__ == "__main__":
	main()
