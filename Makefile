# Homeward. Needed: make and Python 3.11 or newer. `make` alone says what can be made.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install install-dev demo verify test lint format texts lock migration browser screens clean

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
UPGRADE ?=
TESTS ?=
SCREENS ?=

help: ## Say what can be made
	@echo "make demo     the whole portal on http://127.0.0.1:$(PORT) with a demo shop (PORT=8080 make demo)"
	@echo "make verify   whether everything in the demo ties out, the simulated bank included"
	@echo "make test     the whole test suite: SQLite, PostgreSQL and a real browser (TESTS=tests/web for a part)"
	@echo "make lint     style, types and templates"
	@echo "make format   put code and imports in order"
	@echo "make texts    every text into the languages' catalogues, and how many wait for a translation"
	@echo "make screens  a picture of every page, and what is wrong with any, in every language"
	@echo "make install  only the virtual environment, from the lock"
	@echo "make lock     new locks from pyproject.toml (UPGRADE=--upgrade for newer packages)"
	@echo "make migration  the first migration anew from the models (until the first release)"
	@echo "make clean    remove the virtual environment and the demo's data"

# A lock is installed when the copy kept in the environment equals it.
define install
	@test -n "$(PYTHON)" || { echo "Homeward needs Python 3.11 or newer, and found none. Say where: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@cmp -s $(1) $(VENV)/$(1) || { echo "Installing $(1) into $(VENV)"; \
		$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r $(1) && cp $(1) $(VENV)/$(1); }
endef

install:
ifneq ($(shell cmp -s requirements-dev.lock $(VENV)/requirements-dev.lock && echo same),same)
	$(call install,requirements.lock)
endif

install-dev:
	$(call install,requirements-dev.lock)

# The demo's secrets are made once and stay on this machine, readable by their owner alone.
instance/demo.env:
	@mkdir -p -m 700 instance && umask 077 && $(BIN)/python -c "import secrets; \
	[print(f'{name}={secrets.token_hex(32)}') for name in ('SECRET_KEY', 'TRAIL_KEY')]" > $@

# Files of its own, so that a shop that is set up beside it has other keys and another database.
DEMO = set -a; . ./instance/demo.env; DEMO=1; MAIL_URL=demo:; BASE_URL=http://127.0.0.1:$(PORT); \
	DATABASE_URL="sqlite:///$(CURDIR)/instance/demo.db"; BANK_FILE="$(CURDIR)/instance/demo-bank.db"; set +a; \
	exec $(BIN)/flask --app wsgi

demo: install
	@$(MAKE) --no-print-directory instance/demo.env
	@$(DEMO) demo --port $(PORT)

verify: install
	@$(MAKE) --no-print-directory instance/demo.env
	@$(DEMO) verify --gateway

browser: install-dev
	@$(BIN)/python -m tests.harness.chromium

test: install-dev browser
	@$(BIN)/python -m pytest -n 2 $(if $(TESTS),$(TESTS),--whole)

screens: install-dev browser
	@$(BIN)/python -m tests.screens $(SCREENS)

lint: install-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet

format: install-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

texts: install-dev
	@$(BIN)/python -m tests.harness.texts

# uv is asked for the lock only; it is not needed to run anything.
lock: install-dev
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet uv
	@$(BIN)/uv pip compile $(UPGRADE) pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header \
		--quiet -o requirements-dev.lock
	@$(BIN)/uv pip compile pyproject.toml -c requirements-dev.lock --universal --python-version 3.11 --generate-hashes \
		--no-header --quiet -o requirements.lock
	@! grep -n '://' requirements.lock requirements-dev.lock

migration: install-dev
	@$(BIN)/python -m migrations.first

clean:
	rm -rf $(VENV) instance
