// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package exported

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// CheckZero calls each method of pointers to zero values with zero arguments, and wants none to panic. It wants a pointer
// for each of the [Structs] of the package in a folder.
func CheckZero(tb testing.TB, folder string, pointers ...any) {
	tb.Helper()
	want, err := Structs(folder)
	if err != nil {
		tb.Fatal(err)
	}
	var have []string
	for _, pointer := range pointers {
		have = append(have, reflect.TypeOf(pointer).Elem().Name())
		for _, panicked := range panics(pointer) {
			tb.Error(panicked)
		}
	}
	if slices.Sort(have); !slices.Equal(have, want) {
		tb.Errorf("zero values of %v are tested, want %v", have, want)
	}
}

// panics returns a text for each method of a value that panics.
func panics(value any) (all []string) {
	v := reflect.ValueOf(value)
	for i := range v.NumMethod() {
		func() {
			defer func() {
				if r := recover(); r != nil {
					all = append(all, fmt.Sprintf("%T.%s panics: %v", value, v.Type().Method(i).Name, r))
				}
			}()
			v.Method(i).Call(zeros(v.Method(i).Type()))
		}()
	}
	return all
}

// zeros returns the arguments of a function, without those that are variadic.
func zeros(f reflect.Type) (arguments []reflect.Value) {
	n := f.NumIn()
	if f.IsVariadic() {
		n--
	}
	for i := range n {
		arguments = append(arguments, reflect.Zero(f.In(i)))
	}
	return arguments
}
