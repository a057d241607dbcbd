// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

const (
	late        = `reasons { name: "LATE" description: "D" } `
	placeholder = `message: "{a}" fallback_message: "a" params { name: "a" type: "int64" } `
)

// breakingCases have for each rule a change that breaks it and no other, and one that is allowed.
var breakingCases = map[catalogue.Rule]struct{ before, bad, good string }{
	catalogue.RuleContractNoAdd: {
		before: words(fine, second), bad: words(fine, second), good: words(fine, second)},
	catalogue.RuleContractNoDelete: {
		before: words(fine, second), bad: words(fine, second), good: words(fine, second)},
	catalogue.RuleCatalogueNoDelete: {
		before: words(fine), bad: strings.Replace(words(fine), `"ShopError"`, `"OtherError"`, 1), good: words(fine, second)},
	catalogue.RuleDomainSame: {
		before: words(fine), bad: strings.Replace(words(fine), "acme.example", "acme.test", 1), good: words(fine + `help_url: "https://acme.example/"`)},
	catalogue.RuleNumberNoDelete: {before: words(fine, second), bad: words(fine), good: words(fine, second, without("message")+`message: "Third"`)},
	catalogue.RuleNumberSameEntry: {
		before: words(fine), bad: strings.Replace(words(fine), "ALPHA", "BETA", 1), good: strings.Replace(words(fine), "It broke.", "It broke down.", 1)},
	catalogue.RuleReasonNoDelete: {
		before: words(fine + late), bad: words(fine + strings.Replace(late, "LATE", "TARDY", 1)), good: words(fine + strings.Replace(late, `"D"`, `"E"`, 1))},
	catalogue.RuleConnectCodeSame: {
		before: words(fine + late), bad: words(fine + strings.Replace(late, "}", "connect_code: CONNECT_CODE_UNKNOWN }", 1)),
		good: words(fine + strings.Replace(late, "}", "connect_code: CONNECT_CODE_INTERNAL }", 1))},
	catalogue.RuleHTTPStatusSame: {
		before: words(fine), bad: words(without("http_status") + `http_status: 503`), good: words(strings.Replace(fine, "Broken", "Out of order", 1))},
	catalogue.RulePlaceholderNoDelete: {
		before: words(without("message") + placeholder),
		bad:    words(without("message") + strings.Replace(placeholder, "int64", "string", 1)),
		good:   words(without("message") + `message: "{a}{b}" fallback_message: "a" params { name: "a" type: "int64" } params { name: "b" }`)},
	catalogue.RuleReasonSame: {
		before: words(fine + `reason: "ALPHA1"`), bad: words(fine + `reason: "ALPHA_1"`), good: words(fine+`reason: "ALPHA1"`, second)},
	catalogue.RuleGoNameSame: {
		before: words(fine), bad: goPrefix("Shop", words(fine)), good: goPrefix("", words(fine))},
}

// contractServices are the services of the cases whose rules compare them.
var contractServices = map[catalogue.Rule]struct{ before, bad, good string }{
	catalogue.RuleContractNoAdd: {
		before: method(`errors: "SHOP_ERROR_ALPHA"`), bad: method(`errors: "SHOP_ERROR_ALPHA" errors: "SHOP_ERROR_BETA"`), good: method(`errors: "acme.SHOP_ERROR_ALPHA"`)},
	catalogue.RuleContractNoDelete: {
		before: method(`errors: "SHOP_ERROR_ALPHA" errors: "SHOP_ERROR_BETA"`), bad: method(`errors: "SHOP_ERROR_BETA"`),
		good: method(`errors: "SHOP_ERROR_BETA" errors: "SHOP_ERROR_ALPHA"`)},
}

// TestBreaking has each rule fire and not fire.
func TestBreaking(t *testing.T) {
	for _, info := range catalogue.Rules() {
		if !info.Breaking {
			continue
		}
		test, ok := breakingCases[info.Rule]
		if !ok {
			t.Errorf("%s: no case", info.Rule)
			continue
		}
		t.Run(string(info.Rule), func(t *testing.T) {
			services := contractServices[info.Rule]
			var optional []catalogue.Rule
			if !info.Rule.Default() {
				optional = append(optional, info.Rule)
			}
			before := []protoreflect.FileDescriptor{lintFile(t, test.before, services.before)}
			bad := []protoreflect.FileDescriptor{lintFile(t, test.bad, services.bad)}
			if got := catalogue.Breaking(before, bad); len(got) > 0 && len(optional) > 0 {
				t.Errorf("bad: %v, for a rule that is off", got)
			}
			got := catalogue.Breaking(before, bad, optional...)
			if diff := cmp.Diff([]catalogue.Rule{info.Rule}, rulesOf(got)); diff != "" {
				t.Errorf("bad: rules (-want +got):\n%s%v", diff, got)
			}
			good := []protoreflect.FileDescriptor{lintFile(t, test.good, services.good)}
			if got := catalogue.Breaking(before, good, optional...); len(got) > 0 {
				t.Errorf("good: %v", got)
			}
		})
	}
}

// TestBreakingWithNothingBefore: a first catalogue breaks nothing, nor does one that stays.
func TestBreakingWithNothingBefore(t *testing.T) {
	now := []protoreflect.FileDescriptor{errpactv1.File_errpact_v1_error_code_proto}
	for _, before := range [][]protoreflect.FileDescriptor{nil, now, {errpactv1.File_errpact_v1_options_proto}} {
		if got := catalogue.Breaking(before, now); len(got) > 0 {
			t.Errorf("Breaking() = %v, want nothing", got)
		}
	}
}

