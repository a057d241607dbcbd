// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command errpactlint is a vet tool.
package main

import (
	"flag"

	"golang.org/x/tools/go/analysis/multichecker"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

func main() {
	options := new(lint.Options)
	flag.BoolVar(&options.Strict, "strict", false, "strict")
	multichecker.Main(lint.New(options))
}
