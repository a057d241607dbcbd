// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite_test

import (
	"os"
	"strings"
	"testing"

	"github.com/errpact/errpact/internal/testkit/exported"
)

// TestStacksRunEveryGroup: a new group of cases is of no use if a stack's tests do not call it.
func TestStacksRunEveryGroup(t *testing.T) {
	names, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	run, err := os.ReadFile("run.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"interceptor", "interceptor/connectv2", "interceptor/grpcgo"} {
		tests, err := os.ReadFile("../../../" + folder + "/suite_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			isGroup := strings.Contains(string(run), `"`+name+`": `)
			if isGroup != strings.Contains(string(tests), "suite."+name+"(t, stack)") {
				t.Errorf("%s: suite.%s is called: %v, a group: %v", folder, name, !isGroup, isGroup)
			}
		}
	}
}
