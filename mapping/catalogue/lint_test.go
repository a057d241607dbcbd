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
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

// fine is an entry that no rule has a word against.
const fine = `connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "Broken" description: "It broke." `

// without is fine without one of its fields.
func without(field string) string {
	var b strings.Builder
	for _, f := range []string{
		`connect_code: CONNECT_CODE_INTERNAL `, `http_status: 500 `, `message: "Broken" `, `description: "It broke." `,
	} {
		if !strings.HasPrefix(f, field) {
			b.WriteString(f)
		}
	}
	return b.String()
}

// A second entry beside fine.
const second = `connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "Broken again" description: "It broke." `

// roles makes an entry a primary catalogue's, with its reasons; codes makes it everything's fallback.
const roles = `role: ROLE_UNMAPPED
	reasons { name: "UNREACHABLE" description: "D" role: ROLE_UPSTREAM_UNREACHABLE }
	reasons { name: "TIMED_OUT" description: "D" role: ROLE_UPSTREAM_TIMED_OUT } `

const lastRole = `reasons { name: "REJECTED" description: "D" role: ROLE_UPSTREAM_REJECTED } `

func codes(last int) string {
	var b strings.Builder
	for code := 1; code <= last; code++ {
		fmt.Fprintf(&b, "fallback_for { connect_code: %d } ", code)
	}
	return b.String()
}

// words is an enum with the values SHOP_ERROR_ALPHA, SHOP_ERROR_BETA and so on.
func words(entries ...string) string {
	text := enumText(entries...)
	for i, word := range []string{"ALPHA", "BETA", "GAMMA"} {
		text = strings.ReplaceAll(text, fmt.Sprintf("SHOP_ERROR_%c\"", 'A'+i), "SHOP_ERROR_"+word+`"`)
	}
	return text
}

// goPrefix states the option of an enum's text.
func goPrefix(prefix, enum string) string {
	return strings.Replace(enum, `[errpact.v1.catalogue] {`, fmt.Sprintf(`[errpact.v1.catalogue] { go_prefix: %q`, prefix), 1)
}

// withSets adds to the option of an enum's text.
func withSets(enum, sets string) string {
	return strings.Replace(enum, `[errpact.v1.catalogue] {`, `[errpact.v1.catalogue] { `+sets, 1)
}

// payError is an enum with one entry, PAY_ERROR_LOST.
func payError(number int, domain string) string {
	return strings.NewReplacer("number: 1 ", fmt.Sprintf("number: %d ", number), "acme.example", domain).Replace(named("PayError", "PAY_ERROR_LOST"))
}

// method is a service's, with the option.
func method(option string) string {
	return `service { name: "Shop" method { name: "Buy" input_type: ".google.protobuf.Duration"
		output_type: ".google.protobuf.Duration" options { [errpact.v1.rest] { ` + option + ` } } } }`
}

