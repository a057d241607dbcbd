// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/trouble"
)

// For most of these rows, test/answers has errpact's half: TestG12EveryAnswer.

// gateway is grpc-gateway with a service that ends with err.
func gateway(t *testing.T, err error, opts ...runtime.ServeMuxOption) http.Handler {
	t.Helper()
	mux := runtime.NewServeMux(opts...)
	backend := trouble.GRPC{Answer: func(context.Context, string) error { return err }}
	if err := interopv1.RegisterTroubleServiceHandlerServer(t.Context(), mux, backend); err != nil {
		t.Fatal(err)
	}
	return mux
}

func TestGatewayWritesTheMessageIntoWWWAuthenticate(t *testing.T) {
	res, _ := get(t, gateway(t, status.Error(codes.Unauthenticated, "token has expired")), path)
	if got := res.Header.Get("WWW-Authenticate"); got != "token has expired" {
		t.Errorf("WWW-Authenticate = %q, want the message", got)
	}
}

func TestGatewaySendsDebugInfo(t *testing.T) {
	debug := &errdetails.DebugInfo{Detail: private}
	s, err := status.New(codes.Internal, "oops").WithDetails(debug)
	if err != nil {
		t.Fatal(err)
	}
	if _, body := get(t, gateway(t, s.Err()), path); !strings.Contains(body, private) {
		t.Errorf("grpc-gateway: body = %s, want it to contain %q", body, private)
	}
	received, ok := errors.AsType[*connect.Error](withErrpact().call(t, errpactv1err.Database.WithDetail(debug)))
	if !ok || slices.ContainsFunc(received.Details(), func(d *connect.ErrorDetail) bool { return d.Type() == "google.rpc.DebugInfo" }) {
		t.Errorf("errpact: error = %v, want it without DebugInfo", received)
	}
}

func TestGatewaySendsTheTextOfPlainErrors(t *testing.T) {
	if _, body := get(t, gateway(t, io.ErrUnexpectedEOF), path); !strings.Contains(body, io.ErrUnexpectedEOF.Error()) {
		t.Errorf("body = %s, want it to contain %q", body, io.ErrUnexpectedEOF)
	}
}

func TestGatewayWritesAnyBody(t *testing.T) {
	handler := func(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, _ *http.Request, err error) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "<error>"+status.Convert(err).Message()+"</error>")
	}
	res, body := get(t, gateway(t, status.Error(codes.NotFound, "no such folder"), runtime.WithErrorHandler(handler)), path)
	if res.StatusCode != http.StatusTeapot || body != "<error>no such folder</error>" {
		t.Errorf("%s, body %q, want the handler's own", res.Status, body)
	}
}
