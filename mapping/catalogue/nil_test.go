// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"errors"
	"go/token"
	"io/fs"
	"maps"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/mapping/catalogue"
)

// TestG7ExportedFunctionsTakeNil has a row for every exported function and method: what it makes of nil, of
// zero and of typed nil. A row is true if that is as its doc says.
func TestG7ExportedFunctionsTakeNil(t *testing.T) {
	rows := make(map[string]func() bool)
	for _, table := range []map[string]func() bool{nilDescriptors, nilFiles, nilValues, nilNames} {
		maps.Copy(rows, table)
	}
	want, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if value := recover(); value != nil {
					t.Errorf("it panics: %v\n%s", value, debug.Stack())
				}
			}()
			if !row() {
				t.Errorf("nil, zero or typed nil: not as its doc says")
			}
		})
	}
}

// Descriptors of somebody's own, whose methods do not survive nil.
type (
	noEnum    struct{ protoreflect.EnumDescriptor }
	noMethod  struct{ protoreflect.MethodDescriptor }
	noService struct{ protoreflect.ServiceDescriptor }
	noFile    struct{ protoreflect.FileDescriptor }
)

// orphan is a method without a file.
type orphan struct{ protoreflect.MethodDescriptor }

func (orphan) FullName() protoreflect.FullName         { return "a.B.C" }
func (orphan) ParentFile() protoreflect.FileDescriptor { return nil }

var (
	enums     = []protoreflect.EnumDescriptor{nil, (*noEnum)(nil)}
	methods   = []protoreflect.MethodDescriptor{nil, (*noMethod)(nil)}
	files     = []protoreflect.FileDescriptor{nil, (*noFile)(nil)}
	noEntry   *catalogue.Entry
	nothing   *catalogue.Catalogue
	noProblem *catalogue.Problem
)

var nilDescriptors = map[string]func() bool{
	"IsCatalogue": func() bool { return !slices.ContainsFunc(enums, catalogue.IsCatalogue) },
	"Read": func() bool {
		return !slices.ContainsFunc(enums, func(enum protoreflect.EnumDescriptor) bool {
			c, err := catalogue.Read(enum)
			return c != nil || err == nil
		})
	},
	"ReadMethod": func() bool {
		if _, states, err := catalogue.ReadMethod(orphan{}); states || err != nil {
			return false
		}
		return !slices.ContainsFunc(methods, func(method protoreflect.MethodDescriptor) bool {
			_, states, err := catalogue.ReadMethod(method)
			return states || err == nil
		})
	},
	"Declare": func() bool {
		for _, method := range methods {
			if d, err := catalogue.Declare(method, []*catalogue.Catalogue{nil, {}}); err == nil || d.Closed || len(d.Errors) > 0 {
				return false
			}
		}
		return true
	},
	"Declaration.Has": func() bool {
		return !catalogue.Declaration{}.Has("", 0, "") && !catalogue.Declaration{Errors: make([]catalogue.Declared, 1)}.Has("", 0, "")
	},
	"Declared.Name": func() bool { return catalogue.Declared{}.Name() == "" },
	"ReadService": func() bool {
		for _, service := range []protoreflect.ServiceDescriptor{nil, (*noService)(nil)} {
			if names, err := catalogue.ReadService(service); err == nil || len(names) > 0 {
				return false
			}
		}
		return true
	},
	"GoNames.Contract": func() bool {
		return catalogue.GoNames{}.Contract(methods[0]) == "Errors" && catalogue.GoNames{}.Contract(methods[1]) == "Errors"
	},
	"GoPackages.ServiceNames": func() bool {
		for _, p := range []*catalogue.GoPackages{nil, {}} {
			for _, service := range []protoreflect.ServiceDescriptor{nil, (*noService)(nil)} {
				if names, problems := p.ServiceNames(service, ""); names != (catalogue.GoNames{}) || problems != nil {
					return false
				}
			}
		}
		return true
	},
	"GoPackages.DeclareContract": func() bool {
		return (*catalogue.GoPackages)(nil).DeclareContract(nil, "", "") == nil && new(catalogue.GoPackages).DeclareContract(methods[1], "", "") == nil
	},
	"Linked":          func() bool { return len(catalogue.Linked()) > 0 },
	"Rule.IsContract": func() bool { return !catalogue.Rule("").IsContract() },
	"Resolve": func() bool {
		entry := &catalogue.Entry{Name: "E_A", Reasons: []*catalogue.Reason{{Name: "R"}}}
		all := []*catalogue.Catalogue{nil, {}, {Name: "p.E", Entries: []*catalogue.Entry{entry}}}
		for _, method := range append(methods, orphan{}) {
			none, noEntry, noReason := catalogue.Resolve(method, "", nil)
			found, e, reason := catalogue.Resolve(method, "E_A/R", all)
			if none != nil || noEntry != nil || noReason != nil || found != all[2] || e != entry || reason != entry.Reasons[0] {
				return false
			}
		}
		return true
	},
	"Where": func() bool {
		return catalogue.Where(nil) == "<nil>" && catalogue.Where((*noEnum)(nil)) == "<nil>" && catalogue.Where(orphan{}) == "a.B.C"
	},
}

