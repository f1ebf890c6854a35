"""The site of BENCH and SITE, served, and a Python with a browser: what all tests of this folder need."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from chromium import NAMES
from served import BENCH, SITE, Bench


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
	if not (BENCH and SITE):
		pytest.skip("needs BENCH, the folder of a bench, and SITE, one of its sites with this app")
	bench = Bench(BENCH, SITE)
	yield bench
	bench.close()


@pytest.fixture(scope="module")
def browser_python(bench: Bench) -> str:
	"""A Python that has Playwright: the one of these tests, or that of the bench."""
	if not any(map(shutil.which, NAMES)):
		pytest.skip(f"needs one of {', '.join(NAMES)} on the path")
	for python in (sys.executable, bench.python):
		has = subprocess.run([python, "-c", "import playwright"], capture_output=True, check=False)
		if has.returncode == 0:
			return python
	return pytest.skip("needs the Python package playwright, here or in the bench's environment")


@pytest.fixture(scope="module")
def url(bench: Bench) -> Iterator[str]:
	"""The site, served for the tests of a module alone."""
	with bench.served() as address:
		yield address
