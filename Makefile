# Every target works on a machine that has only Python 3.11 and make.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SKILLMARK_HOME ?= ./var
HOST ?= 127.0.0.1
PORT ?= 8000
export SKILLMARK_HOME
JOBS ?= auto
# Each has a site and a Chromium of its own; the tests of one file stay together.
BROWSER_JOBS ?= 2

.PHONY: help install dev run test check fix bench test-browser lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(VENV)/.installed ## Make .venv with the skillmark command in it

dev: $(VENV)/.dev ## Add the tools that the tests need to .venv

run: $(VENV)/.installed ## Start Skillmark on 127.0.0.1:8000 with example badges in ./var
	$(BIN)/skillmark demo --examples examples --host $(HOST) --port $(PORT)

test: $(VENV)/.dev check ## Run every check and every test that needs no browser
	$(BIN)/pytest -n $(JOBS) --dist worksteal -m "not browser and not node" --cov --cov-report=term
	$(BIN)/coverage report --fail-under=90 --format=total

check: $(VENV)/.dev ## Formatting, lint, types and floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.dev ## Format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## Print speeds beside the raw signature, the goals and two other stacks (three to four minutes)
	$(BIN)/python -m benchmarks

test-browser: $(VENV)/.browser ## Tests in a real Chromium and against npm packages (installs Debian packages)
	$(BIN)/pytest -n $(BROWSER_JOBS) --dist loadfile -m "browser or node"

lock: ## Pin dependencies with hashes (needs uv)
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --extra build -o requirements.lock
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --extra dev --extra browser -c requirements-dev.lock -o requirements-browser.lock

clean: ## Remove .venv, caches and the example data in ./var
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage build dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/.browser: $(VENV)/.dev requirements-browser.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.lock
	if ! command -v chromium >/dev/null || ! command -v npm >/dev/null; then \
		apt-get update -q && apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core nodejs npm; \
	fi
	touch $@
