// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// The built-in catalogue, which methods name without an import, so that the request may not have it.
const (
	builtinName   = "errpact.v1.ErrorCode"
	builtinImport = protogen.GoImportPath("github.com/errpact/errpact/gen/errpact/v1/errpactv1err")
)

// builtinError matches the names that lists have for errors of the built-in catalogue.
var builtinError = regexp.MustCompile(`^(?:errpact\.v1\.)?(ERROR_CODE_(\w+))(?:/(\w+))?$`)

// contract is the code of what one method declares.
type contract struct {
	method    *protogen.Method
	procedure string
	name      string
	codes     []protogen.GoIdent
}

func (r *reader) readContracts(all []*file) error {
	var catalogues []*catalogue.Catalogue
	for _, name := range slices.Sorted(maps.Keys(r.sets)) {
		catalogues = append(catalogues, r.sets[name].catalogue)
	}
	if _, imported := r.sets[builtinName]; !imported {
		catalogues = append(catalogues, builtinOf(r.namesOf(all, catalogues), catalogues))
	}
	for _, f := range all {
		for _, service := range f.Services {
			found, err := linked[protoreflect.ServiceDescriptor](r.registry, service.Desc)
			if err != nil {
				return err
			}
			// Services of files that this run does not generate count too, so that their own run gives them the same names.
			names, problems := r.packages.ServiceNames(found, string(f.GoImportPath))
			if !f.Generate {
				continue
			}
			for _, problem := range problems {
				r.errs = append(r.errs, problem)
			}
			for _, method := range service.Methods {
				if err := r.readContract(f, method, names, catalogues); err != nil {
					return err
				}
			}
		}
	}
	r.errs = append(r.errs, cycles(all)...)
	return nil
}

func (r *reader) readContract(f *file, method *protogen.Method, names catalogue.GoNames, catalogues []*catalogue.Catalogue) error {
	found, err := linked[protoreflect.MethodDescriptor](r.registry, method.Desc)
	if err != nil {
		return err
	}
	declaration, err := catalogue.Declare(found, catalogues)
	if err != nil {
		r.errs = append(r.errs, err)
	}
	if !declaration.Closed {
		return nil
	}
	c := &contract{
		method: method, name: names.Contract(found),
		procedure: fmt.Sprintf("/%s/%s", method.Desc.Parent().FullName(), method.Desc.Name()),
	}
	for _, problem := range r.packages.DeclareContract(found, string(f.importPath()), c.name) {
		r.errs = append(r.errs, problem)
	}
	for _, d := range declaration.Errors {
		c.codes = append(c.codes, r.code(d))
	}
	f.contracts = append(f.contracts, c)
	return nil
}

// code returns the variable of a declared error.
func (r *reader) code(d catalogue.Declared) protogen.GoIdent {
	importPath, names := builtinImport, catalogue.GoNames{}
	if s, ok := r.sets[d.Catalogue.Name]; ok {
		importPath, names = s.file.importPath(), s.names
		if d.Catalogue.Name == builtinName { // whose suffix is no choice of this run
			importPath = protogen.GoImportPath(path.Join(string(s.file.GoImportPath), string(s.file.GoPackageName)+"err"))
		}
	}
	return importPath.Ident(names.Reason(d.Entry, d.Reason))
}

// builtinOf stands for the built-in catalogue where the request does not have it: with the entries that lists name, and
// no other catalogue has. Lint, which has the catalogue, finds names that do not exist, and so does the compiler.
func builtinOf(names []string, others []*catalogue.Catalogue) *catalogue.Catalogue {
	builtin := &catalogue.Catalogue{Name: builtinName, Package: "errpact.v1"}
	entries := make(map[string]*catalogue.Entry)
	for _, name := range names {
		parts := builtinError.FindStringSubmatch(name)
		if parts == nil || slices.ContainsFunc(others, func(c *catalogue.Catalogue) bool { return has(c, name) }) {
			continue
		}
		value, short, reason := parts[1], parts[2], parts[3]
		e := entries[value]
		if e == nil {
			e = &catalogue.Entry{Name: value, ShortName: short}
			entries[value] = e
			builtin.Entries = append(builtin.Entries, e)
		}
		if reason != "" {
			e.Reasons = append(e.Reasons, &catalogue.Reason{Name: reason})
		}
	}
	return builtin
}

// has reports whether a list of any package may mean an error of the catalogue by a name.
func has(c *catalogue.Catalogue, name string) bool {
	found, _, _ := catalogue.Resolve(nil, name, []*catalogue.Catalogue{c})
	return found != nil
}

// namesOf returns the names in all lists of the request: a method may declare the set of a catalogue that is only
// imported.
func (r *reader) namesOf(files []*file, catalogues []*catalogue.Catalogue) (names []string) {
	for _, c := range catalogues {
		names = append(names, c.Errors...)
		for _, set := range c.Sets {
			names = append(names, set.Errors...)
		}
	}
	for _, f := range files {
		for _, service := range f.Services {
			if found, err := linked[protoreflect.ServiceDescriptor](r.registry, service.Desc); err == nil {
				own, _ := catalogue.ReadService(found)
				names = append(names, own...)
			}
			for _, method := range service.Methods {
				if found, err := linked[protoreflect.MethodDescriptor](r.registry, method.Desc); err == nil {
					own, _, _ := catalogue.ReadMethod(found)
					names = append(names, own.Errors...)
				}
			}
		}
	}
	return names
}

func (c *contract) emit(g *protogen.GeneratedFile) {
	var names []string
	for _, code := range c.codes {
		names = append(names, "["+g.QualifiedGoIdent(code)+"]")
	}
	text := fmt.Sprintf("%s is what method %s declares: ", c.name, c.method.Desc.FullName())
	if len(names) == 0 {
		text += "no errors of its own."
	} else {
		text += strings.Join(names, ", ") + "."
	}
	g.P()
	comment(g, wrap(text))
	g.P("var ", c.name, " = ", mappingPackage.Ident("NewContract"), "(", fmt.Sprintf("%q", c.procedure), ",")
	for _, code := range c.codes {
		g.P(code, ",")
	}
	g.P(")")
}

// wrap breaks a text into lines of about 110 characters.
func wrap(text string) string {
	var b strings.Builder
	length := 0
	for word := range strings.FieldsSeq(text) {
		if length > 0 && length+1+len(word) > 110 {
			b.WriteByte('\n')
			length = 0
		} else if length > 0 {
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += len(word)
	}
	return b.String()
}
