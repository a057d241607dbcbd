// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

func TestComparisonsAreFixed(t *testing.T) {
	module, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.RunWithSuggestedFixes(quiet{t}, module, lint.New(new(lint.Options)), "./internal/lint/testdata/fix")
}
