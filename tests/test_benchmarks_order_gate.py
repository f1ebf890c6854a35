"""The benchmark of the order desk says what it lacks, before it touches anything."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[1] / "benchmarks" / "order_gate.py"


def refusal(*arguments: object) -> str:
	command = [sys.executable, str(PROGRAM), *map(str, arguments)]
	done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=60)  # noqa: S603  (our own program)
	assert done.returncode != 0
	assert done.stdout == ""
	return done.stderr


def test_a_folder_that_is_no_bench_is_refused(tmp_path: Path) -> None:
	said = refusal("--bench", tmp_path, "--site", "b.localhost")
	assert said == f"There is no bench in {tmp_path}: {tmp_path}/env/bin/python is missing.\n"


def test_a_site_that_is_not_there_is_refused_with_the_command_that_makes_it(tmp_path: Path) -> None:
	python = tmp_path / "env" / "bin" / "python"
	python.parent.mkdir(parents=True)
	python.touch()
	said = refusal("--bench", tmp_path, "--site", "b.localhost")
	assert said == f"{tmp_path} has no site b.localhost. Make one with `bench new-site b.localhost`.\n"


def test_no_orders_are_nothing_to_measure() -> None:
	said = refusal("--bench", ".", "--site", "b.localhost", "--orders", 0)
	assert said.endswith("argument --orders: 0 is not a number of 1 or more\n")
