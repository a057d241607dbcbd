// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

// file is a proto2 file of package acme with enums, one a text. Enum n is on line 100n, its values on
// those after it: proto3 refuses SHOP_ERROR_LOST beside LOST by itself.
func file(t testing.TB, path string, enums ...string) protoreflect.FileDescriptor {
	t.Helper()
	text := fmt.Sprintf(`name: %q package: "acme" dependency: "errpact/v1/options.proto" `, path)
	for _, enum := range enums {
		text += fmt.Sprintf("enum_type { %s }\n", enum)
	}
	return linkText(t, text)
}

func linkText(t testing.TB, text string) protoreflect.FileDescriptor {
	t.Helper()
	f := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(text), f); err != nil {
		t.Fatal(err)
	}
	f.SourceCodeInfo = new(descriptorpb.SourceCodeInfo)
	for i, enum := range f.GetEnumType() {
		f.SourceCodeInfo.Location = append(f.SourceCodeInfo.Location, &descriptorpb.SourceCodeInfo_Location{
			Path: []int32{5, int32(i)}, Span: []int32{int32(100*(i+1) - 1), 0, 9},
		})
		for j := range enum.GetValue() {
			f.SourceCodeInfo.Location = append(f.SourceCodeInfo.Location, &descriptorpb.SourceCodeInfo_Location{
				Path: []int32{5, int32(i), 2, int32(j)}, Span: []int32{int32(100*(i+1) + j - 1), 0, 9},
			})
		}
	}
	linked, err := protodesc.NewFile(f, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return linked
}

// nested is a file of package acme with a catalogue in a message.
func nested(t testing.TB, path, message, enum string) protoreflect.FileDescriptor {
	t.Helper()
	return linkText(t, fmt.Sprintf(`name: %q package: "acme" dependency: "errpact/v1/options.proto" message_type { name: %q enum_type { %s } }`,
		path, message, enum))
}

// withReason gives the enum's entry, or its first, a reason.
func withReason(enum, name string) string {
	return strings.Replace(enum, `description: "D" `, fmt.Sprintf(`description: "D" reasons { name: %q description: "D" } `, name), 1)
}

