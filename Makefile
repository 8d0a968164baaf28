# The commands for people: make demo, make test. Needs python3 (3.11 or later, with venv), git and make.
#
#   make demo    install, simulate a council, run its day, say where its outputs are
#   make test    install with the development extras, then every check; pytest's summary comes last
#   make test-long  the tests that make test leaves out: minutes to a quarter of an hour each
#   make lint    the checks that read the code without running it
#   make format  format Python and SQL
#   make generated  write every generated file again, the reference pages of docs/ among them
#   make audit   plant faults for the gates and check thousands of random councils with a second ledger, into evidence/
#                (AUDIT="--councils 5000 --seed 7")
#   make bench   time and memory against a floor measured in the same run (options: BENCH="--help")
#   make lock    write the lock files again (UPGRADE=1 takes newer versions within the caps)
#   make clean   remove what the commands above made, except the workspace

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# -qq: errors only.
INSTALL := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq install
UV_VERSION := 0.13.9
COMPILE := build/lock/bin/uv pip compile pyproject.toml - --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras \
	--quiet $(if $(UPGRADE),--upgrade)
# The locks leave one package out, and pip would refuse them for that. So it installs them without looking at
# requirements; the check afterwards accepts that one missing package and nothing else (decision 45).
LOCKED := $(INSTALL) --no-deps --require-hashes --requirement
LEFT_OUT := dbt-core [0-9.]+ requires dbt-core-experimental-parser, which is not installed\.
INSTALLED = @$(BIN)/python -m pip --disable-pip-version-check --no-input check | grep -v -x -E '$(LEFT_OUT)' >&2; test $$? -eq 1
# Build tools are locked too: the project itself is installed without a build environment of its own.
BUILD_TOOLS := printf 'setuptools>=80\nwheel\n'

.DELETE_ON_ERROR:
.PHONY: help demo test test-long lint lint-python lint-sql unit-sql format generated docs audit bench lock clean

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/runtime.stamp
	@$(BIN)/income demo
	@echo "The command:        $(BIN)/income"

# Every check is a test of pytest, the linters and dbt's unit tests too, so that no core waits and one failure
# stops nothing else. Tests keep their order: the files that take minutes come before those that take seconds.
test: $(VENV)/development.stamp
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-long: $(VENV)/development.stamp
	@$(BIN)/python -m pytest -m long

lint: lint-python lint-sql

lint-python: $(VENV)/development.stamp
	@$(BIN)/python -m pytest -q tests/checks/test_lint_python.py

lint-sql: $(VENV)/development.stamp
	@$(BIN)/python -m pytest -q tests/checks/test_lint_sql.py

unit-sql: $(VENV)/development.stamp
	@$(BIN)/python -m pytest -q tests/checks/test_unit_sql.py

format: $(VENV)/development.stamp
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/python -m tests.dbt_workbench sqlfluff fix

generated docs: $(VENV)/development.stamp
	@$(BIN)/python -m flows.generated

audit: $(VENV)/development.stamp
	@$(BIN)/python -m tests.expectations.mutants
	@$(BIN)/python -m tests.laws.audit $(AUDIT)

bench: $(VENV)/development.stamp
	@$(BIN)/python -m benchmarks $(BENCH)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
	"Python 3.11 or later is needed and '$(PYTHON)' is $$($(PYTHON) -V 2>&1): name a newer one, as in 'make demo PYTHON=python3.12'."; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo >&2 \
	"'$(PYTHON)' has no venv: install it first (Debian and Ubuntu: the package python3-venv)."; exit 2; }
	@$(PYTHON) -m venv $(VENV)

# Stamps: installed again only when a lock file or the project's own description has changed.
$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages into $(VENV) (some minutes the first time)"
	@$(LOCKED) requirements.lock
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	$(INSTALLED)
	@$(BIN)/python -m flows.processes.installation
	@touch $@

# The development lock holds the other one whole, so this serves both.
$(VENV)/development.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages and the development tools into $(VENV) (some minutes the first time)"
	@$(LOCKED) requirements-dev.lock
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	$(INSTALLED)
	@$(BIN)/python -m flows.processes.installation
	@touch $(VENV)/runtime.stamp $@

# Development first; the runtime lock takes its versions from it. No addresses in either: they serve any mirror.
lock:
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check -qq install uv==$(UV_VERSION)
	@$(BUILD_TOOLS) | $(COMPILE) --extra dev --output-file requirements-dev.lock
	@$(BUILD_TOOLS) | $(COMPILE) --constraint requirements-dev.lock --output-file requirements.lock

clean:
	@rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
