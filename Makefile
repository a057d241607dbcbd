# Go and make are all that is needed: buf and the linter are built from tools/go.mod, the plugins
# from go.mod. Every path is relative or quoted, so that a checkout may lie in any folder.
.DEFAULT_GOAL := help
.PHONY: help run test lint generate check third_party
export GOWORK := off

TOOL = go tool -modfile="$(CURDIR)/tools/go.mod"
SCRATCH = .build/check

# $(call each,FOLDERS,COMMAND) runs COMMAND in every folder, and fails at the end if one failed.
each = status=0; for dir in $$($(1)); do echo "--- $$dir"; (cd "$$dir" && $(2)) || status=1; done; exit $$status
modules = find . -name go.mod -not -path '*/.*' -not -path '*/testdata/*' -not -path '*/node_modules/*' | sed 's,/go.mod$$,,' | sort
# Modules with protos of their own.
consumers = printf '%s\n' examples/capsule interceptor/gateway/internal/shelf internal/interop
# tools has no tests: `make check` is what proves it.
tested = $(modules) | grep -vx ./tools
# The race detector needs cgo, which Go turns off by itself where it finds no C compiler.
race = $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Built first, not `go run`, which keeps signals from the service: it must shut down by itself.
run: ## Start the example service, examples/capsule
	go build -C examples/capsule -o ../../.build/ .
	@cd examples/capsule && exec ../../.build/capsule serve

test: ## Test every module, with the race detector where there is a C compiler
	@echo "make test: $(if $(race),with -race,without -race, since no C compiler was found)"
	@$(call each,$(tested),go test $(race) ./...)

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

# What other protos import: google/api as genproto has it, our own as a user takes them, and the
# conformance suite's as its module has them.
third_party:
	rm -rf examples/capsule/third_party interceptor/gateway/internal/shelf/third_party internal/interop/third_party
	go run -C tools ./thirdparty "$(CURDIR)/examples/capsule/third_party"
	$(TOOL) buf export . --output examples/capsule/third_party
	cp -R examples/capsule/third_party interceptor/gateway/internal/shelf/third_party
	cp -R examples/capsule/third_party internal/interop/third_party
	cd internal/interop && go mod download connectrpc.com/conformance && \
		cp -R "$$(go list -m -f '{{.Dir}}' connectrpc.com/conformance)/proto/connectrpc" third_party/ && chmod -R u+w third_party
