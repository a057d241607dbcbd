// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connecterror_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/emptypb"
)

// TestConnectKeepsRenderedJSON: detail.go has Connect print a shared detail once, and relies on Connect to
// keep the JSON of a detail that it has decoded. If this fails, answers stay right and take twice as long.
func TestConnectKeepsRenderedJSON(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"code":"not_found","details":[{"type":"google.rpc.Help","value":"","debug":{"kept":"as it came"}}]}`)
	}))
	t.Cleanup(server.Close)
	client := connect.NewClient[emptypb.Empty, emptypb.Empty](server.Client(), server.URL+"/a.B/C")
	_, err := client.CallUnary(t.Context(), connect.NewRequest(new(emptypb.Empty)))
	decoded, ok := errors.AsType[*connect.Error](err)
	if !ok || len(decoded.Details()) != 1 {
		t.Fatalf("the client got %v", err)
	}
	if body := written(t, decoded.Details()[0]); !strings.Contains(body, "as it came") {
		t.Errorf("Connect sent %s, want the JSON that it has decoded", body)
	}
}

// TestConnectKeepsEncodedMessages: detail.go hands Connect an ErrorInfo whose bytes are made already, and
// relies on Connect to print the message itself, without decoding the bytes.
func TestConnectKeepsEncodedMessages(t *testing.T) {
	info := &errdetails.ErrorInfo{Reason: "ENCODED"}
	detail, err := connect.NewErrorDetail(info)
	if err != nil {
		t.Fatal(err)
	}
	info.Reason = "PRINTED"
	if body := written(t, detail); !strings.Contains(body, "PRINTED") {
		t.Errorf("Connect sent %s, want the message that was given", body)
	}
}

// written is Connect's own answer with a detail.
func written(t *testing.T, detail *connect.ErrorDetail) string {
	t.Helper()
	e := connect.NewError(connect.CodeNotFound, nil)
	e.AddDetail(detail)
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/a.B/C", nil)
	r.Header.Set("Content-Type", "application/json")
	if err := connect.NewErrorWriter().Write(w, r, e); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}
