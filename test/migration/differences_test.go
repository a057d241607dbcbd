// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// stacks are the three, with handlers that fail so, by URL.
func stacks(t *testing.T, policy *mapping.Policy, err error) map[string]string {
	t.Helper()
	answer := func(context.Context, string) error { return err }
	v1, v2 := http.NewServeMux(), http.NewServeMux()
	v1.Handle(interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: answer},
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))))
	server := connectv2.NewServer(errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy)))
	interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: answer})
	connecthttp.Mount(v2, server)
	old := grpc.NewServer(grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()...)
	interopv1.RegisterTroubleServiceServer(old, trouble.GRPC{Answer: answer})
	return map[string]string{
		"Connect v1": serveHTTP(t, v1), "Connect v2": serveHTTP(t, v2), "grpc-go": "http://" + serveGRPC(t, old),
	}
}

// answers are what the three send for an error, by a plain client of gRPC, and the headers of the answer.
func answers(t *testing.T, policy *mapping.Policy, failed error) map[string]answer {
	t.Helper()
	all := make(map[string]answer)
	for stack, url := range stacks(t, policy, failed) {
		client := interopv1connect.NewTroubleServiceClient(h2c(), url, connect.WithGRPC())
		_, err := client.Unary(t.Context(), connect.NewRequest(new(interopv1.UnaryRequest)))
		e, ok := errors.AsType[*connect.Error](err)
		if !ok {
			t.Fatalf("%s: %v", stack, err)
		}
		all[stack] = answer{e, e.Meta().Get("X-Hint")}
	}
	return all
}

type answer struct {
	*connect.Error
	hint string
}

func h2c() *http.Client {
	base := &http.Transport{Protocols: new(http.Protocols)}
	base.Protocols.SetUnencryptedHTTP2(true)
	return &http.Client{Transport: base}
}

// TestOwnErrorsAreTheSameAfterTheMove as the page writes them, wherever they are returned: half-moved,
// a service has some of each.
func TestOwnErrorsAreTheSameAfterTheMove(t *testing.T) {
	cause := errors.New(canary)
	for name, err := range map[string]error{
		"v1": takenV1("f-17", cause), "v2": takenV2("f-17", cause),
	} {
		for stack, got := range answers(t, quiet(t), err) {
			isTaken(t, name+" on "+stack, got)
		}
	}
	isTaken(t, "status on grpc-go", answers(t, quiet(t), takenGRPC("f-17", cause))["grpc-go"])
}

func isTaken(t *testing.T, name string, got answer) {
	t.Helper()
	if got.Code() != connect.CodeAlreadyExists || got.Message() != `there is a folder "f-17" already` || len(got.Details()) != 1 ||
		got.Details()[0].Type() != "errpact.interop.v1.Inner" || strings.Contains(fmt.Sprintf("%+v", got), canary) {
		t.Errorf("%s: %v, %v", name, got.Error, got.Details())
	}
}

// TestTextsOfInternalErrors: v2's are sent, wherever they are returned, and the others' replaced.
func TestTextsOfInternalErrors(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		sent bool
	}{
		"v1":     {connect.NewError(connect.CodeInternal, errors.New(canary)), false},
		"v2":     {connectv2.NewError(connectv2.CodeInternal, canary), true},
		"cause":  {connectv2.NewError(connectv2.CodeInternal, "try later").WithCause(errors.New(canary)), false},
		"status": {status.Error(codes.Internal, canary), false},
	} {
		for stack, got := range answers(t, quiet(t), test.err) {
			if sent := strings.Contains(got.Message(), canary); sent != test.sent {
				t.Errorf("%s on %s: %v", name, stack, got.Error)
			}
		}
	}
}

// TestHeadersOfV1sErrors are sent by v1 alone.
func TestHeadersOfV1sErrors(t *testing.T) {
	err := connect.NewError(connect.CodeAborted, errors.New("again"))
	err.Meta().Set("X-Hint", "h")
	for stack, got := range answers(t, quiet(t), err) {
		if got.Code() != connect.CodeAborted || got.hint == "h" != (stack == "Connect v1") {
			t.Errorf("%s: %v, hint %q", stack, got.Error, got.hint)
		}
	}
}

