# Everything a newcomer needs: `make run` and `make test`. Python 3.11 or newer and make are enough.
PYTHON ?= python3
BIN := .venv/bin
INSTANCE ?= instance/demo
PORT ?= 8000
DEMO := TOMOSHIBI_INSTANCE=$(INSTANCE) TOMOSHIBI_TRANSPORT=loopback \
	TOMOSHIBI_STAFF_ORIGIN=http://localhost:$(PORT) $(BIN)/tomoshibi
BABEL := $(BIN)/python -m babel.messages.frontend --quiet
MERGE := --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date

# Whoever runs this compiles no source twice, whatever their containers are told.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install run test check format browser bench messages ledger sorting lock clean

install: .venv/.installed

.venv/.installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

run: install
	$(DEMO) demo --port $(PORT)
	$(DEMO) serve --site both --port $(PORT)

test: install
	$(BIN)/pytest --numprocesses auto --cov --cov-report=term

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/deptry .
	$(BIN)/pytest --quiet --numprocesses auto tests/architecture/test_catalogues.py tests/architecture/test_ledger.py tests/forms/test_codebook.py tests/admin/test_case_states.py tests/migrations/test_drift.py

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser: install
	$(BIN)/pytest tests/browser

bench: install
	$(BIN)/python -m benchmarks.submit
	$(BIN)/python -m benchmarks.guided
	$(BIN)/python -m benchmarks.signin
	$(BIN)/python -m benchmarks.upload
	$(BIN)/python -m benchmarks.flood
	$(BIN)/python -m benchmarks.queue
	$(BIN)/python -m benchmarks.claims
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.identifiers
	$(BIN)/python -m benchmarks.figures
	$(BIN)/python -m benchmarks.statistics
	$(BIN)/python -m benchmarks.frame
	$(BIN)/python -m benchmarks.draw

messages: install
	$(BABEL) extract -F reporting/locale/babel.toml -k msgid --no-location --sort-output --no-wrap -o .venv/public.pot .
	$(BABEL) update -i .venv/public.pot -d reporting/locale -D public $(MERGE)
	$(BABEL) extract -F admin/locale/babel.toml -k msgid --no-location --sort-output --no-wrap -o .venv/staff.pot .
	$(BABEL) update -i .venv/staff.pot -d admin/locale -D staff $(MERGE)

ledger: install
	$(BIN)/python -m admin.dictionary
	$(BIN)/python -m admin.case_states

sorting: install
	$(BIN)/python -m tests.browser.sorting

lock: install
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --upgrade pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --upgrade --extra dev -c requirements/runtime.txt pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv instance build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
