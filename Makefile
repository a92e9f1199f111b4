# Two commands are enough on a fresh machine: `make ingest` and `make test`. Each makes its own environment first.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.test-installed

.PHONY: help setup ingest demo test test-thorough test-browser screenshots test-clients test-engines test-release sbom docs coverage lint bench generated constraints clean

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): setup.py constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(TEST_INSTALLED): setup.py constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(INSTALLED) $@

setup: $(TEST_INSTALLED) ## the environment, with what tests and lint need

ingest: $(INSTALLED) ## one round over the shipped feeds into blockwire.sqlite
	$(BIN)/blockwire ingest $(ARGS)

demo: $(INSTALLED) ## see it work on a small news web of its own, without internet
	$(BIN)/blockwire demo $(ARGS)

# A file's tests share what is costly to make, so one process runs them all; in the order of their names, for the long ones come early.
BY_FILE := -n 2 --dist loadfile --no-loadscope-reorder

test: $(TEST_INSTALLED) ## all tests, with a real Elasticsearch that is got and started by itself
	$(BIN)/python -m pytest $(BY_FILE) -m "not thorough and not browser and not engines" $(ARGS)

test-thorough: $(TEST_INSTALLED) ## what takes minutes by itself: the hostile web, floors on shared corpora, fifty feeds into Elasticsearch
	$(BIN)/python -m pytest $(BY_FILE) -m thorough $(ARGS)

test-browser: $(TEST_INSTALLED) ## blockwire browse in a real Chromium, got with apt-get where it is missing
	command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }
	$(BIN)/python -m pytest -m browser $(ARGS)

screenshots: $(TEST_INSTALLED) ## write anew the pictures of docs/browse.md, of what the demo finds (fonts: fonts-noto-core, fonts-noto-cjk)
	PYTHONPATH=tests:. $(BIN)/python docs/screenshots.py docs/images

OLDER := .venv-older-client
CLIENT_TESTS := $(addprefix tests/transforms/,elasticsearch/test_elasticsearch_bulk.py elasticsearch/test_elasticsearch_sink.py \
	stores/test_stores_contract.py stores/test_stores_elasticsearch_setup.py)

test-clients: $(TEST_INSTALLED) ## the Elasticsearch client of the major before, with the servers of both
	$(PYTHON) -m venv $(OLDER)
	grep -v '^elasti' constraints.txt > $(OLDER)/constraints.txt
	$(OLDER)/bin/python -m pip install --quiet --disable-pip-version-check --constraint $(OLDER)/constraints.txt --editable '.[test]' 'elasticsearch>=8.19,<9'
	for server in 8.19.21 9.5.3; do \
		BLOCKWIRE_TEST_ELASTICSEARCH_VERSION=$$server $(OLDER)/bin/python -m pytest $(BY_FILE) -m "elasticsearch and not thorough" \
			$(CLIENT_TESTS) $(ARGS) || exit 1; \
	done

DOCS_INSTALLED := $(VENV)/.docs-installed

$(DOCS_INSTALLED): setup.py constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[docs]'
	@touch $(INSTALLED) $@

docs: $(DOCS_INSTALLED) ## the manual as a site in build/site; fails for a dead link, and for anything loaded from another host
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	$(BIN)/python docs/site/check.py build/site

RELEASE := build/release
CLEAN := $(abspath $(RELEASE)/venv)
RELEASE_INSTALLED := $(VENV)/.release-installed

$(RELEASE_INSTALLED): setup.py constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[release]'
	@touch $(INSTALLED) $@

$(RELEASE)/built: setup.py MANIFEST.in README.md $(shell git ls-files schemas config transforms pipelines 2> /dev/null) | $(RELEASE_INSTALLED)
	rm -rf $(RELEASE) build/lib build/bdist.*
	mkdir -p $(RELEASE)
	$(BIN)/python -m build --outdir $(RELEASE) . > $(RELEASE)/build.log || { cat $(RELEASE)/build.log; exit 1; }
	$(PYTHON) -m venv $(CLEAN)
	$(CLEAN)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt $(RELEASE)/*.whl
	@touch $@

test-release: $(RELEASE)/built ## wheel and sdist: built, looked through, installed in a clean environment, tried outside the checkout
	$(BIN)/python release/check_archives.py $(RELEASE)
	rm -rf $(RELEASE)/elsewhere && mkdir $(RELEASE)/elsewhere
	cd $(RELEASE)/elsewhere && sh $(abspath release/try_installed.sh) $(CLEAN)/bin/blockwire

sbom: $(RELEASE)/built ## what the installed package brings with it (CycloneDX), and whether all of it may be passed on
	$(BIN)/cyclonedx-py environment --output-reproducible --output-file $(RELEASE)/blockwire.cdx.json $(CLEAN)/bin/python
	$(BIN)/python release/check_licences.py $(RELEASE)/blockwire.cdx.json

test-engines: $(TEST_INSTALLED) ## the main job without an end, on Prism and Flink: gets them (Go, Maven), kills them, and counts
	PYTHON=$(BIN)/python deploy/engines/get_prism.sh
	deploy/engines/get_flink.sh
	$(BIN)/python -m pytest -m engines $(ARGS)

coverage: $(TEST_INSTALLED) ## the same, with what the tests reach of the code (takes longer)
	$(BIN)/python -m pytest $(BY_FILE) -m "not engines" --cov $(ARGS)

lint: $(TEST_INSTALLED) ## style, types, and which room may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=.ci/path $(BIN)/lint-imports

bench: $(TEST_INSTALLED) ## how fast it is, as ratios to baselines of the same run
	$(BIN)/python -m bench $(ARGS)

generated: $(INSTALLED) ## write anew what is made from the code: docs/schemas, docs/settings.md, docs/commands.md, the example settings
	$(BIN)/python -m blockwire.schemas.export docs/schemas
	$(BIN)/python -m blockwire.config.reference .
	$(BIN)/python -m blockwire.pipelines.command_reference .

constraints: $(TEST_INSTALLED) $(DOCS_INSTALLED) $(RELEASE_INSTALLED) ## pin what is installed now
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean: ## remove the environment and what tests left
	rm -rf $(VENV) $(OLDER) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info .coverage*
