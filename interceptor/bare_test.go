// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

var (
	bareStatuses = []int{400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 429, 431, 500, 501, 502, 503, 504, 599}
	bareBodies   = []string{
		"", "{}", " {} ", "null", "[]", `""`, "0", `{"code":""}`, `{"code":"nope"}`, `{"message":""}`, `{"details":[]}`,
		`{"code":"unauthenticated"}`, `{"code":"not_found","message":""}`, "<html>no</html>",
	}
)

// TestBareAnswersHaveTheTextOfTheirCode has a server, or what stands in front of one, answer with a status and hardly a
// body. The client's number and text are of one entry, or the text is Connect's.
func TestBareAnswersHaveTheTextOfTheirCode(t *testing.T) {
	for _, status := range bareStatuses {
		for _, body := range bareBodies {
			for _, credential := range []string{"", "Bearer x"} {
				e, below := askBare(t, status, body, credential)
				want := e.Code().Message()
				if e.HTTPStatus() != e.Code().HTTPStatus() {
					want = mapping.StatusText(e.HTTPStatus())
				}
				if below.Message() != "" {
					want = below.Message()
				}
				if e.Message() != want {
					t.Errorf("%d %s, credential %q: %v %q, want %q", status, body, credential, e.Code(), e.Message(), want)
				}
				if code := below.Code(); code == connect.CodeUnauthenticated && errors.Is(e, errpactv1err.AuthInvalid) != (credential != "") {
					t.Errorf("%d %s, credential %q: %v", status, body, credential, e.Code())
				}
			}
		}
	}
}

// askBare returns what a client makes of the answer, and Connect's own error below.
func askBare(t *testing.T, status int, body, credential string) (*mapping.Error, *connect.Error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	defer server.Close()
	client := connect.NewClient[emptypb.Empty, emptypb.Empty](server.Client(), server.URL+unary, connect.WithInterceptors(interceptor.New()))
	req := connect.NewRequest(new(emptypb.Empty))
	if credential != "" {
		req.Header().Set("Authorization", credential)
	}
	_, err := client.CallUnary(t.Context(), req)
	e, ok := mapping.From(err)
	below, isConnect := errors.AsType[*connect.Error](err)
	if !ok || !isConnect {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	return e, below
}
