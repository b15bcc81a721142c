# Mainstay's commands. `make` alone lists them.

# Debian packages that the tests start or drive: a browser, and real peers to be checked.
TEST_PACKAGES := chromium fonts-noto-cjk nginx-light bind9 bind9-dnsutils openssl \
                 prometheus prometheus-node-exporter victoria-metrics rsyslog rsyslog-gnutls postgresql slapd ldap-utils \
                 postfix dovecot-imapd curl python3-venv python3-icalendar nagios4-core

# Servers that tests start are in sbin, which Debian leaves out of the path of ordinary users.
export PATH := $(PATH):/usr/sbin:/sbin

# Properties are tried on the cases that this number gives, so that what fails once fails again;
# `make test PROPTEST_RNG_SEED=$$RANDOM` tries others.
export PROPTEST_RNG_SEED ?= 20261129

TARGET := $(or $(CARGO_TARGET_DIR),target)
DATA ?= ./data
NPM := npm --prefix web
E2E = MAINSTAY_BIN=$(abspath $(TARGET)/debug/mainstay) CHROMIUM=$$(command -v chromium) $(NPM) run e2e --

.DEFAULT_GOAL := help
.PHONY: help run test lint bench ui test-tools

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ui ## Build everything and start Mainstay on DATA (./data)
	cargo build --release -p mainstay --bin mainstay
	$(TARGET)/release/mainstay serve --data $(DATA)

test: test-tools ui ## Install what tests need, then run all of them
	cargo build --workspace --bins --tests
	scripts/with-s3.sh cargo nextest run --workspace --profile ci --no-fail-fast
	scripts/with-s3.sh scripts/with-postgres.sh cargo nextest run --workspace --profile ci \
		--no-fail-fast -E 'kind(test) and rdeps(db) and not package(mainstay) and not package(stories)'
	$(NPM) test
	$(E2E) --project together
	$(E2E) --project alone

lint: web/node_modules/.package-lock.json ## Check format, lints, the laws of the house, licences
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo run -q -p xtask -- laws
	scripts/cargo-tool.sh deny
	cargo deny check bans licenses sources
	$(NPM) run typecheck
	$(NPM) run lint

bench: ui ## Measure, and print the tables of benches/RESULTS.md
	benches/run.sh

ui: web/node_modules/.package-lock.json
	$(NPM) run build

test-tools:
	scripts/debian-packages.sh $(TEST_PACKAGES)
	scripts/cargo-tool.sh nextest

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	scripts/need.sh cargo cc npm
	$(NPM) ci --no-audit --no-fund
	@touch $@