// lintCases have for each rule an enum that breaks it and no other, and one close to it that keeps it.
var lintCases = map[catalogue.Rule]struct{ bad, good, badService, goodService string }{
	catalogue.RuleAnnotated: {bad: words(fine) + ` value { name: "SHOP_ERROR_BETA" number: 9 }`, good: words(fine, second)},
	catalogue.RuleNumber: {
		bad: strings.Replace(words(fine), "options {", "options { allow_alias: true", 1) +
			` value { name: "SHOP_ERROR_BETA" number: 1 options { [errpact.v1.entry] { ` + second + `} } }`,
		good: words(fine) + ` value { name: "SHOP_ERROR_BETA" number: 9 options { [errpact.v1.entry] { ` + second + `} } }`},
	catalogue.RuleDomain: {bad: strings.Replace(words(fine), "acme.example", " ", 1), good: words(fine)},
	catalogue.RuleSize: {
		bad:  strings.Replace(words(fine), "acme.example", strings.Repeat("x", 490), 1),
		good: strings.Replace(words(fine), "acme.example", strings.Repeat("x", 400), 1)},
	catalogue.RuleConnectCode: {bad: words(without("connect_code") + "connect_code: 17"), good: words(without("connect_code") + "connect_code: 14")},
	catalogue.RuleHTTPStatus:  {bad: words(without("http_status") + "http_status: 600"), good: words(without("http_status") + "http_status: 599")},
	catalogue.RuleMessage:     {bad: words(without("message") + `message: "a\tb"`), good: words(without("message") + `message: "a b"`)},
	catalogue.RuleTranslation: {bad: words(fine + `messages { key: "x_y" value: "a" }`), good: words(fine + `messages { key: "de" value: "a" }`)},
	catalogue.RulePlaceholder: {
		bad:  words(without("message") + `message: "{a}" fallback_message: "a"`),
		good: words(without("message") + `message: "{a}" fallback_message: "a" params { name: "a" }`)},
	catalogue.RuleMetadataKey: {
		bad:  words(without("message") + `message: "{A}" fallback_message: "a" params { name: "A" }`),
		good: words(without("message") + `message: "{a}" fallback_message: "a" params { name: "a" }`)},
	catalogue.RuleReasonName: {
		bad:  words(fine + `reasons { name: "Late" description: "D" }`),
		good: words(fine + `reasons { name: "LATE" description: "D" }`)},
	catalogue.RuleRole: {
		bad:  words(fine+roles+lastRole+codes(16), second+`role: ROLE_UNMAPPED`),
		good: words(fine+roles+lastRole+codes(16), second)},
	catalogue.RuleFallback: {
		bad:  words(fine+codes(1), second+codes(1)),
		good: words(fine+codes(1), second+`fallback_for { connect_code: 1 when: WHEN_TOO_LARGE }`)},
	catalogue.RuleDetailsExample: {bad: words(fine + `details_example: "{"`), good: words(fine + `details_example: "{}"`)},
	catalogue.RuleHelpURL:        {bad: words(fine + `help_url: "x.html"`), good: words(fine + `help_url: "https://acme.example/x.html"`)},
	catalogue.RuleRetryDelay:     {bad: words(fine + `retry_delay { }`), good: words(fine + `retry_delay { seconds: 1 }`)},
	catalogue.RuleRetry:          {bad: words(fine + `retry: 4`), good: words(fine + `retry: RETRY_ALWAYS`)},
	catalogue.RuleFault:          {bad: words(fine + `fault: 4`), good: words(fine + `fault: FAULT_UPSTREAM`)},
	catalogue.RuleRetryAgrees: {
		bad: words(fine + `retry: RETRY_NEVER reasons { name: "LATE" description: "D" retry_delay { seconds: 1 } }`),
		good: words(fine + `retry_delay { seconds: 1 } reasons { name: "LATE" description: "D" retry: RETRY_NEVER }
			reasons { name: "SOON" description: "D" retry: RETRY_ALWAYS }`)},
	catalogue.RuleCallerResolution: {
		bad: words(fine + `fault: FAULT_CALLER reasons { name: "LATE" description: "D" resolution: " " }`),
		good: words(fine+`reasons { name: "LATE" description: "D" connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 resolution: "R" }`,
			second+`fault: FAULT_CALLER resolution: "R" reasons { name: "EARLY" description: "D" }`)},
	catalogue.RuleDescription: {bad: words(without("description")), good: words(fine)},
	catalogue.RuleStatusClass: {
		bad:  words(without("http_status") + `http_status: 404`),
		good: words(without("connect_code")+`connect_code: CONNECT_CODE_UNIMPLEMENTED`, second)},
	catalogue.RuleDistinct: {
		bad:  words(fine+`reasons { name: "LATE" description: "D" }`, second+`reasons { name: "LATE" description: "D" }`),
		good: words(fine+`reasons { name: "LATE" description: "D" }`, second+`reasons { name: "LATER" description: "D" }`)},
	catalogue.RulePrimaryRoles:     {bad: words(fine + roles + codes(16)), good: words(fine + roles + lastRole + codes(16))},
	catalogue.RulePrimaryFallbacks: {bad: words(fine + roles + lastRole + codes(15)), good: words(fine + codes(15))},
	catalogue.RuleMethodErrors: {
		bad: words(fine), badService: method(`errors: "SHOP_ERROR_NONE" success_status: 204`),
		good: words(fine + `reasons { name: "LATE" description: "D" }`), goodService: method(
			`errors: "SHOP_ERROR_ALPHA" errors: "SHOP_ERROR_ALPHA/LATE" errors: "acme.SHOP_ERROR_ALPHA" errors: "ERROR_CODE_NOT_EXIST" errors: "errpact.v1.ERROR_CODE_DATABASE"`)},
	catalogue.RuleSets: {
		bad:  withSets(words(fine), `sets { name: "a" errors: "@b" } sets { name: "b" errors: "@a" } sets { name: "B" errors: "SHOP_ERROR_ALPHA" } sets { name: "c" }`),
		good: withSets(words(fine), `sets { name: "a" errors: "@b" } sets { name: "b" errors: "SHOP_ERROR_ALPHA" } errors: "@a" errors: "ERROR_CODE_DATABASE"`)},
	catalogue.RuleGoName: {
		bad:  words(fine+`reasons { name: "BETA" description: "D" }`, second+`reason: "ALPHA_BETA"`),
		good: words(fine+`reasons { name: "BETA" description: "D" }`, second+`reason: "BETA_ALPHA"`)},
	catalogue.RuleGoPrefix: {
		bad: goPrefix("", words(fine)), badService: `enum_type { ` + payError(9, "pay.example") + ` }
			source_code_info { location { path: [5, 1] span: [99, 0, 9] } }`,
		good: goPrefix("", words(fine)), goodService: `enum_type { ` + goPrefix("Pay", payError(9, "pay.example")) + ` }`},
	catalogue.RuleZero: {
		bad:  strings.Replace(words(fine), `number: 0`, `number: 0 options { [errpact.v1.entry] { `+second+` } }`, 1),
		good: strings.Replace(words(fine), `number: 1`, `number: -1`, 1)},
	catalogue.RuleCatalogueOption: {
		bad: strings.Replace(words(fine), `options { [errpact.v1.catalogue] { domain: "acme.example" } }`, "", 1), good: words(fine)},
	catalogue.RuleNumbersDistinct: {
		bad: goPrefix("", words(fine)), badService: `enum_type { ` + goPrefix("Pay", payError(1, "pay.example")) + ` }
			source_code_info { location { path: [5, 1, 2, 1] span: [99, 0, 9] } }`,
		good: goPrefix("", words(fine)), goodService: `enum_type { ` + goPrefix("Pay", payError(9, "pay.example")) + ` }`},
	catalogue.RuleDomainsDistinct: {
		bad: goPrefix("", words(fine)), badService: `enum_type { ` + goPrefix("Pay", payError(9, "acme.example")) + ` }
			source_code_info { location { path: [5, 1] span: [99, 0, 9] } }`,
		good: goPrefix("", words(fine)), goodService: `enum_type { ` + goPrefix("Pay", payError(9, "pay.example")) + ` }`},
	catalogue.RuleAnchorsDistinct: {
		bad: goPrefix("", words(fine)), badService: `message_type { name: "Order" enum_type { ` + strings.Replace(goPrefix("Pay", payError(9, "pay.example")), "PAY_ERROR_LOST", "SHOP_ERROR_ALPHA", 1) + ` } }
			source_code_info { location { path: [4, 0, 4, 0, 2, 1] span: [99, 0, 9] } }`,
		good: goPrefix("", words(fine)), goodService: `message_type { name: "Order" enum_type { ` + goPrefix("Pay", payError(9, "pay.example")) + ` } }`},
	catalogue.RuleMetadataCase: {
		bad:  words(without("message") + `message: "{order_id}" fallback_message: "a" params { name: "order_id" }`),
		good: words(without("message") + `message: "{orderId}" fallback_message: "a" params { name: "orderId" }`)},
}

