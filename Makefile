# The recipes that people and CI call. Needs `apt install git make python3-venv`; everything else comes from the locks.
PYTHON ?= python3
VENV ?= .venv
# cores for the tests; 0 runs them in one process, with output as it comes
WORKERS ?= auto
# more arguments for pytest: make test ARGS="-k retention"
ARGS ?=

BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 10
LOCKED := $(INSTALL) --require-hashes

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench soak format format-check lint types imports docs docs-check lock durable-rules clean

help:  ## what there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.run durable-rules  ## the router on simulated Cloud Fax and Extended ECM, fed with the sample faxes; Ctrl-C ends it
	$(BIN)/faxrouter run --home . --simulate --samples samples --log var/router.log

test: $(VENV)/.dev $(VENV)/.opentext durable-rules  ## every test
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: format-check lint types imports docs-check test  ## everything that CI asks of a change

format: $(VENV)/.dev  ## lay the code out
	$(BIN)/ruff check --quiet --fix-only --select I .
	$(BIN)/ruff format .

format-check: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev $(VENV)/.opentext
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports --no-logo

docs: $(VENV)/.run  ## write the generated pages
	$(BIN)/python docs/generate.py

docs-check: $(VENV)/.dev
	$(BIN)/python docs/generate.py --check

bench: $(VENV)/.bench durable-rules  ## figures, with the peers beside them
	PYTHONPATH=tests $(BIN)/python -m bench.run $(ARGS)

soak: $(VENV)/.dev  ## the long campaigns: a storm over the OpenText pair; memory after many decisions and reloads
	PYTHONPATH=tests $(BIN)/python -m bench.soak $(ARGS)

clean:  ## remove what was built; the home's state in var/ stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment: one stamp for each set of packages, as old as its lock ---

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "faxrouter needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "python3 cannot make environments: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Build tools come first and from the lock, so that no build fetches its own.
$(VENV)/.build: requirements/build.lock | $(VENV)/pyvenv.cfg
	$(LOCKED) -r $<
	@touch $@

$(VENV)/.run: requirements/run.lock pyproject.toml hatch_build.py $(VENV)/.build
	$(LOCKED) -r $<
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	$(LOCKED) -r $<
	@touch $@

$(VENV)/.opentext: requirements/opentext.lock $(VENV)/.dev
	$(LOCKED) -r $<
	@touch $@

$(VENV)/.bench: requirements/bench.lock $(VENV)/.run
	$(LOCKED) -r $<
	@touch $@

# The extra [durable-rules] is built from source. Without a compiler or on Python 3.13 faxrouter works without it.
durable-rules: $(VENV)/.build
	@if $(BIN)/python -c 'import durable.lang' 2>/dev/null; then :; \
	elif ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))'; then \
		echo "durable-rules left out: it does not import on Python 3.13; only the benchmark misses it"; \
	elif ! { command -v cc >/dev/null && $(BIN)/python -c 'import pathlib, sys, sysconfig; sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())'; }; then \
		echo "durable-rules left out: no C compiler or no Python headers (apt install gcc python3-dev); only the benchmark misses it"; \
	elif ! $(LOCKED) --no-build-isolation --use-pep517 -r requirements/durable-rules.lock; then \
		echo "durable-rules left out: it did not build; only the benchmark misses it"; \
	fi

# `make lock UPGRADE=--upgrade` looks for newer versions of what only others depend on; the pins of pyproject.toml are edited there.
UPGRADE ?=
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links $(UPGRADE) --python-version

lock: | $(VENV)/.dev  ## write requirements/*.lock from pyproject.toml
	$(COMPILE) 3.11 pyproject.toml -o requirements/run.lock
	$(COMPILE) 3.11 --group build -c requirements/run.lock -o requirements/build.lock
	$(COMPILE) 3.11 pyproject.toml --group dev -c requirements/run.lock -c requirements/build.lock -o requirements/dev.lock
	$(COMPILE) 3.11 --group opentext -c requirements/dev.lock -o requirements/opentext.lock
	$(COMPILE) 3.12 --group opentext-newest -o requirements/opentext-newest.lock
	$(COMPILE) 3.11 --group bench -c requirements/dev.lock -o requirements/bench.lock
	$(COMPILE) 3.11 --group durable-rules -o requirements/durable-rules.lock
