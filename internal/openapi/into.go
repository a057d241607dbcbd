// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/openapi/outline"
)

// AddTo returns a document of OpenAPI 3, in JSON or YAML, with errors added to its operations. An operation is the
// API's that has the same HTTP method and path, whatever the parameters in it are called, or else the operationId.
// One that is not the API's gets the errors of the layers alone, or nothing if it has a default response of its own.
// A path /package.Service/Method is left alone, since it has the errors of Connect.
//
// What is there stays as it is: responses that an operation has, and components. The one exception is a default
// response that a generator puts there for lack of a better one, see [isPlaceholder].
//
// The notes name operations that are not the API's, if it has any, those that keep a default response of their own,
// those that do not have the status of their method's success, and components that have the name of one of the API's and
// another form. It is an error if there are no operations.
func (a *API) AddTo(text []byte) (added []byte, notes []string, err error) {
	parsed, err := outline.Read(text)
	if err != nil {
		return nil, nil, err
	}
	m := merging{Document: parsed, known: a.names()}
	v, err := m.version()
	if err != nil {
		return nil, nil, err
	}
	m.describer, m.statuses = newDescriber(a.page, v), m.findStatuses()
	if err := m.addResponses(); err != nil {
		return nil, nil, err
	}
	if !m.found {
		return nil, nil, errors.New("want REST operations under paths, find none")
	}
	if err := m.addComponents(); err != nil {
		return nil, nil, err
	}
	return m.Bytes(), m.notes, nil
}

// merging is a document on its way to have errors.
type merging struct {
	*outline.Document
	*describer
	known names
	// statuses are references to the schemas of placeholders.
	statuses []string
	notes    []string
	// found says that there was an operation that is no Connect call.
	found bool
}

func (m *merging) notef(format string, args ...any) {
	m.notes = append(m.notes, fmt.Sprintf(format, args...))
}

func (m *merging) version() (version, error) {
	members, err := m.Members(m.Root())
	if err != nil {
		return 0, err
	}
	for _, member := range members {
		switch value := m.String(member.Value); {
		case member.Key == "swagger":
			return 0, fmt.Errorf("want OpenAPI 3, have Swagger %s: generate OpenAPI 3 (protoc-gen-openapiv3 of grpc-gateway), or convert the document (npx swagger2openapi)", value)
		case member.Key == "openapi" && strings.HasPrefix(value, "3.0"):
			return version30, nil
		case member.Key == "openapi" && strings.HasPrefix(value, "3."):
			return version31, nil
		case member.Key == "openapi":
			return 0, fmt.Errorf("want OpenAPI 3, have %q", value)
		}
	}
	return 0, errors.New(`want a document of OpenAPI 3, have one without the key "openapi"`)
}

