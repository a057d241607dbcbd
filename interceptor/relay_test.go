// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// relays are the ways in which a handler passes an upstream's error on.
var relays = map[string]struct {
	options []interceptor.Option
	relay   func(error) error
}{
	"WithRelay":         {[]interceptor.Option{interceptor.WithRelay()}, func(err error) error { return err }},
	"WithRelay wrapped": {[]interceptor.Option{interceptor.WithRelay()}, func(err error) error { return errors.Join(errors.New(canary), err) }},
	"Relay":             {nil, func(err error) error { e, _ := mapping.From(err); return e.Relay() }},
}

// relayed runs A, that relays what B answers, and gives what A's caller gets.
func relayed(t *testing.T, b http.Handler, test func(t *testing.T, err error)) {
	t.Helper()
	base := loopback.Serve(t, b).URL
	for name, r := range relays {
		t.Run(name, func(t *testing.T) {
			callB := toB(t, base, decoding(r.options...))
			a := serveErrors(t, func(ctx context.Context, _ http.Header) error { return r.relay(callB(ctx)) })
			everyWay(t, func(t *testing.T, procedure string, w way) {
				record := &recorder{RoundTripper: newTransport(t, w.http2)}
				client := newClient(&http.Client{Transport: record}, a.URL, procedure, w, decoding())
				test(t, call(t.Context(), client, procedure, nil))
				if raw := record.bytes(); hasCanary(raw) {
					t.Errorf("more than what is relayed went out:\n%q", raw)
				}
			})
		})
	}
}

func TestG2RelayPassesWhatIsListedAndNothingElse(t *testing.T) {
	b := trusted(t, connect.CodeAlreadyExists, errpactv1.ErrorCode_ERROR_CODE_INVALID_VALUE,
		&errdetails.RetryInfo{RetryDelay: durationpb.New(48 * time.Hour)})
	relayed(t, b, func(t *testing.T, err error) {
		found, _ := mapping.From(err)
		if found.Code() != errpactv1err.InvalidValue || found.Reason() != "OF_THEIRS" || found.Message() != "words for the caller" {
			t.Errorf("the caller got %+v", err)
		}
		if found.ConnectCode() != uint32(connect.CodeAlreadyExists) || found.HTTPStatus() != http.StatusConflict {
			t.Errorf("the caller got %d, %d", found.ConnectCode(), found.HTTPStatus())
		}
		if diff := cmp.Diff(map[string]string{"good": "v"}, found.Metadata()); diff != "" {
			t.Errorf("Metadata (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]mapping.Field{{Path: "f", Description: "d"}}, found.Fields()); diff != "" {
			t.Errorf("Fields (-want +got):\n%s", diff)
		}
		if payload, _ := mapping.Payload[map[string]int](err); payload["left"] != 3 {
			t.Errorf("Payload = %v", payload)
		}
		if delay, _ := found.RetryDelay(); delay != time.Hour {
			t.Errorf("RetryDelay = %v", delay)
		}
		if len(found.Details()) != 0 {
			t.Errorf("Details = %v", found.Details())
		}
	})
}

func TestG2RelayNeverPassesWhatIsAboutOurOwnCall(t *testing.T) {
	for name, test := range map[string]struct {
		b    http.Handler
		want mapping.Code
	}{
		"our token, by the code":   {trusted(t, connect.CodeUnauthenticated, errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST), errpactv1err.ExternalServiceRejected},
		"our token, by the number": {trusted(t, connect.CodeNotFound, errpactv1.ErrorCode_ERROR_CODE_AUTH_EXPIRED), errpactv1err.ExternalServiceRejected},
		"our token, untyped":       {hostile("unauthenticated"), errpactv1err.ExternalServiceRejected},
		"our deadline":             {trusted(t, connect.CodeDeadlineExceeded, errpactv1.ErrorCode_ERROR_CODE_UNKNOWN), errpactv1err.ExternalServiceTimedOut},
		"our cancellation":         {trusted(t, connect.CodeCanceled, errpactv1.ErrorCode_ERROR_CODE_UNKNOWN), errpactv1err.ExternalServiceTimedOut},
		"no answer at all":         {http.NotFoundHandler(), errpactv1err.ExternalServiceRejected},
	} {
		t.Run(name, func(t *testing.T) {
			relayed(t, test.b, func(t *testing.T, err error) {
				if found, _ := mapping.From(err); !errors.Is(err, test.want) || found.Message() != test.want.Message() {
					t.Errorf("the caller got %v, want %v", err, test.want)
				}
			})
		})
	}
}

// TestG2RelayInfersWhatTheWireSays: B knows nothing of errpact.
func TestG2RelayInfersWhatTheWireSays(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle(unary, connect.NewUnaryHandler(unary, func(context.Context, *connect.Request[text]) (*connect.Response[text], error) {
		return nil, connect.NewError(connect.CodeNotFound, errors.New("no such folder"))
	}))
	relayed(t, mux, func(t *testing.T, err error) {
		if found, _ := mapping.From(err); found.Code() != errpactv1err.NotExist || found.Message() != "no such folder" {
			t.Errorf("the caller got %v", err)
		}
	})
}

func TestG2RelayKeepsANumberThatNobodyKnows(t *testing.T) {
	relayed(t, trusted(t, connect.CodeAborted, 4711), func(t *testing.T, err error) {
		if found, _ := mapping.From(err); found.Code().Number() != 4711 || found.ConnectCode() != uint32(connect.CodeAborted) {
			t.Errorf("the caller got %v", err)
		}
	})
}

// TestRelayOfAnErrorOfOnesOwnChangesNothing also when it was received, and then wrapped by one's own.
func TestRelayOfAnErrorOfOnesOwnChangesNothing(t *testing.T) {
	throughA(t, func(context.Context) error { return errpactv1err.NotExist.Wrap(errors.New(canary)).Relay() }, errpactv1err.NotExist)
}
