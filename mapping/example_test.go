// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// A handler returns an entry of the catalogue. What it adds with Wrap and WithLog stays in the process.
func ExampleCode() {
	err := errpactv1err.NotExist.
		WithMetadata("folderId", "f-17").
		WithLog(slog.String("shard", "eu-3")).
		Wrap(sql.ErrNoRows)

	fmt.Println(err)
	fmt.Println(errors.Is(err, errpactv1err.NotExist), errors.Is(err, sql.ErrNoRows))
	fmt.Printf("%+v\n", err)
	// Output:
	// ERROR_CODE_NOT_EXIST: Resource does not exist
	// true true
	// ERROR_CODE_NOT_EXIST: Resource does not exist metadata.folderId=f-17 log.shard=eu-3 cause="sql: no rows in result set"
}

// Errorf formats the public message. An error among the arguments is not for the caller, and does not print.
func ExampleCode_Errorf() {
	fmt.Println(errpactv1err.NotExist.Errorf("folder %q is gone", "f-17"))
	fmt.Println(errpactv1err.NotExist.Errorf("folder %q is gone: %w", "f-17", sql.ErrNoRows))
	// Output:
	// ERROR_CODE_NOT_EXIST: folder "f-17" is gone
	// ERROR_CODE_NOT_EXIST: folder "f-17" is gone:
}

// An entry stands for all its reasons; a reason stands for itself.
func ExampleCode_WithReason() {
	err := errpactv1err.ContainerUnpackingFailedInvalidHash.New("hash of clip.jpg differs")

	fmt.Println(errors.Is(err, errpactv1err.ContainerUnpackingFailed))
	fmt.Println(errors.Is(err, errpactv1err.ContainerUnpackingFailedInvalidHash))
	fmt.Println(errors.Is(err, errpactv1err.ContainerUnpackingFailedInvalidSessionToken))
	fmt.Println(err.Code(), err.Reason())
	// Output:
	// true
	// true
	// false
	// ERROR_CODE_CONTAINER_UNPACKING_FAILED: Data container unpacking failed INVALID_HASH
}

// Fields tell the caller which parts of the request are wrong.
func ExampleCode_WithField() {
	err := errpactv1err.InvalidValue.
		WithField("name", "is taken").
		WithField("tags[2]", "want at most 20 characters")

	for _, field := range err.Fields() {
		fmt.Println(field.Path, field.Description)
	}
	// Output:
	// name is taken
	// tags[2] want at most 20 characters
}

// A client switches on the entry.
func ExampleCodeOf() {
	describe := func(err error) string {
		switch mapping.CodeOf(err) {
		case errpactv1err.NotExist:
			return "look elsewhere"
		case errpactv1err.Database, errpactv1err.ExternalService:
			return "try again later"
		}
		return "give up"
	}

	fmt.Println(describe(fmt.Errorf("get folder: %w", errpactv1err.NotExist)))
	fmt.Println(describe(errors.New("anything else")))
	// Output:
	// look elsewhere
	// give up
}

// A client asks whether a call that failed may be sent again.
func ExampleRetryOf() {
	err := fmt.Errorf("get folder: %w", errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(2*time.Second))

	const idempotent = true // the call only reads
	if retry := mapping.RetryOf(err); retry.Allows(idempotent) {
		fmt.Println("try again after", retry.Delay)
	}
	// Output: try again after 2s
}

// From finds the typed error in whatever wraps it.
func ExampleFrom() {
	err := fmt.Errorf("get folder: %w", errpactv1err.NotExist.WithMetadata("folderId", "f-17"))

	if e, ok := mapping.From(err); ok {
		fmt.Println(e.Code().Number(), e.ConnectCode(), e.HTTPStatus(), e.Metadata()["folderId"])
		fmt.Println(e.Code().Name())
		fmt.Println(e.Code())
	}
	// Output:
	// 10 not_found 404 f-17
	// ERROR_CODE_NOT_EXIST
	// ERROR_CODE_NOT_EXIST: Resource does not exist
}

// Detail finds a google.rpc detail, or a message of your own.
func ExampleDetail() {
	err := errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(3 * time.Second)

	if retry, ok := mapping.Detail[*errdetails.RetryInfo](err); ok {
		fmt.Println(retry.GetRetryDelay().AsDuration())
	}
	// Output: 3s
}

// A payload is JSON of your own in the envelope's details.
func ExamplePayload() {
	type quota struct{ Used, Limit int }
	err := errpactv1err.AuthForbidden.WithPayload(quota{Used: 10, Limit: 10})

	if q, ok := mapping.Payload[quota](err); ok {
		fmt.Println(q.Used, "of", q.Limit)
	}
	// Output: 10 of 10
}

var errFolderLocked = errors.New("store: folder is locked")

// Rules turn the errors that your code returns already into entries, for all handlers at once.
func ExampleWithRules() {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(
		mapping.MapIs(errFolderLocked, errpactv1err.DatabaseTemporarilyUnavailable),
		mapping.MapAs(func(e *slowError) *mapping.Error {
			return errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(e.wait)
		}),
	))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, err := range []error{
		fmt.Errorf("delete folder: %w", errFolderLocked), &slowError{wait: time.Minute}, errors.New("password is hunter2"),
	} {
		answer := policy.Translate(&mapping.Call{Context: context.Background()}, err)
		delay, _ := answer.Error().RetryDelay()
		fmt.Println(answer.Error(), delay)
	}
	// Output:
	// ERROR_CODE_DATABASE: Database is temporarily unavailable 1s
	// ERROR_CODE_DATABASE: Database is temporarily unavailable 1m0s
	// ERROR_CODE_UNKNOWN: Unknown server side error occurred 0s
}

type slowError struct{ wait time.Duration }

func (*slowError) Error() string { return "store: too slow" }

// A violated constraint becomes the error that you choose for its name.
func ExampleSQLRules() {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(mapping.SQLRules(mapping.SQLCodes{
		NotFound: errpactv1err.NotExist,
		Database: errpactv1err.Database,
		Unique:   errpactv1err.InvalidValue.WithReason("TAKEN"),
	})...))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, err := range []error{sql.ErrNoRows, stateError("23505"), stateError("42P01")} {
		answer := policy.Translate(&mapping.Call{Context: context.Background()}, err)
		fmt.Printf("%d %q\n", answer.Error().Code().Number(), answer.Error().Reason())
	}
	// Output:
	// 10 ""
	// 4 "TAKEN"
	// 12 ""
}

// The envelope is what REST callers read.
func ExampleEnvelopeOf() {
	err := errpactv1err.NotExist.WithMetadata("folderId", "f-17")

	fmt.Printf("%s\n", mapping.EnvelopeOf(err).AppendJSON(nil))
	// Output: {"error_code":10,"error_message":"Resource does not exist","details":{"metadata":{"folderId":"f-17"}}}
}

// An alert asks whose fault an error is.
func ExampleFaultOf() {
	for _, err := range []error{errpactv1err.InvalidValue, errpactv1err.Database, errpactv1err.ExternalServiceTimedOut} {
		fmt.Println(mapping.FaultOf(err))
	}
	// Output:
	// caller
	// server
	// upstream
}
