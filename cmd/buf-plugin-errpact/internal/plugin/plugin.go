// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package plugin offers the rules of package catalogue to buf.
package plugin

import (
	"context"

	"buf.build/go/bufplugin/check"
	"buf.build/go/bufplugin/descriptor"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

// The categories, by which buf.yaml takes all rules of a kind.
const (
	lint     = "ERRPACT"
	breaking = "ERRPACT_BREAKING"
	contract = "ERRPACT_CONTRACT"
)

// Spec is the plugin: a rule of buf's for each of [catalogue.Rules]. One that is off by default is in no
// category either, so that buf.yaml has to name it, or the category contract.
func Spec() *check.Spec {
	spec := &check.Spec{
		Categories: []*check.CategorySpec{
			{ID: lint, Purpose: "Checks catalogues of errors."},
			{ID: breaking, Purpose: "Checks that catalogues of errors stay compatible."},
			{ID: contract, Purpose: "Checks that methods declare the same errors as before."},
		},
		Before: find,
	}
	for _, rule := range catalogue.Rules() {
		category, kind := lint, check.RuleTypeLint
		if rule.Breaking {
			category, kind = breaking, check.RuleTypeBreaking
		}
		added := &check.RuleSpec{
			ID: string(rule.Rule), Purpose: rule.Purpose, Type: kind, Handler: handler(rule.Rule),
		}
		switch {
		case rule.Rule.IsContract():
			added.CategoryIDs = []string{contract}
		case rule.Rule.Default():
			added.Default, added.CategoryIDs = true, []string{category}
		}
		spec.Rules = append(spec.Rules, added)
	}
	return spec
}

// optional are the rules that are off by default. Whether they are on is buf's to know.
func optional() []catalogue.Rule {
	var off []catalogue.Rule
	for _, rule := range catalogue.Rules() {
		if !rule.Rule.Default() {
			off = append(off, rule.Rule)
		}
	}
	return off
}

type problemsKey struct{}

// find looks for all problems once, for the handlers of all rules. Those of imports are left to their owners.
func find(ctx context.Context, request check.Request) (context.Context, check.Request, error) {
	now, imported, err := files(request.FileDescriptors())
	if err != nil {
		return ctx, request, err
	}
	before, wasImported, err := files(request.AgainstFileDescriptors())
	if err != nil {
		return ctx, request, err
	}
	problems := catalogue.Lint(now, func(file protoreflect.FileDescriptor) bool { return !imported[file.Path()] }, optional()...)
	for _, p := range catalogue.Breaking(before, now, optional()...) {
		path := p.Descriptor.ParentFile().Path()
		if p.Old && !wasImported[path] || !p.Old && !imported[path] {
			problems = append(problems, p)
		}
	}
	return context.WithValue(ctx, problemsKey{}, problems), request, nil
}

// files returns all files, and by path whether one came along only because others import it. The built-in catalogue
// always does: methods may name its errors without an import. The files are linked again, since those of bufplugin have
// what `import option` imports only by chance.
func files(descriptors []descriptor.FileDescriptor) ([]protoreflect.FileDescriptor, map[string]bool, error) {
	protos := make([]*descriptorpb.FileDescriptorProto, len(descriptors))
	for i, d := range descriptors {
		protos[i] = d.FileDescriptorProto()
	}
	linked, err := catalogue.Link(protos)
	if err != nil {
		return nil, nil, err
	}
	var all []protoreflect.FileDescriptor
	imported := make(map[string]bool)
	for i, d := range descriptors {
		file, err := linked.FindFileByPath(protos[i].GetName())
		if err != nil {
			return nil, nil, err
		}
		all, imported[file.Path()] = append(all, file), d.IsImport()
	}
	builtin := errpactv1.File_errpact_v1_error_code_proto
	if _, found := imported[builtin.Path()]; !found {
		all, imported[builtin.Path()] = append(all, builtin), true
	}
	return all, imported, nil
}

// handler reports the problems of one rule.
func handler(rule catalogue.Rule) check.RuleHandler {
	return check.RuleHandlerFunc(func(ctx context.Context, writer check.ResponseWriter, _ check.Request) error {
		problems, _ := ctx.Value(problemsKey{}).([]*catalogue.Problem)
		for _, p := range problems {
			if p.Rule != rule {
				continue
			}
			place := check.WithDescriptor(p.Descriptor)
			if p.Old {
				place = check.WithAgainstDescriptor(p.Descriptor)
			}
			writer.AddAnnotation(check.WithMessagef("%s: %v", p.Descriptor.FullName(), p.Err), place)
		}
		return nil
	})
}
