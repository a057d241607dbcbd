// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package generate writes the Go packages of protoc-gen-errpact-go. It reads catalogues from the
// request's own descriptors and imports no generated code, so that it can run before there is any.
package generate

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/errpact/errpact/mapping/catalogue"
)

// Options are the plugin's own; the zero Options are the defaults.
type Options struct {
	// PackageSuffix makes "shopv1err" of "shopv1"; empty means "err". The errors cannot be in the enum's
	// own package: mapping imports that of the built-in catalogue, and would be imported by it.
	PackageSuffix string
}

func (o Options) packageSuffix() (string, error) {
	if o.PackageSuffix == "" {
		return "err", nil
	}
	if !suffix.MatchString(o.PackageSuffix) {
		return "", fmt.Errorf("want package_suffix like %s, have %q", suffix, o.PackageSuffix)
	}
	return o.PackageSuffix, nil
}

var suffix = regexp.MustCompile(`^[a-z0-9_]+$`)

// Generate adds to the plugin's answer a file for every file of the request that has annotated
// enums. Its error joins all mistakes of all catalogues; then there is no file.
func (o Options) Generate(plugin *protogen.Plugin) error {
	plugin.SupportedFeatures = uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL |
		pluginpb.CodeGeneratorResponse_FEATURE_SUPPORTS_EDITIONS)
	plugin.SupportedEditionsMinimum = descriptorpb.Edition_EDITION_PROTO2
	plugin.SupportedEditionsMaximum = descriptorpb.Edition_EDITION_2024

	packageSuffix, err := o.packageSuffix()
	if err != nil {
		return err
	}
	registry, err := link(plugin.Request)
	if err != nil {
		return err
	}
	sets, err := read(plugin, registry, packageSuffix)
	if err != nil {
		return err
	}
	for len(sets) > 0 {
		n := 1
		for n < len(sets) && sets[n].file == sets[0].file {
			n++
		}
		emit(plugin, sets[:n])
		sets = sets[n:]
	}
	return nil
}

// set is the code of one annotated enum.
type set struct {
	file      *protogen.File
	enum      *protogen.Enum
	suffix    string
	catalogue *catalogue.Catalogue
	names     catalogue.GoNames
}

// packageName is the Go package that the set's code is in.
func (s *set) packageName() protogen.GoPackageName {
	return s.file.GoPackageName + protogen.GoPackageName(s.suffix)
}

func (s *set) importPath() protogen.GoImportPath {
	return protogen.GoImportPath(path.Join(string(s.file.GoImportPath), string(s.packageName())))
}

// read makes the sets of the files to generate. Files are taken by path, and not in the order of
// the request, which changes with their imports: names must not change with it.
func read(plugin *protogen.Plugin, registry *protoregistry.Files, suffix string) ([]*set, error) {
	files := slices.Clone(plugin.Files)
	slices.SortFunc(files, func(a, b *protogen.File) int { return cmp.Compare(a.Desc.Path(), b.Desc.Path()) })
	var (
		sets []*set
		errs []error
	)
	var packages catalogue.GoPackages
	for _, file := range files {
		for _, enum := range enumsOf(file.Enums, file.Messages) {
			desc, err := linked(registry, enum.Desc.FullName())
			if err != nil {
				return nil, err
			}
			if !catalogue.IsCatalogue(desc) {
				continue
			}
			read, err := catalogue.Read(desc)
			// Enums of files that are not to be generated now count too: they are when these are.
			names := packages.Names(desc, string(file.GoImportPath), read)
			if !file.Generate {
				continue
			}
			if err != nil {
				errs = append(errs, err)
				continue
			}
			s := &set{file: file, enum: enum, suffix: suffix, catalogue: read, names: names}
			for _, problem := range packages.Declare(desc, string(s.importPath()), read, names) {
				errs = append(errs, problem)
			}
			sets = append(sets, s)
		}
	}
	return sets, errors.Join(errs...)
}

// enumsOf are all enums in order of declaration, those of messages after those of the file.
func enumsOf(enums []*protogen.Enum, messages []*protogen.Message) []*protogen.Enum {
	enums = slices.Clone(enums)
	for _, m := range messages {
		enums = append(enums, enumsOf(m.Enums, m.Messages)...)
	}
	return enums
}

// link makes descriptors of the request's files. Those of protogen lack what edition 2024 imports by
// `import option`, and that is where the annotations are declared.
func link(request *pluginpb.CodeGeneratorRequest) (*protoregistry.Files, error) {
	registry := new(protoregistry.Files)
	for _, f := range request.GetProtoFile() {
		file, err := protodesc.FileOptions{AllowUnresolvable: true}.New(f, registry)
		if err != nil {
			return nil, fmt.Errorf("link %s: %w", f.GetName(), err)
		}
		if err := registry.RegisterFile(file); err != nil {
			return nil, fmt.Errorf("link %s: %w", f.GetName(), err)
		}
	}
	return registry, nil
}

func linked(registry *protoregistry.Files, name protoreflect.FullName) (protoreflect.EnumDescriptor, error) {
	desc, err := registry.FindDescriptorByName(name)
	if err != nil {
		return nil, fmt.Errorf("find enum %s: %w", name, err)
	}
	enum, ok := desc.(protoreflect.EnumDescriptor)
	if !ok {
		return nil, fmt.Errorf("find enum %s: it is not an enum", name)
	}
	return enum, nil
}
