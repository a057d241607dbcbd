// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// arrival is an error as a handler returns it, and what its caller must find in it.
type arrival struct {
	err      error
	code     mapping.Code
	message  string
	metadata map[string]string
	fields   []mapping.Field
	payload  int
	retry    time.Duration
	details  int
}

// arrivals has every entry and every reason, bare and with all that an error can carry, and the ways
// of wrapping one.
func arrivals() []arrival {
	var all []arrival
	for _, entry := range errpactv1err.Catalogue.Codes() {
		for _, code := range append([]mapping.Code{entry}, entry.Reasons()...) {
			bare := arrival{err: code, code: code, message: code.Message()}
			bare.retry, _ = code.New("").RetryDelay()
			full := arrival{
				code: code, message: "message of its own, ünïcode ✓ and 100%", details: 1,
				metadata: map[string]string{"folder_id": "f-1", "other": "ä%\n"},
				fields:   []mapping.Field{{Path: "folder.name", Description: "too long"}, {Path: "folder.size", Description: "too big"}},
				payload:  3, retry: 1500 * time.Millisecond,
			}
			full.err = code.New(full.message).WithMetadata("folder_id", "f-1").WithMetadata("other", "ä%\n").
				WithField("folder.name", "too long").WithField("folder.size", "too big").
				WithPayload(map[string]int{"left": 3}).WithRetryDelay(full.retry).
				WithDetail(&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "disk"}}}).
				Wrap(errPlain)
			all = append(all, bare, full)
		}
	}
	known := errpactv1err.NotExist.WithMetadata("k", "v")
	want := arrival{code: errpactv1err.NotExist, message: errpactv1err.NotExist.Message(), metadata: map[string]string{"k": "v"}}
	for _, err := range []error{
		fmt.Errorf("find: %w", known),
		errors.Join(errors.New("other"), known),
		errors.Join(status.Error(codes.Internal, canary), known),
		connect.NewError(connect.CodeInternal, known),
	} {
		want.err = err
		all = append(all, want)
	}
	return all
}

func errorsOf(all []arrival) []error {
	errs := make([]error, len(all))
	for i, a := range all {
		errs[i] = a.err
	}
	return errs
}

func TestG10EveryEntryAndReasonArrives(t *testing.T) {
	all := arrivals()
	conn := dial(t, serveErrors(t, errorCases(errorsOf(all)...)), decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i, a := range all {
			a.check(t, call(caseOf(t.Context(), i), conn, procedure))
		}
	})
}

// TestG10EveryEntryAndReasonIsRelayed through a service between, with WithRelay and without a word of it.
func TestG10EveryEntryAndReasonIsRelayed(t *testing.T) {
	all := arrivals()
	b := serveErrors(t, errorCases(errorsOf(all)...))
	trusting := dial(t, b, decoding(grpcgo.WithRelay())...)
	strict := dial(t, b, decoding()...)
	relays := dial(t, serveErrors(t, func(ctx context.Context) error { return call(forwarded(ctx), trusting, unary) }), decoding()...)
	hides := dial(t, serveErrors(t, func(ctx context.Context) error { return call(forwarded(ctx), strict, unary) }), decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i, a := range all {
			err := call(caseOf(t.Context(), i), hides, procedure)
			if mapping.CodeOf(err) != errpactv1err.ExternalService || strings.Contains(fmt.Sprint(err), "of its own") {
				t.Errorf("%v: an upstream's error arrived as %v", a.code, err)
			}
			if a.code.ConnectCode() == uint32(codes.Unauthenticated) {
				continue // about the service's own token
			}
			a.details = 0
			a.check(t, call(caseOf(t.Context(), i), relays, procedure))
		}
	})
}

func (a arrival) check(t *testing.T, err error) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok {
		t.Fatalf("%v: the caller got %v", a.err, err)
	}
	if !errors.Is(err, a.code) || found.Code().Number() != a.code.Number() || found.Reason() != a.code.Reason() {
		t.Errorf("%v arrived as %v/%q", a.code, found.Code(), found.Reason())
	}
	if found.Message() != a.message || found.HTTPStatus() != a.code.HTTPStatus() || !found.Remote() || found.Inferred() {
		t.Errorf("%v arrived as %q, %d, %v, %v", a.code, found.Message(), found.HTTPStatus(), found.Remote(), found.Inferred())
	}
	if diff := cmp.Diff(a.metadata, found.Metadata()); diff != "" {
		t.Errorf("%v: Metadata (-want +got):\n%s", a.code, diff)
	}
	if diff := cmp.Diff(a.fields, found.Fields()); diff != "" {
		t.Errorf("%v: Fields (-want +got):\n%s", a.code, diff)
	}
	if retry, ok := found.RetryDelay(); retry != a.retry || ok != (a.retry > 0) {
		t.Errorf("%v: RetryDelay = %v, %v, want %v", a.code, retry, ok, a.retry)
	}
	if payload, _ := mapping.Payload[map[string]int](err); payload["left"] != a.payload || len(found.Details()) != a.details {
		t.Errorf("%v: Payload = %v, Details = %v", a.code, payload, found.Details())
	}
	if (found.RequestID() != "") != (a.code.HTTPStatus() >= 500) {
		t.Errorf("%v: RequestID = %q", a.code, found.RequestID())
	}
	a.checkStatus(t, err)
}

// checkStatus: what worked without errpact works on.
func (a arrival) checkStatus(t *testing.T, err error) {
	t.Helper()
	st, ok := status.FromError(err)
	if !ok || uint32(status.Code(err)) != a.code.ConnectCode() || st.Message() != a.message || len(st.Details()) < 2 {
		t.Errorf("%v: the status is %v with %v", a.code, st, st.Details())
	}
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok && (info.GetDomain() != "errpact.dev" || info.GetReason() == "") {
			t.Errorf("%v: ErrorInfo = %v", a.code, info)
		}
	}
}

// TestG15TheBytesAreThoseOfConnect for the same error, and the same every time.
func TestG15TheBytesAreThoseOfConnect(t *testing.T) {
	all := arrivals()
	address := serveErrors(t, errorCases(errorsOf(all)...))
	mux := http.NewServeMux()
	mux.Handle(unary, connect.NewUnaryHandler(unary, func(_ context.Context, req *connect.Request[text]) (*connect.Response[text], error) {
		i, err := strconv.Atoi(req.Header().Get("Case"))
		if err != nil {
			return nil, err
		}
		return nil, all[i].err
	}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(newPolicy(t))))))
	server := loopback.Serve(t, mux)
	for i, a := range all {
		theirs := post(t, server.Listener.Addr().String(), unary, frame(), "Case", strconv.Itoa(i), "X-Request-Id", "one")
		for range 2 {
			ours := post(t, address, unary, frame(), "Case", strconv.Itoa(i), "X-Request-Id", "one")
			for _, key := range []string{"Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin"} {
				if got, want := ours.status(key), theirs.status(key); !strings.EqualFold(got, want) || key == "Grpc-Status-Details-Bin" && got != want {
					t.Errorf("%v: %s = %q, Connect's is %q", a.code, key, got, want)
				}
			}
		}
		if hasCanary(theirs.bytes()) || bytes.Contains(theirs.bytes(), []byte("find: ")) {
			t.Errorf("%v: a cause went out", a.code)
		}
	}
}