var nilFiles = map[string]func() bool{
	"Breaking": func() bool { return catalogue.Breaking(nil, nil) == nil && catalogue.Breaking(files, files) == nil },
	"Enums":    func() bool { return len(catalogue.Enums(nil)) == 0 && len(catalogue.Enums(files)) == 0 },
	"Link": func() bool {
		none, err := catalogue.Link(nil)
		some, withNil := catalogue.Link([]*descriptorpb.FileDescriptorProto{nil, {Name: proto.String("a.proto")}})
		return none.NumFiles() == 0 && err == nil && some.NumFiles() == 1 && withNil == nil
	},
	"Lint": func() bool {
		all := func(protoreflect.FileDescriptor) bool { return true }
		return catalogue.Lint(nil, nil) == nil && catalogue.Lint(files, nil) == nil && catalogue.Lint(files, all) == nil
	},
}

var nilValues = map[string]func() bool{
	"Catalogue.MissingRoles": func() bool {
		odd := &catalogue.Catalogue{Entries: []*catalogue.Entry{{Role: -1, Reasons: []*catalogue.Reason{{Role: 100}}}, {}}}
		return !slices.ContainsFunc([]*catalogue.Catalogue{nothing, {}, odd}, func(c *catalogue.Catalogue) bool {
			return len(c.MissingRoles()) != 4
		})
	},
	"Entry.FaultOf": func() bool {
		return noEntry.FaultOf(nil) == catalogue.FaultServer && new(catalogue.Entry).FaultOf(new(catalogue.Reason)) == catalogue.FaultServer
	},
	"Entry.IsUpstream": func() bool {
		return !noEntry.IsUpstream(nil) && !new(catalogue.Entry).IsUpstream(nil) && !new(catalogue.Entry).IsUpstream(new(catalogue.Reason))
	},
	"Fault.String": func() bool {
		return catalogue.Fault(0).String() == "FAULT_UNSPECIFIED" && catalogue.Fault(-1).String() == "-1"
	},
	"Retry.String": func() bool {
		return catalogue.Retry(0).String() == "RETRY_UNSPECIFIED" && catalogue.Retry(-1).String() == "-1"
	},
	"RetryFor": func() bool { return catalogue.RetryFor(0, false, 0) == catalogue.RetryNever },
	"IsReason": func() bool { return !catalogue.IsReason("") },
	"Problem.Error": func() bool {
		for _, err := range []error{nil, (*fs.PathError)(nil)} {
			if got := (&catalogue.Problem{Err: err}).Error(); got != "<nil>: <nil>" {
				return false
			}
		}
		return noProblem.Error() == "<nil>" && (&catalogue.Problem{Err: errors.New("x")}).Error() == "<nil>: x"
	},
	"Problem.Unwrap": func() bool { return noProblem.Unwrap() == nil && new(catalogue.Problem).Unwrap() == nil },
	"Role.String": func() bool {
		return catalogue.Role(0).String() == "ROLE_UNSPECIFIED" && catalogue.Role(-1).String() == "-1"
	},
	"Rules": func() bool { return len(catalogue.Rules()) > 0 },
	"When.String": func() bool {
		return catalogue.When(0).String() == "WHEN_UNSPECIFIED" && catalogue.When(-1).String() == "-1"
	},
}

var nilNames = map[string]func() bool{
	"Anchor": func() bool { return catalogue.Anchor("", "") == "" },
	"ByPath": func() bool { catalogue.ByPath(nil); catalogue.ByPath(slices.Clone(enums)); return true },
	"Entry.HasConstructors": func() bool {
		return !(*catalogue.Entry)(nil).HasConstructors() && !new(catalogue.Entry).HasConstructors()
	},
	"GoNames.Catalogue":   func() bool { return catalogue.GoNames{}.Catalogue() == "Catalogue" },
	"GoNames.Constructor": func() bool { return catalogue.GoNames{}.Constructor("") == "New" },
	"GoNames.Entry": func() bool {
		return catalogue.GoNames{}.Entry(nil) == "" && token.IsIdentifier(catalogue.GoNames{}.Entry(new(catalogue.Entry)))
	},
	"GoNames.Prefix": func() bool { return catalogue.GoNames{}.Prefix() == "" },
	"GoNames.Reason": func() bool {
		return catalogue.GoNames{}.Reason(nil, nil) == "" && token.IsIdentifier(catalogue.GoNames{}.Reason(new(catalogue.Entry), new(catalogue.Reason)))
	},
	"GoPackages.Declare": func() bool {
		for _, p := range []*catalogue.GoPackages{nil, {}} {
			for _, enum := range enums {
				if p.Declare(enum, "", nil, catalogue.GoNames{}) != nil || p.Declare(enum, "", new(catalogue.Catalogue), catalogue.GoNames{}) != nil {
					return false
				}
			}
		}
		return true
	},
	"GoPackages.Names": func() bool {
		for _, p := range []*catalogue.GoPackages{nil, {}} {
			for _, enum := range enums {
				if p.Names(enum, "", nil) != (catalogue.GoNames{}) {
					return false
				}
			}
		}
		return true
	},
	"Reason.TakesParams": func() bool {
		return !(*catalogue.Reason)(nil).TakesParams(nil) && !new(catalogue.Reason).TakesParams(nil) && !new(catalogue.Reason).TakesParams(new(catalogue.Entry))
	},
	"Rule.Default": func() bool { return catalogue.Rule("").Default() },
}

func TestG7NoZeroValuePanics(t *testing.T) {
	exported.CheckZero(t, ".",
		new(catalogue.Catalogue), new(catalogue.Declaration), new(catalogue.Declared), new(catalogue.Entry), new(catalogue.Fallback),
		new(catalogue.GoNames), new(catalogue.GoPackages), new(catalogue.HTTPFallback), new(catalogue.Method), new(catalogue.Param),
		new(catalogue.Problem), new(catalogue.Reason), new(catalogue.RuleInfo), new(catalogue.Set),
	)
}
