# Every target works alone on a fresh clone; it needs only make and Python 3.11 or newer.
# Another Python: make PYTHON=/path/to/python3 ...

BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo test lint soak pins clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

$(READY): pyproject.toml constraints.txt constraints-render.txt tools/make-venv
	@PYTHON="$(PYTHON)" sh tools/make-venv
	@touch $@

demo: $(READY) ## see what protocolkit does, on the bundled protocols
	@$(BIN)/protocolkit demo

test: lint ## lint, then every test, with branch coverage
	@$(BIN)/coverage run -m pytest
	@$(BIN)/coverage report

lint: $(READY) ## style, formatting and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

soak: $(READY) ## the property tests with many more examples, new ones each time
	@$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=soak

pins: $(READY) ## newest allowed versions into constraints*.txt
	@sh tools/pin

clean: ## remove what the other targets made
	@rm -rf .venv build dist .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
