// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

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
		builtin, err := builtinOf()
		if err != nil {
			return err
		}
		catalogues = append(catalogues, builtin)
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
