// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// A failure is what a handler does under a name, and what its caller is to get.
type failure struct {
	name string
	fail func(context.Context) error

	code        mapping.Code
	connectCode uint32
	status      int
	message     string
	metadata    map[string]string
}

// waits is a handler that does nothing until its caller has gone.
const waits = "waits"

// failures has every entry and every reason of the built-in catalogue, every Connect code that a
// handler's own error may have, and what nobody mapped.
func failures() []failure {
	var all []failure
	for _, code := range errpactv1err.Catalogue.Codes() {
		all = append(all, mapped(code))
		for _, reason := range code.Reasons() {
			all = append(all, mapped(reason))
		}
	}
	for code := connect.CodeCanceled; code <= connect.CodeUnauthenticated; code++ {
		// These two, while the caller is there, are a dependency's.
		if code != connect.CodeCanceled && code != connect.CodeDeadlineExceeded {
			all = append(all, coded(code))
		}
	}
	secret := errors.New("dial tcp 10.0.0.7:5432: refused")
	return append(all,
		fixed("unmapped", errpactv1err.Unknown, func(context.Context) error { return secret }),
		fixed("panic", errpactv1err.Unknown, func(context.Context) error { panic(secret) }),
		fixed("upstream", errpactv1err.ExternalServiceRejected, func(context.Context) error {
			return connect.NewWireError(connect.CodeNotFound, secret)
		}),
		fixed("dependency", errpactv1err.ExternalServiceTimedOut, func(context.Context) error {
			return fmt.Errorf("query: %w", context.DeadlineExceeded)
		}),
		large(),
	)
}

func mapped(code mapping.Code) failure {
	name := strings.Trim(fmt.Sprintf("%d-%s", code.Number(), code.Reason()), "-")
	f := fixed(name, code, func(context.Context) error { return code.WithMetadata("case", name).WithField("name", "is what it is") })
	f.metadata = map[string]string{"case": name}
	return f
}

func fixed(name string, code mapping.Code, fail func(context.Context) error) failure {
	return failure{
		name: name, fail: fail, code: code,
		connectCode: uint32(code.ConnectCode()), status: code.HTTPStatus(), message: code.Message(),
	}
}

// coded is Connect's own error without any details: its receiver infers the entry.
func coded(code connect.Code) failure {
	when := mapping.ConditionAny
	if code == connect.CodeUnauthenticated {
		when = mapping.ConditionNoCredential
	}
	entry := (*mapping.Policy)(nil).ByConnectCode(mapping.ConnectCode(code), when)
	return failure{
		name: "connect-" + code.String(), code: entry.Code(), connectCode: uint32(code), status: entry.HTTPStatus(),
		fail: func(context.Context) error { return connect.NewError(code, nil) },
	}
}

// large does not fit into the budget: what it is arrives all the same.
func large() failure {
	return fixed("large", errpactv1err.InvalidValue, func(context.Context) error {
		e := errpactv1err.InvalidValue.WithPayload(strings.Repeat("x", 100<<10))
		for i := range 100 {
			e = e.WithField(fmt.Sprintf("items[%d]", i), strings.Repeat("is too large ", 10))
		}
		return e
	})
}

// checkError compares what an RPC's caller got, of which its stack says the code.
func (f failure) checkError(err error, code uint32) error {
	e, ok := mapping.From(err)
	switch {
	case !ok:
		return fmt.Errorf("%s: got no typed error: %w", f.name, err)
	case !errors.Is(err, f.code) || e.Reason() != f.code.Reason():
		return fmt.Errorf("%s: got reason %q of %w", f.name, e.Reason(), err)
	case uint32(e.ConnectCode()) != f.connectCode || code != f.connectCode:
		return fmt.Errorf("%s: got Connect codes %d and %d, want %d", f.name, e.ConnectCode(), code, f.connectCode)
	case f.message != "" && e.Message() != f.message:
		return fmt.Errorf("%s: got message %q, want %q", f.name, e.Message(), f.message)
	}
	for key, want := range f.metadata {
		if got := e.Metadata()[key]; got != want {
			return fmt.Errorf("%s: got metadata %q, want %q", f.name, got, want)
		}
	}
	return nil
}

// checkEnvelope compares what a REST caller got.
func (f failure) checkEnvelope(status int, body []byte) error {
	envelope, err := mapping.ParseEnvelope(body)
	if err != nil {
		return fmt.Errorf("%s: got %d %.100q: %w", f.name, status, body, err)
	}
	if status != f.status || envelope.Code != f.code.Number() || f.message != "" && envelope.Message != f.message {
		return fmt.Errorf("%s: got %d %s, want %d with %d", f.name, status, body, f.status, f.code.Number())
	}
	return nil
}
