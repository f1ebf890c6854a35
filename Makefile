# `make demo` and `make test` set themselves up; nothing else has to be installed but Python 3.10 or newer and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check format clean
.DELETE_ON_ERROR:

demo: $(VENV)/preview  ## the preview on a sample book, made here
	$(BIN)/python benchmarks/sample_book.py --out demo/book
	$(BIN)/python -m customer_grading.preview demo/book --out demo/report
	@echo "Open $(CURDIR)/demo/report/report.html in a browser."

test: $(VENV)/test check  ## all tests that this machine can run; with BENCH=… SITE=… those on ERPNext too
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report --include='customer_grading/rules/*' --fail-under=100
	$(BIN)/coverage report --include='customer_grading/preview/*' --fail-under=90
ifdef BENCH
	cd $(BENCH)/sites && CI=1 env -u PYTHONDONTWRITEBYTECODE ../env/bin/python -m frappe.utils.bench_helper frappe \
		--site $(or $(SITE),$(error BENCH needs SITE: a site with ERPNext and this app)) run-tests --app customer_grading
else
	@echo "Not run, because they need an ERPNext bench: $$(find customer_grading tests/bench -name 'test_*.py' | wc -l) test modules."
endif

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
