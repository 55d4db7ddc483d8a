# `make run` opens the dashboard, `make test` checks everything; both set up .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test lint types contracts pytest bench picture clean

run: $(READY)
	@$(BIN)/slipstick

test: $(READY) lint types contracts pytest

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports --no-cache

pytest:
	$(BIN)/pytest -q -n 3 --dist worksteal

# The peers are optional: without them their rows are left out.
bench: $(READY)
	-@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/pytest benchmarks --benchmark-enable --benchmark-only -q --benchmark-columns=median,ops
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/uncertainty.py

picture: $(READY)
	$(BIN)/python docs/pictures/take.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Slipstick needs Python 3.11 or later; name it: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
