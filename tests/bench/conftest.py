"""Tests of a bench from outside. They make a site of their own, and need BENCH to say where."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import Bench

SITE = "customer-grading-scratch.localhost"
collect_ignore_glob = [] if os.environ.get("BENCH") else ["test_*.py"]


@pytest.fixture(scope="session")
def bench() -> Bench:
	return Bench(Path(os.environ["BENCH"]).expanduser().resolve())


@pytest.fixture(scope="session")
def site(bench: Bench) -> Iterator[str]:
	"""A new site with ERPNext and a company, without this app."""
	bench.make(SITE)
	yield SITE
	bench.drop(SITE)
