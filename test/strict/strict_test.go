// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package strict_test mounts strictjson.Codec in the real vanguard.
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
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectproto"
	"connectrpc.com/vanguard"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/strictjson"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// The codec is one of all, by the shape of its methods alone.
var (
	_ connect.Codec        = strictjson.Codec[any]{}
	_ connectv2.Codec      = strictjson.Codec[any]{}
	_ vanguard.RESTCodec   = strictjson.Codec[proto.Message]{}
	_ vanguard.StableCodec = strictjson.Codec[proto.Message]{}
)

func strictJSON(types vanguard.TypeResolver) vanguard.Codec {
	return strictjson.Codec[proto.Message]{Types: types}
}

// versions are those of Connect, each with the strict codec and errpact.
var versions = map[string]func(trouble.Answer, *mapping.Policy) http.Handler{
	"v1": func(answer trouble.Answer, policy *mapping.Policy) http.Handler {
		_, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: answer},
			connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))), strictjson.Option())
		return handler
	},
	"v2": func(answer trouble.Answer, policy *mapping.Policy) http.Handler {
		server := connectv2.NewServer(errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy)))
		interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: answer})
		mux := http.NewServeMux()
		connecthttp.Mount(mux, server, connecthttp.WithCodecs(connectproto.NewBinaryCodec(), strictjson.Codec[any]{}))
		return mux
	},
}

// A target is what vanguard makes of a REST call.
type target struct {
	version  string
	protocol vanguard.Protocol
	codec    string
}

// serve puts the strict codec into vanguard, in front of TroubleService, and counts how often the service
// ran. Without a middleware around, vanguard's own answers are seen.
func serve(t *testing.T, to target, wrapped bool) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	ran := new(atomic.Int32)
	handler := versions[to.version](func(context.Context, string) error {
		ran.Add(1)
		return nil
	}, policy)
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(interopv1connect.TroubleServiceName, handler,
		vanguard.WithTargetProtocols(to.protocol), vanguard.WithTargetCodecs(to.codec))}, vanguard.WithCodec(strictJSON))
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
	{"several unknown fields", "POST", "/v1/trouble", `{"nope":1,"inner":{"none":1}}`,
		strings.Replace(violation("3", "Invalid structure", "nope", "want a field that there is", "UNKNOWN_FIELD"), `}]`,
			`},{"field":"inner.none","description":"want a field that there is","reason":"UNKNOWN_FIELD"}]`, 1)},
	{"unknown enum name", "POST", "/v1/trouble", `{"kind":"KIND_NOPE"}`,
		violation("4", "Invalid value", "kind", "want the name of one of the enum's values", "NOT_ALLOWED")},
	{"out of range", "POST", "/v1/trouble", `{"amount":4294967296}`,
		violation("4", "Invalid value", "amount", "want a whole number within range", "NOT_ALLOWED")},
	{"wrong type", "POST", "/v1/trouble", `{"inner":{"count":"x"}}`,
		violation("5", "Invalid type", "inner.count", "want a whole number", "WRONG_TYPE")},
	{"an array", "POST", "/v1/trouble", `[]`, `{"error_code":5,"error_message":"Invalid type","details":null}`},
	{"broken", "POST", "/v1/trouble", `{"name":`, `{"error_code":3,"error_message":"Invalid structure","details":null}`},
}

// targets are each protocol and codec.
var targets = map[string]target{
	"Connect, proto": {protocol: vanguard.ProtocolConnect, codec: vanguard.CodecProto},
	"Connect, JSON":  {protocol: vanguard.ProtocolConnect, codec: vanguard.CodecJSON},
	"gRPC, proto":    {protocol: vanguard.ProtocolGRPC, codec: vanguard.CodecProto},
	"gRPC, JSON":     {protocol: vanguard.ProtocolGRPC, codec: vanguard.CodecJSON},
	"gRPC-Web":       {protocol: vanguard.ProtocolGRPCWeb, codec: vanguard.CodecProto},
}

// TestG12StrictJSON is every fault through vanguard to each target: the number, the place, and a
// handler that does not run.
func TestG12StrictJSON(t *testing.T) {
	for version := range versions {
		for name, to := range targets {
			to.version = version
			t.Run(version+"/"+name, func(t *testing.T) {
				s, ran := serve(t, to, true)
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
				for _, fine := range [][3]string{
					{"POST", "/v1/trouble", `{"inner":{"label":"a","count":2},"kind":"KIND_LARGE"}`},
					{"PUT", "/v1/trouble/x/inner", `{"label":"a"}`},
				} {
					if status, answer := send(t, s, fine[0], fine[1], fine[2]); status != 200 {
						t.Errorf("success = %d %s", status, answer)
					}
				}
			})
		}
	}
}

// TestStrictJSONWithoutTheMiddleware is vanguard's own answer, which names the field too.
func TestStrictJSONWithoutTheMiddleware(t *testing.T) {
	for version := range versions {
		to := targets["gRPC, proto"]
		to.version = version
		s, _ := serve(t, to, false)
		status, body := send(t, s, "POST", "/v1/trouble", `{"inner":{"nope":1}}`)
		if status != 400 || !strings.Contains(body, "inner.nope: want a field that there is") || !strings.Contains(body, "google.rpc.BadRequest") {
			t.Errorf("%s: answer = %d %s", version, status, body)
		}
	}
}