// moved is an entry with two params and two reasons, of which the first has its message.
const moved = `message: "{from} to {to}" fallback_message: "moved" params { name: "from" } params { name: "to" }
	reasons { name: "FOR_GOOD" description: "D" } reasons { name: "OWN" description: "D" message: "Own" } `

// TestBreakingConstructors: code that calls a constructor compiles with the next version only if it still passes what it
// means.
func TestBreakingConstructors(t *testing.T) {
	const (
		at     = "acme/shop.proto:11: acme.SHOP_ERROR_ALPHA: "
		gone   = `: want Go name %s as before, have none: leave out the reason's message, so that it has the entry's (ERRPACT_GO_NAME_SAME)`
		params = `params { name: "from" } params { name: "to" }`
	)
	for name, test := range map[string]struct {
		replace, with string
		want          []string
	}{
		"as it was":      {"", "", nil},
		"swapped":        {params, `params { name: "to" } params { name: "from" }`, []string{`want placeholders in the order "from", "to" as before, have "to", "from": Go code passes their values in that order (ERRPACT_PLACEHOLDER_NO_DELETE)`}},
		"swapped around": {params, `params { name: "to" } params { name: "by" } params { name: "from" }`, []string{`want placeholders in the order "from", "to" as before, have "to", "from": Go code passes their values in that order (ERRPACT_PLACEHOLDER_NO_DELETE)`}},
		"one more":       {params, params + ` params { name: "by" }`, nil},
		"one in front":   {params, `params { name: "by" } ` + params, nil},
		"another type": {params, `params { name: "to" } params { name: "from" type: "int64" }`, []string{
			`want placeholder "from" of type string to stay (ERRPACT_PLACEHOLDER_NO_DELETE)`,
			`want placeholders in the order "from", "to" as before, have "to", "from": Go code passes their values in that order (ERRPACT_PLACEHOLDER_NO_DELETE)`}},
		"a reason's own message": {`"FOR_GOOD"`, `"FOR_GOOD" message: "For good"`, []string{
			`reason "FOR_GOOD"` + fmt.Sprintf(gone, "NewAlphaForGood")}},
		"the entry's message for a reason": {`message: "Own"`, ``, nil},
	} {
		t.Run(name, func(t *testing.T) {
			now := strings.Replace(moved, test.replace, test.with, 1)
			if strings.Contains(test.with, `"by"`) {
				now = strings.ReplaceAll(now, "{to}", "{to} {by}")
			}
			for i := range test.want {
				test.want[i] = at + test.want[i]
			}
			files := func(entry string) []protoreflect.FileDescriptor {
				return []protoreflect.FileDescriptor{lintFile(t, words(without("message")+entry), "")}
			}
			if diff := cmp.Diff(test.want, findings(catalogue.Breaking(files(moved), files(now)))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBreakingUnread: a catalogue that cannot be read is not taken for one that stayed.
func TestBreakingUnread(t *testing.T) {
	fineFile := func() *descriptorpb.FileDescriptorProto { return shopFile(t, enumText(good)) }
	read := linked(t, fineFile(), protoregistry.GlobalFiles)
	optional := fineFile()
	optional.Syntax, optional.Edition = proto.String("editions"), descriptorpb.Edition_EDITION_2024.Enum()
	optional.Dependency, optional.OptionDependency = nil, optional.GetDependency()
	mistaken := linked(t, shopFile(t, strings.Replace(enumText(good), "500", "99", 1)), protoregistry.GlobalFiles)
	for name, test := range map[string]struct {
		before, now []protoreflect.FileDescriptor
		isOld       bool
		want        string
	}{
		"mistakes now":            {before: read, now: mistaken, want: "the lint rules"},
		"mistakes before":         {before: mistaken, now: read},
		"no options now":          {before: read, now: linked(t, fineFile(), nil), want: "errpact/v1/options.proto"},
		"no options before":       {before: linked(t, fineFile(), nil), now: read, isOld: true, want: "errpact/v1/options.proto"},
		"import option":           {before: read, now: linked(t, optional, protoregistry.GlobalFiles)},
		"no import option now":    {before: read, now: linked(t, optional, nil), want: "errpact/v1/options.proto"},
		"no import option before": {before: linked(t, optional, nil), now: read, isOld: true, want: "errpact/v1/options.proto"},
	} {
		t.Run(name, func(t *testing.T) {
			got := catalogue.Breaking(test.before, test.now)
			if test.want == "" {
				if len(got) > 0 {
					t.Errorf("Breaking() = %v, want nothing", got)
				}
				return
			}
			if len(got) != 1 || got[0].Rule != catalogue.RuleCatalogueNoDelete || got[0].Old != test.isOld || !strings.Contains(got[0].Err.Error(), test.want) {
				t.Errorf("Breaking() = %v, want one problem of %s, old %t, with %q", got, catalogue.RuleCatalogueNoDelete, test.isOld, test.want)
			}
		})
	}
}

// linked links a file with what a resolver has; nil has nothing.
func linked(t *testing.T, file *descriptorpb.FileDescriptorProto, resolver protodesc.Resolver) []protoreflect.FileDescriptor {
	t.Helper()
	if resolver == nil {
		resolver = new(protoregistry.Files)
	}
	return []protoreflect.FileDescriptor{link(t, file, resolver).ParentFile()}
}
