// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command buf-plugin-errpact is a buf plugin: lint and breaking rules for catalogues of errors, enums
// annotated with errpact/v1/options.proto. buf runs it. If go.mod has it as a tool, beside protoc-gen-errpact-go,
// the two never differ in their version. In buf.yaml it is
//
//	lint:
//	  use: [STANDARD, ERRPACT]
//	breaking:
//	  use: [FILE, ERRPACT_BREAKING]
//	plugins:
//	  - plugin: [go, tool, buf-plugin-errpact]
//
// The rules are those of `errpact check`; `buf config ls-lint-rules` and `buf config
// ls-breaking-rules` list them.
package main

import (
	"buf.build/go/bufplugin/check"

	"github.com/errpact/errpact/cmd/buf-plugin-errpact/internal/plugin"
)

func main() { check.Main(plugin.Spec()) }
