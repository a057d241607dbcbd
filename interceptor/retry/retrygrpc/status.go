// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retrygrpc

import (
	"errors"

	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/mapping"
)

// counted is another name for what statusError embeds: Error is a method of it.
type counted = retry.Error

// statusError has the status of the last try's error, with the server's own message: found below, it would have the text
// of what wraps it.
type statusError struct {
	*counted
	status *status.Status
}

// typedError is a statusError that stands for an error of a catalogue.
type typedError struct {
	statusError
	typed *mapping.Error
}

// Decoded tells package mapping that this is the error below, so that no rule takes the status for one of this process.
func (e *typedError) Decoded() *mapping.Error { return e.typed }

func newStatusError(last *retry.Error) error {
	coded, ok := errors.AsType[interface {
		error
		GRPCStatus() *status.Status
	}](last.Unwrap())
	if !ok {
		return last
	}
	e := statusError{last, coded.GRPCStatus()}
	if typed, ok := mapping.From(last); ok {
		return &typedError{e, typed}
	}
	return &e
}

func (e *statusError) GRPCStatus() *status.Status { return e.status }

func (e *statusError) Unwrap() error { return e.counted }
