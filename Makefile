# make app and make test set up all that they need; a second call starts at once.
# PYTHON=... picks the interpreter, TESTS="..." hands arguments to pytest, WORKERS=0 keeps the tests
# in one process, as debuggers want it, PORT=... fixes the port of the dashboard.

APP_VENV = .venv-app
DEV_VENV = .venv
# Each test process has one thread and up to 1.5 GB.
WORKERS = logical
SETUP = .ci/make-venv.sh
# What an installation copies: a change of these asks for a new one.
INSTALLED = pyproject.toml surrogate_app/__init__.py $(wildcard surrogate_app/app/jupyter/voila/templates/surrogate/*)
LOCK = $(DEV_VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.10 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: help app test coverage lint docs pictures lock upgrade audit environments clean

help:
	@echo "make app     open the dashboard (sets up $(APP_VENV); PORT=... fixes the port)"
	@echo "make test    run the tests (sets up $(DEV_VENV); TESTS='-k name' picks some)"
	@echo "make lint    check style, spelling and types"
	@echo "make docs    build the documentation, strictly, in build/docs"
	@echo "make pictures      take the pictures of the documentation anew (minutes: one page is retrained)"
	@echo "make coverage      run the tests and report which lines they reach"
	@echo "make lock          resolve the requirements anew, as few versions as possible changed"
	@echo "make upgrade       resolve them to the newest versions"
	@echo "make audit         look the locked versions up among known vulnerabilities"
	@echo "make environments  write the conda environments from pyproject.toml"
	@echo "make clean   remove environments and caches"

app: $(APP_VENV)/.ready
	$(APP_VENV)/bin/surrogate-app app $(if $(PORT),--port $(PORT))

test: $(DEV_VENV)/.ready
	CHROMIUM="$$($(DEV_VENV)/bin/python tests/support/chromium.py)" && export CHROMIUM && \
	OMP_NUM_THREADS=1 $(DEV_VENV)/bin/python -m pytest -n $(WORKERS) --maxprocesses=4 --dist=loadfile $(TESTS)

coverage: TESTS += --cov --cov-report=term --cov-report=xml
coverage: test

lint: $(DEV_VENV)/.ready
	$(DEV_VENV)/bin/ruff check .
	$(DEV_VENV)/bin/ruff format --check .
	$(DEV_VENV)/bin/codespell
	$(DEV_VENV)/bin/mypy

docs: $(DEV_VENV)/.ready
	$(DEV_VENV)/bin/python -m sphinx --fail-on-warning --keep-going --nitpicky --quiet -b html docs build/docs

pictures: $(DEV_VENV)/.ready
	PICTURES=docs/pictures $(MAKE) test WORKERS=0 TESTS='-m slow tests/docs/test_pictures.py'

lock: $(DEV_VENV)/.ready
	$(LOCK) $(LOCK_ARGS) --all-extras --group dev --group docs --group build --output-file requirements-dev.lock
	$(LOCK) $(LOCK_ARGS) --group build --constraint requirements-dev.lock --output-file requirements-app.lock

upgrade: LOCK_ARGS = --upgrade
upgrade: lock

audit: $(DEV_VENV)/.ready
	$(DEV_VENV)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-app.lock
	$(DEV_VENV)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.lock

environments: $(DEV_VENV)/.ready
	$(DEV_VENV)/bin/python .ci/environments.py

clean:
	rm -rf $(APP_VENV) $(DEV_VENV) build dist .coverage coverage.xml .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results

$(APP_VENV)/.ready: requirements-app.lock $(INSTALLED) $(SETUP)
	$(SETUP) $(APP_VENV) requirements-app.lock
	@touch $@

$(DEV_VENV)/.ready: requirements-dev.lock $(INSTALLED) $(SETUP)
	$(SETUP) $(DEV_VENV) requirements-dev.lock
	@touch $@
