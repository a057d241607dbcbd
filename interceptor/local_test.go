// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// localCodes are a handler's own Connect errors: the code that goes out, whether the handler's text
// does, what stands in for it, and the number that a receiver infers.
var localCodes = []struct {
	made, sent connect.Code
	speaks     bool
	instead    string
	number     int32
}{
	{0, connect.CodeUnknown, false, "Unknown server side error occurred", 0},
	{connect.CodeCanceled, connect.CodeCanceled, true, "", 0},
	{connect.CodeUnknown, connect.CodeUnknown, false, "Unknown server side error occurred", 0},
	{connect.CodeInvalidArgument, connect.CodeInvalidArgument, true, "", 4},
	{connect.CodeDeadlineExceeded, connect.CodeDeadlineExceeded, false, "Gateway Timeout", 0},
	{connect.CodeNotFound, connect.CodeNotFound, true, "", 10},
	{connect.CodeAlreadyExists, connect.CodeAlreadyExists, true, "", 4},
	{connect.CodePermissionDenied, connect.CodePermissionDenied, true, "", 9},
	{connect.CodeResourceExhausted, connect.CodeResourceExhausted, true, "", 0},
	{connect.CodeFailedPrecondition, connect.CodeFailedPrecondition, true, "", 4},
	{connect.CodeAborted, connect.CodeAborted, true, "", 4},
	{connect.CodeOutOfRange, connect.CodeOutOfRange, true, "", 4},
	{connect.CodeUnimplemented, connect.CodeUnimplemented, true, "", 2},
	{connect.CodeInternal, connect.CodeInternal, false, "Unknown server side error occurred", 0},
	{connect.CodeUnavailable, connect.CodeUnavailable, false, "Service Unavailable", 11},
	{connect.CodeDataLoss, connect.CodeDataLoss, false, "Critical database error", 12},
	{connect.CodeUnauthenticated, connect.CodeUnauthenticated, true, "", 6},
	{17, connect.CodeUnknown, false, "Unknown server side error occurred", 0},
	{math.MaxUint32, connect.CodeUnknown, false, "Unknown server side error occurred", 0},
}

const ownWords = "words of the handler, 100% ünïcode"

// localErrors has one error for each of localCodes, with headers and details.
func localErrors(t *testing.T) []error {
	t.Helper()
	errs := make([]error, len(localCodes))
	for i, c := range localCodes {
		e := connect.NewError(c.made, errors.New(ownWords))
		e.Meta().Add("X-Of-Handler", "one")
		e.Meta().Add("X-Of-Handler", "two")
		e.Meta()["content-length"] = []string{"7"} // breaks gRPC-Web, spelled so
		for _, message := range []proto.Message{
			&errdetails.DebugInfo{Detail: canary},
			wrapperspb.String("first"), &errdetails.QuotaFailure{}, wrapperspb.String("second"),
			&anypb.Any{TypeUrl: "elsewhere.example/no.such.Type", Value: []byte{0xff, 1}},
		} {
			detail, err := connect.NewErrorDetail(message)
			if err != nil {
				t.Fatal(err)
			}
			e.AddDetail(detail)
		}
		e.AddDetail(nil)
		errs[i] = e
	}
	return errs
}

func TestG1LocalConnectErrorsPassWithoutWhatIsNotForTheCaller(t *testing.T) {
	server := serveErrors(t, answerCase(localErrors(t)))
	everyWay(t, func(t *testing.T, procedure string, w way) {
		record := &recorder{RoundTripper: newTransport(t, w.http2)}
		client := newClient(&http.Client{Transport: record}, server.URL, procedure, w, decoding())
		for i, c := range localCodes {
			message, details := ownWords, 4
			if !c.speaks {
				message, details = c.instead, 5 // with the request's id
			}
			err := call(t.Context(), client, procedure, caseOf(i))
			checkLocal(t, err, c.sent, message, details)
			if found, _ := mapping.From(err); !found.Inferred() || found.Code().Number() != c.number {
				t.Errorf("%v was inferred to be %v", c.made, found.Code())
			}
		}
		if raw := record.bytes(); hasCanary(raw) {
			t.Errorf("DebugInfo went out:\n%q", raw)
		}
	})
}

func TestWithConnectMessagesSendsEveryMessageAsItIs(t *testing.T) {
	server := serveErrors(t, answerCase(localErrors(t)), mapping.WithConnectMessages())
	everyWay(t, func(t *testing.T, procedure string, w way) {
		client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, procedure, w, decoding())
		for i, c := range localCodes {
			checkLocal(t, call(t.Context(), client, procedure, caseOf(i)), c.sent, ownWords, 4)
		}
	})
}

