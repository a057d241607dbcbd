// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	_ "connectrpc.com/connect" // what the packages in testdata import
	_ "connectrpc.com/connect/v2"
	_ "connectrpc.com/validate"
	_ "github.com/cenkalti/backoff/v5"
	_ "go.uber.org/multierr"
	_ "google.golang.org/grpc"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

// quiet leaves out the errors of analysistest about facts, which packages have without a comment.
type quiet struct{ *testing.T }

func (q quiet) Errorf(format string, args ...any) {
	q.Helper()
	if text := fmt.Sprintf(format, args...); !strings.Contains(text, "unexpected fact") {
		q.T.Error(text)
	}
}

// run holds the findings in packages of testdata against the comments there.
func run(t *testing.T, options *lint.Options, packages ...string) []*analysistest.Result {
	t.Helper()
	module, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range packages {
		packages[i] = "./internal/lint/testdata/" + name
	}
	return analysistest.Run(quiet{t}, module, lint.New(options), packages...)
}

func TestEachFindingStandsWhereItIsWantedAndNowhereElse(t *testing.T) {
	countShapes(t, run(t, new(lint.Options), "undeclared", "unreturned", "unreturned/command", "opaque", "leak", "leak/without", "compare", "nilerror", "unused",
		"undeclared/store", "rawstatus", "rawstatus/without", "rawstatus/command", "rawstatus/panics", "relay", "exhaustive", "allow", "wiring", "wiring/clients", "wiring/both", "weird"))
}
