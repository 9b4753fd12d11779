# Two commands for a newcomer: `make demo` and `make test`. Everything they need they install.
SHELL := /bin/bash
SWIFT ?= swift
PACKAGES := g++ libargon2-dev libqrencode-dev liblmdb-dev libpcre2-dev libmaxminddb-dev libsimdjson-dev pkg-config zlib1g-dev
TEST_PACKAGES := python3 netcat-openbsd mmdb-bin strace uap-core

.PHONY: help demo test build release check policies clean deps test-deps

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: release ## Build in release and play a day of sign-ins through the engine
	@.build/release/wary demo

test: deps test-deps ## Build and run every test, and the starter policies' own
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --parallel
	.build/debug/wary check --strict Policies
	.build/debug/wary test --coverage Policies

build: deps ## Build for development
	$(SWIFT) build

release: deps ## Build for use: .build/release/wary
	$(SWIFT) build -c release --product wary

deps:
	@Scripts/install-packages $(PACKAGES)

test-deps:
	@Scripts/install-packages $(TEST_PACKAGES)

clean: ## Forget everything built
	rm -rf .build
