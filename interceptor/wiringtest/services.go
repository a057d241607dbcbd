// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiringtest

import (
	"cmp"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// A service is one that is linked into the program. A handler may serve it or not.
type service struct {
	name    string
	methods []string
}

// path returns the path of a method.
func (s service) path(method string) string { return "/" + s.name + "/" + method }

// infrastructure has services that report no errors of an API.
var infrastructure = []string{"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"}

// linkedServices returns the services of the program, in the order of their names.
func linkedServices(except []string) (all []service) {
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			d := file.Services().Get(i)
			name := string(d.FullName())
			if !slices.Contains(infrastructure, name) && !slices.Contains(except, name) {
				all = append(all, service{name, methodsOf(d)})
			}
		}
		return true
	})
	slices.SortFunc(all, func(a, b service) int { return cmp.Compare(a.name, b.name) })
	return all
}

// methodsOf returns a service's methods, those first that do the least if they run.
func methodsOf(d protoreflect.ServiceDescriptor) (names []string) {
	var all []protoreflect.MethodDescriptor
	for i := range d.Methods().Len() {
		all = append(all, d.Methods().Get(i))
	}
	slices.SortStableFunc(all, func(a, b protoreflect.MethodDescriptor) int { return cmp.Compare(effects(a), effects(b)) })
	for _, m := range all {
		names = append(names, string(m.Name()))
	}
	return names
}

func effects(m protoreflect.MethodDescriptor) int {
	options, _ := m.Options().(*descriptorpb.MethodOptions)
	switch {
	case m.IsStreamingClient():
		return 2
	case options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS:
		return 0
	}
	return 1
}