// TestLintNames: what two things are called alike, and what AIP-193 refuses, is found, with what to write.
func TestLintNames(t *testing.T) {
	const longest = "LOGIN_ERROR_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX" // 63
	for name, test := range map[string]struct {
		files []protoreflect.FileDescriptor
		want  []string
	}{
		"neighbours": {files: []protoreflect.FileDescriptor{file(t, "a.proto",
			named("LoginError", "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_2FA_REQUIRED", "TOKEN_LOST", "LOGIN_ERROR_A", longest))}},
		"stripped and whole": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOCKED", "LOCKED"))}, []string{
			`a.proto:102: acme.LOCKED: want reason "LOCKED" in google.rpc.ErrorInfo once in domain "acme.example", have it for a.proto:101: acme.LOGIN_ERROR_LOCKED too: write reason: "ANOTHER_NAME" in its option errpact.v1.entry (ERRPACT_ENTRIES_DISTINCT)`,
			`a.proto:102: acme.LOCKED: want the Go name Locked once, have it for a.proto:101: acme.LOGIN_ERROR_LOCKED too: write reason: "ANOTHER_NAME" in its option errpact.v1.entry (ERRPACT_GO_NAME)`}},
		"whole and stripped": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOCKED", "LOGIN_ERROR_LOCKED"))}, []string{
			`a.proto:102: acme.LOGIN_ERROR_LOCKED: want reason "LOCKED" in google.rpc.ErrorInfo once in domain "acme.example", have it for a.proto:101: acme.LOCKED too: write reason: "LOGIN_ERROR_LOCKED", or another name, in its option errpact.v1.entry (ERRPACT_ENTRIES_DISTINCT)`,
			`a.proto:102: acme.LOGIN_ERROR_LOCKED: want the Go name Locked once, have it for a.proto:101: acme.LOCKED too: write reason: "LOGIN_ERROR_LOCKED", or another name, in its option errpact.v1.entry (ERRPACT_GO_NAME)`}},
		"the advice taken": {files: []protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOCKED", "LOGIN_ERROR_LOCKED=LOGIN_ERROR_LOCKED"))}},
		"entry and reason": {[]protoreflect.FileDescriptor{file(t, "a.proto", withReason(named("LoginError", "LOGIN_ERROR_AUTH", "LOGIN_ERROR_LOCKED"), "LOCKED"))}, []string{
			`a.proto:102: acme.LOGIN_ERROR_LOCKED: want reason "LOCKED" in google.rpc.ErrorInfo once in domain "acme.example", have it for a.proto:101: acme.LOGIN_ERROR_AUTH: reason "LOCKED" too: write reason: "LOGIN_ERROR_LOCKED", or another name, in its option errpact.v1.entry (ERRPACT_ENTRIES_DISTINCT)`}},
		"reason of its own entry's name": {[]protoreflect.FileDescriptor{file(t, "a.proto", withReason(named("LoginError", "LOGIN_ERROR_LOCKED"), "LOCKED"))}, []string{
			`a.proto:101: acme.LOGIN_ERROR_LOCKED: reason "LOCKED": want reason "LOCKED" in google.rpc.ErrorInfo once in domain "acme.example", have it for a.proto:101: acme.LOGIN_ERROR_LOCKED too: give the reason another name (ERRPACT_ENTRIES_DISTINCT)`}},
		"by hand": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_2FA=LOCKED"))}, []string{
			`a.proto:102: acme.LOGIN_ERROR_2FA: want reason "LOCKED" in google.rpc.ErrorInfo once in domain "acme.example", have it for a.proto:101: acme.LOGIN_ERROR_LOCKED too: write reason: "LOGIN_ERROR_2FA", or another name, in its option errpact.v1.entry (ERRPACT_ENTRIES_DISTINCT)`,
			`a.proto:102: acme.LOGIN_ERROR_2FA: want the Go name Locked once, have it for a.proto:101: acme.LOGIN_ERROR_LOCKED too: write reason: "LOGIN_ERROR_2FA", or another name, in its option errpact.v1.entry (ERRPACT_GO_NAME)`}},
		"alike in Go only": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_TRY_1_1", "LOGIN_ERROR_TRY_11"))}, []string{
			`a.proto:102: acme.LOGIN_ERROR_TRY_11: want the Go name Try11 once, have it for a.proto:101: acme.LOGIN_ERROR_TRY_1_1 too: write reason: "LOGIN_ERROR_TRY_11", or another name, in its option errpact.v1.entry (ERRPACT_GO_NAME)`}},
		"the catalogue's own": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_CATALOGUE"))}, []string{
			`a.proto:101: acme.LOGIN_ERROR_CATALOGUE: want the Go name Catalogue once, have it for a.proto:100: acme.LoginError too: write reason: "LOGIN_ERROR_CATALOGUE", or another name, in its option errpact.v1.entry (ERRPACT_GO_NAME)`}},
		"lower case": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "login_error_locked"))}, []string{
			`a.proto:101: acme.login_error_locked: want a name that google.rpc.ErrorInfo takes for a reason, ^[A-Z][A-Z0-9_]+[A-Z0-9]$ in at most 63 characters, have "login_error_locked": write reason: "LOGIN_ERROR_LOCKED", or another name, in its option errpact.v1.entry (ERRPACT_REASON_NAME)`}},
		"trailing underscore": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOCKED_"))}, []string{
			`a.proto:101: acme.LOGIN_ERROR_LOCKED_: want a name that google.rpc.ErrorInfo takes for a reason, ^[A-Z][A-Z0-9_]+[A-Z0-9]$ in at most 63 characters, have "LOGIN_ERROR_LOCKED_": write reason: "LOGIN_ERROR_LOCKED", or another name, in its option errpact.v1.entry (ERRPACT_REASON_NAME)`}},
		"64 characters, 63 without the prefix": {files: []protoreflect.FileDescriptor{file(t, "a.proto", named("E", "E_"+long))}},
		"64 characters without the prefix": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("E", "E_"+long+"X"))}, []string{
			`a.proto:101: acme.E_` + long + `X: want a name that google.rpc.ErrorInfo takes for a reason, ^[A-Z][A-Z0-9_]+[A-Z0-9]$ in at most 63 characters, have "E_` + long + `X": write reason: "E_` + long[2:] + `", or another name, in its option errpact.v1.entry (ERRPACT_REASON_NAME)`}},
		"too short": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "NO"))}, []string{
			`a.proto:101: acme.NO: want a name that google.rpc.ErrorInfo takes for a reason, ^[A-Z][A-Z0-9_]+[A-Z0-9]$ in at most 63 characters, have "NO": write reason: "ANOTHER_NAME" in its option errpact.v1.entry (ERRPACT_REASON_NAME)`}},
		"two catalogues in a file": {[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOST"), named("PayError", "PAY_ERROR_GONE"))}, []string{
			`a.proto:100: acme.LoginError: want go_prefix stated, since a.proto:200: acme.PayError has Go names in the package too: write go_prefix: "" to keep the names as they are (ERRPACT_GO_PREFIX)`,
			`a.proto:200: acme.PayError: want go_prefix stated, since a.proto:100: acme.LoginError has Go names in the package too: write go_prefix: "PayError" to keep the names as they are (ERRPACT_GO_PREFIX)`}},
		"two catalogues of one domain": {[]protoreflect.FileDescriptor{file(t, "a.proto",
			goPrefix("", named("LoginError", "LOGIN_ERROR_LOST")), goPrefix("Pay", named("PayError", "PAY_ERROR_LOST")))}, []string{
			`a.proto:201: acme.PAY_ERROR_LOST: want reason "LOST" in google.rpc.ErrorInfo once in domain "acme.example", have it for a.proto:101: acme.LOGIN_ERROR_LOST too: write reason: "PAY_ERROR_LOST", or another name, in its option errpact.v1.entry (ERRPACT_ENTRIES_DISTINCT)`}},
		"two versions of a catalogue": {files: []protoreflect.FileDescriptor{
			linkText(t, `name: "v1.proto" package: "acme.v1" dependency: "errpact/v1/options.proto" enum_type { `+named("LoginError", "LOGIN_ERROR_LOST")+`}`),
			linkText(t, `name: "v2.proto" package: "acme.v2beta1" dependency: "errpact/v1/options.proto" enum_type { `+named("LoginError", "LOGIN_ERROR_LOST")+`}`)}},
		"two with one prefix": {[]protoreflect.FileDescriptor{
			file(t, "a.proto", goPrefix("Pay", named("LoginError", "LOGIN_ERROR_LOST"))), nested(t, "b.proto", "Order", goPrefix("Pay", named("Error", "ERROR_GONE")))}, []string{
			`acme.Order.Error: want the Go name PayCatalogue once, have it for a.proto:100: acme.LoginError too: write another go_prefix in option errpact.v1.catalogue (ERRPACT_GO_NAME)`}},
		"prefix and name": {[]protoreflect.FileDescriptor{
			file(t, "a.proto", goPrefix("Login", named("LoginError", "LOGIN_ERROR_LOST"))),
			nested(t, "b.proto", "Order", goPrefix("", named("Error", "ERROR_LOGIN_LOST")))}, []string{
			`acme.Order.ERROR_LOGIN_LOST: want the Go name LoginLost once, have it for a.proto:101: acme.LOGIN_ERROR_LOST too: write reason: "ERROR_LOGIN_LOST", or another name, in its option errpact.v1.entry (ERRPACT_GO_NAME)`}},
		"prefix that is not Go's": {[]protoreflect.FileDescriptor{file(t, "a.proto", goPrefix("pay_", named("LoginError", "LOGIN_ERROR_LOST")))}, []string{
			`a.proto:100: acme.LoginError: want go_prefix like ^([A-Z][A-Za-z0-9]*)?$, of at most 63 characters, have "pay_" (ERRPACT_GO_NAME)`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := findings(catalogue.Lint(test.files, nil), catalogue.RuleNumbersDistinct, catalogue.RuleDomainsDistinct)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// findings are problems as `errpact check` prints them, without those of some rules.
func findings(problems []*catalogue.Problem, without ...catalogue.Rule) []string {
	var lines []string
	for _, p := range problems {
		if !slices.Contains(without, p.Rule) {
			lines = append(lines, fmt.Sprintf("%v (%s)", p, p.Rule))
		}
	}
	return lines
}

// TestBreakingNames: a neighbour changes no name, and a change of a name is found, with what to write.
func TestBreakingNames(t *testing.T) {
	login := named("LoginError", "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_404")
	pay := named("PayError", "PAY_ERROR_CARD_LOST")
	for name, test := range map[string]struct {
		before, now []protoreflect.FileDescriptor
		want        []string
	}{
		"neighbours": {
			[]protoreflect.FileDescriptor{file(t, "a.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_404", "LOGIN_ERROR_2FA_REQUIRED", "TOKEN_LOST", "login_error", "LOCKED"))}, nil},
		"a neighbour less": {
			[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_404", "TOKEN_LOST"))},
			[]protoreflect.FileDescriptor{file(t, "a.proto", login)}, []string{
				`a.proto:100: acme.LoginError: want number 3 (TOKEN_LOST) to stay, have it removed (ERRPACT_NUMBER_NO_DELETE)`}},
		"named by hand": {
			[]protoreflect.FileDescriptor{file(t, "a.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOCKED=SHUT_OUT", "LOGIN_ERROR_404"))}, []string{
				`a.proto:101: acme.LOGIN_ERROR_LOCKED: want reason "LOCKED" in google.rpc.ErrorInfo as before, have "SHUT_OUT": write reason: "LOCKED" in its option errpact.v1.entry (ERRPACT_REASON_SAME)`,
				`a.proto:101: acme.LOGIN_ERROR_LOCKED: want Go name Locked as before, have ShutOut (ERRPACT_GO_NAME_SAME)`}},
		"named by hand as before": {
			[]protoreflect.FileDescriptor{file(t, "a.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOCKED=LOCKED", "LOGIN_ERROR_404=LOGIN_ERROR_404"))}, nil},
		"no longer by hand": {
			[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_404=NOT_FOUND"))},
			[]protoreflect.FileDescriptor{file(t, "a.proto", login)}, []string{
				`a.proto:102: acme.LOGIN_ERROR_404: want reason "NOT_FOUND" in google.rpc.ErrorInfo as before, have "LOGIN_ERROR_404": write reason: "NOT_FOUND" in its option errpact.v1.entry (ERRPACT_REASON_SAME)`,
				`a.proto:102: acme.LOGIN_ERROR_404: want Go name NotFound as before, have LoginError404 (ERRPACT_GO_NAME_SAME)`}},
		"renamed, and so at another anchor": {
			[]protoreflect.FileDescriptor{file(t, "a.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "a.proto", named("LoginError", "LOGIN_ERROR_SHUT_OUT=LOCKED", "LOGIN_ERROR_404"))}, []string{
				`a.proto:101: acme.LOGIN_ERROR_SHUT_OUT: want number 1 for LOGIN_ERROR_LOCKED as before, have it for LOGIN_ERROR_SHUT_OUT (ERRPACT_NUMBER_SAME_ENTRY)`}},
		"a catalogue behind": {
			[]protoreflect.FileDescriptor{file(t, "b.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "b.proto", login, pay)}, nil},
		"a catalogue before, in the file": {
			[]protoreflect.FileDescriptor{file(t, "b.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "b.proto", pay, login)}, []string{
				`b.proto:200: acme.LoginError: want Go names with no prefix as before, have them with prefix "LoginError": write go_prefix: "" in its option errpact.v1.catalogue (ERRPACT_GO_NAME_SAME)`}},
		"a catalogue before, in another file": {
			[]protoreflect.FileDescriptor{file(t, "b.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "b.proto", login), nested(t, "a.proto", "Order", pay)}, []string{
				`b.proto:100: acme.LoginError: want Go names with no prefix as before, have them with prefix "LoginError": write go_prefix: "" in its option errpact.v1.catalogue (ERRPACT_GO_NAME_SAME)`}},
		"the advice taken": {
			[]protoreflect.FileDescriptor{file(t, "b.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "b.proto", goPrefix("", login)), nested(t, "a.proto", "Order", goPrefix("Order", pay))}, nil},
		"the first catalogue goes": {
			[]protoreflect.FileDescriptor{file(t, "a.proto", login, pay)},
			[]protoreflect.FileDescriptor{file(t, "a.proto", pay)}, []string{
				`a.proto:100: acme.LoginError: want the catalogue to stay, have it removed or without its option (ERRPACT_CATALOGUE_NO_DELETE)`,
				`a.proto:100: acme.PayError: want Go names with prefix "PayError" as before, have them with no prefix: write go_prefix: "PayError" in its option errpact.v1.catalogue (ERRPACT_GO_NAME_SAME)`}},
		"no longer a catalogue that can be read": {
			[]protoreflect.FileDescriptor{file(t, "a.proto", login)},
			[]protoreflect.FileDescriptor{file(t, "a.proto", strings.Replace(login, `"acme.example"`, `""`, 1))}, []string{
				`a.proto:100: acme.LoginError: want a catalogue that can be read, to compare it with its other version: run the lint rules, which find its mistakes (ERRPACT_CATALOGUE_NO_DELETE)`}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, findings(catalogue.Breaking(test.before, test.now))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFieldNumbersAreKept: what a later release adds has its place, and nothing else takes it.
func TestFieldNumbersAreKept(t *testing.T) {
	for message, fields := range map[protoreflect.Name]map[protoreflect.FieldNumber]protoreflect.Name{
		"Entry":     {16: "fault", 17: "retry", 18: "owner", 19: "reason"},
		"Reason":    {10: "retry"},
		"Catalogue": {2: "sets", 3: "errors", 4: "go_prefix"},
		"Rest":      {3: "errors_none"},
	} {
		have := errpactv1.File_errpact_v1_options_proto.Messages().ByName(message).Fields()
		for number, name := range fields {
			if f := have.ByNumber(number); f != nil && f.Name() != name {
				t.Errorf("%s: field %d = %s, want %s or none", message, number, f.Name(), name)
			}
			if f := have.ByName(name); f != nil && f.Number() != number {
				t.Errorf("%s: %s has number %d, want %d", message, name, f.Number(), number)
			}
		}
	}
	extensions := errpactv1.File_errpact_v1_options_proto.Extensions()
	for i := range extensions.Len() {
		if e := extensions.Get(i); e.Number() != 58535 {
			t.Errorf("%s has number %d, want 58535", e.FullName(), e.Number())
		}
	}
}

// TestLintMethodsHaveOneMeaning: a catalogue that is added changes no method's errors, or is found.
func TestLintMethodsHaveOneMeaning(t *testing.T) {
	catalogueIn := func(pkg string) protoreflect.FileDescriptor {
		return linkText(t, fmt.Sprintf(`name: "%[1]s.proto" package: %[1]q dependency: "errpact/v1/options.proto" enum_type { %[2]s }`,
			pkg, withSets(withReason(named("LoginError", "LOGIN_ERROR_LOST"), "FOR_GOOD"), `sets { name: "auth" errors: "LOGIN_ERROR_LOST" }`)))
	}
	serviceIn := func(pkg, name string) protoreflect.FileDescriptor {
		return linkText(t, fmt.Sprintf(`name: "%[1]s/service.proto" package: %[1]q dependency: "errpact/v1/options.proto" dependency: "google/protobuf/duration.proto" %[2]s`,
			pkg, method(fmt.Sprintf("errors: %q", name))))
	}
	one, two := catalogueIn("acme.v1"), catalogueIn("acme.v2")
	for _, test := range []struct {
		pkg, name string
		files     []protoreflect.FileDescriptor
		want      string
	}{
		{"acme.v1", "LOGIN_ERROR_LOST", []protoreflect.FileDescriptor{one, two}, ""},
		{"acme.v2", "LOGIN_ERROR_LOST", []protoreflect.FileDescriptor{one, two}, ""},
		{"acme.v2", "LOGIN_ERROR_LOST/FOR_GOOD", []protoreflect.FileDescriptor{one, two}, ""},
		{"gate", "LOGIN_ERROR_LOST", []protoreflect.FileDescriptor{one}, ""},
		{"gate", "LOGIN_ERROR_LOST", []protoreflect.FileDescriptor{one, two}, `want the package before "LOGIN_ERROR_LOST", since acme.v1.LoginError and acme.v2.LoginError have it: write "acme.v1.LOGIN_ERROR_LOST"`},
		{"gate", "LOGIN_ERROR_LOST/FOR_GOOD", []protoreflect.FileDescriptor{two, one}, `want the package before "LOGIN_ERROR_LOST/FOR_GOOD", since acme.v1.LoginError and acme.v2.LoginError have it: write "acme.v1.LOGIN_ERROR_LOST/FOR_GOOD"`},
		{"gate", "acme.v1.LOGIN_ERROR_LOST", []protoreflect.FileDescriptor{one, two}, ""},
		{"gate", "acme.v2.LOGIN_ERROR_LOST/FOR_GOOD", []protoreflect.FileDescriptor{one, two}, ""},
		{"acme.v3", "LOGIN_ERROR_LOST", []protoreflect.FileDescriptor{one, two}, `want the package before "LOGIN_ERROR_LOST", since acme.v1.LoginError and acme.v2.LoginError have it: write "acme.v1.LOGIN_ERROR_LOST"`},
		{"acme.v2", "@auth", []protoreflect.FileDescriptor{one, two}, ""},
		{"gate", "@auth", []protoreflect.FileDescriptor{one}, ""},
		{"gate", "@auth", []protoreflect.FileDescriptor{two, one}, `want the package before "@auth", since acme.v1.LoginError and acme.v2.LoginError have it: write "@acme.v1.auth"`},
		{"gate", "@acme.v2.auth", []protoreflect.FileDescriptor{one, two}, ""},
		{"gate", "ERROR_CODE_NOT_EXIST", []protoreflect.FileDescriptor{one, two, errpactv1.File_errpact_v1_error_code_proto}, ""},
	} {
		var got []string
		for _, p := range catalogue.Lint(append(test.files, serviceIn(test.pkg, test.name)), nil) {
			got = append(got, p.Err.Error())
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s in %s: %q, want %q", test.name, test.pkg, got, test.want)
		}
	}
}

// TestLintSetsOfOnePackage: no name leads to the second of two sets that are named alike.
func TestLintSetsOfOnePackage(t *testing.T) {
	login := goPrefix("", withSets(named("LoginError", "LOGIN_ERROR_LOST"), `sets { name: "auth" errors: "LOGIN_ERROR_LOST" }`))
	pay := goPrefix("Pay", withSets(named("PayError", "PAY_ERROR_GONE"), `sets { name: "auth" errors: "PAY_ERROR_GONE" }`))
	list := services(t, "c.proto", service("Shop", "", `errors: "@auth" errors: "@acme.auth"`))
	want := []string{`a.proto:100: acme.PayError: set "auth": want set "auth" once in package acme, have it in acme.LoginError and acme.PayError: give it another name (ERRPACT_SETS)`}
	files := []protoreflect.FileDescriptor{file(t, "a.proto", pay), file(t, "b.proto", login), list}
	got := findings(catalogue.Lint(files, nil), catalogue.RuleNumbersDistinct, catalogue.RuleDomainsDistinct)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
