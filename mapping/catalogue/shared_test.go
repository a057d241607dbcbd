// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// TestSharedLeavesVersionsOut: an enum in two versions of an API names the same errors, and two enums do not. What
// cannot be read is for Lint to report.
func TestSharedLeavesVersionsOut(t *testing.T) {
	in := func(proto, domain string, number int) protoreflect.FileDescriptor {
		return linkText(t, fmt.Sprintf(`name: "%s.proto" package: %q dependency: "errpact/v1/options.proto"
			enum_type { name: "Error" options { [errpact.v1.catalogue] { domain: %q } }
				value { name: "ERROR_LOST" number: %d options { [errpact.v1.entry] {
					connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 message: "Lost" description: "D" } } } }`,
			strings.ReplaceAll(proto, ".", "_"), proto, domain, number))
	}
	for name, test := range map[string]struct {
		files []protoreflect.FileDescriptor
		want  int
	}{
		"one":                       {[]protoreflect.FileDescriptor{in("acme.shop.v1", "acme.example", 7)}, 0},
		"two versions":              {[]protoreflect.FileDescriptor{in("acme.shop.v1", "acme.example", 7), in("acme.shop.v2beta1", "acme.example", 7)}, 0},
		"two services":              {[]protoreflect.FileDescriptor{in("acme.shop.v1", "acme.example", 7), in("acme.bank.v1", "acme.example", 7)}, 2},
		"two services and a nil":    {[]protoreflect.FileDescriptor{in("acme.shop.v1", "a.example", 7), nil, in("acme.bank.v1", "b.example", 7)}, 1},
		"nothing in common":         {[]protoreflect.FileDescriptor{in("acme.shop.v1", "a.example", 7), in("acme.bank.v1", "b.example", 8)}, 0},
		"one that cannot be read":   {[]protoreflect.FileDescriptor{in("acme.shop.v1", "a.example", 7), in("acme.bank.v1", "", 7)}, 0},
		"three services, each pair": {[]protoreflect.FileDescriptor{in("acme.shop.v1", "a.example", 7), in("acme.bank.v1", "b.example", 7), in("acme.post.v1", "c.example", 7)}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := catalogue.Shared(test.files); len(got) != test.want {
				t.Errorf("Shared = %v, want %d", got, test.want)
			}
		})
	}
}
