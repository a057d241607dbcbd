# Go and make are all that is needed: go.mod has the plugins, tools/go.mod the rest. A checkout may lie in any folder.
.PHONY: help run test fuzz conformance soak lint generate check third_party
export GOWORK := off

TOOL = go tool -modfile="$(CURDIR)/tools/go.mod"
SCRATCH = .build/check

# $(call each,FOLDERS,COMMAND) runs COMMAND in every folder, and fails at the end if one failed.
each = status=0; for dir in $$($(1)); do echo "--- $$dir"; (cd "$$dir" && $(2)) || status=1; done; exit $$status
modules = find . -name go.mod -not -path '*/.*' -not -path '*/testdata/*' -not -path '*/node_modules/*' | sed 's,/go.mod$$,,' | sort
# Consumers have protos of their own; tools has no tests: `make check` is what proves it.
consumers = printf '%s\n' examples/capsule internal/interop
tested = $(modules) | grep -vx ./tools
fuzzed = all=$$(go test -list '^Fuzz' ./...) && echo "$$all" | awk '/^Fuzz/ {t[++n] = $$1} /^ok/ {while (n) print $$2 " " t[n--]}' | while read -r package t; do go test -run '^$$' -fuzz "^$$t\$$" -fuzztime $(or $(FUZZTIME),20s) -fuzzminimizetime 1s "$$package" || exit 1; done
# The race detector needs cgo, which Go turns off by itself where it finds no C compiler.
race = $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Built first, not `go run`, which keeps signals from the service: it must shut down by itself.
run: ## Start the example service, examples/capsule
	go build -C examples/capsule -o ../../.build/ .
	@cd examples/capsule && exec ../../.build/capsule serve

test: ## Test every module, with the race detector where there is a C compiler
	@echo "make test: $(if $(race),with -race,without -race, since no C compiler was found)"
	@$(call each,$(tested),go test $(race) ./...)

fuzz: ; @$(call each,$(tested),$(fuzzed)) ## Run each fuzz target, of every module, for FUZZTIME (20s)
conformance: ; cd internal/interop && go test $(race) -count=1 -v -run TestG14 ./conformance -suite ## Run the Connect conformance suite against both sides
soak: ; go run -C internal/interop ./load -for $(or $(SOAK),60s) ## Call everything at once for SOAK (60s), and compare every answer

lint: third_party ## Lint every module and the protos
	@$(call each,$(modules),$(TOOL) golangci-lint run --allow-parallel-runners ./...)
	! grep -rnE --include='*.go' --exclude-dir='.[a-z]*' '//[[:space:]]*nolint' .
	! find . -name '*.go' -not -path '*/.*' -exec gofmt -l {} + | grep .
	$(TOOL) buf lint && $(TOOL) buf format proto --diff --exit-code
	@$(call each,$(consumers),$(TOOL) buf lint && $(TOOL) buf format proto --diff --exit-code)

generate: third_party ## Write the generated code anew, with local plugins only and no network
	$(TOOL) buf generate
	@$(call each,$(consumers),$(TOOL) buf generate)

check: ## Generate in a copy without generated code and compare; go.mod and go.sum are tidy
	rm -rf $(SCRATCH) && mkdir -p $(SCRATCH)
	tar -cf - --exclude=./.git --exclude=./.build --exclude=gen --exclude=third_party . | tar -xf - -C $(SCRATCH)
	$(MAKE) -C $(SCRATCH) generate
	diff -r -x .git -x .build -x third_party -x '*.db*' . $(SCRATCH)
	@$(call each,$(modules),go mod tidy -diff)

# What other protos import: google/api as genproto has it, our own as a user takes them, and the conformance suite's.
third_party:
	rm -rf examples/capsule/third_party internal/interop/third_party
	go run -C tools ./thirdparty "$(CURDIR)/examples/capsule/third_party"
	$(TOOL) buf export . --output examples/capsule/third_party
	cp -R examples/capsule/third_party internal/interop/third_party
	cd internal/interop && go mod download connectrpc.com/conformance && \
		cp -R "$$(go list -m -f '{{.Dir}}' connectrpc.com/conformance)/proto/connectrpc" third_party/ && chmod -R u+w third_party