// checkLocal looks at what Connect itself received.
func checkLocal(t *testing.T, err error, code connect.Code, message string, details int) {
	t.Helper()
	wire, ok := errors.AsType[*connect.Error](err)
	if !ok || wire.Code() != code || wire.Message() != message {
		t.Errorf("the caller got %v, want %v: %q", err, code, message)
		return
	}
	if diff := cmp.Diff([]string{"one", "two"}, wire.Meta().Values("X-Of-Handler")); diff != "" {
		t.Errorf("%v: the handler's headers (-want +got):\n%s", code, diff)
	}
	if len(wire.Details()) != details {
		t.Errorf("%v: %d details, want %d", code, len(wire.Details()), details)
		return
	}
	var types []string
	for _, d := range wire.Details()[details-4:] {
		types = append(types, d.Type())
	}
	want := []string{"google.protobuf.StringValue", "google.rpc.QuotaFailure", "google.protobuf.StringValue", "no.such.Type"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("%v: details (-want +got):\n%s", code, diff)
	}
	if last := wire.Details()[details-1].Bytes(); !bytes.Equal(last, []byte{0xff, 1}) {
		t.Errorf("%v: a detail's bytes became %x", code, last)
	}
}

func TestG5TextIsCleanOnTheWire(t *testing.T) {
	long := strings.Repeat("é", 1000)
	errs := []error{
		errpactv1err.NotExist.New("a\xffb\r\nlevel=ERROR\x00\x1b[31m\u2028c"),
		connect.NewError(connect.CodeNotFound, errors.New("a\xffb\r\nlevel=ERROR\x00\x1b[31m\u2028c")),
		errpactv1err.NotExist.New(long),
		connect.NewError(connect.CodeNotFound, errors.New(long)),
		errpactv1err.NotExist.WithMetadata("key", "\xff").WithField("\xff", "\xff").WithPayload("\xff").
			WithDetail(&anypb.Any{TypeUrl: "x/\xff"}),
	}
	wants := []string{"a\ufffdb  level=ERROR  [31m c", "a\ufffdb  level=ERROR  [31m c", long[:512], long[:512], errpactv1err.NotExist.Message()}
	server := serveErrors(t, answerCase(errs))
	everyWay(t, func(t *testing.T, procedure string, w way) {
		client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, procedure, w, decoding())
		for i, want := range wants {
			err := call(t.Context(), client, procedure, caseOf(i))
			found, _ := mapping.From(err)
			if found.Message() != want || !errors.Is(err, errpactv1err.NotExist) || found.ConnectCode() != 5 {
				t.Errorf("case %d: the caller got %d: %q", i, found.ConnectCode(), found.Message())
			}
		}
	})
}

// get calls unary by HTTP GET, by which alone Connect answers 304.
func get(t *testing.T, base string) error {
	t.Helper()
	client := connect.NewClient[text, text](&http.Client{Transport: newTransport(t, false)}, base+unary,
		connect.WithHTTPGet(), connect.WithIdempotency(connect.IdempotencyNoSideEffects), decoding())
	return call(t.Context(), client, unary, nil)
}

func TestNotModifiedPasses(t *testing.T) {
	seen := new(reported.Reports)
	server := serveErrors(t, func(context.Context, http.Header) error {
		return connect.NewNotModifiedError(http.Header{"Etag": {`"1"`}})
	}, mapping.WithReport(seen.Add))
	err := get(t, server.URL)
	var wire *connect.Error
	if !connect.IsNotModifiedError(err) || !errors.As(err, &wire) || wire.Meta().Get("Etag") != `"1"` {
		t.Errorf("the caller got %v", err)
	}
	if _, typed := mapping.From(err); typed {
		t.Errorf("a 304 became an error of a catalogue")
	}
	if all := seen.Take(); len(all) != 0 {
		t.Errorf("a 304 was reported: %v", all)
	}
}

func TestG2AnotherServersNotModifiedDoesNotBecomeOurs(t *testing.T) {
	upstream := serveErrors(t, func(context.Context, http.Header) error { return connect.NewNotModifiedError(nil) })
	for name, test := range map[string]struct {
		answer func(error) error
		want   mapping.Code
	}{
		"as it is":      {func(err error) error { return err }, errpactv1err.ExternalServiceRejected},
		"wrapped":       {func(err error) error { return connect.NewError(connect.CodeNotFound, err) }, errpactv1err.ExternalServiceRejected},
		"private cause": {func(err error) error { return errpactv1err.NotExist.Wrap(err) }, errpactv1err.NotExist},
		"of our own":    {func(error) error { return errpactv1err.NotExist.Wrap(connect.NewNotModifiedError(nil)) }, errpactv1err.NotExist},
	} {
		t.Run(name, func(t *testing.T) {
			server := serveErrors(t, func(context.Context, http.Header) error { return test.answer(get(t, upstream.URL)) })
			err := get(t, server.URL)
			if connect.IsNotModifiedError(err) || !errors.Is(err, test.want) {
				t.Errorf("the caller got %v, want %v", err, test.want)
			}
		})
	}
}
