// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package leak shows errors' texts to callers.
package leak

import (
	"errors"
	"fmt"
	"strings"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

var errX = errors.New("x")

func find(err error, e *mapping.Error, p *pathError) []error {
	text := err.Error()
	return []error{
		shopv1err.Closed.New(err.Error()),                                                              // want `New shows callers the text of an error: give it to Wrap, which keeps it private \[leak\]`
		shopv1err.Closed.New("closed: " + err.Error()),                                                 // want `New shows`
		shopv1err.Closed.New(fmt.Sprintf("closed: %v", err)),                                           // want `New shows`
		shopv1err.Closed.New(fmt.Sprint(err)),                                                          // want `New shows`
		shopv1err.Closed.New(text),                                                                     // want `New shows`
		shopv1err.Closed.New(strings.ToUpper(text)),                                                    // want `New shows`
		shopv1err.Closed.Errorf("%s", err.Error()),                                                     // want `Errorf shows`
		shopv1err.Closed.WithMetadata("cause", err.Error()),                                            // want `WithMetadata shows`
		shopv1err.Closed.WithField("name", "is wrong: "+err.Error()),                                   // want `WithField shows`
		shopv1err.Closed.WithPayload(map[string]string{"a": "b"}).WithMetadata("a", fmt.Sprintln(err)), // want `WithMetadata shows`
		shopv1err.Closed.WithPayload(err),                                                              // want `WithPayload shows`
		shopv1err.NewPayment(err.Error()),                                                              // want `NewPayment shows`
		e.WithField("a", p.Error()),                                                                    // want `WithField shows`
		e.WithMetadata("a", errX.Error()),                                                              // want `WithMetadata shows`
		shopv1err.Closed.New(strings.Join([]string{"a"}, errX.Error())),                                // want `New shows`
	}
}

type pathError struct{}

func (*pathError) Error() string { return "" }
