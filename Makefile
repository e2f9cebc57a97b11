# Every target works alone on a fresh clone; it needs only make and Python 3.11 or newer.
# Another Python: make PYTHON=/path/to/python3 ...

BIN := .venv/bin
READY := .venv/.ready
# Neighbours stay together, so that what a file's tests share is made once; who is done helps out.
ALL_CORES := -n auto --dist worksteal

.PHONY: help demo test lint bench soak docs pins clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

$(READY): pyproject.toml constraints.txt constraints-render.txt constraints-server.txt tools/make-venv
	@PYTHON="$(PYTHON)" sh tools/make-venv
	@touch $@

demo: $(READY) ## see what protocolkit does, on the bundled protocols
	@$(BIN)/protocolkit demo

test: lint ## lint, then every test, with branch coverage but of what goes the same ways often
	@$(BIN)/python -m pytest $(ALL_CORES) -m "not no_cover" --cov --cov-report=
	@$(BIN)/python -m pytest $(ALL_CORES) -m no_cover
	@$(BIN)/coverage report

lint: $(READY) ## style, formatting and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

bench: $(READY) ## what checking, proving and running cost, as ratios; draws how proofs grow
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.growth

docs: $(READY) ## the pages, schemas and figures that are made from the code and the protocols
	@$(BIN)/python tools/generate.py
	@$(BIN)/python tools/check-pages docs/checks
	@$(BIN)/python tools/glossary-page docs/glossary.md
	@mkdir -p docs/figures
	@for site in site_a site_b recommended; do for view in process network; do \
	  $(BIN)/protocolkit draw protocols/$$site.yaml -o docs/figures/$$site-$$view.svg --view $$view || exit 1; \
	done; done

soak: $(READY) ## the property tests with many more examples, new ones each time
	@$(BIN)/python -m pytest $(ALL_CORES) -m hypothesis --hypothesis-profile=soak
	@PROTOCOLKIT_SOAK=1 $(BIN)/python -m pytest $(ALL_CORES) \
	  tests/ground/test_against_oracle.py tests/properties/test_year.py \
	  tests/checks/test_hostile.py tests/checks/test_healthy.py \
	  tests/proofs/test_against_brute.py tests/proofs/test_reduced_as_whole.py \
	  tests/proofs/test_onward.py tests/properties/test_workers.py \
	  tests/properties/test_broken_stories.py
	@PROTOCOLKIT_SOAK=1 $(BIN)/python -m pytest $(ALL_CORES) -rP tests/faults tests/store/test_backup.py

pins: $(READY) ## newest allowed versions into constraints*.txt
	@sh tools/pin

clean: ## remove what the other targets made
	@rm -rf .venv build dist .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
