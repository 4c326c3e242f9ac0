# make demo    install, then run everything against the sample web site in tests/newsroom
#              (ENGINE=distributed: on Kafka and Elasticsearch, after make services;
#              SPEED=60: an hour passes in a minute, so that clocks warn, break and escalate while one looks)
# make test    install, then every check and test (JOBS=2: so many tests side by side)
# make bench-clocks   how late rungs fire with many clocks pending, beside APScheduler (PENDING=10000,100000,1000000)
# make services       start Kafka and Elasticsearch, for the distributed engine and its tests
#              (IN_MEMORY=1: empty, over files in memory, for tests: nothing stays)
# make services-down  stop them
# make chaos   the whole house on three brokers and an Elasticsearch of its own under random faults
#              (CHAOS_MINUTES=10, CHAOS_SEED=…); ends with 1 where a promise is broken
PYTHON ?= python3.11
ENGINE ?= embedded
SPEED ?= 1
PENDING ?= 10000
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test lint bench bench-nlp bench-clocks chaos shots services services-down lock clean

help:
	@sed -n 's/^# //p' Makefile

install: $(STAMP)

# pip itself comes first and pinned: the one that Python 3.11.7 brings cannot resolve lxml's extras.
$(STAMP): requirements/lock.txt requirements/pip.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/pip.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install
	@HUIYING_ENGINE=$(ENGINE) exec $(BIN)/huiying demo --speed $(SPEED)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: export PYTHONDONTWRITEBYTECODE =# hundreds of processes start: each reads what the first has compiled
test: lint
	$(BIN)/pytest --numprocesses $(JOBS) --dist loadgroup

bench: install
	$(BIN)/python -m bench --engine $(ENGINE)

bench-nlp: install
	$(BIN)/python -m bench.nlp

chaos: install
	@$(BIN)/python -m tests.chaos

bench-clocks: install
	$(BIN)/python -m bench.clocks --engine $(ENGINE) --pending $(PENDING)

shots: install
	$(BIN)/python -m tests.browser.shots

services: install
	@$(BIN)/python -m services up $(if $(IN_MEMORY),--in-memory)

services-down: install
	@$(BIN)/python -m services down

lock:
	uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements/lock.txt
	uv pip compile pyproject.toml --extra build --constraint requirements/lock.txt --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements/image.txt
	echo pip | uv pip compile - --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --allow-unsafe -o requirements/pip.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache dist build
