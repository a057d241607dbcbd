// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
)

// ownErrors are errors of the catalogue, of which only the public parts are for the caller.
var ownErrors = []failure{
	{"cause", give(errpactv1err.NotExist.Wrap(errSecret)), notExist},
	{"cause with everything", give(errpactv1err.NotExist.Wrap(everywhere(connect.CodeNotFound))), notExist},
	{"cause of grpc-go's", give(errpactv1err.NotExist.Wrap(newStatus().Err())), notExist},
	{"attributes", give(errpactv1err.NotExist.WithLog(slog.String(canary, canary), slog.Any("error", errSecret))), notExist},
	{"arguments of Errorf", give(errpactv1err.NotExist.Errorf("Resource does not exist%w", errSecret)), notExist},
	{"errors as arguments", func(context.Context) error {
		return errpactv1err.NotExist.Errorf("a %v b %s c %q d %+v e %w", errSecret, newTyped(nil), errSecret, errSecret, errSecret)
	}, want{Code: errpactv1err.NotExist, message: "a (error not shown) b (error not shown) c (error not shown) d (error not shown) e "}},
	{"wrapped", give(fmt.Errorf("%s: %w", canary, errpactv1err.NotExist.New("public"))), want{Code: errpactv1err.NotExist, message: "public"}},
	{"wrapped twice", give(newTyped(fmt.Errorf("%s: %w", canary, errpactv1err.NotExist))), notExist},
	{"joined, last", give(errors.Join(errSecret, newTyped(nil), errpactv1err.NotExist)), notExist},
	{"joined, first", give(errors.Join(errpactv1err.NotExist, errSecret)), notExist},
	{"an entry as its own cause", give(errpactv1err.NotExist.Wrap(errpactv1err.Database.New(canary))), notExist},
	{"below Connect's", give(everywhere(connect.CodeNotFound, errpactv1err.NotExist)), notExist},
	{"Connect's beside it", give(errors.Join(everywhere(connect.CodeInternal), errpactv1err.NotExist)), notExist},
	{"DebugInfo", give(errpactv1err.NotExist.WithDetail(debugInfo)), notExist},
	{"packed DebugInfo", give(errpactv1err.NotExist.WithDetail(packed(debugInfo))), notExist},
	{"DebugInfo of another host", give(errpactv1err.NotExist.WithDetail(&anypb.Any{
		TypeUrl: "example.com/google.rpc.DebugInfo", Value: []byte("\xff" + canary),
	})), notExist},
	{"payload with private fields", give(errpactv1err.NotExist.WithPayload(struct {
		Public int    `json:"public"`
		Hidden string `json:"-"`
		own    string
	}{1, canary, canary})), notExist},
	{"payload with an error", give(errpactv1err.NotExist.WithPayload(map[string]any{"error": errSecret})), notExist},
	{"payload that does not marshal", give(errpactv1err.NotExist.WithPayload(failingPayload{})), notExist},
	{"payload of no JSON", give(errpactv1err.NotExist.WithPayload(map[string]any{canary: func() {}})), notExist},
}

type failingPayload struct{}

func (failingPayload) MarshalJSON() ([]byte, error) { return nil, errSecret }

var debugInfo = &errdetails.DebugInfo{StackEntries: []string{canary}, Detail: canary}

func packed(m proto.Message) *anypb.Any {
	a, err := anypb.New(m)
	if err != nil {
		panic(err)
	}
	return a
}

func detail(m proto.Message) *connect.ErrorDetail {
	d, err := connect.NewErrorDetail(m)
	if err != nil {
		panic(err)
	}
	return d
}

// everywhere is an error of Connect's with the canary in every part.
func everywhere(code connect.Code, below ...error) *connect.Error {
	e := connect.NewError(code, fmt.Errorf("%s: %w", canary, errors.Join(append(below, errSecret)...)))
	e.Meta().Set("X-"+canary, canary)
	e.Meta().Set("Set-Cookie", canary)
	e.AddDetail(detail(wrapperspb.String(canary)))
	e.AddDetail(detail(&structpb.Struct{Fields: map[string]*structpb.Value{canary: structpb.NewBoolValue(true)}}))
	return e
}

// withMeta is an error of Connect's whose metadata, which passes, is public.
func withMeta(e *connect.Error) *connect.Error {
	e.Meta().Set("X-Public", "public")
	return e
}

// errPublic says what NotExist does, so that it is the same to all callers.
var errPublic = errors.New(errpactv1err.NotExist.Message())

// withDebug is an error of Connect's with a message that passes, and with details that must not.
func withDebug(code connect.Code) *connect.Error {
	e := connect.NewError(code, errPublic)
	e.AddDetail(detail(debugInfo))
	e.AddDetail(nil)
	return e
}

