# The front of the build: `make help` lists the targets. Everything here is plain bash in scripts/ and the Swift package
# manager; nothing is installed outside apt's packages, nothing is downloaded twice.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PROGRAM := .build/release/igr

.PHONY: help
help: ## lists the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

.PHONY: deps
deps: ## installs the system libraries that are missing (apt)
	@scripts/install-deps.sh

.PHONY: build
build: ## builds the programs in release mode
	@scripts/build.sh

.PHONY: data
data: build ## fetches MNIST and Fashion-MNIST unless they are there
	@$(PROGRAM) data fetch mnist fmnist

.PHONY: quickstart
quickstart: ## from nothing to a comparison table, in a few minutes
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory data
	@$(PROGRAM) doctor
	@$(PROGRAM) run sweeps/quickstart.yaml

.PHONY: test
test: ## runs all tests, in release mode
	@scripts/test.sh

.PHONY: check
check: ## format, imports, links, and a build with warnings as errors
	@scripts/check.sh

.PHONY: test-system
test-system: ## runs the slow tests of whole sweeps
	@scripts/test-system.sh

.PHONY: chaos
chaos: build ## hurts a sweep for MINUTES (default 5) and proves that its numbers are those of one in peace
	@scripts/chaos.sh $(or $(MINUTES),5)

.PHONY: bench
bench: ## measures the kernels and writes Benchmarks/results/*.json
	@scripts/bench.sh

.PHONY: bench-scale
bench-scale: ## measures coordinator and ledger at 100,000 trials and 1,000 workers
	@scripts/bench-scale.sh

.PHONY: clean
clean: ## removes what was built; keeps data and results
	rm -rf .build .build-test Benchmarks/results
