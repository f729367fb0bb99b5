# Everything runs in .venv, which is made on first use. PYTHON chooses the interpreter.
PYTHON ?= python3
VENV := .venv
EXTRAS ?= dev
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
KERNEL := CMakeLists.txt $(wildcard solvers/kernel/*.cpp solvers/kernel/*.hpp solvers/kernel/CMakeLists.txt \
	geo/kernel/*.cpp geo/kernel/*.hpp geo/kernel/CMakeLists.txt)

.PHONY: help install demo test lint check sanitize osrm clean

help:
	@echo "make demo    solve the bundled Hangzhou day into out/demo"
	@echo "make test    run the tests"
	@echo "make lint    ruff, mypy --strict and the layer contracts"
	@echo "make check   lint and test, as CI does"
	@echo "make sanitize  run the kernel's tests under AddressSanitizer and UBSan"
	@echo "make osrm    run the tests against a real OSRM, where Python 3.12 or later is found"
	@echo "make clean   remove .venv, caches and out/"

install: $(STAMP)

$(STAMP): pyproject.toml $(KERNEL)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/dispatch solve dispatch/data/hangzhou --out out/demo --seconds 20
	@echo "Open out/demo/plan.html in a browser."

test: $(STAMP)
	$(BIN)/python -m pytest --numprocesses 2

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

# A second build of the kernel, outside the installed one, and the tests that exercise it.
sanitize: $(STAMP)
	scripts/sanitize $(BIN)/python

# Wheels with OSRM's programs need a newer Python than the project does.
osrm: $(STAMP)
	scripts/osrm $(BIN)/python

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