// localErrors are Connect's, as a handler makes them. Those of codes that speak to the caller have
// a public message.
var localErrors = []failure{
	{"unknown", give(connect.NewError(connect.CodeUnknown, errSecret)), unknown},
	{"internal", give(withMeta(connect.NewError(connect.CodeInternal, errSecret))), want{Code: errpactv1err.Unknown, connectCode: connect.CodeInternal}},
	{"data_loss", give(connect.NewError(connect.CodeDataLoss, errSecret)), want{Code: errpactv1err.Database, connectCode: connect.CodeDataLoss}},
	{"unavailable", give(connect.NewError(connect.CodeUnavailable, errSecret)), want{
		Code: errpactv1err.ExternalService, connectCode: connect.CodeUnavailable, status: http.StatusServiceUnavailable, message: "Service Unavailable",
	}},
	{"deadline_exceeded", give(connect.NewError(connect.CodeDeadlineExceeded, errSecret)), expired},
	{"0", give(connect.NewError(0, errSecret)), unknown},
	{"17", give(connect.NewError(17, errSecret)), unknown},
	{"2^31", give(connect.NewError(1<<31, errSecret)), unknown},
	{"-1", give(connect.NewError(math.MaxUint32, errSecret)), unknown},
	{"no message", give(connect.NewError(connect.CodeInternal, nil)), want{Code: errpactv1err.Unknown, connectCode: connect.CodeInternal}},
	{"wraps itself", give(connect.NewError(connect.CodeInternal, opaque.NewLoop())), unknown},
	{"wrapped", give(fmt.Errorf("%s: %w", canary, connect.NewError(connect.CodeNotFound, errPublic))), notExist},
	{"joined", give(errors.Join(errSecret, connect.NewError(connect.CodeNotFound, errPublic), errSecret)), notExist},
	{"DebugInfo of not_found", give(withDebug(connect.CodeNotFound)), notExist},
	{"DebugInfo of internal", give(withDebug(connect.CodeInternal)), want{Code: errpactv1err.Unknown, connectCode: connect.CodeInternal}},
	{"protobuf's text", func(context.Context) error {
		return connect.NewError(connect.CodeInvalidArgument, fmt.Errorf("%s: %w", canary, proto.Unmarshal([]byte(canary), new(structpb.Struct))))
	}, want{Code: errpactv1err.InvalidValue, inREST: errpactv1err.InvalidStructure, message: "Invalid structure"}},
}

// contextErrors are of contexts that are not the request's.
var contextErrors = []failure{
	{"canceled", give(fmt.Errorf("%s: %w", canary, context.Canceled)), timedOut},
	{"expired", give(fmt.Errorf("%s: %w", canary, context.DeadlineExceeded)), timedOut},
	{"with a cause", func(ctx context.Context) error {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errSecret)
		return fmt.Errorf("%w: %w", ctx.Err(), context.Cause(ctx))
	}, timedOut},
	{"a cause alone", func(ctx context.Context) error {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errSecret)
		return context.Cause(ctx)
	}, unknown},
}

// What the rules of a test know.
var (
	errFolder  = fmt.Errorf("no folder %s", canary)
	errNoError = new(unruledError)
)

// unruledError is known to a rule that has no error for it.
type unruledError struct{}

func (*unruledError) Error() string { return "a rule has no error for " + canary }

type ruledError struct{ SquintingOstrich string }

func (e *ruledError) Error() string { return e.SquintingOstrich }

func testRules() []mapping.Rule {
	var none mapping.Rule
	return []mapping.Rule{
		none,
		mapping.MapAs(func(*unruledError) *mapping.Error { return nil }),
		mapping.MapIs(errFolder, errpactv1err.NotExist),
		mapping.MapAs(func(e *ruledError) *mapping.Error {
			return errpactv1err.InvalidValue.WithLog(slog.String(canary, e.SquintingOstrich)).Wrap(e)
		}),
	}
}

// ruledErrors are for testRules.
var ruledErrors = []failure{
	{"by errors.Is", give(errFolder), notExist},
	{"by errors.Is, wrapped", give(fmt.Errorf("%s: %w", canary, errors.Join(errSecret, errFolder))), notExist},
	{"by errors.As", give(fmt.Errorf("%s: %w", canary, &ruledError{canary})), want{Code: errpactv1err.InvalidValue}},
	{"below Connect's", give(everywhere(connect.CodeAborted, errFolder)), notExist},
	{"beside grpc-go's", give(errors.Join(newStatus().Err(), errFolder)), notExist},
	{"without an error", give(errNoError), unknown},
}
