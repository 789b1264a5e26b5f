# Staffwork. `make run` starts the example office, `make test` checks and tests everything; `make help` lists the rest.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
UV ?= uv
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin

# A lock is whole, so nothing else is resolved. Wheels only: building from source would fetch tools that no hash covers.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install
LOCKED := --require-hashes --no-deps --only-binary :all: --progress-bar off

# pip says a line for each package; people get one line that counts up. Its errors go past this, to the terminal.
define COUNT
show() { if [ -t 1 ]; then printf '\r  %-60s' "$$1"; elif [ $$((n % 25)) = 0 ]; then echo "  $$1"; fi; }
n=0
while read -r first _; do
    case $$first in
        Collecting | Ignoring | Requirement) n=$$((n + 1)); show "looking at package $$n of $$total" ;;
        Installing) n=0; show "all there; unpacking, about half a minute more" ;;
    esac
done
if [ -t 1 ]; then echo; fi
endef
export COUNT
COUNTED = total="$$(grep -c == $(1))" bash -c "$$COUNT"

.PHONY: help
help: ## list what can be made
	@echo "make <target>, one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s%s\n", $$1, $$2 }' Makefile

.PHONY: run
run: $(VENV)/.runtime ## start the example office on http://127.0.0.1:8000
	@$(BIN)/staffwork demo

.PHONY: test
test: check ## check the code, then run every test (needs PostgreSQL and Chromium)
	@echo "Testing"
	@$(BIN)/python -m pytest -q -n $(WORKERS)

.PHONY: test-quick
test-quick: $(VENV)/.dev ## run the tests; what has no PostgreSQL or Chromium here is skipped and named
	@STAFFWORK_TEST_QUICK=1 $(BIN)/python -m pytest -q -n $(WORKERS)

.PHONY: check
check: $(VENV)/.dev ## format, lint, types, layers
	@echo "Checking format, lint, types and layers"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: pictures
pictures: $(VENV)/.dev ## take the pictures of the documents anew (needs Chromium)
	@$(BIN)/python docs/make_pictures.py

.PHONY: lock
lock: ## write both lock files anew with uv; UPGRADE=--upgrade takes newer versions
	@command -v $(UV) > /dev/null || { echo "make lock needs uv, the Python package installer." >&2; exit 1; }
	@$(RESOLVE) --extra build --extra postgres -o requirements.lock
	@$(RESOLVE) --extra build --extra postgres --extra dev -c requirements.lock -o requirements-dev.lock

# No address of an index in a lock: each office installs from its own. One lock serves every Python from 3.11 on.
RESOLVE = $(UV) pip compile pyproject.toml --quiet $(UPGRADE) --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --python-version 3.11 --universal

.PHONY: clean
clean: ## remove .venv and every cache
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.made
	@echo "Installing what Staffwork needs into $(VENV); once, one or two minutes"
	@$(PIP) $(LOCKED) -r requirements.lock | $(call COUNTED,requirements.lock)
	@$(INSTALL_CHECKOUT)
	@touch $@

# The dev lock holds the same versions of what the runtime lock holds, so this is an installation of both.
$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.made
	@echo "Installing what testing Staffwork needs into $(VENV); once, two or three minutes"
	@$(PIP) $(LOCKED) -r requirements-dev.lock | $(call COUNTED,requirements-dev.lock)
	@$(INSTALL_CHECKOUT)
	@touch $@

INSTALL_CHECKOUT = $(PIP) --quiet --no-deps --no-build-isolation --editable .

# A .venv whose pip works is kept; one that was left half made is made again.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
		echo "Staffwork needs Python 3.11 or newer, and '$(PYTHON)' is not. On Debian 12: apt install python3.11-venv" >&2; \
		echo "Another Python can be named: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
		version="$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')"; \
		echo "Python cannot make virtual environments here. On Debian: apt install python$$version-venv" >&2; exit 1; }
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || { echo "Making $(VENV)"; $(PYTHON) -m venv --clear $(VENV); }
	@touch $@