// TestLint has each rule fire and not fire.
func TestLint(t *testing.T) {
	for _, info := range catalogue.Rules() {
		if info.Breaking {
			continue
		}
		test, ok := lintCases[info.Rule]
		if !ok {
			t.Errorf("%s: no case", info.Rule)
			continue
		}
		t.Run(string(info.Rule), func(t *testing.T) {
			var optional []catalogue.Rule
			if !info.Rule.Default() {
				optional = append(optional, info.Rule)
				if got := catalogue.Lint(withBuiltin(lintFile(t, test.bad, test.badService)), nil); len(got) > 0 {
					t.Errorf("bad: %v, for a rule that is off", got)
				}
			}
			bad := catalogue.Lint(withBuiltin(lintFile(t, test.bad, test.badService)), nil, optional...)
			if diff := cmp.Diff([]catalogue.Rule{info.Rule}, rulesOf(bad)); diff != "" {
				t.Errorf("bad: rules (-want +got):\n%s%v", diff, bad)
			}
			for _, p := range bad {
				if !strings.HasPrefix(p.Error(), "acme/shop.proto:") && info.Rule != catalogue.RuleMethodErrors {
					t.Errorf("problem %q has no position", p)
				}
			}
			if good := catalogue.Lint(withBuiltin(lintFile(t, test.good, test.goodService)), nil, optional...); len(good) > 0 {
				t.Errorf("good: %v", good)
			}
		})
	}
}

