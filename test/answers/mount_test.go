// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectcors "connectrpc.com/cors"
	"connectrpc.com/vanguard"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/rs/cors"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/gateway"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/strictjson"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/trouble"
)

// What follows is the code of the page, to the letter.

func aroundVanguard(service interopv1connect.TroubleServiceHandler) (http.Handler, error) {
	path, handler := interopv1connect.NewTroubleServiceHandler(service,
		connect.WithInterceptors(interceptor.New()), connect.WithReadMaxBytes(4<<20))
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, handler)})
	if err != nil {
		return nil, err
	}
	return rest.Handler(transcoder), nil
}

func strictly(service interopv1connect.TroubleServiceHandler) (http.Handler, error) {
	path, handler := interopv1connect.NewTroubleServiceHandler(service,
		connect.WithInterceptors(interceptor.New()), connect.WithReadMaxBytes(4<<20), strictjson.Option())
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, handler)},
		vanguard.WithCodec(func(types vanguard.TypeResolver) vanguard.Codec {
			return strictjson.Codec[proto.Message]{Types: types}
		}))
	if err != nil {
		return nil, err
	}
	return rest.Handler(transcoder), nil
}

func aroundGateway(ctx context.Context, backend *grpc.ClientConn) (http.Handler, error) {
	mux := runtime.NewServeMux(gateway.Options()...)
	if err := interopv1.RegisterTroubleServiceHandler(ctx, mux, backend); err != nil {
		return nil, err
	}
	return rest.Handler(http.MaxBytesHandler(mux, 4<<20)), nil
}

func aroundServeMux(things http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /things", things)
	return rest.Handler(mux, rest.WithSkip(func(r *http.Request) bool { return r.URL.Path == "/healthz" }))
}

// decode reads a body of JSON. An *http.MaxBytesError stays as it is: rest.Error makes a 413 of it.
func decode(body io.Reader, into any) error {
	err := json.NewDecoder(body).Decode(into)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); err == nil || tooLarge {
		return err
	}
	return errpactv1err.InvalidStructure.Wrap(err)
}

func forBrowsers(api http.Handler) http.Handler {
	return cors.New(cors.Options{ // github.com/rs/cors
		AllowedOrigins: []string{"https://app.example"},
		// connectrpc.com/cors has the methods of RPCs. Add all methods of your routes.
		AllowedMethods: append(connectcors.AllowedMethods(), http.MethodPut, http.MethodPatch, http.MethodDelete),
		AllowedHeaders: append(connectcors.AllowedHeaders(), "Authorization", "X-Request-Id"),
		ExposedHeaders: append(connectcors.ExposedHeaders(), rest.ExposedHeaders()...),
	}).Handler(api)
}

func inOrder(mux http.Handler, gzip, auth func(http.Handler) http.Handler) http.Handler {
	return gzip(rest.Handler(forBrowsers(auth(http.MaxBytesHandler(mux, 4<<20)))))
}

// TestPageIsCompiled: each block of Go in the page is in this file, except for the program, which test/setup runs.
func TestPageIsCompiled(t *testing.T) {
	page, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("mount_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) != 8 {
		t.Errorf("%d blocks, want 8", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if strings.HasPrefix(block, "package main\n") {
			continue
		}
		if !strings.Contains(string(code), "\n"+block) {
			t.Errorf("the page's code is not compiled here:\n%s", block)
		}
	}
}

// TestG12MountedAsThePageSays asks each mount for a path that is not there, and CORS for its header.
func TestG12MountedAsThePageSays(t *testing.T) {
	api, err := aroundVanguard(interopv1connect.UnimplementedTroubleServiceHandler{})
	if err != nil {
		t.Fatal(err)
	}
	strict, err := strictly(interopv1connect.UnimplementedTroubleServiceHandler{})
	if err != nil {
		t.Fatal(err)
	}
	front, err := aroundGateway(t.Context(), dial(t, serve(t, api, true)))
	if err != nil {
		t.Fatal(err)
	}
	plain := func(next http.Handler) http.Handler { return next }
	const origin = "https://app.example"
	auth := func(http.Handler) http.Handler { return text(http.StatusUnauthorized) }
	missing := want{status: 404, number: 10, message: "Resource does not exist"}
	refused := want{status: 401, number: 6, message: "Access token is not provided", header: []string{"Access-Control-Allow-Origin", origin}}
	for name, test := range map[string]struct {
		handler http.Handler
		want    want
	}{
		"vanguard": {api, missing}, "strictly": {strict, missing}, "grpc-gateway": {front, missing}, "ServeMux": {aroundServeMux(http.NotFoundHandler()), missing},
		"in order": {inOrder(api, plain, auth), refused},
	} {
		t.Run(name, func(t *testing.T) {
			r := row{name, http.MethodGet, "/nope", "", []string{"Origin", origin}, test.want}
			test.want.check(t, r.method, r.send(t, serve(t, test.handler, true)))
		})
	}
}

// TestBrowsersAsThePageSays: CORS names the headers of an error to a script of the origin, and of no other.
func TestBrowsersAsThePageSays(t *testing.T) {
	api, err := aroundVanguard(interopv1connect.UnimplementedTroubleServiceHandler{})
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, rest.Handler(forBrowsers(api), rest.WithPolicy(newPolicy(t))), false)
	for _, origin := range []string{"https://app.example", "https://other.example"} {
		a := row{method: "GET", path: "/nope", header: []string{"Origin", origin}}.send(t, s)
		exposed := a.header.Get("Access-Control-Expose-Headers")
		for _, name := range append(rest.ExposedHeaders(), "Grpc-Status") {
			if strings.Contains(exposed, name) != (origin == "https://app.example") {
				t.Errorf("%s: exposes %q, and %s", origin, exposed, name)
			}
		}
	}
}

// TestG12StrictAsThePageSays: vanguard's own codec passes over what this one refuses.
func TestG12StrictAsThePageSays(t *testing.T) {
	strict, err := strictly(trouble.Connect{Answer: func(context.Context, string) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, strict, true)
	for _, r := range []row{
		posts("an unknown field", `{"nope":1}`, want{status: 400, number: 3, message: structure, field: "nope", reason: "UNKNOWN_FIELD"}),
		posts("an unknown enum name", `{"kind":"KIND_NOPE"}`, want{status: 400, number: 4, message: "Invalid value", field: "kind", reason: "NOT_ALLOWED"}),
		posts("a body too large", `{"name":"`+strings.Repeat("x", 4<<20)+`"}`, want{status: 413, number: 3, message: "Request Entity Too Large"}),
		posts("a good one", `{"kind":"KIND_LARGE"}`, want{status: 200, as: asIs}),
	} {
		t.Run(r.name, func(t *testing.T) { r.want.check(t, r.method, r.send(t, s)) })
	}
}

// TestG12BodiesThatDoNotDecodeAreTheCallers: a 400 for what is no JSON, and a 413 for too much of it.
func TestG12BodiesThatDoNotDecodeAreTheCallers(t *testing.T) {
	handler := rest.Handler(http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, decode(r.Body, new(struct{ Name string })))
	}), 16))
	for body, wanted := range map[string]want{
		`{"name":`:                  {status: 400, number: 3, message: "Invalid structure"},
		`{"name":"more than that"}`: {status: 413, number: 3, message: "Request Entity Too Large"},
		`{"name":"x"}`:              {status: 200, as: asIs},
	} {
		r := row{name: body, method: http.MethodPost, path: "/", body: body, want: wanted}
		wanted.check(t, r.method, r.send(t, serve(t, handler, false)))
	}
}
