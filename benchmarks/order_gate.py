"""What the order desk adds to the submit of a Sales Order, on a book of a given size.

    python benchmarks/order_gate.py --bench ~/frappe-bench --site benchmark.localhost

needs a bench whose MariaDB and Redis run, and a site with this app for nothing else: it makes its own book
there, and refuses a site that holds any other customer or transaction. Everything is measured in one run:

- `stock_ms`: submit and commit of a Sales Order of a tiered customer where no handler of this app is called;
- `with_app_ms`: the same with the app, in mode Enforce. Both take turns; each is the median over `--orders`;
- `gate_ms_1k_rows`, `gate_ms_50k_rows`: what runs of this app in such a submit, for a customer with 1,000
  rows in each ledger and for one with 50,000, who have as many open documents: medians, also taking turns.

`ledger_rows` are those of the Payment Ledger; the General Ledger has as many of customers. ERPNext's own
check is told for comparison. The last line is JSON.

With `--hammer`, other figures: the median submit of customers chosen at random while nobody else works, while
eight processes submit orders of a customer each, and while the eight submit orders of one customer.
"""

import argparse
import os
import sys
from pathlib import Path


def main() -> None:
	"""Go on in the bench's own Python, where Frappe is."""
	options = arguments()
	bench = options.bench.expanduser().resolve()
	python = bench / "env" / "bin" / "python"
	if not python.exists():
		sys.exit(f"There is no bench in {bench}: {python} is missing.")
	if not (bench / "sites" / options.site / "site_config.json").exists():
		sys.exit(f"{bench} has no site {options.site}. Make one with `bench new-site {options.site}`.")
	program = Path(__file__).resolve().with_name("order_gate_in_bench.py")
	os.chdir(bench / "sites")
	os.execv(python, [str(python), str(program), *sys.argv[1:]])  # noqa: S606  (the bench's own Python)


def arguments() -> argparse.Namespace:
	"""What was asked for on the command line."""
	parser = argparse.ArgumentParser(description="Time the order desk on a book made for it.")
	parser.add_argument("--bench", type=Path, required=True, help="the folder of the bench")
	parser.add_argument("--site", required=True, help="a site for nothing else")
	parser.add_argument("--customers", type=_positive, default=100_000)
	parser.add_argument("--ledger-rows", type=_positive, default=2_000_000)
	parser.add_argument("--hammer", action="store_true", help="only see whether customers slow each other")
	parser.add_argument("--orders", type=_positive, default=150, help="orders submitted each way")
	return parser.parse_args()


def _positive(text: str) -> int:
	number = int(text)
	if number < 1:
		message = f"{text} is not a number of 1 or more"
		raise argparse.ArgumentTypeError(message)
	return number


if __name__ == "__main__":
	main()
