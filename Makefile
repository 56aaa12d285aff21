# `make help` says what each target does. The work is in scripts/.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON_IN_VENV := .venv/bin/python
SYSTEM_PYTHON := scripts/python.sh
# On a developer's machine; a production process is not started by make.
export DEPLOYMENT ?= development

.PHONY: help demo demo-clean token test lint format bench chaos venv run migrate services services-stop services-status \
        services-clean clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## The whole platform on a generated market, http://127.0.0.1:8000 (PORT=8010); Ctrl-C stops it
	@$(SYSTEM_PYTHON) -m scripts.demo

demo-clean: ## Remove the demo's data
	@$(SYSTEM_PYTHON) -m scripts.demo.clean

token: ## Print a fresh internal token for the demo
	@$(PYTHON_IN_VENV) -m scripts.demo.token

test: ## Install what is missing, lint, types, layers, all tests on real servers, with a table of times
	@scripts/test.sh

lint: venv ## ruff, mypy, import layers, Django's checks
	@scripts/lint.sh

format: venv ## Format the code and mend what ruff can mend
	@$(PYTHON_IN_VENV) -m ruff check --fix --quiet .
	@$(PYTHON_IN_VENV) -m ruff format .

bench: services ## The benchmarks, each a ratio from one run, into docs/benchmarks.md (PARTS=events,hostile)
	@scripts/with-services.sh $(PYTHON_IN_VENV) -m benchmarks $(if $(PARTS),--parts $(PARTS))

chaos: venv ## Consumers killed and cut off for ten minutes, figures into docs/reliability.md (SECONDS=600 EVENTS= SEED=)
	@$(PYTHON_IN_VENV) -m tests.chaos --events $(or $(EVENTS),0) --seconds $(or $(SECONDS),0) $(if $(SEED),--seed $(SEED))

venv: ## The Python environment for development, in .venv
	@$(SYSTEM_PYTHON) -m scripts.setup.venv requirements-dev.txt

run: services ## The web on the development services, reloading (PORT=8000)
	@scripts/with-services.sh $(PYTHON_IN_VENV) manage.py runserver 127.0.0.1:$${PORT:-8000}

migrate: services ## Bring the development database's tables up to date
	@scripts/with-services.sh $(PYTHON_IN_VENV) manage.py migrate

services: venv ## Start PostgreSQL, Redis and Kafka on loopback ports (var/services/env names them)
	@$(PYTHON_IN_VENV) -m scripts.services start

services-stop: ## Stop them; their data stays
	@$(PYTHON_IN_VENV) -m scripts.services stop

services-status: ## Show which of them run, and where
	@$(PYTHON_IN_VENV) -m scripts.services status

services-clean: ## Stop them and remove their data
	@$(PYTHON_IN_VENV) -m scripts.services clean

clean: ## Remove caches and the Python environment; data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var/static
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
