# Go and make are all that is needed: buf and the linter are built from tools/go.mod, the plugins
# from go.mod. Every path is relative or quoted, so that a checkout may lie in any folder.
.PHONY: help run test slow capsule vettool suite answers retries readme alerts setup foreign site site-test openapi kill leaks hostile proxies load conformance interop soak drivers es bench bench-test fuzz \
	lint generate web check breaking api release third_party
.NOTPARALLEL:
export GOWORK := off

TOOL = go tool -modfile="$(CURDIR)/tools/go.mod"
SCRATCH = .build/check

# $(call each,FOLDERS,COMMAND) runs COMMAND in every folder, and fails at the end if one failed.
each = status=0; for dir in $$($(1)); do echo "--- $$dir"; (cd "$$dir" && $(2)) || status=1; done; exit $$status
modules = find . -name go.mod -not -path '*/.*' -not -path '*/testdata/*' -not -path '*/node_modules/*' | sed 's,/go.mod$$,,' | sort
# Folders with protos of their own, which import ours and others'.
consumers = printf '%s\n' examples/capsule test interceptor/gateway/internal/shelf cmd/errpactlint/internal/lint/testdata
# test/bench, test/drivers and test/openapi compile much of others', so they have targets.
testable = $(modules) | grep -vxE './test/(bench|drivers|openapi)'
fuzzed = $(testable) | grep -vx ./tools
# The example has databases, and programs that are killed; the vet tool analyses the example. Both take minutes.
tested = $(testable) | grep -vxE './(examples/capsule|cmd/errpactlint)'
# Packages with a target of their own, which `make slow` runs and `make test` leaves out: they take minutes, build
# programs of others, or take the machine for themselves.
apart = examples/capsule/internal/(alerts|foreign|readme)|test/(answers|auth|conformance|hostile|leaks|load|pairs|proxies|repeats|retries|setup|validation|yaml)|tools/(release|site)
packages = go list -e ./... | grep -vE "^github.com/errpact/errpact/($(apart))$$"
# The race detector needs cgo, which Go turns off by itself where it finds no C compiler.
race = $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
# Anew, and longer than the 10 minutes of Go, in which some tests also compile.
once = -count=1 -timeout 30m
# The network may fail now and then.
export NPM_CONFIG_FETCH_RETRIES := 5

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Start the example service, examples/capsule
	go build -C examples/capsule -o ../../.build/ .
	@cd examples/capsule && exec ../../.build/capsule serve

# Vet is a sixth of what an empty cache costs, since it reads all dependencies, and is part of `make lint`. The race
# detector makes each of the test programs wait for a second at its end, for races of what still runs.
test: export GORACE := atexit_sleep_ms=50
test: ## Test every module of the library, two at a time, with the race detector where there is a C compiler
	@echo "make test: $(if $(race),with -race,without -race, since no C compiler was found); a module prints its results when it is done"
	@$(tested) | xargs -P 2 -I{} sh -c 'cd {} && out=$$(go test $(race) -vet=off $$($(packages)) 2>&1); status=$$?; printf "%s\n" "--- {}" "$$out"; exit $$status'

slow: capsule vettool suite answers retries readme alerts setup foreign site-test openapi kill leaks hostile proxies load soak drivers interop conformance bench-test ## Run all tests that `make test` leaves out
capsule: ; cd examples/capsule && go test $(race) -vet=off -timeout 30m $$($(packages)) ## Test the example service, with its databases
vettool: ; go test -C cmd/errpactlint $(once) ./... ## Test errpactlint, by itself, under go vet, and on the example
suite: ; go test $(race) $(once) ./interceptor ./interceptor/connectv2 ./interceptor/rest ./cmd/errpact/internal/explain -all-pairs && go test -C interceptor/grpcgo $(race) $(once) . -all-pairs && go test -C test $(race) $(once) -run TestSuite ./leaks -all-pairs ## Run each case of the suite, and of other tables, by every pair of what takes turns elsewhere
answers: ; go test -C test $(race) $(once) ./answers ./auth ./validation ## Hold the table of every answer that a REST caller can get, each way to authenticate, and each rule of protovalidate
retries: ; go test -C test $(race) $(once) ./retries ./repeats ## Have servers fail in every way, and count how often the work of a call is done
readme: ; go test -C examples/capsule $(once) ./internal/readme ## Run the commands of both READMEs, as a new user would
alerts: ; go test -C examples/capsule $(once) ./internal/alerts ## Have Prometheus watch the example, and follow docs/oncall.md: each failure fires its alert
setup: VERSION := v0.0.0-test.$(shell date +%s)
setup: release ; go test -C test $(once) ./setup ## Follow docs/catalogue.md and errpact init to the letter, with what release made
foreign: ; go test -C examples/capsule $(once) ./internal/foreign ## Show the example to a browser, grpcurl and an OpenAPI validator
site: ; go run -C tools ./site -out "$(CURDIR)/.build/site" "$(CURDIR)" ## Make the site of the pages, the built-in catalogue and the Go packages in .build/site, and check every link
site-test: ; go test -C tools $(once) ./site ## Open every page of the site in a browser, in both themes and two widths, and search
openapi: ; go test -C test $(once) ./yaml && go test -C test/openapi $(once) . ## Have clients that ogen and oapi-codegen generate call the example, and get every error in types
kill: ; go test -C examples/capsule $(race) $(once) -run TestKill . -kills 20 ## Kill the example in the middle of uploads, 20 times on each database
leaks: ; go test -C test $(race) $(once) ./leaks ## Search every answer, on every stack and wire, for what is private
hostile: ; go test -C test $(once) ./hostile $(if $(race),&& go test -C test -race $(once) ./hostile) ## Attack clients, and measure the memory it takes
proxies: ; go test -C test $(race) $(once) ./proxies ## Send the largest errors through nginx and haproxy
load: ; go test -C test $(race) $(once) ./load ## Look for goroutines and memory left behind by thousands of calls
conformance: ; go test -C test $(race) $(once) -v -run TestG14 ./conformance -suite ## Run the Connect conformance suite, both sides
interop: ; go test -C test/pairs $(race) $(once) && go test -C test/pairs -timeout 30m -full ## Send every error from every server to every client, and print who got it whole
drivers: ; go test -C test/drivers $(once) ./... ## Hold the rules for databases against the drivers' own errors
es: ; cd es && npm ci --ignore-scripts --prefer-offline && npm run build && npm run lint && ES_FUZZ=$(or $(ES_FUZZ),200000) npm test ## Build, lint and test the packages for TypeScript, on each Node that is here
soak: ; go run -C test ./load -for $(or $(SOAK),60s) ## Call everything at once for SOAK (60s), and compare every answer

