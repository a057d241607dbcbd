// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	kratos "github.com/go-kratos/kratos/v3/errors"
	khttp "github.com/go-kratos/kratos/v3/transport/http"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"

	_ "github.com/go-kratos/kratos/v3/encoding/proto" // the codec that a caller asks for
)

func kratosHandler(err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { khttp.DefaultErrorEncoder(w, r, err) })
}

func restHandler(err error) http.Handler {
	return rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, err) }), rest.WithPolicy(quiet))
}

func TestKratosSendsTheTextOfPlainErrors(t *testing.T) {
	plain := errors.New(private)
	if _, body := get(t, kratosHandler(plain), "/"); !strings.Contains(body, private) {
		t.Errorf("kratos: body = %s, want it to contain %q", body, private)
	}
	if _, body := get(t, restHandler(plain), "/"); strings.Contains(body, private) {
		t.Errorf("errpact: body = %s, want it without %q", body, private)
	}
}

func TestKratosErrorsOfTwoServicesAreEqual(t *testing.T) {
	const reason = "NOT_FOUND"
	folders, users := kratos.NotFound(reason, "no such folder"), kratos.NotFound(reason, "no such user")
	received := kratos.FromError(users.GRPCStatus().Err())
	if !errors.Is(received, folders) {
		t.Error("kratos: the users' error is not the folders' one of the same reason")
	}
	interop := mapping.MustCatalogue(interopv1.ConformanceCode(0).Descriptor())
	other := interop.Code(int32(interopv1.ConformanceCode_CONFORMANCE_CODE_NOT_FOUND))
	err := withErrpact().call(t, other)
	if !errors.Is(err, other) || errors.Is(err, errpactv1err.NotExist) {
		t.Errorf("errpact: error = %v, want the other catalogue's alone", err)
	}
}

func TestKratosLosesHTTPStatusesOverGRPC(t *testing.T) {
	const sent = http.StatusBadGateway
	received := kratos.FromError(kratos.New(sent, "BILLING_IS_DOWN", "billing is down").GRPCStatus().Err())
	if received.Code == sent || received.Reason != "BILLING_IS_DOWN" {
		t.Errorf("kratos: received %d, %s, want another status than %d", received.Code, received.Reason, sent)
	}
	err := withErrpact().call(t, errpactv1err.ExternalService, connect.WithGRPC())
	if e, ok := mapping.From(err); !ok || e.HTTPStatus() != sent {
		t.Errorf("errpact: error = %v, want HTTP status %d", err, sent)
	}
}

func TestKratosAnswersInTheCodecOfAccept(t *testing.T) {
	err := kratos.NotFound("NOT_FOUND", "no such folder")
	res, body := get(t, kratosHandler(err), "/", "Accept", "application/proto")
	var got kratos.Status
	if wrong := proto.Unmarshal([]byte(body), &got); wrong != nil || got.GetReason() != "NOT_FOUND" {
		t.Errorf("kratos: Content-Type %q, body %q: %v, want protobuf", res.Header.Get("Content-Type"), body, wrong)
	}
	res, _ = get(t, restHandler(errpactv1err.NotExist), "/", "Accept", "application/proto")
	if got := res.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("errpact: Content-Type %q, want application/json", got)
	}
}
