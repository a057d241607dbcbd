// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/mapping/catalogue"
)

// checkEnum reads an enum of which nothing is known. It is a catalogue whose every entry is valid, or
// a mistake that names itself.
func checkEnum(t *testing.T, enum protoreflect.EnumDescriptor) {
	t.Helper()
	c, err := catalogue.Read(enum)
	if (c == nil) == (err == nil) || err != nil && err.Error() == "" {
		t.Fatalf("Read() = %v, %v", c, err)
	}
	if err != nil {
		return
	}
	if !catalogue.IsCatalogue(enum) {
		t.Errorf("%s is read, and no catalogue", c.Name)
	}
	_ = c.MissingRoles()
	for _, e := range c.Entries {
		if e.ConnectCode < 1 || e.ConnectCode > 16 || e.HTTPStatus < 400 || e.HTTPStatus > 599 || e.Message == "" || !utf8.ValidString(e.Message) {
			t.Errorf("entry %+v", e)
		}
		for _, r := range e.Reasons {
			if r.ConnectCode < 1 || r.ConnectCode > 16 || r.HTTPStatus < 400 || r.HTTPStatus > 599 || !catalogue.IsReason(r.Name) {
				t.Errorf("reason %+v", r)
			}
		}
	}
	again, err := catalogue.Read(enum)
	if diff := cmp.Diff(c, again); diff != "" || err != nil {
		t.Errorf("read twice it differs: %v\n%s", err, diff)
	}
}

// checkFiles lints files of which nothing is known, and compares them with themselves.
func checkFiles(t *testing.T, files []protoreflect.FileDescriptor) {
	t.Helper()
	for _, p := range catalogue.Lint(files, nil) {
		if p.Descriptor == nil || p.Err == nil {
			t.Errorf("Lint() has problem %+v", p)
		}
	}
	for _, p := range catalogue.Breaking(files, files, catalogue.RuleContractNoAdd, catalogue.RuleContractNoDelete) {
		if enum, ok := p.Descriptor.(protoreflect.EnumDescriptor); ok && p.Rule == catalogue.RuleCatalogueNoDelete {
			if _, err := catalogue.Read(enum); err != nil {
				continue // it cannot be compared
			}
		}
		t.Errorf("Breaking() of the same files has problem %v", p)
	}
}

// FuzzAnnotation is the bytes of the two options.
func FuzzAnnotation(f *testing.F) {
	f.Fuzz(func(t *testing.T, domain, entry []byte) {
		file := shopFile(t, enumText(good, good))
		file.GetEnumType()[0].Options = rawEnumOption(domain)
		file.GetEnumType()[0].GetValue()[1].Options = rawValueOption(entry)
		enum := link(t, file, protoregistry.GlobalFiles)
		if !catalogue.IsCatalogue(enum) {
			t.Errorf("IsCatalogue() = false")
		}
		checkEnum(t, enum)
		checkFiles(t, []protoreflect.FileDescriptor{enum.ParentFile()})
	})
}

// FuzzDescriptorSet is a whole FileDescriptorSet, as commands and plugins are given one.
func FuzzDescriptorSet(f *testing.F) {
	f.Fuzz(func(t *testing.T, raw []byte) {
		set := new(descriptorpb.FileDescriptorSet)
		if (proto.UnmarshalOptions{Resolver: new(protoregistry.Types)}).Unmarshal(raw, set) != nil {
			return
		}
		files, _ := catalogue.Link(set.GetFile()) // without those that cannot be linked
		var all []protoreflect.FileDescriptor
		files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
			checkEnums(t, file)
			all = append(all, file)
			return true
		})
		checkFiles(t, all)
	})
}

// checkEnums reads the enums of a file and of its messages.
func checkEnums(t *testing.T, in interface {
	Enums() protoreflect.EnumDescriptors
	Messages() protoreflect.MessageDescriptors
}) {
	t.Helper()
	for i := range in.Enums().Len() {
		checkEnum(t, in.Enums().Get(i))
	}
	for i := range in.Messages().Len() {
		checkEnums(t, in.Messages().Get(i))
	}
}
