// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package strict_test mounts rest.StrictJSON in the real vanguard.
package strict_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/internal/interop/trouble"
	"github.com/errpact/errpact/mapping"
)

// The codec is one of both, by the shape of its methods alone.
var (
	_ connect.Codec        = rest.StrictJSON[any]{}
	_ vanguard.RESTCodec   = rest.StrictJSON[proto.Message]{}
	_ vanguard.StableCodec = rest.StrictJSON[proto.Message]{}
)

func strictJSON(types vanguard.TypeResolver) vanguard.Codec {
	return rest.StrictJSON[proto.Message]{Types: types}
}

// serve puts the strict codec into vanguard, in front of TroubleService over one protocol, and counts
// how often the service ran. Without a middleware around, vanguard's own answers are seen.
func serve(t *testing.T, protocol vanguard.Protocol, codec string, wrapped bool) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	ran := new(atomic.Int32)
	path, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: func(context.Context, string) error {
		ran.Add(1)
		return nil
	}}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))), rest.WithStrictJSON())
	transcoder, err := vanguard.NewTranscoder(
		[]*vanguard.Service{vanguard.NewService(path, handler, vanguard.WithTargetProtocols(protocol), vanguard.WithTargetCodecs(codec))},
		vanguard.WithCodec(strictJSON),
	)
	if err != nil {
		t.Fatal(err)
	}
	var outer http.Handler = transcoder
	if wrapped {
		outer = rest.Handler(transcoder, rest.WithPolicy(policy))
	}
	s := httptest.NewUnstartedServer(outer)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, ran
}

func send(t *testing.T, s *httptest.Server, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}

// violation is the envelope of a fault with its place.
func violation(number, message, field, text, reason string) string {
	return `{"error_code":` + number + `,"error_message":"` + message + `","details":{"field_violations":[{"field":"` + field +
		`","description":"` + text + `","reason":"` + reason + `"}]}}`
}

var cases = []struct{ name, method, path, body, want string }{
	{"unknown field", "POST", "/v1/trouble", `{"nope":1}`,
		violation("3", "Invalid structure", "nope", "want a field that there is", "UNKNOWN_FIELD")},
	{"unknown field inside", "POST", "/v1/trouble", `{"inner":{"nope":1}}`,
		violation("3", "Invalid structure", "inner.nope", "want a field that there is", "UNKNOWN_FIELD")},
	{"unknown field of a body that is a field", "PUT", "/v1/trouble/x/inner", `{"nope":1}`,
		violation("3", "Invalid structure", "nope", "want a field that there is", "UNKNOWN_FIELD")},
	{"unknown enum name", "POST", "/v1/trouble", `{"kind":"KIND_NOPE"}`,
		violation("4", "Invalid value", "kind", "want the name of one of the enum's values", "NOT_ALLOWED")},
	{"out of range", "POST", "/v1/trouble", `{"amount":4294967296}`,
		violation("4", "Invalid value", "amount", "want a whole number within range", "NOT_ALLOWED")},
	{"wrong type", "POST", "/v1/trouble", `{"inner":{"count":"x"}}`,
		violation("5", "Invalid type", "inner.count", "want a whole number", "WRONG_TYPE")},
	{"an array", "POST", "/v1/trouble", `[]`, `{"error_code":5,"error_message":"Invalid type","details":null}`},
	{"broken", "POST", "/v1/trouble", `{"name":`, `{"error_code":3,"error_message":"Invalid structure","details":null}`},
}

// TestG12StrictJSON is every fault through vanguard to each target: the number, the place, and a
// handler that does not run.
func TestG12StrictJSON(t *testing.T) {
	for name, target := range map[string]struct {
		protocol vanguard.Protocol
		codec    string
	}{
		"Connect, proto": {vanguard.ProtocolConnect, vanguard.CodecProto},
		"Connect, JSON":  {vanguard.ProtocolConnect, vanguard.CodecJSON},
		"gRPC, proto":    {vanguard.ProtocolGRPC, vanguard.CodecProto},
		"gRPC, JSON":     {vanguard.ProtocolGRPC, vanguard.CodecJSON},
		"gRPC-Web":       {vanguard.ProtocolGRPCWeb, vanguard.CodecProto},
	} {
		t.Run(name, func(t *testing.T) {
			s, ran := serve(t, target.protocol, target.codec, true)
			for _, test := range cases {
				t.Run(test.name, func(t *testing.T) {
					if status, body := send(t, s, test.method, test.path, test.body); status != 400 || body != test.want {
						t.Errorf("answer = %d %s\nwant 400 %s", status, body, test.want)
					}
				})
			}
			if n := ran.Load(); n != 0 {
				t.Errorf("the service ran %d times", n)
			}
			for _, path := range []string{"/v1/trouble", "/v1/trouble/x/inner"} {
				method, body := "POST", `{"inner":{"label":"a","count":2},"kind":"KIND_LARGE"}`
				if path != "/v1/trouble" {
					method, body = "PUT", `{"label":"a"}`
				}
				if status, answer := send(t, s, method, path, body); status != 200 {
					t.Errorf("success = %d %s", status, answer)
				}
			}
		})
	}
}

// TestStrictJSONWithoutTheMiddleware is vanguard's own answer, which names the field too.
func TestStrictJSONWithoutTheMiddleware(t *testing.T) {
	s, _ := serve(t, vanguard.ProtocolGRPC, vanguard.CodecProto, false)
	status, body := send(t, s, "POST", "/v1/trouble", `{"inner":{"nope":1}}`)
	if status != 400 || !strings.Contains(body, "inner.nope: want a field that there is") || !strings.Contains(body, "google.rpc.BadRequest") {
		t.Errorf("answer = %d %s", status, body)
	}
}
