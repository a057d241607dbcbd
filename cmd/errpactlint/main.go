// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command errpactlint checks that handlers return the errors that their methods declare, and that errors of catalogues
// are used as intended. docs/findings.md describes each finding.
//
//	errpactlint ./...
//	go vet -vettool=$(which errpactlint) ./...
//
// Both run the same: the first has go vet call errpactlint for each package, so that results are kept in Go's cache.
// Findings go to standard error, each with its id in brackets, and the exit code is that of go vet.
//
//	-strict               report a declared error that nothing returns even where a call may return any error
//	-baseline FILE        leave out the findings of FILE
//	-write-baseline FILE  write all findings to FILE, in place of reporting them
//	-declare              write the errors that each method returns into its .proto file
//	-declare -diff        print that as a diff, and write nothing
//	-protos FOLDER        look for .proto files in FOLDER first, with -declare; it may be repeated
//	-json, -fix, -diff, -c and flags for building, such as -tags, are go vet's
//
// Findings in generated code and in tests are left out. A comment silences one finding, on its line or the next:
//
//	//errpact:allow rawstatus old clients know the code alone
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

func main() {
	if isVet(os.Args[1:]) {
		vet()
		return
	}
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "errpactlint:", err)
	}
	os.Exit(code)
}

// isVet reports whether go vet calls: to learn the version or the flags, or with a package's configuration.
func isVet(args []string) bool {
	if slices.Contains(args, "-V=full") || slices.Contains(args, "-flags") {
		return true
	}
	return len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg") // a baseline comes before the packages
}

// vet analyses one package for go vet.
func vet() {
	options := new(lint.Options)
	flag.BoolVar(&options.Strict, "strict", false, "report a declared error that nothing returns even where a call may return any error")
	flag.StringVar(&options.Baseline, "baseline", "", "leave out the findings of this `file`")
	flag.String("baseline-sum", "", "the SHA-256 of the baseline: go vet caches by flags, and does not see that the file has changed")
	flag.BoolVar(&options.Declare, "declarations", false, "report what each handler returns, in JSON, and nothing else")
	unitchecker.Main(lint.New(options))
}
