# Two commands for a newcomer: `make demo` and `make test`. Everything they need they install.
SHELL := /bin/bash
SWIFT ?= swift
PACKAGES := g++ libssl-dev libargon2-dev libqrencode-dev liblmdb-dev libpcre2-dev libmaxminddb-dev libsimdjson-dev pkg-config zlib1g-dev
TEST_PACKAGES := python3 netcat-openbsd curl openssl mmdb-bin strace uap-core

.PHONY: help demo test faults fuzz timing editor-test auth-checks build release deb clean deps test-deps

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: release ## Build in release and play a day of sign-ins through the engine
	@.build/release/wary demo

test: deps test-deps ## Build and run every test, and the starter policies' own
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --parallel
	.build/debug/wary check --strict Policies
	.build/debug/wary fmt --check Policies
	.build/debug/wary test --coverage Policies

faults: deps test-deps ## Kill, fill and break things under a running engine (ROUNDS=200; root for the full disk)
	Tests/Faults/faults.sh $(or $(ROUNDS),200)

fuzz: deps ## The machine against the interpreter on 100,000 random policies, then libFuzzer on the syntax and on requests (FUZZ_SECONDS=600)
	WARY_FUZZ_ROUNDS=100000 $(SWIFT) test --filter MachineAgainstReference
	Tests/Fuzz/fuzz-syntax $(or $(FUZZ_SECONDS),600)
	Tests/Fuzz/fuzz-json $(or $(FUZZ_SECONDS),600)

timing: deps ## What only a clock can tell, on a machine that does nothing else: sign-ins of known and unknown accounts
	WARY_TIMING=1 $(SWIFT) test --no-parallel --filter SignInTimingTests

editor-test: build ## Drive the language server with pytest-lsp's client (PyPI)
	python3 -m venv .build/editor-venv
	.build/editor-venv/bin/pip install -q pytest-lsp pytest-asyncio
	WARY=$(CURDIR)/.build/debug/wary .build/editor-venv/bin/pytest -q Tests/Editor

auth-checks: build ## Check the authentication API by others' software: oathtool, PyJWT, Authlib, fido2, aiosmtpd, schemathesis
	Tests/Authentication/run

build: deps ## Build for development
	$(SWIFT) build

release: deps ## Build for use: .build/release/wary
	$(SWIFT) build -c release --product wary

deb: release ## Make the Debian package in .build/deb, man pages and completions included
	@Scripts/install-packages dpkg-dev python3 binutils
	Packaging/deb .build/release/wary .build/deb

deps:
	@Scripts/install-packages $(PACKAGES)

test-deps:
	@Scripts/install-packages $(TEST_PACKAGES)

clean: ## Forget everything built
	rm -rf .build
