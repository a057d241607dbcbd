// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"fmt"
	"go/token"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"

	"github.com/errpact/errpact/mapping/catalogue"
)

const (
	strconvPackage = protogen.GoImportPath("strconv")
	base64Package  = protogen.GoImportPath("encoding/base64")
)

// constructor makes an error whose message has placeholders, with a value for each.
type constructor struct {
	name, code, message string
	entry               *catalogue.Entry
}

// constructorsOf are those of the entry, and of its reasons without a message of their own.
func (s *set) constructorsOf(e *catalogue.Entry) []constructor {
	if !e.HasConstructors() {
		return nil
	}
	list := []string{s.names.Entry(e)}
	for _, r := range e.Reasons {
		if r.TakesParams(e) {
			list = append(list, s.names.Reason(e, r))
		}
	}
	var constructors []constructor
	for _, code := range list {
		constructors = append(constructors, constructor{s.names.Constructor(code), code, e.Message, e})
	}
	return constructors
}

func (s *set) emitConstructors(g *protogen.GeneratedFile) {
	for _, e := range s.catalogue.Entries {
		for _, c := range s.constructorsOf(e) {
			g.P()
			comment(g, fmt.Sprintf("%s is [%s] with the values of its message, %q. They are its metadata, too.", c.name, c.code, c.message),
				deprecated(e.Deprecated, s.file.File))
			c.emit(g)
		}
	}
}

func (c constructor) emit(g *protogen.GeneratedFile) {
	arguments := argumentNames(c.entry.Params)
	signature, body := "", c.code
	for i, p := range c.entry.Params {
		if i > 0 {
			signature += ", "
		}
		kind := scalarTypes[p.Type]
		signature += arguments[i] + " " + kind.name
		body += fmt.Sprintf(".\n\t\tWithMetadata(%q, %s)", p.Name, kind.format(g, arguments[i]))
	}
	g.P("func ", c.name, "(", signature, ") *", mappingPackage.Ident("Error"), " {")
	g.P("\treturn ", body)
	g.P("}")
}

// scalarType is the Go type of a protobuf scalar, and how its value is written into metadata.
type scalarType struct {
	name   string
	format func(g *protogen.GeneratedFile, argument string) string
}

// https://protobuf.dev/programming-guides/proto3/#scalar
var scalarTypes = map[string]scalarType{
	"double": {"float64", call(strconvPackage, "FormatFloat", "%s, 'g', -1, 64")},
	"float":  {"float32", call(strconvPackage, "FormatFloat", "float64(%s), 'g', -1, 32")},
	"int32":  {"int32", integer("int64(%s)")}, "sint32": {"int32", integer("int64(%s)")}, "sfixed32": {"int32", integer("int64(%s)")},
	"int64": {"int64", integer("%s")}, "sint64": {"int64", integer("%s")}, "sfixed64": {"int64", integer("%s")},
	"uint32": {"uint32", unsigned("uint64(%s)")}, "fixed32": {"uint32", unsigned("uint64(%s)")},
	"uint64": {"uint64", unsigned("%s")}, "fixed64": {"uint64", unsigned("%s")},
	"bool":   {"bool", call(strconvPackage, "FormatBool", "%s")},
	"string": {"string", func(_ *protogen.GeneratedFile, a string) string { return a }},
	"bytes": {"[]byte", func(g *protogen.GeneratedFile, a string) string {
		return g.QualifiedGoIdent(base64Package.Ident("StdEncoding")) + ".EncodeToString(" + a + ")"
	}},
}

func integer(argument string) func(*protogen.GeneratedFile, string) string {
	return call(strconvPackage, "FormatInt", argument+", 10")
}

func unsigned(argument string) func(*protogen.GeneratedFile, string) string {
	return call(strconvPackage, "FormatUint", argument+", 10")
}

// call writes a function's call, with arguments in which the value's name is put.
func call(pkg protogen.GoImportPath, function, arguments string) func(*protogen.GeneratedFile, string) string {
	return func(g *protogen.GeneratedFile, a string) string {
		return g.QualifiedGoIdent(pkg.Ident(function)) + "(" + fmt.Sprintf(arguments, a) + ")"
	}
}

// argumentNames makes "orderId" of "order_id". What would hide something that the code needs, or
// another argument, gets an underscore.
func argumentNames(params []catalogue.Param) []string {
	taken := map[string]bool{
		"mapping": true, "strconv": true, "base64": true, "protoreflect": true,
		"float64": true, "int64": true, "uint64": true, "string": true, "byte": true,
	}
	names := make([]string, len(params))
	for i, p := range params {
		parts := strings.Split(p.Name, "_")
		for j, part := range parts[1:] {
			if part != "" {
				parts[j+1] = strings.ToUpper(part[:1]) + part[1:]
			}
		}
		name := strings.Join(parts, "")
		for taken[name] || token.IsKeyword(name) {
			name += "_"
		}
		taken[name] = true
		names[i] = name
	}
	return names
}
