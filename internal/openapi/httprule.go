// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// route is one HTTP method and path template of a method.
type route struct{ method, path string }

// The numbers of google.api.http and of the fields of its HttpRule. They are read by hand, since
// descriptor sets come with and without the code for them.
// https://github.com/googleapis/googleapis/blob/master/google/api/http.proto
const (
	httpExtension      protowire.Number = 72295728
	additionalBindings protowire.Number = 11
)

var httpMethods = map[protowire.Number]string{2: "get", 3: "put", 4: "post", 5: "delete", 6: "patch"}

// routesOf are the routes that a method's google.api.http gives it; none if it has no such option,
// or a broken one.
func routesOf(method protoreflect.MethodDescriptor) []route {
	options, err := proto.MarshalOptions{AllowPartial: true}.Marshal(method.Options())
	if err != nil {
		return nil
	}
	var routes []route
	fields(options, func(number protowire.Number, value []byte) {
		if number == httpExtension {
			routes = append(routes, routesOfRule(value, true)...)
		}
	})
	return routes
}

func routesOfRule(rule []byte, additional bool) []route {
	var routes []route
	fields(rule, func(number protowire.Number, value []byte) {
		if method := httpMethods[number]; method != "" && len(value) > 0 && value[0] == '/' {
			routes = append(routes, route{method, openPath(string(value))})
		}
		if number == additionalBindings && additional {
			routes = append(routes, routesOfRule(value, false)...)
		}
	})
	return routes
}

// fields calls f for the length-delimited fields of a message.
func fields(message []byte, f func(protowire.Number, []byte)) {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeField(message)
		if n < 0 {
			return
		}
		if kind == protowire.BytesType {
			_, _, tag := protowire.ConsumeTag(message)
			value, _ := protowire.ConsumeBytes(message[tag:])
			f(number, value)
		}
		message = message[n:]
	}
}

var (
	variable = regexp.MustCompile(`\{([^}=]+)=?([^}]*)\}`)
	wildcard = regexp.MustCompile(`\*\*?`)
)

// openPath is the template as OpenAPI writes it. A parameter of OpenAPI has no pattern, and no slash in
// its value: {name=shelves/*} is shelves/{name}, and further wildcards are {name_2} and so on.
func openPath(template string) string {
	return variable.ReplaceAllStringFunc(template, func(part string) string {
		match := variable.FindStringSubmatch(part)
		name, pattern, n := match[1], match[2], 0
		if pattern == "" {
			return part
		}
		return wildcard.ReplaceAllStringFunc(pattern, func(string) string {
			if n++; n > 1 {
				return "{" + name + "_" + strconv.Itoa(n) + "}"
			}
			return "{" + name + "}"
		})
	})
}

// variables are the names between the braces of a path.
func variables(path string) []string {
	var names []string
	for _, match := range variable.FindAllStringSubmatch(path, -1) {
		names = append(names, strings.TrimSpace(match[1]))
	}
	return names
}
