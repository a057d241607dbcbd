// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// TestG2AnAnswerThatCannotBeReadIsTheUpstreams though Connect does not call it a wire error: it has the
// upstream's headers, which a local error's would pass on.
func TestG2AnAnswerThatCannotBeReadIsTheUpstreams(t *testing.T) {
	for name, header := range map[string]http.Header{
		"no status":      {},
		"a bad status":   {"Grpc-Status": {"?"}},
		"a bad message":  {"Grpc-Status": {"5"}, "Grpc-Message": {"%"}},
		"bad details":    {"Grpc-Status": {"5"}, "Grpc-Status-Details-Bin": {"!"}},
		"broken details": {"Grpc-Status": {"5"}, "Grpc-Status-Details-Bin": {"/////w"}},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/grpc-web+proto")
			w.Header().Set("Set-Cookie", "upstream")
			for key := range header {
				w.Header().Set(key, header.Get(key))
			}
		}))
		client := connect.NewClient[emptypb.Empty, emptypb.Empty](server.Client(), server.URL+"/a.B/C", connect.WithGRPCWeb())
		_, err := client.CallUnary(t.Context(), connect.NewRequest(new(emptypb.Empty)))
		server.Close()
		e, _ := errors.AsType[*connect.Error](err)
		if o, ok := transport.ClassifyConnect(e); !ok || o.Source != mapping.SourceRemote {
			t.Errorf("%s: Connect(%v) = %+v, %t", name, err, o, ok)
		}
	}
	local := connect.NewError(connect.CodeNotFound, nil)
	local.Meta().Set("X-Own", "kept")
	if o, ok := transport.ClassifyConnect(local); !ok || o.Source != mapping.SourceLocal {
		t.Errorf("a handler's own is %+v, %t", o, ok)
	}
}
