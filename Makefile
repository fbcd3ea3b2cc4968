# Shiomi. `make` alone lists what there is.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) -I scripts/bootstrap.py
BIN = .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check bench format lock
MAKEFLAGS += --no-print-directory

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

run: ## set everything up and start the platform here (Ctrl-C stops it)
	@exec $(BOOTSTRAP) run

test: ## set up, then lint, types, layers and all tests
	@$(BOOTSTRAP) dev
	@sh scripts/test_setup.sh
	@$(MAKE) check
	@$(BIN)/python -m pytest

check: ## format, lint, types and layers, without tests
	@$(BOOTSTRAP) dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

bench: ## print the benchmark tables
	@$(BOOTSTRAP) dev
	@$(BIN)/python -m bench

format: ## format the code and mend what the linter can mend
	@$(BOOTSTRAP) dev
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

lock: ## resolve requirements/*.in into hashed lock files
	@$(BOOTSTRAP) dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@for name in base dev; do \
	  $(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done
