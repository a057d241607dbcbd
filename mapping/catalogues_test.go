// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/durationpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// newEnum makes an annotated enum of a team's own, as if it were read from a file.
func newEnum(t testing.TB, name, domain string, entries map[int32]*errpactv1.Entry) protoreflect.EnumDescriptor {
	t.Helper()
	enum := &descriptorpb.EnumDescriptorProto{Name: proto.String(name), Options: new(descriptorpb.EnumOptions)}
	proto.SetExtension(enum.Options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: domain})
	prefix := strings.ToUpper(name) + "_"
	enum.Value = append(enum.Value, &descriptorpb.EnumValueDescriptorProto{Name: proto.String(prefix + "UNSPECIFIED"), Number: proto.Int32(0)})
	for number, entry := range entries {
		value := &descriptorpb.EnumValueDescriptorProto{
			Name: proto.String(fmt.Sprintf("%sN%d", prefix, number)), Number: proto.Int32(number), Options: new(descriptorpb.EnumValueOptions),
		}
		proto.SetExtension(value.Options, errpactv1.E_Entry, entry)
		if number == 0 {
			enum.Value[0] = value
			continue
		}
		enum.Value = append(enum.Value, value)
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String(strings.ToLower(name) + ".proto"), Package: proto.String("acme.shop.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"errpact/v1/options.proto"}, EnumType: []*descriptorpb.EnumDescriptorProto{enum},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Enums().Get(0)
}

func newEntry(code errpactv1.ConnectCode, status int32, message string) *errpactv1.Entry {
	return &errpactv1.Entry{ConnectCode: code, HttpStatus: status, Message: message, Description: "Of a test."}
}

// shop is the second catalogue of most tests: no roles, one entry with all there is.
func shop(t testing.TB) *mapping.Catalogue {
	t.Helper()
	entry := newEntry(errpactv1.ConnectCode_CONNECT_CODE_FAILED_PRECONDITION, 409, "Out of stock")
	entry.HelpUrl = "https://shop.acme.example/help"
	entry.RetryDelay = durationpb.New(90 * time.Second)
	entry.Reasons = []*errpactv1.Reason{{Name: "SOLD_OUT", Message: "Sold out"}}
	c, err := mapping.NewCatalogue(newEnum(t, "Shop", "shop.acme.example", map[int32]*errpactv1.Entry{1001: entry}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newPolicy(t testing.TB, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	p, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTwoCataloguesKeepTheirNumbersApart(t *testing.T) {
	c := shop(t)
	code := c.Code(1001).WithReason("SOLD_OUT")
	sent := code.WithMetadata("article", "a").WithPayload(map[string]int{"left": 0})
	both := newPolicy(t, mapping.WithCatalogues(nil, c))
	for name, p := range map[string]*mapping.Policy{"knows both": both, "knows its own": nil} {
		t.Run(name, func(t *testing.T) {
			got := decode(t, p, both, sent)
			if !errors.Is(got, code) || !errors.Is(got, c.Code(1001)) || got.Reason() != "SOLD_OUT" {
				t.Errorf("got %v/%s", got.Code(), got.Reason())
			}
			for _, e := range errpactv1err.Catalogue.Codes() {
				if errors.Is(got, e) {
					t.Errorf("it is one of the built-in catalogue: %v", e)
				}
			}
			if got.Code().Number() != 1001 || got.Code().Catalogue().Name() != "acme.shop.v1.Shop" || got.Message() != "Sold out" {
				t.Errorf("got %d of %s: %q", got.Code().Number(), got.Code().Catalogue().Name(), got.Message())
			}
			if detail, _ := mapping.Detail[*errpactv1.ErrorDetail](got); detail.Code != nil || detail.GetNumber() != 1001 {
				t.Errorf("ErrorDetail = %v", detail)
			}
			if delay, _ := got.RetryDelay(); delay != 90*time.Second {
				t.Errorf("RetryDelay = %v", delay)
			}
		})
	}
	if known := decode(t, both, both, sent); known.Code() != c.Code(1001) || known.HTTPStatus() != 409 {
		t.Errorf("with its catalogue it is %v, %d", known.Code(), known.HTTPStatus())
	}
}

func TestThePrimaryCatalogueHasTheRoles(t *testing.T) {
	all := map[int32]*errpactv1.Entry{}
	for i, role := range []errpactv1.Role{1, 2, 3, 4} {
		e := newEntry(errpactv1.ConnectCode_CONNECT_CODE_INTERNAL, 500, "Role "+role.String())
		e.Role = role
		all[int32(2000+i)] = e
	}
	c := mapping.MustCatalogue(newEnum(t, "Whole", "whole.acme.example", all))
	p := newPolicy(t, mapping.WithCatalogues(c))
	answer := p.Translate(&mapping.Call{}, errors.New("secret"))
	if answer.Error().Code() != c.Code(2000) {
		t.Errorf("an unmapped error is %v", answer.Error())
	}
	// An entry of a catalogue that the policy was not given goes out all the same.
	answer = p.Translate(&mapping.Call{}, errpactv1err.NotExist)
	if answer.Error().Code() != errpactv1err.NotExist {
		t.Errorf("a built-in error is %v", answer.Error())
	}
}

func TestNewPolicyReportsEveryMistakeAtOnce(t *testing.T) {
	entry := func() *errpactv1.Entry { return newEntry(errpactv1.ConnectCode_CONNECT_CODE_NOT_FOUND, 404, "Gone") }
	broken := newEnum(t, "Broken", "broken.acme.example", map[int32]*errpactv1.Entry{5000: {HttpStatus: 200}})
	first := mapping.MustCatalogue(newEnum(t, "First", "one.acme.example", map[int32]*errpactv1.Entry{3000: entry()}))
	overlap := mapping.MustCatalogue(newEnum(t, "Overlap", "two.acme.example", map[int32]*errpactv1.Entry{3000: entry()}))
	domain := mapping.MustCatalogue(newEnum(t, "Domain", "one.acme.example", map[int32]*errpactv1.Entry{3001: entry()}))
	lazy := mapping.LazyCatalogue(func() protoreflect.EnumDescriptor { return broken })
	_, err := mapping.NewPolicy(mapping.WithBudget(2047), mapping.WithCatalogues(first, overlap, domain, lazy, first))
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{
		"mapping: make a policy: ", "budget is 2047 bytes: at least 2048",
		"has ROLE_UNMAPPED, ROLE_UPSTREAM_UNREACHABLE, ROLE_UPSTREAM_TIMED_OUT, ROLE_UPSTREAM_REJECTED: write WithCatalogues(errpactv1err.Catalogue, …)",
		"acme.shop.v1.First.FIRST_N3000 and acme.shop.v1.Overlap.OVERLAP_N3000 have the same number 3000: write another number in one of them",
		`acme.shop.v1.First and acme.shop.v1.Domain have the same domain "one.acme.example": write another domain in one of them`,
		"acme.shop.v1.Broken", "acme.shop.v1.First is given twice",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error lacks %q:\n%v", part, err)
		}
	}
	if strings.Count(err.Error(), "have the same number") != 1 {
		t.Errorf("a catalogue that is given twice overlaps with itself:\n%v", err)
	}
	if _, err := mapping.NewPolicy(nil, mapping.WithRules(mapping.Rule{}), mapping.WithCatalogues(), mapping.WithReport(nil), mapping.WithCredential(nil), mapping.WithBudget(2048)); err != nil {
		t.Errorf("nils are defaults, but %v", err)
	}
}

// TestNewPolicyNamesTheNilCatalogue: a nil that stands for nothing is found by its place, and does not look like
// another mistake.
func TestNewPolicyNamesTheNilCatalogue(t *testing.T) {
	builtin, own := errpactv1err.Catalogue, shop(t)
	nilAt := func(places ...int) string {
		var lines []string
		for _, place := range places {
			lines = append(lines, fmt.Sprintf("catalogue %d of WithCatalogues is nil: write the Catalogue of its generated package, such as errpactv1err.Catalogue for the built-in one, or leave it out", place))
		}
		return "mapping: make a policy: " + strings.Join(lines, "\n")
	}
	for _, test := range []struct {
		name string
		opts []mapping.Option
		want string
	}{
		{"none", []mapping.Option{mapping.WithCatalogues()}, ""},
		{"a nil slice", []mapping.Option{mapping.WithCatalogues([]*mapping.Catalogue(nil)...)}, ""},
		{"first", []mapping.Option{mapping.WithCatalogues(nil)}, ""},
		{"first of two", []mapping.Option{mapping.WithCatalogues(nil, own)}, ""},
		{"a zero Catalogue", []mapping.Option{mapping.WithCatalogues(new(mapping.Catalogue), own)}, ""},
		{"second", []mapping.Option{mapping.WithCatalogues(builtin, nil)}, nilAt(2)},
		{"between two", []mapping.Option{mapping.WithCatalogues(builtin, nil, own)}, nilAt(2)},
		{"last of three", []mapping.Option{mapping.WithCatalogues(nil, own, nil)}, nilAt(3)},
		{"several", []mapping.Option{mapping.WithCatalogues(builtin, nil, own, nil)}, nilAt(2, 4)},
		{"all", []mapping.Option{mapping.WithCatalogues(nil, nil)}, nilAt(2)},
		{"in a second option", []mapping.Option{mapping.WithCatalogues(builtin), mapping.WithCatalogues(nil)}, nilAt(2)},
	} {
		_, err := mapping.NewPolicy(test.opts...)
		if got := fmt.Sprint(err); test.want == "" && err != nil || test.want != "" && got != test.want {
			t.Errorf("%s: error = %v, want %q", test.name, err, test.want)
		}
	}
}
