# Anliu's commands. `make` alone prints them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# Python only makes the environment; everything else runs inside it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= 2
PORT ?= 8000

.PHONY: help
help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "✗ Python 3.11 or newer is missing: run \`sudo apt-get install python3 python3-venv\` (or install it another way), then the same again." >&2; exit 1; }

.PHONY: setup
setup: python ## environment, Python packages, browser assets, Chinese font
	@$(PYTHON) -m tools.setup

.PHONY: setup-tests
setup-tests: python ## the same, with test tools and Chromium
	@$(PYTHON) -m tools.setup for-tests

.PHONY: demo
demo: setup ## a demonstration college on http://127.0.0.1:8000, accounts printed
	@$(BIN)/anliu demo --port $(PORT)

.PHONY: serve
serve: setup ## serve an installation on this machine
	@$(BIN)/anliu serve --port $(PORT)

.PHONY: test
test: setup-tests lint ## everything: lint, types, walls, unit, stories, browser, both databases
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadgroup

.PHONY: test-unit
test-unit: setup-tests ## all but the browser
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadgroup -m "not browser"

.PHONY: test-browser
test-browser: setup-tests ## only what drives a real browser
	@$(BIN)/pytest -q -m browser

.PHONY: lint
lint: setup-tests ## style, types, walls between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --cache-dir build/import-linter

.PHONY: bench
bench: setup-tests ## measure ratios, write build/bench.json
	@$(BIN)/python -m bench

.PHONY: fuzz
fuzz: setup-tests ## 10,000 mutated definitions, 500 code payloads in every field and XML bombs, each within 200 ms and 64 MB; then other examples for every property
	@$(BIN)/python -m tests.fuzz --limit 200
	@ANLIU_HYPOTHESIS=random $(BIN)/pytest -q -m "not browser" tests/engine

.PHONY: torture
torture: setup-tests ## 20,000 timers on three workers and two web nodes that are killed, frozen and lose their database; some ten minutes
	@$(BIN)/python -m tests.torture.storm 20000 4

.PHONY: conformance
conformance: setup-tests ## how much of BPMN and FEEL is kept, where the conformance pack lies beside the project
	@$(BIN)/python -m tests.conformance

.PHONY: translations
translations: setup ## gather the pages' sentences into the English catalogue
	@$(BIN)/python -m tools.translations

.PHONY: lock
lock: setup-tests ## write the locks anew; `make lock MODE=upgrade` moves to the newest versions
	@$(BIN)/python -m tools.lock $(MODE)

.PHONY: build
build: setup-tests ## the wheel, with browser assets, translations and shipped definitions
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir build/wheel

.PHONY: clean
clean: ## remove everything that set-up and builds made, the demonstration's data too
	@rm -rf .venv node_modules build web/static/dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
