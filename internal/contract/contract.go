// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package contract finds what the methods declare whose generated code is linked into the program.
package contract

import (
	"strings"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/mapping/catalogue"
)

// maxProcedure bounds what is looked for, since a caller may make it up.
const maxProcedure = 512

var known sync.Map // of the procedures that exist, to their catalogue.Declaration

// Of returns what the method of a procedure, "/acme.shop.v1.ShopService/Buy", declares, and whether there is such a
// method. A name in it that no linked catalogue has is left out.
func Of(procedure string) (catalogue.Declaration, bool) {
	if found, ok := known.Load(procedure); ok {
		declaration, ok := found.(catalogue.Declaration)
		return declaration, ok
	}
	method := Method(procedure)
	if method == nil {
		return catalogue.Declaration{}, false
	}
	declaration, _ := catalogue.Declare(method, catalogue.Linked())
	known.Store(procedure, declaration)
	return declaration, true
}

// Method returns the method of a procedure, "/acme.shop.v1.ShopService/Buy"; nil if none of that name is linked.
func Method(procedure string) protoreflect.MethodDescriptor {
	name, isRPC := strings.CutPrefix(procedure, "/")
	service, method, whole := strings.Cut(name, "/")
	if !isRPC || !whole || len(name) > maxProcedure {
		return nil
	}
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service + "." + method))
	if err != nil {
		return nil
	}
	descriptor, _ := found.(protoreflect.MethodDescriptor)
	return descriptor
}
