// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Method is what a method states of itself by the option errpact.v1.rest.
type Method struct {
	// SuccessStatus is 0 where it is not stated.
	SuccessStatus int
	// Errors are as they are written. [Declare] resolves them.
	Errors []string
	// ErrorsNone says that the method has no errors of its own.
	ErrorsNone bool
}

// ReadMethod returns what a method states, and whether it states anything. A nil method is an error.
func ReadMethod(method protoreflect.MethodDescriptor) (Method, bool, error) {
	if isNil(method) {
		return Method{}, false, errors.New("want a method's descriptor, have nil")
	}
	found := new(problems)
	m, ok := readMethod(found.at(method), method)
	return m, ok, found.join()
}

func readMethod(at place, method protoreflect.MethodDescriptor) (Method, bool) {
	var m Method
	extension := restOf(method.ParentFile())
	if extension == nil {
		return m, false
	}
	option, found := decode(at, method.Options(), extension)
	if !found || option.Message == nil {
		return m, found
	}
	m.SuccessStatus, _ = option.number("success_status")
	m.Errors, m.ErrorsNone = option.strings("errors"), option.flag("errors_none")
	return m, true
}

// serviceOption returns what a service states of itself by the option errpact.v1.service.
func serviceOption(at place, service protoreflect.ServiceDescriptor) message {
	found, _ := search(service.ParentFile())
	if found.service == nil || !isMessage(found.service, optionsPackage+".Service") {
		return message{}
	}
	option, _ := decode(at, service.Options(), found.service)
	return option
}

// statesGoPrefix reports whether a service has a go_prefix, be it right or wrong.
func statesGoPrefix(service protoreflect.ServiceDescriptor) bool {
	_, stated := serviceOption(new(problems).at(service), service).field(goPrefixName, protoreflect.StringKind, protoreflect.Optional)
	return stated
}

// servicesOf returns the services of files in order of declaration. Nil files are skipped.
func servicesOf(files []protoreflect.FileDescriptor) (services []protoreflect.ServiceDescriptor) {
	for _, file := range files {
		if isNil(file) {
			continue
		}
		for i := range file.Services().Len() {
			services = append(services, file.Services().Get(i))
		}
	}
	return services
}

// ReadService returns the errors that a service states for all its methods, as they are written. A nil service is an
// error.
func ReadService(service protoreflect.ServiceDescriptor) ([]string, error) {
	if isNil(service) {
		return nil, errors.New("want a service's descriptor, have nil")
	}
	found := new(problems)
	names := readService(found.at(service), service)
	return names, found.join()
}

// readService returns the errors of all methods of a service, as they are written.
func readService(at place, service protoreflect.ServiceDescriptor) []string {
	return serviceOption(at, service).strings("errors")
}

// restOf is the declaration of the option, nil where the file has none of it.
func restOf(file protoreflect.FileDescriptor) protoreflect.ExtensionDescriptor {
	found, _ := search(file)
	if found.rest == nil || !isMessage(found.rest, optionsPackage+".Rest") {
		return nil
	}
	return found.rest
}
