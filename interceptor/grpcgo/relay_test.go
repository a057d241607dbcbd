// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// relays are the ways in which a handler passes an upstream's error on.
var relays = map[string]struct {
	options []grpcgo.Option
	relay   func(error) error
}{
	"WithRelay":         {[]grpcgo.Option{grpcgo.WithRelay()}, func(err error) error { return err }},
	"WithRelay wrapped": {[]grpcgo.Option{grpcgo.WithRelay()}, func(err error) error { return errors.Join(errPlain, err) }},
	"Relay":             {nil, func(err error) error { e, _ := mapping.From(err); return e.Relay() }},
}

// relayed runs A, that relays what B answers, and gives what A's caller gets.
func relayed(t *testing.T, b string, test func(t *testing.T, err error)) {
	t.Helper()
	for name, r := range relays {
		for _, procedure := range procedures {
			t.Run(name+procedure, func(t *testing.T) {
				callB := toB(t, b, procedure, decoding(r.options...)...)
				a := serveErrors(t, func(ctx context.Context) error { return r.relay(callB(ctx)) })
				test(t, call(t.Context(), dial(t, a, decoding()...), unary))
				if raw := post(t, a, unary, frame()).bytes(); hasCanary(raw) {
					t.Errorf("more than what is relayed went out:\n%q", raw)
				}
			})
		}
	}
}

// trusted is an upstream of the same team's, that answers with all there is.
func trusted(t *testing.T, code codes.Code, number errpactv1.ErrorCode, more ...protoadapt.MessageV1) string {
	t.Helper()
	st, err := status.New(code, "words for the caller").WithDetails(append(more,
		&errpactv1.ErrorDetail{Code: &number, Reason: "OF_THEIRS", DetailsJson: `{"left":3}`},
		&errdetails.ErrorInfo{Reason: canary, Domain: canary, Metadata: map[string]string{"good": "v", "bad key " + canary: "x"}},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "f", Description: "d"}}},
		&errdetails.RequestInfo{RequestId: canary}, &errdetails.DebugInfo{Detail: canary},
		&errdetails.Help{Links: []*errdetails.Help_Link{{Url: canary}}}, wrapperspb.String(canary))...)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, func(ctx context.Context) error {
		if err := grpc.SetTrailer(ctx, metadata.Pairs("x-words", canary)); err != nil {
			return err
		}
		return st.Err()
	})
}

