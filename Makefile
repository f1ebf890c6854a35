# `make demo` and `make test` set themselves up; nothing else has to be installed but Python 3.10 or newer and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test pure sites site browser installing check format clean
.DELETE_ON_ERROR:

demo: $(VENV)/preview  ## the preview on a sample book, made here
	$(BIN)/python benchmarks/sample_book.py --out demo/book
	$(BIN)/python -m customer_grading.preview demo/book --out demo/report
	@echo "Open $(CURDIR)/demo/report/report.html in a browser."

test: $(VENV)/test check  ## all tests that this machine can run; with BENCH=… SITE=… those on ERPNext too
ifdef BENCH
	@test -n "$(SITE)" || { echo "BENCH needs SITE: a site with ERPNext and this app, or several to share the tests." >&2; exit 2; }
	$(MAKE) --jobs=3 --output-sync=target pure browser installing
else
	$(MAKE) pure
	@echo "Not run, because they need an ERPNext bench: $$(find customer_grading tests/bench -name 'test_*.py' | wc -l) test modules."
endif

pure:  # what needs nothing but Python
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --ignore=tests/bench
	$(BIN)/coverage report --include='customer_grading/rules/*' --fail-under=100
	$(BIN)/coverage report --include='customer_grading/preview/*' --fail-under=90

site: $(if $(NEW_SITES),sites)  # what needs a site; several sites share the tests
	$(BIN)/python tests/bench/bench.py $(BENCH) test $(SITE)

browser: site  # what needs a site and Chromium
	$(BIN)/pytest tests/bench/browser

installing:  # what makes a site of its own, to install and uninstall
	$(BIN)/pytest tests/bench --ignore=tests/bench/browser

sites:  # makes them; a site that is there already is left alone, and nothing is run
	$(BIN)/python tests/bench/bench.py $(BENCH) make $(SITE)

check: $(VENV)/test  ## style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/test  ## put the source in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/preview: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[preview]'
	@touch $@

$(VENV)/test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/preview

clean:
	rm -rf $(VENV) demo build *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache
