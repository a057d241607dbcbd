// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// services is a file of package acme with services, one a text.
func services(t testing.TB, path string, services ...string) protoreflect.FileDescriptor {
	t.Helper()
	text := fmt.Sprintf(`name: %q package: "acme" dependency: "errpact/v1/options.proto" dependency: "google/protobuf/duration.proto" `, path)
	for _, service := range services {
		text += fmt.Sprintf("service { %s }\n", service)
	}
	return linkText(t, text)
}

// service is a service's text, with a method Get, a method List that declares nothing, and options of both.
func service(name, option, rest string) string {
	const types = `input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration"`
	return fmt.Sprintf(`name: %q options { [errpact.v1.service] { %s } }
		method { name: "Get" %s options { [errpact.v1.rest] { %s } } } method { name: "List" %[3]s }`, name, option, types, rest)
}

const declares = "errors_none: true"

// TestLintServiceNames: a service whose contracts would be named like another's states its go_prefix.
func TestLintServiceNames(t *testing.T) {
	const (
		alone  = `acme.%s: want go_prefix stated, since acme.%s.Get declares errors too, and both would have the Go name GetErrors: write go_prefix: %q in its option errpact.v1.service to keep the names as they are (ERRPACT_GO_PREFIX)`
		prefix = `acme.BService: want go_prefix like ^([A-Z][A-Za-z0-9]*)?$, of at most 63 characters, have "a-b" (ERRPACT_GO_NAME)`
	)
	b := service("BService", "", declares)
	for name, test := range map[string]struct {
		files []protoreflect.FileDescriptor
		want  []string
	}{
		"one service":               {files: []protoreflect.FileDescriptor{services(t, "b.proto", b)}},
		"one that declares nothing": {files: []protoreflect.FileDescriptor{services(t, "b.proto", b), services(t, "a.proto", service("AService", "", ""))}},
		"two in two files": {[]protoreflect.FileDescriptor{services(t, "b.proto", b), services(t, "a.proto", service("AService", "", declares))}, []string{
			fmt.Sprintf(alone, "AService", "BService", ""), fmt.Sprintf(alone, "BService", "AService", "B")}},
		"two in one file": {[]protoreflect.FileDescriptor{services(t, "b.proto", b, service("AService", "", declares))}, []string{
			fmt.Sprintf(alone, "BService", "AService", ""), fmt.Sprintf(alone, "AService", "BService", "A")}},
		"one stated": {[]protoreflect.FileDescriptor{services(t, "b.proto", b), services(t, "a.proto", service("AService", `go_prefix: "A"`, declares))}, []string{
			fmt.Sprintf(alone, "BService", "AService", "B")}},
		"both stated": {files: []protoreflect.FileDescriptor{
			services(t, "b.proto", service("BService", `go_prefix: ""`, declares)), services(t, "a.proto", service("AService", `go_prefix: "A"`, declares))}},
		"both stated alike": {[]protoreflect.FileDescriptor{
			services(t, "b.proto", service("BService", `go_prefix: "A"`, declares)), services(t, "a.proto", service("AService", `go_prefix: "A"`, declares))}, []string{
			`acme.BService.Get: want the Go name AGetErrors once, have it for acme.AService.Get too: write another go_prefix in the service's option errpact.v1.service (ERRPACT_GO_NAME)`}},
		"an entry's name": {[]protoreflect.FileDescriptor{services(t, "b.proto", b), file(t, "a.proto", named("ShopError", "SHOP_ERROR_GET_ERRORS"))}, []string{
			`acme.BService.Get: want the Go name GetErrors once, have it for a.proto:101: acme.SHOP_ERROR_GET_ERRORS too: write another go_prefix in the service's option errpact.v1.service (ERRPACT_GO_NAME)`}},
		"a prefix that Go does not allow": {[]protoreflect.FileDescriptor{services(t, "b.proto", service("BService", `go_prefix: "a-b"`, declares))}, []string{prefix}},
		"the same, and two services": {[]protoreflect.FileDescriptor{
			services(t, "a.proto", service("AService", `go_prefix: ""`, declares)), services(t, "b.proto", service("BService", `go_prefix: "a-b"`, declares))}, []string{prefix}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, findings(catalogue.Lint(test.files, nil))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			none := func(protoreflect.FileDescriptor) bool { return false }
			if got := catalogue.Lint(test.files, none); len(got) > 0 {
				t.Errorf("findings in imports: %v", got)
			}
		})
	}
}

// TestBreakingServiceNames: another service changes no name of a contract, or it is found, with what to write.
func TestBreakingServiceNames(t *testing.T) {
	b := service("BService", "", declares)
	same := func(have, was string) []string {
		with := func(prefix string) string {
			if prefix == "" {
				return "no prefix"
			}
			return fmt.Sprintf("prefix %q", prefix)
		}
		return []string{fmt.Sprintf(`acme.BService: want Go names with %s as before, have them with %s: write go_prefix: %q in its option errpact.v1.service (ERRPACT_GO_NAME_SAME)`, with(was), with(have), was)}
	}
	for name, test := range map[string]struct {
		before, now []protoreflect.FileDescriptor
		want        []string
	}{
		"a service behind": {
			[]protoreflect.FileDescriptor{services(t, "b.proto", b)},
			[]protoreflect.FileDescriptor{services(t, "b.proto", b), services(t, "c.proto", service("CService", "", declares))}, nil},
		"a service before": {
			[]protoreflect.FileDescriptor{services(t, "b.proto", b)},
			[]protoreflect.FileDescriptor{services(t, "b.proto", b), services(t, "a.proto", service("AService", "", declares))}, same("B", "")},
		"one before that declares nothing": {
			[]protoreflect.FileDescriptor{services(t, "b.proto", b)},
			[]protoreflect.FileDescriptor{services(t, "b.proto", b), services(t, "a.proto", service("AService", "", ""))}, same("B", "")},
		"the advice taken": {
			[]protoreflect.FileDescriptor{services(t, "b.proto", b)},
			[]protoreflect.FileDescriptor{services(t, "b.proto", service("BService", `go_prefix: ""`, declares)), services(t, "a.proto", service("AService", `go_prefix: "A"`, declares))}, nil},
		"a prefix that is another": {
			[]protoreflect.FileDescriptor{services(t, "b.proto", service("BService", `go_prefix: "Shop"`, declares))},
			[]protoreflect.FileDescriptor{services(t, "b.proto", b)}, same("", "Shop")},
		"the first service goes": {
			[]protoreflect.FileDescriptor{services(t, "a.proto", service("AService", "", declares), b)},
			[]protoreflect.FileDescriptor{services(t, "a.proto", b)}, same("", "B")},
		"a service without contracts": {
			[]protoreflect.FileDescriptor{services(t, "a.proto", service("AService", "", declares), service("BService", "", ""))},
			[]protoreflect.FileDescriptor{services(t, "a.proto", b)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, findings(catalogue.Breaking(test.before, test.now))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
