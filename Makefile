# Two commands for a newcomer: `make demo` and `make test`; `make quick` while writing. `make help` lists
# the rest.

PYTHON ?= /usr/bin/python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=

.PHONY: help install demo run test test-postgresql quick lint types imports tests tests-of-pages tests-of-others screenshots coverage bench day soak wall mutants fuzz sbom audit servers deb words lock docs hooks clean

help: ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 17

install: $(VENV)/runs ## the program into .venv

demo: $(VENV)/runs ## a whole live venue on this machine; ARGS="--port 9000" is passed on
	@$(BIN)/luchtig demo $(ARGS)

run: $(VENV)/runs ## your own venue, kept; ARGS="--lan" is passed on
	@$(BIN)/luchtig up $(ARGS)

test: $(VENV)/tests servers lint types imports sbom tests ## install what the tests need, then run everything

quick: lint types imports ## within a minute, without a server: lint, types, imports, tests of sensors and domain
	$(BIN)/pytest -q -m "$(NO_SERVERS)" $(QUICK) $(ARGS)

NO_SERVERS := not servers and not e2e and not browser
QUICK := tests/sensors tests/gateway/domain tests/dashboard/words tests/firmware_sim/physics

lint: $(VENV)/tests ## style and likely mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/tests ## mypy --strict
	$(BIN)/mypy

imports: $(VENV)/tests ## the arrows between the packages
	$(BIN)/lint-imports --no-logo

# Most of the time a test waits for a server: two halves beside each other take little more than one.
tests: $(VENV)/tests ## pytest; ARGS="-k board" is passed on
ifeq ($(ARGS),)
	@$(MAKE) --no-print-directory -j2 tests-of-pages tests-of-others
else
	$(BIN)/pytest $(ARGS)
endif

PAGES := tests/bench tests/browser tests/cases tests/contract tests/dashboard tests/deploy

# Line by line, so that both can be followed.
tests-of-pages:
	@bash -o pipefail -c "$(BIN)/pytest $(PAGES) 2>&1 | sed -u ''"

tests-of-others:
	@bash -o pipefail -c "$(BIN)/pytest $(addprefix --ignore=,$(PAGES)) 2>&1 | sed -u ''"

# Hours on a slow machine: ARGS="--states trouble --widths 390 1440" takes a part, "--checks" no pictures.
screenshots: $(VENV)/tests servers ## sheets of every page and state in screenshots/, what is wrong with them, README's pictures
	$(BIN)/python -m tests.screenshots --pictures docs/pictures
	nice $(BIN)/python -m tests.screenshots $(ARGS)

# The trace costs half as much again as the tests themselves: `make test` goes without.
coverage: $(VENV)/tests servers ## pytest with the branches it takes: what is missed, and the floor (pyproject.toml)
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage report $(if $(ARGS),--fail-under=0)

# What a test opens in its own process is on PostgreSQL then; the programs that it starts go by their configuration.
# Those of backups are tried on both as it is, and need a database without tables.
test-postgresql: $(VENV)/tests servers ## the tests of gateway and dashboard on PostgreSQL instead of a file; ARGS="tests/gateway/live"
	LUCHTIG_TEST_DATABASE=postgresql $(BIN)/pytest $(or $(ARGS),tests/gateway tests/dashboard --ignore=tests/gateway/keeping)

bench: $(VENV)/tests servers ## all tables of what it costs; ARGS="--quick --before PATH/TO/luchtig --telegraf PATH"
	$(BIN)/python -m bench $(ARGS)

day: $(VENV)/tests servers ## a whole day through the whole chain, with every fault, in a quarter of an hour
	$(BIN)/python -m bench.chain $(ARGS)

soak: $(VENV)/tests servers ## an hour of faults, one every few seconds: anything missing, double or told twice? ARGS="--minutes 5 --seed 7"
	$(BIN)/python -m bench.soak $(ARGS)

wall: $(VENV)/tests servers ## a wall screen for two hours: does it grow?
	$(BIN)/python -m bench.wall $(ARGS)

