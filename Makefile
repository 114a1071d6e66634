# Everything that a contributor runs. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run run-services fake-stripe test test-unit test-acceptance sdk-test k8s-check k8s-release bench lint reset tools

TOOLS := target/tools
TOOLS_READY := $(TOOLS)/.ready

help: ## List these commands
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 26

run: ## Run the whole product in one process, with demo data, on SQLite under ./data
	cargo run --bin guildhall -- dev

run-services: ## Run the five services as processes of their own on a throw-away Postgres
	tests/run-services.sh

fake-stripe: ## Run a Stripe to try billing with; it prints the settings for `make run`
	cargo run --bin fake-stripe

test: ## Run every test on both databases and both topologies
	tests/run.sh all

test-unit: ## Run each crate's own tests
	tests/run.sh unit

test-acceptance: ## Run the tests of the whole product
	tests/run.sh acceptance

sdk-test: ## Build, check and test the TypeScript client (needs Node 20 or newer)
	tests/sdk.sh

k8s-check: $(TOOLS_READY) ## Check the image, the compose file and every Kubernetes manifest, and start what they describe
	tests/deploy.sh

k8s-release: $(TOOLS_READY) ## Make deploy/k8s/release and the alerts of its component monitoring anew
	PYTHONDONTWRITEBYTECODE=1 $(TOOLS)/bin/python3 tests/deploy/release.py

bench: ## Measure tokens, the feed, and how answers slow down as data grows, on both databases (minutes)
	tests/bench.sh

lint: $(TOOLS_READY) ## Check formatting, Rust, proto and shell
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTFLAGS="-D warnings" cargo check --release --bin guildhall
	$(TOOLS)/bin/buf lint proto
	$(TOOLS)/bin/buf format --diff --exit-code proto
	$(TOOLS)/bin/shellcheck --severity=warning .ci/run tests/*.sh

reset: ## Forget the data of `make run`
	rm -rf data

tools: $(TOOLS_READY) ## Install buf, grpcurl, shellcheck, kubectl, a mail server and a browser driver into target/tools (needs Python)

$(TOOLS_READY): tests/tools/requirements.txt
	python3 -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check --requirement tests/tools/requirements.txt
	touch $@