func TestG2RelayPassesWhatIsListedAndNothingElse(t *testing.T) {
	b := trusted(t, codes.AlreadyExists, errpactv1.ErrorCode_ERROR_CODE_INVALID_VALUE,
		&errdetails.RetryInfo{RetryDelay: durationpb.New(48 * time.Hour)})
	relayed(t, b, func(t *testing.T, err error) {
		found, _ := mapping.From(err)
		if found.Code() != errpactv1err.InvalidValue || found.Reason() != "OF_THEIRS" || found.Message() != "words for the caller" {
			t.Errorf("the caller got %+v", err)
		}
		if status.Code(err) != codes.AlreadyExists || found.HTTPStatus() != http.StatusConflict {
			t.Errorf("the caller got %d, %d", found.ConnectCode(), found.HTTPStatus())
		}
		if diff := cmp.Diff(map[string]string{"good": "v"}, found.Metadata()); diff != "" {
			t.Errorf("Metadata (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]mapping.Field{{Path: "f", Description: "d"}}, found.Fields()); diff != "" {
			t.Errorf("Fields (-want +got):\n%s", diff)
		}
		payload, _ := mapping.Payload[map[string]int](err)
		if delay, _ := found.RetryDelay(); delay != time.Hour || payload["left"] != 3 || len(found.Details()) != 0 {
			t.Errorf("RetryDelay = %v, payload %v, details %v", delay, payload, found.Details())
		}
	})
}

func TestG2RelayNeverPassesWhatIsAboutOurOwnCall(t *testing.T) {
	rejected, timedOut := errpactv1err.ExternalServiceRejected, errpactv1err.ExternalServiceTimedOut
	for name, test := range map[string]struct {
		b    string
		want mapping.Code
	}{
		"our token, by the code":   {trusted(t, codes.Unauthenticated, errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST), rejected},
		"our token, by the number": {trusted(t, codes.NotFound, errpactv1.ErrorCode_ERROR_CODE_AUTH_EXPIRED), rejected},
		"our deadline":             {trusted(t, codes.DeadlineExceeded, errpactv1.ErrorCode_ERROR_CODE_UNKNOWN), timedOut},
		"our cancellation":         {trusted(t, codes.Canceled, errpactv1.ErrorCode_ERROR_CODE_UNKNOWN), timedOut},
		"no answer at all":         {page(t, 404), rejected},
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

// inferred are statuses without details of a B that knows nothing of errpact.
var inferred = map[codes.Code]mapping.Code{
	codes.NotFound: errpactv1err.NotExist, codes.PermissionDenied: errpactv1err.AuthForbidden,
	codes.Unimplemented: errpactv1err.NotRealized, codes.ResourceExhausted: errpactv1err.Unknown,
}

// TestG2WithRelayPassesWhatHasNoEntry: the trailers tell that it is B's.
func TestG2WithRelayPassesWhatHasNoEntry(t *testing.T) {
	for code, want := range inferred {
		b := serve(t, func(context.Context) error { return status.Error(code, "words of B") })
		everyProcedure(t, func(t *testing.T, procedure string) {
			callB := toB(t, b, procedure, decoding(grpcgo.WithRelay())...)
			a := serveErrors(t, answerer(callB))
			err := call(t.Context(), dial(t, a, decoding()...), unary)
			if found, _ := mapping.From(err); found.Code() != want || status.Code(err) != code || found.Message() != "words of B" {
				t.Errorf("%v arrived as %v", code, err)
			}
		})
	}
}

// TestG2RelayWithoutTheOptionsPassesWhatIsCertain: interceptors alone see no trailers.
func TestG2RelayWithoutTheOptionsPassesWhatIsCertain(t *testing.T) {
	i := grpcgo.New(grpcgo.WithRelay())
	for code, want := range map[codes.Code]mapping.Code{
		codes.NotFound: errpactv1err.NotExist, codes.PermissionDenied: errpactv1err.ExternalServiceRejected,
	} {
		b := serve(t, func(context.Context) error { return status.Error(code, "words of B") })
		throughB := toB(t, b, unary, grpc.WithUnaryInterceptor(i.UnaryClient))
		err := call(t.Context(), dial(t, serveErrors(t, answerer(throughB)), decoding()...), unary)
		if !errors.Is(err, want) {
			t.Errorf("%v arrived as %v, want %v", code, err, want)
		}
	}
}

func TestG2RelayKeepsANumberThatNobodyKnows(t *testing.T) {
	relayed(t, trusted(t, codes.Aborted, 4711), func(t *testing.T, err error) {
		if found, _ := mapping.From(err); found.Code().Number() != 4711 || status.Code(err) != codes.Aborted {
			t.Errorf("the caller got %v", err)
		}
	})
}

// failingLater are credentials that can be had once.
type failingLater struct{ asked atomic.Int32 }

func (f *failingLater) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	if f.asked.Add(1) > 1 {
		return nil, status.Error(codes.Unavailable, canary)
	}
	return nil, nil
}

func (*failingLater) RequireTransportSecurity() bool { return false }

// TestG2ARetriedCallIsJudgedByItsLastAttempt: the first was answered, and the last was not made.
func TestG2ARetriedCallIsJudgedByItsLastAttempt(t *testing.T) {
	const again = `{"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":2,"initialBackoff":"0.001s","maxBackoff":"0.001s","backoffMultiplier":1,"retryableStatusCodes":["UNAVAILABLE"]}}]}`
	b := serve(t, func(context.Context) error { return status.Error(codes.Unavailable, "words of B") })
	throughA(t, func(ctx context.Context) error {
		once := new(failingLater)
		err := toB(t, b, unary, append(decoding(grpcgo.WithRelay()), grpc.WithDefaultServiceConfig(again), grpc.WithPerRPCCredentials(once))...)(ctx)
		if once.asked.Load() != 2 {
			t.Errorf("%d attempts", once.asked.Load())
		}
		return err
	}, errpactv1err.ExternalServiceUnreachable)
}
