// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// formErrors returns the text to show beside each field of a form.
func formErrors(err error) map[string]string {
	e, ok := mapping.From(err)
	if !ok {
		return nil
	}
	texts := make(map[string]string)
	for _, field := range e.Fields() {
		texts[field.Path] = field.Description
	}
	return texts
}

// A client shows which fields of its request are wrong.
func ExampleNew_fields() {
	server := serveFolders(func(context.Context, string) (string, error) {
		return "", errpactv1err.InvalidValue.WithField("name", "is taken").WithField("tags[2]", "is too long")
	}, interceptor.New())
	defer server.Close()

	_, err := callFolders(server.URL, interceptor.New())(context.Background(), "f-17")
	texts := formErrors(err)
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		fmt.Println(path, texts[path])
	}
	// Output:
	// name is taken
	// tags[2] is too long
}

// A call that no server answers has an entry, too, or Connect's code for the call's own end.
func ExampleNew_unanswered() {
	server := serveFolders(nil, interceptor.New())
	server.Close()
	getFolder := callFolders(server.URL, interceptor.New())

	_, err := getFolder(context.Background(), "f-17")
	e, _ := mapping.From(err)
	fmt.Println(connect.CodeOf(err), errors.Is(err, errpactv1err.ExternalServiceUnreachable), e.Inferred(), mapping.RetryOf(err).Delay)

	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = getFolder(ended, "f-17")
	fmt.Println(connect.CodeOf(err), errors.Is(err, context.Canceled))
	// Output:
	// unavailable true true 1s
	// canceled true
}
