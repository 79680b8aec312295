# Penny: `make run` starts her, `make test` checks her. See README.md.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
UV := .uv/bin/uv
RUN := $(UV) run --no-sync --frozen
# an environment of somebody else's must not leak into ours
unexport VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH UV_PROJECT_ENVIRONMENT UV_PYTHON
OFFLINE := { echo "The packages could not be installed; the reason is above. Run it again: what is there already is kept." >&2; exit 1; }

.PHONY: help setup tools run test lint bench rehearse bench-rasa audit clean

help: ## Show what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(UV): deploy/bootstrap.py
	@$(PYTHON) deploy/bootstrap.py && touch $@

.venv/.ready: uv.lock pyproject.toml $(UV)
	@echo "Installing Penny's packages …"
	@$(UV) sync --frozen --quiet --inexact --no-default-groups && touch $@ || $(OFFLINE)

# what only tests and measurements need, Spark, a recognizer and a voice among it
.venv/.tools: .venv/.ready
	@echo "Installing what the tests need …"
	@$(UV) sync --frozen --quiet --extra voice --extra slack && touch $@ || $(OFFLINE)

bot/.venv/.ready: bot/uv.lock bot/pyproject.toml $(UV)
	@echo "Installing Rasa's packages …"
	@$(UV) sync --frozen --quiet --project bot && touch $@ || $(OFFLINE)

setup: $(UV) ## Install what Penny needs (both environments, from their locks)
	@$(MAKE) --no-print-directory --silent -j2 .venv/.ready bot/.venv/.ready

tools: setup ## Install what tests and measurements need as well
	@$(MAKE) --no-print-directory --silent .venv/.tools

run: setup ## Start Penny with a demo person at http://localhost:8000
	@$(RUN) penny run

test: tools ## Run every test
	@$(RUN) penny train
	@$(RUN) pytest -n 2 --dist loadfile -m "not stack"
	@$(RUN) pytest -n 2 --dist loadfile -m stack

lint: tools ## Check style and types
	@$(RUN) ruff check . && $(RUN) ruff format --check . && $(RUN) mypy

bench: tools ## Measure the whole stack: start-up, turns, memory, channels; and how curation grows
	@$(RUN) penny train
	@$(RUN) python benchmarks/stack.py
	@$(RUN) python benchmarks/channels.py
	@$(RUN) python benchmarks/curate.py

rehearse: tools ## Rehearse learning with simulated people: a week, then three bad candidates
	@$(RUN) penny train
	@missed=0; $(RUN) penny learn rehearse || missed=1; \
	for bad in mislabelled slow crashing; do \
		$(RUN) penny learn rehearse --sabotage $$bad || missed=1; \
	done; exit $$missed

bench-rasa: tools ## Measure understanding beside Rasa's default pipeline (half an hour)
	@$(RUN) python benchmarks/rasa_default.py

audit: tools ## Look for known vulnerabilities in the installed packages
	@$(RUN) pip-audit

clean: ## Remove environments and caches (your data in var/ stays)
	@rm -rf .venv bot/.venv .uv .pytest_cache .mypy_cache .ruff_cache
