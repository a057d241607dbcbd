// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	_ "github.com/errpact/errpact/gen/errpact/v1" // the options' descriptors
	"github.com/errpact/errpact/mapping/catalogue"
)

// service is a service that a visible package was generated from.
type service struct {
	descriptor protoreflect.ServiceDescriptor
	pkg        string // path of that package
}

// rawDescriptors returns the descriptors in a package that protoc-gen-go generated: constants, or in older
// releases variables, which declared knows.
func rawDescriptors(pkg *types.Package, old func(*types.Var) []byte) [][]byte {
	var found [][]byte
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		if !strings.HasPrefix(name, "file_") || !strings.HasSuffix(name, "_rawDesc") {
			continue
		}
		switch o := scope.Lookup(name).(type) {
		case *types.Const:
			if o.Val().Kind() == constant.String {
				found = append(found, []byte(constant.StringVal(o.Val())))
			}
		case *types.Var:
			if raw := old(o); raw != nil {
				found = append(found, raw)
			}
		}
	}
	return found
}

// describe reads what the linter needs of raw descriptors. Descriptors that do not parse are left out.
func (k *knowledge) describe(raw [][]byte) {
	for _, bytes := range raw {
		file := new(descriptorpb.FileDescriptorProto)
		if proto.Unmarshal(bytes, file) != nil {
			continue
		}
		if d := link(file); d != nil {
			k.addCatalogues(d)
		}
		if len(file.GetService()) > 0 {
			if slim, err := proto.Marshal(slimmed(file)); err == nil {
				k.Files = append(k.Files, slim)
			}
		}
	}
}

func (k *knowledge) addCatalogues(file protoreflect.FileDescriptor) {
	for _, enum := range catalogue.Enums([]protoreflect.FileDescriptor{file}) {
		if c, err := catalogue.Read(enum); err == nil {
			k.Catalogues = append(k.Catalogues, slimCatalogue(c))
			k.Enums = append(k.Enums, goName(string(enum.FullName()), string(file.Package())))
		}
	}
}

const optionsFile = "errpact/v1/options.proto"

// link makes a descriptor of a file. Of its imports, only errpact's are known. The options are an import of each file,
// since they may also come by edition 2024's "import option", or by "import public" of a file that is not at hand.
func link(file *descriptorpb.FileDescriptorProto) protoreflect.FileDescriptor {
	file = proto.CloneOf(file)
	file.OptionDependency = nil
	if !slices.Contains(file.GetDependency(), optionsFile) && file.GetName() != optionsFile {
		file.Dependency = append(file.Dependency, optionsFile)
	}
	options := protodesc.FileOptions{AllowUnresolvable: true}
	d, err := options.New(file, protoregistry.GlobalFiles)
	if err != nil {
		return nil
	}
	return d
}

// slimmed returns the file without all that declarations do not need. Imports are not among that: see link.
func slimmed(file *descriptorpb.FileDescriptorProto) *descriptorpb.FileDescriptorProto {
	return &descriptorpb.FileDescriptorProto{
		Name: file.Name, Package: file.Package, Syntax: file.Syntax, Edition: file.Edition, Service: file.Service,
	}
}

func readServices(pkg string, raw []byte) []*service {
	file := new(descriptorpb.FileDescriptorProto)
	if proto.Unmarshal(raw, file) != nil {
		return nil
	}
	d := link(file)
	if d == nil {
		return nil
	}
	var services []*service
	for i := range d.Services().Len() {
		services = append(services, &service{d.Services().Get(i), pkg})
	}
	return services
}

func slimCatalogue(c *catalogue.Catalogue) *catalogue.Catalogue {
	slim := &catalogue.Catalogue{Name: c.Name, Package: c.Package, Sets: c.Sets, Errors: c.Errors}
	for _, e := range c.Entries {
		entry := &catalogue.Entry{
			Number: e.Number, Name: e.Name, ConnectCode: e.ConnectCode, Role: e.Role,
			Fallbacks: e.Fallbacks, HTTPFallbacks: e.HTTPFallbacks,
		}
		for _, r := range e.Reasons {
			entry.Reasons = append(entry.Reasons, &catalogue.Reason{Name: r.Name, ConnectCode: r.ConnectCode, Role: r.Role})
		}
		slim.Entries = append(slim.Entries, entry)
	}
	return slim
}

// goName returns the Go name that protoc-gen-go gives to a message or an enum.
func goName(fullName, pkg string) string {
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(fullName, pkg), "."), ".")
	for i, part := range parts {
		parts[i] = camelCase(part)
	}
	return strings.Join(parts, "_")
}

// camelCase is the rule of protoc-gen-go (https://protobuf.dev/reference/go/go-generated/).
func camelCase(name string) string {
	var b strings.Builder
	isLower := func(c byte) bool { return 'a' <= c && c <= 'z' }
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c == '_' && i == 0:
			b.WriteByte('X')
		case c == '_' && i+1 < len(name) && isLower(name[i+1]):
			// the next letter is capitalized
		case isLower(c) && (i == 0 || name[i-1] == '_'):
			b.WriteByte(c - 'a' + 'A')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