func (m *merging) addResponses() error {
	paths, found := m.Lookup(m.Root(), "paths")
	if !found {
		return nil
	}
	items, err := m.Members(paths)
	if err != nil {
		return err
	}
	for _, item := range items {
		if !strings.HasPrefix(item.Key, "/") {
			continue
		}
		operations, err := m.Members(item.Value)
		if err != nil {
			return err
		}
		for _, o := range operations {
			if !slices.Contains(methods, o.Key) {
				continue
			}
			if err := m.addToOperation(o.Key, item.Key, o.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// methods are the keys of a path that are operations.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

func (m *merging) addToOperation(method, path string, n outline.Node) error {
	route := strings.ToUpper(method) + " " + path
	id, _ := m.Lookup(n, "operationId")
	o := m.known.find(method, path, m.String(id))
	if o == nil && isRPC(path) {
		return nil
	}
	m.found = true
	members, err := m.Members(n)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(members, func(member outline.Member) bool { return member.Key == "responses" })
	if i < 0 {
		return m.Add(n, outline.Addition{Key: "responses", Value: encoded(m.missing(route, o, nil))})
	}
	there, err := m.Members(members[i].Value)
	if err != nil {
		return err
	}
	return m.Add(members[i].Value, additions(m.missing(route, o, there))...)
}

// missing returns the responses that an operation is to have besides those that are there. A placeholder among these
// is replaced. The operation is nil if it is not the API's.
func (m *merging) missing(route string, o *operation, there []outline.Member) map[string]response {
	responses := m.responses(o)
	byDefault, keepsDefault := responses["default"], false
	for _, r := range there {
		delete(responses, r.Key)
		switch {
		case r.Key != "default" || m.refersTo(r.Value, byDefault.Ref):
		case m.isPlaceholder(r.Value):
			m.Replace(r, encoded(byDefault))
		default:
			keepsDefault = true
			m.notef("%s keeps the default response that it has", route)
		}
	}
	if o == nil && keepsDefault {
		return nil
	}
	m.note(route, o, there)
	return responses
}

// note records what may be a mistake about an operation that gets errors.
func (m *merging) note(route string, o *operation, there []outline.Member) {
	isSuccess := func(r outline.Member) bool { return r.Key == strconv.Itoa(o.success) || r.Key == "2XX" }
	switch {
	case o == nil && len(m.known.ids) > 0:
		m.notef("%s is no method of the image, and has the errors of the service's layers alone", route)
	case o != nil && len(there) > 0 && !slices.ContainsFunc(there, isSuccess):
		m.notef("%s has no response %d, which is its method's success", route, o.success)
	}
}

// isPlaceholder reports whether a default response is one that generators put into every operation, and that no
// server with errpact answers to a REST caller: google.rpc.Status, or the error of Connect.
func (m *merging) isPlaceholder(response outline.Node) bool {
	content, found := m.Lookup(response, "content", "application/json", "schema")
	return found && slices.ContainsFunc(m.statuses, func(ref string) bool { return m.refersTo(content, ref) })
}

// statusNames are the schemas of google.rpc.Status and of Connect's error, as generators name them.
var statusNames = []string{"google.rpc.Status", "rpcStatus", "Status", "connect.error"}

// findStatuses returns references to those of them that the document has, with the members of google.rpc.Status.
func (m *merging) findStatuses() []string {
	var refs []string
	schemas, _ := m.Lookup(m.Root(), "components", "schemas")
	for _, name := range statusNames {
		_, hasCode := m.Lookup(schemas, name, "properties", "code")
		_, hasMessage := m.Lookup(schemas, name, "properties", "message")
		_, hasDetails := m.Lookup(schemas, name, "properties", "details")
		if hasCode && hasMessage && hasDetails {
			refs = append(refs, toSchema(name).Ref)
		}
	}
	return refs
}

func (m *merging) refersTo(n outline.Node, ref string) bool {
	node, found := m.Lookup(n, "$ref")
	return found && m.String(node) == ref
}

func (m *merging) addComponents() error {
	c := m.components()
	there, found := m.Lookup(m.Root(), "components")
	if !found {
		return m.Add(m.Root(), outline.Addition{Key: "components", Value: encoded(c)})
	}
	kinds, err := m.Members(there)
	if err != nil {
		return err
	}
	var whole []outline.Addition
	for _, ours := range []struct {
		kind    string
		whole   json.RawMessage
		members []outline.Addition
	}{
		{"schemas", encoded(c.Schemas), additions(c.Schemas)},
		{"responses", encoded(c.Responses), additions(c.Responses)},
		{"headers", encoded(c.Headers), additions(c.Headers)},
	} {
		i := slices.IndexFunc(kinds, func(kind outline.Member) bool { return kind.Key == ours.kind })
		if i < 0 {
			whole = append(whole, outline.Addition{Key: ours.kind, Value: ours.whole})
		} else if err := m.addMissing(ours.kind, kinds[i].Value, ours.members); err != nil {
			return err
		}
	}
	return m.Add(there, whole...)
}

// addMissing adds the components of a kind that are not there, and records those that are there with another form.
func (m *merging) addMissing(kind string, n outline.Node, added []outline.Addition) error {
	there, err := m.Members(n)
	if err != nil {
		return err
	}
	var missing []outline.Addition
	for _, a := range added {
		i := slices.IndexFunc(there, func(member outline.Member) bool { return member.Key == a.Key })
		if i < 0 {
			missing = append(missing, a)
		} else if !m.has(there[i].Value, decoded(a.Value)) {
			m.notef("components.%s.%s stays as it is, and is not what the errors refer to: rename it, or remove it if an older run wrote it", kind, a.Key)
		}
	}
	return m.Add(n, missing...)
}

// has reports whether a value of the document has the keys and strings of a part. Values that an outline does not read,
// such as numbers, lists, and strings of several lines, count as equal.
func (m *merging) has(n outline.Node, part any) bool {
	switch part := part.(type) {
	case string:
		there := m.String(n)
		return there == part || there == ""
	case map[string]any:
		members, err := m.Members(n)
		return err == nil && len(members) == len(part) && !slices.ContainsFunc(members, func(member outline.Member) bool {
			value, known := part[member.Key]
			return !known || !m.has(member.Value, value)
		})
	default:
		return true
	}
}

// decoded is the value of a part of a document.
func decoded(part json.RawMessage) (value any) {
	_ = json.Unmarshal(part, &value) // it was encoded
	return value
}

// additions are members in the order of their keys.
func additions[V any](members map[string]V) []outline.Addition {
	var all []outline.Addition
	for _, key := range slices.Sorted(maps.Keys(members)) {
		all = append(all, outline.Addition{Key: key, Value: encoded(members[key])})
	}
	return all
}

// encoded is the JSON of a part of a document.
func encoded(part any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(part) // it has no type that does not encode
	return bytes.TrimSpace(b.Bytes())
}
