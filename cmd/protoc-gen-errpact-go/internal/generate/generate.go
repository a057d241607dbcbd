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
// enums, or services whose methods declare their errors. Its error joins all mistakes of all catalogues; then there
// is no file.
func (o Options) Generate(plugin *protogen.Plugin) error {
	plugin.SupportedFeatures = uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL |
		pluginpb.CodeGeneratorResponse_FEATURE_SUPPORTS_EDITIONS)
	plugin.SupportedEditionsMinimum = descriptorpb.Edition_EDITION_PROTO2
	plugin.SupportedEditionsMaximum = descriptorpb.Edition_EDITION_2024

	packageSuffix, err := o.packageSuffix()
	if err != nil {
		return err
	}
	registry, err := catalogue.Link(plugin.Request.GetProtoFile())
	if err != nil {
		return err
	}
	r := reader{plugin: plugin, registry: registry, suffix: packageSuffix}
	if err := r.read(); err != nil {
		return err
	}
	for _, file := range r.files {
		file.emit(plugin)
	}
	return nil
}

// file is the code of one file of the request.
type file struct {
	*protogen.File
	suffix    string
	sets      []*set
	contracts []*contract
}

// packageName is the Go package that the code is in.
func (f *file) packageName() protogen.GoPackageName {
	return f.GoPackageName + protogen.GoPackageName(f.suffix)
}

func (f *file) importPath() protogen.GoImportPath {
	return protogen.GoImportPath(path.Join(string(f.GoImportPath), string(f.packageName())))
}

// set is the code of one annotated enum.
type set struct {
	file      *file
	enum      *protogen.Enum
	catalogue *catalogue.Catalogue
	names     catalogue.GoNames
}

// reader reads a request. Files are taken by path, and not in the order of the request, which changes with their
// imports: names must not change with it.
type reader struct {
	plugin   *protogen.Plugin
	registry *protoregistry.Files
	suffix   string

	packages catalogue.GoPackages
	// sets are those of all files, by the catalogue's name: methods may declare the errors of any.
	sets  map[string]*set
	files []*file
	errs  []error
	// unread says that a catalogue has mistakes. A method may name its errors, which nobody knows then.
	unread bool
}

func (r *reader) read() error {
	r.sets = make(map[string]*set)
	all := make([]*file, len(r.plugin.Files))
	for i, f := range r.plugin.Files {
		all[i] = &file{File: f, suffix: r.suffix}
	}
	slices.SortFunc(all, func(a, b *file) int { return cmp.Compare(a.Desc.Path(), b.Desc.Path()) })
	for _, f := range all {
		if err := r.readSets(f); err != nil {
			return err
		}
	}
	if r.unread {
		return errors.Join(r.errs...)
	}
	if err := r.readContracts(all); err != nil {
		return err
	}
	for _, f := range all {
		if f.Generate && len(f.sets)+len(f.contracts) > 0 {
			r.files = append(r.files, f)
		}
	}
	return errors.Join(r.errs...)
}

func (r *reader) readSets(f *file) error {
	for _, enum := range enumsOf(f.Enums, f.Messages) {
		found, err := linked[protoreflect.EnumDescriptor](r.registry, enum.Desc)
		if err != nil {
			return err
		}
		if !catalogue.IsCatalogue(found) {
			continue
		}
		read, err := catalogue.Read(found)
		// Enums of files that this run does not generate count too, so that their own run gives them the same names.
		names := r.packages.Names(found, string(f.GoImportPath), read)
		if err != nil {
			if f.Generate {
				r.errs, r.unread = append(r.errs, err), true
			}
			continue
		}
		s := &set{file: f, enum: enum, catalogue: read, names: names}
		r.sets[read.Name] = s
		if !f.Generate {
			continue
		}
		for _, problem := range r.packages.Declare(found, string(f.importPath()), read, names) {
			r.errs = append(r.errs, problem)
		}
		f.sets = append(f.sets, s)
	}
	return nil
}

// enumsOf are all enums in order of declaration, those of messages after those of the file.
func enumsOf(enums []*protogen.Enum, messages []*protogen.Message) []*protogen.Enum {
	enums = slices.Clone(enums)
	for _, m := range messages {
		enums = append(enums, enumsOf(m.Enums, m.Messages)...)
	}
	return enums
}

// linked finds the descriptor of the registry that stands for one of protogen's.
func linked[D protoreflect.Descriptor](registry *protoregistry.Files, of protoreflect.Descriptor) (D, error) {
	var none D
	found, err := registry.FindDescriptorByName(of.FullName())
	if err != nil {
		return none, fmt.Errorf("find %s: %w", of.FullName(), err)
	}
	d, ok := found.(D)
	if !ok {
		return none, fmt.Errorf("find %s: it is another kind of descriptor", of.FullName())
	}
	return d, nil
}