# Which mutants live is read with `.venv/bin/mutmut results` and `.venv/bin/mutmut show NAME`. What the
# branch changed in sensors and the domain is tried beside what always is. What runs at import (the
# messages of lenient_payload) is changed too late for a test to notice: those that live there say
# nothing. mutmut is in no lock: it brings a terminal program along.
mutants: $(VENV)/tests ## change the code in a thousand ways and see which a test misses; ARGS="gateway.domain.alerts.flag.*"
	@test -x $(BIN)/mutmut || { echo "make: mutmut is missing: $(BIN)/python -m pip install 'mutmut>=3.8,<4'"; exit 1; }
	nice $(BIN)/mutmut run $(or $(ARGS),$(MUTATED) $(CHANGED))

MUTATED := 'sensors.wire.*' 'gateway.domain.alerts.flag.*' 'gateway.domain.verdict.*' 'gateway.domain.people.*'
CHANGED = $(shell git diff --name-only --diff-filter=d main... -- 'sensors/*.py' 'gateway/domain/*.py' \
	2>/dev/null | sed "s,/,.,g; s,py$$,*,; s,.*,'&',")

# What it finds is in .fuzz, and so is what it learned. atheris is in no lock: it is a fuzzer, built for
# some machines only.
fuzz: $(VENV)/tests ## let a fuzzer look for bytes that break a reader, five minutes each; ARGS="calendar --seconds 1800"
	@$(BIN)/python -c 'import atheris' 2>/dev/null || { echo "make: atheris is missing: $(BIN)/python -m pip install 'atheris>=3,<4'"; exit 1; }
ifneq ($(ARGS),)
	nice $(BIN)/python -m bench.fuzz $(ARGS)
else
	for target in payload topic calendar venue mhz19 protocols adapters; do nice $(BIN)/python -m bench.fuzz $$target || exit 1; done
endif

sbom: $(VENV)/tests ## what a set-up is made of, each part with its hashes: dist/luchtig.cdx.json (CycloneDX)
	@mkdir -p dist
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --mc-type application \
		--output-reproducible --of JSON -o dist/luchtig.cdx.json

# It asks a service that knows of faults, so that it may say something else tomorrow: no part of the tests.
# What could not be looked up fails too.
audit: $(VENV)/tests ## is anything in the lock known to be unsafe? pip-audit is in no lock
	@test -x $(BIN)/pip-audit || { echo "make: pip-audit is missing: $(BIN)/python -m pip install 'pip-audit>=2.9,<3'"; exit 1; }
	$(BIN)/pip-audit -r requirements.lock --disable-pip --require-hashes --strict

servers: ## Mosquitto, InfluxDB, PostgreSQL, nginx and Chromium from Debian's packages, where missing and permitted
	@tests/install-servers

deb: $(VENV)/runs ## a Debian package in dist/, with all that the program needs; ARCH=arm64 for a Raspberry Pi
	@deploy/debian/build $(ARCH)

words: $(VENV)/tests ## put the catalogues in order after an edit; ARGS=de begins a language
	$(BIN)/python -m tests.catalogues $(ARGS)

lock: $(VENV)/tests ## make the lock files anew from pyproject.toml (needs uv on the PATH)
	uv pip compile pyproject.toml --extra demo --extra i2c --extra oidc --extra postgresql --group build --group dev $(LOCK) -o requirements-dev.lock
	uv pip compile pyproject.toml --extra demo --extra i2c --extra oidc --extra postgresql --group build $(LOCK) -o requirements.lock -c requirements-dev.lock

LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	--universal --python-version 3.11 --quiet

docs: $(VENV)/runs ## the documentation as plain files in site/; ARGS=FOLDER elsewhere
	@$(BIN)/python -m dashboard.manual $(or $(ARGS),site)

hooks: $(VENV)/tests ## let git run the quick checks before each commit (needs pre-commit on the PATH)
	pre-commit install

clean: ## remove the virtual environment and all caches
	rm -rf $(VENV) dist mutants screenshots site .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is missing: apt-get install python3, or say PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11: say PYTHON=python3.12 or another"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "make: $(PYTHON) cannot make a virtual environment: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# The stamps are newer than what they were made from, so that a second call starts at once.
$(VENV)/runs: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Luchtig into $(VENV), once …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/tests: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing Luchtig and what its tests need into $(VENV), once …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/runs
