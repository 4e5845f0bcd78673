# Everything that people and CI do with this repository. `make help` lists it.
SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := help

BIN  := $(CURDIR)/bin
DATA ?= ./data
PORTAL_PUBLIC ?= 127.0.0.1:8080
PORTAL_DESK   ?= 127.0.0.1:8081

# The desk's application is built into the portal; it is rebuilt when one of
# its files has changed.
DESK_SOURCES := $(shell find web/desk/src web/desk/public web/desk/index.html web/desk/*.json web/desk/*.ts -type f 2>/dev/null)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  %-12s %s\n", $$1, $$2}'

# --- run ---------------------------------------------------------------------

.PHONY: run
run: build ## Build and start the whole portal on embedded engines, with demo accounts
	exec $(BIN)/portal serve --public $(PORTAL_PUBLIC) --desk $(PORTAL_DESK) --data $(DATA) --demo

.PHONY: demo
demo: $(BIN)/load ## Send 200 realistic reports to the running portal
	$(BIN)/load demo --public http://$(PORTAL_PUBLIC)

.PHONY: build
build: web/desk/dist/index.html ## Build all programs into bin/
	go build -o $(BIN)/ ./services/portal ./services/intake ./services/triage ./services/desk ./pkg/embedded/engine

.PHONY: $(BIN)/load
$(BIN)/load:
	cd deploy/load && GOWORK=off go build -o $(BIN)/load .

.PHONY: $(BIN)/bench
$(BIN)/bench:
	cd deploy/bench && GOWORK=off go build -o $(BIN)/bench .

web/desk/node_modules: web/desk/package-lock.json
	npm ci --prefix web/desk --no-audit --no-fund --loglevel=error
	@touch $@

web/desk/dist/index.html: web/desk/node_modules $(DESK_SOURCES)
	npm run build --prefix web/desk --silent

# --- test --------------------------------------------------------------------

.PHONY: test
test: lint test-go test-desk test-browser chaos-short ## Everything: lint, race detector, unit, integration, browser journeys, chaos

.PHONY: test-go
test-go: web/desk/dist/index.html ## Go tests with the race detector
	go test -race -timeout 10m ./...
	cd deploy/load && GOWORK=off go test -race ./...
	cd deploy/chaos && GOWORK=off go test -race -timeout 10m ./...

.PHONY: test-desk
test-desk: web/desk/node_modules ## Types and tests of the desk's application
	npm run typecheck --prefix web/desk --silent
	npm test --prefix web/desk --silent

.PHONY: test-browser
test-browser: build web/e2e/node_modules chromium ## Journeys in a real browser, all in one and as separate processes
	npm test --prefix web/e2e --silent

web/e2e/node_modules: web/e2e/package-lock.json
	npm ci --prefix web/e2e --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: chromium
chromium: web/e2e/node_modules
	@web/e2e/install-chromium

.PHONY: lint
lint: $(BIN)/golangci-lint web/desk/dist/index.html ## Linters, with the import table of ARCHITECTURE.md
	$(BIN)/golangci-lint run ./...
	cd deploy/load && GOWORK=off $(BIN)/golangci-lint run --config ../../.golangci.yml ./...
	cd deploy/chaos && GOWORK=off $(BIN)/golangci-lint run --config ../../.golangci.yml ./...

$(BIN)/golangci-lint: deploy/tools/go.mod deploy/tools/go.sum
	cd deploy/tools && GOWORK=off go build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

# The programs that the chaos suite breaks have failpoints compiled in; they
# stay apart from the ones that people run. CHAOS takes more flags, such as
# CHAOS="--only 4,8 --seed 7".
.PHONY: chaos-programs
chaos-programs: web/desk/dist/index.html
	go build -tags failpoints -o $(BIN)/chaos/ ./services/intake ./services/triage ./services/desk ./services/portal ./pkg/embedded/engine
	go build -o $(BIN)/chaos/nats-server github.com/nats-io/nats-server/v2
	cd deploy/chaos && GOWORK=off go build -o $(BIN)/chaos/chaos .

.PHONY: chaos
chaos: chaos-programs ## Break a whole portal in every way it must survive, 10 to 15 minutes, and print the table of promises
	$(BIN)/chaos/chaos run --programs $(BIN)/chaos --long $(CHAOS)

.PHONY: chaos-short
chaos-short: chaos-programs ## The same in 3 minutes
	$(BIN)/chaos/chaos run --programs $(BIN)/chaos $(CHAOS)

# --- look after --------------------------------------------------------------

.PHONY: bench
bench: build $(BIN)/load ## Measure the accept path and the way to the officer's screen
	deploy/load/bench.sh

.PHONY: bench-peers
bench-peers: build $(BIN)/bench ## Measure the accept path beside PocketBase, about 5 minutes
	$(BIN)/bench peers

# Apart from `make test`, which need not build PocketBase.
.PHONY: test-bench
test-bench: $(BIN)/golangci-lint ## Lint and test the comparison with PocketBase
	cd deploy/bench && GOWORK=off $(BIN)/golangci-lint run --config ../../.golangci.yml ./...
	cd deploy/bench && GOWORK=off go test -race ./...

.PHONY: soak
soak: build $(BIN)/load ## Watch the portal's memory under 64 clients for 5 minutes
	deploy/load/soak.sh

.PHONY: golden
golden: ## Rewrite the golden files of rendered pages
	go test ./services/intake/app -run TestPagesLookAsTheyDid -update

.PHONY: clean
clean: ## Remove what was built (not ./data)
	rm -rf $(BIN) web/desk/node_modules web/e2e/node_modules
	find web/desk/dist -mindepth 1 ! -name .gitkeep -delete
