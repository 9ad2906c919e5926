# make run    the whole platform on this machine: http://127.0.0.1:8000/ (PORT=…, DATA_DIR=…, DEMO=0)
# make test   all tests but those in a browser, on real PostgreSQL and Redis
# make e2e    tests in chromium
# Everything else is listed by `make help`.

# The Python that .venv was made with, else python3; name another one with PYTHON=…
PYTHON ?= $(shell p=$$(cat .venv/.python 2>/dev/null); [ -x "$$p" ] && echo "$$p" || echo python3)
PY := .venv/bin/python
# With no DATABASE_URL and REDIS_URL: fresh servers for the run, thrown away afterwards.
WITH_SERVERS := $(PY) -m jinhu_enforcement.embedded run --scratch --
# Each test process has a database of its own; more than eight are limited by the one server.
TEST_PROCESSES ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -gt 8 ] && echo 8 || echo $$n)
ARGS ?=
MEASURED := tests/e2e/test_budgets.py

export DEMO ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test e2e smoke lint format bench screenshots words docs pins clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@$(PYTHON) scripts/set_up.py

setup-test:
	@$(PYTHON) scripts/set_up.py --test

run: setup ## start the platform: servers, web, worker, beat; Ctrl-C stops it
	@exec $(PY) -m jinhu_enforcement.supervise

test: export DEMO = 0
test: setup-test ## run the tests (ARGS="-k name" for some of them)
	$(WITH_SERVERS) $(PY) -m pytest -n $(TEST_PROCESSES) --dist loadgroup $(ARGS)

e2e: export DEMO = 0
e2e: setup-test ## run the browser tests in the system's chromium; what is measured is measured alone, and printed
	$(WITH_SERVERS) $(PY) -m pytest -o addopts=--strict-markers -n $(TEST_PROCESSES) tests/e2e $(if $(ARGS),$(ARGS),--ignore=$(MEASURED))
	$(if $(ARGS),,$(WITH_SERVERS) $(PY) -m pytest -o addopts=--strict-markers -n $(TEST_PROCESSES) $(MEASURED))

smoke: export DEMO = 0
smoke: setup-test ## run a small selection of the tests (with DATABASE_URL and REDIS_URL: on those servers)
	$(WITH_SERVERS) $(PY) -m pytest -m smoke $(ARGS)

lint: setup-test ## check style, imports between rooms, templates, migrations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check
	$(PY) manage.py describe_procedures --check

format: setup-test ## put the code into shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: setup-test ## measure, and print ratios
	$(WITH_SERVERS) $(PY) -m tests.bench $(ARGS)

screenshots: setup-test ## photograph every page of the sample county into docs/screenshots (ARGS="worklist sign")
	$(WITH_SERVERS) $(PY) -m tests.screenshots $(ARGS)

words: setup-test ## compile locale/, what other packages say in English
	$(PY) -c "import polib; polib.pofile('locale/zh_Hans/LC_MESSAGES/django.po').save_as_mofile('locale/zh_Hans/LC_MESSAGES/django.mo')"

docs: setup ## write docs/procedures from the declarations
	$(PY) manage.py describe_procedures

pins: setup-test ## renew requirements*.txt and package-lock.json after a change of *.in or package.json
	UV_CUSTOM_COMPILE_COMMAND="make pins" .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate requirements.in -o requirements.txt
	UV_CUSTOM_COMPILE_COMMAND="make pins" .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate -c requirements.txt requirements-test.in -o requirements-test.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## remove what the set-up made; data in DATA_DIR stays
	rm -rf .venv node_modules build
