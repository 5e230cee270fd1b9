# `make run` starts the site; `make` alone lists all commands.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help ready run dev test bench demo admin mail lint messages lock

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
SUPERVISOR := $(BIN)/python -m microblog_site.supervisor

# Two first starts at once take turns, where the machine has flock (Linux).
GET_READY := @$(if $(shell command -v flock),flock Makefile) $(MAKE) --no-print-directory

help: ## list all commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

ready: .venv/site .env
	@$(MANAGE) prepare

run: ## run the site with its background worker
	$(GET_READY) ready
	@echo "To make an administrator, in a second terminal: make admin"
	@exec $(SUPERVISOR) web worker

dev: export DEBUG = on
dev: ## run it for development: with tracebacks, reloading when a file changes
	$(GET_READY) .venv/dev ready
	@exec $(SUPERVISOR) dev worker

demo: ## fill an empty site with a sample community
	$(GET_READY) ready
	@$(MANAGE) demo

admin: ## create an administrator
	$(GET_READY) ready
	@$(MANAGE) createsuperuser

mail: .venv/dev ## run a mail server that prints what it receives, for EMAIL_URL=smtp://127.0.0.1:8025
	@exec $(BIN)/python -m aiosmtpd -n -c tests.mail_server.Printer -l 127.0.0.1:8025

test: .venv/dev ## run every check and test; see tests/run.py
	@$(BIN)/python -m tests.run

bench: .venv/dev ## measure what each page costs; see benchmarks/README.md
	@$(BIN)/python -m benchmarks $(if $(SIZE),--size=$(SIZE)) $(if $(DATABASE),--database=$(DATABASE)) \
		$(if $(FRESH),--fresh) $(if $(COMPARE),--compare) $(if $(KEEP),--keep)

lint: .venv/dev ## check style, templates and import rules, fixing what can be fixed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djade --target-version 6.1 $$(find templates -name '*.html')
	$(BIN)/lint-imports --no-cache

messages: .venv/dev ## collect texts for translators, and compile translations
	$(MANAGE) makemessages --all
	$(MANAGE) compilemessages

lock: .venv/dev ## update requirements*.txt from requirements*.in
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.12 --no-header --quiet --upgrade \
		requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.12 --no-header --quiet --upgrade \
		requirements-dev.in -o requirements-dev.txt

# The time stamp of each target is that of the last installation: pip runs only after its list has changed.

PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.venv/site: requirements.txt | .venv/bin/python
	@echo "Installing what requirements.txt lists"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/site
	@echo "Installing what requirements-dev.txt lists"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

.venv/bin/python:
	@for python in python3.13 python3.12 python3; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || { missing=$$python; continue; }; \
		echo "Making .venv with $$($$python --version)"; \
		exec $$python -m venv --clear .venv; \
	done; \
	if [ -n "$$missing" ]; then \
		echo "$$missing lacks its venv module. On Debian and Ubuntu: sudo apt-get install $$missing-venv"; \
	else \
		echo "Microblog needs Python 3.12 or newer, best 3.13, as python3.13, python3.12 or python3 on the PATH."; \
	fi >&2; exit 1

.env: | .venv/bin/python
	@echo "Writing .env with a new SECRET_KEY; .env.example lists all there is to set"
	@umask 077 && $(BIN)/python -c \
		'import secrets; print("# .env.example lists all there is to set.\nSECRET_KEY=" + secrets.token_urlsafe(60))' > $@