// TestHeadersOfV2sErrors are the call's, on either side: what takes the place of v1's Meta.
func TestHeadersOfV2sErrors(t *testing.T) {
	server := connectv2.NewServer(errpactv2.NewServerInterceptor(errpactv2.WithPolicy(quiet(t))))
	interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: func(ctx context.Context, _ string) error {
		info, _ := connectv2.CallInfoForServerContext(ctx)
		info.ResponseHeader().Set("X-Hint", "h")
		return errpactv1err.NotExist
	}})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	url := serveHTTP(t, mux)
	for name, options := range map[string][]connecthttp.Option{"Connect": nil, "gRPC": {connecthttp.WithGRPC()}, "gRPC-Web": {connecthttp.WithGRPCWeb()}} {
		client := connectv2.NewClient(connecthttp.NewTransport(h2c(), url, options...), errpactv2.NewClientInterceptor())
		ctx, info := connectv2.NewClientContext(t.Context())
		_, err := interopv1connectv2.NewTroubleServiceClient(client).Unary(ctx, new(interopv1.UnaryRequest))
		if !errors.Is(err, errpactv1err.NotExist) || info.ResponseHeader().Get("X-Hint") != "h" {
			t.Errorf("v2's client by %s: %v, %q", name, err, info.ResponseHeader().Get("X-Hint"))
		}
	}
	for name, options := range map[string][]connect.ClientOption{"Connect": nil, "gRPC": {connect.WithGRPC()}, "gRPC-Web": {connect.WithGRPCWeb()}} {
		_, err := interopv1connect.NewTroubleServiceClient(h2c(), url, options...).Unary(t.Context(), connect.NewRequest(new(interopv1.UnaryRequest)))
		if e, ok := errors.AsType[*connect.Error](err); !ok || e.Meta().Get("X-Hint") != "h" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOldErrors of package status: only grpc-go knows them, and with the page's rule all do.
func TestOldErrors(t *testing.T) {
	failed := fmt.Errorf("reading: %w", status.Error(codes.NotFound, "no such folder"))
	for stack, got := range answers(t, quiet(t), failed) {
		if want := map[bool]connect.Code{true: connect.CodeNotFound, false: connect.CodeUnknown}[stack == "grpc-go"]; got.Code() != want {
			t.Errorf("%s: %v", stack, got.Error)
		}
	}
	if _, err := newPolicy(); err != nil {
		t.Fatal(err)
	}
	rule := mapping.WithRules(mapping.MapAs(entryOf))
	for stack, got := range answers(t, quiet(t, rule), failed) {
		if got.Code() != connect.CodeNotFound || got.Message() != "no such folder" || len(got.Details()) == 0 {
			t.Errorf("%s: %v", stack, got.Error)
		}
	}
	for stack, got := range answers(t, quiet(t, rule), status.Error(codes.Internal, canary)) {
		if strings.Contains(got.Message(), canary) {
			t.Errorf("%s: %v", stack, got.Error)
		}
	}
}

// TestCodeOfTheOtherVersion is a trap: what asks the catalogue does not fall into it.
func TestCodeOfTheOtherVersion(t *testing.T) {
	for stack, url := range stacks(t, quiet(t), errpactv1err.NotExist) {
		old, err := clientGRPC(strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_, byGRPC := old.Unary(t.Context(), new(interopv1.UnaryRequest))
		_, byV2 := clientOfGRPC(url).Unary(t.Context(), new(interopv1.UnaryRequest))
		v1 := interopv1connect.NewTroubleServiceClient(h2c(), url, connect.WithGRPC(), connect.WithInterceptors(interceptor.New()))
		_, byV1 := v1.Unary(t.Context(), connect.NewRequest(new(interopv1.UnaryRequest)))
		if e, ok := errors.AsType[*connectv2.Error](byV2); !ok || !e.IsRemote() || !connect.IsWireError(byV1) {
			t.Errorf("%s: the transports' errors are not remote", stack)
		}
		type code struct {
			v1   connect.Code
			v2   connectv2.Code
			grpc codes.Code
		}
		for err, want := range map[error]code{
			byV1:   {connect.CodeNotFound, connectv2.CodeUnknown, codes.Unknown},
			byV2:   {connect.CodeUnknown, connectv2.CodeNotFound, codes.Unknown},
			byGRPC: {connect.CodeUnknown, connectv2.CodeUnknown, codes.NotFound},
		} {
			if remote, _ := mapping.From(err); !remote.Remote() {
				t.Errorf("%s: %v is not remote", stack, err)
			}
			if got := (code{connect.CodeOf(err), connectv2.CodeOf(err), status.Code(err)}); got != want {
				t.Errorf("%s: %+v, want %+v", stack, got, want)
			}
			if e, _ := mapping.From(err); !errors.Is(err, errpactv1err.NotExist) || mapping.CodeOf(err) != errpactv1err.NotExist || e.ConnectCode() != 5 {
				t.Errorf("%s: %v", stack, err)
			}
		}
	}
}

// TestWhatFailsBeforeTheHandler has an entry on v2 alone, which also reads no more than 4 MiB by default,
// as grpc-go does.
func TestWhatFailsBeforeTheHandler(t *testing.T) {
	large := &interopv1.UnaryRequest{Data: make([]byte, 5<<20)}
	for stack, url := range stacks(t, quiet(t), nil) {
		client := interopv1connect.NewTroubleServiceClient(h2c(), url, connect.WithGRPC())
		_, err := client.Unary(t.Context(), connect.NewRequest(large))
		e, _ := errors.AsType[*connect.Error](err)
		switch stack {
		case "Connect v1":
			if err != nil {
				t.Errorf("%s: %v", stack, err)
			}
		case "Connect v2":
			if connect.CodeOf(err) != connect.CodeResourceExhausted || len(e.Details()) == 0 {
				t.Errorf("%s: %v", stack, err)
			}
		default:
			if connect.CodeOf(err) != connect.CodeResourceExhausted || len(e.Details()) > 0 {
				t.Errorf("%s: %v", stack, err)
			}
		}
		if stack == "grpc-go" {
			continue
		}
		res, err := http.Post(url+interopv1connect.TroubleServiceUnaryProcedure, "application/json", strings.NewReader("{"))
		if err != nil {
			t.Fatal(err)
		}
		body := read(t, res)
		if entry := strings.Contains(body, "errpact.v1.ErrorDetail"); entry != (stack == "Connect v2") || res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d %s", stack, res.StatusCode, body)
		}
	}
}
