// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import "regexp"

// names has the operations of an API under what another document may call them.
type names struct {
	routes map[route]*operation
	// ids are those that generators make of a method's name. One that methods of two packages would have is
	// nobody's, which is nil.
	ids map[string]*operation
}

func (a *API) names() names {
	n := names{make(map[route]*operation), make(map[string]*operation)}
	for _, o := range a.operations {
		if key := (route{o.method, unnamed(o.path)}); n.routes[key] == nil {
			n.routes[key] = &o
		}
		for _, id := range []string{string(o.rpc), o.tag + "_" + string(o.rpc.Name())} {
			if other, taken := n.ids[id]; !taken {
				n.ids[id] = &o
			} else if other != nil && other.rpc != o.rpc {
				n.ids[id] = nil
			}
		}
	}
	return n
}

// find returns the operation that has the route or, unless this is a Connect call's, the operationId. It returns nil
// if no operation has them.
func (n names) find(method, path, id string) *operation {
	if o := n.routes[route{method, unnamed(path)}]; o != nil {
		return o
	}
	if isRPC(path) {
		return nil
	}
	return n.ids[number.ReplaceAllString(id, "")]
}

// unnamed is a path without the names of its parameters, on which generators do not agree.
func unnamed(path string) string { return variable.ReplaceAllString(path, "{}") }

// number matches the suffix that generators add to the operationId of a method's second route and of those after it.
var number = regexp.MustCompile(`[._]\d+$`)

var rpcPath = regexp.MustCompile(`/([A-Za-z_]\w*\.)+[A-Za-z_]\w*/[A-Za-z_]\w*$`)

// isRPC reports whether a path is that of a Connect call: it ends in /package.Service/Method.
func isRPC(path string) bool { return rpcPath.MatchString(path) }
