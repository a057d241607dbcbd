// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"net/http"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/page"
	"github.com/errpact/errpact/mapping/catalogue"
)

// operation is one route of a method.
type operation struct {
	method, path string
	// id is the method's full name: services of two packages may have one name. The second route of a method
	// and those after it have their number behind it.
	id string
	// rpc is the method's full name, and tag its service's own.
	rpc protoreflect.FullName
	tag string

	success int
	// declared are the errors that the method names.
	declared []*page.Entry
}

// operationsOf returns the operations of a method, none if it has no routes.
func operationsOf(p *page.Page, method protoreflect.MethodDescriptor) ([]operation, error) {
	stated, _, err := catalogue.ReadMethod(method)
	if err != nil {
		return nil, err
	}
	o := operation{rpc: method.FullName(), tag: string(method.Parent().Name()), success: http.StatusOK}
	if stated.SuccessStatus != 0 {
		o.success = stated.SuccessStatus
	}
	if o.declared, err = p.Declared(method); err != nil {
		return nil, err
	}
	var operations []operation
	for i, r := range routesOf(method) {
		o.method, o.path, o.id = r.method, r.path, string(o.rpc)
		if i > 0 {
			o.id += "." + strconv.Itoa(i+1)
		}
		operations = append(operations, o)
	}
	return operations, nil
}
