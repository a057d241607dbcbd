// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"cmp"
	"context"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// maxStarted is how many sets of labels start at 0. The others are left to what happens.
const maxStarted = maxSets / 2

// start counts 0 errors of each kind that the methods of the program's services can answer, since an alert goes by the
// increase of a series, which the first point of a new one is not.
func (c *counter) start() {
	for _, l := range expected() {
		if len(c.sets) >= maxStarted {
			return
		}
		option := l.option()
		c.sets[l] = option
		c.instrument.Add(context.Background(), 0, option)
	}
}

// expected returns what the methods of services with declared errors can answer: what nobody mapped and panics, of all
// methods first, and then the declared errors.
func expected() (all []labels) {
	program := linked()
	var declared []labels
	for _, service := range program.services {
		own := program.declared(service)
		if len(own) == 0 {
			continue
		}
		unmapped := program.unmapped(own)
		for i := range service.Methods().Len() {
			method := nameOf(service.Methods().Get(i))
			for _, code := range unmapped {
				all = append(all, expectedOf(method, code, mapping.OriginUnmapped), expectedOf(method, code, mapping.OriginPanic))
			}
		}
		declared = append(declared, own...)
	}
	return slices.Concat(all, declared)
}

// program is what is linked into this one.
type program struct {
	services   []protoreflect.ServiceDescriptor
	catalogues []*catalogue.Catalogue
}

func linked() program {
	p := program{catalogues: catalogue.Linked()}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			p.services = append(p.services, file.Services().Get(i))
		}
		return true
	})
	slices.SortStableFunc(p.services, func(a, b protoreflect.ServiceDescriptor) int {
		return cmp.Compare(a.ParentFile().Path(), b.ParentFile().Path())
	})
	return p
}

// declared returns the errors that the methods of a service declare. One without a reason stands for all of its reasons.
func (p program) declared(service protoreflect.ServiceDescriptor) (all []labels) {
	for i := range service.Methods().Len() {
		method := service.Methods().Get(i)
		declaration, _ := catalogue.Declare(method, p.catalogues) // lint says what is wrong with it
		for _, d := range declaration.Errors {
			e, r := d.Entry, d.Reason
			code, err := codeOf(d.Catalogue.Name, e.Number)
			switch {
			case err != nil:
			case r != nil:
				all = append(all, expectedOf(nameOf(method), code.WithReason(r.Name), originOf(e, r)))
			default:
				all = append(all, expectedOf(nameOf(method), code, originOf(e, nil)))
				for _, r := range e.Reasons {
					all = append(all, expectedOf(nameOf(method), code.WithReason(r.Name), originOf(e, r)))
				}
			}
		}
	}
	return all
}

// codeOf returns the code of a linked catalogue's entry.
func codeOf(name string, number int32) (mapping.Code, error) {
	found, _ := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	enum, _ := found.(protoreflect.EnumDescriptor)
	c, err := mapping.NewCatalogue(enum) // which refuses nil
	if err != nil {
		return mapping.Code{}, err
	}
	return c.Code(number), nil
}

// unmapped returns the entries for errors that nobody mapped, of the built-in catalogue and of those that a service
// declares errors of. Which of them is used depends on the policy's first catalogue, which a report does not know.
func (p program) unmapped(declared []labels) []mapping.Code {
	codes := []mapping.Code{errpactv1err.Unknown}
	for _, c := range p.catalogues {
		if !slices.ContainsFunc(declared, func(l labels) bool { return l.catalogue == c.Name }) {
			continue
		}
		for _, e := range c.Entries {
			if e.Role != catalogue.RoleUnmapped {
				continue
			}
			if code, err := codeOf(c.Name, e.Number); err == nil && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// originOf returns where an error of an entry, or of its reason, comes from if all is well.
func originOf(e *catalogue.Entry, r *catalogue.Reason) mapping.Origin {
	if e.IsUpstream(r) {
		return mapping.OriginUpstream
	}
	return mapping.OriginEntry
}

func expectedOf(method string, code mapping.Code, origin mapping.Origin) labels {
	return labels{
		method: method, catalogue: code.Catalogue().Name(), code: code.Name(), reason: code.Reason(),
		fault: mapping.FaultOf(code), origin: origin,
	}
}

// nameOf returns the name of an RPC, as rpc.method has it.
func nameOf(method protoreflect.MethodDescriptor) string {
	return string(method.Parent().FullName()) + "/" + string(method.Name())
}