// TestARoleDoesNotPromiseThatNothingRan: an error with a role comes out of a handler that was at work.
func TestARoleDoesNotPromiseThatNothingRan(t *testing.T) {
	always := strings.NewReplacer("role: ROLE_UNMAPPED", "role: ROLE_UNMAPPED retry: RETRY_ALWAYS",
		`"UNREACHABLE" `, `"UNREACHABLE" retry: RETRY_IDEMPOTENT `, `"TIMED_OUT" `, `"TIMED_OUT" retry: RETRY_IDEMPOTENT `)
	problems := catalogue.Lint(withBuiltin(lintFile(t, words(fine+always.Replace(roles)+lastRole+codes(16)), "")), nil)
	if len(problems) != 2 {
		t.Errorf("Lint() = %v, want a problem of the entry, and one of the reason that takes it over", problems)
	}
	for _, p := range problems {
		if p.Rule != catalogue.RuleRetryAgrees {
			t.Errorf("problem %q of rule %s, want %s", p, p.Rule, catalogue.RuleRetryAgrees)
		}
	}
}

// TestLintChecksWhatItIsAsked: imports serve to find errors, and are somebody else's to correct.
func TestLintChecksWhatItIsAsked(t *testing.T) {
	files := withBuiltin(lintFile(t, lintCases[catalogue.RuleDomain].bad, lintCases[catalogue.RuleMethodErrors].badService))
	none := func(file protoreflect.FileDescriptor) bool { return file.Path() != "acme/shop.proto" }
	if problems := catalogue.Lint(files, none); len(problems) > 0 {
		t.Errorf("Lint() = %v, want nothing of a file that is not checked", problems)
	}
	if problems := catalogue.Lint(files, nil); len(problems) != 2 {
		t.Errorf("Lint() = %v, want two problems", problems)
	}
}

// TestLintBuiltin holds the built-in catalogue to the rules for everybody's.
func TestLintBuiltin(t *testing.T) {
	if problems := catalogue.Lint([]protoreflect.FileDescriptor{errpactv1.File_errpact_v1_error_code_proto}, nil); len(problems) > 0 {
		t.Errorf("Lint() = %v, want nothing", problems)
	}
}

// TestLintWithoutOptionsFile says what is missing, once.
func TestLintWithoutOptionsFile(t *testing.T) {
	enum := link(t, shopFile(t, words(fine)), new(protoregistry.Files))
	problems := catalogue.Lint([]protoreflect.FileDescriptor{enum.ParentFile()}, nil)
	if diff := cmp.Diff([]catalogue.Rule{catalogue.RuleAnnotated}, rulesOf(problems)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

func rulesOf(problems []*catalogue.Problem) []catalogue.Rule {
	var rules []catalogue.Rule
	for _, p := range problems {
		rules = append(rules, p.Rule)
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}

func withBuiltin(file protoreflect.FileDescriptor) []protoreflect.FileDescriptor {
	return []protoreflect.FileDescriptor{file, errpactv1.File_errpact_v1_error_code_proto}
}

// lintFile is shopFile, linked, with more if there is any: a service, enums, messages.
func lintFile(t testing.TB, enum, more string) protoreflect.FileDescriptor {
	t.Helper()
	file := shopFile(t, enum)
	file.Dependency = append(file.Dependency, "google/protobuf/duration.proto")
	added := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(more), added); err != nil {
		t.Fatal(err)
	}
	proto.Merge(file, added)
	linked, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return linked
}
