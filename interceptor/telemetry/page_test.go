// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"os"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"

	"github.com/errpact/errpact/interceptor/telemetry/telemetrytest"
)

func TestInterceptorsAreInOrder(t *testing.T) {
	interceptors, err := serverInterceptors(otel.GetTracerProvider())
	if err != nil {
		t.Fatal(err)
	}
	if err := telemetrytest.CheckOrder(interceptors...); err != nil {
		t.Error(err)
	}
}

// TestPageIsCompiled: each block of Go in the page is in this package's tests.
func TestPageIsCompiled(t *testing.T) {
	var code strings.Builder
	for _, name := range []string{"example_test.go", "page_test.go"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(content)
	}
	page, err := os.ReadFile("../../docs/telemetry.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) != 5 {
		t.Errorf("%d blocks, want 5", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(code.String(), "\n"+block) {
			t.Errorf("the page's code is not compiled here:\n%s", block)
		}
	}
}
