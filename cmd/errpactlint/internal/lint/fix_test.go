// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/packages"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

func TestComparisonsAreFixed(t *testing.T) {
	module, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.RunWithSuggestedFixes(quiet{t}, module, lint.New(new(lint.Options)), "./internal/lint/testdata/fix", "./internal/lint/testdata/fix/taken")
}

func TestFixedFilesCompile(t *testing.T) {
	goldens, err := filepath.Glob("testdata/fix/*.golden")
	if err != nil || len(goldens) == 0 {
		t.Fatalf("find goldens: %v, %v", goldens, err)
	}
	overlay := map[string][]byte{}
	for _, golden := range goldens {
		name, err := filepath.Abs(strings.TrimSuffix(golden, ".golden"))
		if err != nil {
			t.Fatal(err)
		}
		if overlay[name], err = os.ReadFile(golden); err != nil {
			t.Fatal(err)
		}
	}
	found := analyze(t, new(lint.Options), load(t, packages.Config{Dir: "../..", Overlay: overlay}, grownPath+"/fix"))
	if len(found) != 4 { // where errors is something else, and where there is a comment
		t.Errorf("the fixed files have the findings %q, want 4", found)
	}
}
