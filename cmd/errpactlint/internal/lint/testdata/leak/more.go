// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leak

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"connectrpc.com/connect"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

type reason string

func methodValue(err error) error {
	fail := shopv1err.Closed.New
	return fail(err.Error()) // want `New shows`
}

func methodExpression(err error) error {
	return mapping.Code.New(shopv1err.Closed, err.Error()) // want `New shows`
}

func cut(err error) error {
	text := err.Error()
	return shopv1err.Closed.New(text[:min(len(text), 80)]) // want `New shows`
}

func converted(err error) error {
	why := reason(err.Error())
	return shopv1err.Closed.New(string(why)) // want `New shows`
}

func quoted(err error) error {
	return shopv1err.Closed.WithMetadata("cause", strconv.Quote(err.Error())) // want `WithMetadata shows`
}

func describe(err error) string { return "cannot open: " + err.Error() }

func helper(err error) error {
	return shopv1err.Closed.New(describe(err)) // want `New shows`
}

func captured(err error) func() error {
	text := "closed"
	if err != nil {
		text = err.Error()
	}
	return func() error {
		return shopv1err.Closed.New(text) // want `New shows`
	}
}

func branch(err error) error {
	text := "closed"
	if err != nil {
		text += ": " + err.Error()
	}
	return shopv1err.Closed.New(text) // want `New shows`
}

func payload(err error) error {
	return shopv1err.Closed.WithPayload(map[string]any{"cause": err.Error()}) // want `WithPayload shows`
}

type body struct{ Cause string }

func structPayload(err error) error {
	return shopv1err.Closed.WithPayload(&body{Cause: err.Error()}) // want `WithPayload shows`
}

func fields(err error) error {
	return shopv1err.Closed.WithFields(mapping.Field{Path: "name", Description: err.Error()}) // want `WithFields shows`
}

func ofStatus(err error) error {
	return shopv1err.Closed.New(status.Convert(err).Message()) // want `New shows`
}

func ofConnect(err error) error {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		return shopv1err.Closed.New(e.Message()) // want `New shows`
	}
	return nil
}

func list(errs []error) error {
	return shopv1err.Closed.New(strings.Join([]string{"a", errs[0].Error()}, ", ")) // want `New shows`
}

func generic[T error](err T) error {
	return shopv1err.Closed.New(fmt.Sprint("closed: ", err.Error())) // want `New shows`
}

func deferred(do func() error) (err error) {
	defer func() {
		if err != nil {
			err = shopv1err.Closed.New(err.Error()) // want `New shows`
		}
	}()
	return do()
}
