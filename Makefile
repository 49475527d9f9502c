# Everything one does with Chinwag's sources. `make run` is the only one most people need.

SHELL := /bin/bash
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:

VENV ?= .venv
BIN := $(VENV)/bin
PACKAGES := tui widgets services
PYTEST := $(BIN)/python -m pytest
CORES := $(shell nproc 2>/dev/null || echo 2)
# Screens rest a little between keys, so one test more than there are cores can run meanwhile.
AND_ONE_MORE := $(shell echo $$(($(CORES) + 1)))
# With ARGS, one of two runs may have nothing to do.
OR_NONE = $(if $(ARGS),|| test $$? -eq 5)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: run install test prove mutants hosts servers check bench screenshots lock clean

run: $(VENV)/.installed
	@exec $(BIN)/chinwag

install: $(VENV)/.installed

# The first Python that is new enough; PYTHON=... names another.
$(VENV)/.made:
	@found=; \
	for python in $(PYTHON) python3.13 python3.12 python3.11 python3.14 python3; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  seen=$$(python3 --version 2>/dev/null || echo "no Python 3"); \
	  echo "Chinwag needs Python 3.11 or newer, and there is $$seen here." \
	       "Install a newer one, or name it: make PYTHON=/path/to/python3" >&2; exit 2; fi; \
	echo "Using $$($$found --version)."; \
	rm -rf $(VENV); \
	if ! $$found -m venv $(VENV); then \
	  rm -rf $(VENV); \
	  echo "Python could not make $(VENV). On Debian and Ubuntu its venv module is a package of" \
	       "its own: apt install python3-venv" >&2; exit 2; fi
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt pyproject.toml
	@echo "Installing what Chinwag needs; this happens once."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what the tests need; this happens once."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# Lines and branches are counted where the services are tested; counting them under the screens
# would take half as long again and find nothing.
test: $(VENV)/.installed-dev
	$(PYTEST) -q -n $(CORES) -rs -m "not prove and not servers" tests/services \
	  --cov=services --cov-branch --cov-report=term --cov-report=json:.cache/coverage.json $(ARGS) $(OR_NONE)
	@$(BIN)/python -m tests.coverage .cache/coverage.json
	$(PYTEST) -q -n $(AND_ONE_MORE) -rs -m "not prove and not servers" --ignore=tests/services $(ARGS) $(OR_NONE)

prove: $(VENV)/.installed-dev mutants
	$(PYTEST) -q -n $(CORES) -rs -m "prove and not alone" $(ARGS)
	$(PYTEST) -q -rs -m "prove and alone" $(ARGS)

mutants: $(VENV)/.installed-dev
	$(BIN)/python -m tests.prove.mutants

# What the real servers are made of, kept in ~/.cache/chinwag-servers; nothing is installed.
hosts: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.servers.hosts --install

servers: hosts
	$(PYTEST) -q -rs -m servers tests/servers $(ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q -p no:randomly tests/contracts/test_requirements.py

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.bench $(ARGS)

screenshots: $(VENV)/.installed-dev
	$(BIN)/python -m tests.scenes $(ARGS)

# Pins every version with the hashes of all its files, for the oldest Python that is supported
# (newer ones need no more than it). Written without addresses: where packages come from is the
# business of the machine that installs them.
LOCK := .cache/lock
COMPILE := $(LOCK)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
  --no-emit-options
lock: $(VENV)/.made
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "make lock needs the oldest supported Python: make clean; make lock PYTHON=python3.11" >&2; exit 2; }
	$(BIN)/python -m venv $(LOCK)
	$(LOCK)/bin/python -m pip install --quiet 'pip-tools>=7.5,<8'
	$(LOCK)/bin/python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb")); \
	  run = p["project"]["dependencies"] + p["dependency-groups"]["build"]; \
	  open("$(LOCK)/run.in", "w").write("\n".join(run)); \
	  open("$(LOCK)/dev.in", "w").write("\n".join(run + p["dependency-groups"]["dev"]))'
	$(COMPILE) $(UPGRADE) -o requirements.txt $(LOCK)/run.in
	$(COMPILE) $(UPGRADE) -c requirements.txt -o requirements-dev.txt $(LOCK)/dev.in
	$(LOCK)/bin/python -c 'import pathlib, re; \
	  [p.write_text("# Written by `make lock`.\n" + re.sub(r"(?m)^(#|--|\s*$$).*\n", "", p.read_text())) \
	   for p in map(pathlib.Path, ("requirements.txt", "requirements-dev.txt"))]'

clean:
	rm -rf $(VENV) .cache mutants dist build .coverage .coverage.* .pytest_cache .mypy_cache \
	  .ruff_cache .import_linter_cache .hypothesis
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