bench: $(if $(shell command -v npm),es/packages/errors/dist/esm/index.js) ; go run -C test/bench ./report -count $(or $(COUNT),10) ## Measure errpact beside its peers in COUNT (10) turns, and write BENCHMARKS.md
bench-test: $(if $(shell command -v npm),es/packages/errors/dist/esm/index.js) ; go test -C test/bench -timeout 30m ./... ## Run every benchmark once, and check that its rows give the same error

fuzz: ## Run each fuzz target of every module on FUZZ inputs (10000x)
	@$(call each,$(fuzzed),"$(CURDIR)/.ci/fuzz" $(or $(FUZZ),10000x))

breaking: ; .ci/breaking "$(TOOL) buf" ## Compare the protos with main's last commit, or, on main, with the one before
api: ; go test -C tools $(once) ./release && go run -C tools ./release -api "$(CURDIR)" ## Compare the Go API of all public packages with the last release

lint: third_party ## Lint every module, the protos and the catalogues, and the licenses of dependencies
	@$(call each,$(modules),$(TOOL) golangci-lint run --allow-parallel-runners ./...)
	! grep -rnE --include='*.go' --exclude-dir='.[a-z]*' --exclude-dir=node_modules '//[[:space:]]*nolint' .
	go run -C tools ./english "$(CURDIR)"
	go run -C tools ./licenses "$(CURDIR)"
	! find . -name '*.go' -not -path '*/.*' -not -path '*/node_modules/*' -exec gofmt -l {} + | grep .
	@$(call each,echo . && $(consumers),$(TOOL) buf lint && $(TOOL) buf format proto --diff --exit-code)
	go build -C cmd/errpactlint -o "$(CURDIR)/.build/" .
	@$(call each,ls -d examples/*,"$(CURDIR)/.build/errpactlint" $$(go list ./... | grep -v /internal/adopt))

generate: third_party ## Write the generated code anew, with local plugins only and no network
	@$(call each,echo . && $(consumers),$(TOOL) buf generate)

# The page is built in this folder, or, for `make check`, in a copy of it.
INTO = .
web: third_party es/node_modules/.package-lock.json ## Build the web page of the example anew, from es/web: only this needs Node
	cd examples/capsule && $(TOOL) buf generate --template ../../es/web/buf.gen.yaml --output "$(abspath $(INTO))/examples/capsule"
	cd es && node web/build.mjs "$(abspath $(INTO))/examples/capsule/web/app.js"
es/packages/errors/dist/esm/index.js: es/node_modules/.package-lock.json $(wildcard es/packages/errors/src/*.ts) ; cd es && npm run build:packages
es/node_modules/.package-lock.json: es/package.json es/package-lock.json es/web/package.json ; cd es && npm ci --ignore-scripts --prefer-offline && touch node_modules/.package-lock.json

check: ## Generate in a copy without generated code and compare; go.mod and go.sum are tidy
	rm -rf $(SCRATCH) && mkdir -p $(SCRATCH)
	tar -cf - --exclude=./.git --exclude=./.build --exclude=gen --exclude=third_party --exclude=node_modules . | tar -xf - -C $(SCRATCH)
	$(MAKE) -C $(SCRATCH) generate
	$(if $(shell command -v npm)$(CI),$(MAKE) web INTO=$(SCRATCH),@echo "make check: without npm, the web page is not compared")
	diff -r -x .git -x .build -x third_party -x node_modules -x '*.db*' . $(SCRATCH)
	@$(call each,$(modules),go mod tidy -diff)

release: ## Make of this checkout what users fetch as VERSION, npm packages too, and install all of it; build the last release's modules with its root
	go run -C tools ./release $(if $(VERSION),-version $(VERSION)) -out "$(CURDIR)/.build/release" "$(CURDIR)"

third_party: ; .ci/third-party "$(TOOL) buf"
