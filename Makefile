# What detente is built, tested and run with. Needs python3 (3.11 or later) and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
STORE ?= store

.PHONY: help setup run test check quality corpus format chaos bench lock clean

help:  ## What there is
	@awk -F ':.*##' '/^[a-z-]+:.*##/ { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## Prepare .venv with the command .venv/bin/detente

# The lock file is complete, so nothing is resolved (--no-deps) and every file must have its recorded hash.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("detente needs Python 3.11 or later; this is " + sys.version)'
	@echo "Setting up $(VENV) (a minute or two, once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

run: setup  ## Build a release from the sample articles
	@$(BIN)/detente run samples --store $(STORE)

test: setup  ## Run all the tests
	@$(BIN)/pytest -n auto --dist loadfile

check: setup  ## Lint, format, types and import direction; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

quality: setup  ## Score detente on the golden set; fails if a figure is below its floor
	@PYTHONPATH=tests/golden $(BIN)/python tests/golden/quality.py

corpus: setup  ## Count the corpus; fails if it is too small, too uniform or breaks a rule
	@$(BIN)/python scripts/corpus.py report

format: setup  ## Rewrite the code to its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

chaos: setup  ## Kill runs at random moments, a hundred times; publish a thousand releases
	@$(BIN)/python tests/chaos/chaos.py --kills 100 --flow-kills 3 --minutes 10
	@PYTHONPATH=tests/unit $(BIN)/python tests/chaos/many_releases.py --releases 1000

bench: setup  ## Measure speed and memory
	@$(BIN)/python benchmarks/extraction.py

lock:  ## Resolve the dependencies again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## Remove what was built, .venv included; keeps stores
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
