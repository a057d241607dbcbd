// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"os"
	"strings"
	"testing"

	buf "buf.build/go/protovalidate"
	"connectrpc.com/connect"
	"connectrpc.com/validate"
	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/protovalidate"
	"google.golang.org/grpc"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/grpcgo"
)

// What the page says of Connect v1 and grpc-go; stackv2_test.go has what it says of Connect v2.
var (
	errpact   = grpcgo.New()
	validator = buf.GlobalValidator

	_ = connect.WithInterceptors(interceptor.New(), validate.NewInterceptor())
	_ = grpc.ChainUnaryInterceptor(errpact.UnaryServer, protovalidate.UnaryServerInterceptor(validator))
	_ = grpc.ChainStreamInterceptor(errpact.StreamServer, protovalidate.StreamServerInterceptor(validator))
)

// TestPageIsCompiled: each line of Go in the page is in this folder.
func TestPageIsCompiled(t *testing.T) {
	var code string
	for _, name := range []string{"page_test.go", "stackv2_test.go"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code += string(content)
	}
	page, err := os.ReadFile("../../docs/validation.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```go\n")
	block, _, _ = strings.Cut(block, "```")
	lines := strings.Split(strings.TrimSpace(block), "\n")
	if len(lines) != 4 {
		t.Errorf("%d lines, want 4", len(lines))
	}
	for _, line := range lines {
		line, _, _ = strings.Cut(line, "//")
		if !strings.Contains(code, "_ = "+strings.TrimSpace(line)+"\n") {
			t.Errorf("the page's code is not compiled here: %s", line)
		}
	}
}
